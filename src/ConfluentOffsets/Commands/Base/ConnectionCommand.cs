using System.Management.Automation;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Completion;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that makes a connection and this runspace's default: where it leads and how, whoever it is for.</summary>
public abstract class ConnectionCommand : PSCmdlet
{
    private protected const string ApiKeySet = "ApiKey";
    private protected const string AccessTokenSet = "AccessToken";
    private protected const string SubjectTokenSet = "SubjectToken";
    private protected const string SubjectTokenCommandSet = "SubjectTokenCommand";
    private protected const string SandboxSet = "Sandbox";

    /// <summary>The default environment.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentIdCompleter))]
    public string? EnvironmentId { get; set; }

    /// <summary>The default Kafka cluster.</summary>
    [Parameter]
    [Alias("ClusterId")]
    [ArgumentCompleter(typeof(KafkaClusterIdCompleter))]
    public string? KafkaClusterId { get; set; }

    /// <summary>The API's address; http for loopback only.</summary>
    [Parameter(ParameterSetName = ApiKeySet)]
    [Parameter(ParameterSetName = AccessTokenSet)]
    [Parameter(ParameterSetName = SubjectTokenSet)]
    [Parameter(ParameterSetName = SubjectTokenCommandSet)]
    public Uri? BaseUri { get; set; }

    /// <summary>A proxy; default: the system's settings.</summary>
    [Parameter(ParameterSetName = ApiKeySet)]
    [Parameter(ParameterSetName = AccessTokenSet)]
    [Parameter(ParameterSetName = SubjectTokenSet)]
    [Parameter(ParameterSetName = SubjectTokenCommandSet)]
    public Uri? Proxy { get; set; }

    /// <summary>For the proxy.</summary>
    [Parameter(ParameterSetName = ApiKeySet)]
    [Parameter(ParameterSetName = AccessTokenSet)]
    [Parameter(ParameterSetName = SubjectTokenSet)]
    [Parameter(ParameterSetName = SubjectTokenCommandSet)]
    [Credential]
    public PSCredential? ProxyCredential { internal get; set; }

    /// <summary>Seconds for one attempt.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int RequestTimeout { get; set; } = ConnectionSettingsInput.DefaultRequestTimeout;

    /// <summary>How often a request that can be repeated is, after its first attempt.</summary>
    [Parameter]
    [ValidateRange(0, 20)]
    public int MaxRetryCount { get; set; } = ConnectionSettingsInput.DefaultMaxRetryCount;

    /// <summary>The bottom of the HTTP stack, for stubs and instruments; it stays the caller's.</summary>
    [Parameter(ParameterSetName = ApiKeySet, DontShow = true)]
    [Parameter(ParameterSetName = AccessTokenSet, DontShow = true)]
    [Parameter(ParameterSetName = SubjectTokenSet, DontShow = true)]
    [Parameter(ParameterSetName = SubjectTokenCommandSet, DontShow = true)]
    public HttpMessageHandler? HttpMessageHandler { get; set; }

    /// <summary>The clock of time-outs, back-off and polling, for tests.</summary>
    [Parameter(DontShow = true)]
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Emits the connection.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ConfluentConnection connection;
        try
        {
            ConnectorIds.CheckEnvironmentId(EnvironmentId);
            ConnectorIds.CheckKafkaClusterId(KafkaClusterId);
            connection = Connect(Input());
        }
        catch (RejectedInputException e)
        {
            ThrowTerminatingError(ErrorFactory.Create(e, connector: null));
            throw;
        }

        // A sandbox, and whoever brings a handler, has no such stack.
        if (HttpMessageHandler is null && connection.AuthenticationKind != ConfluentConnection.SandboxKind)
            WarmUp.Start();
        ConnectionStore.Default = connection;
        if (PassThru)
            WriteObject(connection);
    }

    /// <summary>Makes the connection with the credential that is given.</summary>
    /// <exception cref="RejectedInputException">Something cannot be used.</exception>
    private protected abstract ConfluentConnection Connect(ConnectionSettingsInput input);

    private ConnectionSettingsInput Input() => new()
    {
        EnvironmentId = EnvironmentId,
        KafkaClusterId = KafkaClusterId,
        BaseUri = BaseUri,
        Proxy = Proxy,
        ProxyCredential = ProxyCredential,
        RequestTimeout = RequestTimeout,
        MaxRetryCount = MaxRetryCount,
        HttpMessageHandler = HttpMessageHandler,
        TimeProvider = TimeProvider,
    };
}
