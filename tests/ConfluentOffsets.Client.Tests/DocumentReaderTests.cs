using System.Text.Json;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class DocumentReaderTests
{
    private readonly List<string> _notices = [];

    [Fact]
    public void The_sink_example_is_read()
    {
        var document = Offsets(Given.CompactExample("offsets-sink"));

        Assert.Equal(("lcc-as341", "MysqlSinkConnector"), (document.Id, document.Name));
        Assert.Equal(new DateTime(2024, 2, 20, 15, 14, 19, DateTimeKind.Utc), document.ObservedAt?.Utc);
        Assert.Equal(
            ["topic_A-0 20032323", "topic_B-1 20032322"],
            document.Offsets.Select(o => $"{SinkPartition.TryRead(o.Partition)} {SinkPartition.TryReadOffset(o.Offset)}"));
        Assert.Empty(_notices);
    }

    [Fact]
    public void The_source_example_is_read()
    {
        var document = Offsets(Given.CompactExample("offsets-source"));

        var item = Assert.Single(document.Offsets);
        Assert.Equal("""{"protocol":1,"table":"sourcedb.sourcetable"}""", item.Partition?.ToString());
        Assert.Equal("""{"timestamp_nanos":0,"incrementing":3,"timestamp":1699142400000}""", item.Offset?.ToString());
        Assert.Null(SinkPartition.TryRead(item.Partition));
    }

    [Fact]
    public void The_accepted_patch_example_is_read()
    {
        var document = Accepted(Given.CompactExample("accepted-patch"));

        Assert.Equal(("lcc-sa32er", "MySinkConnector", "PATCH"), (document.Id, document.Name, document.Type));
        Assert.Equal("2024-02-20 15:14:19+00:00", document.RequestedAt?.Text);
        Assert.Equal(1000, SinkPartition.TryReadOffset(Assert.Single(document.Offsets!).Offset));
    }

    [Fact]
    public void The_accepted_delete_example_is_read()
    {
        var document = Accepted(Given.CompactExample("accepted-delete"));

        Assert.Equal(("lcc-234ds", "MySourceConnector", "DELETE"), (document.Id, document.Name, document.Type));
        Assert.Empty(document.Offsets!);
    }

    [Fact]
    public void The_pending_status_example_is_read()
    {
        var document = Status(Given.CompactExample("status-sink-pending-patch-operation"));

        Assert.Equal(("PENDING", false, "PATCH"), (document?.Phase, document?.IsFinished, document?.Request.Type));
        Assert.Null(document?.Message);
        Assert.Null(document?.PreviousOffsets);
        Assert.Null(document?.AppliedAt);
        Assert.Empty(_notices);
    }

    [Fact]
    public void The_applied_status_example_is_read()
    {
        var document = Status(Given.CompactExample("status-source-applied-patch-operation"));

        Assert.Equal(("APPLIED", true, true), (document?.Phase, document?.IsFinished, document?.IsApplied));
        Assert.StartsWith("Offsets altered; those", document?.Message, StringComparison.Ordinal);
        Assert.Equal(new DateTime(2024, 2, 20, 15, 14, 20, DateTimeKind.Utc), document?.AppliedAt?.Utc);
        Assert.Equal(
            """{"timestamp_nanos":0,"incrementing":2,"timestamp":1698329479943}""",
            Assert.Single(document?.PreviousOffsets!).Offset?.ToString());
        Assert.Empty(_notices);
    }

    [Fact]
    public void The_delete_status_example_is_read()
    {
        var document = Status(Given.CompactExample("status-delete"));

        Assert.Equal(("DELETE", "APPLIED"), (document?.Request.Type, document?.Phase));
        Assert.Empty(document?.Request.Offsets!);
        Assert.Single(document?.PreviousOffsets!);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":null,"name":null,"offsets":null,"metadata":null}""")]
    [InlineData("""{"metadata":{},"offsets":[]}""")]
    [InlineData("""{"metadata":{"observed_at":null},"more":{"x":[1]}}""")]
    public void Offsets_without_members_are_read(string body) =>
        Assert.Equivalent(new OffsetsDocument(null, null, [], null), Offsets(body), strict: true);

    [Fact]
    public void Items_without_members_are_read()
    {
        var document = Offsets("""{"offsets":[{},{"partition":null,"offset":null},{"partition":{},"offset":{},"more":1}]}""");

        Assert.Equal([(null, null), (null, null), ("{}", "{}")], document.Offsets.Select(o => (o.Partition?.ToString(), o.Offset?.ToString())));
    }

    [Fact]
    public void Literals_are_kept()
    {
        var document = Offsets("""{"offsets":[{"partition":{ "p" : 1.0 },"offset":{"lsn":12345678901234567890,"s":"\u00e9","n":null,"e":1E5}}]}""");

        Assert.Equal("""{ "p" : 1.0 }""", document.Offsets[0].Partition?.ToString());
        Assert.Equal("""{"lsn":12345678901234567890,"s":"\u00e9","n":null,"e":1E5}""", document.Offsets[0].Offset?.ToString());
    }

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("\"\"")]
    [InlineData("1708442059")]
    [InlineData("{}")]
    [InlineData("true")]
    [InlineData("1E999")]
    public void A_time_that_cannot_be_read_is_left_out_with_a_notice(string time)
    {
        var offsets = Offsets($$$"""{"metadata":{"observed_at":{{{time}}}}}""");
        var accepted = Accepted($$"""{"requested_at":{{time}}}""");
        var status = Status($$$"""{"request":{"requested_at":{{{time}}}},"status":{"phase":"APPLIED"},"applied_at":{{{time}}}}""");

        Assert.Null(offsets.ObservedAt);
        Assert.Null(accepted.RequestedAt);
        Assert.Null(status?.Request.RequestedAt);
        Assert.Null(status?.AppliedAt);
        Assert.Equal(4, _notices.Count);
        Assert.Contains("'observed_at'", _notices[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    [InlineData("{}")]
    [InlineData("""{"id":null,"name":null,"type":null,"offsets":null,"requested_at":null}""")]
    public void An_acceptance_with_nothing_in_it_is_read(string body) =>
        Assert.Equal(new AlterRequestDocument(null, null, null, null, null), Accepted(body));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"request":null,"status":null}""")]
    [InlineData("""{"request":null,"status":{}}""")]
    [InlineData("""{"status":{"phase":null}}""")]
    [InlineData("""{"status":{"phase":" "},"more":1}""")]
    public void A_status_with_nothing_in_it_tells_of_no_request(string body) => Assert.Null(Status(body));

    [Theory]
    [InlineData("""{"status":{"phase":"APPLIED"}}""")]
    [InlineData("""{"request":null,"status":{"phase":"APPLIED","message":null},"previous_offsets":null,"applied_at":null}""")]
    [InlineData("""{"request":{},"status":{"phase":"APPLIED","more":1},"more":null}""")]
    public void A_status_of_a_phase_alone_is_read(string body)
    {
        var document = Status(body);

        Assert.Equal("APPLIED", document?.Phase);
        Assert.Equal(new AlterRequestDocument(null, null, null, null, null), document?.Request);
    }

    [Theory]
    [InlineData("APPLIED", true)]
    [InlineData("FAILED", true)]
    [InlineData("Applied", true)]
    [InlineData("PENDING", false)]
    [InlineData("PENDING_VALIDATION", false)]
    [InlineData("ROLLING_BACK", false)]
    public void Only_applied_and_failed_are_finished(string phase, bool finished) =>
        Assert.Equal(finished, Given.Status(phase).IsFinished);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("")]
    [InlineData("<html></html>")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"name":{}}""")]
    [InlineData("""{"offsets":{}}""")]
    [InlineData("""{"offsets":"x"}""")]
    [InlineData("""{"offsets":[null]}""")]
    [InlineData("""{"offsets":[1]}""")]
    [InlineData("""{"offsets":[{"partition":[]}]}""")]
    [InlineData("""{"offsets":[{"offset":1}]}""")]
    [InlineData("""{"metadata":[]}""")]
    public void Offsets_of_wrong_types_are_refused(string body) => Assert.ThrowsAny<JsonException>(() => Offsets(body));

    [Theory]
    [InlineData("[]")]
    [InlineData("garbage")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"offsets":{}}""")]
    public void An_acceptance_of_wrong_types_is_refused(string body) => Assert.ThrowsAny<JsonException>(() => Accepted(body));

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"message":"maintenance"}""")]
    [InlineData("""{"request":{"type":"PATCH"}}""")]
    [InlineData("""{"request":{"type":"PATCH"},"status":{}}""")]
    [InlineData("""{"request":[],"status":{"phase":"APPLIED"}}""")]
    [InlineData("""{"request":{},"status":"APPLIED"}""")]
    [InlineData("""{"request":{},"status":{"phase":1}}""")]
    [InlineData("""{"request":{},"status":{"phase":"APPLIED","message":{}}}""")]
    [InlineData("""{"request":{},"status":{"phase":"APPLIED"},"previous_offsets":{}}""")]
    public void A_status_of_wrong_types_is_refused(string body) => Assert.ThrowsAny<JsonException>(() => Status(body));

    private OffsetsDocument Offsets(string body) => DocumentReader.ReadOffsets(Given.Bytes(body), _notices.Add);

    private AlterRequestDocument Accepted(string body) => DocumentReader.ReadAlterRequest(Given.Bytes(body), _notices.Add);

    private AlterStatusDocument? Status(string body) => DocumentReader.ReadStatus(Given.Bytes(body), _notices.Add);
}
