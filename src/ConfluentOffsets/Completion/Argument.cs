using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using ConfluentOffsets.Connections;

namespace ConfluentOffsets.Completion;

/// <summary>Arguments as they are typed: with quotes where they need them.</summary>
internal static partial class Argument
{
    /// <summary>The suggestions that go with what is typed so far, ready to be put in its place.</summary>
    /// <param name="word">What is typed, perhaps with an opening quote.</param>
    /// <param name="suggestions">All there are.</param>
    /// <param name="areWildcardsEscaped">Whether wildcard characters get a backtick.</param>
    public static IEnumerable<CompletionResult> Complete(string word, IReadOnlyList<Suggestion> suggestions, bool areWildcardsEscaped)
    {
        var isQuoted = word.Length > 0 && word[0] is '\'' or '"';
        var begun = isQuoted ? word.Trim(word[0]).Replace("''", "'", StringComparison.Ordinal) : word;
        var matches = Matcher(begun);
        return
        [
            .. suggestions

                // What a service sends must not steer the terminal.
                .Where(s => s.Value.Length > 0 && OffsetText.Printable(s.Value) == s.Value)
                .Where(s => matches(s.Value) || (s.OtherName is not null && begun.Length > 0 && matches(s.OtherName)))
                .OrderBy(s => s.Value, StringComparer.OrdinalIgnoreCase)
                .Select(s => new CompletionResult(
                    Quoted(areWildcardsEscaped ? NamePattern.Escape(s.Value) : s.Value, isQuoted),
                    s.Value,
                    CompletionResultType.ParameterValue,
                    s.ToolTip)),
        ];
    }

    /// <summary>What is known, on one line; never empty.</summary>
    public static string ToolTip(params string?[] facts)
    {
        var text = OffsetText.Printable(string.Join(", ", facts.Where(f => !string.IsNullOrWhiteSpace(f))));
        return text.Length > 0 ? text : "?";
    }

    /// <summary><c>partitions 0, 1, 2</c></summary>
    public static string Partitions(IEnumerable<int> numbers)
    {
        var sorted = numbers.Distinct().Order().ToArray();
        return sorted.Length == 1
            ? string.Create(CultureInfo.InvariantCulture, $"partition {sorted[0]}")
            : string.Create(CultureInfo.InvariantCulture, $"{sorted.Length} partitions, {sorted[0]} to {sorted[^1]}");
    }

    private static Func<string, bool> Matcher(string begun)
    {
        var text = NamePattern.Unescape(begun);
        var pattern = NamePattern.HasWildcard(begun) ? NamePattern.ToPattern(begun + "*", WildcardOptions.IgnoreCase) : null;
        try
        {
            pattern?.IsMatch("");
        }
        catch (WildcardPatternException)
        {
            pattern = null;
        }

        return value => value.StartsWith(text, StringComparison.OrdinalIgnoreCase) || pattern?.IsMatch(value) == true;
    }

    private static string Quoted(string text, bool always) =>
        always || !NeedsNoQuotes().IsMatch(text) ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'" : text;

    /// <summary>Less than PowerShell allows, and nothing that it reads as a number, an operator or an expression.</summary>
    [GeneratedRegex(@"\A[\p{L}_][\p{L}\p{Nd}_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NeedsNoQuotes();
}
