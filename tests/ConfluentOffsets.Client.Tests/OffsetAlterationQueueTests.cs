using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What stands before a request: it is waited out, and looked at.</summary>
public sealed class OffsetAlterationQueueTests : IDisposable
{
    private readonly TestService _service = new();
    private readonly List<string> _progress = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("APPLIED")]
    [InlineData("FAILED")]
    public async Task An_unfinished_request_is_waited_out_however_it_ends(string end)
    {
        _service.ShowsStatus(Given.StatusText("PENDING")).ShowsStatus(Given.StatusText("SOMETHING_NEW")).ShowsStatus(Given.StatusText(end));

        var baseline = await WaitAsync(60);

        Assert.Equal(("PATCH", Given.After, true), (baseline.Type, baseline.RequestedAt?.Text, baseline.IsFinished));
        Assert.Equal(3, _service.StatusReads.Count);
        Assert.Equal(["PENDING", "SOMETHING_NEW"], _progress);
    }

    [Fact]
    public async Task None_at_all_is_nothing_to_wait_for()
    {
        _service.ShowsStatus(Given.Example("error-404"), 404);
        _service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");

        var baseline = await WaitAsync(60);

        Assert.True(baseline.IsNone);
        Assert.Empty(_service.Clock.Delays);
        Assert.Empty(_progress);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(90)]
    public async Task Time_over_is_a_conflict_that_says_how_long(int seconds)
    {
        _service.ShowsStatus(Given.StatusText("PENDING"));
        var started = _service.Clock.GetUtcNow();

        var failure = await FailureAsync(seconds);

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.EndsWith($"is under way (PENDING). It did not end within {seconds} s.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(seconds, (_service.Clock.GetUtcNow() - started).TotalSeconds);
    }

    [Fact]
    public async Task Zero_looks_once()
    {
        _service.ShowsStatus(Given.StatusText("PENDING"));

        var failure = await FailureAsync(0);

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.EndsWith("is under way (PENDING).", failure.Message, StringComparison.Ordinal);
        Assert.Single(_service.StatusReads);
    }

    [Fact]
    public async Task Time_over_after_failed_looks_is_still_a_conflict()
    {
        _service.ShowsStatus(Given.StatusText("PENDING")).ShowsStatus("oops", 503);

        var failure = await FailureAsync(20);

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Contains("It did not end within 20 s. The last look failed: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_that_never_could_be_read_is_that_failure()
    {
        _service.ShowsStatus("oops", 503);

        Assert.Equal(FailureKind.ServiceUnavailable, (await FailureAsync(20)).Kind);
    }

    [Fact]
    public async Task A_refusal_ends_the_wait_at_once()
    {
        _service.ShowsStatus(Given.StatusText("PENDING")).ShowsStatus("{}", 403);

        Assert.Equal(FailureKind.AccessDenied, (await FailureAsync(60)).Kind);
        Assert.Equal(2, _service.StatusReads.Count);
    }

    [Theory]
    [InlineData("APPLIED", "\"2024-02-20T15:14:30Z\"", "2024-02-20T15:14:30Z")]
    [InlineData("APPLIED", "null", Given.After)]
    [InlineData("FAILED", "null", null)]
    public async Task The_baseline_tells_when_offsets_changed_or_the_earliest_time(string phase, string appliedAt, string? expected)
    {
        _service.ShowsStatus(Given.StatusText(phase)[..^1] + $",\"applied_at\":{appliedAt}}}");

        Assert.Equal(expected, (await WaitAsync(0)).AppliedAt?.Text);
    }

    [Fact]
    public async Task A_baseline_that_was_read_a_moment_ago_is_not_read_again()
    {
        _service.Handler.Answer("POST", TestService.RequestPath, 202, null);
        var baseline = new RequestBaseline("DELETE", null, ServerTime.TryParse(Given.Before), true);

        var submitted = await new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), baseline, _service.Clock.GetTimestamp(), Token);

        Assert.Same(baseline, submitted.Baseline);
        Assert.Empty(_service.StatusReads);
    }

    [Fact]
    public async Task What_is_thrown_at_the_last_moment_keeps_the_request_back()
    {
        _service.ShowsStatus(Given.StatusText("APPLIED"));
        var alteration = new OffsetAlteration(_service.Api) { Sending = () => throw new InvalidOperationException("no backup") };

        await Assert.ThrowsAsync<InvalidOperationException>(() => alteration.SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token));

        Assert.Empty(_service.Posts);
    }

    [Fact]
    public async Task A_success_that_does_not_tell_of_our_request_is_not_taken_for_one()
    {
        _service.ShowsStatus(Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets));
        _service.Handler.Answer("POST", TestService.RequestPath, 200, """{"id":"gw-1","message":"please sign in"}""");
        var baseline = await new OffsetAlteration(_service.Api).ReadBaselineAsync(Given.Connector, Token);

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), baseline, _service.Clock.GetTimestamp(), Token));

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
    }

    [Fact]
    public async Task A_cancellation_ends_the_wait()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _service.Handler.Fail("GET", TestService.StatusPath, StubFault.Hold);
        var wait = new OffsetAlteration(_service.Api).WaitForTurnAsync(Given.Connector, TimeSpan.FromSeconds(60), _ => { }, source.Token);
        await Task.Run(() => _service.Handler.Held.Wait(Token), Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private Task<RequestBaseline> WaitAsync(int seconds) => new OffsetAlteration(_service.Api)
        .WaitForTurnAsync(Given.Connector, TimeSpan.FromSeconds(seconds), p => _progress.Add(p.Phase), Token);

    private Task<ServiceException> FailureAsync(int seconds) => Assert.ThrowsAsync<ServiceException>(() => WaitAsync(seconds));
}
