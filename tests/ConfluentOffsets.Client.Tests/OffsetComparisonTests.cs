using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class OffsetComparisonTests
{
    private const string Sink = """{"kafka_topic":"t","kafka_partition":0}""";
    private const string Source = """{"server":"a"}""";

    [Theory]
    [InlineData("""{"kafka_offset":5}""", """{"kafka_offset":"5"}""")]
    [InlineData("""{"kafka_offset":5}""", """{"kafka_offset":5.0}""")]
    [InlineData("""{"kafka_offset":5}""", """ { "kafka_offset" : 5 } """)]
    public void Sinks_are_equal_by_number(string before, string after)
    {
        var found = Single(Sink, before, Sink, after);

        Assert.Equal(OffsetChange.Equal, found.Change);
        Assert.Equal(0, found.Delta);
    }

    [Theory]
    [InlineData("""{"lsn":1,"tx":null}""", """{"tx":null,"lsn":1}""", true)]
    [InlineData("""{"s":"\u00e9"}""", """{"s":"é"}""", true)]
    [InlineData("""{"e":1E5}""", """{"e":100000.0}""", true)]
    [InlineData("""{"lsn":123456789012345678901234567890}""", """{"lsn":123456789012345678901234567890}""", true)]
    [InlineData("""{"lsn":123456789012345678901234567890}""", """{"lsn":123456789012345678901234567891}""", false)]
    [InlineData("""{"lsn":9007199254740993}""", """{"lsn":9007199254740992}""", false)]
    [InlineData("""{"lsn":1}""", """{"lsn":1.0}""", false)]
    [InlineData("""{"lsn":1}""", """{"lsn":"1"}""", false)]
    [InlineData("""{"lsn":1}""", """{"LSN":1}""", false)]
    [InlineData("""{"lsn":1}""", """{"lsn":1,"tx":null}""", false)]
    [InlineData("""{"list":[1,2]}""", """{"list":[2,1]}""", false)]
    public void Sources_are_equal_by_the_same_members_with_the_same_types(string before, string after, bool equal)
    {
        var found = Single(Source, before, Source, after);

        Assert.Equal(equal ? OffsetChange.Equal : OffsetChange.Changed, found.Change);
        Assert.Null(found.Delta);
    }

    [Fact]
    public void A_sink_that_has_more_than_its_number_is_compared_whole() =>
        Assert.Equal(OffsetChange.Changed, Single(Sink, """{"kafka_offset":5,"epoch":1}""", Sink, """{"kafka_offset":5,"epoch":2}""").Change);

    [Theory]
    [InlineData(100, 150, 50L)]
    [InlineData(150, 100, -50L)]
    [InlineData(0, long.MaxValue, long.MaxValue)]
    [InlineData(-1, long.MaxValue, null)]
    [InlineData(long.MaxValue, -2, null)]
    [InlineData(0, long.MinValue, long.MinValue)]
    public void The_delta_of_a_sink_is_the_difference_minus_the_reference_where_a_long_holds_it(long before, long after, long? delta) =>
        Assert.Equal(delta, Single(Sink, $$"""{"kafka_offset":{{before}}}""", Sink, $$"""{"kafka_offset":{{after}}}""").Delta);

    [Fact]
    public void A_partition_is_found_whatever_its_literal_and_told_as_the_difference_writes_it()
    {
        var found = Single(Sink, """{"kafka_offset":5}""", """{"kafka_partition":"0","kafka_topic":"t"}""", """{"kafka_offset":6}""");

        Assert.Equal("""{"kafka_partition":"0","kafka_topic":"t"}""", found.Partition.ToString());
        Assert.Equal(OffsetChange.Changed, found.Change);
    }

    [Theory]
    [InlineData("ba:1 ab:2", "ab:2 ba:1", "ba:Equal ab:Equal")]
    [InlineData("ba:1 ab:2 z:1", "z:1 ba:1 ab:3", "ba:Equal ab:Changed z:Equal")]
    [InlineData("ab:2", "ba:1 ab:2", "ab:Equal ba:Added")]
    [InlineData("ba:1 ab:2", "ab:1", "ba:Removed ab:Changed")]
    [InlineData("ab:1", "ba:1", "ba:Equal")]
    public void Several_that_differ_in_the_order_of_members_alone_are_told_apart_by_it(string reference, string difference, string expected)
    {
        static OffsetSet Rows(string rows)
        {
            var set = new OffsetSet();
            foreach (var row in rows.Split(' '))
            {
                var (names, offset) = (row.Split(':')[0], row.Split(':')[1]);
                Assert.True(set.TryAdd(Given.Map($"{{{string.Join(',', names.Select(n => $"\"{n}\":1"))}}}"), Given.Map($"{{\"o\":{offset}}}")));
            }

            return set;
        }

        var found = OffsetComparison.Compare(Rows(reference), Rows(difference)).Select(d => $"{string.Concat(d.Partition.Entries.Select(e => e.Key))}:{d.Change}");

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Fact]
    public void One_of_several_is_there_once()
    {
        var set = Set(("""{"b":1,"a":1}""", "{\"o\":1}"), ("""{"a":1,"b":1}""", "{\"o\":2}"));

        Assert.False(set.TryAdd(Given.Map("""{"b":1, "a":1}"""), Given.Map("{\"o\":3}")));
        Assert.False(set.TryAdd(Given.Map("""{"a":1, "b":1}"""), Given.Map("{\"o\":3}")));
    }

    [Fact]
    public void Order_is_that_of_the_reference_then_of_what_the_difference_adds()
    {
        var found = OffsetComparison.Compare(
            Set(("""{"p":"c"}""", "{\"o\":1}"), ("""{"p":"a"}""", "{\"o\":1}"), ("""{"p":"b"}""", "{\"o\":1}")),
            Set(("""{"p":"z"}""", "{\"o\":1}"), ("""{"p":"b"}""", "{\"o\":1}"), ("""{"p":"y"}""", "{\"o\":1}"), ("""{"p":"c"}""", "{\"o\":2}")));

        Assert.Equal(
            ["c Changed", "a Removed", "b Equal", "z Added", "y Added"],
            found.Select(d => $"{d.Partition.Get("p")} {d.Change}"));
    }

    [Fact]
    public void A_partition_without_an_offset_differs_from_one_that_has_one()
    {
        Assert.Equal(OffsetChange.Changed, Single(Source, null, Source, """{"lsn":1}""").Change);
        Assert.Equal(OffsetChange.Equal, Single(Source, null, Source, null).Change);
    }

    [Fact]
    public void A_set_takes_each_partition_once()
    {
        var set = new OffsetSet();

        Assert.True(set.TryAdd(Given.Map(Sink), Given.Map("""{"kafka_offset":5}""")));
        Assert.False(set.TryAdd(Given.Map("""{"kafka_partition":"0","kafka_topic":"t"}"""), Given.Map("""{"kafka_offset":6}""")));
        Assert.Equal("""{"kafka_offset":5}""", Assert.Single(set.Items).Item.Offset?.ToString());
    }

    private static OffsetDifference Single(string partition, string? before, string otherPartition, string? after) =>
        Assert.Single(OffsetComparison.Compare(Set((partition, before)), Set((otherPartition, after))));

    private static OffsetSet Set(params (string Partition, string? Offset)[] items)
    {
        var set = new OffsetSet();
        foreach (var (partition, offset) in items)
            Assert.True(set.TryAdd(Given.Map(partition), offset is null ? null : Given.Map(offset)));
        return set;
    }
}
