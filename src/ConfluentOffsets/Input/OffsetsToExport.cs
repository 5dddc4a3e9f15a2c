using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Input;

/// <summary>Rows gathered by connector, as a file keeps them.</summary>
internal sealed class OffsetsToExport
{
    private readonly Dictionary<ConnectorAddress, Connector> _byAddress = [];
    private readonly List<Connector> _connectors = [];
    private Connector? _latest;

    public int ConnectorCount => _connectors.Count;

    public int PartitionCount => _connectors.Sum(c => c.Items.Count);

    /// <summary>Adds the rows in what was piped.</summary>
    /// <param name="input">What was piped.</param>
    /// <param name="file">Where it is going to be written.</param>
    /// <param name="goOn">Asked at each: throws where it shall end.</param>
    /// <exception cref="RejectedInputException">One cannot be used.</exception>
    public void Add(PSObject? input, string file, Action goOn)
    {
        try
        {
            foreach (var row in InputRow.Each(input))
            {
                goOn();
                Add(row);
            }
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
        var name = row.ConnectorName;
        if (string.IsNullOrWhiteSpace(name))
            throw new RejectedInputException(ErrorIds.InvalidConnectorName, $"A piped {row.TypeName} has no ConnectorName.");
        try
        {
            Find(row.EnvironmentId ?? "", row.KafkaClusterId ?? "", name).Add(row);
        }
        catch (RejectedInputException e)
        {
            throw new RejectedInputException(e.ErrorId, $"Connector '{name}': {e.Message}", e.Target ?? name, e);
        }
    }

    /// <summary>Writes the connectors to a file, in the order of the input.</summary>
    /// <param name="file">The file.</param>
    /// <param name="overwrite">Whether one that is there is replaced.</param>
    /// <param name="overwriteReadOnly">With <paramref name="overwrite"/>: also one that is read-only.</param>
    /// <param name="goOn">Asked all the time: throws where the writing shall end; then nothing is written.</param>
    /// <exception cref="RejectedInputException">It could not be written.</exception>
    public void Write(string file, bool overwrite, bool overwriteReadOnly, Action goOn)
    {
        OffsetsFileEntry[] entries = [.. _connectors.Select(c => c.ToEntry())];
        try
        {
            AtomicFile.Write(file, stream => OffsetsFileWriter.Write(new InterruptibleStream(stream, goOn), entries), overwrite, overwriteReadOnly);
        }
        catch (Exception e) when (FilePaths.IsNotWritten(e))
        {
            throw new RejectedInputException(ErrorIds.BackupFailed, $"'{file}' is not written. {e.Message}", file, e);
        }
    }

    private Connector Find(string environmentId, string kafkaClusterId, string name)
    {
        // Most often a row is of the same connector as the one before.
        if (_latest is { Address: var latest } && latest.ConnectorName == name && latest.EnvironmentId == environmentId && latest.KafkaClusterId == kafkaClusterId)
            return _latest;

        var address = new ConnectorAddress(environmentId, kafkaClusterId, name);
        if (!_byAddress.TryGetValue(address, out _latest))
        {
            _byAddress.Add(address, _latest = new Connector(address));
            _connectors.Add(_latest);
        }

        return _latest;
    }

    private sealed class Connector(ConnectorAddress address)
    {
        private readonly HashSet<PartitionKey> _partitions = [];
        private string? _id;
        private DateTime? _observedAt;

        public ConnectorAddress Address { get; } = address;

        public OffsetTexts Items { get; } = new();

        public void Add(InputRow row)
        {
            var partition = row.ReadPartition();
            var offset = row.ReadOffset();
            var key = PartitionKey.AsWritten(partition);
            if (!_partitions.Add(key))
                throw new RejectedInputException(ErrorIds.DuplicatePartition, $"Partition {OffsetText.Partition(partition)} is given twice.");
            if (!key.Takes(offset))
                throw InputRow.NoOffsetOf(partition, offset);
            _id ??= row.ConnectorId;

            // All that the file says was true then, so the oldest of several.
            if (row.ObservedAt is { } observed && !(observed >= _observedAt))
                _observedAt = observed;
            Items.Add(partition, offset);
        }

        public OffsetsFileEntry ToEntry() => new(
            NullIfEmpty(Address.EnvironmentId),
            NullIfEmpty(Address.KafkaClusterId),
            new OffsetsDocument(_id, Address.ConnectorName, Items, _observedAt is { } time ? ServerTime.Of(time) : null));

        private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
    }
}
