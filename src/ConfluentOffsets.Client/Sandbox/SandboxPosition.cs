using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>A partition's offset as a function of time.</summary>
/// <param name="Partition">The connector's own literal.</param>
/// <param name="Offset">Where it stands until it moves.</param>
/// <param name="ShownFrom">Before that the connector has no offset for the partition.</param>
/// <param name="MovesFrom">From when on the connector works on the partition.</param>
internal sealed record SandboxPosition(JsonMapNode Partition, JsonMapNode Offset, DateTimeOffset ShownFrom, DateTimeOffset MovesFrom)
{
    /// <summary>Until the connector is resumed.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    /// <summary>Connectors move in commits, as Kafka Connect's do.</summary>
    private static readonly TimeSpan s_commitInterval = TimeSpan.FromSeconds(5);

    /// <summary>The offset of a record that cannot be processed; null where there is none.</summary>
    public long? BadRecord { get; init; }

    /// <summary>Whether the task that works on the partition has failed: the bad record is not behind it.</summary>
    public bool IsStuck => BadRecord is { } bad && SinkPartition.TryReadOffset(Offset) <= bad;

    /// <summary>Equal for the same partition.</summary>
    public string Key { get; } = KeyOf(Partition);

    /// <summary>Kafka Connect compares serialized JSON; only sinks go by topic and number.</summary>
    public static string KeyOf(JsonMapNode partition) =>
        SinkPartition.TryRead(partition) is { } sink ? $"sink {sink}" : SandboxJson.Compact(partition);

    public PartitionOffset At(DateTimeOffset time) => new(
        Partition,
        IsStuck || time <= MovesFrom ? Offset : SandboxMotion.Move(Offset, (time - MovesFrom).Ticks / s_commitInterval.Ticks));
}
