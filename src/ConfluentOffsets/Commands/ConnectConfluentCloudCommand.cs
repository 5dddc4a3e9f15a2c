using System.Management.Automation;
using System.Security;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Commands;

/// <summary>Makes a connection and this runspace's default. Nothing is sent before another cmdlet needs it.</summary>
[Cmdlet(VerbsCommunications.Connect, "ConfluentCloud", DefaultParameterSetName = ApiKeySet,
    HelpUri = "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html")]
[OutputType(typeof(ConfluentConnection))]
public sealed class ConnectConfluentCloudCommand : ConnectionCommand
{
    /// <summary>User name: Cloud API key; password: its secret. Default: the environment variables.</summary>
    [Parameter(ParameterSetName = ApiKeySet, Position = 0)]
    [Credential]
    public PSCredential? Credential { internal get; set; }

    /// <summary>A bearer token, sent as it is.</summary>
    [Parameter(ParameterSetName = AccessTokenSet, Mandatory = true)]
    public SecureString? AccessToken { internal get; set; }

    /// <summary>The identity pool that trusts the provider of the subject token.</summary>
    [Parameter(ParameterSetName = SubjectTokenSet, Mandatory = true)]
    [Parameter(ParameterSetName = SubjectTokenCommandSet, Mandatory = true)]
    public string? IdentityPoolId { get; set; }

    /// <summary>An identity provider's JWT, exchanged for a token of Confluent's before each expiry.</summary>
    [Parameter(ParameterSetName = SubjectTokenSet, Mandatory = true)]
    public SecureString? SubjectToken { internal get; set; }

    /// <summary>Gives a new JWT for each exchange: its text runs in the runspace of the cmdlet that needs it.</summary>
    [Parameter(ParameterSetName = SubjectTokenCommandSet, Mandatory = true)]
    public ScriptBlock? SubjectTokenCommand { internal get; set; }

    /// <summary>A Confluent Cloud in memory, with connectors to try everything on: nothing leaves the process.</summary>
    [Parameter(ParameterSetName = SandboxSet, Mandatory = true)]
    public SwitchParameter Sandbox { get; set; }

    /// <summary>Makes the sandbox's requests go as in a bad night.</summary>
    [Parameter(ParameterSetName = SandboxSet)]
    [ValidateSet("Failed", "Slow", "Busy", "RateLimited", "LateStatus", "LostAnswer", "Recreated", "IgnoresPartitions")]
    public string? SandboxScenario { get; set; }

    /// <summary>A file of connectors for the sandbox: the API's own answers of offsets, one or a JSON array of them.</summary>
    [Parameter(ParameterSetName = SandboxSet)]
    [ValidateNotNullOrEmpty]
    public string? SandboxPath { get; set; }

    private protected override ConfluentConnection Connect(ConnectionSettingsInput input) => ParameterSetName switch
    {
        AccessTokenSet => ConnectionFactory.ByAccessToken(AccessToken!, input),
        SubjectTokenSet or SubjectTokenCommandSet => ConnectionFactory.ByTokenExchange(IdentityPoolId!, SubjectToken, SubjectTokenCommand, input),
        SandboxSet when Sandbox => SandboxFactory.Create(SandboxScenario, SandboxPath, SessionState.Path, input),
        _ when Credential is not null => ConnectionFactory.ByApiKey(Credential, input),
        _ => ConnectionFactory.FromEnvironment(input) ?? throw new RejectedInputException(
            ErrorIds.NotConnected,
            "No credential: give -Credential (user name: Cloud API key, password: its secret), -AccessToken or -IdentityPoolId, or set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET. Without an account: -Sandbox."),
    };
}
