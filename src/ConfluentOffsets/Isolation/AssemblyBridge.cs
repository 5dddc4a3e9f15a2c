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

    private static readonly DependencyLoadContext s_dependencies = new(
        Path.Combine(Path.GetDirectoryName(typeof(AssemblyBridge).Assembly.Location)!, "dependencies"));

    // Once for the process, and whoever imports meanwhile waits for it. Never unregistered: a loaded assembly cannot be
    // unloaded, so a re-import meets the same one.
    static AssemblyBridge() => AssemblyLoadContext.GetLoadContext(typeof(AssemblyBridge).Assembly)!.Resolving += ResolveClient;

    /// <summary>Registers the private context, which is done by then.</summary>
    public void OnImport()
    {
    }

    // Where the file is missing, the private context would ask the default one, and that one this.
    private static Assembly? ResolveClient(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == ClientName && s_dependencies.Has(name) ? s_dependencies.LoadFromAssemblyName(name) : null;
}
