using System.Globalization;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets;

/// <summary>Partitions and offsets as a person reads them, on one line.</summary>
internal static class OffsetText
{
    /// <summary><c>orders-0</c> for a sink, <c>protocol=1, table=db.t</c> for a source.</summary>
    public static string Partition(JsonMapNode? partition) =>
        SinkPartition.TryRead(partition) is { } sink ? Printable(sink.ToString()) : Members(partition);

    /// <summary><c>1000</c> for a sink, <c>incrementing=3, timestamp=1699142400000</c> for a source.</summary>
    public static string Offset(JsonMapNode? offset) =>
        offset is { Count: 1 } && SinkPartition.TryReadOffset(offset) is { } number
            ? number.ToString(CultureInfo.InvariantCulture)
            : Members(offset);

    /// <summary><c>orders-0: 1000</c></summary>
    public static string Item(JsonMapNode? partition, JsonMapNode? offset) => offset is null
        ? Partition(partition)
        : $"{Partition(partition)}: {Offset(offset)}";

    /// <summary>A text of at most so many characters; a longer one is cut in the middle: the ends tell it from others.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : $"{text[..(length / 2)]}…{text[^((length / 2) - 1)..]}";

    private static string Members(JsonMapNode? map) => map is null
        ? "(none)"
        : string.Join(", ", map.EntryTexts.Select(e => $"{Printable(e.Key)}={Printable(e.Value)}"));

    /// <summary>What a service sends must not steer the terminal: such characters show as JSON escapes.</summary>
    public static string Printable(string text) => text.Any(Steers)
        ? string.Concat(text.Select(c => Steers(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()))
        : text;

    private static bool Steers(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
