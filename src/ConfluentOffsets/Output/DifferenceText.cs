using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets;

/// <summary>
/// The two offsets of a difference as a person reads them side by side: of an offset that has changed, the members that
/// did.
/// </summary>
internal static class DifferenceText
{
    private const string None = "(none)";

    // Together with the other columns a source's row fits into 80 characters: a column that does not fit is left out. A
    // sink's partition has the room that its numbers leave.
    private const int MaxOffset = 23;
    private const int MaxPartition = 18;
    private const int MaxSinkPartition = 32;

    /// <summary>The partition.</summary>
    public static string Partition(ConnectorOffsetDifference difference) =>
        OffsetText.Cut(OffsetText.Partition(difference.Partition?.Node), difference.Topic is null ? MaxPartition : MaxSinkPartition);

    /// <summary>The offset in the reference; empty where the partition is not there.</summary>
    public static string Reference(ConnectorOffsetDifference difference) => difference.Change == nameof(OffsetChange.Added)
        ? ""
        : Of(difference.Change, difference.ReferenceOffset?.Node, difference.DifferenceOffset?.Node);

    /// <summary>The offset in the difference; empty where the partition is not there.</summary>
    public static string Difference(ConnectorOffsetDifference difference) => difference.Change == nameof(OffsetChange.Removed)
        ? ""
        : Of(difference.Change, difference.DifferenceOffset?.Node, difference.ReferenceOffset?.Node);

    private static string Of(string change, JsonMapNode? offset, JsonMapNode? other)
    {
        var isWhole = change != nameof(OffsetChange.Changed) || offset is null || other is null || (IsNumber(offset) && IsNumber(other));
        return OffsetText.Cut(isWhole ? OffsetText.Offset(offset) : string.Join(", ", ChangedMembers(offset!, other!)), MaxOffset);
    }

    private static bool IsNumber(JsonMapNode offset) => offset.Count == 1 && SinkPartition.TryReadOffset(offset) is not null;

    private static IEnumerable<string> ChangedMembers(JsonMapNode offset, JsonMapNode other)
    {
        var others = Members(other);
        var own = Members(offset);
        foreach (var (name, (value, text)) in own)
        {
            var isThere = others.TryGetValue(name, out var there);
            if (isThere && CanonicalJson.Exact(value) == CanonicalJson.Exact(there.Value))
                continue;

            // 1 and "1" would read the same.
            var shown = isThere && text == there.Text ? JsonLiteral.Write(value) : text;
            yield return $"{OffsetText.Printable(name)}={OffsetText.Printable(shown)}";
        }

        foreach (var name in others.Keys.Where(n => !own.ContainsKey(n)))
            yield return $"{OffsetText.Printable(name)}={None}";
    }

    private static Dictionary<string, (object? Value, string Text)> Members(JsonMapNode map)
    {
        var members = new Dictionary<string, (object?, string)>(StringComparer.Ordinal);
        foreach (var ((name, value), (_, text)) in map.Entries.Zip(map.EntryTexts))
            members[name] = (value, text);
        return members;
    }
}
