using System.Globalization;
using System.Numerics;
using System.Text.Json;
using ConfluentOffsets.Client.Json;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class JsonMapTests
{
    /// <summary>Literals that careless readers turn into others.</summary>
    public static TheoryData<string> Literals { get; } =
    [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1.10",
        "1E5",
        "1e+5",
        "1E400",
        "12345678901234567890",
        "1234567890123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890",
        "\"1\"",
        "\"\"",
        "\"1.0\"",
        "\"2024-02-20T15:14:19.1234567+02:00\"",
        "\"/Date(1700000000000)/\"",
        "\"caf\\u00e9 \\/ é 😀 \\ud83d\\ude00\"",
        "\"\\ud800\"",
        "null",
        "true",
        "{}",
        "[]",
        "{\"a\":null,\"b\":[null,{\"c\":null}]}",
        "[ 1 ,\t2.50 , \"x\" ]",
        "{ \"A\" : 1 , \"a\" : 2 }",
    ];

    [Theory]
    [MemberData(nameof(Literals))]
    public void An_edit_elsewhere_leaves_a_literal_as_it_is(string literal)
    {
        var map = Given.Map($$"""{"x":{{literal}},"other":1}""");
        _ = map.Get("x");

        map.Set("other", 2L);

        Assert.Equal($$"""{"x":{{literal}},"other":2}""", map.ToString());
    }

    [Theory]
    [MemberData(nameof(Literals))]
    public void A_nested_edit_leaves_a_literal_as_it_is(string literal)
    {
        var map = Given.Map($$$"""{"x":{{{literal}}},"in":{"x":{{{literal}}},"list":[{{{literal}}},{"n":1}]}}""");
        var list = (JsonListNode)((JsonMapNode)map.Get("in")!).Get("list")!;
        _ = list.Get(0);

        ((JsonMapNode)list.Get(1)!).Set("n", 2L);

        Assert.Equal($$$"""{"x":{{{literal}}},"in":{"x":{{{literal}}},"list":[{{{literal}}},{"n":2}]}}""", map.ToString());
        Assert.True(map.IsEdited);
    }

    [Theory]
    [MemberData(nameof(Literals))]
    public void Assigning_the_value_that_is_there_is_no_edit(string literal)
    {
        var map = Given.Map($$"""{ "x": {{literal}} }""");

        map.Set("x", map.Get("x"));

        Assert.False(map.IsEdited);
        Assert.Equal($$"""{ "x": {{literal}} }""", map.ToString());
    }

    [Fact]
    public void Reading_is_no_edit()
    {
        var map = Given.Map("""{ "a": {"b": [1, {"c": 1E5}]} }""");

        foreach (var (_, value) in map.Entries)
            _ = ((JsonListNode)((JsonMapNode)value!).Get("b")!).Values.ToList();

        Assert.False(map.IsEdited);
    }

    [Fact]
    public void Assigning_an_equal_value_of_the_same_kind_is_no_edit()
    {
        var map = Given.Map("""{"n":1,"s":"\u00e9","f":1.10,"b":true,"z":null,"i":12345678901234567890}""");

        map.Set("n", 1L);
        map.Set("s", "é");
        map.Set("f", 1.1m);
        map.Set("b", true);
        map.Set("z", null);
        map.Set("i", BigInteger.Parse("12345678901234567890", CultureInfo.InvariantCulture));

        Assert.False(map.IsEdited);
        Assert.Equal("""{"n":1,"s":"\u00e9","f":1.10,"b":true,"z":null,"i":12345678901234567890}""", map.ToString());
    }

    [Fact]
    public void Assigning_the_same_number_as_another_kind_is_an_edit()
    {
        var map = Given.Map("""{"a":1,"b":1,"c":"1","d":null}""");

        map.Set("a", 1.0);
        map.Set("b", "1");
        map.Set("c", 1L);
        map.Set("d", false);

        Assert.Equal("""{"a":1.0,"b":"1","c":1,"d":false}""", map.ToString());
    }

    [Fact]
    public void White_space_between_edited_members_is_dropped_and_inside_the_others_kept()
    {
        var map = Given.Map("{ \"a\" :\t[ 1 ,\n2 ] , \"b\" : 1 }");

        map.Set("b", 2L);

        Assert.Equal("{\"a\":[ 1 ,\n2 ],\"b\":2}", map.ToString());
    }

    [Fact]
    public void Names_keep_their_escapes()
    {
        var map = Given.Map("""{"caf\u00e9":1,"a\/b":2,"😀":3,"n":4}""");

        map.Set("n", 5L);

        Assert.Equal(1L, map.Get("café"));
        Assert.Equal(2L, map.Get("a/b"));
        Assert.Equal(3L, map.Get("😀"));
        Assert.Equal("""{"caf\u00e9":1,"a\/b":2,"😀":3,"n":5}""", map.ToString());
    }

    [Fact]
    public void Lookup_is_exact_first()
    {
        var map = Given.Map("""{"id":1,"Id":2,"ID":3}""");

        Assert.Equal(1L, map.Get("id"));
        Assert.Equal(2L, map.Get("Id"));
        Assert.Equal(3L, map.Get("ID"));
    }

    [Fact]
    public void Lookup_takes_the_only_name_that_differs_by_case()
    {
        var map = Given.Map("""{"Lsn":1,"a":2,"A":3}""");

        Assert.True(map.TryGet("lSN", out var value));
        Assert.Equal(1L, value);
        Assert.Equal(2L, map.Get("a"));
    }

    [Fact]
    public void Lookup_finds_nothing_where_several_names_differ_by_case()
    {
        var map = Given.Map("""{"id":1,"Id":2}""");

        Assert.False(map.TryGet("ID", out _));
        Assert.False(map.Contains("iD"));
        Assert.Null(map.Get("ID"));
    }

    [Fact]
    public void TryGet_tells_a_null_member_from_none()
    {
        var map = Given.Map("""{"a":null}""");

        Assert.True(map.TryGet("a", out var value));
        Assert.Null(value);
        Assert.False(map.TryGet("b", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Count")]
    [InlineData("Keys")]
    [InlineData("Entries")]
    [InlineData(" ")]
    [InlineData("a.b[0]")]
    public void Any_name_is_a_name(string name)
    {
        var map = Given.Map($$"""{"{{name}}":1,"other":null}""");

        map.Set(name, 2L);

        Assert.Equal(2, map.Count);
        Assert.Equal(2L, map.Get(name));
        Assert.Equal($$"""{"{{name}}":2,"other":null}""", map.ToString());
    }

    [Fact]
    public void Set_by_another_case_keeps_the_name_that_is_there()
    {
        var map = Given.Map("""{"Lsn":1}""");

        map.Set("lsn", 2L);

        Assert.Equal("""{"Lsn":2}""", map.ToString());
    }

    [Fact]
    public void Set_adds_new_members_at_the_end()
    {
        var map = Given.Map("""{"z":1.0}""");

        map.Set("a\"", 2L);
        map.Set("b", Given.Map("""{ "c":1E5 }"""));

        Assert.Equal("""{"z":1.0,"a\"":2,"b":{ "c":1E5 }}""", map.ToString());
        Assert.Equal(["z", "a\"", "b"], map.Entries.Select(e => e.Key));
    }

    [Fact]
    public void Remove_takes_one_member_away()
    {
        var map = Given.Map("""{"a":1.0,"b":2,"c":1E5}""");

        map.Remove("b");
        map.Remove("nothing");

        Assert.Equal("""{"a":1.0,"c":1E5}""", map.ToString());
    }

    [Fact]
    public void Remove_of_nothing_is_no_edit()
    {
        var map = Given.Map("""{ "a":1 }""");

        map.Remove("b");

        Assert.False(map.IsEdited);
    }

    [Fact]
    public void Clear_takes_all_members_away()
    {
        var map = Given.Map("""{"a":1}""");

        map.Clear();

        Assert.Equal(0, map.Count);
        Assert.Equal("{}", map.ToString());
    }

    [Fact]
    public void A_map_of_members_is_written_in_their_order()
    {
        var map = new JsonMapNode([KeyValuePair.Create<string, object?>("z", 1L), KeyValuePair.Create<string, object?>("a", null)]);

        Assert.Equal("""{"z":1,"a":null}""", map.ToString());
    }

    [Fact]
    public void The_last_of_equal_names_counts()
    {
        var map = Given.Map("""{"a":1,"b":2,"\u0061":3}""");

        Assert.Equal(3L, map.Get("a"));
        Assert.Equal(2, map.Count);
        Assert.Equal("""{"a":1,"b":2,"\u0061":3}""", map.ToString());
    }

    [Fact]
    public void A_deep_member_can_be_edited()
    {
        const int Depth = 512;
        var map = Given.Map(string.Concat(Enumerable.Repeat("{\"a\":", Depth - 1)) + "{\"n\":1}" + new string('}', Depth - 1));
        var deepest = map;
        while (deepest.TryGet("a", out var next))
            deepest = (JsonMapNode)next!;

        deepest.Set("n", 2L);

        Assert.Contains("{\"n\":2}", map.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_has_the_same_text_and_a_life_of_its_own()
    {
        var map = Given.Map("""{ "a" : 1.0,"in":{"n":1} }""");
        var untouched = map.Snapshot();
        ((JsonMapNode)map.Get("in")!).Set("n", 2L);
        var edited = map.Snapshot();

        ((JsonMapNode)edited.Get("in")!).Set("n", 3L);

        Assert.Equal("""{ "a" : 1.0,"in":{"n":1} }""", untouched.ToString());
        Assert.Equal("""{"a":1.0,"in":{"n":2}}""", map.ToString());
        Assert.Equal("""{"a":1.0,"in":{"n":3}}""", edited.ToString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"{}\"")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{} garbage")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 /* no */}")]
    public void Parse_refuses_what_is_not_one_object(string text) =>
        Assert.ThrowsAny<JsonException>(() => JsonMapNode.Parse(text));

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{ \t\r\n }", true)]
    [InlineData("{ \"a\":1}", false)]
    public void It_is_empty_where_there_is_no_member(string json, bool isEmpty)
    {
        var map = JsonMapNode.Parse(json);

        Assert.Equal(isEmpty, map.IsEmpty);

        // And when it was taken apart, and edited.
        Assert.Equal(isEmpty, map.Count == 0);
        Assert.Equal(isEmpty, map.IsEmpty);
        map.Set("b", 1L);
        Assert.False(map.IsEmpty);
        map.Clear();
        Assert.True(map.IsEmpty);
    }
}
