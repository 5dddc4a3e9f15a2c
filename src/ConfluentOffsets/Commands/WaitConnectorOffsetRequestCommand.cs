using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>Waits until requests to alter or reset offsets have ended, all side by side.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ConnectorOffsetRequest", DefaultParameterSetName = InputSet,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetRequestStatus))]
public sealed class WaitConnectorOffsetRequestCommand : ConnectorCommand
{
    private const string InputSet = "Input";
    private const string NameSet = "Name";

    private readonly List<ErrorRecord> _errors = [];
    private WaitSession? _waits;

    /// <summary>What Set- and Reset-ConnectorOffset emit, also after it was exported and imported.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The connectors whose latest request is waited for, whoever made it.</summary>
    [Parameter(ParameterSetName = NameSet, Mandatory = true, Position = 0)]
    [Alias("Name")]
    [ConnectorNameTransformation]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    /// <summary>Seconds, over all.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int Timeout { get; set; } = WaitOptions.DefaultTimeout;

    /// <summary>Seconds between the first two looks; the gaps grow to 10.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600)]
    public double PollInterval { get; set; } = WaitOptions.DefaultPollInterval;

    /// <summary>After APPLIED, waits also until the connector and its tasks run again.</summary>
    [Parameter]
    public SwitchParameter UntilRunning { get; set; }

    /// <summary>After APPLIED, waits also until the service has observed the offsets later than that.</summary>
    [Parameter]
    public SwitchParameter UntilObserved { get; set; }

    /// <summary>The environment; default: the request's, else the connection's.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentIdCompleter))]
    public string? EnvironmentId { get; set; }

    /// <summary>The Kafka cluster; default: the request's, else the connection's.</summary>
    [Parameter]
    [Alias("ClusterId")]
    [ArgumentCompleter(typeof(KafkaClusterIdCompleter))]
    public string? KafkaClusterId { get; set; }

    /// <summary>The connection; default: that of the request, else this runspace's.</summary>
    [Parameter]
    [ConnectionTransformation]
    public ConfluentConnection? Connection { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        var options = new WaitOptions(Timeout, PollInterval, new Throttle(ThrottleLimit)) { UntilObserved = UntilObserved, UntilRunning = UntilRunning };
        _waits = new WaitSession(this, options);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == NameSet)
        {
            foreach (var name in ConnectorName is { Length: > 0 } names ? names : new string?[] { null })
                Start(name, null);
            return;
        }

        foreach (var input in PipedObjects.Each(InputObject))
        {
            try
            {
                var request = PipedObjects.ReadRequest(input);
                AddAccepted(request);
                Start(request.ConnectorName, request);
            }
            catch (RejectedInputException e)
            {
                _errors.Add(ErrorFactory.Create(e, connector: null));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => ReportAll([.. _errors, .. Await(_waits!.WhenAllEndedAsync())]);

    private void Start(string? name, ConnectorOffsetRequest? request)
    {
        if (FindConnector(new Place(Connection, EnvironmentId, KafkaClusterId), request?.Place, name, out var connection, out var error) is not { } connector)
        {
            _errors.Add(error!);
            return;
        }

        _waits!.Start(connection, connector, request);
        WritePosted();
    }
}
