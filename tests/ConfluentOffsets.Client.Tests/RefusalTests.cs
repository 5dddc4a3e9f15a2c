using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>
/// A POST that is answered by a refusal, while a gateway may have sent it twice and passed on the answer to the second one:
/// what the status shows decides.
/// </summary>
public sealed class RefusalTests : IDisposable
{
    private static readonly string s_earlier = Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets);

    private readonly TestService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(400, "PENDING")]
    [InlineData(409, "PENDING")]
    [InlineData(422, "APPLIED")]
    [InlineData(499, "FAILED")]
    public async Task A_refusal_of_what_the_status_names_as_ours_is_an_acceptance(int refusal, string phase)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText(phase));
        Refuses(refusal);

        var request = await SubmitAsync();

        Assert.Equal((Given.After, "lcc-1"), (request.RequestedAt?.Text, request.ConnectorId));
        Assert.Single(_service.Posts);
        Assert.Empty(_service.Clock.Delays);
        Assert.Contains(_service.Verbose, v => v.Contains("not now", StringComparison.Ordinal) && v.Contains("sent it twice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_reset_of_everything_is_ours_where_the_service_is_known_to_show_lists()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING", offsets: "[]", type: "DELETE"));
        Refuses(409);

        Assert.Equal(Given.After, (await SubmitAsync("DELETE", offsets: null)).RequestedAt?.Text);
    }

    [Theory]
    [InlineData("PATCH", Given.Offsets, null)]
    [InlineData("PATCH", Given.Offsets, "[]")]
    [InlineData("DELETE", Given.Offsets, "[]")]
    [InlineData("DELETE", null, "[]")]
    public async Task A_refusal_beside_what_may_be_ours_or_another_s_is_uncertain_and_says_both(string type, string? offsets, string? shown)
    {
        // Nothing says that this service shows lists at all.
        _service.ShowsStatus(Given.StatusText("APPLIED", Given.Before, offsets: null)).ShowsStatus(Given.StatusText("PENDING", offsets: shown, type: type));
        Refuses(409);

        var failure = await SubmitFailureAsync(type, offsets);

        Assert.Equal((FailureKind.Uncertain, 409, true), (failure.Kind, failure.StatusCode, failure.MayHaveBeenProcessed));
        Assert.Contains("not now", failure.Message, StringComparison.Ordinal);
        Assert.Contains("may be this one, sent twice by a gateway, or another's", failure.Message, StringComparison.Ordinal);
        Assert.Single(_service.Posts);
    }

    [Theory]
    [InlineData(400, "PENDING", "Conflict")]
    [InlineData(409, "PENDING", "Conflict")]
    [InlineData(400, "APPLIED", "InvalidRequest")]
    [InlineData(409, "APPLIED", "Conflict")]
    public async Task A_refusal_beside_another_s_request_is_a_conflict_while_that_is_under_way(int refusal, string phase, string kind)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText(phase, offsets: Given.Offsets, type: "DELETE"));
        Refuses(refusal);

        var failure = await SubmitFailureAsync();

        Assert.Equal((kind, false), (failure.Kind.ToString(), failure.MayHaveBeenProcessed));
        Assert.Empty(_service.Clock.Delays);
    }

    [Theory]
    [InlineData(400, "InvalidRequest", 5)]
    [InlineData(422, "InvalidRequest", 5)]
    [InlineData(409, "Conflict", 10)]
    public async Task A_refusal_that_nothing_shows_is_looked_for_a_few_times_and_stands(int refusal, string kind, int seconds)
    {
        _service.ShowsStatus(s_earlier);
        Refuses(refusal);

        var failure = await SubmitFailureAsync();

        Assert.Equal((kind, false), (failure.Kind.ToString(), failure.MayHaveBeenProcessed));
        Assert.InRange(_service.StatusReads[^1].At - _service.StatusReads[1].At, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 2));
        Assert.InRange(_service.StatusReads.Count, 4, 10);
        Assert.Single(_service.Posts);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    public async Task What_is_ours_in_spite_of_a_refusal_may_show_late(int refusal)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(s_earlier).ShowsStatus("", 503).ShowsStatus(Given.StatusText("PENDING"));
        Refuses(refusal);

        Assert.Equal(Given.After, (await SubmitAsync()).RequestedAt?.Text);
        Assert.Single(_service.Posts);
    }

    [Fact]
    public async Task A_refusal_is_looked_into_until_a_look_is_answered()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("", 503).ShowsStatus("", 503).ShowsStatus(Given.StatusText("PENDING"));
        Refuses(400);

        Assert.Equal(Given.After, (await SubmitAsync()).RequestedAt?.Text);
    }

    [Theory]
    [InlineData(409, 503, true)]
    [InlineData(409, 403, false)]
    [InlineData(400, 503, true)]
    [InlineData(422, 403, false)]
    public async Task A_refusal_that_could_not_be_looked_into_is_uncertain(int refusal, int status, bool isRepeated)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("""{"message":"no view"}""", status);
        Refuses(refusal);

        var failure = await SubmitFailureAsync();

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
        Assert.Contains("not now", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no view", failure.Message, StringComparison.Ordinal);
        Assert.Equal(isRepeated, _service.Clock.Delays.Count > 0);
    }

    [Fact]
    public async Task A_refusal_after_no_request_at_all_is_told_apart_the_same_way()
    {
        _service.ShowsStatus(Given.Example("error-404"), 404);
        _service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");
        Refuses(400);

        Assert.Equal(FailureKind.InvalidRequest, (await SubmitFailureAsync()).Kind);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirected_post_is_not_sent_on_and_the_status_tells_what_became_of_it(int status)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING"));
        _service.Handler.Answer("POST", TestService.RequestPath, status, null, new System.Collections.Hashtable { ["Location"] = "https://elsewhere.example/login" });

        Assert.Equal(Given.After, (await SubmitAsync()).RequestedAt?.Text);
        Assert.Single(_service.Posts);
    }

    [Fact]
    public async Task A_redirected_post_whose_request_never_shows_is_uncertain_and_says_where_it_pointed()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, 302, null, new System.Collections.Hashtable { ["Location"] = "https://elsewhere.example/login" });

        var failure = await SubmitFailureAsync();

        Assert.Equal((FailureKind.Uncertain, 302), (failure.Kind, failure.StatusCode));
        Assert.Contains("https://elsewhere.example/login", failure.Message, StringComparison.Ordinal);
        Assert.Single(_service.Posts);
    }

    [Theory]
    [InlineData(401, 0)]
    [InlineData(403, 0)]
    [InlineData(404, 404)]
    [InlineData(400, 0)]
    public async Task Looking_ends_at_once_where_the_status_is_refused(int status, int offsets)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("""{"message":"no view"}""", status);
        if (offsets != 0)
            _service.Handler.Answer("GET", TestService.OffsetsPath, offsets, """{"message":"no view"}""");
        _service.Handler.Answer("POST", TestService.RequestPath, 502, """{"message":"bad gateway"}""");

        var failure = await SubmitFailureAsync();

        Assert.Equal((FailureKind.Uncertain, 502), (failure.Kind, failure.StatusCode));
        Assert.Contains("bad gateway", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"cannot be read: {status} ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no view", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, _service.StatusReads.Count);
        Assert.Empty(_service.Clock.Delays);
    }

    [Fact]
    public async Task Looking_goes_on_where_there_is_no_request_yet()
    {
        _service
            .ShowsStatus(Given.Example("error-404"), 404)
            .ShowsStatus(Given.Example("error-404"), 404)
            .ShowsStatus(Given.Example("error-404"), 404)
            .ShowsStatus(Given.StatusText("PENDING"));
        _service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}").Answer("POST", TestService.RequestPath, 502, null);

        Assert.Equal(Given.After, (await SubmitAsync()).RequestedAt?.Text);
        Assert.Single(_service.Posts);
    }

    [Fact]
    public async Task Looking_survives_a_token_that_is_refused_in_the_middle()
    {
        const string TokenPath = "/sts/v1/oauth2/token";
        using var service = new TestService(s => s with
        {
            Credential = new TokenExchange("pool-1", new SubjectTokenSource(() => "jwt", NeedsPipelineThread: false)),
        });
        service.ShowsStatus(s_earlier).ShowsStatus("", 401).ShowsStatus(Given.StatusText("PENDING"));
        service.Handler
            .Answer("POST", TokenPath, 200, """{"access_token":"t1","expires_in":900}""")
            .Answer("POST", TokenPath, 200, """{"access_token":"t2","expires_in":900}""")
            .Answer("POST", TestService.RequestPath, 502, null);

        var request = await new OffsetAlteration(service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token);

        Assert.Equal(Given.After, request.RequestedAt?.Text);
        Assert.Equal(["Bearer t1", "Bearer t1", "Bearer t2"], service.StatusReads.Select(r => r.Authorization));
        Assert.Single(service.Posts, p => p.Path.EndsWith(TestService.RequestPath, StringComparison.Ordinal));
    }

    private void Refuses(int status) =>
        _service.Handler.Answer("POST", TestService.RequestPath, status, """{"error":{"code":1,"message":"not now"}}""");

    private Task<SubmittedRequest> SubmitAsync(string type = "PATCH", string? offsets = Given.Offsets) =>
        new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, type, Given.Items(offsets), Token);

    private Task<ServiceException> SubmitFailureAsync(string type = "PATCH", string? offsets = Given.Offsets) =>
        Assert.ThrowsAsync<ServiceException>(() => SubmitAsync(type, offsets));
}
