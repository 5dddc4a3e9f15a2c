using System.ComponentModel;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Input;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets;

/// <summary>
/// The offset of one partition of a connector, as the service last observed it. It observes from time to time, so a
/// running connector is further on by now.
/// </summary>
/// <seealso href="https://docs.confluent.io/cloud/current/connectors/offsets.html"/>
[TypeConverter(typeof(Rehydrator))]
public sealed class ConnectorOffset
{
    /// <summary>The environment's id, <c>env-...</c>.</summary>
    public string? EnvironmentId { get; set; }

    /// <summary>The Kafka cluster's id, <c>lkc-...</c>.</summary>
    public string? KafkaClusterId { get; set; }

    /// <summary>The connector's name.</summary>
    public string? ConnectorName { get; set; }

    /// <summary>The connector's id, <c>lcc-...</c>; null where the service did not tell it.</summary>
    public string? ConnectorId { get; init; }

    /// <summary>The partition.</summary>
    public JsonMap? Partition { get; set; }

    /// <summary>The offset.</summary>
    public JsonMap? Offset { get; set; }

    /// <summary>A sink's topic, else null.</summary>
    public string? Topic => SinkPartition.TryRead(Partition?.Node)?.Topic;

    /// <summary>A sink's partition number, else null.</summary>
    public int? KafkaPartition => SinkPartition.TryRead(Partition?.Node)?.Partition;

    /// <summary>
    /// A sink's offset in its topic (<see cref="long"/>, <c>kafka_offset</c>), else null. What is assigned is written through to <see cref="Offset"/>. An
    /// object, since PowerShell would make 0 of an empty variable for a property that is a number.
    /// </summary>
    /// <exception cref="InvalidOperationException">The partition is not a sink's, or no offset is assigned.</exception>
    public object? KafkaOffset
    {
        get => Topic is null ? null : SinkPartition.TryReadOffset(Offset?.Node);
        set
        {
            if (Topic is null)
                throw new InvalidOperationException("Only a sink's partition has a KafkaOffset; set members of Offset instead.");
            if (WholeNumber.TryRead(value) is not { } offset)
                throw new InvalidOperationException($"{WholeNumber.Describe(value)} is no offset. Reset-ConnectorOffset takes a partition's offset away.");
            if (Offset is null)
                Offset = JsonMap.Of(SinkPartition.CreateOffset(offset));
            else if (SinkPartition.TryReadOffset(Offset.Node) != offset)
                Offset.Node.Set(SinkPartition.OffsetMember, offset);
        }
    }

    /// <summary>When the service observed the offset (UTC, its clock; <c>observed_at</c>); null where it did not tell.</summary>
    public DateTime? ObservedAt { get; init; }

    /// <summary>Where the row came from, so that it goes back there.</summary>
    internal ConfluentConnection? Connection { get; init; }

    /// <summary><c>orders-sink orders-0: 1000</c></summary>
    public override string ToString() => $"{ConnectorName} {OffsetText.Item(Partition?.Node, Offset?.Node)}";
}
