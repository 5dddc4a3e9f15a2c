using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Waiting;

/// <summary>Says that a connector does not run after its offsets were changed.</summary>
internal static class NotRunning
{
    /// <summary>The error: what has failed and why, or that the time was over.</summary>
    /// <param name="sighting">The last look.</param>
    /// <param name="connector">Which connector.</param>
    /// <param name="timeout">How long it was waited, over all.</param>
    /// <param name="target">The status of the request.</param>
    public static ErrorRecord Error(RunningSighting sighting, ConnectorAddress connector, TimeSpan timeout, object target)
    {
        if (sighting.Failure is { IsTransient: false } failure)
            return ErrorFactory.Create(failure, connector);

        var what = sighting.Connector switch
        {
            null => "its state could not be read",
            { FailedTask: { } task } document => $"{Task(task)} FAILED: {Reason(task.Trace ?? document.Trace)}",
            { HasFailed: true } document => $"it FAILED: {Reason(document.Trace)}",
            { IsPaused: true } document => $"it is {State(document.State)} ({Tasks(document)}), until Resume-Connector",
            { IsRunning: true } => string.Create(CultureInfo.InvariantCulture, $"it was seen {ConnectorDocument.Running} only once within {timeout.TotalSeconds:0.###} s, which may be from before the change"),
            var document => string.Create(CultureInfo.InvariantCulture, $"after {timeout.TotalSeconds:0.###} s it is {State(document.State)} ({Tasks(document)})"),
        };
        var last = sighting.Failure is null ? "" : $" The last look failed: {sighting.Failure.Message}";
        return ErrorFactory.Create(
            ErrorIds.ConnectorNotRunning,
            $"The offsets of connector '{connector.ConnectorName}' ({connector.EnvironmentId}, {connector.KafkaClusterId}) were changed, but it does not run: {what}.{last}",
            target);
    }

    private static string Reason(string? trace) => OffsetText.Printable(ConnectorTask.FirstLine(trace) ?? "the service gave no reason").TrimEnd('.');

    private static string State(string? state) => OffsetText.Printable(state ?? "of no known state");

    private static string Task(ConnectorTaskDocument task) =>
        task.Id is { } id ? string.Create(CultureInfo.InvariantCulture, $"its task {id}") : "a task of it";

    private static string Tasks(ConnectorDocument document) => document.Tasks.Count == 0
        ? "it shows no tasks"
        : $"tasks: {string.Join(", ", document.Tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Id} {State(t.State)}")))}";
}
