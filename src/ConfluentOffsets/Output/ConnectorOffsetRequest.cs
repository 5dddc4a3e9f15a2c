using System.ComponentModel;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets;

/// <summary>A request to alter or reset the offsets of a connector, which the service has accepted.</summary>
/// <seealso href="https://docs.confluent.io/cloud/current/connectors/offsets.html"/>
[TypeConverter(typeof(Rehydrator))]
public sealed class ConnectorOffsetRequest
{
    private static readonly Lazy<IReadOnlyList<PartitionOffset>> s_none = new([]);

    /// <summary>The environment's id, <c>env-...</c>.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The Kafka cluster's id, <c>lkc-...</c>.</summary>
    public string? KafkaClusterId { get; init; }

    /// <summary>The connector's name.</summary>
    public string? ConnectorName { get; init; }

    /// <summary>The connector's id, <c>lcc-...</c>; null where the service did not tell it.</summary>
    public string? ConnectorId { get; init; }

    /// <summary><c>PATCH</c> (alter), <c>DELETE</c> (reset), or what the service says.</summary>
    public string? Type { get; init; }

    /// <summary>What is altered; empty for a reset of everything.</summary>
    public IReadOnlyList<PartitionOffset> Offsets
    {
        get => OffsetsOnDemand.Value;
        init => OffsetsOnDemand = new(value);
    }

    /// <summary>All offsets of the connector, read before the request (and its prompt); empty where they are not known.</summary>
    public IReadOnlyList<PartitionOffset> OffsetsBefore
    {
        get => OffsetsBeforeOnDemand.Value;
        init => OffsetsBeforeOnDemand = new(value);
    }

    /// <summary>The file that -BackupPath wrote before the request; null where there is none.</summary>
    public string? BackupFile { get; init; }

    /// <summary>When the service took the request (UTC, its clock; <c>requested_at</c>); null where it did not tell.</summary>
    public DateTime? RequestedAt => Time?.Utc;

    /// <summary><see cref="Offsets"/>, made when somebody looks at them: there can be 100,000.</summary>
    internal Lazy<IReadOnlyList<PartitionOffset>> OffsetsOnDemand { get; init; } = s_none;

    /// <inheritdoc cref="OffsetsOnDemand"/>
    internal Lazy<IReadOnlyList<PartitionOffset>> OffsetsBeforeOnDemand { get; init; } = s_none;

    /// <summary>What was sent, out of reach of edits; null for a reset of everything.</summary>
    internal IReadOnlyList<Client.Wire.PartitionOffset>? Sent { get; init; }

    /// <summary><see cref="OffsetsBefore"/> is from before an earlier change, which was not observed yet: see <see cref="Baseline"/>.</summary>
    internal bool IsBeforeEarly { get; init; }

    internal ServerTime? Time { get; init; }

    /// <summary>What its status is recognised by; null: it is followed as the latest there is.</summary>
    internal RequestBaseline? Baseline { get; init; }

    /// <summary>The list in the service's answer; null where it gave none.</summary>
    internal IReadOnlyList<Client.Wire.PartitionOffset>? Echo { get; init; }

    internal ConfluentConnection? Connection { get; init; }

    /// <summary>Where its connector is.</summary>
    internal Place Place => new(Connection, EnvironmentId, KafkaClusterId);

    /// <summary>The connector, where all three parts are known.</summary>
    internal ConnectorAddress Address => new(EnvironmentId!, KafkaClusterId!, ConnectorName!);

    /// <summary><c>PATCH orders-sink</c></summary>
    public override string ToString() => $"{Type} {ConnectorName}";
}
