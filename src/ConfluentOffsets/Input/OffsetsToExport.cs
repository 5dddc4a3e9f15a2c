using System.Management.Automation;
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

    public int ConnectorCount => _connectors.Count;

    public int PartitionCount => _connectors.Sum(c => c.Items.Count);

    /// <summary>Adds the rows in what was piped.</summary>
    /// <exception cref="RejectedInputException">One cannot be used.</exception>
    public void Add(PSObject? input, string file)
    {
        try
        {
            foreach (var row in InputRow.Each(input))
                Add(row);
        }
        catch (RejectedInputException e)
        {
            throw new RejectedInputException(e.ErrorId, $"{e.Message} Nothing is written to '{file}'.", e.Target, e);
        }
    }

    /// <summary>
    /// Refuses to write no row at all. Most often what was before in the pipeline has failed: yesterday's file is worth
    /// more than an empty one.
    /// </summary>
    /// <exception cref="RejectedInputException">There is none.</exception>
    public void CheckAny(string file)
    {
        if (_connectors.Count == 0)
            throw new RejectedInputException(ErrorIds.BackupFailed, $"No row was piped, so nothing is written to '{file}'.", file);
    }

    private void Add(InputRow? row)
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

    /// <summary>Writes the connectors to a file, in the order of the input.</summary>
    /// <exception cref="RejectedInputException">It could not be written.</exception>
    public void Write(string file, bool overwrite, bool overwriteReadOnly)
    {
        OffsetsFileEntry[] entries = [.. _connectors.Select(c => c.ToEntry())];
        try
        {
            AtomicFile.Write(file, stream => OffsetsFileWriter.Write(stream, entries), overwrite, overwriteReadOnly);
        }
        catch (Exception e) when (FilePaths.IsNotWritten(e))
        {
            throw new RejectedInputException(ErrorIds.BackupFailed, $"'{file}' is not written. {e.Message}", file, e);
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
