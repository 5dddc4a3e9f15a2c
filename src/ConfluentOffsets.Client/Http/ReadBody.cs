using System.IO.Compression;
using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Http;

/// <summary>An answer's body that was read to its end, or as far as it is wanted.</summary>
internal sealed class ReadBody : ByteArrayContent
{
    /// <summary>Ten times what a connector of 100,000 partitions answers; a proxy's endless page must end somewhere.</summary>
    public const int MaxLength = 128 << 20;

    /// <summary>Of a body that only tells of an error, or of the acceptance of a short request.</summary>
    public const int MaxNoteLength = 1 << 20;

    /// <summary>Enough for most answers whose length nobody announces.</summary>
    private const int LeastRoom = 2 << 10;

    /// <summary>A length that is announced is believed so far; beyond it, room is made as the bytes come.</summary>
    private const int MaxAnnounced = 16 << 20;

    private ReadBody(ArraySegment<byte> bytes, bool isCut)
        : base(bytes.Array!, bytes.Offset, bytes.Count)
    {
        Bytes = bytes;
        IsCut = isCut;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether there was more than was read.</summary>
    public bool IsCut { get; }

    /// <summary>What a reader made of it; null: none was asked, or could.</summary>
    public object? Document { get; private set; }

    /// <summary>Whether this is one JSON value: not cut off, not a proxy's page.</summary>
    /// <param name="read">
    /// Makes a document of it, or throws a <see cref="JsonException"/>: what it reads need not be looked through twice.
    /// Null: nobody does.
    /// </param>
    public bool IsJson(Func<ReadOnlyMemory<byte>, object>? read)
    {
        if (IsCut)
            return false;
        try
        {
            Document = read?.Invoke(Bytes);
            return Document is not null || JsonLiteral.IsValid(Bytes);
        }
        catch (JsonException)
        {
            return JsonLiteral.IsValid(Bytes);
        }
    }

    /// <summary>Reads a body, unzipped where it is gzip that does not say so.</summary>
    /// <param name="content">The body; it is disposed.</param>
    /// <param name="limit">So many bytes are taken; what is more is cut off.</param>
    /// <param name="isNote">The status says all that counts: a body that breaks off is taken as far as it came.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<ReadBody> OfAsync(HttpContent content, int limit, bool isNote, CancellationToken cancellationToken)
    {
        var (bytes, isCut) = await ReadAsync(
            await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false),
            (int)Math.Clamp(content.Headers.ContentLength ?? 0, 0, Math.Min(limit, MaxAnnounced)),
            limit,
            isNote,
            cancellationToken).ConfigureAwait(false);

        // Gzip without Content-Encoding has been met.
        if (bytes is [0x1f, 0x8b, ..] && !isCut)
        {
            var zipped = new GZipStream(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count), CompressionMode.Decompress);
            await using var _ = zipped.ConfigureAwait(false);
            (bytes, isCut) = await ReadAsync(zipped, announced: 0, limit, isNote: true, cancellationToken).ConfigureAwait(false);
        }

        var body = new ReadBody(bytes, isCut);
        body.Headers.ContentType = content.Headers.ContentType;
        content.Dispose();
        return body;
    }

    private static async Task<(ArraySegment<byte> Bytes, bool IsCut)> ReadAsync(Stream stream, int announced, int limit, bool isNote, CancellationToken cancellationToken)
    {
        // Straight to where it stays: with a block between them, a thousand small answers are mostly blocks. One byte more than
        // was announced is where the end is seen.
        var bytes = new byte[announced > 0 ? announced + 1 : LeastRoom];
        var length = 0;
        ArraySegment<byte> SoFar() => new(bytes, 0, Math.Min(length, limit));
        try
        {
            while (true)
            {
                if (length == bytes.Length)
                    Array.Resize(ref bytes, Math.Min(2 * length, limit + 1));
                var count = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += count;
                if (count == 0 || length > limit)
                    return (SoFar(), length > limit);
            }
        }
        catch (InvalidDataException) when (!isNote)
        {
            // The transport's own unzipping failed: the body broke off on its way.
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The answer is broken gzip.");
        }
        catch (Exception e) when (isNote && e is IOException or HttpRequestException or InvalidDataException)
        {
            return (SoFar(), false);
        }
    }
}
