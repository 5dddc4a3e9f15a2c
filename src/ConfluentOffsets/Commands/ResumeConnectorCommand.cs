using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>Resumes connectors that were paused: they go on from where they stopped.</summary>
/// <remarks>Who paused it had a reason, and what it writes from now on cannot be taken back: High.</remarks>
[Cmdlet(VerbsLifecycle.Resume, "Connector", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/connect-api-section.html")]
[OutputType(typeof(Connector))]
public sealed class ResumeConnectorCommand : ConnectorStateCommand
{
    private protected override string Action => "Resume";

    private protected override string Consequence => "It goes on from its offsets, and writes again.";

    private protected override Task SendAsync(ConnectorsApi connectors, ConnectorAddress connector, Action sending) =>
        connectors.ResumeAsync(connector, sending, StopToken);

    private protected override Task<ConnectorSighting> WatchAsync(ConnectorWatcher watcher, ConnectorAddress connector, Action<ConnectorDocument, TimeSpan> seen) =>
        watcher.UntilResumedAsync(connector, TimeLimit, seen, StopToken);

    private protected override ErrorRecord NotReached(ConnectorSighting sighting, ConnectorAddress connector) =>
        StateErrors.AfterResume(sighting, connector, TimeLimit);
}
