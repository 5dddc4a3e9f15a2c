using System.Globalization;
using System.Text;

namespace ConfluentOffsets.Client.Http;

/// <summary>Makes text of bodies that are shown, whatever they are encoded in: what an answer says of that may be wrong.</summary>
internal static class BodyText
{
    /// <summary>The longer ones first: the mark of UTF-16 begins that of UTF-32.</summary>
    private static readonly Encoding[] s_marked = [Encoding.UTF32, new UTF32Encoding(bigEndian: true, byteOrderMark: true), Encoding.Unicode, Encoding.BigEndianUnicode];

    /// <summary>The text of a body: UTF-8, unless it begins with the mark of another encoding.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        foreach (var encoding in s_marked)
        {
            if (body.StartsWith(encoding.Preamble))
                return encoding.GetString(body);
        }

        return Encoding.UTF8.GetString(body);
    }

    /// <summary>
    /// Without what nobody sees and a secret is not known by: signs of no width, and the zeros between letters of UTF-16
    /// that does not say so.
    /// </summary>
    public static string Visible(string text)
    {
        var at = 0;
        while (at < text.Length && !IsInvisible(text[at]))
            at++;
        if (at == text.Length)
            return text;

        var visible = new StringBuilder(text, 0, at, text.Length);
        foreach (var c in text.AsSpan(at))
        {
            if (!IsInvisible(c))
                visible.Append(c);
        }

        return visible.ToString();
    }

    private static bool IsInvisible(char c) => c == '\0' || (c > '\u007f' && char.GetUnicodeCategory(c) == UnicodeCategory.Format);
}
