using ConfluentOffsets.Client;

namespace ConfluentOffsets.Completion;

/// <summary>Completes connectors' names; an id too becomes the name.</summary>
internal sealed class ConnectorNameCompleter : ServiceCompleter
{
    protected override bool AreWildcardsEscaped => true;

    protected override IReadOnlyList<Suggestion> Find(ConfluentConnection connection, TypedCommand command, CancellationToken deadline)
    {
        if (command.FindCluster(connection) is not { } cluster)
            return [];
        return SuggestionCache.Of(connection).Find($"connectors {cluster}", FetchAsync, deadline);

        async Task<IReadOnlyList<Suggestion>> FetchAsync()
        {
            var list = await new ConnectorsApi(connection.Service, Caller.None)
                .ListAsync(cluster.EnvironmentId, cluster.KafkaClusterId, singleAttempt: true, CancellationToken.None)
                .ConfigureAwait(false);
            return [.. list.Select(c => new Suggestion(c.Name, Argument.ToolTip(c.Type, c.State, c.Id), c.Id))];
        }
    }
}
