using System.Globalization;
using System.Text;

namespace ConfluentOffsets.Client.Http;

/// <summary>Makes text of bodies that are shown, whatever they are encoded in: what an answer says of that may be wrong.</summary>
internal static class BodyText
{
    /// <summary>The text of a body: UTF-8, unless it begins with the mark of another encoding.</summary>
    public static string Of(ReadOnlyMemory<byte> body)
    {
        using var reader = new StreamReader(new MemoryStream(body.ToArray()), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
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
