using System.Management.Automation;

namespace ConfluentOffsets.Connections;

/// <summary>What Connect-ConfluentCloud is given beside a credential.</summary>
internal sealed record ConnectionSettingsInput
{
    public const int DefaultRequestTimeout = 30;
    public const int DefaultMaxRetryCount = 5;

    public string? EnvironmentId { get; init; }

    public string? KafkaClusterId { get; init; }

    public Uri? BaseUri { get; init; }

    public Uri? Proxy { get; init; }

    public PSCredential? ProxyCredential { get; init; }

    /// <summary>Seconds for one attempt.</summary>
    public int RequestTimeout { get; init; } = DefaultRequestTimeout;

    public int MaxRetryCount { get; init; } = DefaultMaxRetryCount;

    public HttpMessageHandler? HttpMessageHandler { get; init; }

    public TimeProvider? TimeProvider { get; init; }
}
