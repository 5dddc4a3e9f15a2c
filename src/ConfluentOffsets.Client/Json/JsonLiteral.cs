using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ConfluentOffsets.Client.Json;

/// <summary>Reads JSON literals into .NET values, and writes .NET values as JSON literals.</summary>
internal static class JsonLiteral
{
    /// <summary>Deeper documents are refused: no offset is, and a hostile one must not end the process.</summary>
    public const int MaxDepth = 512;

    /// <summary>Longer numbers are refused: the time to read one grows with the square of its digits.</summary>
    public const int MaxNumberLength = 10_000;

    private const int DecimalDigits = 28;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Checks that <paramref name="text"/> is one JSON value and nothing else.</summary>
    /// <returns>The value's own bytes, without the white space around it.</returns>
    /// <exception cref="JsonException">It is not.</exception>
    public static ReadOnlyMemory<byte> Validate(ReadOnlyMemory<byte> text)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text.Span))
            throw new JsonException("The text is not valid UTF-8.");

        var reader = new Utf8JsonReader(text.Span, ReaderOptions);
        var start = -1;
        var end = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length > MaxNumberLength)
                throw new JsonException($"A number has more than {MaxNumberLength} characters.");
            start = start < 0 ? (int)reader.TokenStartIndex : start;
            end = (int)reader.BytesConsumed;
        }

        return text[start..end];
    }

    /// <summary>Whether <see cref="Validate(ReadOnlyMemory{byte})"/> takes it.</summary>
    public static bool IsValid(ReadOnlyMemory<byte> text)
    {
        try
        {
            Validate(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <inheritdoc cref="Validate(ReadOnlyMemory{byte})"/>
    public static ReadOnlyMemory<byte> Validate(string text)
    {
        try
        {
            return Validate(s_strictUtf8.GetBytes(text));
        }
        catch (EncoderFallbackException e)
        {
            throw new JsonException("The text holds half a surrogate pair.", e);
        }
    }

    /// <summary>
    /// The value of a valid literal: null, bool, string, <see cref="long"/>, <see cref="BigInteger"/> (integers beyond
    /// long), <see cref="decimal"/> (fractions that it holds to the digit), <see cref="double"/> (other numbers),
    /// <see cref="JsonMapNode"/> or <see cref="JsonListNode"/>.
    /// </summary>
    public static object? Read(ReadOnlyMemory<byte> literal) => literal.Span[0] switch
    {
        (byte)'{' => new JsonMapNode(literal),
        (byte)'[' => new JsonListNode(literal),
        (byte)'"' => ReadString(literal.Span),
        (byte)'t' => true,
        (byte)'f' => false,
        (byte)'n' => null,
        _ => ReadNumber(Encoding.ASCII.GetString(literal.Span)),
    };

    /// <summary>Decodes a string literal, quotes included. Half a surrogate pair becomes U+FFFD.</summary>
    public static string ReadString(ReadOnlySpan<byte> literal)
    {
        var reader = new Utf8JsonReader(literal, ReaderOptions);
        reader.Read();
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return DecodeLoneSurrogates(Encoding.UTF8.GetString(literal[1..^1]));
        }
    }

    /// <summary>Writes a value that <see cref="Read"/> can return.</summary>
    /// <exception cref="FormatException">The value is no JSON value (NaN, infinity, another type).</exception>
    public static string Write(object? value) => value switch
    {
        null => "null",
        true => "true",
        false => "false",
        string s => WriteString(s),
        long n => n.ToString(CultureInfo.InvariantCulture),
        BigInteger n => n.ToString(CultureInfo.InvariantCulture),
        decimal n => n.ToString(CultureInfo.InvariantCulture),
        double n => WriteDouble(n),
        JsonContainer container => container.ToString(),
        _ => throw new FormatException($"A {value.GetType()} is no JSON value."),
    };

    private static object ReadNumber(string text)
    {
        if (text.AsSpan().IndexOfAny(".eE") < 0)
        {
            // As object: a long would become a BigInteger, the common type of the two.
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                ? (object)integer
                : BigInteger.Parse(text, CultureInfo.InvariantCulture);
        }

        // Only where nothing is lost: a decimal drops the sign of zero and the digits past its capacity.
        if (text.Length <= DecimalDigits + 2
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fraction)
            && fraction.ToString(CultureInfo.InvariantCulture) == text)
        {
            return fraction;
        }

        return double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static string WriteString(string value)
    {
        // JsonEncodedText refuses half a surrogate pair; as an escape it is what the user has.
        try
        {
            return $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        }
        catch (ArgumentException e)
        {
            throw new FormatException("A string holds half a surrogate pair, which JSON cannot carry.", e);
        }
    }

    private static string WriteDouble(double value)
    {
        if (!double.IsFinite(value))
            throw new FormatException($"{value.ToString(CultureInfo.InvariantCulture)} is no JSON number.");

        // 1.0 stays a fraction: Kafka Connect tells 1.0 from 1.
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text;
    }

    private static string DecodeLoneSurrogates(string escaped)
    {
        var decoded = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                decoded.Append(escaped[i]);
                continue;
            }

            var kind = escaped[++i];
            if (kind != 'u')
            {
                decoded.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => kind });
                continue;
            }

            decoded.Append((char)ushort.Parse(escaped.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 4;
        }

        // The encoder's replacement of what is no pair.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(decoded.ToString()));
    }
}
