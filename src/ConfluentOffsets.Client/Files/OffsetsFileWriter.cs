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
    private static readonly UTF8Encoding s_utf8WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// One connector as an object, several (or none) as an array. Items that have no partition or no offset hold no
    /// position and are left out. The stream stays open.
    /// </summary>
    /// <exception cref="FormatException">A name or an id holds half a surrogate pair.</exception>
    public static void Write(Stream stream, IReadOnlyList<OffsetsFileEntry> entries)
    {
        using var text = new StreamWriter(stream, s_utf8WithoutMark, leaveOpen: true) { NewLine = "\n" };
        if (entries.Count == 1)
        {
            Write(text, entries[0], "");
        }
        else
        {
            text.Write('[');
            for (var i = 0; i < entries.Count; i++)
            {
                text.Write(i == 0 ? "\n  " : ",\n  ");
                Write(text, entries[i], "  ");
            }

            text.Write(entries.Count == 0 ? "]" : "\n]");
        }

        text.WriteLine();
    }

    private static void Write(StreamWriter text, OffsetsFileEntry entry, string indent)
    {
        text.Write("{\n");
        WriteText(text, indent, "id", entry.Document.Id);
        WriteText(text, indent, "name", entry.Document.Name);
        WriteText(text, indent, "environment_id", entry.EnvironmentId);
        WriteText(text, indent, "kafka_cluster_id", entry.KafkaClusterId);
        WriteOffsets(text, indent, entry.Document.Offsets);
        if (entry.Document.ObservedAt is { } observed)
            text.Write($",\n{indent}  \"metadata\": {{ \"observed_at\": {JsonLiteral.Write(observed.Text)} }}");
        text.Write($"\n{indent}}}");
    }

    private static void WriteText(StreamWriter text, string indent, string name, string? value)
    {
        if (value is not null)
            text.Write($"{indent}  \"{name}\": {JsonLiteral.Write(value)},\n");
    }

    private static void WriteOffsets(StreamWriter text, string indent, IReadOnlyList<PartitionOffset> offsets)
    {
        text.Write($"{indent}  \"offsets\": [");
        var separator = "";
        foreach (var item in offsets)
        {
            if (item.Partition is null || item.Offset is null)
                continue;
            text.Write($"{separator}\n{indent}    {{ \"partition\": {item.Partition}, \"offset\": {item.Offset} }}");
            separator = ",";
        }

        text.Write(separator.Length == 0 ? "]" : $"\n{indent}  ]");
    }
}
