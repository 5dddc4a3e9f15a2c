using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ConfluentOffsets.Benchmarks;

/// <summary>Documents of offsets, about 100 bytes for a partition, and whether they came back as they went out.</summary>
internal sealed class OffsetDocuments
{
    private const string Topic = "orders-of-the-shop";
    private const int Kept = 8;
    private readonly ConcurrentDictionary<int, byte[]> _lists = new();
    private (string Connector, byte[] Body) _posted = ("", "{}"u8.ToArray());

    public byte[] Of(string connector, int partitions)
    {
        // Those of the growth are large: keep the last few.
        if (_lists.Count > Kept)
            _lists.Clear();
        var list = _lists.GetOrAdd(partitions, n => Encoding.UTF8.GetBytes(List(n)));
        var head = Encoding.UTF8.GetBytes($$$"""{"id":"lcc-bench","name":"{{{connector}}}","offsets":""");
        var tail = Encoding.UTF8.GetBytes($$$""","metadata":{"observed_at":"{{{DateTimeOffset.UtcNow:O}}}"}}""");
        return [.. head, .. list, .. tail];
    }

    /// <summary>Keeps what is posted for a connector: to look at it is no part of what is measured.</summary>
    public void Note(string connector, byte[] body) => _posted = (connector, body);

    /// <summary>Of the last POST: how many offsets, and whether they are byte for byte what the connector was told to have.</summary>
    public string Posted()
    {
        var (connector, body) = _posted;
        using var posted = JsonDocument.Parse(body);
        if (!posted.RootElement.TryGetProperty("offsets", out var offsets))
            return "{}";
        var partitions = offsets.GetArrayLength();
        var same = Encoding.UTF8.GetBytes(offsets.GetRawText()).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(List(partitions)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"Connector":"{{connector}}","Count":{{partitions}},"SameBytes":{{(same ? "true" : "false")}}}""");
    }

    private static string List(int partitions)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < partitions; i++)
        {
            text.Append(i > 0 ? "," : "").Append(
                CultureInfo.InvariantCulture,
                $$$"""{"partition":{"kafka_topic":"{{{Topic}}}","kafka_partition":{{{i}}}},"offset":{"kafka_offset":{{{9_000_000_000L + (i * 7919L)}}}}}""");
        }

        return text.Append(']').ToString();
    }
}
