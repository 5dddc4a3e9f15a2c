using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>
/// What is known of a connector's offsets: as the service last observed them, or, where its latest change came later,
/// as that has left them. Nobody may take what was there before a change for what is there now.
/// </summary>
/// <param name="Observed">As the service last observed them.</param>
/// <param name="Now">As they are, as far as that is known.</param>
/// <param name="IsEarly">Whether the observation is from before the latest change.</param>
/// <param name="IsCertain">False: a change came later, and the service does not tell which.</param>
internal sealed record KnownOffsets(OffsetsDocument Observed, IReadOnlyList<PartitionOffset> Now, bool IsEarly, bool IsCertain)
{
    /// <summary>Every partition that there is or was, each with its own literal.</summary>
    public PartitionIndex Partitions => new(Observed.Offsets, Now);

    /// <summary>What is known.</summary>
    /// <param name="observed">As the service last observed it.</param>
    /// <param name="latest">The latest request, which is finished.</param>
    public static KnownOffsets Of(OffsetsDocument observed, RequestBaseline latest)
    {
        if (latest.AppliedAt is not { } applied || observed.ObservedAt is not { } at || at.IsAfter(applied))
            return new KnownOffsets(observed, observed.Offsets, false, true);
        var left = Left(observed.Offsets, latest);
        return new KnownOffsets(observed, left ?? observed.Offsets, true, left is not null);
    }

    /// <summary>What a change has left of offsets from before it; null where it is not known what it changed.</summary>
    public static IReadOnlyList<PartitionOffset>? Left(IReadOnlyList<PartitionOffset> offsets, RequestBaseline latest)
    {
        var isDelete = string.Equals(latest.Type, AlterRequestWriter.Delete, StringComparison.OrdinalIgnoreCase);
        if (!isDelete && (!string.Equals(latest.Type, AlterRequestWriter.Patch, StringComparison.OrdinalIgnoreCase) || latest.Offsets is null or { Count: 0 }))
            return null;
        if (latest.Offsets is null or { Count: 0 })
            return [];

        var changed = new PartitionIndex(latest.Offsets);
        var current = new PartitionIndex(offsets);
        if (isDelete)
            return [.. offsets.Where(o => Change(o) is null)];
        return
        [
            .. offsets.Select(o => Change(o) is { Offset: { } now } ? o with { Offset = now } : o),
            .. changed.Items.Where(o => o.Offset is not null && PartitionKey.Of(o.Partition!) is var key && current.Find(key, o.Partition!, asWritten: changed.Twins(key).Count > 0) is null),
        ];

        PartitionOffset? Change(PartitionOffset of)
        {
            if (of.Partition is null)
                return null;
            var key = PartitionKey.Of(of.Partition);
            return changed.Find(key, of.Partition, asWritten: current.Twins(key).Count > 0);
        }
    }
}
