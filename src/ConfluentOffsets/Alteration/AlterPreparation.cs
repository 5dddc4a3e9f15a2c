using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Alteration;

/// <summary>Checks a plan against the connector's current offsets. What is sent are the connector's own literals.</summary>
internal static class AlterPreparation
{
    /// <summary>Prepares changes of offsets.</summary>
    /// <exception cref="RejectedInputException">A partition is not the connector's.</exception>
    public static PreparedPlan Prepare(AlterPlan plan, KnownOffsets known, bool allowNewPartition)
    {
        if (InOrder(plan, known) is { } all)
            return new PreparedPlan(plan, known.Observed, all);

        var now = new PartitionIndex(known.Now);
        var index = ReferenceEquals(known.Now, known.Observed.Offsets) ? now : known.Partitions;
        var changes = new List<PreparedChange>(plan.ChangeCount);
        var taken = new HashSet<JsonMapNode>(ReferenceEqualityComparer.Instance);
        var added = new HashSet<PartitionKey>();
        foreach (var change in plan.Changes)
        {
            if (change.Partition is null)
            {
                changes.AddRange(OfTopic(index, now, change.Topic!));
                continue;
            }

            var key = PartitionKey.Of(change.Partition);
            var own = index.Find(key, change.Partition);
            var twins = index.Twins(key);
            if (own is null && twins.Count > 0)
                throw Ambiguous(change.Partition, twins.Select(t => t.Partition));
            if (own is null && !allowNewPartition)
                throw NotFound(index, change.Partition);

            // One that was given in two orders of its members: only here it shows whether the connector has both.
            if (own is null ? !added.Add(key) : !taken.Add(own.Partition!))
                throw new RejectedInputException(ErrorIds.DuplicatePartition, $"partition {OffsetText.Partition(change.Partition)} is given twice, with its members in two orders, and it does not have it in both.");
            changes.Add(new PreparedChange(own?.Partition ?? change.Partition, (index == now ? own : now.Find(key, change.Partition, asWritten: twins.Count > 0))?.Offset, change.Offset));
        }

        if (changes.Count == 0 && !plan.IsForAll)
            throw new RejectedInputException(ErrorIds.PartitionNotFound, "nothing is left to change: none of the piped rows is of the topic that was given.");
        return new PreparedPlan(plan, known.Observed, plan.IsForAll ? null : changes);
    }

    /// <summary>
    /// What is most often piped, and needs no index: all that there is, as it was read. A plan has no partition twice as it is
    /// written, so then the connector has none twice either.
    /// </summary>
    private static List<PreparedChange>? InOrder(AlterPlan plan, KnownOffsets known)
    {
        if (plan.IsForAll || plan.ChangeCount == 0 || plan.ChangeCount != known.Now.Count)
            return null;
        var changes = new List<PreparedChange>(plan.ChangeCount);
        foreach (var change in plan.Changes)
        {
            var current = known.Now[changes.Count];
            if (change.Partition is null || current.Partition is null || !Client.Wire.PartitionOffset.AreWrittenAlike(change.Partition, current.Partition))
                return null;
            changes.Add(new PreparedChange(current.Partition, current.Offset, change.Offset));
        }

        return changes;
    }

    private static List<PreparedChange> OfTopic(PartitionIndex index, PartitionIndex now, string topic)
    {
        List<PreparedChange> found =
        [
            .. index.Items
                .Where(i => SinkPartition.TryRead(i.Partition)?.Topic == topic)
                .Select(i => new PreparedChange(i.Partition!, now.Find(i.Partition!)?.Offset, null)),
        ];
        return found.Count > 0 ? found : throw NotFound(index, SinkPartition.Create(topic, 0), $"of topic '{topic}'");
    }

    private static RejectedInputException Ambiguous(JsonMapNode partition, IEnumerable<JsonMapNode?> twins) => new(
        ErrorIds.PartitionNotFound,
        $"it has no partition {partition}, but several that differ from it in the order of their members: {string.Join(" and ", twins)}. Which one is meant?")
    {
        Action = "Give the partition as Get-ConnectorOffset shows it.",
    };

    private static RejectedInputException NotFound(PartitionIndex index, JsonMapNode partition, string? what = null)
    {
        if (index.IsEmpty)
            return new RejectedInputException(ErrorIds.NoCurrentOffsets, "it has no current offsets (new, just reset, or not yet observed), so nothing can be checked against them.");

        // Types show only in JSON: 1 and "1" are two partitions.
        var closest = index.Closest(partition)!.Partition!;
        return new RejectedInputException(
            ErrorIds.PartitionNotFound,
            what is null
                ? $"it has no partition {partition}. The closest that it has is {closest}."
                : $"it has no partition {what}. It has, for one, {closest}.");
    }
}
