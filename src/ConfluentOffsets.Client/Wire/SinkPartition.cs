using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>A sink connector's partition: a topic and a partition number, which may be written <c>0</c> or <c>"0"</c>.</summary>
internal readonly record struct SinkPartition(string Topic, int Partition)
{
    public const string TopicMember = "kafka_topic";
    public const string PartitionMember = "kafka_partition";
    public const string OffsetMember = "kafka_offset";

    private static readonly object s_none = new();

    /// <summary>Partitions of one topic come one after another, and share its name.</summary>
    [ThreadStatic]
    private static string? t_latestTopic;

    /// <summary>Null for a source's partition.</summary>
    public static SinkPartition? TryRead(JsonMapNode? partition) => partition is null || IsPlainlyOther(partition.UnreadLiteral)
        ? null
        : ReadPlain(partition.UnreadLiteral) ?? partition.Meaning(static p => (object?)ReadMembers(p) ?? s_none) as SinkPartition?;

    /// <summary>Whether no member can be a sink's topic: seen without taking a source's members apart, which would stay in memory.</summary>
    private static bool IsPlainlyOther(ReadOnlySpan<byte> literal) =>
        !literal.IsEmpty && !literal.Contains((byte)'\\') && literal.IndexOf("\"kafka_topic\""u8) < 0;

    /// <summary>
    /// As services write it: no escapes, no white space, the number without quotes; the two members in either order. A
    /// connector has many, and to take members apart costs.
    /// </summary>
    private static SinkPartition? ReadPlain(ReadOnlySpan<byte> literal)
    {
        ReadOnlySpan<byte> topic, number;
        if (literal.StartsWith("{\"kafka_topic\":\""u8))
        {
            var rest = literal["{\"kafka_topic\":\""u8.Length..^1];
            var end = rest.IndexOfAny((byte)'"', (byte)'\\');
            if (end < 0 || !rest[end..].StartsWith("\",\"kafka_partition\":"u8))
                return null;
            topic = rest[..end];
            number = rest[(end + "\",\"kafka_partition\":"u8.Length)..];
        }
        else if (literal.StartsWith("{\"kafka_partition\":"u8))
        {
            var rest = literal["{\"kafka_partition\":"u8.Length..];
            var end = rest.IndexOf((byte)',');
            if (end < 0 || !rest[end..].StartsWith(",\"kafka_topic\":\""u8) || !rest.EndsWith("\"}"u8))
                return null;
            topic = rest[(end + ",\"kafka_topic\":\""u8.Length)..^2];
            number = rest[..end];
            if (topic.IndexOfAny((byte)'"', (byte)'\\') >= 0)
                return null;
        }
        else
        {
            return null;
        }

        return Utf8Parser.TryParse(number, out int partition, out var length) && length == number.Length && partition >= 0
            ? new SinkPartition(Name(topic), partition)
            : null;
    }

    private static string Name(ReadOnlySpan<byte> name) =>
        t_latestTopic is { } latest && Ascii.Equals(name, latest) ? latest : t_latestTopic = Encoding.UTF8.GetString(name);

    private static SinkPartition? ReadMembers(JsonMapNode partition)
    {
        if (partition is not { Count: 2 }
            || partition.GetExact(TopicMember) is not string topic
            || Number(partition.GetExact(PartitionMember)) is not { } number
            || number is < 0 or > int.MaxValue)
        {
            return null;
        }

        return new SinkPartition(topic, (int)number);
    }

    /// <summary>The <c>kafka_offset</c> of a sink's offset, or null.</summary>
    public static long? TryReadOffset(JsonMapNode? offset) =>
        offset is null ? null : ReadPlainOffset(offset.UnreadLiteral) ?? Number(offset.GetExact(OffsetMember));

    /// <summary>
    /// How many records a sink's offset is moved on, or back (below zero); null where the partition is no sink's or an offset is
    /// missing. The difference of two longs need not be one.
    /// </summary>
    public static Int128? Difference(JsonMapNode? partition, JsonMapNode? before, JsonMapNode? after) =>
        TryRead(partition) is not null && TryReadOffset(before) is { } from && TryReadOffset(after) is { } to
            ? (Int128)to - from
            : null;

    /// <summary>A map as the service writes it.</summary>
    public static JsonMapNode Create(string topic, int partition) => new(
    [
        KeyValuePair.Create<string, object?>(TopicMember, topic),
        KeyValuePair.Create<string, object?>(PartitionMember, (long)partition),
    ]);

    /// <summary>A map as the service writes it.</summary>
    public static JsonMapNode CreateOffset(long offset) =>
        new([KeyValuePair.Create<string, object?>(OffsetMember, offset)]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}-{Partition}");

    private static long? ReadPlainOffset(ReadOnlySpan<byte> literal)
    {
        var start = "{\"kafka_offset\":"u8;
        if (!literal.StartsWith(start))
            return null;
        var number = literal[start.Length..^1];
        return Utf8Parser.TryParse(number, out long offset, out var length) && length == number.Length ? offset : null;
    }

    private static long? Number(object? value) => value switch
    {
        long n => n,
        string s when long.TryParse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) => n,
        decimal d when d == decimal.Truncate(d) && d >= long.MinValue && d <= long.MaxValue => (long)d,
        double d when d == Math.Truncate(d) && Math.Abs(d) < 1L << 53 => (long)d,
        _ => null,
    };
}
