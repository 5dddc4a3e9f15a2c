using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ConfluentOffsets.Client.Json;

/// <summary>
/// The texts of <see cref="CanonicalJson"/>, straight from the bytes of what is written plainly, as nearly all partitions
/// and offsets are: visible ASCII without escapes, whole numbers, few members. Of 100,000 of them it takes seconds to
/// read each member first, and what was read stays in memory.
/// </summary>
internal ref struct PlainCanonicalJson
{
    private const int MaxLength = 1024;
    private const int MaxMembers = 16;
    private const int MaxDepth = 8;

    /// <summary>As deep as so few bytes can be.</summary>
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = MaxLength };

    private static readonly SearchValues<byte> s_plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Where(c => c is not ('"' or '\\')).Select(c => (byte)c)]);

    private readonly Span<byte> _text;
    private readonly bool _keepOrder;
    private int _length;

    private PlainCanonicalJson(Span<byte> text, bool keepOrder)
    {
        _text = text;
        _keepOrder = keepOrder;
    }

    /// <summary>The canonical text of a valid JSON object; null: it is not as plain as that.</summary>
    public static string? TryWrite(ReadOnlySpan<byte> json, bool keepOrder)
    {
        if (json.Length > MaxLength)
            return null;

        // A separator at each value and a number's power of ten are all that is added.
        var writer = new PlainCanonicalJson(stackalloc byte[4 * MaxLength], keepOrder);
        return writer.TryAddObject(json, MaxDepth) ? Encoding.ASCII.GetString(writer._text[..writer._length]) : null;
    }

    private bool TryAddObject(ReadOnlySpan<byte> json, int depth)
    {
        if (depth == 0)
            return false;
        Span<Range> names = stackalloc Range[MaxMembers], values = stackalloc Range[MaxMembers];
        var count = 0;
        var reader = new Utf8JsonReader(json, s_options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (count == MaxMembers)
                return false;
            var start = (int)reader.TokenStartIndex + 1;
            var name = start..(start + reader.ValueSpan.Length);
            reader.Read();
            start = (int)reader.TokenStartIndex;
            reader.Skip();

            // Into its place as it comes. Of one name that is there twice, only who reads all knows which counts.
            var at = count;
            for (var other = count - 1; other >= 0; other--)
            {
                var order = json[name].SequenceCompareTo(json[names[other]]);
                if (order == 0)
                    return false;
                if (order < 0 && !_keepOrder)
                    at = other;
            }

            names[at..count].CopyTo(names[(at + 1)..]);
            values[at..count].CopyTo(values[(at + 1)..]);
            (names[at], values[at]) = (name, start..(int)reader.BytesConsumed);
            count++;
        }

        Add("{"u8);
        for (var i = 0; i < count; i++)
        {
            if (!TryAddString(json[names[i]]))
                return false;
            Add(":"u8);
            if (!TryAddValue(json[values[i]], depth))
                return false;
            Add(","u8);
        }

        Add("}"u8);
        return true;
    }

    private bool TryAddList(ReadOnlySpan<byte> json, int depth)
    {
        if (depth == 0)
            return false;
        Add("["u8);
        var reader = new Utf8JsonReader(json, s_options);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!TryAddValue(json[start..(int)reader.BytesConsumed], depth))
                return false;
            Add(","u8);
        }

        Add("]"u8);
        return true;
    }

    private bool TryAddValue(ReadOnlySpan<byte> json, int depth)
    {
        switch (json[0])
        {
            case (byte)'{':
                return TryAddObject(json, depth - 1);
            case (byte)'[':
                return TryAddList(json, depth - 1);
            case (byte)'"':
                return TryAddString(json[1..^1]);
            case (byte)'t' or (byte)'f' or (byte)'n':
                Add(json);
                return true;
            default:
                return TryAddNumber(json);
        }
    }

    private bool TryAddString(ReadOnlySpan<byte> characters)
    {
        if (characters.ContainsAnyExcept(s_plain))
            return false;
        Add("\""u8);
        Add(characters);
        Add("\""u8);
        return true;
    }

    /// <summary>Digits without zeros at the end, and the power of ten.</summary>
    private bool TryAddNumber(ReadOnlySpan<byte> literal)
    {
        if (literal.IndexOfAny(".eE"u8) >= 0)
            return false;
        var digits = literal.TrimEnd((byte)'0');
        if (digits is [] or [(byte)'-'])
        {
            Add("0"u8);
            return true;
        }

        Add(digits);
        Add("e"u8);
        (literal.Length - digits.Length).TryFormat(_text[_length..], out var written, provider: CultureInfo.InvariantCulture);
        _length += written;
        return true;
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_text[_length..]);
        _length += text.Length;
    }
}
