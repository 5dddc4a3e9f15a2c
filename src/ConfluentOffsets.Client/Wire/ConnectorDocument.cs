namespace ConfluentOffsets.Client.Wire;

/// <summary>A connector, as the list tells of it. Everything but the name can be absent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id"><c>lcc-...</c></param>
/// <param name="Type">sink, source, or what the service says.</param>
/// <param name="State">RUNNING, PAUSED, FAILED, or what the service says.</param>
/// <param name="Trace">Why the connector failed; null where it did not, or the service gave no reason.</param>
/// <param name="Tasks">Its tasks; empty where the service told of none.</param>
internal sealed record ConnectorDocument(
    string Name,
    string? Id,
    string? Type,
    string? State,
    string? Trace,
    IReadOnlyList<ConnectorTaskDocument> Tasks)
{
    public const string Running = "RUNNING";
    public const string Failed = "FAILED";
    public const string Paused = "PAUSED";

    /// <summary>Whether the connector and every task of it work.</summary>
    public bool IsRunning => Is(State, Running) && Tasks.All(t => Is(t.State, Running));

    /// <summary>Whether it waits until somebody resumes it.</summary>
    public bool IsPaused => Is(State, Paused);

    /// <summary>Whether the connector or a task of it has failed.</summary>
    public bool HasFailed => Is(State, Failed) || FailedTask is not null;

    /// <summary>The first task that failed, or null.</summary>
    public ConnectorTaskDocument? FailedTask => Tasks.FirstOrDefault(t => t.HasFailed);

    /// <summary>Whether a state is that one, whatever its case.</summary>
    internal static bool Is(string? state, string wanted) => string.Equals(state, wanted, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A task of a connector.</summary>
/// <param name="Id">Its number; null where the service did not tell it.</param>
/// <param name="State">RUNNING, FAILED, or what the service says.</param>
/// <param name="Trace">Why it failed, with the stack as the service gives it; null where it did not.</param>
internal sealed record ConnectorTaskDocument(int? Id, string? State, string? Trace)
{
    /// <summary>Whether it waits until its connector is resumed.</summary>
    public bool IsPaused => ConnectorDocument.Is(State, ConnectorDocument.Paused);

    /// <summary>Whether it has failed, and stays so.</summary>
    public bool HasFailed => ConnectorDocument.Is(State, ConnectorDocument.Failed);
}
