using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Waiting;

/// <summary>Says that a connector is not as it was waited for.</summary>
internal static class StateErrors
{
    /// <summary>Nothing was changed: to restore would undo an earlier change, whoever made it.</summary>
    private const string ResumeAction = "Look at (Get-Connector ...).Tasks: why has one FAILED? A record that cannot be processed is skipped with Set-ConnectorOffset -Shift 1. Where none has FAILED, it may run yet. To ask again does no harm.";

    /// <summary>The error after a change of offsets: what has failed and why, or that the time was over.</summary>
    /// <param name="sighting">The last look.</param>
    /// <param name="connector">Which connector.</param>
    /// <param name="timeout">How long it was waited, over all.</param>
    /// <param name="target">The status of the request.</param>
    public static ErrorRecord AfterChange(ConnectorSighting sighting, ConnectorAddress connector, TimeSpan timeout, object target)
    {
        var what = sighting.Connector switch
        {
            { HasFailed: false, IsPaused: true } document => $"it is {State(document.State)} ({Tasks(document)}), until Resume-Connector",
            { IsRunning: true } => string.Create(CultureInfo.InvariantCulture, $"it was seen {ConnectorDocument.Running} only once within {timeout.TotalSeconds:0.###} s, which may be from before the change"),
            var document => WhyNotRunning(document, timeout),
        };
        return Error(ErrorIds.ConnectorNotRunning, sighting, connector, "The offsets of connector", $"were changed, but it does not run: {what}", target);
    }

    /// <summary>The error of one that was told to resume.</summary>
    /// <inheritdoc cref="AfterChange(ConnectorSighting, ConnectorAddress, TimeSpan, object)"/>
    public static ErrorRecord AfterResume(ConnectorSighting sighting, ConnectorAddress connector, TimeSpan timeout) =>
        Error(ErrorIds.ConnectorNotRunning, sighting, connector, "Connector", $"was told to resume, but it does not run: {WhyNotRunning(sighting.Connector, timeout)}", connector.ConnectorName, ResumeAction);

    /// <summary>The error of one that was told to pause.</summary>
    /// <inheritdoc cref="AfterChange(ConnectorSighting, ConnectorAddress, TimeSpan, object)"/>
    public static ErrorRecord AfterPause(ConnectorSighting sighting, ConnectorAddress connector, TimeSpan timeout) =>
        Error(ErrorIds.ConnectorNotPaused, sighting, connector, "Connector", $"was told to pause, but it is not paused: {After(sighting.Connector, timeout)}", connector.ConnectorName);

    private static ErrorRecord Error(string id, ConnectorSighting sighting, ConnectorAddress connector, string subject, string predicate, object target, string? action = null)
    {
        if (sighting.Failure is { IsTransient: false } failure)
            return ErrorFactory.Create(failure, connector);
        var last = sighting.Failure is null ? "" : $" The last look failed: {sighting.Failure.Message}";
        return ErrorFactory.Create(id, $"{subject} '{connector.ConnectorName}' ({connector.EnvironmentId}, {connector.KafkaClusterId}) {predicate}.{last}", target, action: action);
    }

    private static string WhyNotRunning(ConnectorDocument? document, TimeSpan timeout) => document switch
    {
        { FailedTask: { } task } => $"{Task(task)} FAILED: {Reason(task.Trace ?? document.Trace)}",
        { HasFailed: true } => $"it FAILED: {Reason(document.Trace)}",
        _ => After(document, timeout),
    };

    private static string After(ConnectorDocument? document, TimeSpan timeout) => document is null
        ? "its state could not be read"
        : string.Create(CultureInfo.InvariantCulture, $"after {timeout.TotalSeconds:0.###} s it is {State(document.State)} ({Tasks(document)})");

    private static string Reason(string? trace) => OffsetText.Printable(ConnectorTask.FirstLine(trace) ?? "the service gave no reason").TrimEnd('.');

    private static string State(string? state) => OffsetText.Printable(state ?? "of no known state");

    private static string Task(ConnectorTaskDocument task) =>
        task.Id is { } id ? string.Create(CultureInfo.InvariantCulture, $"its task {id}") : "a task of it";

    private static string Tasks(ConnectorDocument document) => document.Tasks.Count == 0
        ? "it shows no tasks"
        : $"tasks: {string.Join(", ", document.Tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Id} {State(t.State)}")))}";
}
