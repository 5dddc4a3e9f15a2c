using System.Collections;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Input;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets;

/// <summary>
/// A JSON object of an offset or a partition. Members keep their order, their case and every literal: what is not
/// edited goes back to the service byte for byte. In PowerShell its members read and write as properties.
/// </summary>
/// <remarks>
/// Lookup is exact, else by the only name that differs by case. Integers read as <see cref="long"/>, larger ones as
/// <see cref="System.Numerics.BigInteger"/>, fractions as <see cref="decimal"/> or <see cref="double"/>, objects as
/// <see cref="JsonMap"/>, arrays as <see cref="JsonList"/>.
/// </remarks>
[SuppressMessage("Design", "CA1010:Generic interface should also be implemented", Justification = "PowerShell reads members of generic collections as $null.")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Map and list are the JSON words that users know.")]
[TypeConverter(typeof(JsonMapConverter))]
public sealed class JsonMap : IDictionary
{
    private JsonMap(JsonMapNode node) => Node = node;

    /// <summary>How many members there are.</summary>
    public int Count => Node.Count;

    /// <summary>The members' names, in order.</summary>
    public ICollection Keys => Node.Entries.Select(e => e.Key).ToArray();

    /// <summary>The members' values, in order.</summary>
    public ICollection Values => Node.Entries.Select(e => JsonView.Of(e.Value)).ToArray();

    /// <inheritdoc/>
    bool IDictionary.IsFixedSize => false;

    /// <inheritdoc/>
    bool IDictionary.IsReadOnly => false;

    /// <inheritdoc/>
    bool ICollection.IsSynchronized => false;

    /// <inheritdoc/>
    object ICollection.SyncRoot => Node;

    internal JsonMapNode Node { get; }

    /// <summary>A member's value; null where there is no such member.</summary>
    /// <param name="key">The member's name.</param>
    /// <exception cref="ArgumentException">The value assigned cannot be written as JSON.</exception>
    public object? this[object key]
    {
        get => JsonView.Of(Node.Get(Name(key)));
        set => Node.Set(Name(key), JsonInput.ToValue(value));
    }

    /// <summary>Whether there is such a member.</summary>
    /// <param name="key">The member's name.</param>
    public bool Contains(object key) => Node.Contains(Name(key));

    /// <summary>Adds a member.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">There is one already, or the value cannot be written as JSON.</exception>
    public void Add(object key, object? value)
    {
        if (Node.Entries.Any(e => string.Equals(e.Key, Name(key), StringComparison.Ordinal)))
            throw new ArgumentException($"There is a member '{key}' already.", nameof(key));
        Node.Add(Name(key), JsonInput.ToValue(value));
    }

    /// <summary>Removes a member, if it is there.</summary>
    /// <param name="key">The member's name.</param>
    public void Remove(object key) => Node.Remove(Name(key));

    /// <summary>Removes all members.</summary>
    public void Clear() => Node.Clear();

    /// <summary>Copies the members.</summary>
    /// <param name="array">Takes <see cref="DictionaryEntry"/>.</param>
    /// <param name="index">Where the first goes.</param>
    public void CopyTo(Array array, int index)
    {
        ArgumentNullException.ThrowIfNull(array);
        foreach (var (name, value) in Node.Entries)
            array.SetValue(new DictionaryEntry(name, JsonView.Of(value)), index++);
    }

    /// <summary>The members, in order.</summary>
    public IDictionaryEnumerator GetEnumerator() => new Enumerator(Node.Entries.ToArray());

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The JSON text.</summary>
    public override string ToString() => Node.ToString();

    internal static JsonMap Of(JsonMapNode node) => (JsonMap)(node.View ??= new JsonMap(node));

    private static string Name(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }

    private sealed class Enumerator(KeyValuePair<string, object?>[] entries) : IDictionaryEnumerator
    {
        private int _at = -1;

        public DictionaryEntry Entry => new(Key, Value);

        public object Key => entries[_at].Key;

        public object? Value => JsonView.Of(entries[_at].Value);

        public object Current => Entry;

        public bool MoveNext() => ++_at < entries.Length;

        public void Reset() => _at = -1;
    }
}
