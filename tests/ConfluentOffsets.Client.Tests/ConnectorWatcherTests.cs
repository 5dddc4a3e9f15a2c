using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Looking at a connector that was told to pause or to resume. What looks have in common: <see cref="RunningWatcherTests"/>.</summary>
public sealed class ConnectorWatcherTests : IDisposable
{
    private readonly TestService _service = new();
    private readonly List<string?> _seen = [];

    private int Looks => _service.Handler.Requests.Count;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("RUNNING:RUNNING")]
    [InlineData("PAUSED:RUNNING,PAUSED")]
    [InlineData("PAUSED:PAUSED,UNASSIGNED")]
    [InlineData("RUNNING:PAUSED")]
    [InlineData("FAILED:FAILED")]
    public async Task It_looks_until_the_connector_and_every_task_are_paused(string before)
    {
        Shows(before, before, "paused:PAUSED,PAUSED");

        var sighting = await PausedAsync(60);

        Assert.Equal((true, 3, null), (sighting.IsReached, Looks, sighting.Failure));
        Assert.Equal(["paused"], _seen[2..]);
    }

    [Theory]
    [InlineData("PAUSED:PAUSED")]
    [InlineData("PAUSED:")]
    [InlineData("PAUSED:PAUSED,FAILED")]
    public async Task One_that_is_paused_is_so_at_the_first_look(string state)
    {
        Shows(state);

        Assert.Equal((true, 1), ((await PausedAsync(0)).IsReached, Looks));
    }

    [Theory]
    [InlineData("PAUSED:PAUSED")]
    [InlineData("RUNNING:PAUSED")]
    [InlineData("RUNNING:RUNNING,UNASSIGNED")]
    [InlineData("FAILED:FAILED")]
    public async Task It_looks_until_the_connector_and_every_task_run(string before)
    {
        Shows([.. Enumerable.Repeat(before, 4), "RUNNING:RUNNING,RUNNING"]);

        var sighting = await ResumedAsync(60);

        Assert.Equal((true, 5, null), (sighting.IsReached, Looks, sighting.Failure));
    }

    [Fact]
    public async Task One_that_stays_paused_is_waited_for_as_long_as_the_time_lasts()
    {
        Shows("PAUSED:PAUSED");
        var started = _service.Clock.GetUtcNow();

        var sighting = await ResumedAsync(60);

        Assert.Equal((false, "PAUSED", null), (sighting.IsReached, sighting.Connector?.State, sighting.Failure));
        Assert.Equal(started.UtcDateTime + TimeSpan.FromSeconds(60), _service.Handler.Requests[^1].At);
    }

    [Fact]
    public async Task A_failure_that_stays_ends_a_resume_after_ten_seconds()
    {
        Shows("RUNNING:RUNNING,FAILED");

        var sighting = await ResumedAsync(60);

        Assert.Equal((false, true), (sighting.IsReached, sighting.Connector?.HasFailed));
        Assert.InRange(_service.Handler.Requests[^1].At - _service.Handler.Requests[0].At, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(14));
    }

    private Task<ConnectorSighting> PausedAsync(int timeout) =>
        Watcher().UntilPausedAsync(Given.Connector, TimeSpan.FromSeconds(timeout), See, TestContext.Current.CancellationToken);

    private Task<ConnectorSighting> ResumedAsync(int timeout) =>
        Watcher().UntilResumedAsync(Given.Connector, TimeSpan.FromSeconds(timeout), See, TestContext.Current.CancellationToken);

    private ConnectorWatcher Watcher() => new(_service.Connection, _service.Caller, TimeSpan.FromSeconds(1));

    private void See(ConnectorDocument connector, TimeSpan elapsed) => _seen.Add(connector.State);

    private void Shows(params string[] states) => Given.States(_service.Handler, states);
}
