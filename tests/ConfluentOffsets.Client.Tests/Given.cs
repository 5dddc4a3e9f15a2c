using System.Text;
using System.Text.Json.Nodes;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.TestSupport;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What the tests start from.</summary>
internal static class Given
{
    /// <summary>The offsets that most tests send.</summary>
    public const string Offsets = """[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":1000}}]""";

    /// <summary>Other offsets than those.</summary>
    public const string OtherOffsets = """[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":7}}]""";

    public const string Before = "2024-02-20 15:14:19+00:00";

    public const string After = "2024-02-20 15:20:00+00:00";

    public static ConnectorAddress Connector { get; } = new("env-a12b6", "lkc-devc80", "orders-sink");

    /// <summary>Adds looks at the connector: its state, a colon, and those of its tasks; a dash is a task without one.</summary>
    public static void States(StubHttpHandler handler, IEnumerable<string> states)
    {
        foreach (var state in states)
        {
            var parts = state.Split(':');
            var tasks = parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select((s, i) => s == "-" ? $$"""{"id":{{i}}}""" : $$"""{"id":{{i}},"state":"{{s}}"}""");
            handler.Answer(
                "GET",
                "/connectors",
                200,
                $$$$"""{"{{{{Connector.ConnectorName}}}}":{"status":{"connector":{"state":"{{{{parts[0]}}}}"},"tasks":[{{{{string.Join(',', tasks)}}}}]}}}""");
        }
    }

    public static JsonMapNode Map(string json) => JsonMapNode.Parse(json);

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static PartitionOffset Item(string? partition, string? offset = null) =>
        new(partition is null ? null : Map(partition), offset is null ? null : Map(offset));

    /// <summary>The items of a JSON array, or null for null.</summary>
    public static IReadOnlyList<PartitionOffset>? Items(string? json) =>
        json is null ? null : DocumentReader.ReadAlterRequest(Bytes($$"""{"offsets":{{json}}}""")).Offsets;

    /// <summary>The text of an answer of the status endpoint; null leaves a member out.</summary>
    public static string StatusText(
        string phase,
        string? requestedAt = After,
        string? offsets = Offsets,
        string? type = "PATCH") =>
        $$$"""{"request":{"id":"lcc-1","name":"orders-sink"{{{Member("offsets", offsets)}}}{{{Member("requested_at", Quoted(requestedAt))}}}{{{Member("type", Quoted(type))}}}},"status":{"phase":"{{{phase}}}","message":"said so"}}""";

    public static AlterStatusDocument Status(
        string phase,
        string? requestedAt = After,
        string? offsets = Offsets,
        string? type = "PATCH") =>
        DocumentReader.ReadStatus(Bytes(StatusText(phase, requestedAt, offsets, type)))!;

    /// <summary>A request of ours that was accepted.</summary>
    public static SubmittedRequest Request(
        RequestBaseline? baseline,
        string? requestedAt = After,
        string? offsets = Offsets,
        string type = "PATCH",
        string? echo = null) =>
        new(Connector, "lcc-1", type, Items(offsets), Items(echo), ServerTime.TryParse(requestedAt), baseline);

    /// <summary>The text of an example of the OpenAPI document.</summary>
    public static string Example(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", "openapi", name + ".json"));

    /// <summary>The same without white space between its tokens.</summary>
    public static string CompactExample(string name) =>
        JsonNode.Parse(Example(name))!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string? Quoted(string? text) => text is null ? null : $"\"{text}\"";

    private static string Member(string name, string? json) => json is null ? "" : $",\"{name}\":{json}";
}
