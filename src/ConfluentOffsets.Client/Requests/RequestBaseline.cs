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

    /// <summary>When that one was applied; null where it was not, or it is not known.</summary>
    public ServerTime? AppliedAt { get; init; }

    public static RequestBaseline Of(AlterStatusDocument status) =>
        new(status.Request.Type, status.Request.Offsets, status.Request.RequestedAt, status.IsFinished) { AppliedAt = status.AppliedAt };
}
