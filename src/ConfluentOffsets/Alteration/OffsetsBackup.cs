using System.Globalization;
using System.Management.Automation;
using System.Text;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Alteration;

/// <summary>Keeps a connector's offsets in a file of its own before they are changed.</summary>
internal sealed class OffsetsBackup
{
    /// <summary>File systems end a name at 255 bytes, and a connector's may be longer.</summary>
    private const int MaxNameLength = 60;

    /// <summary>Two connectors whose names become the same file's, in the same second.</summary>
    private const int MaxSameNames = 1000;

    private readonly string _folder;

    private OffsetsBackup(string folder) => _folder = folder;

    /// <summary>Backups in a folder, which is made when it is needed.</summary>
    /// <param name="path">As the user wrote it.</param>
    /// <param name="paths">Says what folder that means.</param>
    /// <exception cref="RejectedInputException">It cannot be a folder.</exception>
    public static OffsetsBackup In(string path, PathIntrinsics paths)
    {
        // A folder of that name can be made, and nobody means it.
        if (string.IsNullOrWhiteSpace(path))
            throw new RejectedInputException(ErrorIds.BackupFailed, "-BackupPath is blank: is a variable empty?", path);

        string folder;
        try
        {
            folder = paths.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            if (provider.Name != "FileSystem")
                throw new RejectedInputException(ErrorIds.BackupFailed, $"-BackupPath '{path}' is not in the file system.", path);
        }
        catch (Exception e) when (e is SessionStateException or NotSupportedException or ArgumentException)
        {
            throw new RejectedInputException(ErrorIds.BackupFailed, $"-BackupPath '{path}' cannot be used: {e.Message}", path, e);
        }

        return File.Exists(folder)
            ? throw new RejectedInputException(ErrorIds.BackupFailed, $"-BackupPath '{path}' is a file; a folder is needed.", path)
            : new OffsetsBackup(folder);
    }

    /// <summary>Writes what is there before a change.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="RejectedInputException">It could not be written.</exception>
    public string Write(PreparedPlan prepared)
    {
        var connector = prepared.Plan.Connector;
        var document = prepared.Current with { Name = connector.ConnectorName };
        OffsetsFileEntry[] entries = [new(connector.EnvironmentId, connector.KafkaClusterId, document)];
        var now = prepared.Plan.Connection.Service.Time.GetUtcNow();
        var name = string.Create(CultureInfo.InvariantCulture, $"{FileName(connector.ConnectorName)}.{now:yyyyMMdd'T'HHmmss'Z'}");
        try
        {
            Directory.CreateDirectory(_folder);
            for (var i = 1; ; i++)
            {
                var file = Path.Combine(_folder, i == 1 ? $"{name}.json" : string.Create(CultureInfo.InvariantCulture, $"{name}-{i}.json"));
                try
                {
                    AtomicFile.Write(file, stream => OffsetsFileWriter.Write(stream, entries), overwrite: false);
                    return file;
                }
                catch (IOException) when (File.Exists(file) && i < MaxSameNames)
                {
                    // Never over another backup: the next name.
                }
            }
        }
        catch (Exception e) when (FilePaths.IsNotWritten(e))
        {
            throw new RejectedInputException(ErrorIds.BackupFailed, $"its offsets could not be written to '{_folder}', so nothing was sent: {e.Message}", _folder, e);
        }
    }

    /// <summary>A connector's name without what a file's name may not hold, on whatever system it is read.</summary>
    private static string FileName(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name.Length > MaxNameLength ? name[..MaxNameLength] : name)
            text.Append(char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format || "\"<>|:*?\\/[]`".Contains(c, StringComparison.Ordinal) ? '_' : c);
        var safe = text.ToString().TrimStart('.', ' ');
        return safe.Length == 0 || IsDevice(safe) ? $"_{safe}" : safe;
    }

    /// <summary>What Windows takes for a device, whatever follows a dot.</summary>
    private static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && char.IsDigit(stem[3]));
    }
}
