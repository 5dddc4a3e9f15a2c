using ConfluentOffsets.Client.Sandbox;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>How offsets move: by their numbers alone.</summary>
public sealed class SandboxMotionTests
{
    [Theory]
    [InlineData("""{"kafka_offset":10}""", """{"kafka_offset":60}""")]
    [InlineData("""{ "kafka_offset" : "10" , "z":1E5 }""", """{ "kafka_offset" : "60" , "z":1E5 }""")]
    [InlineData("""{"kafka_offset":99999999999999999999}""", """{"kafka_offset":100000000000000000049}""")]
    [InlineData("""{"incrementing":3,"timestamp":1000,"timestamp_nanos":0}""", """{"incrementing":9,"timestamp":11000,"timestamp_nanos":0}""")]
    [InlineData("""{"nested":{"kafka_offset":10},"\u006csn":1}""", """{"nested":{"kafka_offset":10},"\u006csn":16385}""")]
    [InlineData("""{"_id":"{\"_data\": \"82000000FF2B\"}"}""", """{"_id":"{\"_data\": \"82000001092B\"}"}""")]
    [InlineData("""{"_id":"something else"}""", """{"_id":"something else"}""")]
    [InlineData("""{"pos":null,"lsn":1.5,"txId":[1],"ts_sec":true}""", """{"pos":null,"lsn":1.5,"txId":[1],"ts_sec":true}""")]
    [InlineData("""{"other":7}""", """{"other":7}""")]
    [InlineData("{}", "{}")]
    public void Two_commits_move_the_numbers_that_move(string offset, string moved) =>
        Assert.Equal(moved, SandboxMotion.Move(Given.Map(offset), 2).ToString());

    [Theory]
    [InlineData("""{ "kafka_offset": 10 }""", """{ "kafka_offset": 0 }""")]
    [InlineData("""{"_id":"{\"_data\": \"8265D4C0A22B\"}"}""", """{"_id":"{\"_data\": \"82000000002B\"}"}""")]
    public void A_start_is_where_the_numbers_are_nought(string offset, string beginning) =>
        Assert.Equal(beginning, SandboxMotion.Beginning(Given.Map(offset)).ToString());
}
