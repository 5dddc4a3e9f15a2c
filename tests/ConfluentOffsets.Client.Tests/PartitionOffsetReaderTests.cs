using System.Text.Json;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>A document of offsets is read in one pass; whatever it is, that is the same as to take it apart.</summary>
public sealed class PartitionOffsetReaderTests
{
    private const string Item = """{"partition":{"t":"x"},"offset":{"n":1.10}}""";

    [Theory]
    [InlineData($$$"""{"id":"lcc-1","name":"a","offsets":[{{{Item}}}],"metadata":{"observed_at":"2024-02-20 15:14:19+00:00"}}""", true)]
    [InlineData($$$""" { "offsets" : [ {{{Item}}} , {"offset":{},"partition":{"a":[{"b":null}]}} ] , "name" : "a" } """, true)]
    [InlineData($$$"""{"off\u0073ets":[{{{Item}}}]}""", true)]
    [InlineData($$$"""{"Offsets":[],"offsets":[{{{Item}}}]}""", true)]
    [InlineData("""{"offsets":[]}""", true)]
    [InlineData($$$"""{"Offsets":[{{{Item}}}]}""", false)]
    [InlineData($$$"""{"offsets":[],"offsets":[{{{Item}}}]}""", false)]
    [InlineData($$$"""{"offsets":[{{{Item}}}],"offsets":null}""", false)]
    [InlineData("""{"offsets":null}""", false)]
    [InlineData("""{"offsets":[{"partition":{"t":"x"}}]}""", false)]
    [InlineData("""{"offsets":[{"partition":{"t":"x"},"offset":null}]}""", false)]
    [InlineData("""{"offsets":[{"partition":{"t":"x"},"offset":{"n":1},"offset":{"n":2}}]}""", false)]
    [InlineData("""{"offsets":[{"partition":{"t":"x"},"offset":{"n":1},"more":{}}]}""", false)]
    [InlineData("{}", false)]
    public void A_document_says_the_same_in_one_pass(string document, bool isTaken)
    {
        var apart = DocumentReader.ReadOffsets(JsonMapNode.Parse(document));

        var read = DocumentReader.ReadOffsets(Given.Bytes(document));

        Assert.Equal(isTaken, PartitionOffsetReader.Take(Given.Bytes(document), out _) is not null);
        Assert.Equal((apart.Id, apart.Name, apart.ObservedAt), (read.Id, read.Name, read.ObservedAt));
        Assert.Equal(
            apart.Offsets.Select(o => (o.Partition?.ToString(), o.Offset?.ToString())),
            read.Offsets.Select(o => (o.Partition?.ToString(), o.Offset?.ToString())));
    }

    [Theory]
    [InlineData($$$"""{"offsets":[{{{Item}}}]} x""")]
    [InlineData($$$"""{"offsets":[{{{Item}}}],"name":}""")]
    [InlineData($$$"""{"offsets":[{{{Item}}}""")]
    [InlineData($$$"""{"offsets":[{{{Item}}},]}""")]
    [InlineData("")]
    public void A_fault_has_its_place_in_the_whole(string document)
    {
        var expected = Assert.ThrowsAny<JsonException>(() => JsonLiteral.Validate(Given.Bytes(document)));

        var fault = Assert.ThrowsAny<JsonException>(() => DocumentReader.ReadOffsets(Given.Bytes(document)));

        Assert.Equal((expected.Message, expected.BytePositionInLine), (fault.Message, fault.BytePositionInLine));
    }

    [Fact]
    public void A_number_that_is_too_long_is_refused_wherever_it_is()
    {
        var number = new string('9', JsonLiteral.MaxNumberLength + 1);

        Assert.ThrowsAny<JsonException>(() => DocumentReader.ReadOffsets(Given.Bytes($$$"""{"offsets":[{"partition":{"t":"x"},"offset":{"n":[{{{number}}}]}}]}""")));
        Assert.ThrowsAny<JsonException>(() => DocumentReader.ReadOffsets(Given.Bytes($$$"""{"more":{{{number}}},"offsets":[{{{Item}}}]}""")));
    }

    [Fact]
    public void What_is_no_UTF_8_is_refused()
    {
        byte[] document = [.. "{\"offsets\":[{\"partition\":{\"t\":\""u8, 0xC3, .. "\"},\"offset\":{\"n\":1}}]}"u8];

        Assert.ThrowsAny<JsonException>(() => DocumentReader.ReadOffsets(document));
    }
}
