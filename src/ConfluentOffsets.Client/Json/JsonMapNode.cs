using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace ConfluentOffsets.Client.Json;

/// <summary>A JSON object: ordered members, names told apart by case, every literal kept.</summary>
internal sealed class JsonMapNode : JsonContainer
{
    /// <summary>Up to so many members, each is compared with each.</summary>
    private const int FewMembers = 8;

    private List<Member>? _members;
    private bool _restructured;
    private object? _meaning;

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
        _members = [.. members.Select(m => new Member(m.Key, m.Value))];
    }

    public override bool IsEdited => _restructured || (_members?.Exists(m => m.IsEdited) ?? false);

    public int Count => Members.Count;

    /// <summary>Whether there is no member; asking takes nothing apart.</summary>
    public bool IsEmpty => _members is null ? Literal[1..^1].IndexOfAnyExcept(" \t\r\n"u8) < 0 : _members.Count == 0;

    public IEnumerable<KeyValuePair<string, object?>> Entries => Members.Select(m => KeyValuePair.Create(m.Name, m.Value));

    /// <summary>Each member as a person reads it: strings without quotes, everything else as its literal.</summary>
    public IEnumerable<KeyValuePair<string, string>> EntryTexts =>
        Members.Select(m => KeyValuePair.Create(m.Name, m.Value as string ?? m.Text));

    /// <summary>The literal, where no member was asked for yet; else empty.</summary>
    public ReadOnlySpan<byte> UnreadLiteral => _members is null ? Literal : default;

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

    /// <inheritdoc/>
    public override JsonMapNode Snapshot() => new(TextBytes());

    /// <summary>What this map stands for, remembered until one of its own members changes.</summary>
    /// <param name="read">Reads it; what it gives must not depend on what is inside of members.</param>
    public object Meaning(Func<JsonMapNode, object> read) => _meaning ??= read(this);

    /// <summary>Finds a member by its exact name, else by the only name that differs by case.</summary>
    public bool TryGet(string name, [MaybeNullWhen(true)] out object? value)
    {
        var member = Find(name);
        value = member?.Value;
        return member is not null;
    }

    /// <summary>The value of a member, or null.</summary>
    public object? Get(string name) => Find(name)?.Value;

    /// <summary>The value of the member of exactly this name, or null.</summary>
    public object? GetExact(string name) => Members.Find(m => string.Equals(m.Name, name, StringComparison.Ordinal))?.Value;

    public bool Contains(string name) => Find(name) is not null;

    /// <summary>Assigns the member that <see cref="TryGet"/> finds, or adds one at the end.</summary>
    public void Set(string name, object? value)
    {
        if (Find(name) is { } member)
        {
            member.Assign(value);
            _meaning = null;
            return;
        }

        Add(name, value);
    }

    /// <summary>Adds a member at the end; no other has exactly that name.</summary>
    public void Add(string name, object? value)
    {
        Members.Add(new Member(name, value));
        Restructured();
    }

    public void Remove(string name)
    {
        if (Find(name) is { } member)
        {
            Members.Remove(member);
            Restructured();
        }
    }

    public void Clear()
    {
        Members.Clear();
        Restructured();
    }

    private protected override void WriteEdited(StringBuilder text)
    {
        text.Append('{');
        for (var i = 0; i < Members.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            text.Append(Members[i].NameLiteral).Append(':').Append(Members[i].Text);
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
            reader.Read();
            var start = reader.TokenStartIndex;
            reader.Skip();
            members.Add(new Member(nameLiteral, Slice(start, reader.BytesConsumed)));
        }

        return WithoutRepeated(members);
    }

    /// <summary>A name that occurs twice: the last one counts, as for every common JSON reader.</summary>
    private static List<Member> WithoutRepeated(List<Member> members)
    {
        if (members.Count < 2)
            return members;

        if (members.Count <= FewMembers && !HasRepeated(members))
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

    private static bool HasRepeated(List<Member> few)
    {
        for (var i = 1; i < few.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (string.Equals(few[i].Name, few[j].Name, StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }

    private void Restructured() => (_restructured, _meaning) = (true, null);

    private sealed class Member : Slot
    {
        private readonly ReadOnlyMemory<byte> _nameLiteral;

        public Member(ReadOnlyMemory<byte> nameLiteral, ReadOnlyMemory<byte> literal)
            : base(literal) => (_nameLiteral, Name) = (nameLiteral, MemberName.Read(nameLiteral.Span));

        public Member(string name, object? value)
            : base(value) => (Name, _nameLiteral) = (name, Encoding.UTF8.GetBytes(JsonLiteral.Write(name)));

        public string Name { get; }

        public string NameLiteral => Encoding.UTF8.GetString(_nameLiteral.Span);
    }
}
