using System.Globalization;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Holds back all requests of a connection while one of them was told to slow down: limits hold for the user, not for
/// the request. Safe for concurrent use.
/// </summary>
/// <param name="settings">The connection's clock and its source of chance.</param>
internal sealed class HoldBack(ConnectionSettings settings)
{
    private const double Spread = 0.25;
    private static readonly TimeSpan s_leastSpread = TimeSpan.FromSeconds(1);

    /// <summary>Of timers: who has waited as long as was asked for goes.</summary>
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(20);

    private readonly object _lock = new();
    private readonly long _origin = settings.Time.GetTimestamp();
    private TimeSpan _until;

    /// <summary>Whether requests are held back now.</summary>
    public bool IsOn => Left() > s_resolution;

    /// <summary>A pause and a bit, so that those who wait for the same moment do not come in one burst.</summary>
    public TimeSpan Jittered(TimeSpan pause)
    {
        var spread = pause * Spread;
        return pause + ((spread > s_leastSpread ? spread : s_leastSpread) * settings.Chance());
    }

    /// <summary>Holds requests back from now on.</summary>
    /// <param name="pause">How long; at most <see cref="RetryAdvice.LongestPause"/>.</param>
    public void Hold(TimeSpan pause)
    {
        var until = Now() + (pause < RetryAdvice.LongestPause ? pause : RetryAdvice.LongestPause);
        lock (_lock)
            _until = until > _until ? until : _until;
    }

    /// <summary>
    /// Completes when requests may be sent. New reasons to wait can come up meanwhile, but nobody waits much longer than
    /// the longest pause: then this request asks for itself.
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

    private TimeSpan Now() => settings.Time.GetElapsedTime(_origin);

    private TimeSpan Left()
    {
        lock (_lock)
            return _until - Now();
    }
}
