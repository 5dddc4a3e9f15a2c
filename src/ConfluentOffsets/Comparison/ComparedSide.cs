using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Comparison;

/// <summary>One side of a comparison: rows, gathered by connector.</summary>
/// <param name="name">What a message calls it.</param>
internal sealed class ComparedSide(string name)
{
    private readonly Dictionary<ConnectorIdentity, ComparedConnector> _byIdentity = [];
    private readonly List<ComparedConnector> _connectors = [];
    private RejectedInputException? _nullRow;

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<ComparedConnector> Connectors => _connectors;

    /// <summary>What makes the whole side useless: an unusable row of which nobody knows the connector.</summary>
    public RejectedInputException? Rejection =>
        _nullRow ?? _connectors.Find(c => c.Identity.ConnectorName is null && c.Rejection is not null)?.Rejection;

    /// <summary>Adds rows.</summary>
    /// <param name="rows">Null is a row that is null.</param>
    /// <param name="goOn">Asked at each: throws where it shall end.</param>
    public void Add(IEnumerable<PSObject?>? rows, Action goOn)
    {
        foreach (var row in (rows ?? [null]).SelectMany(InputRow.Each))
        {
            goOn();
            if (row is null)
                _nullRow ??= new RejectedInputException(ErrorIds.InvalidInputObject, "A row is $null: is a variable empty?", name);
            else
                Find(row).Add(row);
        }
    }

    /// <summary>Says which side an unusable row is on.</summary>
    public RejectedInputException Tell(RejectedInputException rejection, ConnectorAddress? connector) =>
        new(rejection.ErrorId, $"{(connector is null ? "The" : "the")} {name} cannot be compared. {rejection.Message}", rejection.Target, rejection);

    private ComparedConnector Find(InputRow row)
    {
        var identity = new ConnectorIdentity(Told(row.EnvironmentId), Told(row.KafkaClusterId), Told(row.ConnectorName));
        if (!_byIdentity.TryGetValue(identity, out var connector))
        {
            _byIdentity.Add(identity, connector = new ComparedConnector(identity, row.Connection));
            _connectors.Add(connector);
        }

        return connector;
    }

    private static string? Told(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
