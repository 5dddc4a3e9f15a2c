using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ConfluentOffsets.Isolation;

/// <summary>
/// Lets the client and its packages load into a private context, so that they clash with no other module's. The engine
/// calls this once for each runspace that imports the module, perhaps at the same time.
/// </summary>
public sealed class AssemblyBridge : IModuleAssemblyInitializer
{
    private const string ClientName = "ConfluentOffsets.Client";

    // Never unregistered: a loaded assembly cannot be unloaded, so a re-import meets the same one.
    private static readonly Lazy<DependencyLoadContext> s_dependencies = new(Register);

    /// <summary>Registers the private context, once for the process.</summary>
    public void OnImport() => _ = s_dependencies.Value;

    private static DependencyLoadContext Register()
    {
        var module = typeof(AssemblyBridge).Assembly;
        var dependencies = new DependencyLoadContext(Path.Combine(Path.GetDirectoryName(module.Location)!, "dependencies"));
        AssemblyLoadContext.GetLoadContext(module)!.Resolving += (_, name) => ResolveClient(dependencies, name);
        return dependencies;
    }

    private static Assembly? ResolveClient(DependencyLoadContext dependencies, AssemblyName name) =>
        name.Name == ClientName ? dependencies.LoadFromAssemblyName(name) : null;
}
