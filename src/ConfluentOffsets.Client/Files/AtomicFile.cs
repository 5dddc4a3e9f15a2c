namespace ConfluentOffsets.Client.Files;

/// <summary>Writes a file whole or not at all: whoever reads it meanwhile sees the old one or the new one.</summary>
internal static class AtomicFile
{
    private const int BufferLength = 64 << 10;

    private static readonly object s_renaming = new();

    /// <summary>Writes a file and puts it onto the disk before it gets its name.</summary>
    /// <param name="path">The file; its folder is there.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="overwrite">Otherwise a file that is there already, or comes meanwhile, is an error and stays.</param>
    /// <param name="overwriteReadOnly">With <paramref name="overwrite"/>: also one that is read-only, which it stays.</param>
    /// <exception cref="IOException">It could not be written, or is there already.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written, or is read-only.</exception>
    public static void Write(string path, Action<Stream> write, bool overwrite, bool overwriteReadOnly = false)
    {
        var target = overwrite ? Target(path) : Path.GetFullPath(path);
        var existing = Existing(target, overwrite, overwriteReadOnly);
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");

        // In the same folder: a file can be renamed only within its file system.
        var temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferLength))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (existing is not null)
                TakeOver(existing, temporary);
            Rename(temporary, target, overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Without overwriting, .NET looks on Unix whether the target is there and renames then: two threads would both find
    /// nothing there, and one file would be lost.
    /// </summary>
    internal static void Rename(string temporary, string target, bool overwrite)
    {
        if (overwrite)
        {
            File.Move(temporary, target, overwrite: true);
            return;
        }

        lock (s_renaming)
            File.Move(temporary, target, overwrite: false);
    }

    /// <summary>A link stays a link.</summary>
    private static string Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    private static FileInfo? Existing(string path, bool overwrite, bool overwriteReadOnly)
    {
        if (Directory.Exists(path))
            throw new UnauthorizedAccessException($"'{path}' is a folder.");
        if (path.StartsWith("/dev/", StringComparison.Ordinal))
            throw new UnauthorizedAccessException($"'{path}' is a device: a file would take its place.");
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        if (!overwrite)
            throw new IOException($"The file '{path}' is there already.");
        if (file.IsReadOnly && !overwriteReadOnly)
            throw new UnauthorizedAccessException($"The file '{path}' is read-only.");
        return file;
    }

    /// <summary>Who may read and write the file does not change with its content.</summary>
    private static void TakeOver(FileInfo existing, string temporary)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, existing.UnixFileMode);
            return;
        }

        // Windows replaces no read-only file.
        File.SetAttributes(temporary, existing.Attributes);
        existing.IsReadOnly = false;
    }
}
