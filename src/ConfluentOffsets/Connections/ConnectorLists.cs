using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Connections;

/// <summary>
/// The lists of connectors that one run of a cmdlet needs: each cluster's is asked for once, also when that fails. Safe
/// for concurrent use.
/// </summary>
/// <param name="api">The operations of a connection.</param>
/// <param name="needsStates">States are needed in the end: then names and ids come out of the same list.</param>
/// <param name="cancellationToken">Ends the calls.</param>
internal sealed class ConnectorLists(Func<ConfluentConnection, ConnectorsApi> api, bool needsStates, CancellationToken cancellationToken)
{
    private enum Detail
    {
        Names,
        Ids,
        All,
    }

    private readonly object _lock = new();
    private readonly Dictionary<(ConfluentConnection, ConnectorAddress, Detail), Task<IReadOnlyList<ConnectorDocument>>> _lists = [];

    /// <summary>A cluster's connectors, of which at least the names are known.</summary>
    /// <exception cref="ServiceException">The call failed.</exception>
    public Task<IReadOnlyList<ConnectorDocument>> WithNamesAsync(ConfluentConnection connection, ConnectorAddress cluster) =>
        FindAsync(connection, cluster, needsStates ? Detail.All : Detail.Names);

    /// <summary>A cluster's connectors, of which names and ids are known.</summary>
    /// <exception cref="ServiceException">The call failed.</exception>
    public Task<IReadOnlyList<ConnectorDocument>> WithIdsAsync(ConfluentConnection connection, ConnectorAddress cluster) =>
        FindAsync(connection, cluster, needsStates ? Detail.All : Detail.Ids);

    /// <summary>A cluster's connectors, with type, state and tasks.</summary>
    /// <exception cref="ServiceException">The call failed.</exception>
    public Task<IReadOnlyList<ConnectorDocument>> WithStatesAsync(ConfluentConnection connection, ConnectorAddress cluster) =>
        FindAsync(connection, cluster, Detail.All);

    /// <summary>What knows more serves those who want less.</summary>
    private Task<IReadOnlyList<ConnectorDocument>> FindAsync(ConfluentConnection connection, ConnectorAddress connector, Detail detail)
    {
        var cluster = connector with { ConnectorName = "" };
        lock (_lock)
        {
            for (var known = Detail.All; known >= detail; known--)
            {
                if (_lists.TryGetValue((connection, cluster, known), out var list))
                    return list;
            }

            return _lists[(connection, cluster, detail)] = Task.Run(() => ListAsync(api(connection), cluster, detail), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<ConnectorDocument>> ListAsync(ConnectorsApi connectors, ConnectorAddress cluster, Detail detail)
    {
        var (environmentId, kafkaClusterId, _) = cluster;
        if (detail == Detail.All)
            return await connectors.ListAsync(environmentId, kafkaClusterId, singleAttempt: false, cancellationToken).ConfigureAwait(false);
        if (detail == Detail.Ids)
            return await connectors.ListIdsAsync(environmentId, kafkaClusterId, cancellationToken).ConfigureAwait(false);
        var names = await connectors.ListNamesAsync(environmentId, kafkaClusterId, cancellationToken).ConfigureAwait(false);
        return [.. names.Select(n => new ConnectorDocument(n, null, null, null, null, []))];
    }
}
