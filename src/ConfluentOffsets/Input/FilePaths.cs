using System.Collections.ObjectModel;
using System.Management.Automation;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Input;

/// <summary>Says which files a path means, from PowerShell's location and drives.</summary>
internal static class FilePaths
{
    private const string FileSystem = "FileSystem";

    /// <summary>The files to read; one that is meant literally need not be there.</summary>
    /// <exception cref="RejectedInputException">The path means none.</exception>
    public static IReadOnlyList<string> ToRead(PathIntrinsics paths, string path, bool isLiteral) =>
        Resolve(paths, path, isLiteral, ErrorIds.InvalidFile);

    /// <summary>The file to write; a wildcard has to mean one that is there.</summary>
    /// <exception cref="RejectedInputException">The path means none, or several.</exception>
    public static string ToWrite(PathIntrinsics paths, string path, bool isLiteral)
    {
        var found = Resolve(paths, path, isLiteral, ErrorIds.BackupFailed);
        return found.Count == 1
            ? found[0]
            : throw new RejectedInputException(ErrorIds.BackupFailed, $"'{path}' means {found.Count} files; one can be written.", path);
    }

    /// <summary>A file's path as PowerShell takes it wherever its location is.</summary>
    public static string Qualify(string file) => $@"Microsoft.PowerShell.Core\{FileSystem}::{file}";

    /// <summary>Whether it says that a file could not be written, or what should go into it.</summary>
    public static bool IsNotWritten(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or FormatException;

    private static Collection<string> Resolve(PathIntrinsics paths, string path, bool isLiteral, string errorId)
    {
        try
        {
            ProviderInfo provider;
            Collection<string> found = isLiteral || !WildcardPattern.ContainsWildcardCharacters(path)
                ? [paths.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : paths.GetResolvedProviderPathFromPSPath(path, out provider);
            if (provider.Name != FileSystem)
                throw new RejectedInputException(errorId, $"'{path}' is no path of the file system but of {provider.Name}.", path);
            return found.Count > 0 ? found : throw NoMatch(null);
        }
        catch (ItemNotFoundException e)
        {
            throw NoMatch(e);
        }
        catch (Exception e) when (e is SessionStateException or NotSupportedException or ArgumentException)
        {
            throw new RejectedInputException(errorId, $"'{path}' is no path that can be used: {e.Message}", path, e);
        }

        RejectedInputException NoMatch(Exception? e) =>
            new(errorId, $"No file matches '{path}'. A name that holds [ or ] is given with -LiteralPath.", path, e);
    }
}
