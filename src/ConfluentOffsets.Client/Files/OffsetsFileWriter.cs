using System.Text;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Files;

/// <summary>
/// Writes what <see cref="OffsetsFile"/> reads. A line for each partition, so that people can read and compare files;
/// partitions and offsets are their own literals.
/// </summary>
internal static class OffsetsFileWriter
{
    /// <summary>
    /// One connector as an object, several (or none) as an array. Items that have no partition or no offset hold no
    /// position and are left out. The stream stays open.
    /// </summary>
    /// <exception cref="FormatException">A name or an id holds half a surrogate pair.</exception>
    public static void Write(Stream stream, IReadOnlyList<OffsetsFileEntry> entries)
    {
        if (entries.Count == 1)
        {
            Write(stream, entries[0], "");
        }
        else
        {
            Write(stream, "[");
            for (var i = 0; i < entries.Count; i++)
            {
                Write(stream, i == 0 ? "\n  " : ",\n  ");
                Write(stream, entries[i], "  ");
            }

            Write(stream, entries.Count == 0 ? "]" : "\n]");
        }

        Write(stream, "\n");
    }

    private static void Write(Stream stream, OffsetsFileEntry entry, string indent)
    {
        Write(stream, "{\n");
        WriteText(stream, indent, "id", entry.Document.Id);
        WriteText(stream, indent, "name", entry.Document.Name);
        WriteText(stream, indent, "environment_id", entry.EnvironmentId);
        WriteText(stream, indent, "kafka_cluster_id", entry.KafkaClusterId);
        WriteOffsets(stream, indent, entry.Document.Offsets);
        if (entry.Document.ObservedAt is { } observed)
            Write(stream, $",\n{indent}  \"metadata\": {{ \"observed_at\": {JsonLiteral.Write(observed.Text)} }}");
        Write(stream, $"\n{indent}}}");
    }

    private static void WriteText(Stream stream, string indent, string name, string? value)
    {
        if (value is not null)
            Write(stream, $"{indent}  \"{name}\": {JsonLiteral.Write(value)},\n");
    }

    /// <summary>Bytes as they are: texts of 100,000 partitions would be made only to be encoded again.</summary>
    private static void WriteOffsets(Stream stream, string indent, IReadOnlyList<PartitionOffset> offsets)
    {
        Write(stream, $"{indent}  \"offsets\": [");
        var start = Encoding.UTF8.GetBytes($"\n{indent}    {{ \"partition\": ");
        var isFirst = true;
        foreach (var item in offsets)
        {
            if (item.Partition is null || item.Offset is null)
                continue;
            if (!isFirst)
                stream.Write(","u8);
            stream.Write(start);
            stream.Write(item.Partition.TextBytes().Span);
            stream.Write(", \"offset\": "u8);
            stream.Write(item.Offset.TextBytes().Span);
            stream.Write(" }"u8);
            isFirst = false;
        }

        Write(stream, isFirst ? "]" : $"\n{indent}  ]");
    }

    private static void Write(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
