using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using Item = ConfluentOffsets.Client.Wire.PartitionOffset;

namespace ConfluentOffsets.Input;

/// <summary>Rows gathered by connector, as a file keeps them.</summary>
internal sealed class OffsetsToExport
{
    private readonly Dictionary<ConnectorAddress, Connector> _byAddress = [];
    private readonly List<Connector> _connectors = [];

    /// <summary>In the order of the input.</summary>
    public IReadOnlyList<OffsetsFileEntry> Entries => [.. _connectors.Select(c => c.ToEntry())];

    public int PartitionCount => _connectors.Sum(c => c.Items.Count);

    /// <summary>Adds a row.</summary>
    /// <exception cref="RejectedInputException">It cannot be used.</exception>
    public void Add(InputRow? row)
    {
        if (row is null)
            throw new RejectedInputException(ErrorIds.InvalidInputObject, "A piped row is $null: is a variable empty?");
        if (string.IsNullOrWhiteSpace(row.ConnectorName))
            throw new RejectedInputException(ErrorIds.InvalidConnectorName, $"A piped {row.TypeName} has no ConnectorName.");
        var address = new ConnectorAddress(row.EnvironmentId ?? "", row.KafkaClusterId ?? "", row.ConnectorName);
        try
        {
            Find(address).Add(row);
        }
        catch (RejectedInputException e)
        {
            throw new RejectedInputException(e.ErrorId, $"Connector '{row.ConnectorName}': {e.Message}", e.Target ?? row.ConnectorName, e);
        }
    }

    private Connector Find(ConnectorAddress address)
    {
        if (!_byAddress.TryGetValue(address, out var connector))
        {
            _byAddress.Add(address, connector = new Connector(address));
            _connectors.Add(connector);
        }

        return connector;
    }

    private sealed class Connector(ConnectorAddress address)
    {
        private readonly HashSet<string> _partitions = new(StringComparer.Ordinal);
        private string? _id;
        private DateTime? _observedAt;

        public List<Item> Items { get; } = [];

        public void Add(InputRow row)
        {
            var partition = row.ReadPartition();
            var offset = row.ReadOffset();
            if (!_partitions.Add(PartitionIndex.Key(partition)))
                throw new RejectedInputException(ErrorIds.DuplicatePartition, $"Partition {OffsetText.Partition(partition)} is given twice.");
            if (!SinkPartition.Takes(partition, offset))
                throw InputRow.NoOffsetOf(partition, offset);
            _id ??= row.ConnectorId;

            // All that the file says was true then, so the oldest of several.
            if (row.ObservedAt is { } observed && !(observed >= _observedAt))
                _observedAt = observed;
            Items.Add(new Item(partition, offset));
        }

        public OffsetsFileEntry ToEntry() => new(
            NullIfEmpty(address.EnvironmentId),
            NullIfEmpty(address.KafkaClusterId),
            new OffsetsDocument(_id, address.ConnectorName, Items, _observedAt is { } time ? ServerTime.Of(time) : null));

        private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
    }
}
