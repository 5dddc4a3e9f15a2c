namespace ConfluentOffsets.Client.Sandbox;

/// <summary>How the sandbox's requests go, from when it is made.</summary>
internal enum SandboxScenario
{
    /// <summary>All goes well.</summary>
    None,

    /// <summary>Accepted requests end as FAILED.</summary>
    Failed,

    /// <summary>Requests take 90 s.</summary>
    Slow,

    /// <summary>When a connector's status is first looked at, somebody else's request has just begun.</summary>
    Busy,

    /// <summary>Calls are refused with 429 for two seconds out of fifteen.</summary>
    RateLimited,

    /// <summary>For some seconds the status shows the request before.</summary>
    LateStatus,

    /// <summary>Requests are accepted, then the connection drops.</summary>
    LostAnswer,

    /// <summary>With each request the connector gets a new id.</summary>
    Recreated,

    /// <summary>A DELETE with a list resets everything, and the list is echoed nowhere.</summary>
    IgnoresPartitions,
}
