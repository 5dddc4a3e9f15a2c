using System.ComponentModel;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets;

/// <summary>A connector: what it is, and whether it works.</summary>
/// <seealso href="https://docs.confluent.io/cloud/current/connectors/connect-api-section.html"/>
[TypeConverter(typeof(Rehydrator))]
public sealed class Connector
{
    /// <summary>The environment's id, <c>env-...</c>.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The Kafka cluster's id, <c>lkc-...</c>.</summary>
    public string? KafkaClusterId { get; init; }

    /// <summary>The connector's name.</summary>
    public string? ConnectorName { get; init; }

    /// <summary>The connector's id, <c>lcc-...</c>; null where the service did not tell it.</summary>
    public string? ConnectorId { get; init; }

    /// <summary><c>sink</c>, <c>source</c>, or what the service says; null where it did not tell.</summary>
    public string? Type { get; init; }

    /// <summary><c>RUNNING</c>, <c>PAUSED</c>, <c>FAILED</c>, or what the service says; null where it did not tell.</summary>
    public string? State { get; init; }

    /// <summary>The first line of the reason why the connector itself failed; null where there is none.</summary>
    public string? Trace { get; init; }

    /// <summary>Its tasks; empty where the service told of none.</summary>
    public IReadOnlyList<ConnectorTask> Tasks { get; init; } = [];

    /// <summary>Where it came from, so that it goes back there.</summary>
    internal ConfluentConnection? Connection { get; init; }

    /// <summary><c>orders-sink: RUNNING</c>, which is no connector's name by accident.</summary>
    public override string ToString() => $"{ConnectorName}: {State}";

    internal static Connector Of(ConfluentConnection connection, ConnectorAddress address, ConnectorDocument document) => new()
    {
        EnvironmentId = address.EnvironmentId,
        KafkaClusterId = address.KafkaClusterId,
        ConnectorName = document.Name,
        ConnectorId = document.Id,
        Type = document.Type,
        State = document.State,
        Trace = ConnectorTask.FirstLine(document.Trace),
        Tasks = TaskList(document.Tasks),
        Connection = connection,
    };

    /// <summary>An array: PowerShell cannot index the compiler's read-only lists.</summary>
    internal static ConnectorTask[] TaskList(IEnumerable<ConnectorTaskDocument> tasks) => [.. tasks.Select(t => new ConnectorTask(t))];
}
