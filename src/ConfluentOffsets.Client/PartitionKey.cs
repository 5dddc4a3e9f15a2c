using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client;

/// <summary>
/// Equal for the same partition: sinks by topic and number, sources by the same members with the same types, in any
/// order. A value, since a connector can have 100,000.
/// </summary>
/// <param name="Text">A sink's topic; else the partition itself.</param>
/// <param name="Number">A sink's partition number; below zero for all else.</param>
internal readonly record struct PartitionKey(string Text, int Number)
{
    private const int Source = -1;
    private const int WholeTopic = -2;
    private const int Twin = -3;

    public static PartitionKey Of(JsonMapNode partition) => SinkPartition.TryRead(partition) is { } sink
        ? new PartitionKey(sink.Topic, sink.Partition)
        : new PartitionKey(CanonicalJson.Exact(partition), Source);

    /// <summary>
    /// Of a partition as it is written: of a source, also by the order of its members. To Kafka Connect, which keeps
    /// serialized JSON, two that differ in it are two partitions.
    /// </summary>
    public static PartitionKey AsWritten(JsonMapNode partition) => SinkPartition.TryRead(partition) is { } sink
        ? new PartitionKey(sink.Topic, sink.Partition)
        : new PartitionKey(CanonicalJson.InOrder(partition), Source);

    /// <summary>As <see cref="AsWritten"/>, and none that <see cref="Of"/> gives: for one of several that differ in their order alone.</summary>
    public static PartitionKey AsTwin(JsonMapNode partition) => new(CanonicalJson.InOrder(partition), Twin);

    /// <summary>Whether a partition can have an offset: a sink's has one of a sink, a source's any.</summary>
    public bool Takes(JsonMapNode offset) => Number < 0 || SinkPartition.TryReadOffset(offset) >= 0;

    /// <summary>Of a topic as a whole, which is none of its partitions.</summary>
    public static PartitionKey OfTopic(string topic) => new(topic, WholeTopic);
}
