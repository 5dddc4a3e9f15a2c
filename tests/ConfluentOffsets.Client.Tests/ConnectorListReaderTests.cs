using System.Text.Json;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The list of connectors, in both of its forms.</summary>
public sealed class ConnectorListReaderTests
{
    private const string Full = """
        {"orders-sink":{
            "id":{"id":"lcc-a1","id_type":"ID"},
            "info":{"name":"orders-sink","type":"sink","config":{},"tasks":[]},
            "status":{"name":"orders-sink","connector":{"state":"RUNNING","worker_id":"w","trace":""},
                "tasks":[{"id":0,"state":"RUNNING","msg":""},{"id":"1","state":"FAILED","trace":"first\nsecond"},{"id":2,"state":"FAILED","msg":"why"}],"type":"sink"}}}
        """;

    [Fact]
    public void Names_are_read() =>
        Assert.Equal(["b", "", "a/ é"], ConnectorListReader.ReadNames(Given.Bytes("""["b","","a\/ \u00e9"]""")));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("[null]")]
    [InlineData("")]
    public void Names_of_wrong_types_are_refused(string body) =>
        Assert.ThrowsAny<JsonException>(() => ConnectorListReader.ReadNames(Given.Bytes(body)));

    [Fact]
    public void A_connector_is_read_with_its_tasks()
    {
        var connector = Assert.Single(ConnectorListReader.Read(Given.Bytes(Full)));

        Assert.Equal(("orders-sink", "lcc-a1", "sink", "RUNNING", null), (connector.Name, connector.Id, connector.Type, connector.State, connector.Trace));
        Assert.Equal(
            [new(0, "RUNNING", null), new(1, "FAILED", "first\nsecond"), new(2, "FAILED", "why")],
            connector.Tasks);
        Assert.Equal(1, connector.FailedTask?.Id);
    }

    [Theory]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"a":{"id":null,"info":null,"status":null}}""")]
    [InlineData("""{"a":{"id":{},"info":{},"status":{"connector":{},"tasks":null}}}""")]
    [InlineData("""{"a":{"id":7,"info":[],"status":"x"}}""")]
    [InlineData("""["a"]""")]
    public void What_is_absent_is_null(string body)
    {
        var connector = Assert.Single(ConnectorListReader.Read(Given.Bytes(body)));

        Assert.Equal(("a", null, null, null, null), (connector.Name, connector.Id, connector.Type, connector.State, connector.Trace));
        Assert.Empty(connector.Tasks);
        Assert.False(connector.IsRunning);
    }

    [Fact]
    public void The_type_is_also_in_the_status() =>
        Assert.Equal("source", ConnectorListReader.Read(Given.Bytes("""{"a":{"status":{"type":"source"}}}"""))[0].Type);

    [Theory]
    [InlineData("""{"message":"maintenance"}""")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("")]
    public void Other_answers_are_refused(string body) =>
        Assert.ThrowsAny<JsonException>(() => ConnectorListReader.Read(Given.Bytes(body)));

    [Theory]
    [InlineData("RUNNING", "RUNNING,RUNNING", true)]
    [InlineData("running", "running", true)]
    [InlineData("RUNNING", "", true)]
    [InlineData("RUNNING", "RUNNING,UNASSIGNED", false)]
    [InlineData("PROVISIONING", "RUNNING", false)]
    [InlineData("RUNNING", "FAILED", false)]
    public void It_runs_when_all_of_it_does(string state, string tasks, bool expected)
    {
        var documents = tasks.Split(',', StringSplitOptions.RemoveEmptyEntries).Select((t, n) => new ConnectorTaskDocument(n, t, null));

        Assert.Equal(expected, new ConnectorDocument("a", null, null, state, null, [.. documents]).IsRunning);
    }
}
