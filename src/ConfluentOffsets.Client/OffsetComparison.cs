using System.Diagnostics.CodeAnalysis;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client;

/// <summary>What became of a partition from the reference to the difference.</summary>
internal enum OffsetChange
{
    Equal,
    Changed,
    Removed,
    Added,
}

/// <summary>A partition on two sides.</summary>
/// <param name="Partition">As the difference writes it, else as the reference does.</param>
/// <param name="Reference">Null where the partition is added, or has no offset there.</param>
/// <param name="Difference">Null where the partition is removed, or has no offset there.</param>
/// <param name="Change">What became of it.</param>
internal sealed record OffsetDifference(JsonMapNode Partition, JsonMapNode? Reference, JsonMapNode? Difference, OffsetChange Change)
{
    /// <summary>How far a sink's offset has moved; null where that is no <see cref="long"/>, and for all others.</summary>
    public long? Delta =>
        SinkPartition.Difference(Partition, Reference, Difference) is { } delta && delta >= long.MinValue && delta <= long.MaxValue
            ? (long)delta
            : null;
}

/// <summary>Offsets by their partitions, in the order in which they came; each partition once.</summary>
internal sealed class OffsetSet
{
    private readonly Dictionary<PartitionKey, PartitionOffset> _items = [];
    private readonly List<PartitionKey> _order = [];
    private readonly HashSet<PartitionKey> _twins = [];

    /// <summary>In the order in which they came.</summary>
    public IEnumerable<(PartitionKey Key, PartitionOffset Item)> Items => _order.Select(k => (k, _items[k]));

    /// <summary>Of which partitions there are several, which differ in the order of their members alone.</summary>
    public IReadOnlySet<PartitionKey> Twins => _twins;

    /// <summary>Adds an offset.</summary>
    /// <returns>Whether its partition is a new one; otherwise nothing is added.</returns>
    public bool TryAdd(JsonMapNode partition, JsonMapNode? offset)
    {
        var item = new PartitionOffset(partition, offset);
        var key = PartitionKey.Of(partition);
        if (TryAdd(key, item))
            return true;
        if (PartitionIndex.IsWrittenAs(_items[key].Partition!, partition) || !TryAdd(PartitionKey.AsTwin(partition), item))
            return false;
        _twins.Add(key);
        return true;
    }

    /// <summary>The same offsets, where those of some partitions are told apart by the order of their members.</summary>
    public OffsetSet TellingApart(IReadOnlySet<PartitionKey> twins)
    {
        var set = new OffsetSet();
        foreach (var (_, item) in Items)
        {
            var key = PartitionKey.Of(item.Partition!);
            set.TryAdd(twins.Contains(key) ? PartitionKey.AsTwin(item.Partition!) : key, item);
        }

        return set;
    }

    public bool TryGet(PartitionKey key, [MaybeNullWhen(false)] out PartitionOffset item) => _items.TryGetValue(key, out item);

    private bool TryAdd(PartitionKey key, PartitionOffset item)
    {
        if (!_items.TryAdd(key, item))
            return false;
        _order.Add(key);
        return true;
    }
}

/// <summary>Compares two sets of offsets, partition by partition, as the service would tell them apart.</summary>
internal static class OffsetComparison
{
    /// <summary>In the order of the reference, then what is added in the order of the difference.</summary>
    public static IEnumerable<OffsetDifference> Compare(OffsetSet reference, OffsetSet difference)
    {
        if (reference.Twins.Count + difference.Twins.Count > 0)
        {
            var twins = reference.Twins.Union(difference.Twins).ToHashSet();
            (reference, difference) = (reference.TellingApart(twins), difference.TellingApart(twins));
        }

        foreach (var (key, before) in reference.Items)
        {
            if (!difference.TryGet(key, out var after))
                yield return new OffsetDifference(before.Partition!, before.Offset, null, OffsetChange.Removed);
            else if (AreEqual(before, after))
                yield return new OffsetDifference(after.Partition!, before.Offset, after.Offset, OffsetChange.Equal);
            else
                yield return new OffsetDifference(after.Partition!, before.Offset, after.Offset, OffsetChange.Changed);
        }

        foreach (var (key, after) in difference.Items)
        {
            if (!reference.TryGet(key, out _))
                yield return new OffsetDifference(after.Partition!, null, after.Offset, OffsetChange.Added);
        }
    }

    /// <summary>
    /// Sinks by number. Sources by the same members with the same types: a connector that reads back <c>1.0</c> where it
    /// wrote <c>1</c> may fail on it.
    /// </summary>
    private static bool AreEqual(PartitionOffset before, PartitionOffset after)
    {
        if (PartitionOffset.AreWrittenAlike(before.Offset, after.Offset))
            return true;
        if (SinkPartition.TryRead(before.Partition) is not null
            && before.Offset is { Count: 1 }
            && after.Offset is { Count: 1 }
            && SinkPartition.TryReadOffset(before.Offset) is { } old
            && SinkPartition.TryReadOffset(after.Offset) is { } now)
        {
            return old == now;
        }

        return CanonicalJson.Exact(before.Offset) == CanonicalJson.Exact(after.Offset);
    }
}
