using System.Reflection;
using System.Runtime.Loader;

namespace ConfluentOffsets.Isolation;

/// <summary>Loads what lies in one folder, but leaves to the framework what it has itself in a sufficient version.</summary>
internal sealed class DependencyLoadContext(string folder) : AssemblyLoadContext("ConfluentOffsets")
{
    private readonly Lazy<Dictionary<string, string>> _framework = new(ReadFramework);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) && !FrameworkHas(assemblyName) ? LoadFromAssemblyPath(path) : null;
    }

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
