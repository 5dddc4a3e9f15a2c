using System.Globalization;
using System.Text;

namespace ConfluentOffsets.Client.Json;

/// <summary>
/// Texts by which JSON values are compared: white space and escapes do not count, nor does, but for one, the order of members.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>
    /// For the identity of a source partition. Kafka Connect compares serialized JSON: <c>1</c>, <c>1.0</c> and
    /// <c>"1"</c> are three partitions.
    /// </summary>
    public static string Exact(object? value) => Build(value, tellFractions: true);

    /// <summary>As <see cref="Exact"/>, but the order of members counts.</summary>
    public static string InOrder(object? value) => Build(value, tellFractions: true, keepOrder: true);

    /// <summary>For recognising an echo: <c>1E5</c> may come back as <c>100000.0</c>.</summary>
    public static string Numeric(object? value) => Build(value, tellFractions: false);

    private static string Build(object? value, bool tellFractions, bool keepOrder = false)
    {
        // Plain texts have no fractions to tell.
        if (value is JsonMapNode { UnreadLiteral: { IsEmpty: false } literal } && PlainCanonicalJson.TryWrite(literal, keepOrder) is { } plain)
            return plain;
        var text = new StringBuilder();
        Append(text, value, tellFractions, keepOrder);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value, bool tellFractions, bool keepOrder)
    {
        switch (value)
        {
            case JsonMapNode map:
                text.Append('{');
                foreach (var (name, member) in keepOrder ? map.Entries : map.Entries.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    text.Append(JsonLiteral.Write(name)).Append(':');
                    Append(text, member, tellFractions, keepOrder);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonListNode list:
                text.Append('[');
                foreach (var item in list.Values)
                {
                    Append(text, item, tellFractions, keepOrder);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case double number when !double.IsFinite(number):
                text.Append('~').Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case decimal or double or long or System.Numerics.BigInteger:
                // By what is written: a decimal without a fraction goes out as an integer.
                var literal = JsonLiteral.Write(value);
                if (tellFractions && literal.AsSpan().IndexOfAny(".eE") >= 0)
                    text.Append('~');
                AppendNumber(text, literal);
                break;
            default:
                text.Append(JsonLiteral.Write(value));
                break;
        }
    }

    /// <summary>Digits without zeros at either end, and the power of ten: 100, 1E2 and 100.0 are all <c>1e2</c>.</summary>
    private static void AppendNumber(StringBuilder text, string literal)
    {
        var exponentAt = literal.AsSpan().IndexOfAny('e', 'E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(literal.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? literal : literal[..exponentAt];
        var negative = mantissa[0] == '-';
        mantissa = mantissa.TrimStart('-');
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }

        mantissa = mantissa.TrimStart('0');
        var digits = mantissa.TrimEnd('0');
        if (digits.Length == 0)
        {
            text.Append('0');
            return;
        }

        exponent += mantissa.Length - digits.Length;
        text.Append(negative ? "-" : "").Append(digits).Append('e').Append(exponent);
    }
}
