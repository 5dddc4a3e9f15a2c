namespace ConfluentOffsets.TestSupport;

/// <summary>
/// A clock on which everything happens in its order: while work waits, the nearest timer runs out, on the caller's
/// thread, and the time is then that timer's. Delays and time-outs alike; the same work runs the same way each time.
/// </summary>
public sealed class EventClock : TimeProvider
{
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(20);

    private readonly object _lock = new();
    private readonly PriorityQueue<(Timer Timer, int Version), (DateTimeOffset Due, long Number)> _timers = new();
    private long _number;
    private DateTimeOffset _now = new(2024, 2, 20, 15, 0, 0, TimeSpan.Zero);

    /// <summary>By how much the wall clock is wrong. Timestamps and timers are not moved by it.</summary>
    public TimeSpan WallClockError { get; set; }

    /// <summary>The time that timers go by.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now + WallClockError;

    /// <inheritdoc/>
    public override long GetTimestamp() => Now.Ticks;

    /// <summary>Drops all timers and sets the time.</summary>
    public void Restart(DateTimeOffset now)
    {
        lock (_lock)
        {
            _timers.Clear();
            _now = now;
        }
    }

    /// <summary>Runs work to its end.</summary>
    /// <exception cref="TimeoutException">It waits for what never comes.</exception>
    public T Run<T>(Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var task = work();
            _ = task.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (Next(task) is { } timer)
                timer.Fire();

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>The nearest timer, or null once the work is done.</summary>
    private Timer? Next(Task work)
    {
        lock (_lock)
        {
            while (!work.IsCompleted)
            {
                while (_timers.TryDequeue(out var entry, out var at))
                {
                    if (entry.Timer.Version != entry.Version)
                        continue;
                    _now = at.Due > _now ? at.Due : _now;
                    return entry.Timer;
                }

                // Something runs on another thread: it will end, or set a timer.
                if (!work.IsCompleted && !Monitor.Wait(_lock, s_stall))
                    throw new TimeoutException("The work waits, and no timer is left.");
            }

            return null;
        }
    }

    private void Wake()
    {
        lock (_lock)
            Monitor.Pulse(_lock);
    }

    private sealed class Timer(EventClock clock, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>What was set before counts no more.</summary>
        public int Version { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                Version++;
                if (dueTime >= TimeSpan.Zero)
                    clock._timers.Enqueue((this, Version), (clock._now + dueTime, clock._number++));
                Monitor.Pulse(clock._lock);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                Version++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
