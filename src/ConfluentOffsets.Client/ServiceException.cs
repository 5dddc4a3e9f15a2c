namespace ConfluentOffsets.Client;

/// <summary>What went wrong, in the terms that a user acts on.</summary>
internal enum FailureKind
{
    AuthenticationFailed,
    AccessDenied,
    ConnectorNotFound,
    RequestNotFound,
    InvalidRequest,
    Conflict,
    RateLimited,
    ServiceUnavailable,
    ConnectionFailed,
    RequestTimeout,
    UnexpectedResponse,
    Disconnected,

    /// <summary>A POST was sent, and whether it was accepted could not be found out.</summary>
    Uncertain,
}

/// <summary>The only exception, beside cancellation, by which a call of the service ends. It holds no secret.</summary>
internal sealed class ServiceException : Exception
{
    public ServiceException(FailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    public FailureKind Kind { get; }

    public int? StatusCode { get; init; }

    /// <summary>The code in the service's own error body.</summary>
    public string? ErrorCode { get; init; }

    public string? RequestId { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public string? Method { get; init; }

    public Uri? RequestUri { get; init; }

    /// <summary>At most <see cref="ErrorBody.MaxLength"/> characters, without secrets.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>Whether the service may have acted on the request all the same.</summary>
    public bool MayHaveBeenProcessed { get; init; }

    /// <summary>Whether the same call can succeed a little later.</summary>
    public bool IsTransient => Kind is FailureKind.RateLimited or FailureKind.ServiceUnavailable
        or FailureKind.ConnectionFailed or FailureKind.RequestTimeout or FailureKind.UnexpectedResponse;

    /// <summary>The same facts as another kind of failure.</summary>
    public ServiceException As(FailureKind kind, string? message = null, bool? mayHaveBeenProcessed = null) => new(kind, message ?? Message, InnerException)
    {
        StatusCode = StatusCode,
        ErrorCode = ErrorCode,
        RequestId = RequestId,
        RetryAfter = RetryAfter,
        Method = Method,
        RequestUri = RequestUri,
        ResponseBody = ResponseBody,
        MayHaveBeenProcessed = mayHaveBeenProcessed ?? MayHaveBeenProcessed,
    };
}
