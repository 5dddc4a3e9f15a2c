using System.Collections;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class TokenExchangeTests
{
    private const string TokenPath = "/sts/v1/oauth2/token";
    private const string Jwt = "subject/token+1=";

    [Fact]
    public async Task The_first_request_exchanges_the_JWT_as_documented_and_carries_the_token()
    {
        using var service = Service();
        Gives(service, "t1");

        await service.GetAsync();

        Assert.Equal(["POST", "GET"], service.Handler.Requests.Select(r => r.Method));
        var exchange = service.Handler.Requests[0];
        Assert.Equal("https://api.confluent.cloud" + TokenPath, exchange.Uri);
        Assert.Equal("application/x-www-form-urlencoded", exchange.ContentType);
        Assert.Null(exchange.Authorization);
        Assert.StartsWith("ConfluentOffsets/", exchange.UserAgent, StringComparison.Ordinal);
        var form = exchange.Body!.Split('&').Select(Uri.UnescapeDataString).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "expires_in=900",
                "grant_type=urn:ietf:params:oauth:grant-type:token-exchange",
                "identity_pool_id=pool-1",
                "requested_token_type=urn:ietf:params:oauth:token-type:access_token",
                "subject_token=" + Jwt,
                "subject_token_type=urn:ietf:params:oauth:token-type:jwt",
            ],
            form);
        Assert.Equal("Bearer t1", service.Handler.Requests[1].Authorization);
    }

    [Theory]
    [InlineData("900", 779, 781)]
    [InlineData("\"900\"", 779, 781)]
    [InlineData("60", 47, 49)]
    [InlineData("null", 239, 241)]
    [InlineData("-1", 239, 241)]
    public async Task A_token_is_used_until_it_is_near_its_end(string expiresIn, int before, int after)
    {
        using var service = Service();
        Gives(service, "t1", expiresIn);
        Gives(service, "t2");

        await service.GetAsync();
        service.Clock.Advance(TimeSpan.FromSeconds(before));
        await service.GetAsync();
        service.Clock.Advance(TimeSpan.FromSeconds(after - before));
        await service.GetAsync();

        Assert.Equal(["Bearer t1", "Bearer t1", "Bearer t2"], Gets(service));
    }

    [Fact]
    public async Task An_early_exchange_that_fails_does_not_end_a_token_that_lasts()
    {
        using var service = Service();
        Gives(service, "t1");
        service.Handler.Answer("POST", TokenPath, 400, """{"error":"invalid_grant"}""");
        await service.GetAsync();

        // 120 s are left, then 60: only the first of these tries again.
        service.Clock.Advance(TimeSpan.FromSeconds(780));
        await service.GetAsync();
        await service.GetAsync();
        Assert.Equal(2, Exchanges(service).Count);
        service.Clock.Advance(TimeSpan.FromSeconds(61));
        await service.GetAsync();
        Assert.Equal(3, Exchanges(service).Count);

        service.Clock.Advance(TimeSpan.FromSeconds(60));
        var failure = await service.GetFailureAsync();

        Assert.Equal(FailureKind.AuthenticationFailed, failure.Kind);
        Assert.All(Gets(service), header => Assert.Equal("Bearer t1", header));
        Assert.Contains(service.Verbose, line => line.Contains("used as long as it lasts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_was_put_off_just_before_its_end_is_not_used_after_it()
    {
        using var service = Service();
        Gives(service, "t1");
        service.Handler.Answer("POST", TokenPath, 400, """{"error":"invalid_grant"}""");
        await service.GetAsync();
        service.Clock.Advance(TimeSpan.FromSeconds(895));
        await service.GetAsync();

        service.Clock.Advance(TimeSpan.FromSeconds(6));
        var failure = await service.GetFailureAsync();

        Assert.Equal(FailureKind.AuthenticationFailed, failure.Kind);
        Assert.Equal(3, Exchanges(service).Count);
    }

    [Fact]
    public async Task All_who_need_a_token_at_once_share_one_exchange()
    {
        using var stub = new StubHttpHandler();
        using var gate = new GateHandler(stub, TokenPath);
        using var service = Service(gate);
        stub.Answer("POST", TokenPath, 200, Token("t1", "900")).Answer("GET", "*", 200, "{}");

        var calls = Enumerable.Range(0, 20).Select(_ => service.GetAsync()).ToArray();
        gate.Open();
        await Task.WhenAll(calls);

        Assert.Single(stub.Requests, r => r.Method == "POST");
        Assert.Equal(20, stub.Requests.Count(r => r.Authorization == "Bearer t1"));
    }

    [Fact]
    public async Task All_who_need_a_token_at_once_share_a_refusal()
    {
        using var stub = new StubHttpHandler();
        using var gate = new GateHandler(stub, TokenPath);
        using var service = Service(gate);
        stub.Answer("POST", TokenPath, 401, """{"error":"invalid_client"}""");

        var calls = Enumerable.Range(0, 20).Select(_ => service.GetFailureAsync()).ToArray();
        gate.Open();
        var failures = await Task.WhenAll(calls);

        Assert.All(failures, f => Assert.Equal(FailureKind.AuthenticationFailed, f.Kind));
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task Who_gives_up_does_not_end_the_exchange_for_the_others()
    {
        using var stub = new StubHttpHandler();
        using var gate = new GateHandler(stub, TokenPath);
        using var service = Service(gate);
        using var stop = new CancellationTokenSource();
        stub.Answer("POST", TokenPath, 200, Token("t1", "900")).Answer("GET", "*", 200, "{}");
        var first = service.GetAsync(cancellationToken: stop.Token);
        var second = service.GetAsync();
        await gate.Reached;

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.Open();
        await second;

        Assert.Equal(["POST", "GET"], stub.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task When_the_last_gives_up_the_exchange_is_called_off_and_a_later_call_begins_anew()
    {
        using var stub = new StubHttpHandler();
        using var gate = new GateHandler(stub, TokenPath);
        using var service = Service(gate);
        using var stop = new CancellationTokenSource();
        stub.Answer("POST", TokenPath, 200, Token("t1", "900")).Answer("GET", "*", 200, "{}");
        var first = service.GetAsync(cancellationToken: stop.Token);
        await gate.Reached;

        await stop.CancelAsync();
        await gate.Cancelled.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.Open();
        await service.GetAsync();

        Assert.Equal(["POST", "GET"], stub.Requests.Select(r => r.Method));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_refused_request_is_sent_once_more_with_a_new_token(string method)
    {
        using var service = Service();
        service.Handler
            .Answer("POST", TokenPath, 200, Token("t1", "900")).Answer("POST", TokenPath, 200, Token("t2", "900"))
            .Answer("GET", "*", 401, null).Answer("GET", "*", 200, "{}")
            .Answer("POST", TestService.RequestPath, 401, null).Answer("POST", TestService.RequestPath, 202, "{}");

        await (method == "GET" ? service.GetAsync() : service.PostAsync());

        var sent = service.Handler.Requests.Where(r => r.Path != TokenPath).ToArray();
        Assert.Equal(["Bearer t1", "Bearer t2"], sent.Select(r => r.Authorization));
        Assert.Equal(sent[0].Body, sent[1].Body);
        Assert.Contains(service.Verbose, line => line.Contains(": 401 in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_refused_twice_has_failed()
    {
        using var service = Service();
        service.Handler
            .Answer("POST", TokenPath, 200, Token("t1", "900")).Answer("POST", TokenPath, 200, Token("t2", "900"))
            .Answer("GET", "*", 401, """{"error":{"code":401,"message":"who are you"}}""");

        var failure = await service.GetFailureAsync();

        Assert.Equal((FailureKind.AuthenticationFailed, 401), (failure.Kind, failure.StatusCode));
        Assert.Contains("who are you", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["Bearer t1", "Bearer t2"], Gets(service));
    }

    [Fact]
    public async Task Refusals_of_one_token_lead_to_one_exchange()
    {
        using var stub = new StubHttpHandler();
        using var picky = new PickyHandler(stub, refused: "Bearer t1");
        using var gate = new GateHandler(picky, TestService.OffsetsPath);
        using var service = Service(gate);
        stub.Answer("POST", TokenPath, 200, Token("t1", "900")).Answer("POST", TokenPath, 200, Token("t2", "900")).Answer("GET", "*", 200, "{}");

        var calls = Enumerable.Range(0, 10).Select(_ => service.GetAsync()).ToArray();
        await gate.Reached;
        gate.Open();
        await Task.WhenAll(calls);

        Assert.Equal(2, stub.Requests.Count(r => r.Method == "POST"));
        Assert.Equal(10, stub.Requests.Count(r => r.Authorization == "Bearer t2"));
    }

    [Fact]
    public async Task What_is_sent_as_it_is_is_not_sent_again_after_a_refusal()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", "*", 401, null);

        await service.GetFailureAsync();

        Assert.Single(service.Handler.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    public async Task A_refused_exchange_is_told_in_the_service_s_words(int status)
    {
        using var service = Service();
        service.Handler.Answer(
            "POST",
            TokenPath,
            status,
            $$"""{"error":"invalid_grant","error_description":"Audience mismatch of {{Jwt}}"}""",
            new Hashtable { ["X-Request-Id"] = "req-9" });

        var failure = await service.GetFailureAsync();

        Assert.Equal((FailureKind.AuthenticationFailed, status, "invalid_grant", "req-9"), (failure.Kind, failure.StatusCode, failure.ErrorCode, failure.RequestId));
        Assert.StartsWith($"The token exchange for identity pool 'pool-1' was refused: {status} ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Audience mismatch of (redacted)", failure.Message, StringComparison.Ordinal);
        Assert.Single(service.Handler.Requests);
    }

    [Fact]
    public async Task An_exchange_is_retried_after_what_can_pass()
    {
        using var service = Service();
        service.Handler
            .Answer("POST", TokenPath, 503, null)
            .Answer("POST", TokenPath, 429, null, new Hashtable { ["Retry-After"] = "7" })
            .Fail("POST", TokenPath, StubFault.Lost)
            .Fail("POST", TokenPath, StubFault.Hang);
        Gives(service, "t1");

        await service.GetAsync(singleAttempt: true);

        Assert.Equal(5, Exchanges(service).Count);
        Assert.Contains(service.Clock.Delays, delay => delay >= TimeSpan.FromSeconds(7) && delay <= TimeSpan.FromSeconds(8.75));
        Assert.Equal(["Bearer t1"], Gets(service));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"access_token":"half a tok""")]
    [InlineData("<html>not now</html>")]
    public async Task An_exchange_whose_answer_is_no_JSON_is_repeated(string body)
    {
        using var service = Service();
        service.Handler.Answer("POST", TokenPath, 200, body);
        Gives(service, "t1");

        await service.GetAsync(singleAttempt: true);

        Assert.Equal(2, Exchanges(service).Count);
        Assert.Equal(["Bearer t1"], Gets(service));
    }

    [Fact]
    public async Task A_limit_of_an_early_exchange_holds_back_the_requests_of_its_connection()
    {
        using var service = Service(maxRetryCount: 0);
        Gives(service, "t1");
        service.Handler.Answer("POST", TokenPath, 429, null, new Hashtable { ["Retry-After"] = "7" });
        await service.GetAsync();
        service.Clock.Advance(TimeSpan.FromSeconds(780));

        await service.GetAsync();
        await service.GetAsync();

        Assert.Equal(["POST", "GET", "POST", "GET", "GET"], service.Handler.Requests.Select(r => r.Method));
        Assert.InRange((service.Handler.Requests[4].At - service.Handler.Requests[2].At).TotalSeconds, 7, 8.75);
    }

    [Fact]
    public async Task A_request_whose_exchange_failed_was_not_processed()
    {
        using var service = Service();
        service.Handler.Answer("POST", TokenPath, 500, null);

        var failure = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal((FailureKind.ServiceUnavailable, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.StartsWith("The token exchange for identity pool 'pool-1' failed: 500 ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"access_token":7}""")]
    [InlineData("""{"access_token":""}""")]
    [InlineData("""{"access_token":"a b","id_token":"hidden"}""")]
    public async Task An_answer_without_a_token_says_so_and_is_not_shown(string body)
    {
        using var service = Service();
        service.Handler.Answer("POST", TokenPath, 200, body);

        var failure = await service.GetFailureAsync();

        Assert.Equal(FailureKind.UnexpectedResponse, failure.Kind);
        Assert.Contains("it holds no access token", failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.ResponseBody);
        Assert.DoesNotContain("hidden", string.Concat(service.Debug), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_tells_of_the_exchange_without_its_tokens()
    {
        using var service = Service();
        service.Handler.Answer("POST", TokenPath, 200, Token("first-token", "900"));
        service.Handler.Answer("GET", TestService.OffsetsPath, 404, $"no: first-token, {Uri.EscapeDataString(Jwt)}");

        await service.GetFailureAsync();

        var trace = string.Join('\n', service.Verbose.Concat(service.Debug));
        Assert.Contains($"POST {TokenPath}: 200 in", trace, StringComparison.Ordinal);
        Assert.Contains("no: (redacted), (redacted)", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("first-token", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("subject", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_was_closed_exchanges_nothing()
    {
        using var service = Service();
        service.Connection.Dispose();

        var failure = await service.GetFailureAsync();

        Assert.Equal(FailureKind.Disconnected, failure.Kind);
        Assert.Empty(service.Handler.Requests);
    }

    private static TestService Service(HttpMessageHandler? primary = null, int maxRetryCount = 5) => new(
        s => s with
        {
            Credential = new TokenExchange("pool-1", new SubjectTokenSource(() => Jwt, NeedsPipelineThread: false)),
            MaxRetryCount = maxRetryCount,
        },
        primary);

    private static void Gives(TestService service, string token, string expiresIn = "900") => service.Handler
        .Answer("POST", TokenPath, 200, Token(token, expiresIn))
        .Answer("GET", TestService.OffsetsPath, 200, "{}");

    private static string Token(string token, string expiresIn) =>
        $$"""{"access_token":"{{token}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":{{expiresIn}}}""";

    private static IReadOnlyList<RecordedRequest> Exchanges(TestService service) => [.. service.Handler.Requests.Where(r => r.Path == TokenPath)];

    private static IEnumerable<string?> Gets(TestService service) => service.Handler.Requests.Where(r => r.Method == "GET").Select(r => r.Authorization);

    /// <summary>Refuses one credential.</summary>
    private sealed class PickyHandler(HttpMessageHandler inner, string refused) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Headers.Authorization?.ToString() == refused
                ? Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized))
                : base.SendAsync(request, cancellationToken);
    }
}
