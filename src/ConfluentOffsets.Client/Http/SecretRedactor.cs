using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ConfluentOffsets.Client.Http;

/// <summary>Takes secrets out of what is shown, however a server may have echoed them. Safe for concurrent use.</summary>
internal sealed partial class SecretRedactor
{
    private const string Replacement = "(redacted)";
    private const int ShortestSecret = 4;

    /// <summary>Far more than any secret is long, however it is spelled.</summary>
    private const int Overlap = 32_768;

    /// <summary>So many tokens are remembered: those before them have expired.</summary>
    private const int TokenCount = 16;

    /// <summary>A token is known by so much of it: it may be echoed in part, and to spell all of it costs.</summary>
    private const int TokenLength = 40;

    /// <summary>A part of a web token that is shorter may stand anywhere.</summary>
    private const int ShortestSegment = 20;

    /// <summary>Base64 that is longer may have been wrapped.</summary>
    private const int ShortestLine = 60;
    private const string LineBreak = @"[\r\n]{0,2}";

    /// <summary>What may stand in a token, also escaped.</summary>
    private const string TokenCharacter = @"(?:[\w\-.~+/=]|%[0-9a-fA-F]{2}|\\{1,8}(?:u[0-9a-fA-F]{4}|/)|&(?:amp;){0,3}#x?[0-9a-fA-F]+;)";

    private readonly object _lock = new();
    private readonly Lazy<Regex?> _secrets;
    private volatile Token[] _tokens = [];

    /// <summary>
    /// A redactor of these secrets: as they are, in base64, with any of their characters escaped, once or more, and of a
    /// web token each part.
    /// </summary>
    /// <param name="secrets">Asked for when something is shown for the first time.</param>
    public SecretRedactor(IEnumerable<string> secrets) => _secrets = new Lazy<Regex?>(
        () => Pattern(secrets.Where(s => s.Length >= ShortestSecret).SelectMany(Forms), Spelled));

    /// <summary>Adds a token, also for where only its beginning is echoed.</summary>
    public void Add(string token)
    {
        if (token.Length < ShortestSecret)
            return;
        lock (_lock)
        {
            if (!Array.Exists(_tokens, t => t.Text == token))
                _tokens = [.. _tokens.TakeLast(TokenCount - 1), new Token(token, Pattern(Forms(token), Beginning)!)];
        }
    }

    public string Redact(string text)
    {
        text = BodyText.Visible(text);
        text = _secrets.Value?.Replace(text, Replacement) ?? text;
        foreach (var token in _tokens)
            text = token.Pattern.Replace(text, Replacement);
        text = UserInfo().Replace(text, Replacement);
        text = Jwt().Replace(text, Replacement);
        return Authorization().Replace(text, "${scheme}" + Replacement);
    }

    /// <summary>
    /// Redacts the beginning of a text of any length, of which no more is shown: to search all of a large body takes
    /// seconds.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How many characters are shown at most.</param>
    public string RedactStart(string text, int length)
    {
        if (text.Length <= length + Overlap)
            return Cut(Redact(text), length);

        // What stands at the end may be half a secret, which would not be known.
        var redacted = Redact(text[..(length + Overlap)]);
        return Cut(redacted, Math.Min(length, Math.Max(0, redacted.Length - (Overlap / 2))));
    }

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;

    private static IEnumerable<string> Forms(string secret) => [secret, Base64(secret), .. Segments(secret)];

    /// <summary>What a web token is made of: its signature alone, or what it says of somebody, is nobody's business either.</summary>
    private static IEnumerable<string> Segments(string token) => token.Split('.') is { Length: 3 } segments
        ? segments.Where(s => s.Length >= ShortestSegment)
        : [];

    private static Regex? Pattern(IEnumerable<string> forms, Func<string, string> pattern)
    {
        var patterns = forms.Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length).Select(pattern).ToArray();
        return patterns.Length == 0
            ? null
            : new Regex(string.Join('|', patterns), RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    }

    /// <summary>How a token begins, and whatever follows that may be the token's.</summary>
    private static string Beginning(string token) => token.Length <= TokenLength
        ? Spelled(token)
        : Spelled(token[..TokenLength]) + TokenCharacter + "*";

    // Backslashes that follow each other are one: escaped, each could be told from the next in too many ways.
    private static string Spelled(string text) => string.Concat(Runs().Matches(text).Select(m => m.Value[0] == '\\'
        ? $@"(?:\\{{{m.Length},{8 * m.Length}}}|{Spellings(new Rune('\\'))}{{{m.Length}}})"
        : string.Concat(m.Value.EnumerateRunes().Select(r => Spellings(r) + (text.Length > ShortestLine && IsOfBase64(r) ? LineBreak : "")))));

    private static bool IsOfBase64(Rune rune) => rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '+' or '/');

    /// <summary>Without its padding, which an echo may lack.</summary>
    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');

    /// <summary>
    /// A character as it is, URL-encoded, and as JSON and HTML escape it; also once more each, as where a body tells of
    /// another body.
    /// </summary>
    private static string Spellings(Rune rune)
    {
        // Bounded, so that long runs of one sign take no time.
        const string Backslashes = @"\\{1,8}";
        const string Ampersand = $"(?:&|{Backslashes}u0026)(?:amp;){{0,3}}";
        var character = rune.ToString();
        var url = string.Concat(Encoding.UTF8.GetBytes(character).Select(b => string.Create(CultureInfo.InvariantCulture, $"%(?:25){{0,3}}{b:X2}")));
        var json = string.Concat(character.Select(c => string.Create(CultureInfo.InvariantCulture, $"{Backslashes}u{(int)c:x4}")));
        var html = string.Create(CultureInfo.InvariantCulture, $"{Ampersand}(?:#0*{rune.Value};|#x0*{rune.Value:x};)");
        var named = WebUtility.HtmlEncode(character);
        string[] spellings = character is "\\" ? [url, json, html] : [Regex.Escape(character), url, json, html];
        if (character is "/" or "\"")
            spellings = [.. spellings, Backslashes + character];
        if (named != character)
            spellings = [.. spellings, Ampersand + Regex.Escape(named[1..])];
        return $"(?:{string.Join('|', spellings)})";
    }

    [GeneratedRegex(@"\\+|[^\\]+")]
    private static partial Regex Runs();

    /// <summary>User and password in an address, or a user alone (which may be a token), as a proxy's that somebody set for the whole process.</summary>
    [GeneratedRegex("""(?<=[a-z0-9]://)(?:[^\s/?#@:"'<>]*:[^\s/?#"'<>]+|[^\s/?#@:"'<>]+)(?=@)""", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    /// <summary>Any JSON web token, whosever: base64 of <c>{"</c>, and what belongs to it.</summary>
    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{13,}(?:\.[A-Za-z0-9_-]+)*")]
    private static partial Regex Jwt();

    /// <summary>
    /// What follows the scheme of an Authorization header, whosever: long, or with a digit or an inner capital, which the
    /// words of a sentence (Basic authentication) and of a challenge (Bearer error="...") are not.
    /// </summary>
    [GeneratedRegex($$"""(?<scheme>\b(?i:Bearer|Basic)(?:\s|%20|\+){1,3})(?![a-z_]+=\\?["'])(?=[A-Za-z]*[a-z][A-Z]|{{TokenCharacter}}*?[0-9]|{{TokenCharacter}}{20}){{TokenCharacter}}{8,}""")]
    private static partial Regex Authorization();

    private sealed record Token(string Text, Regex Pattern);
}
