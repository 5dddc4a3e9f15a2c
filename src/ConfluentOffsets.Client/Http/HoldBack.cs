using System.Globalization;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Holds back all requests of a connection while one of them was told to slow down, or the service's limit is used up:
/// limits hold for the user, not for the request. Safe for concurrent use.
/// </summary>
/// <param name="settings">The connection's clock and its source of chance.</param>
internal sealed class HoldBack(ConnectionSettings settings)
{
    private const double Spread = 0.25;
    private static readonly TimeSpan s_leastSpread = TimeSpan.FromSeconds(1);

    /// <summary>Of timers: who has waited as long as was asked for goes.</summary>
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(20);

    private readonly RateGate _gate = new(settings.Time);
    private readonly object _lock = new();
    private readonly long _origin = settings.Time.GetTimestamp();
    private TimeSpan _until;

    /// <summary>Whether the service said that nothing is left of its limit.</summary>
    public bool IsUsedUp => _gate.IsUsedUp;

    /// <summary>Whether requests are held back now.</summary>
    public bool IsOn => IsHeld || _gate.IsShut;

    /// <summary>Whether somebody was told to slow down, and all wait.</summary>
    public bool IsHeld => Left() > s_resolution;

    /// <summary>
    /// The pause that is asked for and a bit, so that those who wait for the same moment do not come in one burst; all of
    /// it at most <see cref="RetryAdvice.LongestPause"/>. Only where more than that is asked for is it shorter than asked.
    /// </summary>
    public TimeSpan Jittered(TimeSpan asked)
    {
        var pause = Bounded(asked);
        var spread = pause * Spread > s_leastSpread ? pause * Spread : s_leastSpread;
        var room = RetryAdvice.LongestPause - pause;
        return pause + ((spread < room ? spread : room) * settings.Chance());
    }

    /// <summary>Holds requests back from now on.</summary>
    /// <param name="asked">How long.</param>
    public void Hold(TimeSpan asked)
    {
        var until = Now() + Bounded(asked);
        lock (_lock)
            _until = until > _until ? until : _until;
    }

    /// <summary>Completes when a request may be sent; <see cref="Leave"/> must follow.</summary>
    /// <param name="log">Where a pause is told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="requests">How many may be sent then; <see cref="Leave"/> must follow as often.</param>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public ValueTask<long> EnterAsync(CallLog log, CancellationToken cancellationToken, int requests = 1) =>
        IsOn ? new(WaitToEnterAsync(log, requests, cancellationToken)) : _gate.EnterAsync(log, cancellationToken, requests);

    /// <summary>Takes note of the answer to a request that was sent in the turn of another one.</summary>
    /// <param name="pass">As <see cref="EnterAsync"/> gave it to that one.</param>
    /// <param name="response">Null: there is none.</param>
    public void Note(long pass, HttpResponseMessage? response) => _gate.Note(pass, response);

    /// <summary>Takes note of a request's end, and of what its answer says of the limit.</summary>
    /// <param name="pass">As <see cref="EnterAsync"/> gave it.</param>
    /// <param name="response">Null: there is none.</param>
    public void Leave(long pass, HttpResponseMessage? response) => _gate.Leave(pass, response);

    /// <summary>
    /// Completes when nobody is told to slow down, whatever the limit. New reasons to wait can come up meanwhile, but nobody
    /// waits much longer than the longest pause: then this request asks for itself.
    /// </summary>
    public async Task WaitAsync(CallLog log, CancellationToken cancellationToken)
    {
        var since = Now();
        while (Left() is var left && left > s_resolution && Now() - since < RetryAdvice.LongestPause)
        {
            var pause = Jittered(left);
            log.Verbose?.Invoke(string.Create(CultureInfo.InvariantCulture, $"Held back for {pause.TotalSeconds:0.0} s: the service asked this connection to slow down"));
            await Task.Delay(pause, settings.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<long> WaitToEnterAsync(CallLog log, int requests, CancellationToken cancellationToken)
    {
        await WaitAsync(log, cancellationToken).ConfigureAwait(false);
        var pass = await _gate.EnterAsync(log, cancellationToken, requests).ConfigureAwait(false);
        if (!IsHeld)
            return pass;

        // Another one was told to slow down meanwhile.
        for (var i = 0; i < requests; i++)
            _gate.Leave(pass, response: null);
        await WaitAsync(log, cancellationToken).ConfigureAwait(false);
        return await _gate.EnterAsync(log, cancellationToken, requests).ConfigureAwait(false);
    }

    /// <summary>What is beyond the longest pause leaves room for the spread below it.</summary>
    private static TimeSpan Bounded(TimeSpan asked) => asked > RetryAdvice.LongestPause ? RetryAdvice.LongestPause * (1 - Spread) : asked;

    private TimeSpan Now() => settings.Time.GetElapsedTime(_origin);

    private TimeSpan Left()
    {
        lock (_lock)
            return _until - Now();
    }
}
