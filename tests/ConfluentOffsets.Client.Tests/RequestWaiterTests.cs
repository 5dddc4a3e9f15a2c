using System.Collections;
using System.Collections.Concurrent;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class RequestWaiterTests : IDisposable
{
    private static readonly string s_earlier = Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets);

    private readonly TestService _service = new();
    private readonly Throttle _throttle = new(8);
    private readonly ConcurrentQueue<string> _phases = new();

    /// <summary>Ours, after a finished request of other offsets.</summary>
    private static SubmittedRequest Ours { get; } = Given.Request(RequestBaseline.Of(Given.Status("APPLIED", Given.Before, Given.OtherOffsets)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("APPLIED")]
    [InlineData("FAILED")]
    public async Task A_finished_request_ends_the_wait(string phase)
    {
        _service.ShowsStatus(Given.StatusText("PENDING")).ShowsStatus(Given.StatusText(phase));

        var result = await WaitAsync(Ours);

        Assert.Equal((WaitOutcome.Finished, phase, "said so"), (result.Outcome, result.Status?.Phase, result.Status?.Message));
        Assert.Null(result.Failure);
        Assert.Equal(["PENDING"], _phases);
        Assert.Equal(2, _service.StatusReads.Count);
    }

    [Fact]
    public async Task Phases_that_are_not_known_are_not_finished()
    {
        _service
            .ShowsStatus(Given.StatusText("PENDING_VALIDATION"))
            .ShowsStatus(Given.StatusText("ROLLING_BACK"))
            .ShowsStatus(Given.StatusText("APPLIED"));

        var result = await WaitAsync(Ours);

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.Equal(["PENDING_VALIDATION", "ROLLING_BACK"], _phases);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(Given.Before, null)]
    [InlineData(null, Given.After)]
    public async Task What_was_ours_under_way_is_ours_at_its_end_where_no_time_says_otherwise(string? before, string? shown)
    {
        // The same content as the one before: only the step from finished to unfinished tells.
        var request = Given.Request(RequestBaseline.Of(Given.Status("APPLIED", before)), requestedAt: null);
        _service.ShowsStatus(Given.StatusText("PENDING", before)).ShowsStatus(Given.StatusText("APPLIED", shown));

        var result = await WaitAsync(request);

        Assert.Equal((WaitOutcome.Finished, "APPLIED"), (result.Outcome, result.Status?.Phase));
        Assert.Equal(2, _service.StatusReads.Count);
    }

    [Fact]
    public async Task The_baseline_is_waited_out()
    {
        _service
            .ShowsStatus(s_earlier)
            .ShowsStatus(s_earlier)
            .ShowsStatus(Given.StatusText("PENDING"))
            .ShowsStatus(Given.StatusText("APPLIED"));

        var result = await WaitAsync(Ours);

        Assert.Equal((WaitOutcome.Finished, Given.After), (result.Outcome, result.Status?.Request.RequestedAt?.Text));
        Assert.Equal(["not visible yet", "not visible yet", "PENDING"], _phases);
    }

    [Fact]
    public async Task The_time_over_ends_the_wait_with_the_last_status_of_ours()
    {
        _service.ShowsStatus(Given.StatusText("PENDING"));

        var result = await WaitAsync(Ours, seconds: 60);

        Assert.Equal((WaitOutcome.TimedOut, "PENDING"), (result.Outcome, result.Status?.Phase));
        Assert.Equal(TimeSpan.FromSeconds(60), _service.StatusReads[^1].At - _service.StatusReads[0].At);
    }

    [Fact]
    public async Task The_time_over_before_ours_was_seen_gives_no_status()
    {
        _service.ShowsStatus(s_earlier);

        var result = await WaitAsync(Ours, seconds: 5);

        Assert.Equal(WaitOutcome.TimedOut, result.Outcome);
        Assert.Null(result.Status);
    }

    [Theory]
    [InlineData("PENDING", "TimedOut")]
    [InlineData("APPLIED", "Finished")]
    public async Task A_time_of_zero_looks_once(string phase, string outcome)
    {
        _service.ShowsStatus(Given.StatusText(phase));

        var result = await WaitAsync(Ours, seconds: 0);

        Assert.Equal(outcome, result.Outcome.ToString());
        Assert.Single(_service.StatusReads);
        Assert.Empty(_service.Clock.Delays);
    }

    [Fact]
    public async Task Gaps_start_with_the_one_asked_for()
    {
        _service.ShowsStatus(Given.StatusText("PENDING"));

        await WaitAsync(Ours, seconds: 600, firstGap: 3);

        Assert.Equal(3, _service.Clock.Delays[0].TotalSeconds);
        Assert.InRange(_service.Clock.Delays.Max(d => d.TotalSeconds), 9.999, 10.001);
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("APPLIED")]
    public async Task Another_request_in_our_place_ends_the_wait(string phase)
    {
        _service
            .ShowsStatus(s_earlier)
            .ShowsStatus(Given.StatusText("PENDING"))
            .ShowsStatus(Given.StatusText(phase, "2024-02-20T15:30:00Z", "[]", "DELETE"));

        var result = await WaitAsync(Ours);

        Assert.Equal((WaitOutcome.Superseded, "DELETE"), (result.Outcome, result.Status?.Request.Type));
        Assert.Equal(3, _service.StatusReads.Count);
    }

    [Fact]
    public async Task Without_a_request_the_latest_is_followed()
    {
        _service.ShowsStatus(Given.StatusText("PENDING", Given.Before)).ShowsStatus(Given.StatusText("APPLIED", type: "DELETE"));

        var result = await WaitAsync(request: null);

        Assert.Equal((WaitOutcome.Finished, "DELETE"), (result.Outcome, result.Status?.Request.Type));
    }

    [Fact]
    public async Task Failures_that_can_pass_are_survived()
    {
        _service.Handler
            .Answer("GET", TestService.StatusPath, 429, null, new Hashtable { ["Retry-After"] = 7 })
            .Answer("GET", TestService.StatusPath, 500, "oops")
            .Answer("GET", TestService.StatusPath, 503, "<html>busy</html>")
            .Answer("GET", TestService.StatusPath, 408, null)
            .Fail("GET", TestService.StatusPath, StubFault.Lost)
            .Fail("GET", TestService.StatusPath, StubFault.Refused)
            .Fail("GET", TestService.StatusPath, StubFault.Hang)
            .Answer("GET", TestService.StatusPath, 200, "garbage")
            .Answer("GET", TestService.StatusPath, 200, "[]")
            .Answer("GET", TestService.StatusPath, 200, null)
            .Answer("GET", TestService.StatusPath, 200, Given.StatusText("APPLIED"));

        var result = await WaitAsync(Ours);

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.Null(result.Failure);
        Assert.Equal(11, _service.StatusReads.Count);
        Assert.Equal(TimeSpan.FromSeconds(7), _service.Clock.Delays[0]);
        Assert.Contains("oops", _phases.ElementAt(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_that_last_end_with_the_time_and_the_server_s_words()
    {
        _service.ShowsStatus(Given.StatusText("PENDING")).ShowsStatus("""{"error":{"code":500,"message":"down for good"}}""", 500);

        var result = await WaitAsync(Ours, seconds: 30);

        Assert.Equal((WaitOutcome.TimedOut, "PENDING"), (result.Outcome, result.Status?.Phase));
        Assert.Equal((FailureKind.ServiceUnavailable, 500), (result.Failure?.Kind, result.Failure?.StatusCode));
        Assert.Contains("down for good", result.Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_that_the_server_asks_for_does_not_outlast_the_time()
    {
        _service.Handler.Answer("GET", TestService.StatusPath, 429, null, new Hashtable { ["Retry-After"] = 3600 });

        var result = await WaitAsync(Ours, seconds: 20);

        Assert.Equal((WaitOutcome.TimedOut, FailureKind.RateLimited), (result.Outcome, result.Failure?.Kind));
        Assert.Equal([TimeSpan.FromSeconds(20)], _service.Clock.Delays);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 5)]
    [InlineData(12, 12)]
    [InlineData(600, 30)]
    public async Task A_poll_that_hangs_outlasts_the_time_by_five_seconds_at_most(int seconds, int ended)
    {
        var clock = new SimulatedClock();
        using var service = new TestService(s => s with { Time = clock });
        service.Handler
            .Fail("GET", TestService.StatusPath, StubFault.Hold)
            .Answer("GET", TestService.StatusPath, 200, Given.StatusText("PENDING"));
        var started = clock.GetUtcNow();
        var failed = new List<TimeSpan>();
        var wait = new RequestWaiter(service.Api, _throttle).WaitAsync(
            Given.Connector, Ours, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(1), p => failed.Add(p.Elapsed), Token);
        await Task.Run(() => service.Handler.Held.Wait(Token), Token);

        clock.ExpireTimeout();
        var result = await wait;

        Assert.Equal(WaitOutcome.TimedOut, result.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(ended), failed[0]);
    }

    [Theory]
    [InlineData(401, "AuthenticationFailed")]
    [InlineData(403, "AccessDenied")]
    [InlineData(404, "ConnectorNotFound")]
    [InlineData(400, "InvalidRequest")]
    public async Task A_refusal_ends_the_wait(int status, string kind)
    {
        _service.ShowsStatus(Given.StatusText("PENDING")).ShowsStatus(Given.Example($"error-{status}"), status);

        var result = await WaitAsync(Ours);

        Assert.Equal((WaitOutcome.Refused, kind), (result.Outcome, result.Failure?.Kind.ToString()));
        Assert.Equal("PENDING", result.Status?.Phase);
        Assert.Equal(2, _service.StatusReads.Count);
    }

    [Fact]
    public async Task A_status_that_is_not_there_yet_passes_while_the_connector_exists()
    {
        _service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");
        _service
            .ShowsStatus(Given.Example("error-404"), 404)
            .ShowsStatus("""{"request":null,"status":null}""")
            .ShowsStatus(Given.StatusText("APPLIED"));

        var result = await WaitAsync(Given.Request(RequestBaseline.None));

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.Equal(3, _service.StatusReads.Count);
    }

    [Fact]
    public async Task A_status_that_is_not_there_ends_the_wait_once_the_connector_is_gone()
    {
        _service.Handler
            .Answer("GET", TestService.OffsetsPath, 200, "{}")
            .Answer("GET", TestService.OffsetsPath, 404, Given.Example("error-404"));
        _service.ShowsStatus(Given.Example("error-404"), 404);

        var result = await WaitAsync(Given.Request(RequestBaseline.None));

        Assert.Equal((WaitOutcome.Refused, FailureKind.ConnectorNotFound), (result.Outcome, result.Failure?.Kind));
        Assert.Equal(2, _service.StatusReads.Count);
    }

    [Fact]
    public async Task No_request_at_all_ends_a_wait_for_the_latest()
    {
        _service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");
        _service.ShowsStatus(Given.Example("error-404"), 404);

        var result = await WaitAsync(request: null);

        Assert.Equal((WaitOutcome.Refused, FailureKind.RequestNotFound), (result.Outcome, result.Failure?.Kind));
    }

    [Fact]
    public async Task A_cancellation_ends_a_poll_in_flight()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _service.Handler.Fail("GET", TestService.StatusPath, StubFault.Hold);
        var wait = WaitAsync(Ours, cancellationToken: source.Token);
        await Task.Run(() => _service.Handler.Held.Wait(Token), Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.True(_service.Handler.Cancelled.IsSet);
    }

    [Fact]
    public async Task A_cancellation_ends_the_pause_between_two_polls()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _service.ShowsStatus(Given.StatusText("PENDING"));
        _service.Clock.Frozen = true;
        var wait = WaitAsync(Ours, cancellationToken: source.Token);
        await Task.Run(() => _service.Clock.DelayStarted.Wait(Token), Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task Polls_that_had_to_queue_are_still_a_tenth_of_a_second_apart()
    {
        _service.ShowsStatus(Given.StatusText("APPLIED"));
        var throttle = new Throttle(1);
        var gate = new TaskCompletionSource<int>();
        var holder = throttle.RunAsync(() => gate.Task, Token);
        var waits = new List<Task<WaitResult>>();
        for (var i = 0; i < 20; i++)
        {
            waits.Add(WaitAsync(Ours, seconds: 60, throttle: throttle));
            _service.Clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        gate.SetResult(0);
        await Task.WhenAll([holder, .. waits]);

        var times = _service.StatusReads.Select(r => r.At).ToList();
        Assert.Equal(20, times.Count);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.FromMilliseconds(100), TimeSpan.MaxValue));
    }

    private Task<WaitResult> WaitAsync(
        SubmittedRequest? request,
        double seconds = 600,
        double firstGap = 1,
        Throttle? throttle = null,
        CancellationToken? cancellationToken = null) =>
        new RequestWaiter(_service.Api, throttle ?? _throttle).WaitAsync(
            Given.Connector,
            request,
            TimeSpan.FromSeconds(seconds),
            TimeSpan.FromSeconds(firstGap),
            progress => _phases.Enqueue(progress.Phase),
            cancellationToken ?? Token);
}
