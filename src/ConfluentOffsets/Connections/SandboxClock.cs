namespace ConfluentOffsets;

/// <summary>
/// A clock for the tests of a runbook, in place of a sandbox's own: <c>Connect-ConfluentCloud -Sandbox -TimeProvider</c>.
/// It stands still until a cmdlet waits, which takes no time and moves it to the end of the wait, or until it is moved.
/// </summary>
/// <param name="start">Where it begins.</param>
public sealed class SandboxClock(DateTimeOffset start) : TimeProvider
{
    private readonly object _lock = new();
    private long _ticks = start.UtcTicks;

    /// <summary>A clock that begins now.</summary>
    public SandboxClock()
        : this(DateTimeOffset.UtcNow)
    {
    }

    /// <summary>Ticks of 100 ns, as <see cref="GetTimestamp"/> counts them.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves it on.</summary>
    /// <param name="by">So far; from PowerShell also as a text: <c>'00:01:00'</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not go back.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_lock)
            _ticks += by.Ticks;
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_lock)
            return _ticks;
    }

    /// <inheritdoc/>
    /// <remarks>The time-out of a call stays a real one: what is in memory answers at once.</remarks>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        state is CancellationTokenSource ? System.CreateTimer(callback, state, dueTime, period) : new Wait(this, callback, state, dueTime);

    private void MoveTo(long ticks)
    {
        lock (_lock)
            _ticks = Math.Max(_ticks, ticks);
    }

    /// <summary>A timer that is due at once, and moves the clock to when it would have been.</summary>
    private sealed class Wait : ITimer
    {
        private readonly SandboxClock _clock;
        private readonly ITimer _timer;
        private long _due;

        public Wait(SandboxClock clock, TimerCallback callback, object? state, TimeSpan dueTime)
        {
            _clock = clock;
            _timer = System.CreateTimer(
                _ =>
                {
                    clock.MoveTo(Interlocked.Read(ref _due));
                    callback(state);
                },
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero)
                return _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            Interlocked.Exchange(ref _due, _clock.GetTimestamp() + dueTime.Ticks);
            return _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();
    }
}
