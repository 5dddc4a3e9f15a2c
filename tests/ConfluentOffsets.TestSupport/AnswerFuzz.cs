using System.IO.Compression;
using System.Text;

namespace ConfluentOffsets.TestSupport;

/// <summary>Answers that no service should give, drawn from a seed: documents that were changed, and random bytes.</summary>
public sealed class AnswerFuzz
{
    private const string Names = """["orders-sink","jdbc-source","a/b"]""";

    private static readonly string[] s_documents =
    [
        Names,
        """{"id":"lcc-1","name":"orders-sink","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":9007199254740993}},{"partition":{"kafka_partition":"1","kafka_topic":"orders"},"offset":{"kafka_offset":"7"}}],"metadata":{"observed_at":"2024-02-20T15:14:19Z"}}""",
        """{"id":"lcc-2","offsets":[{"partition":{"protocol":"1","table":"db.t"},"offset":{"incrementing":3,"x":[1.10,1E5,-0.0,null,true,{"y":"\ud83d\ude00"}]}}],"metadata":null}""",
        """{"request":{"id":"lcc-1","name":"orders-sink","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":1000}}],"requested_at":"2024-02-20 15:20:00+00:00","type":"PATCH"},"status":{"phase":"APPLIED","message":"done"},"previous_offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":5}}],"applied_at":"2024-02-20T15:20:50.123456789Z"}""",
        """{"request":{"type":"DELETE","offsets":null,"requested_at":"2024-02-20T15:20:00Z"},"status":{"phase":"PENDING"},"previous_offsets":[],"applied_at":null}""",
        """{"id":"lcc-1","name":"orders-sink","offsets":[],"requested_at":"2024-02-20T15:20:00.5Z","type":"PATCH"}""",
        """{"orders-sink":{"id":{"id":"lcc-1","id_type":"ID"},"info":{"name":"orders-sink","type":"sink","config":{}},"status":{"name":"orders-sink","connector":{"state":"RUNNING","worker_id":"w"},"tasks":[{"id":0,"state":"FAILED","trace":"boom\n at x"}],"type":"sink"}}}""",
        """{"data":[{"id":"env-1","display_name":"Production","spec":{"display_name":"orders","cloud":"AWS","region":"eu-west-1"}},{"id":"lkc-1"}],"metadata":{"next":"https://api.confluent.cloud/org/v2/environments?page_token=p2"}}""",
        """{"access_token":"tok","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":900}""",
        """{"error":{"code":404,"message":"resource not found"}}""",
        """{"errors":[{"id":"1","status":"403","code":"E1","title":"Forbidden","detail":"no","source":{}}]}""",
        """{"error_code":500,"message":"oops"}""",
        """{"status":429,"error":{"code":"TOO_MANY","message":"slow"},"requestId":"r"}""",
        "<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>",
        "upstream connect error",
        "",
    ];

    private static readonly string[] s_words =
    [
        "null", "true", "[]", "{}", "\"\"", "0", "-1", "1e999", "-0", "99999999999999999999999", "\"PENDING\"", "\"FAILED\"", "\"\\ud800\"",
        "\"\\u0000\"", "[[[[", "}}}}", ",,", ":", "\"0000-00-00T00:00:00Z\"", "\"9999-12-31T23:59:59.999999999-23:59\"", "\"offsets\"", "\"partition\"", "\ufeff", "NaN",
    ];

    private static readonly int[] s_statuses =
        [200, 200, 200, 200, 200, 200, 202, 202, 201, 204, 206, 299, 301, 307, 400, 401, 403, 404, 404, 408, 409, 418, 422, 429, 500, 501, 502, 503, 504, 599];

    private static readonly string[] s_headerValues =
        ["0", "1", "-1", "NaN", "-Infinity", "1e308", "99999999999999999999", "Tue, 20 Feb 2024 15:00:09 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "soon", "", "\u001b[31m", new('x', 5000)];

    private readonly Random _random;
    private readonly string[] _own;

    /// <summary>An answer to a request, often one that looks like its own.</summary>
    public AnswerFuzz(int seed, string method, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        _random = new Random(seed);
        var operation = path.Split('/')[^1];
        _own = s_documents[(method, operation) switch
        {
            (_, "token") => 8..9,
            (_, "environments" or "clusters") => 7..8,
            ("POST", _) => 5..6,
            (_, "status") => 3..5,
            (_, "offsets") => 1..3,
            (_, "connectors") => _random.Next(2) == 0 ? 0..1 : 6..7,
            _ => ..,
        }];
        Status = _random.Next(2) == 0 ? (method == "GET" || operation == "token" ? 200 : 202) : Pick(s_statuses);
        Body = Draw();
        foreach (var name in new[] { "Retry-After", "X-RateLimit-Reset", "X-Request-Id", "Date", "Location", "Set-Cookie" })
        {
            if (_random.Next(6) == 0)
                Headers[name] = Pick(s_headerValues);
        }
    }

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>The body.</summary>
    public byte[] Body { get; }

    /// <summary>The response headers.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    private byte[] Draw()
    {
        switch (_random.Next(12))
        {
            case 0:
                return Noise(_random.Next(400));
            case 1:
                var (open, close) = _random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
                var depth = _random.Next(2) == 0 ? _random.Next(500, 520) : _random.Next(20_000);
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth)));
            case 2:
                return Encoding.UTF8.GetBytes(Pick(s_documents));
        }

        var body = new List<byte>(Encoding.UTF8.GetBytes(Pick(_random.Next(3) == 0 ? s_documents : _own)));
        for (var edits = _random.Next(5); edits > 0; edits--)
            Edit(body);
        return _random.Next(20) == 0 ? Zip([.. body]) : [.. body];
    }

    private void Edit(List<byte> body)
    {
        var at = _random.Next(body.Count + 1);
        var length = Math.Min(_random.Next(1, 30), body.Count - at);
        switch (_random.Next(7))
        {
            case 0 when length > 0:
                body[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                body.RemoveRange(at, length);
                break;
            case 2:
                body.InsertRange(at, Noise(_random.Next(1, 8)));
                break;
            case 3:
                body.InsertRange(at, body.GetRange(at, length));
                break;
            case 4:
                body.RemoveRange(at, body.Count - at);
                break;
            case 5:
                body.InsertRange(at, Encoding.UTF8.GetBytes(Pick(s_words)));
                break;
            default:
                Replace(body);
                break;
        }
    }

    /// <summary>A value by another one, so that the document stays one.</summary>
    private void Replace(List<byte> body)
    {
        var colons = Enumerable.Range(0, body.Count).Where(i => body[i] == ':').ToArray();
        if (colons.Length == 0)
            return;
        var start = Pick(colons) + 1;
        var end = start;
        while (end < body.Count && body[end] is not ((byte)',' or (byte)'}' or (byte)']'))
            end++;
        body.RemoveRange(start, end - start);
        body.InsertRange(start, Encoding.UTF8.GetBytes(Pick(_random.Next(3) == 0 ? s_documents : s_words)));
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        _random.NextBytes(noise);
        return noise;
    }

    private byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest))
            zip.Write(body);
        var bytes = zipped.ToArray();
        return _random.Next(2) == 0 ? bytes : bytes[..(bytes.Length / 2)];
    }

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
