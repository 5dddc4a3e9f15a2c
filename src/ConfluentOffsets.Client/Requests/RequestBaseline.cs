using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>The status that stood before a request was posted: what is not ours.</summary>
/// <param name="Type">PATCH or DELETE; null where there was no request before, or the service did not say.</param>
/// <param name="Offsets">Null where absent.</param>
/// <param name="RequestedAt">Null where absent or not readable.</param>
/// <param name="IsFinished">Whether it was finished.</param>
internal sealed record RequestBaseline(string? Type, IReadOnlyList<PartitionOffset>? Offsets, ServerTime? RequestedAt, bool IsFinished)
{
    /// <summary>No request had been made before ours.</summary>
    public static RequestBaseline None { get; } = new(null, null, null, true);

    public bool IsNone => ReferenceEquals(this, None);

    /// <summary>When that one changed the offsets, or the earliest time at which it can have; null where it did not, or it is not known.</summary>
    public ServerTime? AppliedAt { get; init; }

    /// <summary>It changed the offsets, and nobody tells when.</summary>
    public bool IsAppliedAtUnknownTime => AppliedAt is null && Status is { IsApplied: true };

    /// <summary>The status itself; null where there is none.</summary>
    public AlterStatusDocument? Status { get; init; }

    /// <summary>Whether another look shows the same request. What one side does not tell proves nothing.</summary>
    public bool IsSame(RequestBaseline other) =>
        IsNone == other.IsNone
        && (Type is null || other.Type is null || string.Equals(Type, other.Type, StringComparison.OrdinalIgnoreCase))
        && (RequestedAt is null || other.RequestedAt is null || RequestedAt.Same(other.RequestedAt))
        && (Offsets is null or { Count: 0 } || other.Offsets is null or { Count: 0 } || RequestCorrelation.SameOffsets(Offsets, other.Offsets, partitionsOnly: false));

    public static RequestBaseline Of(AlterStatusDocument status) =>
        new(status.Request.Type, status.Request.Offsets, status.Request.RequestedAt, status.IsFinished)
        {
            Status = status,
            AppliedAt = status.AppliedAt ?? (status.IsApplied ? status.Request.RequestedAt : null),
        };
}
