using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace ConfluentOffsets.Client.Json;

/// <summary>A JSON object: ordered members, names told apart by case, every literal kept.</summary>
internal sealed class JsonMapNode : JsonContainer
{
    private List<Member>? _members;
    private bool _restructured;

    /// <summary>A map over the bytes of a valid JSON object.</summary>
    public JsonMapNode(ReadOnlyMemory<byte> literal)
        : base(literal)
    {
    }

    /// <summary>A map of assigned members.</summary>
    public JsonMapNode(IEnumerable<KeyValuePair<string, object?>> members)
        : base(ReadOnlyMemory<byte>.Empty)
    {
        _restructured = true;
        _members = [.. members.Select(m => new Member(m.Key, JsonLiteral.Write(m.Key), new Slot(m.Value)))];
    }

    public override bool IsEdited => _restructured || (_members?.Exists(m => m.Slot.IsEdited) ?? false);

    public int Count => Members.Count;

    public IEnumerable<KeyValuePair<string, object?>> Entries => Members.Select(m => KeyValuePair.Create(m.Name, m.Slot.Value));

    /// <summary>Each member as a person reads it: strings without quotes, everything else as its literal.</summary>
    public IEnumerable<KeyValuePair<string, string>> EntryTexts =>
        Members.Select(m => KeyValuePair.Create(m.Name, m.Slot.Value as string ?? m.Slot.Text));

    private List<Member> Members => _members ??= Parse();

    /// <summary>Parses a user's JSON text.</summary>
    /// <exception cref="JsonException">The text is not one JSON object.</exception>
    public static JsonMapNode Parse(string text)
    {
        var literal = JsonLiteral.Validate(text);
        return literal.Span[0] == (byte)'{'
            ? new JsonMapNode(literal)
            : throw new JsonException("The text is not a JSON object.");
    }

    /// <summary>A map of its own with the same text: later edits of one do not reach the other.</summary>
    public JsonMapNode Snapshot() => new(TextBytes());

    /// <summary>Finds a member by its exact name, else by the only name that differs by case.</summary>
    public bool TryGet(string name, [MaybeNullWhen(true)] out object? value)
    {
        var member = Find(name);
        value = member?.Slot.Value;
        return member is not null;
    }

    /// <summary>The value of a member, or null.</summary>
    public object? Get(string name) => Find(name)?.Slot.Value;

    /// <summary>The value of the member of exactly this name, or null.</summary>
    public object? GetExact(string name) => Members.Find(m => string.Equals(m.Name, name, StringComparison.Ordinal))?.Slot.Value;

    public bool Contains(string name) => Find(name) is not null;

    /// <summary>Assigns the member that <see cref="TryGet"/> finds, or adds one at the end.</summary>
    public void Set(string name, object? value)
    {
        if (Find(name) is { } member)
        {
            member.Slot.Assign(value);
            return;
        }

        Add(name, value);
    }

    /// <summary>Adds a member at the end; no other has exactly that name.</summary>
    public void Add(string name, object? value)
    {
        Members.Add(new Member(name, JsonLiteral.Write(name), new Slot(value)));
        _restructured = true;
    }

    public void Remove(string name)
    {
        if (Find(name) is { } member)
        {
            Members.Remove(member);
            _restructured = true;
        }
    }

    public void Clear()
    {
        Members.Clear();
        _restructured = true;
    }

    private protected override void WriteEdited(StringBuilder text)
    {
        text.Append('{');
        for (var i = 0; i < Members.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            text.Append(Members[i].NameLiteral).Append(':').Append(Members[i].Slot.Text);
        }

        text.Append('}');
    }

    private Member? Find(string name)
    {
        Member? other = null;
        var others = 0;
        foreach (var member in Members)
        {
            if (string.Equals(member.Name, name, StringComparison.Ordinal))
                return member;
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                (other, others) = (member, others + 1);
        }

        return others == 1 ? other : null;
    }

    private List<Member> Parse()
    {
        var members = new List<Member>();
        var reader = new Utf8JsonReader(Literal, JsonLiteral.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var nameLiteral = Slice(reader.TokenStartIndex, reader.TokenStartIndex + reader.ValueSpan.Length + 2);
            var name = JsonLiteral.ReadString(nameLiteral.Span);
            reader.Read();
            var start = reader.TokenStartIndex;
            reader.Skip();
            var slot = new Slot(Slice(start, reader.BytesConsumed));
            members.Add(new Member(name, Encoding.UTF8.GetString(nameLiteral.Span), slot));
        }

        return WithoutRepeated(members);
    }

    /// <summary>A name that occurs twice: the last one counts, as for every common JSON reader.</summary>
    private static List<Member> WithoutRepeated(List<Member> members)
    {
        if (members.Count < 2)
            return members;

        // Not each with each: a hostile object has a million of them.
        var names = new HashSet<string>(members.Count, StringComparer.Ordinal);
        var kept = members.Count;
        for (var i = members.Count - 1; i >= 0; i--)
        {
            if (names.Add(members[i].Name))
                members[--kept] = members[i];
        }

        members.RemoveRange(0, kept);
        return members;
    }

    private sealed record Member(string Name, string NameLiteral, Slot Slot);
}
