using System.Management.Automation;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that gives rows new offsets, in a place that is given or, where rows are piped, told by them.</summary>
/// <remarks>
/// In the set Input the place, the connector's name with it, is read off the row and not bound by property name: for 100,000
/// rows, PowerShell takes longer to bind it, and their maps, than the module for all that it does. In the sets beside it, it is bound:
/// this is what lets a script block stand in its place, in any of the three.
/// </remarks>
public abstract class PlacedRowsCommand : AlterRowsCommand
{
    private protected const string PartitionSet = "Partition";
    private protected const string TopicSet = "Topic";
    private protected const string InputSet = "Input";
    private protected const string InputValueSet = "InputValue";
    private protected const string InputShiftSet = "InputShift";

    /// <summary>The environment; default: the connection's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = InputSet)]
    [Parameter(ParameterSetName = InputValueSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentIdCompleter))]
    public string? EnvironmentId { get => Bound.EnvironmentId; set => Bound.EnvironmentId = value; }

    /// <summary>The Kafka cluster; default: the connection's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = InputSet)]
    [Parameter(ParameterSetName = InputValueSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, ValueFromPipelineByPropertyName = true)]
    [Alias("ClusterId")]
    [ArgumentCompleter(typeof(KafkaClusterIdCompleter))]
    public string? KafkaClusterId { get => Bound.KafkaClusterId; set => Bound.KafkaClusterId = value; }

    /// <summary>The connection; default: that of the piped row, else this runspace's.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [Parameter(ParameterSetName = TopicSet)]
    [Parameter(ParameterSetName = InputSet)]
    [Parameter(ParameterSetName = InputValueSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InputShiftSet, ValueFromPipelineByPropertyName = true)]
    [ConnectionTransformation]
    public ConfluentConnection? Connection { get => Bound.Connection; set => Bound.Take(value); }

    /// <inheritdoc/>
    private protected override bool TakesInput => ParameterSetName is InputSet or InputValueSet or InputShiftSet;
}
