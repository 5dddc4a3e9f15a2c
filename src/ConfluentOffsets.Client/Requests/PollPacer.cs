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

    /// <summary>Those of the last second, and those that have not left yet.</summary>
    private readonly List<Place> _places = new(MostInASecond);
    private TimeSpan _next;

    /// <summary>
    /// Completes when it is the caller's turn to poll. It has to say when the poll leaves, and to dispose the place when the
    /// answer is there.
    /// </summary>
    public async Task<Place> TakePlaceAsync(CancellationToken cancellationToken)
    {
        await WaitTurnAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            TimeSpan delay;
            lock (_lock)
            {
                // Each of ten places is free again a second after the service has seen its poll.
                var now = Now();
                _places.RemoveAll(p => p.FreeAt(now) <= now);
                if (_places.Count < MostInASecond)
                    return Begin(now);
                delay = _places.Min(p => p.FreeAt(now)) - now;
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes after the gap to the turn before.</summary>
    public async Task WaitTurnAsync(CancellationToken cancellationToken)
    {
        TimeSpan delay;
        lock (_lock)
        {
            var now = Now();
            delay = _next - now;
            _next = (delay > TimeSpan.Zero ? _next : now) + s_gap;
        }

        if (delay <= TimeSpan.Zero)
            return;
        try
        {
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Whoever comes next need not wait for those who have left.
            lock (_lock)
                _next -= s_gap;
            throw;
        }
    }

    private Place Begin(TimeSpan now)
    {
        var place = new Place(this);
        _places.Add(place);
        _next = _next > now + s_gap ? _next : now + s_gap;
        return place;
    }

    private TimeSpan Now() => time.GetElapsedTime(_origin);

    /// <summary>One of ten.</summary>
    internal sealed class Place(PollPacer pacer) : IDisposable
    {
        private TimeSpan? _left;
        private TimeSpan? _end;

        /// <summary>The poll leaves now.</summary>
        public void Leave()
        {
            lock (pacer._lock)
                _left ??= pacer.Now();
        }

        /// <summary>When the place is free again; as long as the poll is held back, not before a second has passed.</summary>
        public TimeSpan FreeAt(TimeSpan now) => (_left, _end) switch
        {
            (null, null) => now + s_second,

            // It never left.
            (null, { } end) => end,

            // When the service has seen it at the latest, and a second.
            ({ } left, { } end) when end < left + s_onItsWay => end + s_second,
            ({ } left, _) => left + s_onItsWay + s_second,
        };

        public void Dispose()
        {
            lock (pacer._lock)
                _end ??= pacer.Now();
        }
    }
}
