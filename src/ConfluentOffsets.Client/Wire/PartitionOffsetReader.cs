using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>
/// Reads lists of offsets as services write them in one pass, with no map for each item: a connector can have 100,000.
/// </summary>
internal static class PartitionOffsetReader
{
    /// <summary>The items; null where one is not just a partition and an offset, each an object and there once.</summary>
    public static List<PartitionOffset>? Read(JsonListNode list)
    {
        var literal = list.UnreadLiteral;
        if (literal.IsEmpty)
            return null;
        var items = new List<PartitionOffset>();
        var reader = new Utf8JsonReader(literal.Span, JsonLiteral.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return null;
            ReadOnlyMemory<byte> partition = default, offset = default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isPartition = reader.ValueTextEquals("partition"u8);
                if (!isPartition && !reader.ValueTextEquals("offset"u8))
                    return null;
                if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                    return null;
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                ref var value = ref isPartition ? ref partition : ref offset;
                if (!value.IsEmpty)
                    return null;
                value = literal[start..(int)reader.BytesConsumed];
            }

            if (partition.IsEmpty || offset.IsEmpty)
                return null;
            items.Add(new PartitionOffset(new JsonMapNode(partition), new JsonMapNode(offset)));
        }

        return items;
    }
}
