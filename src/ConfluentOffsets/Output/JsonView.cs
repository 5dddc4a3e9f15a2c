using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets;

/// <summary>What users see of the client's values.</summary>
internal static class JsonView
{
    public static object? Of(object? value) => value switch
    {
        JsonMapNode map => JsonMap.Of(map),
        JsonListNode list => JsonList.Of(list),
        _ => value,
    };

    public static JsonMap? Of(JsonMapNode? node) => node is null ? null : JsonMap.Of(node);
}
