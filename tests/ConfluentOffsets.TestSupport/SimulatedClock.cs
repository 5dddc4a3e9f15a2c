namespace ConfluentOffsets.TestSupport;

/// <summary>
/// A clock whose delays take no real time: each moves the clock to its end and completes at once. Time-outs (the timers
/// of cancellation sources) never run out by themselves; <see cref="ExpireTimeout"/> lets one run out.
/// </summary>
public sealed class SimulatedClock : TimeProvider
{
    private readonly object _lock = new();
    private readonly List<Timer> _timeouts = [];
    private readonly List<TimeSpan> _delays = [];

    /// <summary>The time-outs under which a call runs, as it sees them itself.</summary>
    private readonly AsyncLocal<Timer[]?> _callers = new();
    private DateTimeOffset _now = new(2024, 2, 20, 15, 0, 0, TimeSpan.Zero);

    /// <summary>Every delay that was asked for, in order.</summary>
    public IReadOnlyList<TimeSpan> Delays
    {
        get
        {
            lock (_lock)
                return [.. _delays];
        }
    }

    /// <summary>While true, delays do not end: for tests that stop a cmdlet in the middle of one.</summary>
    public bool Frozen { get; set; }

    /// <summary>Set when a delay was asked for.</summary>
    public ManualResetEventSlim DelayStarted { get; } = new();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan by)
    {
        lock (_lock)
            _now += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves the clock to the end of the nearest time-out and lets it run out: within a call, the nearest of its own,
    /// and nobody else's.
    /// </summary>
    public void ExpireTimeout()
    {
        Timer? nearest;
        lock (_lock)
            nearest = (_callers.Value ?? []).Where(_timeouts.Contains).MinBy(t => t.Due) ?? (_callers.Value is null ? _timeouts.MinBy(t => t.Due) : null);
        if (nearest is not null)
            Complete(nearest);
    }

    private void Complete(Timer timer)
    {
        lock (_lock)
        {
            _timeouts.Remove(timer);
            if (timer.Due > _now)
                _now = timer.Due;
        }

        timer.Fire();
    }

    private void StartDelay(Timer timer, TimeSpan delay)
    {
        _delays.Add(delay);
        DelayStarted.Set();
        if (!Frozen)
            ThreadPool.UnsafeQueueUserWorkItem(_ => Complete(timer), null);
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public DateTimeOffset Due { get; private set; }

        public void Fire()
        {
            lock (clock._lock)
            {
                if (_disposed)
                    return;
            }

            callback(state);
        }

        // A time-out is often made without an end, and gets one later.
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timeouts.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                Due = clock._now + dueTime;
                if (state is CancellationTokenSource)
                {
                    clock._timeouts.Add(this);
                    clock._callers.Value = [.. clock._callers.Value ?? [], this];
                }
                else
                {
                    clock.StartDelay(this, dueTime);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                _disposed = true;
                clock._timeouts.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
