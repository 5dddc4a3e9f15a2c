using System.Globalization;
using System.Text;
using System.Text.Json;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Files;

/// <summary>A connector's offsets as a file keeps them.</summary>
/// <param name="EnvironmentId">Null where the file does not say.</param>
/// <param name="KafkaClusterId">Null where the file does not say.</param>
/// <param name="Document">The API's own document.</param>
internal sealed record OffsetsFileEntry(string? EnvironmentId, string? KafkaClusterId, OffsetsDocument Document);

/// <summary>
/// A file of offsets: the API's own GET document, or a JSON array of those, each with the optional members
/// <c>environment_id</c> and <c>kafka_cluster_id</c>.
/// </summary>
internal static class OffsetsFile
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Encodings that a byte order mark tells of, as PowerShell writes them; the longer mark first.</summary>
    private static readonly Encoding[] s_marked =
    [
        new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
    ];

    /// <summary>Reads such a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="goOn">Asked all the time: throws where the reading shall end.</param>
    /// <exception cref="InvalidFileException">It is something else, or changed meanwhile. The message says what is wrong, and at which line and position.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<OffsetsFileEntry> ReadFile(string path, Action? goOn = null) => Directory.Exists(path)
        ? throw new InvalidFileException("It is a folder.")
        : Read(StableFile.Read(path), goOn);

    /// <summary>Reads the text of such a file.</summary>
    /// <exception cref="InvalidFileException">It is something else.</exception>
    public static IReadOnlyList<OffsetsFileEntry> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the bytes of such a file: UTF-8, or what a byte order mark says.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="goOn">Asked all the time: throws where the reading shall end.</param>
    /// <exception cref="InvalidFileException">It is something else.</exception>
    public static IReadOnlyList<OffsetsFileEntry> Read(ReadOnlyMemory<byte> bytes, Action? goOn = null)
    {
        var text = ToUtf8(bytes);
        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
            throw new InvalidFileException("It is empty (line 1, position 1).");
        try
        {
            return new OffsetsFileReader(text, goOn).Read();
        }
        catch (OffsetsFileFault e)
        {
            throw new InvalidFileException($"{e.Message} ({Place(text.Span, e.Index)}).");
        }
        catch (JsonException e)
        {
            throw new InvalidFileException($"It is not JSON ({Place(text.Span, Index(text.Span, e))}): {JsonProblem.Words(e)}", e);
        }
    }

    private static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> bytes)
    {
        var encoding = Array.Find(s_marked, e => bytes.Span.StartsWith(e.Preamble));
        var text = bytes[(encoding?.Preamble.Length ?? 0)..];
        try
        {
            if (encoding is not (null or UTF8Encoding))
                return s_strictUtf8.GetBytes(encoding.GetString(text.Span));
            s_strictUtf8.GetCharCount(text.Span);
            return text;
        }
        catch (DecoderFallbackException e)
        {
            var where = encoding is null or UTF8Encoding ? Place(text.Span, e.Index) : string.Create(CultureInfo.InvariantCulture, $"byte {e.Index + 1}");
            throw new InvalidFileException($"It is not a text in {(encoding ?? s_strictUtf8).WebName.ToUpperInvariant()} ({where}).", e);
        }
    }

    /// <summary>Counted from 1 and in characters, as editors do.</summary>
    private static string Place(ReadOnlySpan<byte> text, int index)
    {
        var before = text[..Math.Clamp(index, 0, text.Length)];
        var line = before.Count((byte)'\n') + 1;
        var position = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"line {line}, position {position}");
    }

    private static int Index(ReadOnlySpan<byte> text, JsonException e)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
            start += text[start..].IndexOf((byte)'\n') + 1;
        return start + (int)(e.BytePositionInLine ?? 0);
    }
}
