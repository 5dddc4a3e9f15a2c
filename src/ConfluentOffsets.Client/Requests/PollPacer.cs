namespace ConfluentOffsets.Client.Requests;

/// <summary>Spaces the polls of all waits of a connection: at most ten a second together.</summary>
internal sealed class PollPacer(TimeProvider time)
{
    private static readonly TimeSpan s_gap = TimeSpan.FromMilliseconds(100);

    private readonly object _lock = new();
    private readonly long _origin = time.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Completes when it is the caller's turn to poll.</summary>
    public Task WaitTurnAsync(CancellationToken cancellationToken)
    {
        TimeSpan delay;
        lock (_lock)
        {
            var now = time.GetElapsedTime(_origin);
            delay = _next - now;
            _next = (delay > TimeSpan.Zero ? _next : now) + s_gap;
        }

        return delay > TimeSpan.Zero ? Task.Delay(delay, time, cancellationToken) : Task.CompletedTask;
    }
}
