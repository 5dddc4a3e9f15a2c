using System.Text.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>The body of a POST, checked as the service checks it.</summary>
internal sealed record SandboxRequestBody(string Type, IReadOnlyList<PartitionOffset> Offsets)
{
    public bool IsDelete => Type == AlterRequestWriter.Delete;

    /// <summary>A DELETE without a list, or with an empty one.</summary>
    public bool IsForAll => IsDelete && Offsets.Count == 0;

    /// <exception cref="SandboxRefusalException">400.</exception>
    public static SandboxRequestBody Read(ReadOnlyMemory<byte> body, bool isSink)
    {
        AlterRequestDocument document;
        try
        {
            document = DocumentReader.ReadAlterRequest(body);
        }
        catch (JsonException e)
        {
            throw Refuse($"The body cannot be read: {e.Message}");
        }

        if (document.Type is not (AlterRequestWriter.Patch or AlterRequestWriter.Delete))
            throw Refuse($"'type' has to be PATCH or DELETE, and is {(document.Type is null ? "missing" : $"'{document.Type}'")}.");
        var read = new SandboxRequestBody(document.Type, document.Offsets ?? []);
        if (read.Offsets.Count == 0 && !read.IsDelete)
            throw Refuse("A PATCH needs 'offsets'.");
        foreach (var item in read.Offsets)
            Check(item, read.IsDelete, isSink);
        return read;
    }

    private static void Check(PartitionOffset item, bool isDelete, bool isSink)
    {
        if (item.Partition is not { Count: > 0 })
            throw Refuse("An item of 'offsets' has no 'partition'.");
        if (isSink && SinkPartition.TryRead(item.Partition) is null)
            throw Refuse($"{item.Partition} is not a sink's partition, which has 'kafka_topic' and 'kafka_partition'.");
        if (isDelete)
            return;
        if (item.Offset is not { Count: > 0 })
            throw Refuse($"The partition {item.Partition} has no 'offset'.");
        if (isSink && SinkPartition.TryReadOffset(item.Offset) is null or < 0)
            throw Refuse($"{item.Offset} is not a sink's offset, which has 'kafka_offset', a number from 0.");
    }

    private static SandboxRefusalException Refuse(string message) => new(400, message);
}
