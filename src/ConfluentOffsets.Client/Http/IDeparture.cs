namespace ConfluentOffsets.Client.Http;

/// <summary>
/// What stands at the way out: asked in the last moment before each attempt of a request leaves, when all that holds it
/// back (the limit, a pause, a token) is over, and told of attempts that came to nothing.
/// </summary>
internal interface IDeparture
{
    /// <summary>How many requests the next attempt takes: itself, and those that have to be sent just before it.</summary>
    int Requests { get; }

    /// <summary>Completes when an attempt may leave. What it throws ends the call, and nothing is sent.</summary>
    /// <param name="turn">Of the attempt.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task LeaveAsync(Turn turn, CancellationToken cancellationToken);

    /// <summary>The attempt was surely not processed.</summary>
    /// <param name="isRefused">By an answer (401, 429), not by a connection that could not be made.</param>
    void NotProcessed(bool isRefused);
}
