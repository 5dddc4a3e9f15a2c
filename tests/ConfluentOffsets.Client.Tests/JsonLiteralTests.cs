using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using ConfluentOffsets.Client.Json;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class JsonLiteralTests
{
    [Theory]
    [InlineData("0", typeof(long), "0")]
    [InlineData("-1", typeof(long), "-1")]
    [InlineData("9223372036854775807", typeof(long), "9223372036854775807")]
    [InlineData("-9223372036854775808", typeof(long), "-9223372036854775808")]
    [InlineData("9223372036854775808", typeof(BigInteger), "9223372036854775808")]
    [InlineData("18446744073709551616", typeof(BigInteger), "18446744073709551616")]
    [InlineData("-1234567890123456789012345678901234567890", typeof(BigInteger), "-1234567890123456789012345678901234567890")]
    [InlineData("1.0", typeof(decimal), "1.0")]
    [InlineData("1.10", typeof(decimal), "1.10")]
    [InlineData("-0.5", typeof(decimal), "-0.5")]
    [InlineData("1E5", typeof(double), "100000")]
    [InlineData("2e-3", typeof(double), "0.002")]
    [InlineData("0.1234567890123456789012345678901234567890", typeof(double), "0.12345678901234568")]
    [InlineData("true", typeof(bool), "True")]
    [InlineData("false", typeof(bool), "False")]
    [InlineData("\"1\"", typeof(string), "1")]
    [InlineData("\"\"", typeof(string), "")]
    [InlineData("\"2024-02-20T15:14:20Z\"", typeof(string), "2024-02-20T15:14:20Z")]
    [InlineData("\"caf\\u00e9 \\/ \\n\"", typeof(string), "café / \n")]
    [InlineData("\"\\ud83d\\ude00 😀\"", typeof(string), "😀 😀")]
    [InlineData("{\"a\":1}", typeof(JsonMapNode), "{\"a\":1}")]
    [InlineData("[1]", typeof(JsonListNode), "[1]")]
    public void Read_gives_the_NET_value_of_a_literal(string literal, Type type, string text)
    {
        var value = JsonLiteral.Read(Given.Bytes(literal));

        Assert.IsType(type, value);
        Assert.Equal(text, Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Read_gives_null_for_null() => Assert.Null(JsonLiteral.Read(Given.Bytes("null")));

    [Fact]
    public void Read_keeps_the_sign_of_zero()
    {
        var value = JsonLiteral.Read(Given.Bytes("-0.0"));

        Assert.True(double.IsNegative(Assert.IsType<double>(value)));
    }

    [Theory]
    [InlineData("1E400")]
    [InlineData("-1E99999999999999999999")]
    [InlineData("1E-99999999999999999999")]
    public void Read_survives_any_exponent(string literal) => Assert.IsType<double>(JsonLiteral.Read(Given.Bytes(literal)));

    [Theory]
    [InlineData("\"a\\ud800b\"", "a\uFFFDb")]
    [InlineData("\"\\udc00\\ud800\"", "\uFFFD\uFFFD")]
    [InlineData("\"\\ud800 \\n\\t\\r\\b\\f\\\"\\\\\\/\\u00e9é😀\"", "\uFFFD \n\t\r\b\f\"\\/éé😀")]
    public void Read_replaces_half_a_surrogate_pair(string literal, string expected) =>
        Assert.Equal(expected, JsonLiteral.Read(Given.Bytes(literal)));

    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(-3.0, "-3.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1E+300")]
    [InlineData(5e-324, "5E-324")]
    public void Write_keeps_a_double_a_fraction(double value, string expected) =>
        Assert.Equal(expected, JsonLiteral.Write(value));

    [Theory]
    [InlineData(null, "null")]
    [InlineData(true, "true")]
    [InlineData(false, "false")]
    [InlineData(5L, "5")]
    [InlineData("5", "\"5\"")]
    [InlineData("a\"b\\c\n\u0001", "\"a\\\"b\\\\c\\n\\u0001\"")]
    [InlineData("/+<é>&'", "\"/+<é>&'\"")]
    public void Write_gives_the_literal_of_a_value(object? value, string expected) =>
        Assert.Equal(expected, JsonLiteral.Write(value));

    [Fact]
    public void Write_keeps_every_digit()
    {
        Assert.Equal("1234567890123456789012345678901234567890", JsonLiteral.Write(BigInteger.Parse("1234567890123456789012345678901234567890", CultureInfo.InvariantCulture)));
        Assert.Equal("1.10", JsonLiteral.Write(1.10m));
    }

    [Theory]
    [InlineData("😀 \u2028 \u0000 \u007f")]
    [InlineData("\\u0041 \\ / \"")]
    public void Write_gives_a_string_that_reads_back(string value) =>
        Assert.Equal(value, JsonLiteral.Read(JsonLiteral.Validate(JsonLiteral.Write(value))));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData('c')]
    [InlineData(1)]
    public void Write_refuses_what_JSON_cannot_carry(object value) =>
        Assert.Throws<FormatException>(() => JsonLiteral.Write(value));

    [Fact]
    public void Write_refuses_half_a_surrogate_pair() =>
        Assert.Throws<FormatException>(() => JsonLiteral.Write("half a pair: \ud800"));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1}//c")]
    [InlineData("{/*c*/}")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":+1}")]
    [InlineData("{\"a\":1.}")]
    [InlineData("{\"a\":.5}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":True}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"line\nend\"}")]
    public void Validate_refuses_what_is_no_JSON(string text) =>
        Assert.ThrowsAny<JsonException>(() => JsonLiteral.Validate(text));

    [Fact]
    public void Validate_refuses_half_a_surrogate_pair_in_the_text() =>
        Assert.ThrowsAny<JsonException>(() => JsonLiteral.Validate("{\"a\":\"\ud800\"}"));

    [Fact]
    public void Validate_refuses_bytes_that_are_not_UTF8()
    {
        byte[] latin1 = [.. "{\"a\":\"caf"u8, 0xE9, .. "\"}"u8];

        Assert.ThrowsAny<JsonException>(() => JsonLiteral.Validate(latin1));
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Validate_refuses_a_depth_beyond_512(char open, char close)
    {
        Assert.Equal(Nested(open, close, 512), Encoding.UTF8.GetString(JsonLiteral.Validate(Nested(open, close, 512)).Span));
        Assert.ThrowsAny<JsonException>(() => JsonLiteral.Validate(Nested(open, close, 513)));
    }

    [Fact]
    public void Validate_gives_the_value_without_the_white_space_around_it() =>
        Assert.Equal("[ 1 ]", Encoding.UTF8.GetString(JsonLiteral.Validate(" \r\n\t[ 1 ] \n").Span));

    private static string Nested(char open, char close, int depth)
    {
        var inner = open == '{' ? "{\"a\":" : "[";
        return string.Concat(Enumerable.Repeat(inner, depth - 1)) + open + close + new string(close, depth - 1);
    }
}
