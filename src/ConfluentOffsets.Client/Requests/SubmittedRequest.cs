using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>An accepted request, with what its status is recognised by.</summary>
/// <param name="Connector">Whose offsets are altered.</param>
/// <param name="ConnectorId">The connector's id, where the service told it.</param>
/// <param name="Type">PATCH or DELETE.</param>
/// <param name="Offsets">As sent; null for a DELETE of everything.</param>
/// <param name="Echo">The list in the service's answer; null where it gave none.</param>
/// <param name="RequestedAt">The time in the service's answer, where it gave one.</param>
/// <param name="Baseline">Null: not known; the request is followed as the latest there is.</param>
internal sealed record SubmittedRequest(
    ConnectorAddress Connector,
    string? ConnectorId,
    string Type,
    IReadOnlyList<PartitionOffset>? Offsets,
    IReadOnlyList<PartitionOffset>? Echo,
    ServerTime? RequestedAt,
    RequestBaseline? Baseline)
{
    /// <summary>When it left, the first time, by the service's own clock; null where that is not known.</summary>
    public DateTimeOffset? LeftAt { get; init; }

    /// <summary>The same, with what the service tells of it.</summary>
    public SubmittedRequest Accepted(AlterRequestDocument document) => this with
    {
        ConnectorId = document.Id,
        Echo = document.Offsets,
        RequestedAt = document.RequestedAt,
    };
}
