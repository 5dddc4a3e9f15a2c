using System.Globalization;
using System.Text;
using System.Text.Json;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Files;

/// <summary>A connector's offsets as a file keeps them.</summary>
/// <param name="EnvironmentId">Null where the file does not say.</param>
/// <param name="KafkaClusterId">Null where the file does not say.</param>
/// <param name="Document">The API's own document.</param>
internal sealed record OffsetsFileEntry(string? EnvironmentId, string? KafkaClusterId, OffsetsDocument Document);

/// <summary>
/// A file of offsets: the API's own GET document, or a JSON array of those, each with the optional members
/// <c>environment_id</c> and <c>kafka_cluster_id</c>.
/// </summary>
internal static class OffsetsFile
{
    /// <summary>Reads the text of such a file.</summary>
    /// <exception cref="InvalidFileException">It is something else.</exception>
    public static IReadOnlyList<OffsetsFileEntry> Read(string text) => ReadJson(text) switch
    {
        JsonMapNode map => [ReadEntry(map, "The file")],
        JsonListNode list =>
        [
            .. list.Values.Select((value, i) =>
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"Item {i + 1} of the array");
                return ReadEntry(value as JsonMapNode ?? throw new InvalidFileException($"{what} is not a JSON object."), what);
            }),
        ],
        _ => throw new InvalidFileException("It holds neither a JSON object nor an array of them."),
    };

    private static object? ReadJson(string text)
    {
        try
        {
            return JsonLiteral.Read(JsonLiteral.Validate(text));
        }
        catch (JsonException e)
        {
            throw new InvalidFileException($"It is not JSON{Place(text, e)}: {Words(e)}", e);
        }
    }

    private static OffsetsFileEntry ReadEntry(JsonMapNode map, string what)
    {
        if (!map.Contains("offsets"))
            throw new InvalidFileException($"{what} has no member 'offsets'.");
        try
        {
            var document = DocumentReader.ReadOffsets(map);
            if (document.Offsets.Any(o => o.Partition is null || o.Offset is null))
                throw new InvalidFileException($"{what} has an item of 'offsets' without 'partition' or 'offset'.");
            if (document.Offsets.Any(o => SinkPartition.TryRead(o.Partition) is not null && SinkPartition.TryReadOffset(o.Offset) is null))
                throw new InvalidFileException($"{what} has a sink's partition whose 'kafka_offset' is no number.");
            return new OffsetsFileEntry(Id(map, "environment_id"), Id(map, "kafka_cluster_id"), document);
        }
        catch (JsonException e)
        {
            throw new InvalidFileException($"{what} is not a connector's offsets: {e.Message}", e);
        }
    }

    private static string? Id(JsonMapNode map, string name) => map.Get(name) switch
    {
        null or "" => null,
        string id => id,
        _ => throw new JsonException($"'{name}' is not a string."),
    };

    /// <summary>Counted from 1 and in characters, as editors do.</summary>
    private static string Place(string text, JsonException e)
    {
        if (e.LineNumber is not { } line || e.BytePositionInLine is not { } bytes)
            return "";
        var bad = Encoding.UTF8.GetBytes(text.Split('\n')[(int)line]);
        var position = Encoding.UTF8.GetCharCount(bad, 0, (int)Math.Min(bytes, bad.Length));
        return string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, position {position + 1})");
    }

    /// <summary>The reader's own note of the place counts from 0 and in bytes.</summary>
    private static string Words(JsonException e)
    {
        var note = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return note < 0 ? e.Message : e.Message[..note];
    }
}
