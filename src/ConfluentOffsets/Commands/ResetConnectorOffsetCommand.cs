using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>Requests to reset offsets: of some partitions, or with -All of a whole connector.</summary>
[Cmdlet(VerbsCommon.Reset, "ConnectorOffset", DefaultParameterSetName = PartitionSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetRequest), typeof(ConnectorOffsetRequestStatus))]
public sealed class ResetConnectorOffsetCommand : AlterRowsCommand
{
    private const string PartitionSet = "Partition";
    private const string TopicSet = "Topic";
    private const string AllSet = "All";
    private const string InputSet = "Input";

    private bool _partitionGiven;

    /// <summary>Rows of Get-ConnectorOffset, or objects with the same properties; their offsets do not count.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The connectors' names; given beside piped rows, it wins over theirs.</summary>
    [Parameter(ParameterSetName = PartitionSet, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = TopicSet, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = AllSet, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    /// <summary>The partitions: hashtables, objects, or JSON texts.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public object? Partition { get; set; }

    /// <summary>A sink's topic.</summary>
    [Parameter(ParameterSetName = TopicSet, Mandatory = true)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string? Topic { get; set; }

    /// <summary>The topic's partitions; default: all that the connector has of it.</summary>
    [Parameter(ParameterSetName = TopicSet)]
    [WholeNumberTransformation]
    public int[]? KafkaPartition { get; set; }

    /// <summary>All partitions: the connector starts as if newly created.</summary>
    [Parameter(ParameterSetName = AllSet, Mandatory = true)]
    public SwitchParameter All { get; set; }

    /// <summary>The environment; default: the connection's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = AllSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentIdCompleter))]
    public string? EnvironmentId { get => Bound.EnvironmentId; set => Bound.EnvironmentId = value; }

    /// <summary>The Kafka cluster; default: the connection's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = AllSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterId")]
    [ArgumentCompleter(typeof(KafkaClusterIdCompleter))]
    public string? KafkaClusterId { get => Bound.KafkaClusterId; set => Bound.KafkaClusterId = value; }

    /// <summary>The connection; default: that of the piped row, else this runspace's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = AllSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [ConnectionTransformation]
    public ConfluentConnection? Connection { get => Bound.Connection; set => Bound.Take(value); }

    private protected override AlterKind Kind => AlterKind.Reset;

    private protected override bool TakesInput => ParameterSetName == InputSet;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _partitionGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Partition));
        if (MyInvocation.BoundParameters.ContainsKey(nameof(All)) && !All)
            Terminate(ErrorFactory.Create(ErrorIds.InvalidPartition, "-All:$false resets nothing: name partitions, or say -All.", target: "All"));

        // Not mandatory: a prompt for a partition would help nobody who forgot -All.
        if (ParameterSetName == PartitionSet && !_partitionGiven && !MyInvocation.ExpectingInput)
            Terminate(ErrorFactory.Create(ErrorIds.InvalidPartition, "Nothing says what is reset: give -Topic or -Partition, pipe rows, or say -All.", target: "Partition"));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Plan(InputObject, ConnectorName, All ? null : Changes);

    private IEnumerable<PlannedChange> Changes(InputRow? row) => ParameterSetName switch
    {
        TopicSet => OfTopic(Topic!, KafkaPartition, () => null),
        InputSet when !_partitionGiven => [new PlannedChange(row!.ReadPartition(), null, null)],
        _ => InputRow.ToPartitions(Partition).Select(p => new PlannedChange(p, null, null)).ToArray(),
    };
}
