using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that reads something of each connector: many at once, emitted in the order of the input.</summary>
public abstract class ConnectorQueryCommand : ConnectorCommand
{
    /// <summary>So many results may wait for an earlier one before input is held back.</summary>
    private const int BacklogPerPlace = 8;

    /// <summary>Fewer are read before a person wonders.</summary>
    private const int ShowsProgressFrom = 20;

    private const int ProgressId = 3406;
    private const string Activity = "Reading connectors";

    private readonly HashSet<(ConfluentConnection, ConnectorAddress)> _seen = [];
    private OrderedTasks<Result>? _tasks;
    private ConnectorLists? _lists;
    private ConnectorNames? _names;
    private int _read;

    /// <summary>The environment; default: the connection's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentIdCompleter))]
    public string? EnvironmentId { get => Bound.EnvironmentId; set => Bound.EnvironmentId = value; }

    /// <summary>The Kafka cluster; default: the connection's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterId")]
    [ArgumentCompleter(typeof(KafkaClusterIdCompleter))]
    public string? KafkaClusterId { get => Bound.KafkaClusterId; set => Bound.KafkaClusterId = value; }

    /// <summary>The connection; default: this runspace's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConnectionTransformation]
    public ConfluentConnection? Connection { get => Bound.Connection; set => Bound.Take(value); }

    /// <summary>The lists of connectors of this run.</summary>
    private protected ConnectorLists Lists => _lists ??= new ConnectorLists(Connectors, NeedsStates, StopToken);

    private ConnectorNames Names => _names ??= new ConnectorNames(Lists);

    /// <summary>Whether states are what is read.</summary>
    private protected virtual bool NeedsStates => false;

    private OrderedTasks<Result> Tasks => _tasks ??= new OrderedTasks<Result>(new Throttle(ThrottleLimit));

    /// <summary>Reads a connector and gives what is emitted for it.</summary>
    private protected abstract Task<Reading> ReadAsync(ConfluentConnection connection, ConnectorAddress connector);

    /// <summary>Reads the connectors of these names; without any, all of the cluster.</summary>
    private protected void QueryNamed(string[]? names)
    {
        if (names is { Length: > 0 })
            Query(names);
        else if (MyInvocation.ExpectingInput || IsNameGiven)
            Query([null]);
        else
            QueryAll();
    }

    /// <summary>Reads the connectors of these names.</summary>
    private protected void Query(string?[] names) => Query(names, !IsNameGiven);

    private void Query(string?[] names, bool areLiteral)
    {
        if (RefusePlace(names) is { } refused)
        {
            if (!IsNews(refused))
                return;
            WriteResults(all: true);
            Report(ErrorFactory.Create(refused, connector: null));
            return;
        }

        var connection = FindConnection(Bound.Connection);
        foreach (var name in names)
        {
            ConnectorAddress? given = null;
            try
            {
                given = Resolve(connection, Bound.EnvironmentId, Bound.KafkaClusterId, name);
                var found = Await(Names.FindAsync(connection, given, areLiteral));
                if (found.Count == 0)
                    WriteVerbose($"No connector of {given.EnvironmentId}, {given.KafkaClusterId} matches '{name}'. Names are told apart by case.");
                Read(connection, found);
            }
            catch (RejectedInputException e)
            {
                WriteResults(all: true);
                Report(ErrorFactory.Create(e, connector: null));
            }
            catch (ServiceException e)
            {
                WriteResults(all: true);
                // A pattern's listing failed: that is the cluster's error, as without a name.
                var isPattern = !areLiteral && NamePattern.HasWildcard(given!.ConnectorName);
                Report(ErrorFactory.Create(e, isPattern ? given! with { ConnectorName = "" } : given!));
            }
        }
    }

    /// <summary>Reads all connectors of the cluster.</summary>
    private void QueryAll()
    {
        var connection = FindConnection(Bound.Connection);
        ConnectorAddress? cluster = null;
        IReadOnlyList<string> names = [];
        try
        {
            cluster = ConnectorIds.ResolveCluster(connection, Bound.EnvironmentId, Bound.KafkaClusterId);
            names = [.. Await(Lists.WithNamesAsync(connection, cluster)).Select(c => c.Name)];
        }
        catch (RejectedInputException e)
        {
            Report(ErrorFactory.Create(e, connector: null));
        }
        catch (ServiceException e)
        {
            Report(ErrorFactory.Create(e, cluster!));
        }

        Query([.. names], areLiteral: true);
    }

    private void Read(ConfluentConnection connection, IEnumerable<ConnectorAddress> connectors)
    {
        foreach (var connector in connectors)
        {
            // Rows of one connector, piped: it is read once.
            if (!_seen.Add((connection, connector)))
                continue;
            Tasks.Add(() => RunAsync(connection, connector), StopToken);
            WriteResults(all: false);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        WriteResults(all: true);
        if (_seen.Count >= ShowsProgressFrom)
            WriteProgress(new ProgressRecord(ProgressId, Activity, "Ended") { RecordType = ProgressRecordType.Completed });
    }

    private ConnectorsApi Connectors(ConfluentConnection connection) => new(connection.Service, Caller);

    private void WriteProgress(ConnectorAddress connector)
    {
        _read++;
        if (_seen.Count < ShowsProgressFrom)
            return;
        var text = string.Create(CultureInfo.InvariantCulture, $"{_read} of {_seen.Count}: {connector.ConnectorName}");
        WriteProgress(new ProgressRecord(ProgressId, Activity, text) { PercentComplete = 100 * _read / _seen.Count });
    }

    private void WriteResults(bool all)
    {
        while (Tasks.Count > 0 && (all || Tasks.HasNextFinished || Tasks.Count > ThrottleLimit * BacklogPerPlace))
        {
            var result = Await(Tasks.Next());
            WriteProgress(result.Connector);
            foreach (var item in result.Reading.Items)
                WriteObject(item);
            if (result.Reading.Warning is not null)
                WriteWarning(result.Reading.Warning);
            if (result.Reading.Error is not null)
                Report(result.Reading.Error);
        }
    }

    private async Task<Result> RunAsync(ConfluentConnection connection, ConnectorAddress connector)
    {
        try
        {
            return new Result(connector, await ReadAsync(connection, connector).ConfigureAwait(false));
        }
        catch (ServiceException e)
        {
            return new Result(connector, new Reading([], ErrorFactory.Create(e, connector)));
        }
    }

    /// <summary>What was read of a connector, what was wrong with it, and what is odd.</summary>
    private protected sealed record Reading(IReadOnlyList<object> Items, ErrorRecord? Error, string? Warning = null);

    private sealed record Result(ConnectorAddress Connector, Reading Reading);
}
