using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>Requests to alter offsets: one request for each connector, with all that was piped for it.</summary>
[Cmdlet(VerbsCommon.Set, "ConnectorOffset", DefaultParameterSetName = PartitionSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetRequest), typeof(ConnectorOffsetRequestStatus))]
public sealed class SetConnectorOffsetCommand : AlterRowsCommand
{
    private const string PartitionSet = "Partition";
    private const string TopicSet = "Topic";
    private const string InputSet = "Input";
    private const string InputValueSet = "InputValue";
    private const string InputShiftSet = "InputShift";
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
    [Parameter(ParameterSetName = InputSet, Position = 0, ValueFromPipelineByPropertyName = true)]
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
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // At this point only what was written on the command line is bound.
        _partitionGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Partition));
        _offsetGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Offset));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Plan(InputObject, ConnectorName, EnvironmentId, KafkaClusterId, Connection, Changes);

    private IEnumerable<PlannedChange> Changes(InputRow? row)
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

    private protected override void CheckFreshness(AlterPlan plan, RequestBaseline latest)
    {
        if (plan.ShiftedFrom is not { } observed)
            return;
        var at = $"they were observed at {StaleOffsets.Time(observed)}";
        if (latest.AppliedAt is { } applied && !ServerTime.Of(observed).IsAfter(applied))
            throw Stale($"{at}, not after the connector's last change ({StaleOffsets.Time(applied.Utc)})");
        if (latest.IsAppliedAtUnknownTime)
            throw Stale($"{at}, and when the connector's last change was applied is not known");
        var clock = plan.Connection.Service.Clock;
        if (clock.IsYetToCome(observed))
            throw Stale($"{at}, which is yet to come: a clock is wrong, or the time's zone");
        if (!clock.IsWithin(observed, TimeSpan.FromSeconds(MaxAge)))
            throw Stale(string.Create(CultureInfo.InvariantCulture, $"{at}, more than {MaxAge} s ago (-MaxAge)"));
    }

    private static RejectedInputException Stale(string why) =>
        new(ErrorIds.OffsetsStale, $"-Shift counts from the rows' own offsets, and {why}: a connector that has moved on since would be rewound. Nothing was sent.");
}
