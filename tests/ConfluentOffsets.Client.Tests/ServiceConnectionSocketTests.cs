using System.Net;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What no stub shows, since the real handler does it.</summary>
public sealed class ServiceConnectionSocketTests
{
    [Fact]
    public async Task A_redirect_does_not_carry_the_credential_to_another_host()
    {
        using var other = new LoopbackServer(LoopbackServer.Response("200 OK", "{}"));
        using var server = new LoopbackServer(LoopbackServer.Response("307 Temporary Redirect", "", $"Location: {other.Address}offsets"));
        using var service = Service(server);

        var failure = await service.GetFailureAsync();

        Assert.Equal((FailureKind.UnexpectedResponse, 307), (failure.Kind, failure.StatusCode));
        Assert.Single(server.Requests);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("..", "%2E%2E")]
    [InlineData("a/b %2F?#+é", "a%2Fb%20%252F%3F%23%2B%C3%A9")]
    public async Task A_name_is_escaped_on_the_wire(string name, string escaped)
    {
        using var server = new LoopbackServer(LoopbackServer.Response("200 OK", "{}"));
        using var service = Service(server);

        await service.Api.GetOffsetsAsync(Given.Connector with { ConnectorName = name }, TestContext.Current.CancellationToken);

        Assert.StartsWith(
            $"GET /connect/v1/environments/env-a12b6/clusters/lkc-devc80/connectors/{escaped}/offsets HTTP/1.1\n",
            Assert.Single(server.Requests),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_is_not_sent_back()
    {
        using var server = new LoopbackServer(LoopbackServer.Response("200 OK", "{}", "Set-Cookie: session=c00kie; Path=/"));
        using var service = Service(server);

        await service.GetAsync();
        await service.GetAsync();

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, head => Assert.DoesNotContain("c00kie", head, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_read_again()
    {
        using var server = new LoopbackServer(
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":(cut)",
            LoopbackServer.Response("200 OK", "{}"));
        using var service = Service(server);

        var reply = await service.GetAsync();

        Assert.Equal("{}", System.Text.Encoding.UTF8.GetString(reply.Body.Span));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_post_on_a_kept_connection_that_breaks_is_sent_once()
    {
        using var server = new LoopbackServer(LoopbackServer.Response("200 OK", "{}"), null);
        using var service = Service(server);
        await service.GetAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal((FailureKind.ConnectionFailed, true), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.Equal(["GET", "POST"], server.Requests.Select(r => r.Split(' ')[0]));
    }

    [Fact]
    public async Task A_post_whose_acceptance_breaks_off_was_accepted()
    {
        using var server = new LoopbackServer("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{\"id\":(cut)");
        using var service = Service(server);

        var reply = await service.PostAsync();

        Assert.Equal((202, 11), (reply.StatusCode, reply.Body.Length));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_token_that_breaks_off_is_exchanged_again()
    {
        using var server = new LoopbackServer(
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":\"half(cut)",
            LoopbackServer.Response("200 OK", """{"access_token":"whole"}"""),
            LoopbackServer.Response("200 OK", "{}"));
        using var service = Service(server, Exchanging);

        await service.GetAsync();

        Assert.Equal(["POST", "POST", "GET"], server.Requests.Select(r => r.Split(' ')[0]));
        Assert.Contains("Authorization: Bearer whole\n", server.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_breaks_off_each_time_is_a_lost_connection_and_is_not_shown()
    {
        using var server = new LoopbackServer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":\"half(cut)");
        using var service = Service(server, Exchanging);

        var failure = await service.GetFailureAsync();

        Assert.Equal((FailureKind.ConnectionFailed, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.StartsWith("The token exchange for identity pool 'pool-1' failed: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("(after 3 attempts)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("half", string.Join('\n', service.Verbose.Concat(service.Debug).Append(failure.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_that_breaks_off_is_that_refusal()
    {
        using var server = new LoopbackServer("HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nnot you(cut)");
        using var service = Service(server);

        var failure = await service.GetFailureAsync();

        Assert.Equal((FailureKind.AccessDenied, 403), (failure.Kind, failure.StatusCode));
        Assert.Contains("not you", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_post_to_a_closed_port_is_tried_again_and_was_not_processed()
    {
        using var server = new LoopbackServer(LoopbackServer.Response("202 Accepted", "{}"));
        using var service = Service(server);
        server.Dispose();

        var failure = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal((FailureKind.ConnectionFailed, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.EndsWith("(after 3 attempts)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, service.Verbose.Count);
    }

    [Theory]
    [InlineData("407 Proxy Authentication Required")]
    [InlineData("502 Bad Gateway")]
    public async Task A_post_for_which_a_proxy_makes_no_tunnel_was_not_processed(string answer)
    {
        using var server = new LoopbackServer(LoopbackServer.Response(answer, "{}", "Proxy-Authenticate: Basic"));
        using var service = Service(new WebProxy(server.Address), new Uri("https://api.confluent.cloud"));

        var failure = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal((FailureKind.ConnectionFailed, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.EndsWith("(after 3 attempts)", failure.Message, StringComparison.Ordinal);
        Assert.All(server.Requests, head => Assert.StartsWith("CONNECT api.confluent.cloud:443 ", head, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_post_to_a_server_that_speaks_no_TLS_was_not_processed()
    {
        using var server = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var accepting = AnswerInPlainTextAsync(server, times: 3);
        using var service = Service(new WebProxy(), new Uri($"https://{server.LocalEndpoint}"));

        var failure = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        await accepting;
        Assert.Equal((FailureKind.ConnectionFailed, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.EndsWith("(after 3 attempts)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_a_connection_closes_its_sockets()
    {
        using var server = new LoopbackServer(LoopbackServer.Response("200 OK", "{}"));
        using var service = Service(server);
        await service.GetAsync();

        service.Connection.Dispose();

        Assert.True(await Task.Run(() => server.Closed.Wait(TimeSpan.FromSeconds(10)), TestContext.Current.CancellationToken));
    }

    private static ConnectionSettings Exchanging(ConnectionSettings settings) => settings with
    {
        Credential = new TokenExchange("pool-1", new SubjectTokenSource(() => "jwt", NeedsPipelineThread: false)),
    };

    private static async Task AnswerInPlainTextAsync(System.Net.Sockets.TcpListener server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = await server.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        }
    }

    /// <summary>Directly, whatever proxy this machine has.</summary>
    private static TestService Service(LoopbackServer server, Func<ConnectionSettings, ConnectionSettings>? configure = null) =>
        Service(new WebProxy(), server.Address, configure);

    private static TestService Service(WebProxy proxy, Uri address, Func<ConnectionSettings, ConnectionSettings>? configure = null) => new(s => (configure?.Invoke(s) ?? s) with
    {
        BaseUri = address,
        PrimaryHandler = null,
        Proxy = proxy,
        MaxRetryCount = 2,
    });
}
