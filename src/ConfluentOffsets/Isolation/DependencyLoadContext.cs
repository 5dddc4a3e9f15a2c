using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ConfluentOffsets.Isolation;

/// <summary>Loads what lies in one folder, but leaves to the framework what it has itself in a sufficient version.</summary>
internal sealed class DependencyLoadContext(string folder) : AssemblyLoadContext("ConfluentOffsets")
{
    /// <summary>
    /// The subfolder with the same assemblies and native code for this process, where there is one. A file for another
    /// platform does not load at all; of one for a later .NET only the IL would be used.
    /// </summary>
    private static readonly string s_platform =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && Environment.Version.Major >= 10
            ? "linux-x64"
            : "none";

    private readonly Lazy<Dictionary<string, string>> _framework = new(ReadFramework);

    /// <summary>Whether an assembly lies in the folder.</summary>
    public bool Has(AssemblyName assemblyName) => File.Exists(PathOf(assemblyName));

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (!Has(assemblyName) || FrameworkHas(assemblyName))
            return null;
        var native = Path.Combine(folder, s_platform, assemblyName.Name + ".dll");
        return LoadFromAssemblyPath(File.Exists(native) ? native : PathOf(assemblyName));
    }

    private string PathOf(AssemblyName assemblyName) => Path.Combine(folder, assemblyName.Name + ".dll");

    private static Dictionary<string, string> ReadFramework()
    {
        var paths = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var byName = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in paths)
            byName.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return byName;
    }

    private bool FrameworkHas(AssemblyName requested) =>
        _framework.Value.TryGetValue(requested.Name!, out var path)
        && AssemblyName.GetAssemblyName(path).Version >= requested.Version;
}
