using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that gives partitions new offsets: as they stand in a parameter or a row, or counted from a row's own.</summary>
public abstract class NewOffsetCommand : AlterRowsCommand
{
    private protected const string PartitionSet = "Partition";
    private protected const string TopicSet = "Topic";
    private protected const string InputSet = "Input";
    private protected const string InputValueSet = "InputValue";
    private protected const string InputShiftSet = "InputShift";
    private const int DefaultMaxAge = 120;

    private bool _partitionGiven;
    private bool _offsetGiven;
    private SinkRowChanges? _sinkRows;

    /// <summary>The partition: a hashtable, an object, or JSON text.</summary>
    [Parameter(ParameterSetName = PartitionSet, Mandatory = true)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public object? Partition { get; set; }

    /// <summary>The new offset: a hashtable, an object, or JSON text.</summary>
    [Parameter(ParameterSetName = PartitionSet, Mandatory = true)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipelineByPropertyName = true)]
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

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // At this point only what was written on the command line is bound.
        _partitionGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Partition));
        _offsetGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Offset));
    }

    /// <summary>What becomes of a row, or of what the parameters name where there is none.</summary>
    private protected IEnumerable<PlannedChange> Changes(InputRow? row)
    {
        switch (ParameterSetName)
        {
            case PartitionSet:
                return [new PlannedChange(InputRow.ToPartition(Partition), null, InputRow.ToOffset(Offset))];
            case TopicSet:
                var number = InputRow.CheckOffset(KafkaOffset);
                return OfTopic(Topic!, KafkaPartition, () => SinkPartition.CreateOffset(number));
            case InputValueSet:
                return (_sinkRows ??= new SinkRowChanges(Topic)).To(row!, KafkaOffset);
            case InputShiftSet:
                return [SinkRowChanges.Shift(row!, Shift)];
            default:
                var partition = _partitionGiven ? InputRow.ToPartition(Partition) : row!.ReadPartition();
                return [new PlannedChange(partition, null, _offsetGiven ? InputRow.ToOffset(Offset) : row!.ReadOffset())];
        }
    }

    private protected override void CheckFreshness(AlterPlan plan, RequestBaseline latest) => ShiftFreshness.Check(plan, latest, MaxAge);
}
