namespace ConfluentOffsets;

/// <summary>An error of this module.</summary>
public class ConfluentOffsetsException : Exception
{
    /// <summary>An error.</summary>
    /// <param name="message">What happened, to what.</param>
    /// <param name="innerException">Its cause, or null.</param>
    public ConfluentOffsetsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Every request that was accepted in the same pipeline: an assignment is lost when its statement throws.
    /// </summary>
    public IReadOnlyList<ConnectorOffsetRequest> AcceptedRequests { get; internal set; } = [];
}
