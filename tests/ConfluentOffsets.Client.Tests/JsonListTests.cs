using ConfluentOffsets.Client.Json;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class JsonListTests
{
    private const string Odd = "[ 1.0 , \"\\u00e9\",null , 1E5,{ \"a\" : 12345678901234567890 } ]";

    [Fact]
    public void What_is_not_edited_stays_byte_for_byte()
    {
        var list = List(Odd);

        _ = list.Values.ToList();

        Assert.False(list.IsEdited);
        Assert.Equal(Odd, list.ToString());
    }

    [Fact]
    public void An_edit_leaves_the_other_items_as_they_are()
    {
        var list = List(Odd);

        list.Set(2, 7L);

        Assert.Equal("[1.0,\"\\u00e9\",7,1E5,{ \"a\" : 12345678901234567890 }]", list.ToString());
    }

    [Fact]
    public void Assigning_an_equal_item_is_no_edit()
    {
        var list = List(Odd);

        list.Set(0, 1.0m);
        list.Set(1, "é");
        list.Set(2, null);
        list.Set(3, 100000.0);
        list.Set(4, list.Get(4));

        Assert.False(list.IsEdited);
    }

    [Fact]
    public void An_edit_inside_an_item_is_an_edit_of_the_list()
    {
        var list = List(Odd);

        ((JsonMapNode)list.Get(4)!).Set("a", "x");

        Assert.True(list.IsEdited);
        Assert.Equal("[1.0,\"\\u00e9\",null,1E5,{\"a\":\"x\"}]", list.ToString());
    }

    [Fact]
    public void Insert_puts_an_item_at_its_place()
    {
        var list = List("[1.0,1E5]");

        list.Insert(1, "x");
        list.Insert(3, null);

        Assert.Equal("[1.0,\"x\",1E5,null]", list.ToString());
    }

    [Fact]
    public void RemoveAt_takes_one_item_away()
    {
        var list = List("[1.0,2,1E5]");

        list.RemoveAt(1);

        Assert.Equal(2, list.Count);
        Assert.Equal("[1.0,1E5]", list.ToString());
    }

    [Fact]
    public void Clear_takes_all_items_away()
    {
        var list = List("[1.0,2]");

        list.Clear();

        Assert.Equal("[]", list.ToString());
    }

    [Fact]
    public void A_list_of_items_is_written_in_their_order()
    {
        var list = new JsonListNode([1L, null, "x", List("[ 1 ]")]);

        Assert.Equal("[1,null,\"x\",[ 1 ]]", list.ToString());
    }

    [Fact]
    public void A_snapshot_has_the_same_text_and_a_life_of_its_own()
    {
        var list = List("[ 1.0,[1] ]");
        var untouched = list.Snapshot();
        ((JsonListNode)list.Get(1)!).Set(0, 2L);
        var edited = list.Snapshot();

        ((JsonListNode)edited.Get(1)!).Set(0, 3L);

        Assert.Equal("[ 1.0,[1] ]", untouched.ToString());
        Assert.Equal("[1.0,[2]]", list.ToString());
        Assert.Equal("[1.0,[3]]", edited.ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_index_outside_is_refused(int index)
    {
        var list = List("[1]");

        Assert.Throws<ArgumentOutOfRangeException>(() => list.Get(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Set(index, 1L));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.RemoveAt(index));
    }

    private static JsonListNode List(string json) => Assert.IsType<JsonListNode>(JsonLiteral.Read(JsonLiteral.Validate(json)));
}
