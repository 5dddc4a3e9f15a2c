using System.Globalization;
using System.Text.Json;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>The environments and Kafka clusters of a sandbox, page by page.</summary>
internal static class SandboxDirectory
{
    private const int DefaultPageSize = 10;
    private const int MaxPageSize = 100;

    /// <summary>The answer to one of the two lists; null for any other path.</summary>
    /// <exception cref="SandboxRefusalException">403: no such environment.</exception>
    public static string? Answer(SandboxEstate estate, IReadOnlyList<string> path, Uri uri) => path switch
    {
        ["org", "v2", "environments"] => Page(uri, estate.Clusters.Select(c => c.EnvironmentId).Distinct(), "EnvironmentList", WriteEnvironment),
        ["cmk", "v2", "clusters"] => Page(uri, ClustersOf(estate, uri), "ClusterList", WriteCluster),
        _ => null,
    };

    private static string[] ClustersOf(SandboxEstate estate, Uri uri)
    {
        var environmentId = UriQuery.Values(uri.Query, "environment").FirstOrDefault()
            ?? throw new SandboxRefusalException(400, "The query parameter 'environment' is missing.");
        var clusters = estate.Clusters.Where(c => c.EnvironmentId == environmentId).Select(c => c.KafkaClusterId).ToArray();
        return clusters.Length > 0 ? clusters : throw new SandboxRefusalException(403, $"The sandbox has no environment {environmentId}.");
    }

    /// <summary>The token of a page is how many items come before it.</summary>
    private static string Page(Uri uri, IEnumerable<string> ids, string kind, Action<Utf8JsonWriter, string> writeItem)
    {
        var all = ids.ToArray();
        var size = Math.Clamp(Number(uri, "page_size") ?? DefaultPageSize, 1, MaxPageSize);
        var first = Math.Clamp(Number(uri, "page_token") ?? 0, 0, all.Length);
        var environment = string.Concat(UriQuery.Values(uri.Query, "environment").Select(e => $"&environment={Uri.EscapeDataString(e)}"));
        return SandboxJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteStartObject("metadata");
            if (first + size < all.Length)
                json.WriteString("next", string.Create(CultureInfo.InvariantCulture, $"{uri.GetLeftPart(UriPartial.Path)}?page_size={size}&page_token={first + size}{environment}"));
            json.WriteNumber("total_size", all.Length);
            json.WriteEndObject();
            json.WriteStartArray("data");
            foreach (var id in all.Skip(first).Take(size))
                writeItem(json, id);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void WriteEnvironment(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("display_name", "Sandbox");
        json.WriteEndObject();
    }

    private static void WriteCluster(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteStartObject("spec");
        json.WriteString("display_name", "Sandbox cluster");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static int? Number(Uri uri, string name) =>
        int.TryParse(UriQuery.Values(uri.Query, name).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
