using System.Globalization;
using System.Net;
using System.Text;
using ConfluentOffsets.Client.Files;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>
/// The bottom of an HTTP stack that is a small Confluent Cloud in memory: the API of connectors and their offsets, as the
/// service behaves, on the connection's clock. Nothing leaves the process.
/// </summary>
internal sealed class SandboxHandler : HttpMessageHandler
{
    /// <summary>By RFC 2606 no such host can exist.</summary>
    public static readonly Uri BaseUri = new("https://sandbox.invalid");

    private readonly object _lock = new();
    private readonly TimeProvider _time;
    private readonly SandboxScenario _scenario;
    private readonly SandboxRateLimit _rateLimit = new();
    private readonly HashSet<SandboxConnector> _occupied = [];
    private int _calls;
    private int _accepted;

    /// <summary>A sandbox.</summary>
    /// <param name="time">Its clock.</param>
    /// <param name="scenario">How requests go.</param>
    /// <param name="seed">Its connectors; null: those that every sandbox has.</param>
    /// <param name="environmentId">Of all connectors; null: where the seed says, else the default.</param>
    /// <param name="kafkaClusterId">Of all connectors; null: where the seed says, else the default.</param>
    /// <exception cref="InvalidFileException">The seed cannot be used.</exception>
    public SandboxHandler(
        TimeProvider time,
        SandboxScenario scenario = SandboxScenario.None,
        IReadOnlyList<OffsetsFileEntry>? seed = null,
        string? environmentId = null,
        string? kafkaClusterId = null)
    {
        _time = time;
        _scenario = scenario;
        Estate = new SandboxEstate(seed, environmentId, kafkaClusterId, time.GetUtcNow());
    }

    public SandboxEstate Estate { get; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            _calls++;
            if (_scenario == SandboxScenario.RateLimited && _rateLimit.Refuses(now))
                return SandboxRateLimit.Mark(Respond(request, 429, SandboxJson.Error(429, "Too Many Requests")));

            try
            {
                return Answer(request, body, now);
            }
            catch (SandboxRefusalException e)
            {
                return Respond(request, e.StatusCode, SandboxJson.Error(e.StatusCode, e.Message));
            }
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, byte[] body, DateTimeOffset now)
    {
        // Unescaped after the split: a name may hold a slash.
        var segments = request.RequestUri!.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var method = request.Method.Method;
        if (method == "GET" && SandboxDirectory.Answer(Estate, segments, request.RequestUri) is { } directory)
            return Respond(request, 200, directory);
        if (segments is not ["connect", "v1", "environments", var environmentId, "clusters", var clusterId, "connectors", .. var rest])
            throw NotFound("resource not found");

        var connectors = Estate.In(environmentId, clusterId);
        if (rest.Length == 0)
            return method == "GET" ? Respond(request, 200, SandboxJson.Connectors(connectors, Expand(request.RequestUri), now)) : throw NotFound("resource not found");

        var connector = Estate.Find(environmentId, clusterId, rest[0]) ?? throw NotFound($"connector '{rest[0]}' not found");
        return (method, rest[1..]) switch
        {
            ("GET", ["offsets"]) => Respond(request, 200, Offsets(connector, now)),
            ("GET", ["offsets", "request", "status"]) => Respond(request, 200, Status(connector, now)),
            ("POST", ["offsets", "request"]) => Accept(request, connector, body, now),
            ("PUT", ["pause"]) => Accepted(request, () => connector.Pause(now)),
            ("PUT", ["resume"]) => Accepted(request, () => connector.Resume(now)),
            _ => throw NotFound("resource not found"),
        };
    }

    private static string Offsets(SandboxConnector connector, DateTimeOffset now)
    {
        var observation = connector.Observation(now);
        return SandboxJson.Offsets(connector.Id(now), connector.Name, observation.Offsets, observation.At);
    }

    private string Status(SandboxConnector connector, DateTimeOffset now)
    {
        OccupyOnce(connector, now);
        var request = connector.Request(now) ?? throw NotFound($"connector '{connector.Name}' has had no request to alter its offsets");
        return SandboxJson.Status(request, now);
    }

    private HttpResponseMessage Accept(HttpRequestMessage request, SandboxConnector connector, byte[] body, DateTimeOffset now)
    {
        OccupyOnce(connector, now);
        var accepted = connector.Accept(connector.Read(body), SandboxCourse.Of(_scenario, _accepted), now);
        _accepted++;
        return _scenario == SandboxScenario.LostAnswer
            ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.")
            : Respond(request, 202, SandboxJson.Accepted(accepted));
    }

    private HttpResponseMessage Accepted(HttpRequestMessage request, Action action)
    {
        action();
        return Respond(request, 202, "");
    }

    /// <summary>Where it is busy: as late as can be, so that a person at a console meets it.</summary>
    private void OccupyOnce(SandboxConnector connector, DateTimeOffset now)
    {
        if (_scenario == SandboxScenario.Busy && _occupied.Add(connector))
            connector.Occupy(SandboxCourse.Others, now);
    }

    private HttpResponseMessage Respond(HttpRequestMessage request, int status, string json)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            RequestMessage = request,
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        response.Headers.Add("X-Request-Id", string.Create(CultureInfo.InvariantCulture, $"sandbox-{_calls:d6}"));
        return response;
    }

    /// <summary>What <c>?expand=</c> asks for: <c>id,info</c>, or one at a time.</summary>
    private static HashSet<string> Expand(Uri uri) => [.. UriQuery.Values(uri.Query, "expand").SelectMany(v => v.Split(','))];

    private static SandboxRefusalException NotFound(string message) => new(404, message);
}
