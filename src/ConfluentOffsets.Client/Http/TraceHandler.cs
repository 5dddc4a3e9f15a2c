using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Reads each attempt's body to its end, so that a truncated one counts as a failed attempt, and tells of the attempt
/// without its secrets.
/// </summary>
/// <param name="redactor">Of the connection.</param>
/// <param name="clock">Takes note of when an answer began: its body may take long.</param>
internal sealed class TraceHandler(SecretRedactor redactor, ServiceClock clock) : DelegatingHandler
{
    private const int MaxBodyLength = 4096;

    /// <summary>No service's ids are as long.</summary>
    private const int MaxIdLength = 200;

    /// <summary>So many times a request's length its acceptance may be: a reset's names partitions, and the answer may add their offsets.</summary>
    private const int MaxRepetition = 64;

    private static readonly string[] s_secretHeaders = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"];

    /// <summary>The service's id of a request, for its support; what is shown of it.</summary>
    public static string? RequestId(HttpResponseMessage response, SecretRedactor redactor) =>
        response.Headers.TryGetValues("X-Request-Id", out var values) ? ErrorBody.OneLine(redactor.Redact(values.First()), MaxIdLength) : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var log = RequestOptions.CallerOf(request).Log;
        var attempt = request.Options.TryGetValue(RequestOptions.Attempt, out var number) ? number : 1;
        var started = Stopwatch.GetTimestamp();
        if (log.Debug is not null)
            log.Debug(await DescribeAsync($"> {Line()}", request.Headers, request.Content, request.Has(RequestOptions.ForToken), cancellationToken).ConfigureAwait(false));

        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            clock.Note(response);
            var isNote = !response.IsSuccessStatusCode || !request.WantsBody();
            response.Content = await ReadBody.OfAsync(response.Content, isNote ? NoteLimit(request, response) : ReadBody.MaxLength, isNote, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            response?.Dispose();
            log.Verbose?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"{Line()}: {(e is OperationCanceledException ? "cancelled or timed out" : redactor.Redact(e.Message))} after {Elapsed():F0} ms, attempt {attempt}"));
            throw;
        }

        log.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{Line()}: {(int)response.StatusCode} in {Elapsed():F0} ms, attempt {attempt}{IdNote(response)}"));
        if (log.Debug is not null)
        {
            var holdsToken = request.Has(RequestOptions.ForToken) && response.IsSuccessStatusCode;
            log.Debug(await DescribeAsync($"< {(int)response.StatusCode}", response.Headers, response.Content, holdsToken, cancellationToken).ConfigureAwait(false));
        }

        return response;

        // Only where somebody is told: to redact costs more than all else of a first request here.
        string Line() => $"{request.Method} {redactor.Redact(request.RequestUri!.PathAndQuery)}";
        string IdNote(HttpResponseMessage answer) => RequestId(answer, redactor) is { } id ? $", request id {id}" : "";
        double Elapsed() => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>How much is read of what only tells of an error or an acceptance: that repeats the request, perhaps with more.</summary>
    private static int NoteLimit(HttpRequestMessage request, HttpResponseMessage response)
    {
        var repeated = response.IsSuccessStatusCode ? MaxRepetition * (request.Content?.Headers.ContentLength ?? 0) : 0;
        return (int)Math.Min(ReadBody.MaxNoteLength + repeated, ReadBody.MaxLength);
    }

    private async Task<string> DescribeAsync(string title, HttpHeaders headers, HttpContent? content, bool holdsToken, CancellationToken cancellationToken)
    {
        var text = new StringBuilder(title);
        foreach (var (name, values) in headers.Concat(content?.Headers.AsEnumerable() ?? []))
        {
            var secret = s_secretHeaders.Contains(name, StringComparer.OrdinalIgnoreCase);
            text.AppendLine().Append(name).Append(": ").Append(secret ? "(redacted)" : string.Join(", ", values));
        }

        if (holdsToken)
        {
            text.AppendLine().Append("(redacted)");
        }
        else if (content is not null)
        {
            var body = BodyText.Of(await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            if (body.Length > 0)
                text.AppendLine().Append(redactor.RedactStart(body, MaxBodyLength));
            if (body.Length > MaxBodyLength)
                text.Append(CultureInfo.InvariantCulture, $"... ({body.Length} characters)");
        }

        return redactor.Redact(text.ToString());
    }
}
