using System.Globalization;
using System.Text;
using ConfluentOffsets.Client.Files;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>The connectors of a sandbox, and the clusters that it knows.</summary>
internal sealed class SandboxEstate
{
    public const string DefaultEnvironmentId = "env-sandbox";
    public const string DefaultKafkaClusterId = "lkc-sandbox";

    /// <summary>One of the sandbox's own connectors has a task that failed, to be found and cured.</summary>
    private const string Ailing = "payments-snowflake";

    private const string Failure = """
        org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask due to unrecoverable exception.
            at org.apache.kafka.connect.runtime.WorkerSinkTask.deliverMessages(WorkerSinkTask.java:632)
        Caused by: org.apache.kafka.connect.errors.DataException: payments.refunded-0@1203: field 'amount' is not a number
        """;

    private readonly List<SandboxConnector> _connectors = [];
    private readonly Dictionary<ConnectorAddress, SandboxConnector> _byAddress = [];

    /// <summary>An estate of a file's connectors.</summary>
    /// <param name="entries">The file's; null: the sandbox's own.</param>
    /// <param name="environmentId">For all of them; null: where the file says, else the default.</param>
    /// <param name="kafkaClusterId">For all of them; null: where the file says, else the default.</param>
    /// <param name="now">When it begins.</param>
    /// <exception cref="InvalidFileException">A connector has no name, or two have the same one.</exception>
    public SandboxEstate(IReadOnlyList<OffsetsFileEntry>? entries, string? environmentId, string? kafkaClusterId, DateTimeOffset now)
    {
        var isOwn = entries is null;
        entries ??= OwnEntries();
        foreach (var entry in entries)
        {
            var name = string.IsNullOrWhiteSpace(entry.Document.Name)
                ? throw new InvalidFileException(string.Create(CultureInfo.InvariantCulture, $"Connector {_connectors.Count + 1} of the file has no 'name'."))
                : entry.Document.Name;
            var environment = environmentId ?? entry.EnvironmentId ?? DefaultEnvironmentId;
            var cluster = kafkaClusterId ?? entry.KafkaClusterId ?? DefaultKafkaClusterId;
            var id = entry.Document.Id ?? string.Create(CultureInfo.InvariantCulture, $"lcc-box{_connectors.Count + 1:d3}");
            var connector = new SandboxConnector(environment, cluster, id, name, entry.Document.Offsets, now)
            {
                TaskFailure = isOwn && name == Ailing ? Failure : null,
            };
            if (!_byAddress.TryAdd(new ConnectorAddress(environment, cluster, name), connector))
                throw new InvalidFileException($"Connector '{name}' is there twice.");
            _connectors.Add(connector);
        }

        EnvironmentId = _connectors.FirstOrDefault()?.EnvironmentId ?? environmentId ?? DefaultEnvironmentId;
        KafkaClusterId = _connectors.FirstOrDefault()?.KafkaClusterId ?? kafkaClusterId ?? DefaultKafkaClusterId;
    }

    /// <summary>The environment of the first connector.</summary>
    public string EnvironmentId { get; }

    /// <summary>The cluster of the first connector.</summary>
    public string KafkaClusterId { get; }

    public IReadOnlyList<SandboxConnector> Connectors => _connectors;

    /// <summary>The clusters that it knows, the default one first, without a connector's name.</summary>
    public IEnumerable<ConnectorAddress> Clusters => _connectors
        .Select(c => new ConnectorAddress(c.EnvironmentId, c.KafkaClusterId, ""))
        .Prepend(new ConnectorAddress(EnvironmentId, KafkaClusterId, ""))
        .Distinct();

    /// <summary>The connectors of a cluster.</summary>
    /// <exception cref="SandboxRefusalException">403: it is not there, as the service says it.</exception>
    public IEnumerable<SandboxConnector> In(string environmentId, string kafkaClusterId)
    {
        var found = _connectors.Where(c => c.EnvironmentId == environmentId && c.KafkaClusterId == kafkaClusterId);
        if ((environmentId, kafkaClusterId) == (EnvironmentId, KafkaClusterId) || found.Any())
            return found;
        throw new SandboxRefusalException(403, $"The sandbox has no cluster {kafkaClusterId} in {environmentId}: it has {KafkaClusterId} in {EnvironmentId}.");
    }

    /// <summary>A connector, or null.</summary>
    public SandboxConnector? Find(string environmentId, string kafkaClusterId, string name) =>
        _byAddress.GetValueOrDefault(new ConnectorAddress(environmentId, kafkaClusterId, name));

    /// <summary>The connectors that a sandbox has when it is given no file.</summary>
    private static IReadOnlyList<OffsetsFileEntry> OwnEntries()
    {
        using var stream = typeof(SandboxEstate).Assembly.GetManifestResourceStream("Estate.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return OffsetsFile.Read(reader.ReadToEnd());
    }
}
