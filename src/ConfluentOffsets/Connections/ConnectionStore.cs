using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace ConfluentOffsets.Connections;

/// <summary>Each runspace's default connection.</summary>
internal static class ConnectionStore
{
    private static readonly ConditionalWeakTable<Runspace, ConfluentConnection> s_defaults = new();

    /// <summary>The default of the runspace of this thread, or null.</summary>
    public static ConfluentConnection? Default
    {
        get => Runspace.DefaultRunspace is { } runspace
            && s_defaults.TryGetValue(runspace, out var connection)
            && !connection.Service.IsDisposed
                ? connection
                : null;
        set
        {
            if (Runspace.DefaultRunspace is not { } runspace)
                return;
            s_defaults.Remove(runspace);
            if (value is not null)
                s_defaults.Add(runspace, value);
        }
    }

    /// <summary>The default, else one from the environment variables, which becomes the default; null for neither.</summary>
    public static ConfluentConnection? FindOrMake()
    {
        if (Default is { } connection)
            return connection;
        if (ConnectionFactory.FromEnvironment() is not { } made)
            return null;
        Default = made;
        return made;
    }
}
