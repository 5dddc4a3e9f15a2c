namespace ConfluentOffsets.Soak;

/// <summary>How a request is met. All but the first are faults.</summary>
internal enum Fault
{
    None,

    /// <summary>For a while, new connections are refused; this one is closed without an answer.</summary>
    Refused,

    /// <summary>The connection is reset before the request is processed.</summary>
    DroppedBefore,

    /// <summary>The connection is reset after the request was processed.</summary>
    DroppedAfter,

    /// <summary>429 with Retry-After in seconds, as a date, or with X-RateLimit-Reset.</summary>
    SlowDown,

    /// <summary>500, 502, 503 or 504; nothing was processed.</summary>
    FailedBefore,

    /// <summary>500, 502, 503 or 504, though the request was processed.</summary>
    FailedAfter,

    /// <summary>The answer ends in the middle of its body.</summary>
    Truncated,

    /// <summary>The right status, and bytes that mean nothing.</summary>
    Garbage,

    /// <summary>A page of somebody between: 200 and HTML. Nothing was processed.</summary>
    Page,

    /// <summary>The answer comes after some seconds.</summary>
    Slow,

    /// <summary>The answer comes after the client's patience has ended; the request was processed at once.</summary>
    TooSlow,

    /// <summary>A PATCH is processed after the client's patience has ended; other requests as with <see cref="TooSlow"/>.</summary>
    ProcessedLate,

    /// <summary>A POST is sent on twice by somebody between, who passes on the refusal of the second one; another request fails as with <see cref="FailedBefore"/>.</summary>
    Repeated,

    /// <summary>A POST is redirected, and perhaps was processed; another request fails as with <see cref="FailedBefore"/>.</summary>
    Redirected,
}
