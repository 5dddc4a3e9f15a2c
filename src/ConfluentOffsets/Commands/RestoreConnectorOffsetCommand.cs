using System.Collections;
using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets.Commands;

/// <summary>Requests to put back the offsets that were there before a request to alter or reset them.</summary>
[Cmdlet(VerbsData.Restore, "ConnectorOffset", DefaultParameterSetName = InputSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetRequest), typeof(ConnectorOffsetRequestStatus))]
public sealed class RestoreConnectorOffsetCommand : AlterCommand
{
    private const string InputSet = "Input";
    private const string NameSet = "Name";

    /// <summary>What Wait-ConnectorOffsetRequest emits, also after it was exported and imported.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The connectors whose latest request is taken back, whoever made it.</summary>
    [Parameter(ParameterSetName = NameSet, Mandatory = true, Position = 0)]
    [Alias("Name")]
    [ConnectorNameTransformation]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    /// <summary>The environment; default: the status's, else the connection's.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentIdCompleter))]
    public string? EnvironmentId { get; set; }

    /// <summary>The Kafka cluster; default: the status's, else the connection's.</summary>
    [Parameter]
    [Alias("ClusterId")]
    [ArgumentCompleter(typeof(KafkaClusterIdCompleter))]
    public string? KafkaClusterId { get; set; }

    /// <summary>The connection; default: that of the status, else this runspace's.</summary>
    [Parameter]
    public ConfluentConnection? Connection { get; set; }

    private protected override AlterKind Kind => AlterKind.Restore;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == NameSet)
        {
            foreach (var name in ConnectorName is { Length: > 0 } names ? names : new string?[] { null })
                Plan(name, null);
            return;
        }

        // An array given as an argument is its statuses.
        foreach (var input in InputObject?.BaseObject is IList list ? list.Cast<object?>() : [InputObject])
            Plan(input is null ? null : PSObject.AsPSObject(input));
    }

    private protected override async Task<PreparedPlan> PrepareAsync(OffsetsApi api, AlterPlan plan, KnownOffsets known, RequestBaseline latest)
    {
        if (plan.TakenBack.Count > 0)
        {
            var id = known.Observed.Id;
            if (id is null && plan.TakenBack.Any(s => s.ConnectorId is not null))
                id = await FindIdAsync(plan).ConfigureAwait(false);
            return RestorePreparation.WarnOfLater(RestorePreparation.Prepare(plan, plan.TakenBack, known, id), latest);
        }

        if (latest.Status is not { } status)
            throw new ServiceException(FailureKind.RequestNotFound, "The service tells of no request.");
        var taken = RequestObjects.Status(plan.Connection, plan.Connector, status, request: null);
        RestorePreparation.CheckApplied(taken);
        return RestorePreparation.Prepare(plan, [taken], known, known.Observed.Id);
    }

    private protected override Exception Busy(AlterPlan plan, ServiceException conflict) => plan.TakenBack.Count > 0
        ? conflict
        : new RejectedInputException(ErrorIds.OffsetRequestNotApplied, $"its latest request is not APPLIED, so there is nothing to take back. {conflict.Message}", innerException: conflict);

    /// <summary>The connector's id out of the list, where its offsets do not tell it: it may have been created anew.</summary>
    private async Task<string?> FindIdAsync(AlterPlan plan)
    {
        var (environmentId, kafkaClusterId, name) = plan.Connector;
        try
        {
            var list = await new ConnectorsApi(plan.Connection.Service, Caller).ListIdsAsync(environmentId, kafkaClusterId, StopToken).ConfigureAwait(false);
            return list.FirstOrDefault(c => c.Name == name)?.Id;
        }
        catch (ServiceException e)
        {
            Log.Verbose?.Invoke($"Whether '{name}' is still the same connector could not be found out: {e.Message}");
            return null;
        }
    }

    private void Plan(PSObject? input)
    {
        var status = input is null ? null : Rehydrator.TryRead(input, SerializedForm.ReadStatus);
        if (status is not null)
        {
            Plan(status.ConnectorName, status);
            return;
        }

        var what = input is null ? "$null" : $"A {input.TypeNames[0]}";
        Fail(ErrorFactory.Create(ErrorIds.InvalidInputObject, $"{what} is no status of a request: pipe what Wait-ConnectorOffsetRequest emits.", input));
        SendNothing();
    }

    private void Plan(string? name, ConnectorOffsetRequestStatus? status)
    {
        var connection = FindConnection(Connection ?? status?.Connection);
        var environmentId = ConnectorIds.Or(EnvironmentId, status?.EnvironmentId);
        var kafkaClusterId = ConnectorIds.Or(KafkaClusterId, status?.KafkaClusterId);
        if (FindConnector(connection, environmentId, kafkaClusterId, name, isPiped: status is not null, out var error, origin: status?.Connection) is not { } connector)
        {
            Fail(error!);
            if (HasRefusedWildcard)
                SendNothing();
            return;
        }

        var plan = Plans.Of(connection, connector);
        if (status is null)
            return;
        try
        {
            RestorePreparation.CheckApplied(status);
            plan.TakenBack.Add(status);
        }
        catch (RejectedInputException e)
        {
            plan.Reject(e);
        }
    }
}
