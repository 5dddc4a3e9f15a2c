using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Connections;

/// <summary>
/// Says which connectors are meant by what stands in a name's place: a name, a name with escaped wildcard characters, a
/// pattern, or a connector's id. What is piped is never a pattern. Only patterns and ids cost a listing.
/// </summary>
internal sealed class ConnectorNames(ConnectorLists lists)
{
    private const string IdPrefix = "lcc-";

    /// <summary>The connectors that are meant; where a pattern matches none, none.</summary>
    /// <param name="connection">Where they are.</param>
    /// <param name="given">Their cluster, with what stands in the name's place.</param>
    /// <param name="isPiped">Whether it came by the pipeline.</param>
    /// <exception cref="RejectedInputException">It is no valid pattern.</exception>
    /// <exception cref="ServiceException">The listing failed, or no connector has that id.</exception>
    public async Task<IReadOnlyList<ConnectorAddress>> FindAsync(ConfluentConnection connection, ConnectorAddress given, bool isPiped)
    {
        if (isPiped || !NamePattern.HasWildcard(given.ConnectorName))
            return [await FindOneAsync(connection, given, isPiped).ConfigureAwait(false)];

        var names = (await lists.WithNamesAsync(connection, given).ConfigureAwait(false)).Select(c => c.Name).ToArray();
        return names.Contains(given.ConnectorName, StringComparer.Ordinal)
            ? [given]
            : [.. names.Where(Matches(given.ConnectorName)).Select(n => given with { ConnectorName = n })];
    }

    /// <summary>The one connector that is meant.</summary>
    /// <inheritdoc cref="FindAsync"/>
    /// <exception cref="RejectedInputException">It is a pattern: nothing is sent then, not even a listing.</exception>
    public async Task<ConnectorAddress> FindOneAsync(ConfluentConnection connection, ConnectorAddress given, bool isPiped)
    {
        var name = given.ConnectorName;
        if (!isPiped)
        {
            if (NamePattern.HasWildcard(name))
                throw new RejectedInputException(ErrorIds.InvalidConnectorName, $"'{name}' holds a wildcard, and here each connector has to be named. If that is a name, write '{NamePattern.Escape(name)}', or pipe it.", name);
            name = NamePattern.Unescape(name);
        }

        if (!name.StartsWith(IdPrefix, StringComparison.Ordinal))
            return given with { ConnectorName = name };

        var list = await lists.WithIdsAsync(connection, given).ConfigureAwait(false);
        var found = list.FirstOrDefault(c => c.Name == name) ?? list.FirstOrDefault(c => c.Id == name)
            ?? throw new ServiceException(FailureKind.ConnectorNotFound, "The cluster's list of connectors has neither such an id nor such a name.");
        return given with { ConnectorName = found.Name };
    }

    /// <summary>Kafka Connect tells names apart by case.</summary>
    private static Func<string, bool> Matches(string pattern)
    {
        var wildcard = NamePattern.ToPattern(pattern, WildcardOptions.None);
        try
        {
            wildcard.IsMatch("");
            return wildcard.IsMatch;
        }
        catch (WildcardPatternException e)
        {
            throw new RejectedInputException(ErrorIds.InvalidConnectorName, $"'{pattern}' is neither a connector's name nor a valid pattern.", pattern, e);
        }
    }
}
