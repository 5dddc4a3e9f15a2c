using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>A partition and its offset; either is null where the service left it out or said null.</summary>
internal sealed record PartitionOffset(JsonMapNode? Partition, JsonMapNode? Offset);
