namespace ConfluentOffsets.Client.Http;

/// <summary>An attempt was kept back at the last moment. The cause is what the caller gets to see.</summary>
internal sealed class KeptBackException(Exception cause) : Exception(null, cause)
{
    /// <summary>Whether it may be let go the next time.</summary>
    public bool CanPass => InnerException is ServiceException { IsTransient: true };
}
