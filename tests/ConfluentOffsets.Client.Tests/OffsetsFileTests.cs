using System.Text;
using ConfluentOffsets.Client.Files;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class OffsetsFileTests
{
    private const string Sink = """{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":7}}""";

    [Fact]
    public void The_document_of_the_api_is_read_with_the_two_ids()
    {
        var entry = Assert.Single(OffsetsFile.Read($$$"""
            {"id":"lcc-1","name":"a","environment_id":"env-a","kafka_cluster_id":"lkc-a","offsets":[{{{Sink}}}],
             "metadata":{"observed_at":"2024-02-20T15:14:19Z","more":[1]},"unknown":{"offsets":3}}
            """));

        Assert.Equal(("env-a", "lkc-a", "lcc-1", "a"), (entry.EnvironmentId, entry.KafkaClusterId, entry.Document.Id, entry.Document.Name));
        Assert.Equal(new DateTime(2024, 2, 20, 15, 14, 19, DateTimeKind.Utc), entry.Document.ObservedAt?.Utc);
        Assert.Equal("""{"kafka_offset":7}""", Assert.Single(entry.Document.Offsets).Offset?.ToString());
    }

    [Theory]
    [InlineData("offsets-sink")]
    [InlineData("offsets-source")]
    public void The_examples_of_the_openapi_document_are_read(string example) =>
        Assert.NotEmpty(Assert.Single(OffsetsFile.Read(Given.Example(example))).Document.Offsets);

    [Theory]
    [InlineData("""{"offsets":[]}""")]
    [InlineData("""{"id":null,"name":null,"environment_id":"","kafka_cluster_id":null,"metadata":null,"offsets":[]}""")]
    [InlineData("""{"metadata":{"observed_at":null},"offs\u0065ts":[]}""")]
    public void Everything_but_the_list_can_be_absent(string text)
    {
        var entry = Assert.Single(OffsetsFile.Read(text));

        Assert.Equal((null, null), (entry.EnvironmentId, entry.KafkaClusterId));
        Assert.Equal((null, null, null), (entry.Document.Id, entry.Document.Name, entry.Document.ObservedAt));
        Assert.Empty(entry.Document.Offsets);
    }

    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_byte_order_mark_tells_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes("""{"name":"é😀","offsets":[]}""")];

        Assert.NotEmpty(encoding.GetPreamble());
        Assert.Equal("é😀", OffsetsFile.Read(bytes)[0].Document.Name);
    }

    [Theory]
    [InlineData("7B 22 6E 61 6D 65 22 3A 0A 22 E9 22 7D", "It is not a text in UTF-8 (line 2, position 2).")]
    [InlineData("FF FE 7B 00 00 D8 22 00", "It is not a text in UTF-16 (byte")]
    [InlineData("7B 00 22 00", "It is not JSON (line 1, position 2)")]
    [InlineData("EF BB BF 0A", "It is empty (line 1, position 1).")]
    public void Bytes_that_are_no_such_text_are_refused(string hex, string words)
    {
        var refused = Assert.Throws<InvalidFileException>(() => OffsetsFile.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

        Assert.StartsWith(words, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "It is empty (line 1, position 1).")]
    [InlineData(" \n", "It is empty (line 1, position 1).")]
    [InlineData("{\n  \"offsets\": [\n}", "It is not JSON (line 3, position 1): ")]
    [InlineData("{\"offsets\":[\n  {\"partition\":{\"t\":1},\"off", "It is not JSON (line 2, position 28): ")]
    [InlineData("{\"offsets\":[]", "It is not JSON (line 1, position 14): ")]
    [InlineData("{\"é\": x}", "It is not JSON (line 1, position 7): ")]
    [InlineData("[{\"offsets\":[]}] []", "It is not JSON (line 1, position 18): ")]
    [InlineData("3", "A connector is a number; it has to be an object (line 1, position 1).")]
    [InlineData("[\n 1]", "A connector is a number; it has to be an object (line 2, position 2).")]
    [InlineData("[[]]", "A connector is an array; it has to be an object (line 1, position 2).")]
    [InlineData("""{"info":{},"item":[]}""", "A connector has no 'offsets' (line 1, position 1).")]
    [InlineData("""[{"offsets":[]},{"name":"a"}]""", "A connector has no 'offsets' (line 1, position 17).")]
    [InlineData("""{"Offsets":[]}""", "A connector has no 'offsets' (line 1, position 1).")]
    [InlineData("""{"offsets":{}}""", "'offsets' is an object; it has to be an array (line 1, position 12).")]
    [InlineData("""{"offsets":null}""", "'offsets' is null; it has to be an array (line 1, position 12).")]
    [InlineData("""{"offsets":[7]}""", "An item of 'offsets' is a number; it has to be an object (line 1, position 13).")]
    [InlineData("{\"name\":\"é\",\n\"offsets\":[\r\n\t{\"partition\":\"é\"}]}", "'partition' is a text; it has to be an object (line 3, position 15).")]
    [InlineData("""{"offsets":[{"partition":{"p":1},"offset":null}]}""", "'offset' is null; it has to be an object (line 1, position 43).")]
    [InlineData("""{"offsets":[{"partition":{"p":1}}]}""", "An item of 'offsets' has no 'offset' (line 1, position 13).")]
    [InlineData("""{"offsets":[{"partition":{"p":1},"offset":{}}]}""", "'offset' has no members (line 1, position 43).")]
    [InlineData("{\"offsets\":[\n{\"offset\":{\"o\":1},\"partition\":{ }}]}", "'partition' has no members (line 2, position 31).")]
    [InlineData("""{"offsets":[{"offset":{"o":1}}]}""", "An item of 'offsets' has no 'partition' (line 1, position 13).")]
    [InlineData("""{"offsets":[],"name":7}""", "'name' is a number; it has to be a text (line 1, position 22).")]
    [InlineData("""{"offsets":[],"environment_id":true}""", "'environment_id' is true or false; it has to be a text (line 1, position 32).")]
    [InlineData("""{"offsets":[],"metadata":[]}""", "'metadata' is an array; it has to be an object (line 1, position 26).")]
    [InlineData("""{"offsets":[],"metadata":{"observed_at":"soon"}}""", "'observed_at' is not a time (line 1, position 41).")]
    [InlineData("""{"offsets":[],"offsets":[]}""", "'offsets' is there twice in one object (line 1, position 15).")]
    [InlineData("""{"offsets":[{"offset":{"o":1},"offset":{}}]}""", "'offset' is there twice in one object (line 1, position 31).")]
    [InlineData("""[{"name":"a","offsets":[]},{"name":"a","offsets":[]}]""", "Connector 'a' is there twice (line 1, position 28).")]
    public void What_is_no_such_file_is_refused_with_line_and_position(string text, string words)
    {
        var refused = Assert.Throws<InvalidFileException>(() => OffsetsFile.Read(text));

        Assert.StartsWith(words, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"offsets":[],}""", "It is not JSON (line 1, position 15): The JSON object contains a trailing comma at the end.")]
    [InlineData("[{\"offsets\":[]},]", "It is not JSON (line 1, position 17): The JSON array contains a trailing comma at the end.")]
    public void What_is_wrong_is_said_to_who_wrote_it(string text, string words) =>
        Assert.Equal(words, Assert.Throws<InvalidFileException>(() => OffsetsFile.Read(text)).Message);

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("\"\"")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("null")]
    [InlineData("123456789012345678901234567890")]
    public void A_sink_has_a_number_from_0(string number)
    {
        var refused = Assert.Throws<InvalidFileException>(() => OffsetsFile.Read(
            $$$"""{"offsets":[{"offset":{"kafka_offset":{{{number}}}},"partition":{"kafka_topic":"t","kafka_partition":0}}]}"""));

        Assert.Equal($$$"""{"kafka_offset":{{{number}}}} is not an offset of t-0: 'kafka_offset' has to be a number from 0 (line 1, position 23).""", refused.Message);
    }

    [Theory]
    [InlineData("""{"kafka_partition":"0","kafka_topic":"t"}""", """{"kafka_topic":"t","kafka_partition":0}""")]
    [InlineData("""{"b":1,"a":"\u00e9"}""", """{"b":1, "a":"é"}""")]
    public void A_partition_is_there_once(string first, string second)
    {
        var refused = Assert.Throws<InvalidFileException>(() => OffsetsFile.Read(
            $$$"""{"offsets":[{"partition":{{{first}}},"offset":{"kafka_offset":1}},{{{"\n"}}} {"partition":{{{second}}},"offset":{"kafka_offset":1}}]}"""));

        Assert.Equal($"Partition {second} is there twice (line 2, position 2).", refused.Message);
    }

    [Fact]
    public void Two_orders_of_members_are_two_partitions() =>
        Assert.Equal(2, OffsetsFile.Read("""{"offsets":[{"partition":{"b":1,"a":"x"},"offset":{"n":1}},{"partition":{"a":"x","b":1},"offset":{"n":2}}]}""")[0].Document.Offsets.Count);

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "\"1\"")]
    public void Partitions_of_other_types_are_other_partitions(string first, string second) =>
        Assert.Equal(2, OffsetsFile.Read(
            $$$$"""{"offsets":[{"partition":{"p":{{{{first}}}}},"offset":{"n":1}},{"partition":{"p":{{{{second}}}}},"offset":{"n":1}}]}""")[0].Document.Offsets.Count);

    [Fact]
    public void A_reading_that_shall_end_ends_at_the_next_item()
    {
        var items = string.Join(',', Enumerable.Range(0, 100).Select(i => $$$"""{"partition":{"p":{{{i}}}},"offset":{"o":1}}"""));
        var asked = 0;

        Assert.Throws<OperationCanceledException>(() => OffsetsFile.Read(
            Given.Bytes($$"""[{"offsets":[{{items}}]}]"""),
            () => _ = ++asked < 7 ? 0 : throw new OperationCanceledException()));

        Assert.Equal(7, asked);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void Ten_thousand_levels_are_refused(string level)
    {
        var text = $$"""{"offsets":[{"partition":{"p":{{string.Concat(Enumerable.Repeat(level, 10_000))}}""";

        var refused = Assert.Throws<InvalidFileException>(() => OffsetsFile.Read(text));

        Assert.Contains("depth", refused.Message, StringComparison.Ordinal);
        Assert.Contains("(line 1, position ", refused.Message, StringComparison.Ordinal);
    }
}
