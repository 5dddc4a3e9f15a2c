using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Alteration;

/// <summary>A partition as it will be sent, with its old and its new offset.</summary>
internal sealed record PreparedChange(JsonMapNode? Partition, JsonMapNode? OldOffset, JsonMapNode? NewOffset);

/// <summary>A plan that was checked against the connector's current offsets.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Current">The connector's offsets before the change, as they were observed.</param>
/// <param name="Changes">What will be sent; null for a reset of everything.</param>
internal sealed record PreparedPlan(AlterPlan Plan, OffsetsDocument Current, IReadOnlyList<PreparedChange>? Changes)
{
    /// <summary>The request before it.</summary>
    public RequestBaseline Latest { get; init; } = RequestBaseline.None;

    /// <summary>What is known of its offsets.</summary>
    public KnownOffsets Known { get; init; } = new(Current, Current.Offsets, false, true);

    /// <summary>When it was read, as a timestamp of the connection's clock.</summary>
    public long ReadAt { get; init; }

    /// <summary>The same, with what it was made of.</summary>
    public PreparedPlan WithSight(KnownOffsets known, RequestBaseline latest, long readAt) => this with
    {
        Current = known.Observed with { Id = Current.Id },
        Known = known,
        Latest = latest,
        ReadAt = readAt,
    };

    /// <summary>What the operator has to know before the request is sent.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
