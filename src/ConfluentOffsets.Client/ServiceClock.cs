namespace ConfluentOffsets.Client;

/// <summary>
/// The service's time, as the dates of its answers tell it: how old an observation is must not hang on this machine's
/// clock being right. Without such dates, this machine's clock counts.
/// </summary>
/// <param name="time">This machine's clock.</param>
internal sealed class ServiceClock(TimeProvider time)
{
    /// <summary>So far the clocks of client and service may be apart.</summary>
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(1);

    private volatile Sight? _latest;

    /// <summary>The service's time now; null where none of its answers told one.</summary>
    public DateTimeOffset? Now => _latest is null
        ? null
        : new DateTimeOffset(Math.Clamp(NowTicks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);

    /// <summary>
    /// By timestamps since the last date: this machine's clock may jump. In ticks: a service whose clock stands at the end
    /// of the year 9999 must not end the cmdlet.
    /// </summary>
    private long NowTicks => _latest is { } seen
        ? seen.Date.UtcTicks + time.GetElapsedTime(seen.At).Ticks
        : time.GetUtcNow().UtcTicks;

    /// <summary>Takes note of the date of an answer (whole seconds), unless it comes out of a cache.</summary>
    public void Note(HttpResponseMessage response)
    {
        if (response.Headers is { Date: { } now, Age: null })
            _latest = new Sight(now, time.GetTimestamp());
    }

    /// <summary>Whether something was at most so long ago. What is yet to come was not: a clock is wrong, or a zone.</summary>
    public bool IsWithin(DateTime? at, TimeSpan age) => Age(at) is var actual && actual <= age && actual >= -s_tolerance;

    /// <summary>Whether something is yet to come, by more than clocks are apart.</summary>
    public bool IsYetToCome(DateTime at) => Age(at) < -s_tolerance;

    /// <summary>How long ago something was; <see cref="TimeSpan.MaxValue"/> where it is not known when.</summary>
    public TimeSpan Age(DateTime? at) => at is { } known ? TimeSpan.FromTicks(NowTicks - known.Ticks) : TimeSpan.MaxValue;

    /// <summary>The date of an answer, and when it came, as a timestamp.</summary>
    private sealed record Sight(DateTimeOffset Date, long At);
}
