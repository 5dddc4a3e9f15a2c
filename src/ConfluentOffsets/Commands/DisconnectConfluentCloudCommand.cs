using System.Management.Automation;
using ConfluentOffsets.Connections;

namespace ConfluentOffsets.Commands;

/// <summary>Drops a connection and disposes its HTTP client. Doing it twice is no error.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ConfluentCloud",
    HelpUri = "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html")]
public sealed class DisconnectConfluentCloudCommand : PSCmdlet
{
    /// <summary>Which; default: this runspace's default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public ConfluentConnection? Connection { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // An unset variable is no reason to drop another connection.
        var connection = MyInvocation.BoundParameters.ContainsKey(nameof(Connection)) ? Connection : ConnectionStore.Default;
        if (connection is null)
        {
            WriteVerbose("There is no connection to drop.");
            return;
        }

        if (ReferenceEquals(connection, ConnectionStore.Default))
            ConnectionStore.Default = null;
        connection.Service.Dispose();
    }
}
