using System.ComponentModel;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets;

/// <summary>How far a request to alter or reset offsets has come.</summary>
/// <seealso href="https://docs.confluent.io/cloud/current/connectors/offsets.html"/>
[TypeConverter(typeof(Rehydrator))]
public sealed class ConnectorOffsetRequestStatus
{
    /// <summary>The environment's id, <c>env-...</c>.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The Kafka cluster's id, <c>lkc-...</c>.</summary>
    public string? KafkaClusterId { get; init; }

    /// <summary>The connector's name.</summary>
    public string? ConnectorName { get; init; }

    /// <summary>The connector's id, <c>lcc-...</c>; null where the service did not tell it.</summary>
    public string? ConnectorId { get; init; }

    /// <summary>
    /// <c>PENDING</c>, <c>PENDING_VALIDATION</c>, <c>APPLIED</c>, <c>FAILED</c>, or what the service says. Only APPLIED and
    /// FAILED are ends; the service lists PENDING_VALIDATION and does not explain it.
    /// </summary>
    public string Phase { get; init; } = "";

    /// <summary>The service's words; null where it gave none.</summary>
    public string? Message { get; init; }

    /// <summary>The request.</summary>
    public ConnectorOffsetRequest Request { get; init; } = new();

    /// <summary>What the connector last processed before the change (<c>previous_offsets</c>); empty where the service did not tell.</summary>
    public IReadOnlyList<PartitionOffset> PreviousOffsets { get; init; } = [];

    /// <summary>When the change was applied (UTC, the service's clock; <c>applied_at</c>); null where it was not, or the service did not tell.</summary>
    public DateTime? AppliedAt => AppliedTime?.Utc;

    /// <summary>The list that the service shows for the request; null where it shows none.</summary>
    internal IReadOnlyList<Client.Wire.PartitionOffset>? Shown { get; init; }

    internal ServerTime? AppliedTime { get; init; }

    internal ConfluentConnection? Connection => Request.Connection;

    /// <summary>Where its connector is.</summary>
    internal Place Place => new(Connection, EnvironmentId, KafkaClusterId);

    /// <summary><c>APPLIED PATCH orders-sink</c></summary>
    public override string ToString() => $"{Phase} {Request}";
}
