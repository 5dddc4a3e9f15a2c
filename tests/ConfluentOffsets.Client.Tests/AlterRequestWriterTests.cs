using System.Text;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class AlterRequestWriterTests
{
    [Theory]
    [InlineData("request-patch-sink")]
    [InlineData("request-patch-source")]
    [InlineData("request-delete")]
    public void The_examples_are_written_as_documented(string example)
    {
        var expected = Given.CompactExample(example);
        var document = DocumentReader.ReadAlterRequest(Given.Bytes(expected));

        var body = Write(document.Type!, document.Offsets);

        Assert.Equal(expected, body);
    }

    [Fact]
    public void A_map_made_by_the_client_is_written_as_the_service_does()
    {
        var body = Write("PATCH", [new PartitionOffset(SinkPartition.Create("topic \"A\"", 0), SinkPartition.CreateOffset(long.MaxValue))]);

        Assert.Equal(
            """{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"topic \"A\"","kafka_partition":0},"offset":{"kafka_offset":9223372036854775807}}]}""",
            body);
    }

    [Fact]
    public void A_delete_of_everything_has_no_list() => Assert.Equal("""{"type":"DELETE"}""", Write("DELETE", null));

    [Fact]
    public void A_delete_of_some_sends_partitions_alone()
    {
        var body = Write("DELETE", [Given.Item("""{"a":1}""", """{"o":1}"""), Given.Item("""{"a":2}""")]);

        Assert.Equal("""{"type":"DELETE","offsets":[{"partition":{"a":1}},{"partition":{"a":2}}]}""", body);
    }

    [Fact]
    public void Literals_go_out_byte_for_byte_and_in_order()
    {
        const string First = """{ "b" : 1.0, "a":"\u00e9\/", "A":"1" }""";
        const string Offset = """{"lsn":1234567890123456789012345678901234567890,"e":1E5,"z":-0.0,"n":{"x":[null, 1.10]},"d":"2024-02-20T15:14:19Z","s":"😀"}""";

        var body = Write("PATCH", [Given.Item(First, Offset), Given.Item("""{"a":0}""", "{}")]);

        Assert.Equal($$$"""{"type":"PATCH","offsets":[{"partition":{{{First}}},"offset":{{{Offset}}}},{"partition":{"a":0},"offset":{}}]}""", body);
    }

    private static string Write(string type, IReadOnlyList<PartitionOffset>? offsets) =>
        Encoding.UTF8.GetString(AlterRequestWriter.Write(type, offsets).Span);
}
