using System.Diagnostics.CodeAnalysis;
using ConfluentOffsets.Client;

namespace ConfluentOffsets;

/// <summary>A connection to Confluent Cloud. It shows no secret, and none can be read from it.</summary>
public sealed class ConfluentConnection
{
    internal const string SandboxKind = "Sandbox";

    private readonly ServiceConnection? _service;

    internal ConfluentConnection(ServiceConnection service) => _service = service;

    /// <summary>Stands where something else was given, until the cmdlet has refused it.</summary>
    [SetsRequiredMembers]
    internal ConfluentConnection(string refusal)
    {
        Refusal = refusal;
        BaseUri = new Uri("about:blank");
        AuthenticationKind = "None";
    }

    /// <summary>The API's address.</summary>
    public required Uri BaseUri { get; init; }

    /// <summary>The default environment; null for none.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The default Kafka cluster; null for none.</summary>
    public string? KafkaClusterId { get; init; }

    /// <summary><c>ApiKey</c>, <c>AccessToken</c>, <c>TokenExchange</c> or <c>Sandbox</c>.</summary>
    public required string AuthenticationKind { get; init; }

    /// <summary>The API key's id, not its secret; null where there is none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Why this is no connection: what was given in its place; of an empty text, nothing is said. Null: it is one.</summary>
    internal string? Refusal { get; }

    internal ServiceConnection Service => _service ?? throw new InvalidOperationException(Refusal);

    /// <summary>Whose tokens are exchanged; null where none are.</summary>
    internal string? IdentityPoolId { get; init; }

    /// <summary>Who acts, for a prompt.</summary>
    internal string Actor => this switch
    {
        { ApiKey: not null } => $"API key {ApiKey}",
        { IdentityPoolId: not null } => $"identity pool {IdentityPoolId}",
        { AuthenticationKind: SandboxKind } => "sandbox",
        _ => AuthenticationKind,
    };

    /// <summary>The address and who acts.</summary>
    public override string ToString() => $"{BaseUri.GetLeftPart(UriPartial.Authority)} ({Actor})";
}
