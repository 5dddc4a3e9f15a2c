using ConfluentOffsets.Client;

namespace ConfluentOffsets;

/// <summary>A call of the service that failed.</summary>
public sealed class ConfluentApiException : ConfluentOffsetsException
{
    internal ConfluentApiException(string message, ServiceException failure)
        : base(message, failure.InnerException)
    {
        StatusCode = failure.StatusCode;
        ErrorCode = failure.ErrorCode;
        RequestId = failure.RequestId;
        RetryAfter = failure.RetryAfter;
        Method = failure.Method;
        RequestUri = failure.RequestUri;
        ResponseBody = failure.ResponseBody;
    }

    /// <summary>The HTTP status; null where no answer came.</summary>
    public int? StatusCode { get; }

    /// <summary>The code in the service's own error body; null where it gave none.</summary>
    public string? ErrorCode { get; }

    /// <summary>The service's id of the request (<c>X-Request-Id</c>), for its support; null where it gave none.</summary>
    public string? RequestId { get; }

    /// <summary>How long the service asked to wait (<c>Retry-After</c>, else <c>X-RateLimit-Reset</c>); null where it did not.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The HTTP method; null where no single call failed.</summary>
    public string? Method { get; }

    /// <summary>The address; null where no single call failed.</summary>
    public Uri? RequestUri { get; }

    /// <summary>The beginning of the body, at most 4096 characters, without secrets; null where there was none.</summary>
    public string? ResponseBody { get; }
}
