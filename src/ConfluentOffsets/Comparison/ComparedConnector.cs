using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Comparison;

/// <summary>A connector as rows tell it; what they do not tell is null.</summary>
internal sealed record ConnectorIdentity(string? EnvironmentId, string? KafkaClusterId, string? ConnectorName)
{
    /// <summary>Whether both can be the same connector: what one side does not tell is no contradiction.</summary>
    public bool IsCompatible(ConnectorIdentity other) =>
        ConnectorName == other.ConnectorName
        && (EnvironmentId is null || other.EnvironmentId is null || EnvironmentId == other.EnvironmentId)
        && (KafkaClusterId is null || other.KafkaClusterId is null || KafkaClusterId == other.KafkaClusterId);

    /// <summary>Itself, with what it does not tell from another that it is compatible with.</summary>
    public ConnectorIdentity Or(ConnectorIdentity other) =>
        new(EnvironmentId ?? other.EnvironmentId, KafkaClusterId ?? other.KafkaClusterId, ConnectorName ?? other.ConnectorName);
}

/// <summary>The rows of one connector on one side of a comparison.</summary>
internal sealed class ComparedConnector(ConnectorIdentity identity, ConfluentConnection? connection)
{
    public ConnectorIdentity Identity { get; } = identity;

    public ConfluentConnection? Connection { get; } = connection;

    public OffsetSet Offsets { get; } = new();

    /// <summary>The first unusable row: then the connector is not compared.</summary>
    public RejectedInputException? Rejection { get; private set; }

    public void Add(InputRow row)
    {
        try
        {
            var partition = row.ReadPartition();
            if (!Offsets.TryAdd(partition, ReadOffset(row)))
                throw new RejectedInputException(ErrorIds.DuplicatePartition, $"Partition {OffsetText.Partition(partition)} is given twice.");
        }
        catch (RejectedInputException e)
        {
            Rejection ??= e;
        }
    }

    /// <summary>
    /// The row's offset; null only where the service shows a partition without one. Any other row without an offset is a
    /// mistake (a column of another name), and two such tables must not be found equal.
    /// </summary>
    private static JsonMapNode? ReadOffset(InputRow row)
    {
        if (row.HasOffset)
            return row.ReadOffset();
        return row.IsFromService
            ? null
            : throw new RejectedInputException(ErrorIds.InvalidOffset, $"A {row.TypeName} has no offset: neither Offset nor KafkaOffset.");
    }
}
