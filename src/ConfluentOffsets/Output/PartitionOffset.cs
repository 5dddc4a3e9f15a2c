using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets;

/// <summary>A partition and its offset in a request or a status.</summary>
public sealed class PartitionOffset
{
    private PartitionOffset(Client.Wire.PartitionOffset item)
    {
        Partition = JsonView.Of(item.Partition);
        Offset = JsonView.Of(item.Offset);
    }

    /// <summary>The partition; null where the service left it out.</summary>
    public JsonMap? Partition { get; }

    /// <summary>The offset; null in a reset, and where the service left it out.</summary>
    public JsonMap? Offset { get; }

    /// <summary>A sink's topic, else null.</summary>
    public string? Topic => SinkPartition.TryRead(Partition?.Node)?.Topic;

    /// <summary>A sink's partition number, else null.</summary>
    public int? KafkaPartition => SinkPartition.TryRead(Partition?.Node)?.Partition;

    /// <summary>A sink's offset in its topic (<c>kafka_offset</c>), else null.</summary>
    public long? KafkaOffset => SinkPartition.TryReadOffset(Offset?.Node);

    /// <summary><c>orders-0: 1000</c></summary>
    public override string ToString() => OffsetText.Item(Partition?.Node, Offset?.Node);

    /// <summary>An array: PowerShell cannot index the compiler's read-only lists.</summary>
    internal static PartitionOffset[] List(IEnumerable<Client.Wire.PartitionOffset>? items) =>
        items?.Select(i => new PartitionOffset(i)).ToArray() ?? [];

    internal Client.Wire.PartitionOffset ToItem() => new(Partition?.Node, Offset?.Node);
}
