using System.Collections;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ConfluentOffsets.TestSupport;

/// <summary>How a stubbed request fails without an answer.</summary>
public enum StubFault
{
    /// <summary>The connection is refused: nothing was sent.</summary>
    Refused,

    /// <summary>The connection breaks after the request was sent.</summary>
    Lost,

    /// <summary>No answer ever comes; the request's own time-out runs out.</summary>
    Hang,

    /// <summary>No answer ever comes, and no time-out either: only a cancellation ends it.</summary>
    Hold,
}

/// <summary>A request that reached the handler.</summary>
public sealed record RecordedRequest(string Method, string Path, string Uri, string? Body, string? Authorization, string? UserAgent, string? ContentType, DateTime At);

/// <summary>
/// Stands in for the service: answers by method and path, each route's answers in order, the last one again and again;
/// 404 for the rest.
/// </summary>
public sealed class StubHttpHandler(SimulatedClock? clock = null) : HttpMessageHandler
{
    private readonly object _lock = new();
    private readonly List<Route> _routes = [];
    private readonly List<RecordedRequest> _requests = [];

    public StubHttpHandler()
        : this(null)
    {
    }

    /// <summary>Set when a request is being held.</summary>
    public ManualResetEventSlim Held { get; } = new();

    /// <summary>Set when a held request was cancelled.</summary>
    public ManualResetEventSlim Cancelled { get; } = new();

    /// <summary>Lets late answers come.</summary>
    public ManualResetEventSlim Released { get; } = new();

    public bool IsDisposed { get; private set; }

    /// <summary>The most requests that were being answered at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Real time that each answer takes, for tests of concurrency.</summary>
    public TimeSpan Latency { get; set; }

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    private int _atOnce;

    /// <summary>Adds an answer to a route.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="path">The end of the escaped path; * stands for anything.</param>
    /// <param name="status">The status code.</param>
    /// <param name="body">The body, or null for none.</param>
    /// <param name="headers">Response headers, or null.</param>
    public StubHttpHandler Answer(string method, string path, int status, string? body, IDictionary? headers) =>
        Add(method, path, new Reply(status, body is null ? [] : Encoding.UTF8.GetBytes(body), headers, null));

    public StubHttpHandler Answer(string method, string path, int status, string? body) => Answer(method, path, status, body, null);

    /// <summary>Adds an answer that comes too late: the nearest time-out of the clock has run out, and <see cref="Released"/> is set.</summary>
    public StubHttpHandler AnswerLate(string method, string path, int status, string body) =>
        Add(method, path, new Reply(status, Encoding.UTF8.GetBytes(body), null, null) { IsLate = true });

    /// <summary>Adds an answer of raw bytes.</summary>
    public StubHttpHandler AnswerBytes(string method, string path, int status, byte[] body) =>
        Add(method, path, new Reply(status, body, null, null));

    /// <summary>Adds a failure to a route.</summary>
    public StubHttpHandler Fail(string method, string path, StubFault fault) => Add(method, path, new Reply(0, [], null, fault));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var path = request.RequestUri!.AbsolutePath;
        Reply reply;
        lock (_lock)
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
            _requests.Add(new RecordedRequest(
                request.Method.Method,
                path,
                request.RequestUri.AbsoluteUri,
                body,
                request.Headers.Authorization?.ToString(),
                request.Headers.UserAgent.ToString(),
                request.Content?.Headers.ContentType?.ToString(),
                clock?.GetUtcNow().UtcDateTime ?? default));
            reply = _routes.Find(r => r.Matches(request.Method.Method, path))?.Next() ?? Reply.NotFound;
        }

        try
        {
            if (Latency > TimeSpan.Zero)
                await Task.Delay(Latency, cancellationToken).ConfigureAwait(false);
            return await RespondAsync(request, reply, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _atOnce--;
        }
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private StubHttpHandler Add(string method, string path, Reply reply)
    {
        lock (_lock)
        {
            var route = _routes.Find(r => r.IsFor(method, path));
            if (route is null)
                _routes.Add(route = new Route(method, path));
            route.Replies.Add(reply);
        }

        return this;
    }

    private async Task<HttpResponseMessage> RespondAsync(HttpRequestMessage request, Reply reply, CancellationToken cancellationToken)
    {
        switch (reply.Fault)
        {
            case StubFault.Refused:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused));
            case StubFault.Lost:
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            case StubFault.Hang or StubFault.Hold:
                Held.Set();
                try
                {
                    if (reply.Fault == StubFault.Hang)
                        clock?.ExpireTimeout();
                    await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    Cancelled.Set();
                }

                break;
        }

        if (reply.IsLate)
        {
            clock?.ExpireTimeout();
            await Task.Run(() => Released.Wait(cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        var response = new HttpResponseMessage((HttpStatusCode)reply.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(reply.Body),
        };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (DictionaryEntry header in reply.Headers ?? new Hashtable())
            response.Headers.TryAddWithoutValidation((string)header.Key, Convert.ToString(header.Value, CultureInfo.InvariantCulture));
        return response;
    }

    private sealed record Reply(int Status, byte[] Body, IDictionary? Headers, StubFault? Fault)
    {
        public bool IsLate { get; init; }

        public static Reply NotFound { get; } = new(404, """{"error":{"code":404,"message":"resource not found"}}"""u8.ToArray(), null, null);
    }

    private sealed class Route(string method, string path)
    {
        private readonly Regex _pattern = new(Regex.Escape(path).Replace(@"\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant);
        private int _served;

        public List<Reply> Replies { get; } = [];

        public bool IsFor(string otherMethod, string otherPath) => otherMethod == method && otherPath == path;

        public bool Matches(string requestMethod, string requestPath) => requestMethod == method && _pattern.IsMatch(requestPath);

        public Reply Next() => Replies[Math.Min(_served++, Replies.Count - 1)];
    }
}
