using System.Text;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class OffsetsFileWriterTests
{
    [Fact]
    public void One_connector_is_an_object_with_a_line_for_each_partition()
    {
        var entry = new OffsetsFileEntry("env-a", "lkc-a", new OffsetsDocument(
            "lcc-1",
            "orders \"é\"",
            [Given.Item("""{"kafka_topic":"orders","kafka_partition":0}""", """{"kafka_offset":7}"""), Given.Item("""{"t": "x"}""", """{"n": 1.10 }""")],
            ServerTime.TryParse("2024-02-20 15:14:19+00:00")));

        Assert.Equal(
            """
            {
              "id": "lcc-1",
              "name": "orders \"é\"",
              "environment_id": "env-a",
              "kafka_cluster_id": "lkc-a",
              "offsets": [
                { "partition": {"kafka_topic":"orders","kafka_partition":0}, "offset": {"kafka_offset":7} },
                { "partition": {"t": "x"}, "offset": {"n": 1.10 } }
              ],
              "metadata": { "observed_at": "2024-02-20 15:14:19+00:00" }
            }

            """.ReplaceLineEndings("\n"),
            Text(entry));
    }

    [Fact]
    public void Several_connectors_are_an_array()
    {
        var text = Text(Entry("a", Given.Item("""{"t":1}""", """{"n":1}""")), Entry("b"));

        Assert.Equal(
            """
            [
              {
                "name": "a",
                "offsets": [
                  { "partition": {"t":1}, "offset": {"n":1} }
                ]
              },
              {
                "name": "b",
                "offsets": []
              }
            ]

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void None_is_an_empty_array() => Assert.Equal("[]\n", Text());

    [Theory]
    [InlineData("""{"n":123456789012345678901234567890,"m":-0.0}""")]
    [InlineData("""{"n":1.0,"m":1E5,"k":"1","z":null,"deep":{"a":[null,{"b":[]}]}}""")]
    [InlineData("""{"date":"2024-02-20T15:14:19Z","a":1,"A":2}""")]
    [InlineData("""{"text":"\u0041\/é😀\ud800","line":"\n"}""")]
    [InlineData("{ \"spread\"\n :\t1 }")]
    public void Every_literal_is_read_back_as_it_was(string literal)
    {
        var read = OffsetsFile.Read(Text(Entry("a", Given.Item(literal, literal)), Entry("b", Given.Item(literal, literal))));

        Assert.All(read, entry =>
        {
            var item = Assert.Single(entry.Document.Offsets);
            Assert.Equal(literal, item.Partition?.ToString());
            Assert.Equal(literal, item.Offset?.ToString());
        });
    }

    [Fact]
    public void What_was_edited_is_written_as_edited()
    {
        var offset = Given.Map("""{"a":1.0,"b":2}""");
        offset.Set("b", 3L);

        var read = OffsetsFile.Read(Text(Entry("a", Given.Item("""{"t":1}""") with { Offset = offset })))[0];

        Assert.Equal("""{"a":1.0,"b":3}""", read.Document.Offsets[0].Offset?.ToString());
    }

    [Fact]
    public void An_item_without_a_position_is_left_out()
    {
        var read = OffsetsFile.Read(Text(Entry("a", Given.Item("""{"t":1}"""), Given.Item("""{"t":2}""", """{"n":2}"""), Given.Item(null, """{"n":3}"""))));

        Assert.Equal("""{"t":2}""", Assert.Single(read[0].Document.Offsets).Partition?.ToString());
    }

    private static OffsetsFileEntry Entry(string name, params PartitionOffset[] offsets) =>
        new(null, null, new OffsetsDocument(null, name, offsets, null));

    private static string Text(params OffsetsFileEntry[] entries)
    {
        using var stream = new MemoryStream();
        OffsetsFileWriter.Write(stream, entries);
        Assert.True(stream.CanWrite);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream.ToArray());
    }
}
