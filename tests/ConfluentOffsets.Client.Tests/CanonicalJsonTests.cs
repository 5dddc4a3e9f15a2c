using ConfluentOffsets.Client.Json;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{\"a\":1,\"b\":\"x\"}", "{ \"b\" : \"x\" , \"a\" : 1 }")]
    [InlineData("{\"in\":{\"a\":1,\"b\":[{\"c\":1,\"d\":2}]}}", "{\"in\":{\"b\":[{\"d\":2,\"c\":1}],\"a\":1}}")]
    [InlineData("{\"a\":\"caf\\u00e9 \\/\"}", "{\"a\":\"café /\"}")]
    [InlineData("{\"\\u0061\":1}", "{\"a\":1}")]
    [InlineData("{\"a\":1.0}", "{\"a\":1.00}")]
    [InlineData("{\"a\":1E5}", "{\"a\":100000.0}")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}")]
    public void Exact_is_equal_for_the_same_content(string left, string right)
    {
        Assert.Equal(CanonicalJson.Exact(Given.Map(left)), CanonicalJson.Exact(Given.Map(right)));
        Assert.Equal(CanonicalJson.Numeric(Given.Map(left)), CanonicalJson.Numeric(Given.Map(right)));
    }

    [Theory]
    [InlineData("{\"a\":1}", "{\"a\":1.0}")]
    [InlineData("{\"a\":1}", "{\"a\":1E0}")]
    [InlineData("{\"a\":100000}", "{\"a\":1E5}")]
    public void Exact_tells_integers_from_fractions_and_Numeric_does_not(string whole, string fraction)
    {
        Assert.NotEqual(CanonicalJson.Exact(Given.Map(whole)), CanonicalJson.Exact(Given.Map(fraction)));
        Assert.Equal(CanonicalJson.Numeric(Given.Map(whole)), CanonicalJson.Numeric(Given.Map(fraction)));
    }

    [Theory]
    [InlineData("{\"a\":1}", "{\"a\":\"1\"}")]
    [InlineData("{\"a\":1}", "{\"a\":true}")]
    [InlineData("{\"a\":1}", "{\"a\":-1}")]
    [InlineData("{\"a\":1}", "{\"a\":10}")]
    [InlineData("{\"a\":1}", "{\"A\":1}")]
    [InlineData("{\"a\":null}", "{}")]
    [InlineData("{\"a\":null}", "{\"a\":\"null\"}")]
    [InlineData("{\"a\":{}}", "{\"a\":[]}")]
    [InlineData("{\"a\":[1,2]}", "{\"a\":[2,1]}")]
    [InlineData("{\"a\":[1],\"b\":[]}", "{\"a\":[],\"b\":[1]}")]
    [InlineData("{\"a\":\"1,\\\"b\\\":2\"}", "{\"a\":\"1\",\"b\":2}")]
    [InlineData("{\"a\":1.05}", "{\"a\":1.5}")]
    [InlineData("{\"a\":1234567890123456789012345678901234567890}", "{\"a\":1234567890123456789012345678901234567891}")]
    [InlineData("{\"a\":9007199254740993}", "{\"a\":9007199254740992}")]
    [InlineData("{\"a\":1E400}", "{\"a\":-1E400}")]
    [InlineData("{\"a\":1E400}", "{\"a\":1}")]
    public void Both_forms_tell_other_content_apart(string left, string right)
    {
        Assert.NotEqual(CanonicalJson.Exact(Given.Map(left)), CanonicalJson.Exact(Given.Map(right)));
        Assert.NotEqual(CanonicalJson.Numeric(Given.Map(left)), CanonicalJson.Numeric(Given.Map(right)));
    }

    [Theory]
    [InlineData("1E5")]
    [InlineData("1e+5")]
    [InlineData("10.0E4")]
    [InlineData("100000.0")]
    [InlineData("100000.000000000000000000000000000000000000000")]
    [InlineData("0.1E6")]
    public void Numeric_knows_a_number_in_any_notation(string literal) =>
        Assert.Equal(CanonicalJson.Numeric(Given.Map("{\"a\":100000}")), CanonicalJson.Numeric(Given.Map($"{{\"a\":{literal}}}")));

    [Theory]
    [InlineData("0.0")]
    [InlineData("-0.0")]
    [InlineData("-0")]
    [InlineData("0E10")]
    [InlineData("0.000")]
    public void Numeric_knows_zero_in_any_notation(string literal) =>
        Assert.Equal(CanonicalJson.Numeric(Given.Map("{\"a\":0}")), CanonicalJson.Numeric(Given.Map($"{{\"a\":{literal}}}")));

    [Theory]
    [InlineData("1E308")]
    [InlineData("1E400")]
    [InlineData("-1E99999999999999999999")]
    [InlineData("1E-400")]
    [InlineData("5E-324")]
    [InlineData("0.1234567890123456789012345678901234567890")]
    [InlineData("1234567890123456789012345678901234567890.5")]
    public void Both_forms_are_equal_for_the_same_odd_number(string literal)
    {
        var left = Given.Map($"{{\"a\":{literal}}}");
        var right = Given.Map($"{{ \"a\" : {literal} }}");

        Assert.Equal(CanonicalJson.Exact(left), CanonicalJson.Exact(right));
        Assert.Equal(CanonicalJson.Numeric(left), CanonicalJson.Numeric(right));
    }

    public static TheoryData<object> Assigned { get; } = [true, 1L, 5.0, 1e21, -0.0, "1", 5m, 1.10m, 100m];

    [Theory]
    [MemberData(nameof(Assigned), DisableDiscoveryEnumeration = true)]
    public void An_assigned_value_compares_as_what_is_written_for_it(object value)
    {
        var map = Given.Map("""{"a":"before"}""");

        map.Set("a", value);

        Assert.Equal(CanonicalJson.Exact(Given.Map(map.ToString())), CanonicalJson.Exact(map));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"b\" : \"x y\" , \"a\" : 100 }")]
    [InlineData("{\"a!\":1,\"a\":2,\"a \":3,\"A\":4,\"ab\":5}")]
    [InlineData("{\"a\":[1,[],{\"z\":true,\"y\":null,\"x\":false}],\"b\":{\"d\":-1200,\"c\":\"\"}}")]
    [InlineData("{\"a\":0,\"b\":-0,\"c\":1234567890123456789012345678901234567000}")]
    [InlineData("{\"a\":1.0,\"b\":1E5}")]
    [InlineData("{\"a\":1,\"b\":2,\"a\":3}")]
    [InlineData("{\"b\":{\"a\":1,\"a\":3},\"a\":1}")]
    [InlineData("{\"\\u0061\":1,\"b\":\"\\/\"}")]
    [InlineData("{\"a\":\"caf\u00e9\"}")]
    [InlineData("{\"a\":\"<>&'+`\u007f\"}")]
    [InlineData("{\"p\":1,\"o\":2,\"n\":3,\"m\":4,\"l\":5,\"k\":6,\"j\":7,\"i\":8,\"h\":9,\"g\":10,\"f\":11,\"e\":12,\"d\":13,\"c\":14,\"b\":15,\"a\":16}")]
    [InlineData("{\"q\":0,\"p\":1,\"o\":2,\"n\":3,\"m\":4,\"l\":5,\"k\":6,\"j\":7,\"i\":8,\"h\":9,\"g\":10,\"f\":11,\"e\":12,\"d\":13,\"c\":14,\"b\":15,\"a\":16}")]
    public void What_was_read_has_the_text_of_what_was_not(string json)
    {
        // In every depth and beyond the plain one, and as long as it may be and longer.
        var deep = $"{{\"a\":{string.Concat(Enumerable.Repeat("[", 100))}{json}{string.Concat(Enumerable.Repeat("]", 100))}}}";
        var full = $"{{\"a\":[{string.Join(',', Enumerable.Repeat("1", 500))}],\"b\":{json}}}";
        foreach (var text in new[] { json, $"{{\"in\":{json}}}", deep, full, $"{{\"long\":\"{new string('x', 1100)}\",\"in\":{json}}}" })
        {
            JsonMapNode unread = Given.Map(text), read = Given.Map(text);
            Assert.True(read.Count >= 0);

            Assert.Equal(CanonicalJson.Exact(read), CanonicalJson.Exact(unread));
            Assert.Equal(CanonicalJson.InOrder(read), CanonicalJson.InOrder(unread));
            Assert.Equal(CanonicalJson.Numeric(read), CanonicalJson.Numeric(unread));
        }
    }

    [Theory]
    [InlineData("{\"server\":\"mysql\",\"in\":{\"n\":[1,null,true]}}", true)]
    [InlineData("{\"a\":1.0}", false)]
    [InlineData("{\"a\":\"\\u0061\"}", false)]
    [InlineData("{\"a\":1,\"a\":1}", false)]
    public void What_is_plain_is_not_read(string json, bool isPlain)
    {
        var map = Given.Map(json);

        _ = CanonicalJson.Exact(map);

        Assert.Equal(isPlain, !map.UnreadLiteral.IsEmpty);
    }
}
