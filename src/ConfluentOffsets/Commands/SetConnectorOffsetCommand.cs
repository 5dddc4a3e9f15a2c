using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Completion;

namespace ConfluentOffsets.Commands;

/// <summary>Requests to alter offsets: one request for each connector, with all that was piped for it.</summary>
[Cmdlet(VerbsCommon.Set, "ConnectorOffset", DefaultParameterSetName = PartitionSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetRequest), typeof(ConnectorOffsetRequestStatus))]
public sealed class SetConnectorOffsetCommand : NewOffsetCommand
{
    /// <summary>Rows of Get-ConnectorOffset, or objects with the same properties.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = InputValueSet, Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = InputShiftSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The connectors' names; given beside piped rows, it wins over theirs.</summary>
    [Parameter(ParameterSetName = PartitionSet, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = TopicSet, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = InputSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputValueSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    /// <summary>Lets a partition through that the connector does not have: it is added.</summary>
    [Parameter]
    public SwitchParameter AllowNewPartition { get; set; }

    /// <summary>The environment; default: the connection's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputValueSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentIdCompleter))]
    public string? EnvironmentId { get; set; }

    /// <summary>The Kafka cluster; default: the connection's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputValueSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterId")]
    [ArgumentCompleter(typeof(KafkaClusterIdCompleter))]
    public string? KafkaClusterId { get; set; }

    /// <summary>The connection; default: that of the piped row, else this runspace's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputValueSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, ValueFromPipelineByPropertyName = true)]
    public ConfluentConnection? Connection { get; set; }

    private protected override AlterKind Kind => AlterKind.Alter;

    private protected override bool TakesInput => ParameterSetName is InputSet or InputValueSet or InputShiftSet;

    private protected override bool AllowsNewPartitions => AllowNewPartition;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Plan(InputObject, ConnectorName, EnvironmentId, KafkaClusterId, Connection, Changes);
}
