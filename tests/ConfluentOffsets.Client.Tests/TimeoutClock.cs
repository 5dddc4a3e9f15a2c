using ConfluentOffsets.TestSupport;

namespace ConfluentOffsets.Client.Tests;

/// <summary>
/// A simulated clock whose time-outs can be set after they were made, as those of an attempt are; for tests of how long
/// a time-out is.
/// </summary>
internal sealed class TimeoutClock : TimeProvider
{
    private readonly object _lock = new();
    private readonly SimulatedClock _clock = new();
    private readonly List<Entry> _timeouts = [];

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is not CancellationTokenSource)
            return _clock.CreateTimer(callback, state, dueTime, period);

        var timeout = new Entry(this, callback, state);
        timeout.Change(dueTime, period);
        return timeout;
    }

    /// <summary>Moves the clock to the end of the nearest time-out and lets it run out.</summary>
    public void ExpireTimeout()
    {
        Entry nearest;
        lock (_lock)
        {
            nearest = _timeouts.MinBy(t => t.Due) ?? throw new InvalidOperationException("No time-out is set.");
            _timeouts.Remove(nearest);
            _clock.Advance(nearest.Due - GetUtcNow());
        }

        nearest.Fire();
    }

    private sealed class Entry(TimeoutClock clock, TimerCallback callback, object state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timeouts.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                Due = clock.GetUtcNow() + dueTime;
                clock._timeouts.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
