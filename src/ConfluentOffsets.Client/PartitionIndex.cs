using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client;

/// <summary>Finds partitions among a connector's current ones.</summary>
internal sealed class PartitionIndex
{
    /// <summary>Past that many a closest one is no help, and costs.</summary>
    private const int MaxCompared = 2000;

    private const int MaxComparedLength = 200;

    private readonly Dictionary<PartitionKey, PartitionOffset> _current;

    /// <summary>Partitions that differ in nothing but the order of their members, by how they are written; null: there are none, as nearly always.</summary>
    private Dictionary<PartitionKey, Dictionary<PartitionKey, PartitionOffset>>? _twins;

    /// <summary>Of one document.</summary>
    public PartitionIndex(IEnumerable<PartitionOffset> current)
    {
        _current = new(current.TryGetNonEnumeratedCount(out var count) ? count : 0);
        foreach (var item in current)
            Add(item);
    }

    /// <summary>
    /// Of two documents: the later one's word counts. They may write the same partition in two ways, unless one of them has
    /// several that differ in that alone.
    /// </summary>
    public PartitionIndex(IEnumerable<PartitionOffset> earlier, IEnumerable<PartitionOffset> later)
        : this(earlier)
    {
        var last = new PartitionIndex(later);
        foreach (var item in last.Items)
        {
            var key = PartitionKey.Of(item.Partition!);
            if (Twins(key).Count + last.Twins(key).Count > 0 || !_current.ContainsKey(key))
                Add(item);
            else
                _current[key] = item;
        }
    }

    public bool IsEmpty => _current.Count == 0;

    public IEnumerable<PartitionOffset> Items => _twins is null ? _current.Values : _current.SelectMany(c => Twins(c.Key) is { Count: > 0 } twins ? twins : [c.Value]);

    /// <summary>The partition itself, however it is written, unless there are several: then the one that is written so, if any.</summary>
    public PartitionOffset? Find(JsonMapNode partition) => Find(PartitionKey.Of(partition), partition);

    /// <summary>As <see cref="Find(JsonMapNode)"/>, where its key is known.</summary>
    /// <param name="key">The partition's.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="asWritten">Whether it has to be written so in any case: there are several elsewhere.</param>
    public PartitionOffset? Find(PartitionKey key, JsonMapNode partition, bool asWritten = false)
    {
        if (_twins is not null && _twins.TryGetValue(key, out var twins))
            return twins.GetValueOrDefault(PartitionKey.AsWritten(partition));
        return _current.TryGetValue(key, out var item) && (!asWritten || IsWrittenAs(item.Partition!, partition)) ? item : null;
    }

    /// <summary>Those that differ from a partition in nothing but the order of their members, where there are several; else none.</summary>
    public IReadOnlyCollection<PartitionOffset> Twins(PartitionKey key) =>
        _twins is not null && _twins.TryGetValue(key, out var twins) ? twins.Values : [];

    /// <summary>Whether two partitions, the same but for the order of their members, have that in common, too.</summary>
    public static bool IsWrittenAs(JsonMapNode left, JsonMapNode right) => PartitionKey.AsWritten(left) == PartitionKey.AsWritten(right);

    /// <summary>The current partition that is written most alike, or null where there is none.</summary>
    public PartitionOffset? Closest(JsonMapNode partition)
    {
        var wanted = Comparable(partition);
        return Items.Take(MaxCompared).MinBy(item => Distance(wanted, Comparable(item.Partition!)));
    }

    private void Add(PartitionOffset item)
    {
        if (item.Partition is null)
            return;
        var key = PartitionKey.Of(item.Partition);
        if (_current.TryAdd(key, item))
            return;

        var asWritten = PartitionKey.AsWritten(item.Partition);
        var first = _current[key];
        if (_twins is not null && _twins.TryGetValue(key, out var twins))
            twins[asWritten] = item;
        else if (PartitionKey.AsWritten(first.Partition!) is var firstAsWritten && firstAsWritten != asWritten)
            (_twins ??= [])[key] = new() { [firstAsWritten] = first, [asWritten] = item };
        else
            _current[key] = item;
    }

    private static string Comparable(JsonMapNode partition)
    {
        var text = SinkPartition.TryRead(partition) is { } sink ? sink.ToString() : CanonicalJson.Exact(partition);
        return text.Length > MaxComparedLength ? text[..MaxComparedLength] : text;
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
