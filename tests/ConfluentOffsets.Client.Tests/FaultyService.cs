using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ConfluentOffsets.TestSupport;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The service of one connector on a bad night, and what really happened there.</summary>
internal sealed class FaultyService(EventClock clock) : HttpMessageHandler
{
    private static readonly string[] s_unfinished = ["PENDING", "PENDING_VALIDATION", "ROLLING"];
    private static readonly HttpStatusCode[] s_failures = [(HttpStatusCode)500, (HttpStatusCode)502, (HttpStatusCode)503, (HttpStatusCode)504, (HttpStatusCode)408];
    private static readonly int[] s_redirects = [301, 302, 303, 307, 308];
    private static readonly string[] s_oddBodies = ["", "garbage", "<html>", "[]", "{}", "null", "{\"id\":"];

    private readonly List<Request> _requests = [];
    private FaultScript _script = FaultScript.Draw(0);
    private DateTimeOffset _started;
    private DateTimeOffset _darkUntil;
    private DateTimeOffset? _processLater;
    private bool _othersCame;

    /// <summary>Ours, as they were accepted.</summary>
    public IReadOnlyList<Request> Accepted => [.. _requests.Where(r => r.IsOurs)];

    /// <summary>Whether somebody else's request was accepted after ours.</summary>
    public bool IsSuperseded => Accepted is [.., var ours] && _requests.Exists(r => !r.IsOurs && r.At > ours.At);

    /// <summary>What became of the last POST.</summary>
    public (PostFault Fault, int Processed) LastPost { get; private set; }

    /// <summary>How many POSTs came in.</summary>
    public int Posts { get; private set; }

    public void Begin(FaultScript script)
    {
        (_script, _started, _darkUntil, _processLater, _othersCame, LastPost, Posts) = (script, clock.Now, default, null, false, default, 0);
        _requests.Clear();
        if (script.Earlier == Earlier.Nothing)
            return;
        var at = clock.Now - TimeSpan.FromSeconds(script.EarlierAge);
        var same = script.Earlier == Earlier.SameContent;
        _requests.Add(new Request(
            false,
            same ? script.TypeOfIntent : "PATCH",
            same ? script.OffsetsOfIntent : """[{"partition":{"kafka_topic":"orders","kafka_partition":5},"offset":{"kafka_offset":55}}]""",
            at,
            script.Earlier == Earlier.Unfinished ? clock.Now + TimeSpan.FromSeconds(30) : at,
            "APPLIED"));
    }

    /// <summary>What the service still does by itself.</summary>
    public void CatchUp()
    {
        if (_processLater is { } later && later <= clock.Now)
        {
            _processLater = null;
            Process(later);
        }

        if (!_othersCame && _script.OthersAfter is { } after && _started + TimeSpan.FromSeconds(after) is var at && at <= clock.Now && IsFree(at))
        {
            _othersCame = true;
            _requests.Add(new Request(false, "PATCH", """[{"partition":{"kafka_topic":"orders","kafka_partition":9},"offset":{"kafka_offset":99}}]""", at, at + TimeSpan.FromSeconds(1), "APPLIED"));
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        CatchUp();
        if (request.Method == HttpMethod.Post)
            return PostAsync(cancellationToken);
        if (clock.Now < _darkUntil || _script.Random.NextDouble() < _script.PollFaults)
            return FailAsync(_script.Random.Next(6), cancellationToken);
        return Task.FromResult(request.RequestUri!.AbsolutePath.EndsWith("/status", StringComparison.Ordinal)
            ? Status()
            : Answer(HttpStatusCode.OK, "{}"));
    }

    private Task<HttpResponseMessage> PostAsync(CancellationToken cancellationToken)
    {
        Posts++;
        var (fault, processed) = LastPost = _script.PostFaults.TryDequeue(out var next) ? next : (PostFault.Answered, 0);
        switch (fault)
        {
            case PostFault.Answered:
            case PostFault.Repeated when processed == 2:
                return Task.FromResult(Process(clock.Now) is { } accepted ? Answer(HttpStatusCode.Accepted, Document(accepted, _script.AnswerDigits, _script.AnswerTellsTime, true)) : Busy());
            case PostFault.OddAnswer:
                return Task.FromResult(Process(clock.Now) is null ? Busy() : Answer(HttpStatusCode.Accepted, s_oddBodies[_script.Random.Next(s_oddBodies.Length)]));
            case PostFault.NotConnected:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused));
            case PostFault.Repeated:
                if (processed == 0)
                    Process(clock.Now);
                _darkUntil = clock.Now + TimeSpan.FromSeconds(_script.DarkAfterPost);
                return Task.FromResult(Answer(
                    _script.RefusesAsInvalid ? _script.Random.Next(2) == 0 ? HttpStatusCode.BadRequest : HttpStatusCode.UnprocessableEntity : HttpStatusCode.Conflict,
                    """{"error":{"code":409,"message":"busy"}}"""));
            case PostFault.Limited:
                if (processed == 0)
                    Process(clock.Now);
                return Task.FromResult(Limited());
            case PostFault.Rejected:
                return Task.FromResult(Answer(HttpStatusCode.BadRequest, """{"error_code":400,"message":"no"}"""));
        }

        if (processed == 0 && Process(clock.Now) is null)
            return Task.FromResult(Busy());
        if (processed == 2)
            _processLater = clock.Now + TimeSpan.FromSeconds(_script.Random.NextDouble() * 50);
        _darkUntil = clock.Now + TimeSpan.FromSeconds(_script.DarkAfterPost);
        return fault switch
        {
            PostFault.Lost => Lost(),
            PostFault.Hangs => HangAsync(cancellationToken),
            PostFault.Redirected => Task.FromResult(Answer((HttpStatusCode)s_redirects[_script.Random.Next(s_redirects.Length)], "<html>moved</html>")),
            PostFault.Page => Task.FromResult(Answer(HttpStatusCode.OK, "<html><title>Sign in</title></html>")),
            _ => Task.FromResult(Answer(s_failures[_script.Random.Next(s_failures.Length)], "oops")),
        };
    }

    private Request? Process(DateTimeOffset at)
    {
        if (!IsFree(at))
            return null;
        var end = _script.Duration > 1000 ? DateTimeOffset.MaxValue : at + TimeSpan.FromSeconds(_script.Duration);
        var request = new Request(true, _script.TypeOfIntent, _script.OffsetsOfIntent, at, end, _script.Fails ? "FAILED" : "APPLIED");
        _requests.Add(request);
        return request;
    }

    private bool IsFree(DateTimeOffset at) => _requests.TrueForAll(r => r.EndsAt <= at);

    private HttpResponseMessage Status()
    {
        var lag = _script.SeesBack ? _script.Lag * _script.Random.NextDouble() : _script.Lag;
        var seenAt = clock.Now - TimeSpan.FromSeconds(lag);
        var request = _requests.FindLast(r => r.At <= seenAt);
        if (request is null)
            return Answer(HttpStatusCode.NotFound, """{"error":{"code":404,"message":"none"}}""");
        var phase = request.EndsAt <= seenAt ? request.End : s_unfinished[_script.Random.Next(s_unfinished.Length)];
        return Answer(
            HttpStatusCode.OK,
            $$$"""{"request":{{{Document(request, _script.StatusDigits, _script.TellsTimes, _script.TellsOffsets)}}},"status":{"phase":"{{{phase}}}"}}""");
    }

    private string Document(Request request, int digits, bool tellsTime, bool tellsOffsets)
    {
        var at = request.At + _script.Skew;
        var format = digits == 0 ? "yyyy-MM-dd HH:mm:ss'+00:00'" : "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'";
        var time = at.ToString(format, CultureInfo.InvariantCulture);
        if (digits == 6)
            time = time[..^4] + "Z";
        var offsets = tellsOffsets ? request.Offsets ?? "null" : "[]";
        if (_script.NumbersAsText)
            offsets = System.Text.RegularExpressions.Regex.Replace(offsets, ":([0-9]+)", ":\"$1\"");
        return $$"""{"id":"lcc-1","type":"{{request.Type}}","offsets":{{offsets}}{{(tellsTime ? $",\"requested_at\":\"{time}\"" : "")}}}""";
    }

    private Task<HttpResponseMessage> FailAsync(int kind, CancellationToken cancellationToken) => kind switch
    {
        0 => Lost(),
        1 => HangAsync(cancellationToken),
        2 => Task.FromResult(Answer(HttpStatusCode.OK, s_oddBodies[_script.Random.Next(4)])),
        3 => Task.FromResult(Limited()),
        _ => Task.FromResult(Answer(s_failures[_script.Random.Next(s_failures.Length)], "<html>busy</html>")),
    };

    private HttpResponseMessage Limited()
    {
        var response = Answer(HttpStatusCode.TooManyRequests, "slow down");
        if (_script.Random.Next(2) == 0)
            response.Headers.TryAddWithoutValidation("Retry-After", _script.Random.Next(20).ToString(CultureInfo.InvariantCulture));
        return response;
    }

    private HttpResponseMessage Busy() => Answer(_script.Random.Next(2) == 0 ? HttpStatusCode.Conflict : HttpStatusCode.BadRequest, """{"error":{"code":409,"message":"busy"}}""");

    private static Task<HttpResponseMessage> Lost() =>
        Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely."));

    private static async Task<HttpResponseMessage> HangAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        await using var _ = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return await never.Task;
    }

    private HttpResponseMessage Answer(HttpStatusCode status, string body)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        response.Headers.Date = clock.Now + _script.Skew + TimeSpan.FromSeconds(_script.DateError);
        return response;
    }

    /// <summary>A request that the service accepted.</summary>
    public sealed record Request(bool IsOurs, string Type, string? Offsets, DateTimeOffset At, DateTimeOffset EndsAt, string End);
}
