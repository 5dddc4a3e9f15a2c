using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Sandbox;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>An answer of the sandbox, as it is on the wire.</summary>
internal sealed record SandboxAnswer(int Status, string Body, HttpResponseHeaders Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The text of a member of an item of the offsets, as it is written.</summary>
    public string Offset(int index = 0) => Wire.DocumentReader.ReadOffsets(Encoding.UTF8.GetBytes(Body)).Offsets[index].Offset!.ToString();

    public string Text(params string[] path) => path.Aggregate(Json, (node, name) => node[name]!).ToString();
}

/// <summary>A sandbox on a clock that does not sleep: raw, and under the client.</summary>
internal sealed class SandboxService : IDisposable
{
    public const string Connectors = "/connect/v1/environments/env-sandbox/clusters/lkc-sandbox/connectors";

    private readonly SandboxHandler _handler;
    private readonly HttpMessageInvoker _http;

    public SandboxService(SandboxScenario scenario = SandboxScenario.None, string? seed = null)
    {
        _handler = new SandboxHandler(Clock, scenario, seed is null ? null : OffsetsFile.Read(seed));
        _http = new HttpMessageInvoker(_handler, disposeHandler: false);
        Connection = new ServiceConnection(new ConnectionSettings
        {
            BaseUri = SandboxHandler.BaseUri,
            Credential = new FixedCredential(new AuthenticationHeaderValue("Sandbox")),
            PrimaryHandler = _handler,
            Time = Clock,
        });
        Api = new OffsetsApi(Connection, Caller.None);
    }

    public SimulatedClock Clock { get; } = new();

    public ServiceConnection Connection { get; }

    public OffsetsApi Api { get; }

    public SandboxEstate Estate => _handler.Estate;

    public static ConnectorAddress Address(string name) => new("env-sandbox", "lkc-sandbox", name);

    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Sends a request to a path below the connectors, or to an absolute one.</summary>
    public async Task<SandboxAnswer> SendAsync(string method, string path, string? body = null)
    {
        var full = path.StartsWith("/connect/", StringComparison.Ordinal) || path.Contains("/v2/", StringComparison.Ordinal) ? path : Connectors + path;
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(SandboxHandler.BaseUri, full));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new SandboxAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers);
    }

    public Task<SandboxAnswer> OffsetsAsync(string name) => SendAsync("GET", $"/{name}/offsets");

    public Task<SandboxAnswer> StatusAsync(string name) => SendAsync("GET", $"/{name}/offsets/request/status");

    public async Task<string> PhaseAsync(string name) => (await StatusAsync(name)).Text("status", "phase");

    public Task<SandboxAnswer> PostAsync(string name, string body) => SendAsync("POST", $"/{name}/offsets/request", body);

    public Task<SandboxAnswer> PatchAsync(string name, string partition, string offset) =>
        PostAsync(name, $$"""{"type":"PATCH","offsets":[{"partition":{{partition}},"offset":{{offset}}}]}""");

    /// <summary>A PATCH of orders-0 of orders-sink.</summary>
    public Task<SandboxAnswer> PatchSinkAsync(long offset = 1000) =>
        PatchAsync("orders-sink", """{"kafka_topic":"orders","kafka_partition":0}""", string.Create(CultureInfo.InvariantCulture, $$"""{"kafka_offset":{{offset}}}"""));

    /// <summary>Posts through the client, with its baseline and its way to find out.</summary>
    public Task<SubmittedRequest> SubmitAsync(string name, string type, string? offsets) =>
        new OffsetAlteration(Api).SubmitAsync(Address(name), type, Given.Items(offsets), TestContext.Current.CancellationToken);

    public Task<WaitResult> WaitAsync(SubmittedRequest request) => new RequestWaiter(Api, new Throttle(4)).WaitAsync(
        request.Connector,
        request,
        TimeSpan.FromMinutes(10),
        TimeSpan.FromSeconds(1),
        _ => { },
        TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Connection.Dispose();
        _http.Dispose();
        _handler.Dispose();
    }
}
