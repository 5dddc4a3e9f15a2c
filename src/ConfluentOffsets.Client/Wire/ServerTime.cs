using System.Globalization;
using System.Text.RegularExpressions;

namespace ConfluentOffsets.Client.Wire;

/// <summary>
/// A time as the service wrote it. The service mixes resolutions (whole seconds to nanoseconds), so two times are
/// compared at the coarser of theirs.
/// </summary>
/// <param name="Utc">The time, to 100 ns.</param>
/// <param name="Fraction">The digits after the second, as written; empty for whole seconds.</param>
/// <param name="Text">The service's own text.</param>
internal sealed partial record ServerTime(DateTime Utc, string Fraction, string Text)
{
    /// <summary>
    /// Reads <c>2024-02-20 15:14:19+00:00</c>, <c>2024-02-20T15:14:20+0000</c>, <c>...Z</c>, with up to nine digits of
    /// fraction. No zone means UTC.
    /// </summary>
    /// <returns>Null for anything else.</returns>
    public static ServerTime? TryParse(string? text)
    {
        if (text is null || Pattern().Match(text) is not { Success: true } match)
            return null;

        if (!DateTime.TryParseExact(
            $"{match.Groups["date"].Value}T{match.Groups["time"].Value}",
            "yyyy-MM-dd'T'HH:mm:ss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var utc))
        {
            return null;
        }

        var fraction = match.Groups["fraction"].Value;
        if (fraction.Length > 0)
            utc = utc.AddTicks(long.Parse(fraction.PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture));

        if (match.Groups["sign"].Success)
        {
            var zone = new TimeSpan(Number(match, "hours"), Number(match, "minutes"), 0);
            var ticks = utc.Ticks + (match.Groups["sign"].Value == "-" ? zone.Ticks : -zone.Ticks);
            if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
                return null;
            utc = new DateTime(ticks, DateTimeKind.Utc);
        }

        return new ServerTime(utc, fraction, text);
    }

    /// <summary>A time (UTC) as the service writes it.</summary>
    public static ServerTime Of(DateTime utc) =>
        TryParse(utc.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF'+00:00'", CultureInfo.InvariantCulture))!;

    /// <summary>Whether both are the same at the coarser of the two resolutions.</summary>
    public bool Same(ServerTime other)
    {
        var digits = Math.Min(Fraction.Length, other.Fraction.Length);
        return Seconds(Utc) == Seconds(other.Utc)
            && Fraction.AsSpan(0, digits).SequenceEqual(other.Fraction.AsSpan(0, digits));
    }

    /// <summary>Whether this is surely the later one: within the coarser resolution nobody can tell.</summary>
    public bool IsAfter(ServerTime other) => Utc > other.Utc && !Same(other);

    private static long Seconds(DateTime time) => time.Ticks / TimeSpan.TicksPerSecond;

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"^\s*(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,](?<fraction>[0-9]{1,9}))?\s*(?:[Zz]|UTC|(?<sign>[+-])(?<hours>[0-9]{2}):?(?<minutes>[0-9]{2})?)?\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
