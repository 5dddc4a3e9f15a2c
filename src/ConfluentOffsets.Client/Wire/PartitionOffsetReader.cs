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
        var reader = new Utf8JsonReader(literal.Span, JsonLiteral.ReaderOptions);
        reader.Read();
        return Read(ref reader, literal);
    }

    /// <summary>
    /// Takes the items out of a document that nobody has read yet, not even to see whether it is JSON.
    /// </summary>
    /// <param name="document">An object with the member <c>offsets</c>.</param>
    /// <param name="rest">The document with an empty list in their place; not validated.</param>
    /// <returns>Null where there is anything out of the ordinary.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static List<PartitionOffset>? Take(ReadOnlyMemory<byte> document, out ReadOnlyMemory<byte> rest)
    {
        rest = default;
        if (!System.Text.Unicode.Utf8.IsValid(document.Span))
            return null;
        List<PartitionOffset>? items = null;
        var reader = new Utf8JsonReader(document.Span, JsonLiteral.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOffsets = reader.ValueTextEquals("offsets"u8);
            reader.Read();
            if (!isOffsets)
            {
                reader.Skip();
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            if (items is not null || reader.TokenType != JsonTokenType.StartArray || (items = Read(ref reader, document)) is null)
                return null;
            rest = (byte[])[.. document.Span[..start], .. "[]"u8, .. document.Span[(int)reader.BytesConsumed..]];
        }

        return items;
    }

    /// <summary>From the start of an array to its end.</summary>
    private static List<PartitionOffset>? Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text)
    {
        var items = new List<PartitionOffset>();
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
                if (!Skip(ref reader))
                    return null;
                ref var value = ref isPartition ? ref partition : ref offset;
                if (!value.IsEmpty)
                    return null;
                value = text[start..(int)reader.BytesConsumed];
            }

            if (partition.IsEmpty || offset.IsEmpty)
                return null;
            items.Add(new PartitionOffset(new JsonMapNode(partition), new JsonMapNode(offset)));
        }

        return items;
    }

    /// <summary>To the end of an object; false where a number in it is too long.</summary>
    private static bool Skip(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length > JsonLiteral.MaxNumberLength)
                return false;
        }

        return true;
    }
}
