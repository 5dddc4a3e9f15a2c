using System.Text.Json;
using System.Text.RegularExpressions;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client;

/// <summary>The service's own code and words out of an error body: four shapes of JSON, HTML, plain text, or nothing.</summary>
internal sealed partial record ErrorBody(string? Code, string? Message)
{
    /// <summary>How much of a body is kept in an error, in characters.</summary>
    public const int MaxLength = 4096;

    private const int MaxTextLength = 300;
    private const int MaxMessageLength = 2000;

    /// <summary>More of a page than any title needs; the patterns below cost with its square.</summary>
    private const int MaxPageLength = 16_384;

    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="redactor">Takes secrets out of a text before it is cut: half a secret would not be known. Null: there are none.</param>
    public static ErrorBody Read(ReadOnlyMemory<byte> body, SecretRedactor? redactor = null)
    {
        if (body.IsEmpty)
            return new ErrorBody(null, null);

        var page = BodyText.Of(body);
        try
        {
            return JsonLiteral.Read(JsonLiteral.Validate(page)) switch
            {
                JsonMapNode map => ReadMap(map, redactor),
                string text => new ErrorBody(null, Words(text, redactor)),
                _ => new ErrorBody(null, null),
            };
        }
        catch (JsonException)
        {
            return new ErrorBody(null, ReadText(redactor?.RedactStart(page, MaxPageLength) ?? Cut(page, MaxPageLength)));
        }
    }

    private static ErrorBody ReadMap(JsonMapNode map, SecretRedactor? redactor)
    {
        if (map.Get("errors") is JsonListNode { Count: > 0 } errors && errors.Get(0) is JsonMapNode first)
        {
            var words = new[] { Scalar(first, "title"), Scalar(first, "detail") }.Where(w => w is not null).Distinct();
            return new ErrorBody(Scalar(first, "code") ?? Scalar(first, "status"), NullIfEmpty(string.Join(": ", words)));
        }

        if (map.Get("error") is JsonMapNode error)
            return new ErrorBody(Scalar(error, "code") ?? Scalar(map, "status"), Scalar(error, "message"));

        // OAuth's: an error is a code where a description stands beside it.
        var description = Scalar(map, "error_description");
        return new ErrorBody(
            Scalar(map, "error_code") ?? Scalar(map, "code") ?? (description is null ? null : Scalar(map, "error")) ?? Scalar(map, "status"),
            Scalar(map, "message") ?? description ?? Scalar(map, "error"));

        string? Scalar(JsonMapNode parent, string name) => parent.Get(name) switch
        {
            null or JsonContainer => null,
            string text => Words(text, redactor),
            double number when !double.IsFinite(number) => null,
            var other => Words(JsonLiteral.Write(other), redactor),
        };
    }

    private static string? Words(string text, SecretRedactor? redactor) => NullIfEmpty(OneLine(redactor?.RedactStart(text, MaxLength) ?? text));

    private static string? ReadText(string text)
    {
        if (Title().Match(text) is { Success: true } title)
            text = title.Groups[1].Value;

        text = OneLine(Tags().Replace(text, " "));
        return NullIfEmpty(Cut(text, MaxTextLength));
    }

    /// <summary>A server's words must not forge lines or colours on an operator's screen, nor fill it.</summary>
    public static string OneLine(string text, int maxLength = MaxMessageLength) => Cut(Unprintable().Replace(text, " ").Trim(), maxLength);

    private static string Cut(string text, int length) => text.Length > length ? text[..length] + "..." : text;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    [GeneratedRegex("<title[^>]*>(.*?)</title>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Title();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\s]+")]
    private static partial Regex Unprintable();
}
