using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Sandbox;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The bad nights of the sandbox: on the wire, and as the client takes them.</summary>
public sealed class SandboxScenarioTests
{
    private const string Sink = "orders-sink";
    private const string Patch = """[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1000}}]""";

    [Fact]
    public async Task Without_a_scenario_a_request_is_followed_to_its_end()
    {
        using var sandbox = new SandboxService();

        var result = await sandbox.WaitAsync(await sandbox.SubmitAsync(Sink, "PATCH", Patch));

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.True(result.Status!.IsApplied);
    }

    [Fact]
    public async Task Failed_ends_as_FAILED_and_the_offsets_stay()
    {
        using var sandbox = new SandboxService(SandboxScenario.Failed);

        var result = await sandbox.WaitAsync(await sandbox.SubmitAsync(Sink, "PATCH", Patch));
        sandbox.Pass(10);

        Assert.True(result.Status!.IsFailed);
        Assert.Contains("could not be altered", result.Status.Message, StringComparison.Ordinal);
        Assert.Null(result.Status.AppliedAt);
        Assert.Equal("""{"kafka_offset":184280}""", (await sandbox.OffsetsAsync(Sink)).Offset());
    }

    [Fact]
    public async Task Slow_takes_more_than_a_minute()
    {
        using var sandbox = new SandboxService(SandboxScenario.Slow);
        await sandbox.PatchSinkAsync();

        sandbox.Pass(60);
        Assert.StartsWith("PENDING", await sandbox.PhaseAsync(Sink), StringComparison.Ordinal);
        sandbox.Pass(30);
        Assert.Equal("APPLIED", await sandbox.PhaseAsync(Sink));
    }

    [Fact]
    public async Task Busy_shows_somebody_else_s_request_for_some_seconds()
    {
        using var sandbox = new SandboxService(SandboxScenario.Busy);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => sandbox.SubmitAsync(Sink, "PATCH", Patch));
        var refused = await sandbox.PatchSinkAsync();
        sandbox.Pass(20);
        var result = await sandbox.WaitAsync(await sandbox.SubmitAsync(Sink, "PATCH", Patch));

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Equal(409, refused.Status);
        Assert.True(result.Status!.IsApplied);
    }

    [Fact]
    public async Task Busy_refuses_a_post_that_comes_first()
    {
        using var sandbox = new SandboxService(SandboxScenario.Busy);

        Assert.Equal(409, (await sandbox.PatchSinkAsync()).Status);
        sandbox.Pass(30);
        Assert.Equal("184230", (await sandbox.OffsetsAsync(Sink)).Json["offsets"]![0]!["offset"]!["kafka_offset"]!.ToString());
    }

    [Fact]
    public async Task RateLimited_refuses_with_the_service_s_headers_and_lets_through_who_waits()
    {
        using var sandbox = new SandboxService(SandboxScenario.RateLimited);

        var refused = await sandbox.OffsetsAsync(Sink);
        var document = await sandbox.Api.GetOffsetsAsync(SandboxService.Address(Sink), TestContext.Current.CancellationToken);

        Assert.Equal(429, refused.Status);
        Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
        Assert.Equal("0", Assert.Single(refused.Headers.GetValues("X-RateLimit-Remaining")));
        Assert.True(refused.Headers.Contains("X-Request-Id"));
        Assert.Equal(4, document.Offsets.Count);
        Assert.All(sandbox.Clock.Delays, delay => Assert.InRange(delay.TotalSeconds, 1, 2));
    }

    [Fact]
    public async Task RateLimited_refuses_again_later()
    {
        using var sandbox = new SandboxService(SandboxScenario.RateLimited);
        var statuses = new List<int>();
        for (var i = 0; i < 18; i++)
        {
            statuses.Add((await sandbox.OffsetsAsync(Sink)).Status);
            sandbox.Pass(1);
        }

        Assert.Equal([0, 1, 15, 16], Enumerable.Range(0, 18).Where(i => statuses[i] == 429));
    }

    [Fact]
    public async Task LateStatus_shows_the_request_before_for_some_seconds()
    {
        using var sandbox = new SandboxService(SandboxScenario.LateStatus);
        await sandbox.PatchSinkAsync(1);
        Assert.Equal(404, (await sandbox.StatusAsync(Sink)).Status);
        sandbox.Pass(4);
        await sandbox.PatchSinkAsync(2);
        sandbox.Pass(3);
        var late = await sandbox.StatusAsync(Sink);
        sandbox.Pass(1);
        var shown = await sandbox.StatusAsync(Sink);

        Assert.Equal(1, (int)late.Json["request"]!["offsets"]![0]!["offset"]!["kafka_offset"]!);
        Assert.Equal(2, (int)shown.Json["request"]!["offsets"]![0]!["offset"]!["kafka_offset"]!);
    }

    [Theory]
    [InlineData("LateStatus")]
    [InlineData("LostAnswer")]
    [InlineData("RateLimited")]
    public async Task Requests_in_a_row_are_each_followed_to_their_own_end(string scenario)
    {
        using var sandbox = new SandboxService(Enum.Parse<SandboxScenario>(scenario));
        for (var i = 1; i <= 3; i++)
        {
            var offsets = Patch.Replace("1000", $"{i}", StringComparison.Ordinal);

            var result = await sandbox.WaitAsync(await sandbox.SubmitAsync(Sink, "PATCH", offsets));

            Assert.True(result.Status!.IsApplied);
            Assert.Equal($$"""{"kafka_offset":{{i}}}""", result.Status.Request.Offsets![0].Offset!.ToString());
        }
    }

    [Fact]
    public async Task LostAnswer_accepts_the_request_and_drops_the_connection()
    {
        using var sandbox = new SandboxService(SandboxScenario.LostAnswer);

        var lost = await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.PatchSinkAsync());

        Assert.Equal(HttpRequestError.ResponseEnded, lost.HttpRequestError);
        Assert.Equal("PENDING", await sandbox.PhaseAsync(Sink));
    }

    [Fact]
    public async Task Recreated_gives_the_connector_another_id()
    {
        using var sandbox = new SandboxService(SandboxScenario.Recreated);
        var before = (await sandbox.OffsetsAsync(Sink)).Text("id");
        var accepted = await sandbox.PatchSinkAsync();
        var during = (await sandbox.OffsetsAsync(Sink)).Text("id");
        sandbox.Pass(2);
        var after = (await sandbox.OffsetsAsync(Sink)).Text("id");

        Assert.Equal([before, before], [accepted.Text("id"), during]);
        Assert.NotEqual(before, after);
        Assert.Equal(before, (await sandbox.StatusAsync(Sink)).Text("request", "id"));
        Assert.Equal(after, (string?)(await sandbox.SendAsync("GET", "?expand=id")).Json[Sink]!["id"]!["id"]);
    }

    [Fact]
    public async Task IgnoresPartitions_resets_everything_and_echoes_no_list()
    {
        using var sandbox = new SandboxService(SandboxScenario.IgnoresPartitions);
        var accepted = await sandbox.PostAsync(Sink, """{"type":"DELETE","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":1}}]}""");
        sandbox.Pass(7);
        var status = await sandbox.StatusAsync(Sink);

        Assert.Empty(accepted.Json["offsets"]!.AsArray());
        Assert.Empty(status.Json["request"]!["offsets"]!.AsArray());
        Assert.Equal(4, status.Json["previous_offsets"]!.AsArray().Count);
        Assert.Empty((await sandbox.OffsetsAsync(Sink)).Json["offsets"]!.AsArray());
    }

    [Fact]
    public async Task IgnoresPartitions_patches_as_always()
    {
        using var sandbox = new SandboxService(SandboxScenario.IgnoresPartitions);
        await sandbox.PatchSinkAsync();
        sandbox.Pass(7);

        Assert.Equal(4, (await sandbox.OffsetsAsync(Sink)).Json["offsets"]!.AsArray().Count);
    }
}
