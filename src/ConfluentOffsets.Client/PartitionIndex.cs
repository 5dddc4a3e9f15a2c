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

    public PartitionIndex(IEnumerable<PartitionOffset> current)
    {
        _current = new(current.TryGetNonEnumeratedCount(out var count) ? count : 0);
        foreach (var item in current)
        {
            if (item.Partition is not null)
                _current[PartitionKey.Of(item.Partition)] = item;
        }
    }

    public bool IsEmpty => _current.Count == 0;

    public IEnumerable<PartitionOffset> Items => _current.Values;

    public PartitionOffset? Find(JsonMapNode partition) => _current.GetValueOrDefault(PartitionKey.Of(partition));

    /// <summary>The current partition that is written most alike, or null where there is none.</summary>
    public PartitionOffset? Closest(JsonMapNode partition)
    {
        var wanted = Comparable(partition);
        return _current.Values.Take(MaxCompared).MinBy(item => Distance(wanted, Comparable(item.Partition!)));
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
