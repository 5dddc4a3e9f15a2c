using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Alteration;

/// <summary>What -KafkaOffset and -Shift make of piped rows of sinks.</summary>
/// <param name="topic">Only rows of this topic; null: all, which then have to be of one.</param>
internal sealed class SinkRowChanges(string? topic)
{
    private string? _first;

    /// <summary>The same new offset for each row.</summary>
    /// <exception cref="RejectedInputException">It cannot be meant for this row.</exception>
    public IEnumerable<PlannedChange> To(InputRow row, long offset)
    {
        var partition = row.ReadPartition();
        var sink = Sink(partition, "-KafkaOffset");
        if (topic is not null && sink.Topic != topic)
            return [];

        _first ??= sink.Topic;
        return _first == sink.Topic
            ? [new PlannedChange(partition, null, row.ReadOffset(InputRow.CheckOffset(offset)))]
            : throw new RejectedInputException(ErrorIds.InvalidPartition, $"rows of more than one topic ('{_first}', '{sink.Topic}') are piped: say with -Topic which one -KafkaOffset is for.");
    }

    /// <summary>The row's own offset, so many records on or back.</summary>
    /// <exception cref="RejectedInputException">The row is not a sink's, or does not tell when it was observed, or there is no such offset.</exception>
    public static PlannedChange Shift(InputRow row, long by)
    {
        var partition = row.ReadPartition();
        var sink = Sink(partition, "-Shift");
        var old = SinkPartition.TryReadOffset(row.ReadOffset())
            ?? throw new RejectedInputException(ErrorIds.InvalidOffset, $"the row of {sink} has no kafka_offset that can be shifted.");
        var shifted = (decimal)old + by;
        if (shifted is < 0 or > long.MaxValue)
            throw new RejectedInputException(ErrorIds.InvalidOffset, $"{sink}: {old} shifted by {by} is no offset.");
        var observed = row.ObservedAt
            ?? throw new RejectedInputException(ErrorIds.OffsetsStale, $"the row of {sink} does not tell when it was observed (ObservedAt), so -Shift cannot know that it is fresh. Give -KafkaOffset.");
        return new PlannedChange(partition, null, row.ReadOffset((long)shifted)) { ShiftedFrom = observed };
    }

    private static SinkPartition Sink(JsonMapNode partition, string parameter) => SinkPartition.TryRead(partition)
        ?? throw new RejectedInputException(ErrorIds.InvalidOffset, $"{parameter} is for sinks; {OffsetText.Partition(partition)} is a source's partition. Give -Offset.");
}
