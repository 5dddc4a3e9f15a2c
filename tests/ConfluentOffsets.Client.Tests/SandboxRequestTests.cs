using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Requests to alter and reset offsets, from acceptance to the next observation.</summary>
public sealed class SandboxRequestTests : IDisposable
{
    private const string Sink = "orders-sink";

    private readonly SandboxService _sandbox = new();

    [Fact]
    public async Task A_request_is_pending_and_then_applied()
    {
        var accepted = await _sandbox.PatchSinkAsync();
        var pending = await _sandbox.StatusAsync(Sink);
        _sandbox.Pass(1.2);
        var applied = await _sandbox.StatusAsync(Sink);

        Assert.Equal(202, accepted.Status);
        Assert.Equal("PENDING", pending.Text("status", "phase"));
        Assert.Null(pending.Json["applied_at"]);
        Assert.Null(pending.Json["previous_offsets"]);
        Assert.Equal("APPLIED", applied.Text("status", "phase"));
        Assert.Equal("""[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":184230}}]""", applied.Json["previous_offsets"]!.ToJsonString());
    }

    [Fact]
    public async Task Now_and_then_a_request_is_validated_first()
    {
        await _sandbox.PatchSinkAsync(1);
        await _sandbox.PatchAsync("mysql-cdc", """{"server":"shop-mysql"}""", """{"pos":1}""");
        _sandbox.Pass(1);

        Assert.Equal("PENDING", await _sandbox.PhaseAsync(Sink));
        Assert.Equal("PENDING_VALIDATION", await _sandbox.PhaseAsync("mysql-cdc"));
        _sandbox.Pass(1);
        Assert.Equal("APPLIED", await _sandbox.PhaseAsync("mysql-cdc"));
    }

    [Fact]
    public async Task A_connector_has_one_request_at_a_time()
    {
        await _sandbox.PatchSinkAsync();
        var refused = await _sandbox.PatchSinkAsync(7);
        var other = await _sandbox.PostAsync("jdbc-orders", """{"type":"DELETE"}""");
        _sandbox.Pass(2);
        var later = await _sandbox.PatchSinkAsync(7);

        Assert.Equal(409, refused.Status);
        Assert.Equal(409, (int)refused.Json["error"]!["code"]!);
        Assert.Equal(202, other.Status);
        Assert.Equal(202, later.Status);
    }

    [Fact]
    public async Task Old_offsets_are_shown_until_the_next_observation()
    {
        await _sandbox.PatchSinkAsync();
        _sandbox.Pass(5);
        Assert.Equal("APPLIED", await _sandbox.PhaseAsync(Sink));
        Assert.Equal("""{"kafka_offset":184230}""", (await _sandbox.OffsetsAsync(Sink)).Offset());

        _sandbox.Pass(2);
        Assert.Equal("""{"kafka_offset":1000}""", (await _sandbox.OffsetsAsync(Sink)).Offset());
    }

    [Fact]
    public async Task A_patch_changes_only_what_it_lists()
    {
        await _sandbox.PatchSinkAsync();
        _sandbox.Pass(6.2);
        var answer = await _sandbox.OffsetsAsync(Sink);

        Assert.Equal(4, answer.Json["offsets"]!.AsArray().Count);
        Assert.Equal(["""{"kafka_offset":1000}""", """{"kafka_offset":182002}"""], [answer.Offset(0), answer.Offset(1)]);
    }

    [Theory]
    [InlineData("""{ "kafka_topic" : "orders", "kafka_partition" : "0" }""", """{ "kafka_offset" : "0007" }""", """{ "kafka_offset" : "32" }""")]
    [InlineData("""{"kafka_partition":0,"kafka_topic":"orders"}""", """{"kafka_offset":7,"x":[1.10,-0.0,null,"\u00e9\/"]}""", """{"kafka_offset":32,"x":[1.10,-0.0,null,"\u00e9\/"]}""")]
    public async Task What_was_patched_is_shown_byte_for_byte_until_it_moves_by_its_number(string partition, string offset, string moved)
    {
        await _sandbox.PatchAsync(Sink, partition, offset);
        _sandbox.Pass(7);
        var shown = await _sandbox.OffsetsAsync(Sink);
        _sandbox.Pass(24);
        var still = await _sandbox.OffsetsAsync(Sink);
        _sandbox.Pass(10);
        var later = await _sandbox.OffsetsAsync(Sink);

        Assert.Equal(offset, shown.Offset());
        Assert.Equal(offset, still.Offset());
        Assert.Equal(moved, later.Offset());
        Assert.Contains($$"""{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{{offset}}}""", shown.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_echoed_as_it_was_sent()
    {
        const string Item = """{"partition":{ "kafka_partition":"0","kafka_topic":"orders" },"offset":{"kafka_offset": 5}}""";
        var accepted = await _sandbox.PostAsync(Sink, $$"""{"offsets":[{{Item}}],"type":"PATCH"}""");

        Assert.Contains(Item, accepted.Body, StringComparison.Ordinal);
        Assert.Contains(Item, (await _sandbox.StatusAsync(Sink)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Sink, """{"kafka_topic":"orders","kafka_partition":9}""", """{"kafka_offset":5}""")]
    [InlineData("jdbc-orders", """{"protocol":1,"table":"shop.orders"}""", """{"incrementing":1}""")]
    [InlineData("jdbc-orders", """{"table":"shop.orders","protocol":"1"}""", """{"incrementing":1}""")]
    public async Task A_partition_that_is_not_there_is_added(string name, string partition, string offset)
    {
        var before = (await _sandbox.OffsetsAsync(name)).Json["offsets"]!.AsArray().Count;
        await _sandbox.PatchAsync(name, partition, offset);
        _sandbox.Pass(7);
        var answer = await _sandbox.OffsetsAsync(name);

        Assert.Equal(before + 1, answer.Json["offsets"]!.AsArray().Count);
        Assert.Contains($$"""{"partition":{{partition}},"offset":{{offset}}}""", answer.Body, StringComparison.Ordinal);
        Assert.Empty((await _sandbox.StatusAsync(name)).Json["previous_offsets"]!.AsArray());
    }

    [Theory]
    [InlineData("""{ "protocol" : "1", "table" : "shop.orders" }""")]
    [InlineData("""{"protocol":"1","table":"shop.orders"}""")]
    public async Task A_source_s_partition_is_found_by_its_exact_json(string partition)
    {
        await _sandbox.PatchAsync("jdbc-orders", partition, """{"incrementing":1}""");
        _sandbox.Pass(7);
        var answer = await _sandbox.OffsetsAsync("jdbc-orders");

        Assert.Equal(2, answer.Json["offsets"]!.AsArray().Count);
        Assert.Equal("""{"incrementing":1}""", answer.Offset());
    }

    [Theory]
    [MemberData(nameof(SandboxOffsetsTests.Names), MemberType = typeof(SandboxOffsetsTests))]
    public async Task A_full_reset_shows_no_offsets_and_then_those_of_a_new_start(string name)
    {
        var before = await _sandbox.OffsetsAsync(name);
        await _sandbox.PostAsync(name, """{"type":"DELETE"}""");
        _sandbox.Pass(7);
        var reset = await _sandbox.OffsetsAsync(name);
        var status = await _sandbox.StatusAsync(name);
        _sandbox.Pass(10);
        var again = await _sandbox.OffsetsAsync(name);

        Assert.Empty(reset.Json["offsets"]!.AsArray());
        Assert.Empty(status.Json["request"]!["offsets"]!.AsArray());
        Assert.Equal(before.Json["offsets"]!.ToJsonString(), status.Json["previous_offsets"]!.ToJsonString());
        Assert.Equal(Partitions(before), Partitions(again));
        Assert.NotEqual(before.Offset(), again.Offset());

        static IEnumerable<string> Partitions(SandboxAnswer answer) => answer.Json["offsets"]!.AsArray().Select(o => o!["partition"]!.ToJsonString());
    }

    [Fact]
    public async Task A_reset_of_a_list_resets_just_those()
    {
        const string Item = """{"partition":{"kafka_topic":"orders","kafka_partition":1}}""";
        var accepted = await _sandbox.PostAsync(Sink, $$"""{"type":"DELETE","offsets":[{{Item}}]}""");
        _sandbox.Pass(7);
        var reset = await _sandbox.OffsetsAsync(Sink);
        var status = await _sandbox.StatusAsync(Sink);
        _sandbox.Pass(15);
        var again = await _sandbox.OffsetsAsync(Sink);

        Assert.Contains(Item, accepted.Body, StringComparison.Ordinal);
        Assert.Contains(Item, status.Body, StringComparison.Ordinal);
        Assert.Equal([0, 2, 3], reset.Json["offsets"]!.AsArray().Select(o => (int)o!["partition"]!["kafka_partition"]!));
        Assert.Equal("""{"kafka_offset":50}""", again.Offset(1));
        Assert.Equal("""[{"partition":{"kafka_partition":1,"kafka_topic":"orders"},"offset":{"kafka_offset":181977}}]""", status.Json["previous_offsets"]!.ToJsonString());
    }

    [Fact]
    public async Task Previous_offsets_are_those_last_processed_not_those_last_observed()
    {
        _sandbox.Pass(11);
        var observed = (await _sandbox.OffsetsAsync(Sink)).Offset();
        await _sandbox.PatchSinkAsync();
        _sandbox.Pass(2);

        Assert.Equal("""{"kafka_offset":184255}""", observed);
        Assert.Equal(184280, (int)(await _sandbox.StatusAsync(Sink)).Json["previous_offsets"]![0]!["offset"]!["kafka_offset"]!);
    }

    [Fact]
    public async Task A_source_with_state_outside_connect_is_told_so()
    {
        await _sandbox.PostAsync("mysql-cdc", """{"type":"DELETE"}""");
        await _sandbox.PostAsync(Sink, """{"type":"DELETE"}""");
        _sandbox.Pass(2);

        Assert.Contains("outside Connect", (await _sandbox.StatusAsync("mysql-cdc")).Text("status", "message"), StringComparison.Ordinal);
        Assert.Null((await _sandbox.StatusAsync(Sink)).Json["status"]!["message"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"offsets":[]}""")]
    [InlineData("""{"type":"PUT"}""")]
    [InlineData("""{"type":"patch","offsets":[{"partition":{"a":1},"offset":{"b":1}}]}""")]
    [InlineData("""{"type":"PATCH"}""")]
    [InlineData("""{"type":"PATCH","offsets":[]}""")]
    [InlineData("""{"type":"PATCH","offsets":{}}""")]
    [InlineData("""{"type":"PATCH","offsets":[1]}""")]
    [InlineData("""{"type":"PATCH","offsets":[{"offset":{"kafka_offset":1}}]}""")]
    [InlineData("""{"type":"PATCH","offsets":[{"partition":"orders-0","offset":{"kafka_offset":1}}]}""")]
    [InlineData("""{"type":"PATCH","offsets":[{"partition":{"table":"t"},"offset":{"kafka_offset":1}}]}""")]
    [InlineData("""{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0}}]}""")]
    [InlineData("""{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":"x"}}]}""")]
    [InlineData("""{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":-1}}]}""")]
    [InlineData("""{"type":"DELETE","offsets":[{"partition":null}]}""")]
    public async Task A_bad_body_is_400_and_changes_nothing(string body)
    {
        var answer = await _sandbox.PostAsync(Sink, body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(400, (int)answer.Json["error"]!["code"]!);
        Assert.Equal(404, (await _sandbox.StatusAsync(Sink)).Status);
    }

    public void Dispose() => _sandbox.Dispose();
}
