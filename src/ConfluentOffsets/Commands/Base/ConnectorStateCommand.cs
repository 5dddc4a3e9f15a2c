using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that pauses or resumes connectors. It asks for all of them, then sends, then tells what failed.</summary>
public abstract class ConnectorStateCommand : ActingCommand
{
    private const int ProgressId = 3406;

    private readonly HashSet<(ConfluentConnection, ConnectorAddress)> _seen = [];
    private readonly List<(ConfluentConnection Connection, ConnectorAddress Connector)> _ordered = [];
    private readonly SentRequests _sent = new("Get-Connector");

    /// <summary>The connectors' names or ids.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ConnectorNameTransformation]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

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

    /// <summary>Waits until the service shows that it is done.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Seconds that -Wait waits, over all connectors.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int Timeout { get; set; } = WaitOptions.DefaultTimeout;

    /// <summary>Emits the connectors, as the service shows them afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, as a sentence begins: Pause, Resume.</summary>
    private protected abstract string Action { get; }

    /// <summary>What the prompt tells of it.</summary>
    private protected abstract string Consequence { get; }

    /// <summary>How long -Wait waits.</summary>
    private protected TimeSpan TimeLimit => TimeSpan.FromSeconds(Timeout);

    private protected abstract Task SendAsync(ConnectorsApi connectors, ConnectorAddress connector, Action sending);

    /// <summary>Looks until it is done.</summary>
    private protected abstract Task<ConnectorSighting> WatchAsync(ConnectorWatcher watcher, ConnectorAddress connector, Action<ConnectorDocument, TimeSpan> seen);

    /// <summary>Says that it was not done in time, or cannot be.</summary>
    private protected abstract ErrorRecord NotReached(ConnectorSighting sighting, ConnectorAddress connector);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (RefusePlace(ConnectorName) is { } refused)
        {
            if (IsNews(refused))
                Fail(ErrorFactory.Create(refused, connector: null));
            return;
        }

        var connection = FindConnection(Bound.Connection);
        foreach (var name in ConnectorName is { Length: > 0 } names ? names : new string?[] { null })
        {
            var connector = FindConnector(connection, Bound.EnvironmentId, Bound.KafkaClusterId, name, isPiped: !IsNameGiven, out var error);
            if (connector is null)
                Fail(error!);
            else if (_seen.Add((connection, connector)))
                _ordered.Add((connection, connector));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            SendAll();
        }
        catch (PipelineStoppedException) when (IsInterrupted)
        {
            TellInterrupted(_sent.Tell(_ordered));
            throw;
        }
    }

    private void SendAll()
    {
        var confirmed = ConfirmAll();
        var sent = new OrderedTasks<Outcome>(new Throttle(ThrottleLimit));
        foreach (var (connection, connector) in confirmed)
            sent.Add(() => RunAsync(connection, connector), StopToken);
        HoldsOutput = true;
        Await(sent.WhenAllFinishedAsync());
        HoldsOutput = false;

        var lists = new ConnectorLists(Connectors, needsStates: true, StopToken);
        var notSent = SendsNothing && confirmed.Count == 0 ? _ordered.Select(c => c.Connector.ConnectorName).ToList() : [];
        var taken = new List<(ConfluentConnection Connection, ConnectorAddress Connector)>();
        foreach (var (connection, connector) in confirmed)
        {
            var outcome = Await(sent.Next());
            if (outcome.Error is { } error)
                Keep(error);
            else if (!outcome.IsSent)
                notSent.Add(connector.ConnectorName);
            else
                taken.Add((connection, connector));
        }

        if (Wait)
            WaitForAll(taken);
        if (PassThru)
            taken.ForEach(t => Emit(lists, t.Connection, t.Connector));
        ReportKept(notSent);
    }

    /// <summary>Waits for all that were taken, side by side.</summary>
    private void WaitForAll(List<(ConfluentConnection Connection, ConnectorAddress Connector)> taken)
    {
        if (taken.Count == 0)
            return;
        var firstGap = TimeSpan.FromSeconds(WaitOptions.DefaultPollInterval);
        var waits = taken.Select(t => Task.Run(
            () => WatchAsync(new ConnectorWatcher(t.Connection.Service, Caller, firstGap), t.Connector, (seen, elapsed) => Tell(t.Connector, seen, elapsed)),
            StopToken));
        var sightings = Await(Task.WhenAll(waits));
        WriteProgress(new ProgressRecord(ProgressId, Activity, "Ended") { RecordType = ProgressRecordType.Completed });
        foreach (var (sighting, (_, connector)) in sightings.Zip(taken))
        {
            if (!sighting.IsReached)
                Keep(NotReached(sighting, connector));
        }
    }

    private string Activity => $"{Action}: waiting for connectors";

    private void Tell(ConnectorAddress connector, ConnectorDocument seen, TimeSpan elapsed)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{connector.ConnectorName}: {OffsetText.Printable(seen.State ?? "?")}, {elapsed.TotalSeconds:0} s");
        Post(() => WriteProgress(new ProgressRecord(ProgressId, Activity, text)));
    }

    /// <summary>Nothing is sent before the last answer: who leaves at a prompt leaves nothing half done.</summary>
    private List<(ConfluentConnection Connection, ConnectorAddress Connector)> ConfirmAll()
    {
        if (HasRefusedWildcard)
            SendNothing();
        var confirmed = new List<(ConfluentConnection, ConnectorAddress)>();
        foreach (var (connection, connector) in _ordered)
        {
            if (!SendsNothing && Confirm(connection, connector))
                confirmed.Add((connection, connector));
        }

        return SendsNothing ? [] : confirmed;
    }

    private ConnectorsApi Connectors(ConfluentConnection connection) => new(connection.Service, Caller);

    private bool Confirm(ConfluentConnection connection, ConnectorAddress connector)
    {
        var caption = $"{Action} connector '{connector.ConnectorName}'";
        var place = $"({connector.EnvironmentId}, {connector.KafkaClusterId}, {connection.Actor})";
        return Ask($"{caption} {place}", $"{place}{Environment.NewLine}{Consequence} Go on?", caption, connector.ConnectorName);
    }

    private async Task<Outcome> RunAsync(ConfluentConnection connection, ConnectorAddress connector)
    {
        if (SendsNothing)
            return new Outcome(false, null);
        try
        {
            await SendAsync(Connectors(connection), connector, () => _sent.Sending(connection, connector)).ConfigureAwait(false);
            _sent.Taken(connection, connector);
            return new Outcome(true, null);
        }
        catch (ServiceException e)
        {
            if (!e.MayHaveBeenProcessed)
                _sent.NotTaken(connection, connector);
            var told = e.MayHaveBeenProcessed ? e.As(e.Kind, $"{e.Message} It may have been taken all the same: look at Get-Connector.") : e;
            var error = ErrorFactory.Create(told, connector);
            NoteFailure(error);
            return new Outcome(true, error);
        }
    }

    private void Emit(ConnectorLists lists, ConfluentConnection connection, ConnectorAddress connector)
    {
        try
        {
            var list = Await(lists.WithStatesAsync(connection, connector));
            WriteObject(ConfluentOffsets.Connector.Of(connection, connector, ConnectorsApi.Find(list, connector)));
        }
        catch (ServiceException e)
        {
            Keep(ErrorFactory.Create(e, connector));
        }
    }

    private sealed record Outcome(bool IsSent, ErrorRecord? Error);
}
