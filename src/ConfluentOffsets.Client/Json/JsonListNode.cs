using System.Text;
using System.Text.Json;

namespace ConfluentOffsets.Client.Json;

/// <summary>A JSON array; every literal kept.</summary>
internal sealed class JsonListNode : JsonContainer
{
    private List<Slot>? _items;
    private bool _restructured;

    /// <summary>A list over the bytes of a valid JSON array.</summary>
    public JsonListNode(ReadOnlyMemory<byte> literal)
        : base(literal)
    {
    }

    /// <summary>A list of assigned items.</summary>
    public JsonListNode(IEnumerable<object?> items)
        : base(ReadOnlyMemory<byte>.Empty)
    {
        _restructured = true;
        _items = [.. items.Select(v => new Slot(v))];
    }

    public override bool IsEdited => _restructured || (_items?.Exists(i => i.IsEdited) ?? false);

    public int Count => Items.Count;

    public IEnumerable<object?> Values => Items.Select(i => i.Value);

    /// <summary>The literal, where no item was asked for yet; else empty.</summary>
    public ReadOnlyMemory<byte> UnreadLiteral => _items is null ? TextBytes() : default;

    private List<Slot> Items => _items ??= Parse();

    /// <inheritdoc/>
    public override JsonListNode Snapshot() => new(TextBytes());

    public object? Get(int index) => Items[index].Value;

    public void Set(int index, object? value) => Items[index].Assign(value);

    public void Insert(int index, object? value)
    {
        Items.Insert(index, new Slot(value));
        _restructured = true;
    }

    public void RemoveAt(int index)
    {
        Items.RemoveAt(index);
        _restructured = true;
    }

    public void Clear()
    {
        Items.Clear();
        _restructured = true;
    }

    private protected override void WriteEdited(StringBuilder text)
    {
        text.Append('[');
        for (var i = 0; i < Items.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            text.Append(Items[i].Text);
        }

        text.Append(']');
    }

    private List<Slot> Parse()
    {
        var items = new List<Slot>();
        var reader = new Utf8JsonReader(Literal, JsonLiteral.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = reader.TokenStartIndex;
            reader.Skip();
            items.Add(new Slot(Slice(start, reader.BytesConsumed)));
        }

        return items;
    }
}
