using System.Text;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What is read off a literal at once, and what only looks like it.</summary>
public class PlainLiteralTests
{
    [Theory]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":7}""", "orders-7")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":2147483647}""", "orders-2147483647")]
    [InlineData("""{"kafka_topic":"b\u0065stellungen","kafka_partition":7}""", "bestellungen-7")]
    [InlineData("""{"kafka_topic":"a\"b","kafka_partition":7}""", "a\"b-7")]
    [InlineData("""{"kafka_topic":"größe","kafka_partition":7}""", "größe-7")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":"7"}""", "orders-7")]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":7.0}""", "orders-7")]
    [InlineData("""{ "kafka_partition" : 7 , "kafka_topic" : "orders" }""", "orders-7")]
    [InlineData("""{"kafka_topic":"old","kafka_partition":7,"kafka_topic":"orders"}""", "orders-7")]
    [InlineData("""{"kafka\u005ftopic":"orders","kafka_partition":7}""", "orders-7")]
    [InlineData("""{"kafka_partition":7,"\u006bafka_topic":"orders"}""", "orders-7")]
    [InlineData("""{"kafka_partition":7,"topic":"kafka_topic"}""", null)]
    [InlineData("""{"kafka_partition":7,"kafka_topic":"orders"}""", "orders-7")]
    [InlineData("""{"kafka_partition":2147483647,"kafka_topic":"größe"}""", "größe-2147483647")]
    [InlineData("""{"kafka_partition":7,"kafka_topic":"a\"b"}""", "a\"b-7")]
    [InlineData("""{"kafka_partition":7,"kafka_topic":"a\u0062"}""", "ab-7")]
    [InlineData("""{"kafka_partition":7,"kafka_topic":"old","kafka_topic":"orders"}""", "orders-7")]
    [InlineData("""{"kafka_partition":7,"kafka_topic":"orders","more":"x"}""", null)]
    [InlineData("""{"kafka_partition":7,"kafka_topic":""}""", "-7")]
    [InlineData("""{"kafka_partition":7}""", null)]
    [InlineData("""{"kafka_partition":2147483648,"kafka_topic":"orders"}""", null)]
    [InlineData("""{"kafka_partition":-1,"kafka_topic":"orders"}""", null)]
    [InlineData("""{"kafka_partition":"7","kafka_topic":"orders"}""", "orders-7")]
    [InlineData("""{"kafka_partition":7.0,"kafka_topic":"orders"}""", "orders-7")]
    [InlineData("""{"kafka_partition":7,"kafka_topic":7}""", null)]
    [InlineData("""{"Kafka_topic":"orders","kafka_partition":7}""", null)]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":2147483648}""", null)]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":-1}""", null)]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":7.5}""", null)]
    [InlineData("""{"kafka_topic":"orders","kafka_partition":7,"kafka_cluster":1}""", null)]
    [InlineData("""{"kafka_topic":"orders"}""", null)]
    [InlineData("{}", null)]
    public void A_sinks_partition_is_the_same_read_off_its_literal_and_by_its_members(string literal, string? expected)
    {
        var byMembers = JsonMapNode.Parse(literal);
        _ = byMembers.Count;

        Assert.Equal(expected, SinkPartition.TryRead(JsonMapNode.Parse(literal))?.ToString());
        Assert.Equal(expected, SinkPartition.TryRead(byMembers)?.ToString());
    }

    [Fact]
    public void A_sources_partition_is_not_taken_apart_for_it()
    {
        var partition = JsonMapNode.Parse("""{"server":"mysql","shard":1}""");

        Assert.Null(SinkPartition.TryRead(partition));
        Assert.False(partition.UnreadLiteral.IsEmpty);
    }

    [Theory]
    [InlineData("""{"kafka_offset":9223372036854775807}""", long.MaxValue)]
    [InlineData("""{"kafka_offset":-2}""", -2L)]
    [InlineData("""{"kafka_offset":"5"}""", 5L)]
    [InlineData("""{"kafka_offset":5e2}""", 500L)]
    [InlineData("""{"kafka_offset":5,"more":1}""", 5L)]
    [InlineData("""{"kafka_offset":5,"kafka_offset":6}""", 6L)]
    [InlineData("""{"kafka_offset":9223372036854775808}""", null)]
    [InlineData("""{"kafka_offset":null}""", null)]
    [InlineData("{}", null)]
    public void A_sinks_offset_is_the_same_read_off_its_literal_and_by_its_members(string literal, long? expected)
    {
        var byMembers = JsonMapNode.Parse(literal);
        _ = byMembers.Count;

        Assert.Equal(expected, SinkPartition.TryReadOffset(JsonMapNode.Parse(literal)));
        Assert.Equal(expected, SinkPartition.TryReadOffset(byMembers));
    }

    [Fact]
    public void What_a_partition_was_read_as_is_forgotten_when_it_is_edited()
    {
        var partition = JsonMapNode.Parse("""{"kafka_topic":"orders","kafka_partition":7}""");
        Assert.Equal("orders-7", SinkPartition.TryRead(partition)?.ToString());

        partition.Set("kafka_partition", 8L);
        Assert.Equal("orders-8", SinkPartition.TryRead(partition)?.ToString());
        partition.Set("more", true);
        Assert.Null(SinkPartition.TryRead(partition));
        partition.Remove("more");
        Assert.Equal("orders-8", SinkPartition.TryRead(partition)?.ToString());
        partition.Clear();
        Assert.Null(SinkPartition.TryRead(partition));
    }

    [Fact]
    public void An_offset_is_read_again_after_it_was_edited()
    {
        var offset = JsonMapNode.Parse("""{"kafka_offset":5}""");
        Assert.Equal(5, SinkPartition.TryReadOffset(offset));

        offset.Set("kafka_offset", 6L);
        Assert.Equal(6, SinkPartition.TryReadOffset(offset));
    }

    [Theory]
    [InlineData("""{"partition":{"a":1},"offset":{"b":2}}""", """{"a":1}""", """{"b":2}""")]
    [InlineData("""{"offset":{"b":2},"partition":{"a":1}}""", """{"a":1}""", """{"b":2}""")]
    [InlineData("""{"partit\u0069on":{"a":1},"offset":{"b":2}}""", """{"a":1}""", """{"b":2}""")]
    [InlineData("""{"Partition":{"a":1},"OFFSET":{"b":2}}""", """{"a":1}""", """{"b":2}""")]
    [InlineData("""{"partition":{"x":1},"partition":{"a":1},"offset":{"b":2}}""", """{"a":1}""", """{"b":2}""")]
    [InlineData("""{"partition":{"a":1},"offset":{"b":2},"lag":3}""", """{"a":1}""", """{"b":2}""")]
    [InlineData("""{"partition":{"a":1},"offset":null}""", """{"a":1}""", null)]
    [InlineData("""{"partition":{"a":1}}""", """{"a":1}""", null)]
    [InlineData("""{"partition":{"a":[1, {"c":2}]},"offset":{ "b" : 1.10 }}""", """{"a":[1, {"c":2}]}""", """{ "b" : 1.10 }""")]
    public void Items_keep_their_literals_however_they_are_written(string item, string partition, string? offset)
    {
        var plain = """{"partition":{"p":1},"offset":{"o":1}}""";
        var body = Encoding.UTF8.GetBytes($$"""{"offsets":[{{plain}},{{item}}]}""");

        var items = DocumentReader.ReadOffsets(body).Offsets;

        Assert.Equal(2, items.Count);
        Assert.Equal("""{"p":1}""", items[0].Partition?.ToString());
        Assert.Equal(partition, items[1].Partition?.ToString());
        Assert.Equal(offset, items[1].Offset?.ToString());
    }
}
