namespace ConfluentOffsets.Client.Requests;

/// <summary>
/// Spaces the polls of all waits of a connection: at most ten a second together, as the service sees them, however long
/// each is on its way. Safe for concurrent use.
/// </summary>
internal sealed class PollPacer(TimeProvider time)
{
    private const int MostInASecond = 10;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_gap = s_second / MostInASecond;

    /// <summary>A poll that has no answer yet was seen by then.</summary>
    private static readonly TimeSpan s_onItsWay = TimeSpan.FromSeconds(0.5);

    private readonly object _lock = new();
    private readonly long _origin = time.GetTimestamp();

    /// <summary>The latest ten.</summary>
    private readonly Queue<Poll> _polls = new(MostInASecond);
    private TimeSpan _next;

    /// <summary>Completes when it is the caller's turn to poll. To be disposed when the answer is there.</summary>
    public async Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await WaitTurnAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            TimeSpan delay;
            lock (_lock)
            {
                // Each of ten places is free again a second after the service has seen its poll.
                var now = Now();
                delay = _polls.Count < MostInASecond ? TimeSpan.Zero : _polls.Peek().SeenBy + s_second - now;
                if (delay <= TimeSpan.Zero)
                    return Begin(now);
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes after the gap to the turn before.</summary>
    public Task WaitTurnAsync(CancellationToken cancellationToken)
    {
        TimeSpan delay;
        lock (_lock)
        {
            var now = Now();
            delay = _next - now;
            _next = (delay > TimeSpan.Zero ? _next : now) + s_gap;
        }

        return delay > TimeSpan.Zero ? Task.Delay(delay, time, cancellationToken) : Task.CompletedTask;
    }

    private Poll Begin(TimeSpan now)
    {
        if (_polls.Count == MostInASecond)
            _polls.Dequeue();
        var poll = new Poll(this, now);
        _polls.Enqueue(poll);
        _next = _next > now + s_gap ? _next : now + s_gap;
        return poll;
    }

    private TimeSpan Now() => time.GetElapsedTime(_origin);

    private sealed class Poll(PollPacer pacer, TimeSpan start) : IDisposable
    {
        private TimeSpan? _end;

        /// <summary>When the service has seen it at the latest.</summary>
        public TimeSpan SeenBy => _end is { } end && end < start + s_onItsWay ? end : start + s_onItsWay;

        public void Dispose()
        {
            lock (pacer._lock)
                _end ??= pacer.Now();
        }
    }
}
