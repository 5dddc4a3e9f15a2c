using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ConfluentOffsets.Client.Http;

/// <summary>Takes secrets out of what is shown, however a server may have echoed them.</summary>
internal sealed class SecretRedactor
{
    private const string Replacement = "(redacted)";
    private const int ShortestSecret = 4;

    private readonly Lazy<Regex?> _secrets;

    /// <summary>A redactor of these secrets: as they are, in base64, and with any of their characters escaped.</summary>
    public SecretRedactor(IReadOnlyList<string> secrets) => _secrets = new Lazy<Regex?>(() => Pattern(secrets));

    public string Redact(string text) => _secrets.Value?.Replace(text, Replacement) ?? text;

    private static Regex? Pattern(IReadOnlyList<string> secrets)
    {
        var forms = secrets
            .Where(s => s.Length >= ShortestSecret)
            .SelectMany(s => new[] { s, Base64(s) })
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(s => s.Length)
            .Select(s => string.Concat(s.EnumerateRunes().Select(Spellings)))
            .ToArray();
        return forms.Length == 0
            ? null
            : new Regex(string.Join('|', forms), RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    }

    /// <summary>Without its padding, which an echo may lack.</summary>
    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');

    /// <summary>A character as it is, URL-encoded, and as JSON and HTML escape it.</summary>
    private static string Spellings(Rune rune)
    {
        var character = rune.ToString();
        var url = string.Concat(Encoding.UTF8.GetBytes(character).Select(b => string.Create(CultureInfo.InvariantCulture, $"%{b:X2}")));
        var json = string.Concat(character.Select(c => Regex.Escape(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"))));
        var html = string.Create(CultureInfo.InvariantCulture, $"(?:&#0*{rune.Value};|&#x0*{rune.Value:x};)");
        var named = WebUtility.HtmlEncode(character);
        string[] spellings = [Regex.Escape(character), Regex.Escape(url), json, html];
        if (character is "/" or "\"" or "\\")
            spellings = [.. spellings, Regex.Escape("\\" + character)];
        if (named != character)
            spellings = [.. spellings, Regex.Escape(named)];
        return $"(?:{string.Join('|', spellings)})";
    }
}
