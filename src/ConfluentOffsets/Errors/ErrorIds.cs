namespace ConfluentOffsets.Errors;

/// <summary>The ids by which scripts tell errors apart. They are a contract.</summary>
internal static class ErrorIds
{
    public const string NotConnected = nameof(NotConnected);
    public const string ConfirmationUnavailable = nameof(ConfirmationUnavailable);
    public const string AuthenticationFailed = nameof(AuthenticationFailed);
    public const string AccessDenied = nameof(AccessDenied);
    public const string ConnectorNotFound = nameof(ConnectorNotFound);
    public const string OffsetRequestNotFound = nameof(OffsetRequestNotFound);
    public const string InvalidRequest = nameof(InvalidRequest);
    public const string InvalidConnectorName = nameof(InvalidConnectorName);
    public const string InvalidEnvironmentId = nameof(InvalidEnvironmentId);
    public const string InvalidKafkaClusterId = nameof(InvalidKafkaClusterId);
    public const string InvalidBaseUri = nameof(InvalidBaseUri);
    public const string InvalidProxy = nameof(InvalidProxy);
    public const string InvalidCredential = nameof(InvalidCredential);
    public const string InvalidInputObject = nameof(InvalidInputObject);
    public const string OffsetRequestConflict = nameof(OffsetRequestConflict);
    public const string RateLimited = nameof(RateLimited);
    public const string ServiceUnavailable = nameof(ServiceUnavailable);
    public const string ConnectionFailed = nameof(ConnectionFailed);
    public const string RequestTimeout = nameof(RequestTimeout);
    public const string UnexpectedResponse = nameof(UnexpectedResponse);
    public const string OffsetRequestUncertain = nameof(OffsetRequestUncertain);
    public const string OffsetRequestFailed = nameof(OffsetRequestFailed);
    public const string OffsetRequestTimeout = nameof(OffsetRequestTimeout);
    public const string OffsetRequestSuperseded = nameof(OffsetRequestSuperseded);
    public const string DuplicatePartition = nameof(DuplicatePartition);
    public const string InvalidOffset = nameof(InvalidOffset);
    public const string InvalidPartition = nameof(InvalidPartition);
    public const string PartitionNotFound = nameof(PartitionNotFound);
    public const string NoCurrentOffsets = nameof(NoCurrentOffsets);
    public const string PartialResetNotConfirmed = nameof(PartialResetNotConfirmed);
    public const string OffsetsStale = nameof(OffsetsStale);
    public const string OffsetRequestNotApplied = nameof(OffsetRequestNotApplied);
    public const string NoPreviousOffsets = nameof(NoPreviousOffsets);
    public const string ConnectorReplaced = nameof(ConnectorReplaced);
    public const string ConnectorNotRunning = nameof(ConnectorNotRunning);
    public const string ConnectorNotPaused = nameof(ConnectorNotPaused);
    public const string BackupFailed = nameof(BackupFailed);
    public const string InvalidFile = nameof(InvalidFile);
}
