using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Waiting;
using Item = ConfluentOffsets.Client.Wire.PartitionOffset;

namespace ConfluentOffsets.Alteration;

/// <summary>Says what has to be sent so that requests are taken back.</summary>
internal static class RestorePreparation
{
    private const int MaxNamed = 10;

    /// <summary>Prepares to put back what was there before requests of one connector.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="statuses">The requests, by their statuses.</param>
    /// <param name="current">The connector's offsets now.</param>
    /// <exception cref="RejectedInputException">There is nothing to put back, or nothing that may be.</exception>
    public static PreparedPlan Prepare(AlterPlan plan, IEnumerable<ConnectorOffsetRequestStatus> statuses, OffsetsDocument current)
    {
        var now = new PartitionIndex(current.Offsets);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var changes = new List<PreparedChange>();
        var added = new List<JsonMapNode>();
        var warnings = new List<string>();
        var isSeenTooEarly = false;
        foreach (var status in statuses)
        {
            CheckStatus(status, current);
            var isEarly = status.AppliedTime is { } applied && current.ObservedAt?.IsAfter(applied) != true;
            isSeenTooEarly |= isEarly;

            // To an operator offsets from before the change would say nothing.
            var old = isEarly ? Left(status) : now;
            var before = Before(status);
            if (before.IsEmpty && status.Request.Sent is null)
                throw NothingKnown(status);
            var isFull = PartialReset.MayBeFull(status);
            if (isFull && status.Request.Offsets.Count > 0)
                warnings.Add("the reset of some partitions was not confirmed as one, so all partitions are put back.");
            foreach (var partition in isFull ? before.Items.Select(i => i.Partition!) : Changed(status))
            {
                if (!seen.Add(PartitionIndex.Key(partition)))
                    throw new RejectedInputException(ErrorIds.DuplicatePartition, $"Partition {OffsetText.Partition(partition)} is in two requests: which one's offset is to be put back?");
                if (before.Find(partition) is not { } item)
                    added.Add(partition);
                else if (now.Find(partition) is var found)
                    changes.Add(new PreparedChange(found?.Partition ?? item.Partition, old.Find(partition)?.Offset, item.Offset));
            }
        }

        if (added.Count > 0 && changes.Count > 0)
            warnings.Add($"the request added {Names(added)}, which cannot be taken away again; Reset-ConnectorOffset starts a partition over.");
        if (changes.Count == 0)
            throw NothingToRestore(added);
        return new PreparedPlan(plan, current, changes) { Warnings = warnings, IsSeenTooEarly = isSeenTooEarly };
    }

    /// <summary>
    /// Warns where somebody altered the same partitions after the requests that are taken back: that is overwritten, and
    /// may be meant to be.
    /// </summary>
    /// <param name="prepared">What will be put back.</param>
    /// <param name="latest">The connector's latest request.</param>
    public static PreparedPlan WarnOfLater(PreparedPlan prepared, RequestBaseline latest)
    {
        if (latest.IsNone || prepared.Plan.TakenBack.Any(s => IsSame(s, latest)))
            return prepared;

        var restored = prepared.Changes!.Select(c => PartitionIndex.Key(c.Partition!)).ToHashSet(StringComparer.Ordinal);
        var altered = (latest.Offsets ?? []).Select(o => o.Partition).OfType<JsonMapNode>().ToList();
        var both = altered.Where(p => restored.Contains(PartitionIndex.Key(p))).ToList();
        if (altered.Count > 0 && both.Count == 0)
            return prepared;

        var at = latest.RequestedAt is { } time ? $", {StaleOffsets.Time(time.Utc)}" : "";
        var named = altered.Count > 0 ? $" for {Names(both)}" : "";
        var warning = $"since then another request ({latest.Type ?? "of no known type"}{at}) was made{named}: what it changed is overwritten with older values.";
        return prepared with { Warnings = [.. prepared.Warnings, warning] };
    }

    /// <summary>Whether a status tells of the latest request. What one side does not tell proves nothing.</summary>
    private static bool IsSame(ConnectorOffsetRequestStatus status, RequestBaseline latest) =>
        (status.Request.Type is null || latest.Type is null || string.Equals(status.Request.Type, latest.Type, StringComparison.OrdinalIgnoreCase))
        && (status.Request.Time is null || latest.RequestedAt is null || status.Request.Time.Same(latest.RequestedAt))
        && RequestCorrelation.SameOffsets(status.Shown, latest.Offsets, partitionsOnly: false);

    private static void CheckStatus(ConnectorOffsetRequestStatus status, OffsetsDocument current)
    {
        if (!string.Equals(status.Phase, AlterStatusDocument.Applied, StringComparison.OrdinalIgnoreCase))
        {
            throw new RejectedInputException(
                ErrorIds.OffsetRequestNotApplied,
                $"its {status.Request.Type ?? "alter"} request is {(status.Phase.Length == 0 ? "of no known phase" : status.Phase)}, not APPLIED, so there is nothing to take back.",
                status);
        }

        if (status.ConnectorId is { } then && current.Id is { } now && then != now)
            throw new RejectedInputException(ErrorIds.ConnectorReplaced, $"it is another connector now ({now}) than the one whose offsets were altered ({then}). Nothing was sent.", status);
    }

    private static IReadOnlyList<Item> Named(ConnectorOffsetRequestStatus status) =>
        status.Request.Sent ?? status.Request.Offsets.Select(o => o.ToItem()).ToArray();

    /// <summary>The partitions that a request named.</summary>
    private static List<JsonMapNode> Changed(ConnectorOffsetRequestStatus status)
    {
        var partitions = Named(status).Select(o => o.Partition).OfType<JsonMapNode>().ToList();
        return partitions.Count > 0
            ? partitions
            : throw new RejectedInputException(
                ErrorIds.NoPreviousOffsets,
                "the service does not tell which partitions the request changed. The status's PreviousOffsets can be piped to Set-ConnectorOffset, those that are meant.",
                status);
    }

    /// <summary>What a request made of its partitions; nothing after a reset.</summary>
    private static PartitionIndex Left(ConnectorOffsetRequestStatus status) =>
        new(string.Equals(status.Request.Type, AlterRequestWriter.Delete, StringComparison.OrdinalIgnoreCase) ? [] : Named(status));

    /// <summary>
    /// What was there: the service's own word, taken when the connector had stopped; where it has none, what was read
    /// before the request.
    /// </summary>
    private static PartitionIndex Before(ConnectorOffsetRequestStatus status)
    {
        var read = status.Request.OffsetsBefore.Select(o => o.ToItem());
        var told = status.PreviousOffsets.Select(o => o.ToItem());
        return new PartitionIndex(read.Concat(told).Where(o => o.Offset is not null));
    }

    private static RejectedInputException NothingKnown(ConnectorOffsetRequestStatus? status) =>
        new(ErrorIds.NoPreviousOffsets, "neither the service nor the request tells of offsets before it.", status);

    private static RejectedInputException NothingToRestore(List<JsonMapNode> added) => added.Count == 0
        ? NothingKnown(null)
        : new(ErrorIds.NoPreviousOffsets, $"before the request there was nothing in what it changed: it added {Names(added)}, which cannot be taken away again.");

    private static string Names(List<JsonMapNode> partitions)
    {
        var names = string.Join("; ", partitions.Take(MaxNamed).Select(OffsetText.Partition));
        return partitions.Count > MaxNamed ? $"{names}; and {partitions.Count - MaxNamed} more" : names;
    }
}
