using System.Management.Automation;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Commands;

/// <summary>Shows the connection that the other cmdlets use by default; nothing where there is none.</summary>
[Cmdlet(VerbsCommon.Get, "ConfluentCloudConnection",
    HelpUri = "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html")]
[OutputType(typeof(ConfluentConnection))]
public sealed class GetConfluentCloudConnectionCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            if (ConnectionStore.FindOrMake() is { } connection)
                WriteObject(connection);
        }
        catch (RejectedInputException e)
        {
            ThrowTerminatingError(ErrorFactory.Create(e, connector: null));
        }
    }
}
