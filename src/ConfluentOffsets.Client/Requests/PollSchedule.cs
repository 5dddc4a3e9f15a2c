using ConfluentOffsets.Client.Http;

namespace ConfluentOffsets.Client.Requests;

/// <summary>
/// The gaps between polls: short at first, then an eighth of the time gone, so that an end is noticed within an eighth
/// of the operation's own time with few polls; at most ten seconds. Polls that came late, since many others had to poll
/// too, are caught up with: never more polls than there would have been, and never closer than half of a gap.
/// </summary>
/// <param name="first">The first gap.</param>
internal sealed class PollSchedule(TimeSpan first)
{
    private const double Growth = 0.25;
    private const double EarlyCeiling = 1.5;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private int _polls;

    /// <summary>When the next poll is made if none is late.</summary>
    private TimeSpan _due;

    /// <summary>The gap after a poll that failed; not shorter than the service asks for, but for what nobody waits for.</summary>
    /// <param name="elapsed">What had gone when it was made.</param>
    /// <param name="failure">Null: it did not fail.</param>
    public TimeSpan Next(TimeSpan elapsed, ServiceException? failure)
    {
        var asked = failure?.RetryAfter ?? TimeSpan.Zero;
        return Longer(Next(elapsed), asked < RetryAdvice.LongestPause ? asked : RetryAdvice.LongestPause);
    }

    /// <summary>The gap after a poll that was made when <paramref name="elapsed"/> had gone.</summary>
    public TimeSpan Next(TimeSpan elapsed)
    {
        var early = first * Math.Min(EarlyCeiling, 1 + (Growth * _polls++));
        _due += Gap(_due, early);
        var least = Longer(first, Gap(elapsed, early) / 2);
        return Longer(least, _due - elapsed);
    }

    private TimeSpan Gap(TimeSpan elapsed, TimeSpan early)
    {
        var gap = Longer(elapsed / 8, early);
        var longest = Longer(first, s_longest);
        return gap < longest ? gap : longest;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
