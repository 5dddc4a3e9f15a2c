using System.Text.Json.Nodes;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What the sandbox shows of its connectors, and how it moves.</summary>
public sealed class SandboxOffsetsTests : IDisposable
{
    private readonly SandboxService _sandbox = new();

    public static TheoryData<string> Names => ["orders-sink", "s3-archive", "payments-snowflake", "jdbc-orders", "mysql-cdc", "postgres-cdc", "mongo-source"];

    [Fact]
    public async Task The_list_holds_the_names()
    {
        var answer = await _sandbox.SendAsync("GET", "");

        Assert.Equal(200, answer.Status);
        Assert.Equal(Names.Select(r => r.Data), answer.Json.AsArray().Select(n => (string?)n));
    }

    [Theory]
    [InlineData("?expand=id,info,status", "id,info,status")]
    [InlineData("?expand=id%2Cinfo", "id,info")]
    [InlineData("?expand=id", "id")]
    [InlineData("?expand=info&expand=status", "info,status")]
    public async Task The_expanded_list_is_a_map_by_name(string query, string members)
    {
        var list = (await _sandbox.SendAsync("GET", query)).Json.AsObject();

        Assert.Equal(Names.Count, list.Count);
        Assert.Equal(members.Split(','), list["jdbc-orders"]!.AsObject().Select(m => m.Key));
    }

    [Fact]
    public async Task The_expanded_list_tells_ids_types_and_states()
    {
        var list = (await _sandbox.SendAsync("GET", "?expand=id,info,status")).Json;

        Assert.Equal("lcc-7w2k9p", (string?)list["orders-sink"]!["id"]!["id"]);
        Assert.Equal("sink", (string?)list["s3-archive"]!["info"]!["type"]);
        Assert.Equal("source", (string?)list["mongo-source"]!["info"]!["type"]);
        Assert.Equal("RUNNING", (string?)list["mysql-cdc"]!["status"]!["connector"]!["state"]);
        Assert.Equal("RUNNING", (string?)list["mysql-cdc"]!["status"]!["tasks"]![0]!["state"]);
    }

    [Fact]
    public async Task The_state_shows_that_a_connector_stops_while_its_offsets_change()
    {
        await _sandbox.PatchSinkAsync();
        var states = new List<string?>();
        foreach (var seconds in new double[] { 0, 1.5, 2 })
        {
            _sandbox.Pass(seconds);
            states.Add((string?)(await _sandbox.SendAsync("GET", "?expand=status")).Json["orders-sink"]!["status"]!["connector"]!["state"]);
        }

        Assert.Equal(["PAUSED", "PROVISIONING", "RUNNING"], states);
    }

    [Theory]
    [InlineData("orders-sink", """{"kafka_partition":0,"kafka_topic":"orders"}""")]
    [InlineData("jdbc-orders", """{"protocol":"1","table":"shop.orders"}""")]
    [InlineData("mysql-cdc", """{"server":"shop-mysql"}""")]
    [InlineData("postgres-cdc", """{"server":"billing-postgres"}""")]
    [InlineData("mongo-source", """{"ns":"mongodb+srv://cluster0.2a5tnof.mongodb.net/shop.carts"}""")]
    public async Task Partitions_are_those_of_real_connectors(string name, string partition)
    {
        var document = await _sandbox.Api.GetOffsetsAsync(SandboxService.Address(name), TestContext.Current.CancellationToken);

        Assert.Equal(partition, document.Offsets[0].Partition!.ToString());
        Assert.Equal(name, document.Name);
        Assert.StartsWith("lcc-", document.Id, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Offsets_move_while_a_connector_runs_and_only_their_numbers_do(string name)
    {
        var before = await _sandbox.OffsetsAsync(name);
        _sandbox.Pass(60);
        var after = await _sandbox.OffsetsAsync(name);

        Assert.NotEqual(before.Offset(), after.Offset());
        Assert.Equal(Members(before), Members(after));

        static IEnumerable<string> Members(SandboxAnswer answer) => answer.Json["offsets"]![0]!["offset"]!.AsObject().Select(m => $"{m.Key} {m.Value?.GetValueKind()}");
    }

    [Fact]
    public async Task The_same_time_shows_the_same_offsets()
    {
        using var other = new SandboxService();
        _sandbox.Pass(47);
        await _sandbox.OffsetsAsync("postgres-cdc");
        _sandbox.Pass(100);
        other.Pass(147);

        Assert.Equal((await other.OffsetsAsync("postgres-cdc")).Body, (await _sandbox.OffsetsAsync("postgres-cdc")).Body);
    }

    [Fact]
    public async Task The_observation_lags_and_comes_now_and_then()
    {
        var lags = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            var document = await _sandbox.Api.GetOffsetsAsync(SandboxService.Address("orders-sink"), TestContext.Current.CancellationToken);
            lags.Add((_sandbox.Clock.GetUtcNow().UtcDateTime - document.ObservedAt!.Utc).TotalSeconds);
            _sandbox.Pass(1);
        }

        Assert.Equal([3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4], lags);
    }

    [Fact]
    public async Task Each_time_is_written_as_the_service_writes_it()
    {
        var accepted = await _sandbox.PatchSinkAsync();
        _sandbox.Pass(2);
        var status = await _sandbox.StatusAsync("orders-sink");

        Assert.Equal("2024-02-20 14:59:57+00:00", (await _sandbox.OffsetsAsync("orders-sink")).Text("metadata", "observed_at"));
        Assert.Equal("2024-02-20T15:00:00Z", accepted.Text("requested_at"));
        Assert.Equal("2024-02-20 15:00:00+00:00", status.Text("request", "requested_at"));
        Assert.Equal("2024-02-20T15:00:01+0000", status.Text("applied_at"));
        Assert.NotNull(ServerTime.TryParse(status.Text("applied_at")));
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_of_its_own()
    {
        var ids = new List<string>();
        foreach (var path in new[] { "", "/orders-sink/offsets", "/nope/offsets", "/orders-sink/offsets/request/status" })
            ids.Add(Assert.Single((await _sandbox.SendAsync("GET", path)).Headers.GetValues("X-Request-Id")));

        Assert.Equal(4, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("GET", "/nope/offsets")]
    [InlineData("GET", "/nope/offsets/request/status")]
    [InlineData("POST", "/nope/offsets/request")]
    [InlineData("GET", "/orders-sink/offsets/request/status")]
    [InlineData("GET", "/orders-sink/nothing")]
    [InlineData("DELETE", "")]
    [InlineData("PUT", "/orders-sink/offsets")]
    [InlineData("GET", "/connect/v2/anything")]
    public async Task What_is_not_there_is_404(string method, string path)
    {
        var answer = await _sandbox.SendAsync(method, path, method == "GET" ? null : "{}");

        Assert.Equal(404, answer.Status);
        Assert.Equal(404, (int)answer.Json["error"]!["code"]!);
        Assert.NotEmpty(answer.Text("error", "message"));
    }

    [Theory]
    [InlineData("env-other", "lkc-sandbox")]
    [InlineData("env-sandbox", "lkc-other")]
    public async Task Another_cluster_is_403_and_the_message_names_the_one_that_is_there(string environment, string cluster)
    {
        var answer = await _sandbox.SendAsync("GET", $"/connect/v1/environments/{environment}/clusters/{cluster}/connectors/orders-sink/offsets");

        Assert.Equal(403, answer.Status);
        Assert.Contains("lkc-sandbox in env-sandbox", answer.Text("error", "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("50% off?#+")]
    [InlineData("Größe 名")]
    [InlineData("connectors")]
    public async Task Names_are_found_however_odd(string name)
    {
        using var sandbox = new SandboxService(seed: new JsonObject { ["name"] = name, ["offsets"] = new JsonArray() }.ToJsonString());

        var document = await sandbox.Api.GetOffsetsAsync(SandboxService.Address(name), TestContext.Current.CancellationToken);

        Assert.Equal(name, document.Name);
        Assert.Empty(document.Offsets);
        Assert.Equal([name], await new ConnectorsApi(sandbox.Connection, Caller.None).ListNamesAsync("env-sandbox", "lkc-sandbox", TestContext.Current.CancellationToken));
    }

    public void Dispose() => _sandbox.Dispose();
}
