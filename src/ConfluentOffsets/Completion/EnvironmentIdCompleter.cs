using ConfluentOffsets.Client;

namespace ConfluentOffsets.Completion;

/// <summary>Completes environments' ids; a display name too becomes the id.</summary>
internal sealed class EnvironmentIdCompleter : ServiceCompleter
{
    protected override IReadOnlyList<Suggestion> Find(ConfluentConnection connection, TypedCommand command, CancellationToken deadline) =>
        SuggestionCache.Of(connection).Find("environments", async () =>
        {
            var list = await new PlacesApi(connection.Service, Caller.None).ListEnvironmentsAsync(CancellationToken.None).ConfigureAwait(false);
            return [.. list.Select(p => new Suggestion(p.Id, Argument.ToolTip(p.DisplayName ?? p.Id), p.DisplayName))];
        }, deadline);
}
