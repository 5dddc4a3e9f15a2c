using System.ComponentModel;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets;

/// <summary>
/// A partition whose offsets were compared. Where connectors of different names were compared, the names and ids are the
/// difference's.
/// </summary>
[TypeConverter(typeof(Rehydrator))]
public sealed class ConnectorOffsetDifference
{
    /// <summary>The environment's id, <c>env-...</c>; null where the rows do not tell it.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The Kafka cluster's id, <c>lkc-...</c>; null where the rows do not tell it.</summary>
    public string? KafkaClusterId { get; init; }

    /// <summary>The connector's name; null where the rows do not tell it.</summary>
    public string? ConnectorName { get; init; }

    /// <summary>The partition.</summary>
    public JsonMap? Partition { get; init; }

    /// <summary>A sink's topic, else null.</summary>
    public string? Topic => SinkPartition.TryRead(Partition?.Node)?.Topic;

    /// <summary>A sink's partition number, else null.</summary>
    public int? KafkaPartition => SinkPartition.TryRead(Partition?.Node)?.Partition;

    /// <summary>The offset in the reference; null where the partition is not there.</summary>
    public JsonMap? ReferenceOffset { get; init; }

    /// <summary>The offset in the difference; null where the partition is not there.</summary>
    public JsonMap? DifferenceOffset { get; init; }

    /// <summary>
    /// In records: a sink's offset in the difference minus that in the reference; null for sources, where one is missing, and where
    /// the number is too large for a <see cref="long"/>.
    /// </summary>
    public long? Delta { get; init; }

    /// <summary><c>Added</c>, <c>Removed</c>, <c>Changed</c> or <c>Equal</c>.</summary>
    public string Change { get; init; } = "";

    /// <summary>Which connectors were compared, and where, for the head of the table.</summary>
    internal string? ConnectorText { get; init; }

    /// <summary>Where the connector's row came from, so that it goes back there.</summary>
    internal ConfluentConnection? Connection { get; init; }

    /// <summary><c>Changed orders-sink orders-0: 1000 -> 2000</c></summary>
    public override string ToString() =>
        $"{Change} {ConnectorName} {OffsetText.Partition(Partition?.Node)}: {OffsetText.Offset(ReferenceOffset?.Node)} -> {OffsetText.Offset(DifferenceOffset?.Node)}";
}
