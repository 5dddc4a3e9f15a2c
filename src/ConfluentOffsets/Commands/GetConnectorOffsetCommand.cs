using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Input;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>Reads the offsets of connectors, one row for each partition.</summary>
[Cmdlet(VerbsCommon.Get, "ConnectorOffset",
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffset))]
public sealed class GetConnectorOffsetCommand : ConnectorQueryCommand
{
    private const int DefaultTimeout = 30;
    private static readonly TimeSpan s_firstGap = TimeSpan.FromSeconds(1);

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

    /// <summary>Seconds; reads again until the service observed the offsets at most so long ago.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int MaxAge { get; set; }

    /// <summary>Seconds for which -MaxAge reads again.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int Timeout { get; set; } = DefaultTimeout;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // Kafka tells topics apart by case.
        _topics = Topic?.Select(t => WildcardPattern.Get(t, WildcardOptions.None)).ToArray();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => QueryNamed(ConnectorName);

    private protected override async Task<Reading> ReadAsync(ConfluentConnection connection, ConnectorAddress connector)
    {
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(MaxAge)))
            return Rows(connection, connector, await Api(connection).GetOffsetsAsync(connector, StopToken).ConfigureAwait(false));

        var sighting = await new OffsetsWatcher(Api(connection), s_firstGap)
            .UntilYoungerAsync(connector, TimeSpan.FromSeconds(MaxAge), TimeSpan.FromSeconds(Timeout), StopToken)
            .ConfigureAwait(false);
        var reading = sighting.Document is null ? new Reading([], null) : Rows(connection, connector, sighting.Document);
        return sighting.IsFresh ? reading : reading with { Error = Stale(sighting, connector) };
    }

    private ErrorRecord Stale(Sighting sighting, ConnectorAddress connector) => StaleOffsets.Error(
        sighting,
        connector,
        string.Create(CultureInfo.InvariantCulture, $"within the last {MaxAge} s"),
        TimeSpan.FromSeconds(Timeout),
        connector.ConnectorName);

    private Reading Rows(ConfluentConnection connection, ConnectorAddress connector, OffsetsDocument document)
    {
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
        ConnectorOffset[] wanted = [.. rows.Where(IsWanted)];
        return new Reading(wanted, null, wanted.Length == 0 && document.Offsets.Count > 0 ? NothingFound(connector) : null);
    }

    /// <summary>
    /// For a connector and partitions that are all named, nothing is most likely a typing error, and what it is piped to
    /// would do nothing without a word.
    /// </summary>
    private string? NothingFound(ConnectorAddress connector) =>
        IsNameGiven && ConnectorName?.Contains(connector.ConnectorName) == true && Topic?.Any(WildcardPattern.ContainsWildcardCharacters) != true
            ? $"Connector '{connector.ConnectorName}' has no partition of that {(Topic is null ? "number" : "topic (topics are told apart by case)")}. Without -Topic and -KafkaPartition all that it has are shown."
            : null;

    private bool IsWanted(ConnectorOffset row) =>
        (_topics is null || (row.Topic is { } topic && Array.Exists(_topics, t => t.IsMatch(topic))))
        && (KafkaPartition is null || (row.KafkaPartition is { } partition && KafkaPartition.Contains(partition)));
}
