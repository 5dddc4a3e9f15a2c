using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;

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
    private int _read;

    /// <summary>The environment; default: the connection's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? EnvironmentId { get; set; }

    /// <summary>The Kafka cluster; default: the connection's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterId")]
    public string? KafkaClusterId { get; set; }

    /// <summary>The connection; default: this runspace's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ConfluentConnection? Connection { get; set; }

    private OrderedTasks<Result> Tasks => _tasks ??= new OrderedTasks<Result>(new Throttle(ThrottleLimit));

    /// <summary>Reads a connector and gives what is emitted for it.</summary>
    private protected abstract Task<Reading> ReadAsync(ConfluentConnection connection, ConnectorAddress connector);

    /// <summary>Reads the connectors of these names.</summary>
    private protected void Query(string?[] names)
    {
        var connection = FindConnection(Connection);
        foreach (var name in names)
        {
            ConnectorAddress connector;
            try
            {
                connector = ConnectorIds.Resolve(connection, EnvironmentId, KafkaClusterId, name);
            }
            catch (RejectedInputException e)
            {
                WriteResults(all: true);
                Report(ErrorFactory.Create(e, connector: null));
                continue;
            }

            // Rows of one connector, piped: it is read once.
            if (!_seen.Add((connection, connector)))
                continue;
            Tasks.Add(() => RunAsync(connection, connector), StopToken);
            WriteResults(all: false);
        }
    }

    /// <summary>Reads all connectors of the cluster.</summary>
    private protected void QueryAll()
    {
        var connection = FindConnection(Connection);
        ConnectorAddress? cluster = null;
        IReadOnlyList<string> names = [];
        try
        {
            cluster = ConnectorIds.ResolveCluster(connection, EnvironmentId, KafkaClusterId);
            names = Await(Api(connection).ListAsync(cluster.EnvironmentId, cluster.KafkaClusterId, StopToken));
        }
        catch (RejectedInputException e)
        {
            Report(ErrorFactory.Create(e, connector: null));
        }
        catch (ServiceException e)
        {
            Report(ErrorFactory.Create(e, cluster!));
        }

        Query([.. names]);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        WriteResults(all: true);
        if (_seen.Count >= ShowsProgressFrom)
            WriteProgress(new ProgressRecord(ProgressId, Activity, "Ended") { RecordType = ProgressRecordType.Completed });
    }

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

    /// <summary>What was read of a connector, and what was wrong with it.</summary>
    private protected sealed record Reading(IReadOnlyList<object> Items, ErrorRecord? Error);

    private sealed record Result(ConnectorAddress Connector, Reading Reading);
}
