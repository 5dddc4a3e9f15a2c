namespace ConfluentOffsets.Client.Wire;

/// <summary>The answer of GET offsets. Everything but the list can be absent.</summary>
internal sealed record OffsetsDocument(string? Id, string? Name, IReadOnlyList<PartitionOffset> Offsets, ServerTime? ObservedAt);

/// <summary>A request to alter offsets, as the service tells of it. Everything can be absent.</summary>
/// <param name="Id">The connector's id.</param>
/// <param name="Name">The connector's name.</param>
/// <param name="Type">PATCH, DELETE, or what the service says.</param>
/// <param name="Offsets">Null where absent or null.</param>
/// <param name="RequestedAt">Null where absent or not readable.</param>
internal sealed record AlterRequestDocument(
    string? Id,
    string? Name,
    string? Type,
    IReadOnlyList<PartitionOffset>? Offsets,
    ServerTime? RequestedAt);

/// <summary>The answer of the status endpoint: the connector's latest alter request, whoever made it.</summary>
internal sealed record AlterStatusDocument(
    AlterRequestDocument Request,
    string Phase,
    string? Message,
    IReadOnlyList<PartitionOffset>? PreviousOffsets,
    ServerTime? AppliedAt)
{
    public const string Applied = "APPLIED";
    public const string Failed = "FAILED";

    /// <summary>PENDING, PENDING_VALIDATION and every phase not known are unfinished.</summary>
    public bool IsFinished => IsApplied || IsFailed;

    public bool IsApplied => string.Equals(Phase, Applied, StringComparison.OrdinalIgnoreCase);

    public bool IsFailed => string.Equals(Phase, Failed, StringComparison.OrdinalIgnoreCase);
}
