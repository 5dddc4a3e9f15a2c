namespace ConfluentOffsets.Client;

/// <summary>A connector, as the API's paths name it.</summary>
internal sealed record ConnectorAddress(string EnvironmentId, string KafkaClusterId, string ConnectorName)
{
    /// <summary>The path of the connector; each segment is escaped, so that no name reaches another path.</summary>
    public string Path => $"{ConnectorsPath(EnvironmentId, KafkaClusterId)}/{Escape(ConnectorName)}";

    public static string ConnectorsPath(string environmentId, string kafkaClusterId) =>
        $"/connect/v1/environments/{Escape(environmentId)}/clusters/{Escape(kafkaClusterId)}/connectors";

    // "." and ".." hold nothing that EscapeDataString escapes, and a Uri would resolve them away.
    private static string Escape(string segment) =>
        segment is "." or ".." ? segment.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(segment);
}
