using System.Management.Automation;
using ConfluentOffsets.Client;

namespace ConfluentOffsets.Errors;

/// <summary>The one place where error records are made.</summary>
internal static class ErrorFactory
{
    private sealed record Kind(ErrorCategory Category, string Action, bool EndsPipeline = false);

    private static readonly Dictionary<string, Kind> s_kinds = new(StringComparer.Ordinal)
    {
        [ErrorIds.NotConnected] = new(ErrorCategory.ConnectionError, "Run Connect-ConfluentCloud, or set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET.", true),
        [ErrorIds.ConfirmationUnavailable] = new(ErrorCategory.InvalidOperation, "Add -Confirm:$false where nobody can answer.", true),
        [ErrorIds.AuthenticationFailed] = new(ErrorCategory.AuthenticationError, "Check the Cloud API key and its secret, or the token. A key of one Kafka cluster does not work here: it has to be a Cloud API key. For a token exchange check the identity pool and its filter, and the provider's JWT: its audience, and whether it has expired.", true),
        [ErrorIds.AccessDenied] = new(ErrorCategory.PermissionDenied, "Check the ids of environment and cluster, and the role bindings of the key's owner (for a sink also those on its consumer group)."),
        [ErrorIds.ConnectorNotFound] = new(ErrorCategory.ObjectNotFound, "Check the connector's name, its case included, and whether environment and cluster are the right ones. Get-Connector without a name shows all connectors of a cluster."),
        [ErrorIds.OffsetRequestNotFound] = new(ErrorCategory.ObjectNotFound, "Nobody has altered or reset this connector's offsets yet; Set-ConnectorOffset or Reset-ConnectorOffset makes a request."),
        [ErrorIds.InvalidRequest] = new(ErrorCategory.InvalidArgument, "Read the service's words, and compare partition and offset with what Get-ConnectorOffset shows."),
        [ErrorIds.InvalidConnectorName] = new(ErrorCategory.InvalidArgument, "Give the connector's name. Before a character of it that is a wildcard, write a backtick."),
        [ErrorIds.InvalidEnvironmentId] = new(ErrorCategory.InvalidArgument, "Give -EnvironmentId here or to Connect-ConfluentCloud, or set CONFLUENT_ENVIRONMENT_ID. It begins with env-."),
        [ErrorIds.InvalidKafkaClusterId] = new(ErrorCategory.InvalidArgument, "Give -KafkaClusterId here or to Connect-ConfluentCloud, or set KAFKA_ID. It begins with lkc-."),
        [ErrorIds.InvalidBaseUri] = new(ErrorCategory.InvalidArgument, "Give an https address; http is for a server on this machine only (localhost, 127.0.0.1, [::1]).", true),
        [ErrorIds.InvalidProxy] = new(ErrorCategory.InvalidArgument, "Give an address as in http://proxy.example.com:3128, and a credential with -ProxyCredential.", true),
        [ErrorIds.InvalidCredential] = new(ErrorCategory.InvalidArgument, "Give a Cloud API key as user name and its secret as password, a token with -AccessToken, or -IdentityPoolId with -SubjectToken or -SubjectTokenCommand.", true),
        [ErrorIds.InvalidInputObject] = new(ErrorCategory.InvalidArgument, "Pipe whole objects: rows of Get-ConnectorOffset to Set-, Reset- and Compare-ConnectorOffset, what Set and Reset emit to Wait-ConnectorOffsetRequest, and what that emits to Restore-ConnectorOffset; or name the connector with -ConnectorName."),
        [ErrorIds.OffsetRequestConflict] = new(ErrorCategory.ResourceBusy, "Wait for the request that is under way (Wait-ConnectorOffsetRequest -ConnectorName ..., or -QueueTimeout), then look at the offsets and decide again."),
        [ErrorIds.RateLimited] = new(ErrorCategory.LimitsExceeded, "Wait a little, or lower -ThrottleLimit."),
        [ErrorIds.ServiceUnavailable] = new(ErrorCategory.ResourceUnavailable, "Try again later; status.confluent.cloud tells of known disturbances. Give the request id to Confluent's support."),
        [ErrorIds.ConnectionFailed] = new(ErrorCategory.ConnectionError, "Check the network, the proxy settings and -BaseUri."),
        [ErrorIds.RequestTimeout] = new(ErrorCategory.OperationTimeout, "Check the network, or raise -RequestTimeout of Connect-ConfluentCloud."),
        [ErrorIds.UnexpectedResponse] = new(ErrorCategory.InvalidData, "Check -BaseUri and whether a proxy answers in the service's place; Exception.ResponseBody holds the beginning of the answer."),
        [ErrorIds.OffsetRequestUncertain] = new(ErrorCategory.InvalidResult, "Do not repeat it blindly. Look at Get-ConnectorOffsetRequest and Get-ConnectorOffset for this connector, then decide."),
        [ErrorIds.OffsetRequestFailed] = new(ErrorCategory.InvalidResult, "Read the service's message, and look at Get-ConnectorOffset. TargetObject is the status."),
        [ErrorIds.OffsetRequestTimeout] = new(ErrorCategory.OperationTimeout, "The request goes on without you: pipe it to Wait-ConnectorOffsetRequest again, with a longer -Timeout."),
        [ErrorIds.OffsetRequestSuperseded] = new(ErrorCategory.InvalidResult, "Somebody else altered the connector's offsets. Look at Get-ConnectorOffsetRequest and Get-ConnectorOffset, and talk to them."),
        [ErrorIds.DuplicatePartition] = new(ErrorCategory.InvalidArgument, "Give each partition once."),
        [ErrorIds.InvalidOffset] = new(ErrorCategory.InvalidArgument, "Give an offset of the same members as Get-ConnectorOffset shows; a sink's is a whole number, 0 or more. Reset-ConnectorOffset takes an offset away."),
        [ErrorIds.InvalidPartition] = new(ErrorCategory.InvalidArgument, "Give a partition as Get-ConnectorOffset shows it, or -Topic and -KafkaPartition for a sink."),
        [ErrorIds.PartitionNotFound] = new(ErrorCategory.ObjectNotFound, "Take the partition from Get-ConnectorOffset. In Set-ConnectorOffset, -AllowNewPartition adds one that is not there."),
        [ErrorIds.NoCurrentOffsets] = new(ErrorCategory.ObjectNotFound, "Wait until the connector has offsets. In Set-ConnectorOffset, -AllowNewPartition sends it all the same."),
        [ErrorIds.PartialResetNotConfirmed] = new(ErrorCategory.InvalidResult, "Look at Get-ConnectorOffset: perhaps all partitions were reset. Restore-ConnectorOffset on the status of the request puts them back."),
        [ErrorIds.OffsetsStale] = new(ErrorCategory.OperationTimeout, "Read the offsets again, with Get-ConnectorOffset -MaxAge or a longer -Timeout; a connector that is paused or has FAILED is not observed."),
        [ErrorIds.OffsetRequestNotApplied] = new(ErrorCategory.InvalidOperation, "Wait until the request is APPLIED (Wait-ConnectorOffsetRequest); one that FAILED changed nothing."),
        [ErrorIds.NoPreviousOffsets] = new(ErrorCategory.InvalidOperation, "Put the offsets back from a file (Import-ConnectorOffset) or from rows that were kept, with Set-ConnectorOffset -AllowNewPartition."),
        [ErrorIds.ConnectorReplaced] = new(ErrorCategory.InvalidOperation, "A connector of this name was created anew. If the old positions are right for it, send them with Set-ConnectorOffset -AllowNewPartition: a status's PreviousOffsets can be piped."),
        [ErrorIds.ConnectorNotRunning] = new(ErrorCategory.InvalidResult, "Look at Get-Connector and its tasks. A record that cannot be processed is skipped with Set-ConnectorOffset -Shift 1; Restore-ConnectorOffset takes the change back; a paused connector needs Resume-Connector."),
        [ErrorIds.ConnectorNotPaused] = new(ErrorCategory.InvalidResult, "Look at Get-Connector and its tasks: it may pause yet. To ask again does no harm."),
        [ErrorIds.BackupFailed] = new(ErrorCategory.WriteError, "Change nothing before the offsets are kept. Check the path, its permissions, the space on the disk, and what is piped."),
        [ErrorIds.InvalidFile] = new(ErrorCategory.InvalidData, "Give a file of connectors with their offsets: the API's own answer of GET offsets (name, offsets of partition and offset), one object or a JSON array of them. Export-ConnectorOffset writes such files."),
    };

    /// <summary>Whether an error of this id leaves nothing to go on with.</summary>
    public static bool EndsPipeline(string id) => s_kinds[id].EndsPipeline;

    /// <summary>The id of an error record without the cmdlet's name.</summary>
    public static string IdOf(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    /// <summary>An error that is not the answer to a call.</summary>
    /// <param name="id">Of <see cref="ErrorIds"/>.</param>
    /// <param name="message">What happened, to what.</param>
    /// <param name="target">What it happened to.</param>
    /// <param name="innerException">Its cause, or null.</param>
    /// <param name="action">What to do, where that is not what errors of this id recommend.</param>
    public static ErrorRecord Create(string id, string message, object? target, Exception? innerException = null, string? action = null) =>
        Create(id, new ConfluentOffsetsException(message, innerException), target, action);

    /// <summary>Input that was refused for a connector.</summary>
    public static ErrorRecord Create(RejectedInputException rejected, ConnectorAddress? connector) => Create(
        rejected.ErrorId,
        connector is null ? rejected.Message : $"Connector '{connector.ConnectorName}': {rejected.Message}",
        rejected.Target ?? connector?.ConnectorName,
        rejected.InnerException,
        rejected.Action);

    /// <summary>A call for a connector (or, without a name, for a cluster) that failed.</summary>
    public static ErrorRecord Create(ServiceException failure, ConnectorAddress connector)
    {
        var id = Id(failure.Kind);
        var named = connector.ConnectorName.Length > 0;
        var where = $"{connector.EnvironmentId}, {connector.KafkaClusterId}";
        var what = named ? $"Connector '{connector.ConnectorName}' ({where})" : $"Connectors of {where}";
        var message = id switch
        {
            ErrorIds.ConnectorNotFound when named => $"{what} was not found: {failure.Message}",
            ErrorIds.OffsetRequestNotFound => $"{what} has had no request to alter or reset its offsets: {failure.Message}",
            ErrorIds.AccessDenied => $"{what}: access denied: {failure.Message}",
            ErrorIds.AuthenticationFailed => $"{what}: not authenticated: {failure.Message}",
            _ => $"{what}: {failure.Message}",
        };
        return Create(id, new ConfluentApiException(message, failure), named ? connector.ConnectorName : connector.KafkaClusterId);
    }

    private static ErrorRecord Create(string id, ConfluentOffsetsException exception, object? target, string? action = null) =>
        new(exception, id, s_kinds[id].Category, target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action ?? s_kinds[id].Action },
        };

    private static string Id(FailureKind kind) => kind switch
    {
        FailureKind.AuthenticationFailed => ErrorIds.AuthenticationFailed,
        FailureKind.AccessDenied => ErrorIds.AccessDenied,
        FailureKind.ConnectorNotFound => ErrorIds.ConnectorNotFound,
        FailureKind.RequestNotFound => ErrorIds.OffsetRequestNotFound,
        FailureKind.InvalidRequest => ErrorIds.InvalidRequest,
        FailureKind.Conflict => ErrorIds.OffsetRequestConflict,
        FailureKind.RateLimited => ErrorIds.RateLimited,
        FailureKind.ServiceUnavailable => ErrorIds.ServiceUnavailable,
        FailureKind.ConnectionFailed => ErrorIds.ConnectionFailed,
        FailureKind.RequestTimeout => ErrorIds.RequestTimeout,
        FailureKind.UnexpectedResponse => ErrorIds.UnexpectedResponse,
        FailureKind.Disconnected => ErrorIds.NotConnected,
        FailureKind.Uncertain => ErrorIds.OffsetRequestUncertain,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
