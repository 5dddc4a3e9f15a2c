using System.Net.Http.Headers;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Looking at a connector until it runs again.</summary>
public sealed class RunningWatcherTests : IDisposable
{
    private const string Connectors = "/connectors";
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly TestService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int Looks => _service.Handler.Requests.Count;

    private TimeSpan Lasted => _service.Handler.Requests[^1].At - _service.Handler.Requests[0].At;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("PROVISIONING:")]
    [InlineData("PAUSED:PAUSED")]
    [InlineData("RUNNING:UNASSIGNED")]
    [InlineData("RUNNING:RUNNING,RESTARTING")]
    [InlineData("UNASSIGNED:RUNNING")]
    [InlineData("SOMETHING_NEW:RUNNING")]
    [InlineData(":RUNNING")]
    [InlineData("RUNNING:-")]
    public async Task It_looks_until_the_connector_and_every_task_run(string before)
    {
        Shows(before, before, "RUNNING:RUNNING,RUNNING");

        var sighting = await WatchAsync();

        Assert.Equal((true, 3, null), (sighting.IsReached, Looks, sighting.Failure));
    }

    [Fact]
    public async Task Words_are_told_apart_without_case()
    {
        Shows("running:Running");

        Assert.True((await WatchAsync()).IsReached);
    }

    [Fact]
    public async Task What_runs_from_the_first_look_on_counts_when_it_is_seen_twice_in_a_row()
    {
        Shows("RUNNING:RUNNING", "PROVISIONING:", "RUNNING:RUNNING");

        Assert.Equal((true, 3), ((await WatchAsync()).IsReached, Looks));
    }

    [Fact]
    public async Task What_never_stops_counts_at_the_second_look()
    {
        Shows("RUNNING:RUNNING");

        Assert.Equal((true, 2), ((await WatchAsync()).IsReached, Looks));
    }

    [Fact]
    public async Task One_sighting_alone_is_not_enough_when_the_time_is_over()
    {
        Shows("RUNNING:RUNNING");

        var sighting = await WatchAsync(TimeSpan.Zero);

        Assert.Equal((false, true, 1), (sighting.IsReached, sighting.Connector?.IsRunning, Looks));
    }

    [Theory]
    [InlineData("PAUSED:PAUSED")]
    [InlineData("paused:")]
    public async Task One_that_stays_paused_ends_it_after_ten_seconds(string paused)
    {
        Shows("PROVISIONING:", paused);

        var sighting = await WatchAsync();

        Assert.Equal((false, true, null), (sighting.IsReached, sighting.Connector?.IsPaused, sighting.Failure));
        Assert.InRange(_service.Handler.Requests[^1].At - _service.Handler.Requests[1].At, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(14));
    }

    [Fact]
    public async Task A_pause_that_passes_begins_anew()
    {
        Shows([.. Enumerable.Repeat("PAUSED:PAUSED", 4), "PROVISIONING:", .. Enumerable.Repeat("PAUSED:PAUSED", 2), "RUNNING:RUNNING"]);

        Assert.True((await WatchAsync()).IsReached);
    }

    [Fact]
    public async Task One_that_shows_no_tasks_counts_when_it_is_seen_twice_in_a_row()
    {
        Shows("RUNNING:", "PROVISIONING:", "RUNNING:", "RUNNING:");

        var sighting = await WatchAsync();

        Assert.Equal((true, 4), (sighting.IsReached, Looks));
    }

    [Theory]
    [InlineData("RUNNING:RUNNING,FAILED")]
    [InlineData("FAILED:")]
    [InlineData("FAILED:RUNNING")]
    [InlineData("UNASSIGNED:failed")]
    public async Task A_new_failure_ends_it_at_once(string failed)
    {
        Shows("PROVISIONING:", failed, "RUNNING:RUNNING");

        var sighting = await WatchAsync();

        Assert.Equal((false, 2, true), (sighting.IsReached, Looks, sighting.Connector?.HasFailed));
    }

    [Theory]
    [InlineData("RUNNING:FAILED")]
    [InlineData("FAILED:")]
    public async Task A_failure_that_is_there_from_the_start_counts_after_ten_seconds(string failed)
    {
        Shows(failed);

        var sighting = await WatchAsync();

        Assert.Equal((false, true), (sighting.IsReached, sighting.Connector?.HasFailed));
        Assert.InRange(Lasted, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task A_failure_from_before_the_change_may_pass()
    {
        Shows("RUNNING:FAILED", "RUNNING:FAILED", "RUNNING:RUNNING");

        Assert.True((await WatchAsync()).IsReached);
    }

    [Fact]
    public async Task A_failure_that_comes_back_is_a_new_one()
    {
        Shows("RUNNING:FAILED", "PROVISIONING:", "RUNNING:FAILED");

        var sighting = await WatchAsync();

        Assert.Equal((false, 3), (sighting.IsReached, Looks));
        Assert.True(Lasted < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_look_that_fails_is_no_sign_that_the_first_failure_has_passed()
    {
        Fails(503);
        Shows("RUNNING:FAILED");
        Fails(503);
        Shows("RUNNING:FAILED", "RUNNING:RUNNING");

        Assert.True((await WatchAsync()).IsReached);
    }

    [Theory]
    [InlineData("PROVISIONING:")]
    [InlineData("RUNNING:UNASSIGNED")]
    public async Task The_last_look_is_when_the_time_is_over(string state)
    {
        Shows(state);
        var started = _service.Clock.GetUtcNow();

        var sighting = await WatchAsync();

        Assert.Equal((false, state.Split(':')[0], null), (sighting.IsReached, sighting.Connector?.State, sighting.Failure));
        Assert.Equal(started.UtcDateTime + s_timeout, _service.Handler.Requests[^1].At);
    }

    [Fact]
    public async Task A_time_out_of_zero_looks_once()
    {
        Shows("PROVISIONING:", "RUNNING:RUNNING");

        var sighting = await WatchAsync(TimeSpan.Zero);

        Assert.Equal((false, 1, 0), (sighting.IsReached, Looks, _service.Clock.Delays.Count));
    }

    [Fact]
    public async Task Passing_failures_are_looked_over()
    {
        Fails(500);
        _service.Handler.Fail("GET", Connectors, StubFault.Lost).Answer("GET", Connectors, 200, "<html>login</html>");
        Shows("RUNNING:RUNNING");

        var sighting = await WatchAsync();

        Assert.Equal((true, null, 5), (sighting.IsReached, sighting.Failure, Looks));
    }

    [Fact]
    public async Task A_look_that_fails_is_not_retried_by_itself()
    {
        Fails(503);

        var sighting = await WatchAsync(TimeSpan.Zero);

        Assert.Equal((null, FailureKind.ServiceUnavailable, 1), (sighting.Connector, sighting.Failure?.Kind, Looks));
    }

    [Fact]
    public async Task The_gap_after_a_429_is_what_the_service_asks()
    {
        _service.Handler.Answer("GET", Connectors, 429, "{}", new Dictionary<string, string> { ["Retry-After"] = "20" });
        Shows("RUNNING:RUNNING");

        await WatchAsync();

        Assert.Equal(TimeSpan.FromSeconds(20), _service.Handler.Requests[1].At - _service.Handler.Requests[0].At);
    }

    [Theory]
    [InlineData(401, "AuthenticationFailed")]
    [InlineData(403, "AccessDenied")]
    public async Task A_failure_that_stays_ends_it_with_what_was_seen(int status, string kind)
    {
        Shows("PROVISIONING:");
        Fails(status);

        var sighting = await WatchAsync();

        Assert.Equal((false, "PROVISIONING", kind), (sighting.IsReached, sighting.Connector?.State, sighting.Failure?.Kind.ToString()));
        Assert.True(Lasted < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_list_without_the_connector_ends_it()
    {
        _service.Handler.Answer("GET", Connectors, 200, """{"other":{"status":{"connector":{"state":"RUNNING"},"tasks":[]}}}""");

        var sighting = await WatchAsync();

        Assert.Equal((null, FailureKind.ConnectorNotFound, 1), (sighting.Connector, sighting.Failure?.Kind, Looks));
    }

    [Fact]
    public async Task A_look_that_hangs_does_not_outlast_the_time()
    {
        _service.Handler.Fail("GET", Connectors, StubFault.Hang);
        var started = _service.Clock.GetUtcNow();

        var sighting = await WatchAsync(TimeSpan.FromSeconds(2));

        Assert.Equal((false, FailureKind.RequestTimeout), (sighting.IsReached, sighting.Failure?.Kind));
        Assert.InRange(_service.Clock.GetUtcNow() - started, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public void A_pause_that_the_service_asks_for_does_not_outlast_the_time()
    {
        var clock = new EventClock();
        var started = clock.Now;
        _service.Handler.Answer("GET", Connectors, 429, "{}", new Dictionary<string, string> { ["Retry-After"] = "60" });
        using var connection = new ServiceConnection(new ConnectionSettings
        {
            BaseUri = new Uri("https://api.confluent.cloud"),
            Credential = new FixedCredential(new AuthenticationHeaderValue("Bearer", "token-1")),
            PrimaryHandler = _service.Handler,
            Time = clock,
        });

        var sighting = clock.Run(() => new RunningWatcher(connection, Caller.None, TimeSpan.FromSeconds(1))
            .UntilRunningAsync(Given.Connector, TimeSpan.FromSeconds(10), Token));

        Assert.NotNull(sighting.Failure);
        Assert.InRange((clock.Now - started).TotalSeconds, 10, 15.5);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        using var stop = new CancellationTokenSource();
        _service.Handler.Fail("GET", Connectors, StubFault.Hold);
        var watching = WatchAsync(cancellationToken: stop.Token);
        _service.Handler.Held.Wait(Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    private void Shows(params string[] states) => Given.States(_service.Handler, states);

    private void Fails(int status) => _service.Handler.Answer("GET", Connectors, status, "{}");

    private Task<ConnectorSighting> WatchAsync(TimeSpan? timeout = null, CancellationToken? cancellationToken = null) =>
        new RunningWatcher(_service.Connection, _service.Caller, TimeSpan.FromSeconds(1))
            .UntilRunningAsync(Given.Connector, timeout ?? s_timeout, cancellationToken ?? Token);
}
