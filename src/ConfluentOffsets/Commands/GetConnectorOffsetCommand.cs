using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>Reads the offsets of connectors, one row for each partition.</summary>
[Cmdlet(VerbsCommon.Get, "ConnectorOffset",
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffset))]
public sealed class GetConnectorOffsetCommand : ConnectorQueryCommand
{
    private WildcardPattern[]? _topics;

    /// <summary>The connectors' names, patterns or ids; none means all of the cluster.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    /// <summary>Only sink rows of these topics; wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[]? Topic { get; set; }

    /// <summary>Only sink rows of these partition numbers.</summary>
    [Parameter]
    [WholeNumberTransformation]
    [ValidateNotNullOrEmpty]
    public int[]? KafkaPartition { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // Kafka tells topics apart by case.
        _topics = Topic?.Select(t => WildcardPattern.Get(t, WildcardOptions.None)).ToArray();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => QueryNamed(ConnectorName);

    private protected override async Task<IReadOnlyList<object>> ReadAsync(ConfluentConnection connection, ConnectorAddress connector)
    {
        var document = await Api(connection).GetOffsetsAsync(connector, StopToken).ConfigureAwait(false);
        var rows = document.Offsets.Select(item => new ConnectorOffset
        {
            EnvironmentId = connector.EnvironmentId,
            KafkaClusterId = connector.KafkaClusterId,
            ConnectorName = connector.ConnectorName,
            ConnectorId = document.Id,
            Partition = JsonView.Of(item.Partition),
            Offset = JsonView.Of(item.Offset),
            ObservedAt = document.ObservedAt?.Utc,
            Connection = connection,
        });
        if (document.Offsets.Count == 0)
            Log.Verbose?.Invoke($"Connector '{connector.ConnectorName}' has no offsets (new, just reset, or not yet observed).");
        return [.. rows.Where(IsWanted)];
    }

    private bool IsWanted(ConnectorOffset row) =>
        (_topics is null || (row.Topic is { } topic && Array.Exists(_topics, t => t.IsMatch(topic))))
        && (KafkaPartition is null || (row.KafkaPartition is { } partition && KafkaPartition.Contains(partition)));
}
