using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class PartitionIndexTests
{
    private const string One = """{"protocol":1,"table":"db.t"}""";
    private const string OneFraction = """{"protocol":1.0,"table":"db.t"}""";
    private const string OneText = """{"protocol":"1","table":"db.t"}""";

    [Theory]
    [InlineData(One)]
    [InlineData(OneFraction)]
    [InlineData(OneText)]
    public void Sources_are_told_apart_by_the_types_of_their_members(string wanted)
    {
        var index = Index(One, OneFraction, OneText);

        Assert.Equal(wanted, index.Find(Given.Map(wanted))?.Partition?.ToString());
    }

    [Theory]
    [InlineData(One, OneFraction)]
    [InlineData(One, OneText)]
    [InlineData(OneFraction, One)]
    [InlineData(OneText, One)]
    [InlineData(One, """{"Protocol":1,"table":"db.t"}""")]
    [InlineData(One, """{"protocol":1}""")]
    [InlineData(One, """{"protocol":1,"table":"db.t","more":null}""")]
    public void A_source_of_another_literal_is_not_found(string current, string wanted) =>
        Assert.Null(Index(current).Find(Given.Map(wanted)));

    [Fact]
    public void The_order_of_members_does_not_count_and_the_current_literal_is_given()
    {
        var index = Index(""" { "table" : "db.t",  "protocol":1 }""");

        var found = index.Find(Given.Map(One));

        Assert.Equal("""{ "table" : "db.t",  "protocol":1 }""", found?.Partition?.ToString());
    }

    [Theory]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":0}""")]
    [InlineData("""{"kafka_partition":"0","kafka_topic":"orders"}""")]
    [InlineData("""{"kafka_partition":0.0,"kafka_topic":"orders"}""")]
    public void Sinks_are_found_by_topic_and_number(string wanted)
    {
        var index = Index("""{"kafka_partition":"0","kafka_topic":"orders"}""", """{"kafka_partition":1,"kafka_topic":"orders"}""");

        Assert.Equal("""{"kafka_partition":"0","kafka_topic":"orders"}""", index.Find(Given.Map(wanted))?.Partition?.ToString());
    }

    [Theory]
    [InlineData("""{"kafka_topic":"Orders","kafka_partition":0}""")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":1}""")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":4294967296}""")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":-1}""")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":"x"}""")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":null}""")]
    [InlineData("""{"kafka_topic":"orders"}""")]
    [InlineData("{}")]
    public void A_sink_that_is_not_there_is_not_found(string wanted) =>
        Assert.Null(Index("""{"kafka_topic":"orders","kafka_partition":0}""").Find(Given.Map(wanted)));

    [Fact]
    public void Topics_with_dashes_are_not_mixed_up()
    {
        var index = Index("""{"kafka_topic":"a-1","kafka_partition":2}""");

        Assert.Null(index.Find(Given.Map("""{"kafka_topic":"a","kafka_partition":12}""")));
        Assert.Null(index.Find(Given.Map("""{"kafka_topic":"a-1-2","kafka_partition":2}""")));
    }

    [Theory]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":9}""", """{"kafka_topic":"orders","kafka_partition":1}""")]
    [InlineData("""{"kafka_topic":"order","kafka_partition":1}""", """{"kafka_topic":"orders","kafka_partition":1}""")]
    [InlineData("""{"kafka_topic":"Payments","kafka_partition":7}""", """{"kafka_topic":"payments","kafka_partition":7}""")]
    public void The_closest_is_the_one_written_most_alike(string wanted, string closest)
    {
        var index = Index("""{"kafka_topic":"payments","kafka_partition":7}""", """{"kafka_topic":"orders","kafka_partition":1}""");

        Assert.Equal(closest, index.Closest(Given.Map(wanted))?.Partition?.ToString());
    }

    [Fact]
    public void The_closest_source_differs_by_one_type()
    {
        var index = Index("""{"protocol":"1","table":"db.users"}""", OneText);

        Assert.Equal(OneText, index.Closest(Given.Map(One))?.Partition?.ToString());
    }

    [Fact]
    public void Nothing_is_closest_where_there_is_none()
    {
        var index = new PartitionIndex([new PartitionOffset(null, Given.Map("{}"))]);

        Assert.True(index.IsEmpty);
        Assert.Null(index.Closest(Given.Map(One)));
        Assert.Null(index.Find(Given.Map(One)));
    }

    [Theory]
    [InlineData("""{"b":{"y":1,"x":2},"a":1}""", """{"b":{"y":1,"x":2},"a":1}""")]
    [InlineData("""{ "a":1, "b":{"y":1,"x":2} }""", """{"a":1,"b":{"y":1,"x":2}}""")]
    [InlineData("""{"a":1,"b":{"x":2,"y":1}}""", null)]
    [InlineData("""{"c":1}""", """{"c":1}""")]
    public void Where_the_order_of_members_is_all_that_differs_it_has_to_be_the_same(string wanted, string? found)
    {
        var index = Index("""{"b":{"y":1,"x":2},"a":1}""", """{"c":1}""", """{"a":1,"b":{"y":1,"x":2}}""");

        Assert.Equal(found, index.Find(Given.Map(wanted))?.Partition?.ToString());
        Assert.Equal(wanted.Contains('c', StringComparison.Ordinal) ? 0 : 2, index.Twins(PartitionKey.Of(Given.Map(wanted))).Count);
        Assert.Equal(3, index.Items.Count());
    }

    [Fact]
    public void Of_the_same_literal_the_last_counts()
    {
        var index = new PartitionIndex([Given.Item("""{"b":1,"a":1}""", """{"n":1}"""), Given.Item("""{"a":1,"b":1}""", """{"n":2}"""), Given.Item("""{"b":1, "a":1}""", """{"n":3}""")]);

        Assert.Equal("""{"b":1, "a":1}:{"n":3} {"a":1,"b":1}:{"n":2}""", Text(index));
    }

    [Fact]
    public void Of_one_partition_that_is_there_twice_the_last_counts()
    {
        var index = new PartitionIndex([Given.Item("""{"b":1,"a":1}""", """{"n":1}"""), Given.Item("""{"z":1}"""), Given.Item("""{"b":1, "a":1}""", """{"n":3}""")]);

        Assert.Equal("""{"n":3}""", index.Find(Given.Map("""{"a":1,"b":1}"""))?.Offset?.ToString());
        Assert.Equal(2, index.Items.Count());
    }

    [Theory]
    [InlineData("""{"b":1,"a":1}""", true)]
    [InlineData("""{"a":1,"b":1}""", false)]
    public void It_is_asked_for_as_it_is_written_where_there_are_several_elsewhere(string wanted, bool isFound)
    {
        var partition = Given.Map(wanted);

        Assert.Equal(isFound, Index("""{"b":1,"a":1}""").Find(PartitionKey.Of(partition), partition, asWritten: true) is not null);
    }

    [Theory]
    [InlineData("""{"b":1,"a":1} {"z":1}""", """{"a":1,"b":1}""", """{"a":1,"b":1}:later {"z":1}:earlier""")]
    [InlineData("""{"b":1,"a":1} {"z":1}""", """{"a":1,"b":1} {"b":1,"a":1} {"y":1}""", """{"b":1,"a":1}:later {"a":1,"b":1}:later {"z":1}:earlier {"y":1}:later""")]
    [InlineData("""{"b":1,"a":1} {"a":1,"b":1}""", """{"y":1}""", """{"b":1,"a":1}:earlier {"a":1,"b":1}:earlier {"y":1}:later""")]
    [InlineData("""{"b":1,"a":1} {"a":1,"b":1}""", """{"a":1,"b":1}""", """{"b":1,"a":1}:earlier {"a":1,"b":1}:later""")]
    public void Of_two_documents_the_later_one_says_how_a_partition_is_written(string earlier, string later, string expected)
    {
        static IEnumerable<PartitionOffset> Items(string partitions, string offset) =>
            partitions.Split(' ').Select(p => Given.Item(p, $$"""{"of":"{{offset}}"}"""));

        var index = new PartitionIndex(Items(earlier, "earlier"), Items(later, "later"));

        Assert.Equal(expected, Text(index).Replace("""{"of":"later"}""", "later", StringComparison.Ordinal).Replace("""{"of":"earlier"}""", "earlier", StringComparison.Ordinal));
    }

    private static string Text(PartitionIndex index) => string.Join(' ', index.Items.Select(i => $"{i.Partition}:{i.Offset}"));

    private static PartitionIndex Index(params string[] partitions) => new(partitions.Select(p => Given.Item(p)));
}
