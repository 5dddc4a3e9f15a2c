namespace ConfluentOffsets.Client.Requests;

/// <summary>
/// The gaps between polls: short at first, then an eighth of the time gone, so that an end is noticed within an eighth
/// of the operation's own time with few polls; at most ten seconds.
/// </summary>
/// <param name="first">The first gap.</param>
internal sealed class PollSchedule(TimeSpan first)
{
    private const double Growth = 0.25;
    private const double EarlyCeiling = 1.5;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private int _polls;

    /// <summary>The gap after a poll that was made when <paramref name="elapsed"/> had gone.</summary>
    public TimeSpan Next(TimeSpan elapsed)
    {
        var early = first * Math.Min(EarlyCeiling, 1 + (Growth * _polls++));
        var gap = elapsed / 8 > early ? elapsed / 8 : early;
        var longest = first > s_longest ? first : s_longest;
        return gap < longest ? gap : longest;
    }
}
