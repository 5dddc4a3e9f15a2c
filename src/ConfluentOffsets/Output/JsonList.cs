using System.Collections;
using System.Diagnostics.CodeAnalysis;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Input;

namespace ConfluentOffsets;

/// <summary>A JSON array inside a <see cref="JsonMap"/>; it keeps every literal until it is edited.</summary>
[SuppressMessage("Design", "CA1010:Generic interface should also be implemented", Justification = "PowerShell reads members of generic collections as $null.")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Map and list are the JSON words that users know.")]
public sealed class JsonList : IList
{
    private JsonList(JsonListNode node) => Node = node;

    /// <summary>How many items there are.</summary>
    public int Count => Node.Count;

    /// <inheritdoc/>
    bool IList.IsFixedSize => false;

    /// <inheritdoc/>
    bool IList.IsReadOnly => false;

    /// <inheritdoc/>
    bool ICollection.IsSynchronized => false;

    /// <inheritdoc/>
    object ICollection.SyncRoot => Node;

    internal JsonListNode Node { get; }

    /// <summary>An item.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentException">There is no such item, or the value assigned cannot be written as JSON.</exception>
    public object? this[int index]
    {
        get => JsonView.Of(Node.Get(index));
        set => Node.Set(index, JsonInput.ToValue(value));
    }

    /// <summary>Adds an item at the end.</summary>
    /// <param name="value">The item.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="ArgumentException">It cannot be written as JSON.</exception>
    public int Add(object? value)
    {
        Node.Insert(Node.Count, JsonInput.ToValue(value));
        return Node.Count - 1;
    }

    /// <summary>Inserts an item.</summary>
    /// <param name="index">From 0.</param>
    /// <param name="value">The item.</param>
    /// <exception cref="ArgumentException">There is no such place, or the item cannot be written as JSON.</exception>
    public void Insert(int index, object? value) => Node.Insert(index, JsonInput.ToValue(value));

    /// <summary>Whether an item equals a value.</summary>
    /// <param name="value">The value.</param>
    public bool Contains(object? value) => IndexOf(value) >= 0;

    /// <summary>The index of the first item that equals a value, or -1.</summary>
    /// <param name="value">The value.</param>
    public int IndexOf(object? value)
    {
        var wanted = value is JsonMap or JsonList ? value : JsonInput.ToValue(value);
        return Array.FindIndex(Items(), item => Equals(item, wanted));
    }

    /// <summary>Removes the first item that equals a value.</summary>
    /// <param name="value">The value.</param>
    public void Remove(object? value)
    {
        if (IndexOf(value) is >= 0 and var index)
            RemoveAt(index);
    }

    /// <summary>Removes an item.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentException">There is no such item.</exception>
    public void RemoveAt(int index) => Node.RemoveAt(index);

    /// <summary>Removes all items.</summary>
    public void Clear() => Node.Clear();

    /// <summary>Copies the items.</summary>
    /// <param name="array">Takes them.</param>
    /// <param name="index">Where the first goes.</param>
    public void CopyTo(Array array, int index) => Items().CopyTo(array, index);

    /// <summary>The items, in order.</summary>
    public IEnumerator GetEnumerator() => Items().GetEnumerator();

    /// <summary>The JSON text.</summary>
    public override string ToString() => Node.ToString();

    internal static JsonList Of(JsonListNode node) => (JsonList)(node.View ??= new JsonList(node));

    private object?[] Items() => [.. Node.Values.Select(JsonView.Of)];
}
