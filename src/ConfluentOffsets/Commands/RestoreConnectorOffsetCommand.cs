using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

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
    [ConnectionTransformation]
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

        foreach (var input in PipedObjects.Each(InputObject))
        {
            try
            {
                var status = PipedObjects.ReadStatus(input);
                Plan(status.ConnectorName, status);
            }
            catch (RejectedInputException e)
            {
                Fail(ErrorFactory.Create(e, connector: null));
                SendNothing();
            }
        }
    }

    private protected override Task<PreparedPlan> PrepareAsync(OffsetsApi api, AlterPlan plan, KnownOffsets known, RequestBaseline latest) =>
        RestorePreparation.PrepareAsync(plan, known, latest, new ConnectorsApi(plan.Connection.Service, Caller), Log, StopToken);

    private protected override Exception Busy(AlterPlan plan, ServiceException conflict) => plan.TakenBack.Count > 0
        ? conflict
        : new RejectedInputException(ErrorIds.OffsetRequestNotApplied, $"its latest request is not APPLIED, so there is nothing to take back. {conflict.Message}", innerException: conflict);

    private void Plan(string? name, ConnectorOffsetRequestStatus? status)
    {
        if (FindConnector(new Place(Connection, EnvironmentId, KafkaClusterId), status?.Place, name, out var connection, out var error) is not { } connector)
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
