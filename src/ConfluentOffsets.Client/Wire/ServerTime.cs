using System.Globalization;

namespace ConfluentOffsets.Client.Wire;

/// <summary>
/// A time as the service wrote it. The service mixes resolutions (whole seconds to nanoseconds), so two times are
/// compared at the coarser of theirs.
/// </summary>
/// <param name="Utc">The time, to 100 ns.</param>
/// <param name="Fraction">The digits after the second, as written; empty for whole seconds.</param>
/// <param name="Text">The service's own text.</param>
internal sealed record ServerTime(DateTime Utc, string Fraction, string Text)
{
    private const int SecondsLength = 19;
    private const int MaxDigits = 9;

    /// <summary>
    /// Reads <c>2024-02-20 15:14:19+00:00</c>, <c>2024-02-20T15:14:20+0000</c>, <c>...Z</c>, with up to nine digits of
    /// fraction. No zone means UTC.
    /// </summary>
    /// <returns>Null for anything else.</returns>
    public static ServerTime? TryParse(string? text)
    {
        // By hand: each answer has one, and a regular expression, or TryParseExact, takes longer than all the rest of it.
        var rest = text.AsSpan().Trim();
        if (ReadSeconds(rest) is not { } utc)
            return null;

        rest = rest[SecondsLength..];
        var fraction = "";
        if (rest is ['.' or ',', .. var digits])
        {
            var count = digits.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : digits.Length;
            if (count is 0 or > MaxDigits)
                return null;
            fraction = digits[..count].ToString();
            rest = digits[count..];
            utc = utc.AddTicks(long.Parse(fraction.PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture));
        }

        if (ReadZone(rest.TrimStart()) is not { } zone || utc.Ticks - zone.Ticks < 0 || utc.Ticks - zone.Ticks > DateTime.MaxValue.Ticks)
            return null;
        return new ServerTime(utc - zone, fraction, text!) { HasZone = !rest.IsWhiteSpace() };
    }

    /// <summary>Whether the text says which zone it is of.</summary>
    public bool HasZone { get; private init; }

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

    /// <summary>What a text begins with, to the second; null for what is no time.</summary>
    private static DateTime? ReadSeconds(ReadOnlySpan<char> text)
    {
        if (text is not [_, _, _, _, '-', _, _, '-', _, _, 'T' or 't' or ' ', _, _, ':', _, _, ':', _, _, ..]
            || TwoDigits(text) is not { } century
            || TwoDigits(text[2..]) is not { } yearOfCentury
            || TwoDigits(text[5..]) is not (>= 1 and <= 12 and var month)
            || TwoDigits(text[8..]) is not (>= 1 and var day)
            || TwoDigits(text[11..]) is not (<= 23 and var hour)
            || TwoDigits(text[14..]) is not (<= 59 and var minute)
            || TwoDigits(text[17..]) is not (<= 59 and var second))
        {
            return null;
        }

        var year = (100 * century) + yearOfCentury;
        return year > 0 && day <= DateTime.DaysInMonth(year, month) ? new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc) : null;
    }

    /// <summary>How far a zone is ahead of UTC; null for what is none.</summary>
    private static TimeSpan? ReadZone(ReadOnlySpan<char> zone)
    {
        if (zone is "" or "Z" or "z" or "UTC")
            return TimeSpan.Zero;
        if (zone is not ['+' or '-', .. var digits] || TwoDigits(digits) is not { } hours)
            return null;

        // +01, +01:, +0130 and +01:30 have been met, or may be.
        digits = digits[2..];
        if (digits is [':', .. var afterColon])
            digits = afterColon;
        var minutes = digits.IsEmpty ? 0 : TwoDigits(digits);
        if (minutes is null || digits.Length > 2)
            return null;
        var ahead = new TimeSpan(hours, minutes.Value, 0);
        return zone[0] == '-' ? -ahead : ahead;
    }

    private static int? TwoDigits(ReadOnlySpan<char> text) =>
        text is [>= '0' and <= '9' and var tens, >= '0' and <= '9' and var ones, ..] ? (10 * (tens - '0')) + ones - '0' : null;
}
