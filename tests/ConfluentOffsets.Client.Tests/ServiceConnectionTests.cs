using System.Net.Http.Headers;
using System.Text;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ServiceConnectionTests
{
    [Fact]
    public async Task An_answer_of_success_is_given_with_its_request_id()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{ }", new System.Collections.Hashtable { ["X-Request-Id"] = "req-1" });

        var reply = await service.GetAsync();

        Assert.Equal((200, "{ }", "req-1", "GET"), (reply.StatusCode, Encoding.UTF8.GetString(reply.Body.Span), reply.RequestId, reply.Method));
    }

    [Theory]
    [InlineData(400, "InvalidRequest")]
    [InlineData(401, "AuthenticationFailed")]
    [InlineData(402, "InvalidRequest")]
    [InlineData(403, "AccessDenied")]
    [InlineData(404, "ConnectorNotFound")]
    [InlineData(405, "InvalidRequest")]
    [InlineData(408, "RequestTimeout")]
    [InlineData(409, "Conflict")]
    [InlineData(410, "InvalidRequest")]
    [InlineData(422, "InvalidRequest")]
    [InlineData(429, "RateLimited")]
    [InlineData(500, "ServiceUnavailable")]
    [InlineData(501, "ServiceUnavailable")]
    [InlineData(502, "ServiceUnavailable")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(504, "ServiceUnavailable")]
    [InlineData(599, "ServiceUnavailable")]
    [InlineData(302, "UnexpectedResponse")]
    [InlineData(304, "UnexpectedResponse")]
    public async Task A_status_code_is_a_kind_of_failure(int status, string kind)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler.Answer(
            "GET",
            TestService.OffsetsPath,
            status,
            """{"error":{"code":"E7","message":"the server's words"}}""",
            new System.Collections.Hashtable { ["X-Request-Id"] = "req-7" });

        var failure = await service.GetFailureAsync();

        Assert.Equal((kind, status, "E7", "req-7", "GET"), (failure.Kind.ToString(), failure.StatusCode, failure.ErrorCode, failure.RequestId, failure.Method));
        Assert.StartsWith($"{status} ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(": the server's words (request id req-7)", failure.Message, StringComparison.Ordinal);
        Assert.Equal("""{"error":{"code":"E7","message":"the server's words"}}""", failure.ResponseBody);
        Assert.EndsWith("/connectors/orders-sink/offsets", failure.RequestUri?.AbsolutePath, StringComparison.Ordinal);
        Assert.False(failure.MayHaveBeenProcessed);
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(409, false)]
    [InlineData(429, false)]
    [InlineData(302, true)]
    [InlineData(307, true)]
    [InlineData(408, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task A_post_may_have_been_processed_unless_it_was_refused(int status, bool mayHaveBeenProcessed)
    {
        using var service = new TestService();
        service.Handler.Answer("POST", TestService.RequestPath, status, null);

        var failure = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal(mayHaveBeenProcessed, failure.MayHaveBeenProcessed);
        Assert.Equal(status == 429 ? 6 : 1, service.Posts.Count);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        using var service = new TestService();
        service.Handler.Answer(
            "GET",
            TestService.OffsetsPath,
            status,
            null,
            new System.Collections.Hashtable { ["Location"] = "https://evil.example/offsets" });

        var failure = await service.GetFailureAsync();

        Assert.Equal(FailureKind.UnexpectedResponse, failure.Kind);
        Assert.Contains("redirected to https://evil.example/offsets, which is not followed", failure.Message, StringComparison.Ordinal);
        Assert.Single(service.Handler.Requests);
    }

    [Fact]
    public async Task A_body_that_is_kept_in_a_failure_is_bounded()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 404, new string('é', 50_000));

        var failure = await service.GetFailureAsync();

        Assert.Equal(ErrorBody.MaxLength, failure.ResponseBody?.Length);
        Assert.InRange(failure.Message.Length, 1, 400);
    }

    [Fact]
    public async Task Each_attempt_carries_the_authorization_of_its_moment()
    {
        using var service = new TestService(s => s with { Credential = new CountingCredential() });
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 503, null)
            .Fail("GET", TestService.OffsetsPath, StubFault.Lost)
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.Equal(["Bearer t1", "Bearer t2", "Bearer t3"], service.Handler.Requests.Select(r => r.Authorization));
    }

    [Fact]
    public async Task Each_attempt_tells_who_asks()
    {
        var version = typeof(ServiceConnection).Assembly.GetName().Version!.ToString(3);
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 503, null).Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.Equal([$"ConfluentOffsets/{version}", $"ConfluentOffsets/{version}"], service.Handler.Requests.Select(r => r.UserAgent));
    }

    [Theory]
    [InlineData("https://api.confluent.cloud", "https://api.confluent.cloud/connect/v1/")]
    [InlineData("https://api.confluent.cloud/", "https://api.confluent.cloud/connect/v1/")]
    [InlineData("http://127.0.0.1:8080/mock/", "http://127.0.0.1:8080/mock/connect/v1/")]
    [InlineData("http://localhost:8080/a%20b?x=1#y", "http://localhost:8080/a%20b/connect/v1/")]
    public async Task The_base_address_comes_first(string baseUri, string start)
    {
        using var service = new TestService(s => s with { BaseUri = new Uri(baseUri) });
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.StartsWith(start, service.Handler.Requests[0].Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders sink", "orders%20sink")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("100%", "100%25")]
    [InlineData("a#b", "a%23b")]
    [InlineData("a?b=c&d", "a%3Fb%3Dc%26d")]
    [InlineData("a+b", "a%2Bb")]
    [InlineData("a\\b", "a%5Cb")]
    [InlineData("a;b:c@d,e$f", "a%3Bb%3Ac%40d%2Ce%24f")]
    [InlineData("a[0]{1}|^`\"<>", "a%5B0%5D%7B1%7D%7C%5E%60%22%3C%3E")]
    [InlineData("it's (it)!*", "it%27s%20%28it%29%21%2A")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("注文😀", "%E6%B3%A8%E6%96%87%F0%9F%98%80")]
    [InlineData("../../admin", "..%2F..%2Fadmin")]
    [InlineData("a..b", "a..b")]
    [InlineData("a/../b", "a%2F..%2Fb")]
    [InlineData("-._~", "-._~")]
    [InlineData(" x ", "%20x%20")]
    [InlineData("a\r\nb\u0000", "a%0D%0Ab%00")]
    public async Task A_name_reaches_the_service_as_one_escaped_segment(string name, string escaped)
    {
        using var service = new TestService();
        service.Handler.Answer("GET", "*", 200, "{}");

        await service.Api.GetOffsetsAsync(Given.Connector with { ConnectorName = name }, TestContext.Current.CancellationToken);

        var request = Assert.Single(service.Handler.Requests);
        Assert.Equal($"/connect/v1/environments/env-a12b6/clusters/lkc-devc80/connectors/{escaped}/offsets", request.Path);
        Assert.Equal("https://api.confluent.cloud" + request.Path, request.Uri);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task A_name_of_dots_reaches_no_other_path(string name)
    {
        using var service = new TestService();
        service.Handler.Answer("GET", "*", 200, "{}");

        await service.Api.GetOffsetsAsync(Given.Connector with { ConnectorName = name }, TestContext.Current.CancellationToken);

        var escaped = name.Replace(".", "%2E", StringComparison.Ordinal);
        Assert.Equal($"/connect/v1/environments/env-a12b6/clusters/lkc-devc80/connectors/{escaped}/offsets", service.Handler.Requests[0].Path);
    }

    [Fact]
    public async Task The_other_segments_are_escaped_too()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", "*", 200, "[]");

        await new ConnectorsApi(service.Connection, Caller.None).ListNamesAsync("env/1", "..", TestContext.Current.CancellationToken);

        Assert.Equal("/connect/v1/environments/env%2F1/clusters/%2E%2E/connectors", service.Handler.Requests[0].Path);
    }

    [Fact]
    public async Task An_injected_handler_is_not_disposed()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");
        await service.GetAsync();

        service.Connection.Dispose();

        Assert.True(service.Connection.IsDisposed);
        Assert.False(service.Handler.IsDisposed);
    }

    [Fact]
    public void A_borrowed_handler_outlives_the_chain_around_it()
    {
        using var handler = new StubHttpHandler();

        using (new BorrowedHandler(handler))
            Assert.False(handler.IsDisposed);

        Assert.False(handler.IsDisposed);
    }

    [Fact]
    public async Task A_connection_that_was_disposed_sends_nothing()
    {
        using var service = new TestService();
        service.Connection.Dispose();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => service.GetAsync());

        Assert.Equal((FailureKind.Disconnected, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.Empty(service.Handler.Requests);
    }

    [Theory]
    [InlineData("", "the body is empty")]
    [InlineData("[]", "The answer is not a JSON object.")]
    public async Task A_success_that_is_not_the_documented_JSON_says_so(string body, string why)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, body, new System.Collections.Hashtable { ["X-Request-Id"] = "req-1" });

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => service.Api.GetOffsetsAsync(Given.Connector, TestContext.Current.CancellationToken));

        Assert.Equal((FailureKind.UnexpectedResponse, 200, "req-1"), (failure.Kind, failure.StatusCode, failure.RequestId));
        Assert.Equal($"The answer to GET is not the documented JSON (200): {why} (request id req-1)", failure.Message);
    }

    private sealed class CountingCredential : ICredential
    {
        private int _count;

        public ValueTask<AuthenticationHeaderValue> AuthorizeAsync(ServiceConnection connection, Caller caller, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new AuthenticationHeaderValue("Bearer", $"t{++_count}"));

        public bool Refused(AuthenticationHeaderValue header) => false;
    }
}
