using System.Net;
using ConfluentOffsets.Client.Authentication;

namespace ConfluentOffsets.Client.Http;

/// <summary>What a connection is made of.</summary>
internal sealed record ConnectionSettings
{
    public required Uri BaseUri { get; init; }

    /// <summary>Asked for each attempt; it belongs to this connection alone.</summary>
    public required ICredential Credential { get; init; }

    /// <summary>What must never be shown: secrets as they are, but for tokens that come and go. Encoded forms are derived.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>For one attempt.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After the first attempt; 0 for none.</summary>
    public int MaxRetryCount { get; init; } = 5;

    /// <summary>Null: the system's settings.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>The bottom of the stack, owned by the caller; null: a real one.</summary>
    public HttpMessageHandler? PrimaryHandler { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>From 0 to below 1, for jitter.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;
}
