using System.Globalization;
using System.Management.Automation;
using System.Numerics;

namespace ConfluentOffsets.Input;

/// <summary>
/// Reads a partition number or an offset. PowerShell's own conversion makes 0 of an empty text, 1 of $true and 2 of 1.5:
/// an unset variable would replay a topic.
/// </summary>
internal static class WholeNumber
{
    /// <summary>The number, or null where it is none.</summary>
    public static long? TryRead(object? value) => value switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => TryRead(wrapped.BaseObject),
        sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number when number <= long.MaxValue => (long)number,
        BigInteger number when number >= long.MinValue && number <= long.MaxValue => (long)number,
        decimal number when number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue => (long)number,
        double number when number == Math.Truncate(number) && Math.Abs(number) < 1L << 53 => (long)number,
        float number => TryRead((double)number),
        string text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>What was given instead of a number, for a message.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "$null",
        string text when string.IsNullOrWhiteSpace(text) => "an empty text",
        bool flag => flag ? "$true" : "$false",
        _ => $"'{value}'",
    };
}
