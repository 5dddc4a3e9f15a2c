using System.Globalization;
using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>Reads the list of connectors: an array of names, or with <c>expand</c> a map by name.</summary>
internal static class ConnectorListReader
{
    /// <summary>Reads the array of names.</summary>
    /// <exception cref="JsonException">It is not the documented JSON.</exception>
    public static IReadOnlyList<string> ReadNames(ReadOnlyMemory<byte> body) =>
        JsonLiteral.Read(JsonLiteral.Validate(body)) is JsonListNode list
            ? [.. list.Values.Select(Name)]
            : throw new JsonException("The answer is not a JSON array.");

    /// <summary>Reads the map; an array of names too, where nothing else is known then.</summary>
    /// <exception cref="JsonException">It is neither.</exception>
    public static IReadOnlyList<ConnectorDocument> Read(ReadOnlyMemory<byte> body) =>
        JsonLiteral.Read(JsonLiteral.Validate(body)) switch
        {
            JsonListNode names => [.. names.Values.Select(n => new ConnectorDocument(Name(n), null, null, null, null, []))],
            JsonMapNode map => [.. map.Entries.Select(e => Connector(e.Key, e.Value))],
            _ => throw new JsonException("The answer is neither a map by name nor an array of names."),
        };

    private static string Name(object? value) => value as string ?? throw new JsonException("A connector's name is not a string.");

    private static ConnectorDocument Connector(string name, object? value)
    {
        if (value is not JsonMapNode connector)
            throw new JsonException($"What is told of connector '{name}' is not an object.");

        var info = Map(connector, "info");
        var status = Map(connector, "status");
        var state = Map(status, "connector");
        return new ConnectorDocument(
            name,
            Text(Map(connector, "id"), "id"),
            Text(info, "type") ?? Text(status, "type"),
            Text(state, "state"),
            Text(state, "trace"),
            status?.Get("tasks") is JsonListNode tasks ? [.. tasks.Values.OfType<JsonMapNode>().Select(Task)] : []);
    }

    /// <summary>Confluent Cloud calls the trace <c>msg</c>.</summary>
    private static ConnectorTaskDocument Task(JsonMapNode task) =>
        new(Number(task.Get("id")), Text(task, "state"), Text(task, "trace") ?? Text(task, "msg"));

    private static JsonMapNode? Map(JsonMapNode? parent, string name) => parent?.Get(name) as JsonMapNode;

    /// <summary>The service writes an empty text where it has none.</summary>
    private static string? Text(JsonMapNode? parent, string name) =>
        parent?.Get(name) is string text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static int? Number(object? value) => value switch
    {
        long and >= 0 and <= int.MaxValue => Convert.ToInt32(value, CultureInfo.InvariantCulture),
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
