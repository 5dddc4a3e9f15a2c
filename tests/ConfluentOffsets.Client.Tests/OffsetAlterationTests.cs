using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class OffsetAlterationTests : IDisposable
{
    private const string Accepted = """{"id":"lcc-1","name":"orders-sink","type":"PATCH","offsets":[],"requested_at":"2024-02-20 15:20:00+00:00"}""";

    private static readonly string s_earlier = Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets);

    private readonly TestService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task A_request_is_posted_after_the_baseline_was_read()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, 202, Accepted);

        var request = await SubmitAsync();

        Assert.Equal(["GET", "POST"], _service.Handler.Requests.Select(r => r.Method));
        var post = _service.Posts[0];
        Assert.Equal("/connect/v1/environments/env-a12b6/clusters/lkc-devc80/connectors/orders-sink/offsets/request", post.Path);
        Assert.Equal($$"""{"type":"PATCH","offsets":{{Given.Offsets}}}""", post.Body);
        Assert.Equal("application/json", post.ContentType);
        Assert.Equal(("lcc-1", "PATCH", "2024-02-20 15:20:00+00:00"), (request.ConnectorId, request.Type, request.RequestedAt?.Text));
        Assert.Equal(Given.Before, request.Baseline?.RequestedAt?.Text);
        Assert.Empty(request.Echo!);
        Assert.Empty(_service.Clock.Delays);
    }

    [Fact]
    public async Task A_delete_of_everything_is_posted_without_a_list()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, 202, null);

        await SubmitAsync("DELETE", offsets: null);

        Assert.Equal("""{"type":"DELETE"}""", Assert.Single(_service.Posts).Body);
    }

    [Fact]
    public async Task A_connector_without_any_request_has_no_baseline_to_compare()
    {
        _service.ShowsStatus(Given.Example("error-404"), 404);
        _service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}").Answer("POST", TestService.RequestPath, 202, Accepted);

        var request = await SubmitAsync();

        Assert.True(request.Baseline?.IsNone);
    }

    [Fact]
    public async Task A_connector_that_does_not_exist_gets_no_post()
    {
        _service.ShowsStatus(Given.Example("error-404"), 404);

        var failure = await SubmitFailureAsync();

        Assert.Equal(FailureKind.ConnectorNotFound, failure.Kind);
        Assert.Empty(_service.Posts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("garbage")]
    [InlineData("<html></html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"requested_at":"soon"}""")]
    public async Task An_acceptance_of_any_body_is_accepted(string body)
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, 202, body);

        var request = await SubmitAsync();

        Assert.Equal(("PATCH", null, null), (request.Type, request.ConnectorId, request.RequestedAt?.Text));
        Assert.Equal(1000, Wire.SinkPartition.TryReadOffset(Assert.Single(request.Offsets!).Offset));
        Assert.Single(_service.Posts);
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("PENDING_VALIDATION")]
    [InlineData("SOMETHING_NEW")]
    public async Task An_unfinished_request_before_ours_is_a_conflict_without_a_post(string phase)
    {
        _service.ShowsStatus(Given.StatusText(phase, Given.Before));

        var failure = await SubmitFailureAsync();

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Equal($"Another PATCH request requested at 2024-02-20 15:14:19Z is under way ({phase}).", failure.Message);
        Assert.Empty(_service.Posts);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    public async Task A_refusal_beside_an_unfinished_request_is_a_conflict(int status)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING", offsets: Given.OtherOffsets));
        _service.Handler.Answer("POST", TestService.RequestPath, status, """{"error":{"code":400,"message":"no, wait"}}""");

        var failure = await SubmitFailureAsync();

        Assert.Equal((FailureKind.Conflict, status), (failure.Kind, failure.StatusCode));
        Assert.Contains("is under way (PENDING)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no, wait", failure.Message, StringComparison.Ordinal);
        Assert.Single(_service.Posts);
    }

    [Theory]
    [InlineData(400, "InvalidRequest")]
    [InlineData(409, "Conflict")]
    [InlineData(422, "InvalidRequest")]
    [InlineData(401, "AuthenticationFailed")]
    [InlineData(403, "AccessDenied")]
    [InlineData(404, "ConnectorNotFound")]
    public async Task A_refusal_beside_a_finished_request_is_what_the_server_says(int status, string kind)
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, status, """{"error":{"code":1,"message":"bad offset"}}""");

        var failure = await SubmitFailureAsync();

        Assert.Equal((kind, status), (failure.Kind.ToString(), failure.StatusCode));
        Assert.Contains("bad offset", failure.Message, StringComparison.Ordinal);
        Assert.Single(_service.Posts);
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_post_without_an_answer_is_sent_once_and_found_by_the_status(int status, StubFault? fault)
    {
        LosesTheAnswer(status, fault);
        _service
            .ShowsStatus(s_earlier)
            .ShowsStatus(s_earlier)
            .ShowsStatus("oops", 503)
            .ShowsStatus(Given.StatusText("PENDING"));

        var request = await SubmitAsync();

        Assert.Single(_service.Posts);
        Assert.Equal(4, _service.StatusReads.Count);
        Assert.Equal((Given.After, "lcc-1"), (request.RequestedAt?.Text, request.ConnectorId));
        Assert.Equal(Given.Before, request.Baseline?.RequestedAt?.Text);
        Assert.Equal("Ours", RequestCorrelation.Owner(Given.Status("APPLIED"), request).ToString());
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_post_without_an_answer_or_a_trace_is_uncertain_after_ten_seconds(int status, StubFault? fault)
    {
        LosesTheAnswer(status, fault);
        _service.ShowsStatus(s_earlier);

        var failure = await SubmitFailureAsync();

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
        Assert.True(failure.MayHaveBeenProcessed);
        Assert.Equal(status == 0 ? null : status, failure.StatusCode);
        Assert.Equal(status != 0, failure.Message.Contains("server's words", StringComparison.Ordinal));
        Assert.Single(_service.Posts);
        var polled = _service.StatusReads[^1].At - _service.StatusReads[1].At;
        Assert.InRange(polled, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(13));
        Assert.InRange(_service.StatusReads.Count, 6, 12);
    }

    [Fact]
    public async Task A_post_without_an_answer_and_a_status_that_cannot_be_read_is_uncertain()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("oops", 500);
        _service.Handler.Fail("POST", TestService.RequestPath, StubFault.Lost);

        var failure = await SubmitFailureAsync();

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
        Assert.InRange(_service.StatusReads[^1].At - _service.StatusReads[1].At, TimeSpan.FromSeconds(10), TimeSpan.MaxValue);
        Assert.Single(_service.Posts);
    }

    [Theory]
    [InlineData("PATCH", Given.OtherOffsets)]
    [InlineData("PATCH", "[]")]
    [InlineData("PATCH", null)]
    [InlineData("DELETE", Given.Offsets)]
    [InlineData(null, Given.Offsets)]
    public async Task Another_s_request_seen_instead_of_ours_is_uncertain(string? type, string? offsets)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING", "2024-02-20T15:20:00Z", offsets, type));
        _service.Handler.Answer("POST", TestService.RequestPath, 500, null);

        var failure = await SubmitFailureAsync();

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
        Assert.Contains("another request", failure.Message, StringComparison.Ordinal);
        Assert.Single(_service.Posts);
    }

    [Fact]
    public async Task A_post_that_was_surely_not_processed_is_sent_again()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler
            .Fail("POST", TestService.RequestPath, StubFault.Refused)
            .Answer("POST", TestService.RequestPath, 429, null)
            .Fail("POST", TestService.RequestPath, StubFault.Refused)
            .Answer("POST", TestService.RequestPath, 202, Accepted);

        var request = await SubmitAsync();

        Assert.Equal("lcc-1", request.ConnectorId);
        Assert.Equal(4, _service.Posts.Count);
        Assert.Single(_service.Posts.Select(p => p.Body).Distinct());
    }

    [Fact]
    public async Task A_post_that_is_refused_again_and_again_was_not_processed()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Fail("POST", TestService.RequestPath, StubFault.Refused);

        var failure = await SubmitFailureAsync();

        Assert.Equal((FailureKind.ConnectionFailed, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.Equal(6, _service.Posts.Count);
    }

    [Fact]
    public async Task A_post_that_is_limited_again_and_again_was_not_processed()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, 429, "slow down");

        var failure = await SubmitFailureAsync();

        Assert.Equal((FailureKind.RateLimited, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.Contains("slow down", failure.Message, StringComparison.Ordinal);
        Assert.Equal(6, _service.Posts.Count);
    }

    [Fact]
    public async Task A_lost_answer_after_a_retry_is_not_sent_again()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("APPLIED"));
        _service.Handler
            .Answer("POST", TestService.RequestPath, 429, null)
            .Fail("POST", TestService.RequestPath, StubFault.Lost);

        var request = await SubmitAsync();

        Assert.Equal(Given.After, request.RequestedAt?.Text);
        Assert.Equal(2, _service.Posts.Count);
    }

    [Theory]
    [InlineData("PATCH", Given.Offsets, Given.Before)]
    [InlineData("DELETE", null, Given.Before)]
    [InlineData("PATCH", Given.Offsets, "2024-02-20T15:14:19.000001Z")]
    public async Task The_same_again_is_held_back_by_a_second(string type, string? offsets, string requestedAt)
    {
        // Also after a finer stamp: the next answer may have whole seconds.
        _service.ShowsStatus(Given.StatusText("APPLIED", requestedAt, offsets, type));
        _service.Handler.Answer("POST", TestService.RequestPath, 202, Accepted);

        await SubmitAsync(type, offsets);

        Assert.Equal([TimeSpan.FromSeconds(1)], _service.Clock.Delays);
        Assert.Equal(TimeSpan.FromSeconds(1), _service.Posts[0].At - _service.StatusReads[0].At);
    }

    [Theory]
    [InlineData(Given.Before, Given.OtherOffsets, "PATCH")]
    [InlineData(Given.Before, Given.Offsets, "DELETE")]
    public async Task A_request_that_can_be_told_from_the_one_before_is_not_held_back(string requestedAt, string offsets, string type)
    {
        _service.ShowsStatus(Given.StatusText("APPLIED", requestedAt, offsets, type));
        _service.Handler.Answer("POST", TestService.RequestPath, 202, Accepted);

        await SubmitAsync();

        Assert.Empty(_service.Clock.Delays);
    }

    [Fact]
    public async Task A_cancellation_ends_the_call()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _service.ShowsStatus(s_earlier);
        _service.Handler.Fail("POST", TestService.RequestPath, StubFault.Hold);
        var call = new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), source.Token);
        await Task.Run(() => _service.Handler.Held.Wait(Token), Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(_service.Posts);
    }

    public static TheoryData<int, StubFault?> LostAnswers() => new()
    {
        { 500, null },
        { 502, null },
        { 503, null },
        { 504, null },
        { 408, null },
        { 0, StubFault.Lost },
        { 0, StubFault.Hang },
    };

    private void LosesTheAnswer(int status, StubFault? fault)
    {
        if (fault is { } kind)
            _service.Handler.Fail("POST", TestService.RequestPath, kind);
        else
            _service.Handler.Answer("POST", TestService.RequestPath, status, """{"error":{"code":1,"message":"server's words"}}""");
    }

    private Task<SubmittedRequest> SubmitAsync(string type = "PATCH", string? offsets = Given.Offsets) =>
        new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, type, Given.Items(offsets), Token);

    private Task<ServiceException> SubmitFailureAsync() => Assert.ThrowsAsync<ServiceException>(() => SubmitAsync());
}
