using ConfluentOffsets.Client;

namespace ConfluentOffsets.Comparison;

/// <summary>A connector of the reference and its partner in the difference; one of them is null where it has none.</summary>
internal sealed record ConnectorPair(ComparedConnector? Reference, ComparedConnector? Difference)
{
    private static readonly OffsetSet s_none = new();

    /// <summary>
    /// One connector on each side: these two, whatever their names. Otherwise by environment, cluster and name; what rows
    /// do not tell of these is no contradiction, as long as just one partner is possible.
    /// </summary>
    /// <returns>In the order of the reference, then what only the difference has.</returns>
    public static List<ConnectorPair> Match(IReadOnlyList<ComparedConnector> reference, IReadOnlyList<ComparedConnector> difference)
    {
        if (reference.Count == 1 && difference.Count == 1)
            return [new(reference[0], difference[0])];

        var byIdentity = difference.ToDictionary(d => d.Identity);
        var partners = new Dictionary<ComparedConnector, ComparedConnector>();
        foreach (var one in reference)
        {
            if (byIdentity.Remove(one.Identity, out var partner))
                partners.Add(one, partner);
        }

        var leftReference = reference.Where(r => !partners.ContainsKey(r)).ToLookup(r => r.Identity.ConnectorName);
        var leftDifference = byIdentity.Values.ToLookup(d => d.Identity.ConnectorName);
        foreach (var one in leftReference.SelectMany(g => g))
        {
            if (Only(leftDifference, one) is { } partner && Only(leftReference, partner) == one)
                partners.Add(one, partner);
        }

        var matched = partners.Values.ToHashSet();
        return
        [
            .. reference.Select(r => new ConnectorPair(r, partners.GetValueOrDefault(r))),
            .. difference.Where(d => !matched.Contains(d)).Select(d => new ConnectorPair(null, d)),
        ];
    }

    /// <summary>What differs between the two.</summary>
    public IEnumerable<ConnectorOffsetDifference> Compare()
    {
        var target = Target();
        var connection = Difference?.Connection ?? (Difference is null || IsSame ? Reference?.Connection : null);
        var text = Text();
        return OffsetComparison.Compare(Reference?.Offsets ?? s_none, Difference?.Offsets ?? s_none).Select(d => new ConnectorOffsetDifference
        {
            EnvironmentId = target.EnvironmentId,
            KafkaClusterId = target.KafkaClusterId,
            ConnectorName = target.ConnectorName,
            Partition = JsonView.Of(d.Partition),
            ReferenceOffset = JsonView.Of(d.Reference),
            DifferenceOffset = JsonView.Of(d.Difference),
            Delta = d.Delta,
            Change = d.Change.ToString(),
            ConnectorText = text,
            Connection = connection,
        });
    }

    /// <summary>Both, as a person tells them apart: what they have in common is said once.</summary>
    public string Text()
    {
        var target = Target();
        if (Reference is null || Difference is null || IsSame)
            return $"{Name(target)}{Place(target)}";
        var (from, to) = (Reference.Identity, Difference.Identity);
        return Place(from) == Place(to)
            ? $"{Name(from)} -> {Name(to)}{Place(to)}"
            : $"{Name(from)}{Place(from)} -> {Name(to)}{Place(to)}";
    }

    /// <summary>Rows without a name are of the connector that they are compared with.</summary>
    private bool IsSame => Reference is not null && Difference is not null
        && (Difference.Identity.ConnectorName is null || Reference.Identity.ConnectorName is null || Difference.Identity.IsCompatible(Reference.Identity));

    private ConnectorIdentity Target() => (Reference?.Identity, Difference?.Identity) switch
    {
        ({ } only, null) => only,
        (null, { } only) => only,
        ({ } from, { } to) => IsSame ? to.Or(from) : to,
        _ => throw new InvalidOperationException("A pair of nobody."),
    };

    private static ComparedConnector? Only(ILookup<string?, ComparedConnector> candidates, ComparedConnector wanted)
    {
        var found = candidates[wanted.Identity.ConnectorName].Where(c => c.Identity.IsCompatible(wanted.Identity)).Take(2).ToArray();
        return found.Length == 1 ? found[0] : null;
    }

    private static string Name(ConnectorIdentity identity) =>
        identity.ConnectorName is { } name ? OffsetText.Printable(name) : "(no name)";

    private static string Place(ConnectorIdentity identity)
    {
        var place = string.Join(", ", new[] { identity.EnvironmentId, identity.KafkaClusterId }.OfType<string>().Select(OffsetText.Printable));
        return place.Length > 0 ? $" ({place})" : "";
    }
}
