using System.Collections;
using System.Management.Automation;
using System.Numerics;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Input;

/// <summary>
/// Maps of property bags: what Clixml and jobs leave of a row where the module was not imported. They have lost
/// literals, and below some depth even types; the row's JSON text has not. So an unedited value is taken from there.
/// </summary>
internal static class DeserializedMap
{
    /// <summary>The original map with what the user changed in the bag since.</summary>
    /// <param name="original">The map as it was exported.</param>
    /// <param name="shown">The map as the bag shows it.</param>
    /// <exception cref="ArgumentException">A changed value cannot be written as JSON.</exception>
    public static JsonMapNode Merge(JsonMapNode original, IDictionary shown)
    {
        var merged = original.Snapshot();
        var names = new List<string>();
        var entries = shown.GetEnumerator();
        while (entries.MoveNext())
        {
            var name = entries.Key.ToString()!;
            names.Add(name);
            var value = Unwrap(entries.Value);
            if (!merged.TryGet(name, out var before))
                merged.Add(name, JsonInput.ToValue(value));
            else if (!Same(before, value))
                merged.Set(name, MergeValue(before, value));
        }

        foreach (var (name, _) in original.Entries.Where(e => !names.Contains(e.Key, StringComparer.OrdinalIgnoreCase)).ToArray())
            merged.Remove(name);
        return merged;
    }

    private static object? MergeValue(object? original, object? shown) => (original, Unwrap(shown)) switch
    {
        (JsonMapNode map, IDictionary dictionary) => Merge(map, dictionary),
        (JsonListNode list, IList items) when list.Count == items.Count => MergeItems(list, items),
        var (_, value) => JsonInput.ToValue(value),
    };

    private static JsonListNode MergeItems(JsonListNode original, IList shown)
    {
        var merged = original.Snapshot();
        for (var i = 0; i < shown.Count; i++)
        {
            if (!Same(merged.Get(i), shown[i]))
                merged.Set(i, MergeValue(merged.Get(i), shown[i]));
        }

        return merged;
    }

    /// <summary>Whether a value is what became of the original on its way, and nothing else.</summary>
    private static bool Same(object? original, object? shown) => (original, Unwrap(shown)) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,

        // Cut off by the depth of the serialization.
        (JsonContainer container, string text) => container.ToString() == text,
        (JsonMapNode map, IDictionary dictionary) => map.Count == dictionary.Count && SameMembers(map, dictionary),
        (JsonListNode list, IEnumerable items) => SameItems(list, items.Cast<object?>().ToArray()),
        (BigInteger number, { } other) => number.ToString(System.Globalization.CultureInfo.InvariantCulture) == other.ToString(),
        (string text, { } other) => other is string same && same == text,
        (bool flag, { } other) => other is bool same && same == flag,
        ({ } value, string) => false,
        ({ } value, { } other) => LanguagePrimitives.Equals(value, other),
    };

    private static bool SameMembers(JsonMapNode map, IDictionary dictionary) =>
        map.Entries.All(e => dictionary.Contains(e.Key) && Same(e.Value, dictionary[e.Key]));

    private static bool SameItems(JsonListNode list, object?[] items) =>
        list.Count == items.Length && list.Values.Zip(items).All(pair => Same(pair.First, pair.Second));

    private static object? Unwrap(object? value) =>
        value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
