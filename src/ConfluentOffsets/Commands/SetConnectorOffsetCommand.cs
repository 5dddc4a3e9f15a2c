using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>Requests to alter offsets: one request for each connector, with all that was piped for it.</summary>
[Cmdlet(VerbsCommon.Set, "ConnectorOffset", DefaultParameterSetName = PartitionSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetRequest), typeof(ConnectorOffsetRequestStatus))]
public sealed class SetConnectorOffsetCommand : PlacedRowsCommand
{
    private const int DefaultMaxAge = 120;

    private bool _partitionGiven;
    private bool _offsetGiven;
    private SinkRowChanges? _sinkRows;

    /// <summary>Rows of Get-ConnectorOffset, or objects with the same properties.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = InputValueSet, Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = InputShiftSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The connectors' names; given beside piped rows, it wins over theirs.</summary>
    [Parameter(ParameterSetName = PartitionSet, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = TopicSet, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = InputSet, Position = 0)]
    [Parameter(ParameterSetName = InputValueSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    /// <summary>The partition: a hashtable, an object, or JSON text.</summary>
    [Parameter(ParameterSetName = PartitionSet, Mandatory = true)]
    [Parameter(ParameterSetName = InputSet)]
    [AllowNull]
    public object? Partition { get; set; }

    /// <summary>The new offset: a hashtable, an object, or JSON text.</summary>
    [Parameter(ParameterSetName = PartitionSet, Mandatory = true)]
    [Parameter(ParameterSetName = InputSet)]
    [AllowNull]
    public object? Offset { get; set; }

    /// <summary>A sink's topic; beside piped rows: only those of this topic.</summary>
    [Parameter(ParameterSetName = TopicSet, Mandatory = true)]
    [Parameter(ParameterSetName = InputValueSet)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string? Topic { get; set; }

    /// <summary>The topic's partitions.</summary>
    [Parameter(ParameterSetName = TopicSet, Mandatory = true)]
    [WholeNumberTransformation]
    [AllowEmptyCollection]
    public int[]? KafkaPartition { get; set; }

    /// <summary>The new offset in the topic, for all of them.</summary>
    [Parameter(ParameterSetName = TopicSet, Mandatory = true)]
    [Parameter(ParameterSetName = InputValueSet, Mandatory = true)]
    [WholeNumberTransformation]
    public long KafkaOffset { get; set; }

    /// <summary>So many records on (or back, below zero) from each sink row's own offset.</summary>
    [Parameter(ParameterSetName = InputShiftSet, Mandatory = true)]
    [WholeNumberTransformation]
    public long Shift { get; set; }

    /// <summary>Seconds; -Shift refuses rows that were observed longer ago.</summary>
    [Parameter(ParameterSetName = InputShiftSet)]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int MaxAge { get; set; } = DefaultMaxAge;

    /// <summary>Lets a partition through that the connector does not have: it is added.</summary>
    [Parameter]
    public SwitchParameter AllowNewPartition { get; set; }

    private protected override AlterKind Kind => AlterKind.Alter;

    private protected override bool AllowsNewPartitions => AllowNewPartition;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // At this point only what was written on the command line is bound.
        _partitionGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Partition));
        _offsetGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Offset));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Plan(InputObject, ConnectorName, Changes);

    private IEnumerable<PlannedChange> Changes(InputRow? row) => ParameterSetName switch
    {
        PartitionSet => [new PlannedChange(InputRow.ToPartition(Partition), null, InputRow.ToOffset(Offset))],
        TopicSet => OfTopic(Topic!, KafkaPartition, () => SinkPartition.CreateOffset(InputRow.CheckOffset(KafkaOffset))),
        InputValueSet => (_sinkRows ??= new SinkRowChanges(Topic)).To(row!, KafkaOffset),
        InputShiftSet => [SinkRowChanges.Shift(row!, Shift)],
        _ => [new PlannedChange(_partitionGiven ? InputRow.ToPartition(Partition) : row!.ReadPartition(), null, _offsetGiven ? InputRow.ToOffset(Offset) : row!.ReadOffset())],
    };

    private protected override void CheckFreshness(AlterPlan plan, RequestBaseline latest) => ShiftFreshness.Check(plan, latest, MaxAge);
}
