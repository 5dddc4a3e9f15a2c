using System.Collections.Concurrent;
using System.Net.Http.Headers;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The whole client over a stubbed service, on a clock that does not sleep.</summary>
internal sealed class TestService : IDisposable
{
    public const string StatusPath = "/offsets/request/status";
    public const string RequestPath = "/offsets/request";
    public const string OffsetsPath = "/offsets";

    private readonly ConcurrentQueue<string> _verbose = new();
    private readonly ConcurrentQueue<string> _debug = new();

    public TestService(Func<ConnectionSettings, ConnectionSettings>? configure = null, HttpMessageHandler? primary = null)
    {
        Handler = new StubHttpHandler(Clock);
        var settings = new ConnectionSettings
        {
            BaseUri = new Uri("https://api.confluent.cloud"),
            Credential = new FixedCredential(new AuthenticationHeaderValue("Bearer", "token-1")),
            PrimaryHandler = primary ?? Handler,
            Time = Clock,
        };
        Connection = new ServiceConnection(configure?.Invoke(settings) ?? settings);
        Caller = new Caller(new CallLog(_verbose.Enqueue, _debug.Enqueue));
        Api = new OffsetsApi(Connection, Caller);
    }

    public SimulatedClock Clock { get; } = new();

    public StubHttpHandler Handler { get; }

    public ServiceConnection Connection { get; }

    public OffsetsApi Api { get; }

    public Caller Caller { get; }

    public IReadOnlyCollection<string> Verbose => _verbose;

    public IReadOnlyCollection<string> Debug => _debug;

    public IReadOnlyList<RecordedRequest> Posts => [.. Handler.Requests.Where(r => r.Method == "POST")];

    public IReadOnlyList<RecordedRequest> StatusReads => [.. Handler.Requests.Where(r => r.Path.EndsWith(StatusPath, StringComparison.Ordinal))];

    /// <summary>Adds an answer of the status endpoint.</summary>
    public TestService ShowsStatus(string body, int status = 200)
    {
        Handler.Answer("GET", StatusPath, status, body);
        return this;
    }

    /// <summary>GETs the offsets of the connector, once with its retries.</summary>
    public Task<Reply> GetAsync(bool singleAttempt = false, Caller? caller = null, CancellationToken? cancellationToken = null) =>
        SendAsync(HttpMethod.Get, null, singleAttempt, caller, cancellationToken);

    public Task<Reply> PostAsync() => SendAsync(HttpMethod.Post, "{}"u8.ToArray(), singleAttempt: false, null, null);

    /// <summary>The failure of that GET.</summary>
    public async Task<ServiceException> GetFailureAsync() => await Assert.ThrowsAsync<ServiceException>(() => GetAsync());

    public void Dispose()
    {
        Connection.Dispose();
        Handler.Dispose();
    }

    private Task<Reply> SendAsync(HttpMethod method, byte[]? body, bool singleAttempt, Caller? caller, CancellationToken? cancellationToken) => Connection.SendAsync(
        method,
        Given.Connector.Path + (body is null ? OffsetsPath : RequestPath),
        body,
        caller ?? Caller,
        singleAttempt,
        cancellationToken ?? TestContext.Current.CancellationToken);
}
