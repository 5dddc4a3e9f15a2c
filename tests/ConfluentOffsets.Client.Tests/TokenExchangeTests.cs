using System.Collections;
using ConfluentOffsets.TestSupport;
using Xunit;
using static ConfluentOffsets.Client.Tests.ExchangingService;

namespace ConfluentOffsets.Client.Tests;

public sealed class TokenExchangeTests
{
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

    private static IReadOnlyList<RecordedRequest> Exchanges(TestService service) => [.. service.Handler.Requests.Where(r => r.Path == TokenPath)];

    private static IEnumerable<string?> Gets(TestService service) => service.Handler.Requests.Where(r => r.Method == "GET").Select(r => r.Authorization);

    [Fact]
    public async Task No_token_is_asked_for_once_the_connection_is_closed()
    {
        using var service = ExchangingService.Service();
        service.Handler.Answer("POST", ExchangingService.TokenPath, 503, null, new System.Collections.Hashtable { ["Retry-After"] = 5 });
        var log = new CallLog(text =>
        {
            if (text.Contains("503", StringComparison.Ordinal))
                service.Connection.Dispose();
        });

        var failure = await Assert.ThrowsAsync<ServiceException>(() => service.GetAsync(caller: new Caller(log)));

        Assert.Equal(FailureKind.Disconnected, failure.Kind);
        Assert.Single(service.Handler.Requests);
    }
}
