using System.Text.Json.Nodes;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The sandbox's connectors that are paused, resumed or ailing, and where they are.</summary>
public sealed class SandboxConnectorTests : IDisposable
{
    private const string Two = """
        [{"name":"a","environment_id":"env-1","kafka_cluster_id":"lkc-1","offsets":[]},{"name":"b","environment_id":"env-1","kafka_cluster_id":"lkc-2","offsets":[]}]
        """;

    private readonly SandboxService _sandbox = new();

    [Fact]
    public async Task A_pause_is_accepted_without_a_body_and_stops_connector_and_tasks_a_while_later()
    {
        var answer = await PutAsync("pause");

        var asked = await StatesAsync();
        _sandbox.Pass(1.9);
        var before = await StatesAsync();
        _sandbox.Pass(0.1);

        Assert.Equal((202, ""), (answer.Status, answer.Body));
        Assert.Equal(["RUNNING RUNNING", "RUNNING RUNNING", "PAUSED PAUSED"], [asked, before, await StatesAsync()]);
    }

    [Fact]
    public async Task While_it_is_paused_offsets_stay_and_observations_go_on()
    {
        _sandbox.Pass(7);
        await PutAsync("pause");
        _sandbox.Pass(10);
        var first = await _sandbox.OffsetsAsync("orders-sink");
        _sandbox.Pass(60);
        var second = await _sandbox.OffsetsAsync("orders-sink");

        Assert.Equal(first.Json["offsets"]!.ToJsonString(), second.Json["offsets"]!.ToJsonString());
        Assert.NotEqual(first.Text("metadata", "observed_at"), second.Text("metadata", "observed_at"));
    }

    [Fact]
    public async Task Until_it_is_paused_offsets_move_on()
    {
        _sandbox.Pass(4);
        var asked = await _sandbox.OffsetsAsync("orders-sink");
        await PutAsync("pause");
        _sandbox.Pass(60);

        Assert.Equal(25, Number(await _sandbox.OffsetsAsync("orders-sink")) - Number(asked));
    }

    [Fact]
    public async Task A_pause_and_a_resume_come_in_their_turn()
    {
        await PutAsync("pause");
        _sandbox.Pass(1);
        await PutAsync("resume");
        _sandbox.Pass(1);
        var first = await StatesAsync();
        _sandbox.Pass(1);
        var second = await StatesAsync();
        _sandbox.Pass(2);

        Assert.Equal(["PAUSED PAUSED", "PROVISIONING PROVISIONING", "RUNNING RUNNING"], [first, second, await StatesAsync()]);
    }

    [Fact]
    public async Task What_was_observed_before_a_pause_is_not_rewritten()
    {
        _sandbox.Pass(9);
        var before = await _sandbox.OffsetsAsync("orders-sink");
        _sandbox.Pass(2);
        await PutAsync("pause");

        Assert.Equal(before.Body, (await _sandbox.OffsetsAsync("orders-sink")).Body);
    }

    [Fact]
    public async Task Resumed_it_takes_a_moment_and_goes_on_from_where_it_stopped()
    {
        await PutAsync("pause");
        _sandbox.Pass(600);
        var paused = await _sandbox.OffsetsAsync("orders-sink");
        await PutAsync("resume");
        var asked = await StatesAsync();
        _sandbox.Pass(2);
        var starting = await StatesAsync();
        _sandbox.Pass(2);
        var running = await StatesAsync();
        _sandbox.Pass(10);
        var later = await _sandbox.OffsetsAsync("orders-sink");

        Assert.Equal("PAUSED PAUSED", asked);
        Assert.Equal("PROVISIONING PROVISIONING", starting);
        Assert.Equal("RUNNING RUNNING", running);
        Assert.InRange(Number(later) - Number(paused), 25, 75);
    }

    [Theory]
    [InlineData("pause", "PAUSED PAUSED")]
    [InlineData("resume", "RUNNING RUNNING")]
    public async Task Twice_is_as_once(string action, string states)
    {
        await PutAsync("pause");
        await PutAsync(action);
        await PutAsync(action);
        _sandbox.Pass(5);

        Assert.Equal(states, await StatesAsync());
    }

    [Fact]
    public async Task A_change_of_offsets_leaves_it_paused_at_the_new_ones()
    {
        await PutAsync("pause");
        await _sandbox.PatchSinkAsync(1000);
        _sandbox.Pass(60);

        Assert.Equal("PAUSED PAUSED", await StatesAsync());
        Assert.Equal("""{"kafka_offset":1000}""", (await _sandbox.OffsetsAsync("orders-sink")).Offset());

        await PutAsync("resume");
        _sandbox.Pass(20);
        Assert.InRange(Number(await _sandbox.OffsetsAsync("orders-sink")), 1001, 2000);
    }

    [Fact]
    public async Task Paused_while_its_offsets_change_it_ends_at_the_new_ones()
    {
        await _sandbox.PatchSinkAsync(1000);
        await PutAsync("pause");
        _sandbox.Pass(60);

        Assert.Equal("PAUSED PAUSED", await StatesAsync());
        Assert.Equal("""{"kafka_offset":1000}""", (await _sandbox.OffsetsAsync("orders-sink")).Offset());
    }

    [Fact]
    public async Task Reset_while_it_is_paused_it_has_no_offsets_until_it_works_again()
    {
        await PutAsync("pause");
        await _sandbox.PostAsync("orders-sink", """{"type":"DELETE"}""");
        _sandbox.Pass(60);
        var paused = (await _sandbox.OffsetsAsync("orders-sink")).Json["offsets"]!.AsArray().Count;
        await PutAsync("resume");
        _sandbox.Pass(30);
        var resumed = (await _sandbox.OffsetsAsync("orders-sink")).Json["offsets"]!.AsArray().Count;

        Assert.Equal((0, 4), (paused, resumed));
    }

    [Fact]
    public async Task A_task_that_failed_is_cured_by_an_offset_beyond_the_bad_record()
    {
        const string Name = "payments-snowflake";
        var failed = await StatesAsync(Name);
        var before = (await _sandbox.OffsetsAsync(Name)).Offset(2);
        _sandbox.Pass(60);
        var stuck = (await _sandbox.OffsetsAsync(Name)).Offset(2);

        await PatchAsync(Name, "payments.captured", 1204);
        var other = await StatesAsync(Name);
        await PatchAsync(Name, "payments.refunded", 1000);
        var before1203 = await StatesAsync(Name);
        await PatchAsync(Name, "payments.refunded", 1203);
        var at1203 = await StatesAsync(Name);
        await PatchAsync(Name, "payments.refunded", 1204);
        var cured = await StatesAsync(Name);
        _sandbox.Pass(60);

        const string Ailing = "RUNNING RUNNING FAILED";
        Assert.Equal(before, stuck);
        Assert.Equal([Ailing, Ailing, Ailing, Ailing], [failed, other, before1203, at1203]);
        Assert.Equal("RUNNING RUNNING", cured);
        Assert.NotEqual("""{"kafka_offset":1204}""", (await _sandbox.OffsetsAsync(Name)).Offset(2));
    }

    [Fact]
    public async Task A_task_that_failed_fails_again_after_a_reset()
    {
        const string Name = "payments-snowflake";
        await _sandbox.PostAsync(Name, """{"type":"DELETE"}""");
        _sandbox.Pass(60);

        Assert.Equal("RUNNING RUNNING FAILED", await StatesAsync(Name));
        Assert.Equal("""{"kafka_offset":0}""", (await _sandbox.OffsetsAsync(Name)).Offset(2));
    }

    [Fact]
    public async Task Its_environments_and_clusters_are_listed_page_by_page()
    {
        using var sandbox = new SandboxService(seed: Two);

        var environments = (await sandbox.SendAsync("GET", "/org/v2/environments")).Json;
        var first = (await sandbox.SendAsync("GET", "/cmk/v2/clusters?environment=env-1&page_size=1")).Json;
        var next = (string?)first["metadata"]!["next"];
        var second = (await sandbox.SendAsync("GET", new Uri(next!).PathAndQuery)).Json;

        Assert.Equal(["env-1"], Ids(environments));
        Assert.Equal(["lkc-1"], Ids(first));
        Assert.StartsWith("https://sandbox.invalid/cmk/v2/clusters?", next, StringComparison.Ordinal);
        Assert.Equal(["lkc-2"], Ids(second));
        Assert.Null(second["metadata"]!["next"]);
    }

    [Theory]
    [InlineData("/cmk/v2/clusters", 400)]
    [InlineData("/cmk/v2/clusters?environment=env-other", 403)]
    public async Task Clusters_are_those_of_an_environment(string path, int status) =>
        Assert.Equal(status, (await _sandbox.SendAsync("GET", path)).Status);

    public void Dispose() => _sandbox.Dispose();

    private static IEnumerable<string?> Ids(JsonNode page) => page["data"]!.AsArray().Select(i => (string?)i!["id"]);

    private static long Number(SandboxAnswer answer) => (long)answer.Json["offsets"]![0]!["offset"]!["kafka_offset"]!;

    private Task<SandboxAnswer> PutAsync(string action) => _sandbox.SendAsync("PUT", $"/orders-sink/{action}");

    private async Task PatchAsync(string name, string topic, int offset)
    {
        await _sandbox.PatchAsync(name, $$"""{"kafka_topic":"{{topic}}","kafka_partition":0}""", $$"""{"kafka_offset":{{offset}}}""");
        _sandbox.Pass(10);
    }

    /// <summary>The connector's state, then its tasks'.</summary>
    private async Task<string> StatesAsync(string name = "orders-sink")
    {
        var status = (await _sandbox.SendAsync("GET", "?expand=status")).Json[name]!["status"]!;
        return string.Join(' ', status["tasks"]!.AsArray().Select(t => (string?)t!["state"]).Prepend((string?)status["connector"]!["state"]));
    }
}
