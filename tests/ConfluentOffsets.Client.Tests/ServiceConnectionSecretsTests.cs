using System.Collections;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ConfluentOffsets.Client.Authentication;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ServiceConnectionSecretsTests
{
    private const string Key = "ABCDEFGHIJKLMNOP";
    private const string Secret = "s3cr3t/With+Odd=Chars&more";

    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string s_basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Key}:{Secret}"));

    /// <summary>The ways in which a server may echo a secret.</summary>
    public static TheoryData<string> Echoes() =>
    [
        Secret,
        s_basic,
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)),
        Uri.EscapeDataString(Secret),
        PercentLower(Uri.EscapeDataString(Secret)),
        Uri.EscapeDataString(s_basic),
        "Basic " + s_basic,
        $"{Key}:{Secret}",
    ];

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task A_secret_in_an_error_s_JSON_is_shown_nowhere(string echo)
    {
        using var service = Service();
        var text = JsonSerializer.Serialize(echo, s_relaxed);
        service.Handler.Answer(
            "GET",
            TestService.OffsetsPath,
            400,
            $$$"""{"error":{"code":{{{text}}},"message":{{{text}}}}}""",
            new Hashtable { ["X-Request-Id"] = echo, ["X-Echo"] = echo, ["Set-Cookie"] = "session=c00kie" });

        var failure = await service.GetFailureAsync();

        AssertShown(service, failure);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task A_secret_that_JSON_escapes_is_shown_nowhere(string echo)
    {
        using var service = Service();
        service.Handler.Answer("GET", TestService.OffsetsPath, 400, $$$"""{"error":{"message":{{{JsonSerializer.Serialize(echo)}}}}}""");

        var failure = await service.GetFailureAsync();

        AssertShown(service, failure);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task A_secret_in_plain_text_is_shown_nowhere(string echo)
    {
        using var service = Service();
        service.Handler.Answer("GET", TestService.OffsetsPath, 400, $"You sent {echo} and that is wrong.");

        var failure = await service.GetFailureAsync();

        AssertShown(service, failure);
    }

    [Theory]
    [InlineData(280)]
    [InlineData(290)]
    [InlineData(296)]
    public async Task A_secret_at_the_bound_of_a_message_is_not_shown_in_part(int before)
    {
        using var service = Service();
        service.Handler.Answer("GET", TestService.OffsetsPath, 400, new string('x', before) + Secret + " and more");

        var failure = await service.GetFailureAsync();

        Assert.DoesNotContain(Secret[..3], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_at_the_bound_of_a_kept_body_is_not_shown_in_part()
    {
        var bytes = ErrorBody.MaxLength * 4;
        var longSecret = string.Concat(Enumerable.Range(0, 10).Select(i => $"{i}LongSecret"));
        using var service = new TestService(s => s with { Secrets = [longSecret] });
        service.Handler.Answer("GET", TestService.OffsetsPath, 400, string.Concat(Enumerable.Repeat(longSecret, (bytes / longSecret.Length) + 1)));

        var failure = await service.GetFailureAsync();

        Assert.DoesNotContain("LongSecret", failure.ResponseBody, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task A_secret_in_a_success_is_not_in_the_trace(string echo)
    {
        using var service = Service();
        service.Handler.Answer(
            "GET",
            TestService.OffsetsPath,
            200,
            JsonSerializer.Serialize(echo),
            new Hashtable { ["X-Request-Id"] = echo, ["X-Echo"] = echo });

        await service.GetAsync();

        AssertNoSecret([.. service.Verbose, .. service.Debug]);
        Assert.Contains("(redacted)", string.Concat(service.Debug), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_the_words_of_the_transport_is_shown_nowhere()
    {
        using var handler = new BreakingHandler($"proxy says {Secret}", $"inside {s_basic}");
        using var service = Service(handler);

        var failure = await service.GetFailureAsync();

        Assert.Equal(FailureKind.ConnectionFailed, failure.Kind);
        AssertNoSecret([failure.ToString(), .. service.Verbose, .. service.Debug]);
        Assert.Contains("proxy says (redacted)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_shows_neither_the_credential_nor_cookies()
    {
        using var service = new TestService(s => s with { Credential = new FixedCredential(new AuthenticationHeaderValue("Bearer", "not-in-the-list-of-secrets")) });
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}", new Hashtable { ["Set-Cookie"] = "session=c00kie", ["X-Plain"] = "shown" });

        await service.GetAsync();

        var trace = string.Join('\n', service.Debug);
        Assert.DoesNotContain("not-in-the-list-of-secrets", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("c00kie", trace, StringComparison.Ordinal);
        Assert.Contains("X-Plain: shown", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_shows_a_bounded_part_of_a_body()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, new string('x', 100_000));

        await service.GetAsync();

        Assert.InRange(service.Debug.Max(line => line.Length), 4096, 5000);
    }

    [Fact]
    public async Task The_trace_shows_what_was_sent()
    {
        using var service = new TestService();
        service.Handler.Answer("POST", TestService.RequestPath, 202, """{"id":"lcc-1"}""");

        await service.PostAsync();

        Assert.Collection(
            service.Debug,
            sent => Assert.Matches("(?s)^> POST /connect/v1/.*/offsets/request\r?\n.*Content-Type: application/json\r?\n.*\\{\\}$", sent),
            received => Assert.Matches("(?s)^< 202\r?\n.*\\{\"id\":\"lcc-1\"\\}$", received));
    }

    private static TestService Service(HttpMessageHandler? primary = null) => new(
        s => s with
        {
            Secrets = [Secret, $"{Key}:{Secret}"],
            Credential = new FixedCredential(new AuthenticationHeaderValue("Basic", s_basic)),
            MaxRetryCount = 0,
        },
        primary);

    private static string PercentLower(string escaped) => System.Text.RegularExpressions.Regex.Replace(escaped, "%[0-9A-F]{2}", m => m.Value.ToLowerInvariant());

    private static void AssertShown(TestService service, ServiceException failure)
    {
        Assert.Equal(400, failure.StatusCode);
        Assert.Contains("(redacted)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("(redacted)", failure.ResponseBody, StringComparison.Ordinal);
        AssertNoSecret([failure.ToString(), failure.ResponseBody!, failure.ErrorCode ?? "", failure.RequestId ?? "", .. service.Verbose, .. service.Debug]);
    }

    /// <summary>Looks for each echo, and for the parts of the secret that survive every encoding of it.</summary>
    private static void AssertNoSecret(IReadOnlyCollection<string> texts) => Assert.All(texts, text =>
    {
        foreach (var trace in Echoes().Select(row => row.Data).Concat(["s3cr3t", "c00kie", s_basic[4..20]]))
            Assert.DoesNotContain(trace, text, StringComparison.OrdinalIgnoreCase);
    });

    private sealed class BreakingHandler(string outer, string inner) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException(outer, new IOException(inner));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", false)]
    public async Task A_secret_in_a_body_of_another_encoding_is_taken_out(string encoding, bool isMarked = true)
    {
        const string Secret = "cflt/S3cretWithOddChars";
        using var service = new TestService(s => s with { Secrets = [Secret], MaxRetryCount = 0 });
        var text = Encoding.GetEncoding(encoding);
        service.Handler.AnswerBytes("GET", TestService.OffsetsPath, 400, [.. isMarked ? text.GetPreamble() : [], .. text.GetBytes($"<html>you sent {Secret}</html>")]);

        var failure = await service.GetFailureAsync();

        var all = string.Join('|', [failure.ToString(), failure.ResponseBody, .. service.Verbose, .. service.Debug]);
        Assert.DoesNotContain(Secret, string.Concat(all.Where(c => !char.IsControl(c) && c != ' ')), StringComparison.Ordinal);
        Assert.Contains("(redacted)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html; charset=bogus")]
    [InlineData("application/json; charset=\"utf8\"")]
    public async Task What_is_traced_changes_no_result(string type)
    {
        using var handler = new FuncHandler((_, _) =>
        {
            var answer = new HttpResponseMessage { Content = new ByteArrayContent("{}"u8.ToArray()) };
            answer.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            return Task.FromResult(answer);
        });
        using var service = new TestService(s => s with { MaxRetryCount = 0 }, handler);

        Assert.Equal(200, (await service.GetAsync()).StatusCode);
    }
}
