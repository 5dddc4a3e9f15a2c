using System.Management.Automation;
using System.Text;

namespace ConfluentOffsets.Connections;

/// <summary>
/// What is written in a connector's place: a wildcard is one unless a backtick is before it, and any other backtick is a
/// character of the name. PowerShell's own escaping treats backticks otherwise from version to version.
/// </summary>
internal static class NamePattern
{
    private const char Backtick = '`';

    /// <summary>Whether a wildcard is in it that is not escaped.</summary>
    public static bool HasWildcard(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsEscape(text, i))
                i++;
            else if (IsWildcard(text[i]))
                return true;
        }

        return false;
    }

    /// <summary>A name as it is written where wildcards count.</summary>
    public static string Escape(string name) => Rewrite(name, (text, i) => IsWildcard(text[i]) ? Backtick : null);

    /// <summary>The name that is written.</summary>
    public static string Unescape(string text)
    {
        var name = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsEscape(text, i))
                i++;
            name.Append(text[i]);
        }

        return name.ToString();
    }

    /// <summary>The pattern that is written; a broken one throws when it is used.</summary>
    public static WildcardPattern ToPattern(string text, WildcardOptions options) =>
        WildcardPattern.Get(Rewrite(text, (t, i) => t[i] == Backtick && !IsEscape(t, i) ? Backtick : null), options);

    private static bool IsWildcard(char c) => c is '*' or '?' or '[' or ']';

    private static bool IsEscape(string text, int index) =>
        text[index] == Backtick && index + 1 < text.Length && IsWildcard(text[index + 1]);

    /// <summary>The text, with what goes before each of its characters.</summary>
    private static string Rewrite(string text, Func<string, int, char?> before)
    {
        var written = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            written.Append(before(text, i)).Append(text[i]);
        return written.ToString();
    }
}
