using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Reads each attempt's body to its end, so that a truncated one counts as a failed attempt, and tells of the attempt
/// without its secrets.
/// </summary>
internal sealed class TraceHandler(SecretRedactor redactor) : DelegatingHandler
{
    private const int MaxBodyLength = 4096;

    private static readonly string[] s_secretHeaders = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"];

    /// <summary>The service's id of a request, for its support.</summary>
    public static string? RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Request-Id", out var values) ? values.FirstOrDefault() : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var log = RequestOptions.CallerOf(request).Log;
        var attempt = request.Options.TryGetValue(RequestOptions.Attempt, out var number) ? number : 1;
        var line = $"{request.Method} {redactor.Redact(request.RequestUri!.PathAndQuery)}";
        var started = Stopwatch.GetTimestamp();
        if (log.Debug is not null)
            log.Debug(await DescribeAsync($"> {line}", request.Headers, request.Content, request.Has(RequestOptions.ForToken), cancellationToken).ConfigureAwait(false));

        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            response.Content = await ReadToEndAsync(response.Content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            response?.Dispose();
            log.Verbose?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"{line}: {(e is OperationCanceledException ? "cancelled or timed out" : redactor.Redact(e.Message))} after {Elapsed():F0} ms, attempt {attempt}"));
            throw;
        }

        var id = RequestId(response) is { } requestId ? $", request id {redactor.Redact(requestId)}" : "";
        log.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{line}: {(int)response.StatusCode} in {Elapsed():F0} ms, attempt {attempt}{id}"));
        if (log.Debug is not null)
        {
            var holdsToken = request.Has(RequestOptions.ForToken) && response.IsSuccessStatusCode;
            log.Debug(await DescribeAsync($"< {(int)response.StatusCode}", response.Headers, response.Content, holdsToken, cancellationToken).ConfigureAwait(false));
        }

        return response;

        double Elapsed() => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<HttpContent> ReadToEndAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var bytes = await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);

        // Gzip without Content-Encoding has been met.
        if (bytes is [0x1f, 0x8b, ..])
        {
            using var zipped = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            try
            {
                await zipped.CopyToAsync(plain, cancellationToken).ConfigureAwait(false);
                bytes = plain.ToArray();
            }
            catch (InvalidDataException e)
            {
                throw new HttpRequestException("The answer is broken gzip.", e);
            }
        }

        var read = new ByteArrayContent(bytes);
        read.Headers.ContentType = content.Headers.ContentType;
        content.Dispose();
        return read;
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
            var body = await content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (body.Length > 0)
                text.AppendLine().Append(Bounded(redactor.Redact(body)));
        }

        return redactor.Redact(text.ToString());
    }

    private static string Bounded(string text) => text.Length <= MaxBodyLength
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, MaxBodyLength)}... ({text.Length} characters)");
}
