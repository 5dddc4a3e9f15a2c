using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>Reads pages of environments and of Kafka clusters.</summary>
internal static class PlaceReader
{
    /// <summary>Reads a page. Of the address of the next one only its token counts: the address may lead anywhere.</summary>
    /// <exception cref="JsonException">It is not the documented JSON.</exception>
    public static PlacePage Read(ReadOnlyMemory<byte> body)
    {
        if (JsonLiteral.Read(JsonLiteral.Validate(body)) is not JsonMapNode page || page.Get("data") is not JsonListNode data)
            throw new JsonException("The answer has no 'data'.");

        var next = Text(page.Get("metadata") as JsonMapNode, "next");
        return new PlacePage(
            [.. data.Values.OfType<JsonMapNode>().Select(Place).OfType<PlaceDocument>()],
            next is null ? null : UriQuery.Values(next, "page_token").FirstOrDefault());
    }

    /// <summary>A cluster has its name in 'spec', an environment has not.</summary>
    private static PlaceDocument? Place(JsonMapNode item)
    {
        if (Text(item, "id") is not { } id)
            return null;
        var spec = item.Get("spec") as JsonMapNode;
        var location = string.Join(' ', new[] { Text(spec, "cloud"), Text(spec, "region") }.Where(t => t is not null));
        return new PlaceDocument(id, Text(spec, "display_name") ?? Text(item, "display_name"), location.Length > 0 ? location : null);
    }

    private static string? Text(JsonMapNode? parent, string name) =>
        parent?.Get(name) is string text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
