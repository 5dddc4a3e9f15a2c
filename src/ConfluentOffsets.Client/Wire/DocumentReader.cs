using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>Reads the service's documents, tolerant of what is absent, null or unknown, strict about the rest.</summary>
internal static class DocumentReader
{
    /// <summary>Reads the answer of GET offsets.</summary>
    /// <exception cref="JsonException">It is not the documented JSON.</exception>
    public static OffsetsDocument ReadOffsets(ReadOnlyMemory<byte> body, Action<string>? notice = null)
    {
        try
        {
            if (PartitionOffsetReader.Take(body, out var rest) is { } offsets)
                return ReadOffsets(ReadObject(rest), notice) with { Offsets = offsets };
        }
        catch (JsonException)
        {
            // Said below, with its place in the whole.
        }

        return ReadOffsets(ReadObject(body), notice);
    }

    /// <inheritdoc cref="ReadOffsets(ReadOnlyMemory{byte}, Action{string}?)"/>
    public static OffsetsDocument ReadOffsets(JsonMapNode root, Action<string>? notice = null) => new(
        Text(root, "id"),
        Text(root, "name"),
        Items(root, "offsets") ?? [],
        Time(Map(root, "metadata"), "observed_at", notice));

    /// <summary>Reads the answer to an accepted request; an empty body gives a document without members.</summary>
    /// <exception cref="JsonException">It is not the documented JSON.</exception>
    public static AlterRequestDocument ReadAlterRequest(ReadOnlyMemory<byte> body, Action<string>? notice = null) =>
        IsBlank(body.Span)
            ? new AlterRequestDocument(null, null, null, null, null)
            : ReadAlterRequest(ReadObject(body), notice);

    /// <summary>Reads the answer of the status endpoint.</summary>
    /// <returns>Null where it tells of no request.</returns>
    /// <exception cref="JsonException">It is not the documented JSON.</exception>
    public static AlterStatusDocument? ReadStatus(ReadOnlyMemory<byte> body, Action<string>? notice = null)
    {
        var root = ReadObject(body);
        var request = Map(root, "request");
        var status = Map(root, "status");
        var phase = status is null ? null : Text(status, "phase");
        if (request is null && string.IsNullOrWhiteSpace(phase))
        {
            // {"request":null,"status":null} is an answer; an object of other things is not one.
            return root.Count == 0 || root.Contains("request") || root.Contains("status")
                ? null
                : throw new JsonException("Neither 'request' nor 'status' is there.");
        }

        return new AlterStatusDocument(
            request is null ? new AlterRequestDocument(null, null, null, null, null) : ReadAlterRequest(request, notice),
            string.IsNullOrWhiteSpace(phase) ? throw new JsonException("'status.phase' is missing.") : phase,
            Text(status!, "message"),
            Items(root, "previous_offsets"),
            Time(root, "applied_at", notice));
    }

    private static AlterRequestDocument ReadAlterRequest(JsonMapNode request, Action<string>? notice) => new(
        Text(request, "id"),
        Text(request, "name"),
        Text(request, "type"),
        Items(request, "offsets"),
        Time(request, "requested_at", notice));

    private static JsonMapNode ReadObject(ReadOnlyMemory<byte> body) =>
        JsonLiteral.Read(JsonLiteral.Validate(body)) as JsonMapNode
        ?? throw new JsonException("The answer is not a JSON object.");

    private static JsonMapNode? Map(JsonMapNode? parent, string name) => parent?.Get(name) switch
    {
        null => null,
        JsonMapNode map => map,
        _ => throw new JsonException($"'{name}' is not an object."),
    };

    private static string? Text(JsonMapNode parent, string name) => parent.Get(name) switch
    {
        null => null,
        string text => text,
        _ => throw new JsonException($"'{name}' is not a string."),
    };

    private static List<PartitionOffset>? Items(JsonMapNode parent, string name) => parent.Get(name) switch
    {
        null => null,
        JsonListNode list => PartitionOffsetReader.Read(list) ?? [.. list.Values.Select(Item)],
        _ => throw new JsonException($"'{name}' is not an array."),
    };

    private static PartitionOffset Item(object? value) => value is JsonMapNode item
        ? new PartitionOffset(Map(item, "partition"), Map(item, "offset"))
        : throw new JsonException("An item of a list of offsets is not an object.");

    /// <summary>A time that cannot be read is no reason to fail: it is told and left out.</summary>
    private static ServerTime? Time(JsonMapNode? parent, string name, Action<string>? notice)
    {
        var value = parent?.Get(name);
        if (value is null)
            return null;

        var time = ServerTime.TryParse(value as string);
        if (time is null)
            notice?.Invoke($"The service's '{name}' is not a time that can be read: {(value is double ? "a number" : JsonLiteral.Write(value))}");
        return time;
    }

    private static bool IsBlank(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8).IsEmpty;
}
