using System.Globalization;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Alteration;

/// <summary>Whether rows are fresh enough to be shifted: one that is not would rewind a connector that has moved on.</summary>
internal static class ShiftFreshness
{
    /// <summary>Refuses a plan that shifts offsets which are no longer fresh.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="latest">The request before it.</param>
    /// <param name="maxAge">Seconds.</param>
    /// <exception cref="RejectedInputException">They are not.</exception>
    public static void Check(AlterPlan plan, RequestBaseline latest, int maxAge)
    {
        if (plan.ShiftedFrom is not { } observed)
            return;
        var at = $"they were observed at {StaleOffsets.Time(observed)}";
        if (latest.AppliedAt is { } applied && !ServerTime.Of(observed).IsAfter(applied))
            throw Stale($"{at}, not after the connector's last change ({StaleOffsets.Time(applied.Utc)})");
        if (latest.IsAppliedAtUnknownTime)
            throw Stale($"{at}, and when the connector's last change was applied is not known");
        var clock = plan.Connection.Service.Clock;
        if (clock.IsYetToCome(observed))
            throw Stale($"{at}, which is yet to come: a clock is wrong, or the time's zone");
        if (!clock.IsWithin(observed, TimeSpan.FromSeconds(maxAge)))
            throw Stale(string.Create(CultureInfo.InvariantCulture, $"{at}, more than {maxAge} s ago (-MaxAge)"));
    }

    private static RejectedInputException Stale(string why) =>
        new(ErrorIds.OffsetsStale, $"-Shift counts from the rows' own offsets, and {why}: a connector that has moved on since would be rewound. Nothing was sent.");
}
