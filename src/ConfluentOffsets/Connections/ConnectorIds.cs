using System.Buffers;
using System.Text;
using ConfluentOffsets.Client;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Connections;

/// <summary>Says which connector is meant, out of what a cmdlet is given and its connection's defaults.</summary>
internal static class ConnectorIds
{
    private const string EnvironmentPrefix = "env-";
    private const string ClusterPrefix = "lkc-";
    private const string ConnectorPrefix = "lcc-";

    /// <summary>The connector's address.</summary>
    /// <exception cref="RejectedInputException">A part is missing or cannot be right.</exception>
    public static ConnectorAddress Resolve(ConfluentConnection connection, string? environmentId, string? kafkaClusterId, string? connectorName)
    {
        if (string.IsNullOrWhiteSpace(connectorName))
            throw new RejectedInputException(ErrorIds.InvalidConnectorName, "A connector's name is blank: is a variable empty?", connectorName ?? "");
        if (connectorName is "." or "..")
            throw new RejectedInputException(ErrorIds.InvalidConnectorName, $"'{connectorName}' cannot be a connector's name: on its way to the service it would become another path.", connectorName);
        if (!IsText(connectorName))
            throw new RejectedInputException(ErrorIds.InvalidConnectorName, "A connector's name holds half a surrogate pair: on its way to the service it would become another name.", connectorName);
        var cluster = ResolveCluster(connection, environmentId, kafkaClusterId);
        return cluster with { ConnectorName = connectorName };
    }

    /// <summary>A cluster's address, with no connector's name.</summary>
    /// <exception cref="RejectedInputException">A part is missing or cannot be right.</exception>
    public static ConnectorAddress ResolveCluster(ConfluentConnection connection, string? environmentId, string? kafkaClusterId)
    {
        environmentId = Or(environmentId, connection.EnvironmentId);
        kafkaClusterId = Or(kafkaClusterId, connection.KafkaClusterId);
        if (environmentId is null && kafkaClusterId is null)
            throw new RejectedInputException(ErrorIds.InvalidEnvironmentId, "Neither an environment (-EnvironmentId) nor a Kafka cluster (-KafkaClusterId) is given, and the connection has no defaults.", "EnvironmentId");
        if (environmentId is null)
            throw new RejectedInputException(ErrorIds.InvalidEnvironmentId, "No environment is given (-EnvironmentId), and the connection has no default.", "EnvironmentId");
        if (kafkaClusterId is null)
            throw new RejectedInputException(ErrorIds.InvalidKafkaClusterId, "No Kafka cluster is given (-KafkaClusterId), and the connection has no default.", "KafkaClusterId");
        CheckEnvironmentId(environmentId);
        CheckKafkaClusterId(kafkaClusterId);
        return new ConnectorAddress(environmentId, kafkaClusterId, "");
    }

    /// <summary>Refuses what is another thing's id; formats are the service's own business.</summary>
    /// <exception cref="RejectedInputException">It cannot be an environment's.</exception>
    public static void CheckEnvironmentId(string? id)
    {
        if (id is not null && id.Length > 0 && (IsNoId(id) || StartsWith(id, ClusterPrefix) || StartsWith(id, ConnectorPrefix)))
            throw new RejectedInputException(ErrorIds.InvalidEnvironmentId, $"'{id}' is not the id of an environment, which begins with {EnvironmentPrefix}.", id);
    }

    /// <summary>Refuses what is another thing's id; formats are the service's own business.</summary>
    /// <exception cref="RejectedInputException">It cannot be a cluster's.</exception>
    public static void CheckKafkaClusterId(string? id)
    {
        if (id is not null && id.Length > 0 && (IsNoId(id) || StartsWith(id, EnvironmentPrefix) || StartsWith(id, ConnectorPrefix)))
            throw new RejectedInputException(ErrorIds.InvalidKafkaClusterId, $"'{id}' is not the id of a Kafka cluster, which begins with {ClusterPrefix}.", id);
    }

    /// <summary>What was given, else what stands behind it: a piped row's id, a connection's default.</summary>
    public static string? Or(string? given, string? standard) => string.IsNullOrEmpty(given) ? standard : given;

    private static bool IsNoId(string id) => string.IsNullOrWhiteSpace(id) || id is "." or ".." || !IsText(id);

    /// <summary>Whether UTF-8 can carry it: half a surrogate pair would become another character.</summary>
    private static bool IsText(ReadOnlySpan<char> text)
    {
        while (Rune.DecodeFromUtf16(text, out _, out var length) == OperationStatus.Done)
            text = text[length..];
        return text.IsEmpty;
    }

    private static bool StartsWith(string id, string prefix) => id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
