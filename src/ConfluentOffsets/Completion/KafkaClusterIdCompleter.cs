using ConfluentOffsets.Client;

namespace ConfluentOffsets.Completion;

/// <summary>Completes Kafka clusters' ids, those of the environment; a display name too becomes the id.</summary>
internal sealed class KafkaClusterIdCompleter : ServiceCompleter
{
    protected override IReadOnlyList<Suggestion> Find(ConfluentConnection connection, TypedCommand command, CancellationToken deadline) =>
        command.FindEnvironmentId(connection) is not { Length: > 0 } environmentId ? [] : SuggestionCache.Of(connection).Find($"clusters {environmentId}", async () =>
        {
            var list = await new PlacesApi(connection.Service, Caller.None).ListClustersAsync(environmentId, CancellationToken.None).ConfigureAwait(false);
            return [.. list.Select(p => new Suggestion(p.Id, Argument.ToolTip(p.DisplayName ?? p.Id, p.Location), p.DisplayName))];
        }, deadline);
}
