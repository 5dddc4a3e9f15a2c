using System.Collections.Concurrent;
using System.Text;
using ConfluentOffsets.Client;

namespace ConfluentOffsets.Alteration;

/// <summary>
/// What has left and what has not, for whoever stops a cmdlet in the middle: the host still shows it when the streams are
/// closed. Safe for concurrent use.
/// </summary>
/// <param name="lookAt">The cmdlet that shows what became of a request.</param>
internal sealed class SentRequests(string lookAt)
{
    private enum Fate
    {
        Unanswered,
        Taken,
        NotTaken,
    }

    private readonly ConcurrentDictionary<(ConfluentConnection, ConnectorAddress), Fate> _fates = new();

    /// <summary>It is leaving.</summary>
    public void Sending(ConfluentConnection connection, ConnectorAddress connector) => _fates[(connection, connector)] = Fate.Unanswered;

    /// <summary>The service took it.</summary>
    public void Taken(ConfluentConnection connection, ConnectorAddress connector) => _fates[(connection, connector)] = Fate.Taken;

    /// <summary>It was surely not taken, if it has left at all.</summary>
    public void NotTaken(ConfluentConnection connection, ConnectorAddress connector) =>
        _fates.TryUpdate((connection, connector), Fate.NotTaken, Fate.Unanswered);

    /// <summary>What became of each connector's request up to now, or null where there is nothing to tell.</summary>
    public string? Tell(IEnumerable<(ConfluentConnection Connection, ConnectorAddress Connector)> all)
    {
        var connectors = all.ToArray();
        if (connectors.Length == 0)
            return null;

        var areOfOneCluster = connectors.DistinctBy(c => (c.Connection, c.Connector with { ConnectorName = "" })).Count() == 1;
        var text = new StringBuilder("Stopped.");
        Add($"Sent, with no answer yet, so perhaps taken (look at {lookAt})", Fate.Unanswered);
        Add($"Taken, perhaps not finished yet (look at {lookAt})", Fate.Taken);
        Add("Sent, and not taken", Fate.NotTaken);
        Add("Nothing was sent for", null);
        return text.ToString();

        void Add(string what, Fate? fate)
        {
            var names = connectors.Where(c => (_fates.TryGetValue(c, out var known) ? known : null as Fate?) == fate).Select(c => Name(c.Connector)).ToArray();
            if (names.Length > 0)
                text.Append(' ').Append(what).Append(": ").AppendJoin(", ", names).Append('.');
        }

        string Name(ConnectorAddress connector) => OffsetText.Printable(areOfOneCluster
            ? connector.ConnectorName
            : $"{connector.ConnectorName} ({connector.EnvironmentId}, {connector.KafkaClusterId})");
    }
}
