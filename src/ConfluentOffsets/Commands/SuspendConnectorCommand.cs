using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>Pauses connectors: they move no data until they are resumed.</summary>
/// <remarks>A data flow stops until somebody resumes it, and whoever waits for the data notices: High, as for all that stops a connector.</remarks>
[Cmdlet(VerbsLifecycle.Suspend, "Connector", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/connect-api-section.html")]
[OutputType(typeof(Connector))]
public sealed class SuspendConnectorCommand : ConnectorStateCommand
{
    private protected override string Action => "Pause";

    private protected override string Consequence => "It moves no data until Resume-Connector; offsets stay as they are.";

    private protected override Task SendAsync(ConnectorsApi connectors, ConnectorAddress connector, Action sending) =>
        connectors.PauseAsync(connector, sending, StopToken);

    private protected override Task<ConnectorSighting> WatchAsync(ConnectorWatcher watcher, ConnectorAddress connector, Action<ConnectorDocument, TimeSpan> seen) =>
        watcher.UntilPausedAsync(connector, TimeLimit, seen, StopToken);

    private protected override ErrorRecord NotReached(ConnectorSighting sighting, ConnectorAddress connector) =>
        StateErrors.AfterPause(sighting, connector, TimeLimit);
}
