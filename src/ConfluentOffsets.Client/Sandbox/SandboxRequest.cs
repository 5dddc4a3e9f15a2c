using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>A request to alter offsets that the sandbox accepted. How it goes is settled from the start.</summary>
internal sealed record SandboxRequest
{
    /// <summary>The id that the connector had then.</summary>
    public required string ConnectorId { get; init; }

    public required string ConnectorName { get; init; }

    public required string Type { get; init; }

    /// <summary>As they were sent; empty for a DELETE of everything.</summary>
    public required IReadOnlyList<PartitionOffset> Offsets { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>When the status endpoint knows of it.</summary>
    public required DateTimeOffset ShownFrom { get; init; }

    /// <summary>Whether it is PENDING_VALIDATION in the second half of its time.</summary>
    public bool IsValidated { get; init; }

    public bool Fails { get; init; }

    /// <summary>What the status says when it has ended.</summary>
    public string? Message { get; init; }

    /// <summary>What the connector last processed of the partitions in question.</summary>
    public IReadOnlyList<PartitionOffset> PreviousOffsets { get; init; } = [];

    public bool IsFinished(DateTimeOffset now) => now >= EndsAt;

    public string Phase(DateTimeOffset now) => this switch
    {
        _ when !IsFinished(now) => IsValidated && now - RequestedAt >= (EndsAt - RequestedAt) / 2 ? "PENDING_VALIDATION" : "PENDING",
        { Fails: true } => AlterStatusDocument.Failed,
        _ => AlterStatusDocument.Applied,
    };
}
