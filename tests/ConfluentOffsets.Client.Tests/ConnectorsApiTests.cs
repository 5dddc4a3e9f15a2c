using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Pausing and resuming, and finding a connector in the list.</summary>
public sealed class ConnectorsApiTests : IDisposable
{
    private const string Connectors = "/connectors";

    private readonly TestService _service = new(s => s with { MaxRetryCount = 2 });

    private ConnectorsApi Api => new(_service.Connection, Caller.None);

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task A_put_has_no_body_and_takes_202(string action)
    {
        _service.Handler.Answer("PUT", $"/{action}", 202, null);

        await PutAsync(action);

        var request = Assert.Single(_service.Handler.Requests);
        Assert.Equal($"{Given.Connector.Path}/{action}", request.Path);
        Assert.Null(request.Body);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_put_is_repeated_after_what_can_pass(int status)
    {
        _service.Handler.Answer("PUT", "/pause", status, null).Answer("PUT", "/pause", 202, null);

        await PutAsync("pause");

        Assert.Equal(2, _service.Handler.Requests.Count);
    }

    [Fact]
    public async Task A_put_is_repeated_when_its_answer_is_lost()
    {
        _service.Handler.Fail("PUT", "/pause", StubFault.Lost).Answer("PUT", "/pause", 202, null);

        await PutAsync("pause");

        Assert.Equal(2, _service.Handler.Requests.Count);
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(403, false)]
    [InlineData(409, false)]
    [InlineData(302, true)]
    [InlineData(503, true)]
    public async Task A_put_that_is_refused_may_have_been_taken_only_after_a_redirect_or_a_5xx(int status, bool expected)
    {
        _service.Handler.Answer("PUT", "/pause", status, null);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => PutAsync("pause"));

        Assert.Equal(status, failure.StatusCode);
        Assert.Equal(expected, failure.MayHaveBeenProcessed);
    }

    [Theory]
    [InlineData(200, "<html>login</html>", true)]
    [InlineData(200, "", false)]
    [InlineData(202, "anything", false)]
    public async Task A_page_in_the_place_of_202_is_no_acceptance(int status, string body, bool isUnexpected)
    {
        _service.Handler.Answer("PUT", "/pause", status, body);

        var failure = await Record.ExceptionAsync(() => PutAsync("pause")) as ServiceException;

        Assert.Equal(isUnexpected ? FailureKind.UnexpectedResponse : null, failure?.Kind);
    }

    [Fact]
    public async Task A_connector_is_found_in_the_list_by_its_exact_name()
    {
        _service.Handler.Answer("GET", Connectors, 200, """{"Orders":{},"orders":{"id":{"id":"lcc-1"}},"orders-2":{}}""");

        var found = await Api.GetAsync(Given.Connector with { ConnectorName = "orders" }, singleAttempt: false, TestContext.Current.CancellationToken);

        Assert.Equal("lcc-1", found.Id);
        Assert.Equal("?expand=id,info,status", new Uri(_service.Handler.Requests[0].Uri).Query);
    }

    [Fact]
    public async Task One_that_the_list_has_not_is_not_found()
    {
        _service.Handler.Answer("GET", Connectors, 200, """{"Orders":{}}""");

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => Api.GetAsync(Given.Connector with { ConnectorName = "orders" }, singleAttempt: false, TestContext.Current.CancellationToken));

        Assert.Equal(FailureKind.ConnectorNotFound, failure.Kind);
    }

    [Fact]
    public async Task Traces_hold_no_secret()
    {
        using var service = new TestService(s => s with { Secrets = ["top-secret-1"] });
        service.Handler.Answer("GET", Connectors, 200, """{"a":{"status":{"connector":{"trace":"x top-secret-1"},"tasks":[{"trace":"top-secret-1"}]}}}""");

        var list = await new ConnectorsApi(service.Connection, Caller.None).ListAsync("env-1", "lkc-1", singleAttempt: true, TestContext.Current.CancellationToken);

        Assert.DoesNotContain("top-secret-1", list[0].Trace + list[0].Tasks[0].Trace, StringComparison.Ordinal);
    }

    public void Dispose() => _service.Dispose();

    private Task PutAsync(string action) => action == "pause"
        ? Api.PauseAsync(Given.Connector, () => { }, TestContext.Current.CancellationToken)
        : Api.ResumeAsync(Given.Connector, () => { }, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("refused")]
    [InlineData("limited")]
    [InlineData("disconnected")]
    public async Task What_an_earlier_attempt_may_have_done_is_not_forgotten(string then)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 1 });
        service.Handler.Answer("PUT", "/pause", 503, null);
        if (then == "limited")
            service.Handler.Answer("PUT", "/pause", 429, null);
        else
            service.Handler.Fail("PUT", "/pause", StubFault.Refused);
        var log = new CallLog(text =>
        {
            if (then == "disconnected" && text.Contains("503", StringComparison.Ordinal))
                service.Connection.Dispose();
        });

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => new ConnectorsApi(service.Connection, new Caller(log)).PauseAsync(Given.Connector, () => { }, TestContext.Current.CancellationToken));

        Assert.True(failure.MayHaveBeenProcessed);
    }

    [Fact]
    public async Task Nor_is_it_where_no_token_can_be_had_for_the_next_attempt()
    {
        using var service = ExchangingService.Service();
        service.Handler
            .Answer("POST", ExchangingService.TokenPath, 200, ExchangingService.Token("t1", "900"))
            .Answer("POST", ExchangingService.TokenPath, 400, "{}")
            .Answer("PUT", "/pause", 503, null)
            .Answer("PUT", "/pause", 401, null);

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => new ConnectorsApi(service.Connection, service.Caller).PauseAsync(Given.Connector, () => { }, TestContext.Current.CancellationToken));

        Assert.True(failure.MayHaveBeenProcessed);
    }
}
