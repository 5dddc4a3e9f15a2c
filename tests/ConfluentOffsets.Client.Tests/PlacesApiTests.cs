using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Environments and clusters, page by page.</summary>
public sealed class PlacesApiTests : IDisposable
{
    private const string Environments = "/org/v2/environments";

    private readonly TestService _service = new();

    private PlacesApi Api => new(_service.Connection, Caller.None);

    [Fact]
    public async Task Environments_are_read()
    {
        _service.Handler.Answer("GET", Environments, 200, """{"data":[{"id":"env-1","display_name":"Prod"},{"id":"env-2"},{"display_name":"no id"}]}""");

        Assert.Equal([new("env-1", "Prod", null), new("env-2", null, null)], await EnvironmentsAsync());
    }

    [Fact]
    public async Task Clusters_are_those_of_an_environment()
    {
        _service.Handler.Answer("GET", "/cmk/v2/clusters", 200, """{"data":[{"id":"lkc-1","spec":{"display_name":"orders","cloud":"AWS","region":"us-east-1"}},{"id":"lkc-2","spec":{}}]}""");

        var clusters = await Api.ListClustersAsync("env/1", TestContext.Current.CancellationToken);

        Assert.Equal([new("lkc-1", "orders", "AWS us-east-1"), new("lkc-2", null, null)], clusters);
        Assert.Equal("https://api.confluent.cloud/cmk/v2/clusters?page_size=100&environment=env%2F1", _service.Handler.Requests[0].Uri);
    }

    [Theory]
    [InlineData("https://api.confluent.cloud/org/v2/environments?page_token=t%2B1")]
    [InlineData("https://evil.example/steal?page_token=t%2B1&x=1")]
    [InlineData("/org/v2/environments?page_size=10&page_token=t%2B1#x")]
    public async Task The_next_page_is_asked_of_the_same_host_whatever_next_says(string next)
    {
        _service.Handler
            .Answer("GET", Environments, 200, $$$"""{"metadata":{"next":"{{{next}}}"},"data":[{"id":"env-1"}]}""")
            .Answer("GET", Environments, 200, """{"metadata":{"next":""},"data":[{"id":"env-2"}]}""");

        var environments = await EnvironmentsAsync();

        Assert.Equal(["env-1", "env-2"], environments.Select(e => e.Id));
        Assert.Equal(
            ["https://api.confluent.cloud/org/v2/environments?page_size=100", "https://api.confluent.cloud/org/v2/environments?page_size=100&page_token=t%2B1"],
            _service.Handler.Requests.Select(r => r.Uri));
    }

    [Theory]
    [InlineData("\"https://api.confluent.cloud/org/v2/environments\"")]
    [InlineData("null")]
    [InlineData("7")]
    public async Task Without_a_token_there_is_no_next_page(string next)
    {
        _service.Handler.Answer("GET", Environments, 200, $$$"""{"metadata":{"next":{{{next}}}},"data":[{"id":"env-1"}]}""");

        Assert.Single(await EnvironmentsAsync());
        Assert.Single(_service.Handler.Requests);
    }

    [Fact]
    public async Task A_page_that_leads_to_itself_ends_the_list()
    {
        _service.Handler.Answer("GET", Environments, 200, """{"metadata":{"next":"?page_token=same"},"data":[{"id":"env-1"}]}""");

        Assert.Equal(2, (await EnvironmentsAsync()).Count);
    }

    [Theory]
    [InlineData(503, "", FailureKind.ServiceUnavailable)]
    [InlineData(200, "[]", FailureKind.UnexpectedResponse)]
    [InlineData(200, """{"data":{}}""", FailureKind.UnexpectedResponse)]
    [InlineData(200, "<html>", FailureKind.UnexpectedResponse)]
    internal async Task A_failure_is_not_retried(int status, string body, FailureKind kind)
    {
        _service.Handler.Answer("GET", Environments, status, body);

        var failure = await Assert.ThrowsAsync<ServiceException>(EnvironmentsAsync);

        Assert.Equal(kind, failure.Kind);
        Assert.Single(_service.Handler.Requests);
    }

    [Fact]
    public async Task The_sandbox_answers_it()
    {
        using var sandbox = new SandboxService();
        var places = new PlacesApi(sandbox.Connection, Caller.None);

        Assert.Equal("env-sandbox", Assert.Single(await places.ListEnvironmentsAsync(TestContext.Current.CancellationToken)).Id);
        Assert.Equal("lkc-sandbox", Assert.Single(await places.ListClustersAsync("env-sandbox", TestContext.Current.CancellationToken)).Id);
    }

    public void Dispose() => _service.Dispose();

    private Task<IReadOnlyList<PlaceDocument>> EnvironmentsAsync() => Api.ListEnvironmentsAsync(TestContext.Current.CancellationToken);
}
