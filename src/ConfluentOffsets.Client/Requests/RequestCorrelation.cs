using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>Whose request a status tells of.</summary>
internal enum StatusOwner
{
    /// <summary>Still the request before ours: ours is not visible yet.</summary>
    Baseline,

    Ours,

    /// <summary>
    /// Of our content, but from before ours left, by the dates of the service's answers: an earlier one of one's own whose
    /// status was late.
    /// </summary>
    Earlier,

    /// <summary>None of these: another request took our place.</summary>
    Other,
}

/// <summary>
/// Tells our request from others. The service has no request ids, shows only the latest request, and its status can
/// lag: so the status from before the POST is compared with what is shown now. The clocks of client and service are
/// never compared.
/// </summary>
internal static class RequestCorrelation
{
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Whose a status is.</summary>
    /// <param name="status">What the service shows.</param>
    /// <param name="request">Ours; its baseline is known.</param>
    /// <param name="strict">
    /// Nothing is taken for an echo that is not one: for a POST whose answer never came, where the status is the only
    /// witness.
    /// </param>
    public static StatusOwner Owner(AlterStatusDocument status, SubmittedRequest request, bool strict = false)
    {
        if (request.Baseline is null)
            return StatusOwner.Ours;
        if (!Differs(status, request.Baseline, request.RequestedAt))
            return StatusOwner.Baseline;
        if (HasOurContent(status.Request, request, strict) && HasOurTime(status.Request, request))
            return strict && WasThereBefore(status.Request, request) ? StatusOwner.Earlier : StatusOwner.Ours;
        return IsFromBefore(status.Request, request) ? StatusOwner.Baseline : StatusOwner.Other;
    }

    /// <summary>Whether nothing in a status says that it is another's than ours.</summary>
    public static bool CanBe(AlterStatusDocument status, SubmittedRequest request) =>
        HasOurContent(status.Request, request, strict: false) && HasOurTime(status.Request, request);

    /// <summary>Whether a POST of this would be told from the baseline by its time alone.</summary>
    public static bool SameContent(RequestBaseline baseline, string type, IReadOnlyList<PartitionOffset>? offsets) =>
        !baseline.IsNone
        && (baseline.Type is null || SameType(baseline.Type, type))
        && (baseline.Offsets is null or { Count: 0 } || SameOffsets(baseline.Offsets, offsets, IsDelete(type)));

    /// <summary>Whether two lists hold the same, in any order. No list and an empty one are the same.</summary>
    /// <param name="left">One list.</param>
    /// <param name="right">The other.</param>
    /// <param name="partitionsOnly">For a DELETE: the offsets beside the partitions do not count.</param>
    public static bool SameOffsets(IReadOnlyList<PartitionOffset>? left, IReadOnlyList<PartitionOffset>? right, bool partitionsOnly)
    {
        if ((left?.Count ?? 0) != (right?.Count ?? 0))
            return false;
        if (left is null || right is null)
            return true;

        // Most often the service repeats what it was told, to the letter; to read it takes a hundred times as long.
        var alike = 0;
        while (alike < left.Count && PartitionOffset.AreWrittenAlike(left[alike].Partition, right[alike].Partition) && (partitionsOnly || PartitionOffset.AreWrittenAlike(left[alike].Offset, right[alike].Offset)))
            alike++;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in left.Skip(alike))
        {
            var key = Key(item, partitionsOnly);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        foreach (var item in right.Skip(alike))
        {
            var key = Key(item, partitionsOnly);
            if (counts.GetValueOrDefault(key) == 0)
                return false;
            counts[key]--;
        }

        return true;
    }

    /// <summary>
    /// Whether this is surely not the baseline. What one side does not tell proves nothing, unless the time shown is the
    /// one that the service gave us for ours.
    /// </summary>
    private static bool Differs(AlterStatusDocument status, RequestBaseline baseline, ServerTime? ours)
    {
        if (baseline.IsNone)
            return true;

        var shown = status.Request;
        var otherTime = (shown.RequestedAt, baseline.RequestedAt) switch
        {
            ({ } now, { } before) => !now.Same(before),
            ({ } now, null) => ours is not null && now.Same(ours),
            _ => false,
        };
        var otherType = shown.Type is not null && baseline.Type is not null && !SameType(shown.Type, baseline.Type);
        var otherOffsets = shown.Offsets is { Count: > 0 } && baseline.Offsets is { Count: > 0 }
            && !SameOffsets(shown.Offsets, baseline.Offsets, partitionsOnly: false);
        return otherTime || otherType || otherOffsets || (baseline.IsFinished && !status.IsFinished);
    }

    /// <summary>
    /// Whether this came after the baseline and before ours, by the service's own clock: the baseline was late. It cannot
    /// have taken our place.
    /// </summary>
    private static bool IsFromBefore(AlterRequestDocument shown, SubmittedRequest request) =>
        shown.RequestedAt is { } at
        && request.RequestedAt is { } ours && ours.IsAfter(at)
        && (request.Baseline is { IsNone: true } || (request.Baseline?.RequestedAt is { } before && at.IsAfter(before)));

    /// <summary>
    /// Whether this was requested before ours left, by the service's own clock, of which we know whole seconds, as a stamp
    /// may be one.
    /// </summary>
    private static bool WasThereBefore(AlterRequestDocument shown, SubmittedRequest request) =>
        shown.RequestedAt is { } at && request.LeftAt is { } left && left.UtcTicks - at.Utc.Ticks > s_tolerance.Ticks;

    private static bool HasOurContent(AlterRequestDocument shown, SubmittedRequest request, bool strict)
    {
        if (shown.Type is null ? strict : !SameType(shown.Type, request.Type))
            return false;
        var partitionsOnly = IsDelete(request.Type);
        if (SameOffsets(shown.Offsets, request.Offsets, partitionsOnly))
            return true;
        if (strict)
            return false;

        // The service's own echo of our POST is ours too, and a status that shows no list contradicts none.
        return shown.Offsets is null or { Count: 0 }
            || (request.Echo is { Count: > 0 } && SameOffsets(shown.Offsets, request.Echo, partitionsOnly));
    }

    private static bool HasOurTime(AlterRequestDocument shown, SubmittedRequest request) =>
        shown.RequestedAt is null || request.RequestedAt is null || shown.RequestedAt.Same(request.RequestedAt);

    private static bool SameType(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static bool IsDelete(string type) => SameType(type, AlterRequestWriter.Delete);

    /// <summary>Sinks by number: <c>"0"</c> and <c>0</c> are the same.</summary>
    private static string Key(PartitionOffset item, bool partitionOnly)
    {
        var sink = SinkPartition.TryRead(item.Partition);
        var partition = sink is { } s ? $"{s.Partition} {s.Topic}" : CanonicalJson.Numeric(item.Partition);
        if (partitionOnly)
            return partition;

        var offset = sink is not null && SinkPartition.TryReadOffset(item.Offset) is { } number
            ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : CanonicalJson.Numeric(item.Offset);
        return $"{partition}\n{offset}";
    }
}
