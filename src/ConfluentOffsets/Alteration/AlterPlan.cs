using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Alteration;

/// <summary>One change that was asked for: a partition (or all of a topic), and its new offset (null in a reset).</summary>
internal sealed record PlannedChange(JsonMapNode? Partition, string? Topic, JsonMapNode? Offset)
{
    /// <summary>For an offset that is another one, shifted: when that one was observed.</summary>
    public DateTime? ShiftedFrom { get; init; }
}

/// <summary>All that was asked for one connector: it becomes one request, or none.</summary>
internal sealed class AlterPlan(ConfluentConnection connection, ConnectorAddress connector)
{
    private readonly HashSet<PartitionKey> _partitions = [];
    private readonly OffsetTexts _offsets = new();
    private readonly List<string> _topics = [];

    public ConfluentConnection Connection { get; } = connection;

    public ConnectorAddress Connector { get; } = connector;

    /// <summary>A reset of everything, which was asked for in so many words. No changes at all are not that.</summary>
    public bool IsForAll { get; set; }

    /// <summary>When the oldest offset was observed that others are shifted from; null where none is.</summary>
    public DateTime? ShiftedFrom { get; private set; }

    /// <summary>The requests that are to be taken back, by their statuses; none: the latest.</summary>
    public IList<ConnectorOffsetRequestStatus> TakenBack { get; } = [];

    public int ChangeCount => _topics.Count + _offsets.Count;

    /// <summary>In the order of the input; no plan has both partitions and whole topics.</summary>
    public IEnumerable<PlannedChange> Changes =>
        _topics.Select(t => new PlannedChange(null, t, null)).Concat(_offsets.Select(o => new PlannedChange(o.Partition, null, o.Offset)));

    /// <summary>The first unusable input: then nothing is sent for the connector.</summary>
    public RejectedInputException? Rejection { get; private set; }

    public void Add(PlannedChange change)
    {
        var key = change.Partition is { } partition ? PartitionKey.AsWritten(partition) : PartitionKey.OfTopic(change.Topic!);
        if (!_partitions.Add(key))
        {
            var what = change.Partition is null ? $"Topic '{change.Topic}'" : $"Partition {OffsetText.Partition(change.Partition)}";
            Reject(new RejectedInputException(ErrorIds.DuplicatePartition, $"{what} is given twice."));
        }

        if (change is { Partition: not null, Offset: not null } && !key.Takes(change.Offset))
            Reject(InputRow.NoOffsetOf(change.Partition, change.Offset));

        if (change.ShiftedFrom is { } observed && !(observed >= ShiftedFrom))
            ShiftedFrom = observed;
        if (change.Partition is not null)
            _offsets.Add(change.Partition, change.Offset);
        else
            _topics.Add(change.Topic!);
    }

    public void Reject(RejectedInputException rejection) => Rejection ??= rejection;
}
