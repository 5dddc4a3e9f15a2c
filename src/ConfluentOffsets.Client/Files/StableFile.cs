namespace ConfluentOffsets.Client.Files;

/// <summary>
/// Reads a file as it was at one moment. Half of one version and half of the next can be a document of offsets that never
/// was, and nobody would notice.
/// </summary>
internal static class StableFile
{
    /// <summary>Reads a file to its end.</summary>
    /// <exception cref="InvalidFileException">It changed while it was read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Read(file);
    }

    /// <summary>Reads an open file to its end. One that is replaced by another meanwhile is read as it was.</summary>
    /// <exception cref="InvalidFileException">It changed while it was read.</exception>
    public static ReadOnlyMemory<byte> Read(FileStream file)
    {
        // A pipe has neither length nor versions; some systems tell no length of what they make up as it is read.
        var before = file.CanSeek ? Version(file) : default;
        using var bytes = new MemoryStream(before.Length <= Array.MaxLength ? (int)before.Length : 0);
        file.CopyTo(bytes);
        return file.CanSeek && (Version(file) != before || (before.Length > 0 && bytes.Length != before.Length))
            ? throw new InvalidFileException("It changed while it was read.")
            : bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static (long Length, DateTime WrittenAt) Version(FileStream file) =>
        (RandomAccess.GetLength(file.SafeFileHandle), File.GetLastWriteTimeUtc(file.SafeFileHandle));
}
