using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Connections;

namespace ConfluentOffsets.Completion;

/// <summary>Completes topics: those of the connectors that are named on the same line.</summary>
internal sealed class TopicCompleter : ServiceCompleter
{
    private const int MaxConnectors = 8;

    protected override IReadOnlyList<Suggestion> Find(ConfluentConnection connection, TypedCommand command, CancellationToken deadline)
    {
        var names = command.FindConnectorNames();
        if (command.FindCluster(connection) is not { } cluster || names.Count is 0 or > MaxConnectors)
            return [];
        return SuggestionCache.Of(connection).Find($"topics {cluster} {string.Join('\n', names)}", FetchAsync, deadline);

        async Task<IReadOnlyList<Suggestion>> FetchAsync()
        {
            var api = new OffsetsApi(connection.Service, Caller.None);
            var resolver = new ConnectorNames(new ConnectorLists(c => new ConnectorsApi(c.Service, Caller.None), needsStates: false, CancellationToken.None));
            var documents = await Task.WhenAll(names.Select(async name =>
            {
                var connector = await resolver.FindOneAsync(connection, cluster with { ConnectorName = name }, isPiped: false).ConfigureAwait(false);
                return await api.GetOffsetsAsync(connector, CancellationToken.None).ConfigureAwait(false);
            })).ConfigureAwait(false);
            return
            [
                .. documents.SelectMany(d => d.Offsets)
                    .Select(o => SinkPartition.TryRead(o.Partition))
                    .OfType<SinkPartition>()
                    .GroupBy(p => p.Topic, StringComparer.Ordinal)
                    .Select(g => new Suggestion(g.Key, Argument.Partitions(g.Select(p => p.Partition)))),
            ];
        }
    }
}
