using System.Collections;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>
/// Partitions and offsets, kept as their texts: there can be 100,000, and the garbage collector has to visit none of them.
/// </summary>
internal sealed class OffsetTexts : IReadOnlyList<PartitionOffset>
{
    private readonly List<(ReadOnlyMemory<byte> Partition, ReadOnlyMemory<byte> Offset)> _texts = [];

    public int Count => _texts.Count;

    public PartitionOffset this[int index] => new(Map(_texts[index].Partition), Map(_texts[index].Offset));

    /// <summary>Adds what both are now; later edits of them do not reach it.</summary>
    public void Add(JsonMapNode partition, JsonMapNode? offset) => _texts.Add((partition.TextBytes(), offset?.TextBytes() ?? default));

    public IEnumerator<PartitionOffset> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>No map has an empty text.</summary>
    private static JsonMapNode? Map(ReadOnlyMemory<byte> text) => text.IsEmpty ? null : new JsonMapNode(text);
}
