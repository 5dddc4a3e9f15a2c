using ConfluentOffsets.Client.Http;

namespace ConfluentOffsets.Client;

/// <summary>Who makes a call: where it is told, and what has to be done on the caller's own thread.</summary>
/// <param name="Log">Where the call tells what it does.</param>
/// <param name="OnPipelineThread">
/// Has something done on the pipeline thread at the next moment it waits; null where there is no such thread, as in tab
/// completion. May be called from any thread, and returns at once.
/// </param>
internal sealed record Caller(CallLog Log, Action<Action>? OnPipelineThread = null)
{
    /// <summary>
    /// The turn in which the call is made, of another request, which waits for it: to wait for one of its own would be to
    /// wait for itself. Null: it waits for its own.
    /// </summary>
    public Turn? Turn { get; init; }

    public static Caller None { get; } = new(CallLog.None);
}
