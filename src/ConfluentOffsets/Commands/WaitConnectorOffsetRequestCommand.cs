using System.Collections;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;
using ConfluentOffsets.Serialization;
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
    private readonly List<ConnectorOffsetRequest> _requests = [];
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
    public ConfluentConnection? Connection { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _waits = new WaitSession(
            this,
            new WaitOptions(TimeSpan.FromSeconds(Timeout), TimeSpan.FromSeconds(PollInterval), new Throttle(ThrottleLimit)) { UntilObserved = UntilObserved, UntilRunning = UntilRunning });
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

        // An array given as an argument is its requests.
        foreach (var input in InputObject!.BaseObject is IList list ? list.Cast<object?>() : [InputObject])
            Start(input is null ? null : PSObject.AsPSObject(input));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _errors.AddRange(Await(_waits!.WhenAllEndedAsync()));
        ReportAll(_errors);
    }

    /// <inheritdoc/>
    private protected override void PrepareError(ErrorRecord error)
    {
        // $q = Set-... | Wait-...: where it throws, the requests are lost but for these.
        if (error.Exception is ConfluentOffsetsException exception)
            exception.AcceptedRequests = _requests.ToArray();
    }

    private void Start(PSObject? input)
    {
        var request = input is null ? null
            : Rehydrator.TryRead(input, SerializedForm.ReadRequest) ?? Rehydrator.TryRead(input, SerializedForm.ReadStatus)?.Request;
        if (request is not null)
            Start(request.ConnectorName, request);
        else
            Fail(ErrorFactory.Create(ErrorIds.InvalidInputObject, $"{(input is null ? "$null" : $"A {input.TypeNames[0]}")} is no request to alter offsets.", input));
    }

    private void Start(string? name, ConnectorOffsetRequest? request)
    {
        if (request is not null)
            _requests.Add(request);
        var connection = FindConnection(Connection ?? request?.Connection);
        var environmentId = ConnectorIds.Or(EnvironmentId, request?.EnvironmentId);
        var kafkaClusterId = ConnectorIds.Or(KafkaClusterId, request?.KafkaClusterId);
        if (FindConnector(connection, environmentId, kafkaClusterId, name, isPiped: request is not null, out var error, origin: request?.Connection) is not { } connector)
        {
            Fail(error!);
            return;
        }

        _waits!.Start(connection, connector, request);
        WritePosted();
    }

    private void Fail(ErrorRecord error) => _errors.Add(error);
}
