using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>A partition and its offset; either is null where the service left it out or said null.</summary>
internal sealed record PartitionOffset(JsonMapNode? Partition, JsonMapNode? Offset)
{
    /// <summary>Whether two maps are the same to the letter, which is soon seen.</summary>
    public static bool AreWrittenAlike(JsonMapNode? left, JsonMapNode? right) => left is null || right is null
        ? left == right
        : left.TextBytes().Span.SequenceEqual(right.TextBytes().Span);
}
