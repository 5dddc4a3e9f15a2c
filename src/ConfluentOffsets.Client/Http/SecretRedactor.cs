using System.Text;

namespace ConfluentOffsets.Client.Http;

/// <summary>Takes secrets out of what is shown, however a server may have echoed them.</summary>
internal sealed class SecretRedactor
{
    private const string Replacement = "(redacted)";
    private const int ShortestSecret = 4;

    private readonly string[] _forms;

    /// <summary>A redactor of these secrets: as they are, in base64, and URL-encoded.</summary>
    public SecretRedactor(IEnumerable<string> secrets) =>
        _forms = [.. secrets
            .Where(s => s.Length >= ShortestSecret)
            .SelectMany(s => new[] { s, Convert.ToBase64String(Encoding.UTF8.GetBytes(s)) })
            .SelectMany(s => new[] { s, Uri.EscapeDataString(s), JsonEscape(s) })
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(s => s.Length)];

    public string Redact(string text)
    {
        foreach (var form in _forms)
            text = text.Replace(form, Replacement, StringComparison.OrdinalIgnoreCase);
        return text;
    }

    private static string JsonEscape(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();
}
