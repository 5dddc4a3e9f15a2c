using ConfluentOffsets.TestSupport;
using Xunit;
using static ConfluentOffsets.Client.Tests.ExchangingService;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Many who need a token at once.</summary>
public sealed class TokenExchangeSharingTests
{
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

    /// <summary>Refuses one credential.</summary>
    private sealed class PickyHandler(HttpMessageHandler inner, string refused) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Headers.Authorization?.ToString() == refused
                ? Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized))
                : base.SendAsync(request, cancellationToken);
    }
}
