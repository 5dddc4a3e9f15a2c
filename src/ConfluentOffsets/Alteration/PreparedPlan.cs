using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Alteration;

/// <summary>A partition as it will be sent, with its old and its new offset.</summary>
internal sealed record PreparedChange(JsonMapNode? Partition, JsonMapNode? OldOffset, JsonMapNode? NewOffset);

/// <summary>A plan that was checked against the connector's current offsets.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Current">The connector's offsets before the change.</param>
/// <param name="Changes">What will be sent; null for a reset of everything.</param>
internal sealed record PreparedPlan(AlterPlan Plan, OffsetsDocument Current, IReadOnlyList<PreparedChange>? Changes)
{
    /// <summary>The current offsets were observed before a change that is known: old values are those that it left.</summary>
    public bool IsSeenTooEarly { get; init; }

    /// <summary>What the operator has to know before the request is sent.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
