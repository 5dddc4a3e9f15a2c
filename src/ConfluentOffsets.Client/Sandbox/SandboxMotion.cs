using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>
/// How the offsets of connectors move: known members are counted on, and every other byte of the offset stays as it is.
/// </summary>
internal static partial class SandboxMotion
{
    /// <summary>By how much a member grows with each commit, which comes every five seconds.</summary>
    private static readonly Dictionary<string, long> s_steps = new(StringComparer.Ordinal)
    {
        // Sinks.
        ["kafka_offset"] = 25,

        // JDBC.
        ["incrementing"] = 3,
        ["timestamp"] = 5000,

        // Debezium, MySQL.
        ["pos"] = 1204,
        ["ts_sec"] = 5,

        // Debezium, PostgreSQL.
        ["lsn"] = 8192,
        ["lsn_proc"] = 8192,
        ["lsn_commit"] = 8192,
        ["txId"] = 2,
        ["ts_usec"] = 5_000_000,

        // MongoDB: the seconds in a resume token.
        ["_id"] = 5,
    };

    /// <summary>The offset after so many commits.</summary>
    public static JsonMapNode Move(JsonMapNode offset, long commits) =>
        commits == 0 ? offset : Rewrite(offset, (number, step) => number + (step * commits));

    /// <summary>The offset of a connector that starts over.</summary>
    public static JsonMapNode Beginning(JsonMapNode offset) => Rewrite(offset, (_, _) => BigInteger.Zero);

    private static JsonMapNode Rewrite(JsonMapNode offset, Func<BigInteger, long, BigInteger> change)
    {
        var literal = Encoding.UTF8.GetBytes(offset.ToString());
        var written = new ArrayBufferWriter<byte>();
        var copied = 0;
        var reader = new Utf8JsonReader(literal, JsonLiteral.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var moves = s_steps.TryGetValue(reader.GetString()!, out var step);
            reader.Read();
            if (moves && NewText(ref reader, number => change(number, step)) is { } text)
            {
                var start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
                written.Write(literal.AsSpan(copied, start - copied));
                written.Write(Encoding.UTF8.GetBytes(text));
                copied = start + reader.ValueSpan.Length;
            }

            reader.Skip();
        }

        written.Write(literal.AsSpan(copied));
        return new JsonMapNode(written.WrittenMemory);
    }

    /// <summary>What stands in the place of a number, with or without quotes, or of a resume token; null: it stays.</summary>
    private static string? NewText(ref Utf8JsonReader value, Func<BigInteger, BigInteger> change)
    {
        if (value.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            return null;

        var text = Encoding.UTF8.GetString(value.ValueSpan);
        if (BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return change(number).ToString(CultureInfo.InvariantCulture);

        return TokenSeconds().Match(text) is { Success: true } seconds
            ? TokenSeconds().Replace(text, uint.CreateTruncating(change(Hex(seconds.Value))).ToString("X8", CultureInfo.InvariantCulture), 1)
            : null;
    }

    private static BigInteger Hex(string digits) => uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>In <c>{\"_data\": \"82...</c> the digits of the time, after those of its type.</summary>
    [GeneratedRegex("""(?<=^\{\\"_data\\": ?\\"82)[0-9A-Fa-f]{8}""")]
    private static partial Regex TokenSeconds();
}
