using System.Globalization;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets;

/// <summary>A task of a connector.</summary>
public sealed class ConnectorTask
{
    internal ConnectorTask(ConnectorTaskDocument task)
    {
        Id = task.Id;
        State = task.State;
        FullTrace = task.Trace;
    }

    /// <summary>The task's number; null where the service did not tell it.</summary>
    public int? Id { get; }

    /// <summary><c>RUNNING</c>, <c>PAUSED</c>, <c>FAILED</c>, or what the service says.</summary>
    public string? State { get; }

    /// <summary>The first line of the reason why it failed; null where there is none.</summary>
    public string? Trace => FirstLine(FullTrace);

    /// <summary>All of that reason, as the service gave it; null where there is none.</summary>
    public string? FullTrace { get; }

    /// <summary><c>0: RUNNING</c></summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Id}: {OffsetText.Printable(State ?? "")}{(Trace is null ? "" : $": {OffsetText.Printable(Trace)}")}");

    internal static string? FirstLine(string? text) => text?.Trim().Split('\r', '\n')[0].TrimEnd();

    internal ConnectorTaskDocument ToDocument() => new(Id, State, FullTrace);
}
