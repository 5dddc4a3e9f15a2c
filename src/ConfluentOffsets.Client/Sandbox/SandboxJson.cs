using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>What the sandbox answers, written as the service writes it: maps as their own literals, times in its three manners.</summary>
internal static class SandboxJson
{
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonLiteral.MaxDepth };

    /// <summary>A map without white space between its tokens; members keep their order, and numbers their digits.</summary>
    public static string Compact(JsonMapNode map)
    {
        using var document = JsonDocument.Parse(map.ToString(), new JsonDocumentOptions { MaxDepth = JsonLiteral.MaxDepth });
        return Write(document.WriteTo);
    }

    /// <summary>The answer of GET offsets.</summary>
    public static string Offsets(string id, string name, IReadOnlyList<PartitionOffset> offsets, DateTimeOffset observedAt) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", name);
        WriteItems(json, "offsets", offsets);
        json.WriteStartObject("metadata");
        json.WriteString("observed_at", Time(observedAt, "yyyy-MM-dd HH:mm:ss'+00:00'"));
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The answer to an accepted POST.</summary>
    public static string Accepted(SandboxRequest request) => Write(json => WriteRequest(json, request, "yyyy-MM-dd'T'HH:mm:ss'Z'"));

    /// <summary>The answer of the status endpoint.</summary>
    public static string Status(SandboxRequest request, DateTimeOffset now) => Write(json =>
    {
        var phase = request.Phase(now);
        json.WriteStartObject();
        json.WritePropertyName("request");
        WriteRequest(json, request, "yyyy-MM-dd HH:mm:ss'+00:00'");
        json.WriteStartObject("status");
        json.WriteString("phase", phase);
        if (request.IsFinished(now) && request.Message is not null)
            json.WriteString("message", request.Message);
        json.WriteEndObject();
        if (phase == AlterStatusDocument.Applied)
        {
            WriteItems(json, "previous_offsets", request.PreviousOffsets);
            json.WriteString("applied_at", Time(request.EndsAt, "yyyy-MM-dd'T'HH:mm:ss'+0000'"));
        }
        else
        {
            json.WriteNull("applied_at");
        }

        json.WriteEndObject();
    });

    /// <summary>The answer of the list: names, or with <c>expand</c> a map by name.</summary>
    public static string Connectors(IEnumerable<SandboxConnector> connectors, IReadOnlyCollection<string> expand, DateTimeOffset now) => Write(json =>
    {
        if (expand.Count == 0)
        {
            json.WriteStartArray();
            foreach (var connector in connectors)
                json.WriteStringValue(connector.Name);
            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        foreach (var connector in connectors)
        {
            json.WriteStartObject(connector.Name);
            if (expand.Contains("id"))
                WriteId(json, connector, now);
            if (expand.Contains("info"))
                WriteInfo(json, connector, now);
            if (expand.Contains("status"))
                WriteState(json, connector, now);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>The service's error.</summary>
    public static string Error(int code, string message) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void WriteRequest(Utf8JsonWriter json, SandboxRequest request, string timeFormat)
    {
        json.WriteStartObject();
        json.WriteString("id", request.ConnectorId);
        json.WriteString("name", request.ConnectorName);
        WriteItems(json, "offsets", request.Offsets);
        json.WriteString("requested_at", Time(request.RequestedAt, timeFormat));
        json.WriteString("type", request.Type);
        json.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter json, string name, IReadOnlyList<PartitionOffset> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WritePropertyName("partition");
            json.WriteRawValue(item.Partition!.ToString(), skipInputValidation: true);
            if (item.Offset is not null)
            {
                json.WritePropertyName("offset");
                json.WriteRawValue(item.Offset.ToString(), skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteId(Utf8JsonWriter json, SandboxConnector connector, DateTimeOffset now)
    {
        json.WriteStartObject("id");
        json.WriteString("id", connector.Id(now));
        json.WriteString("id_type", "ID");
        json.WriteEndObject();
    }

    private static void WriteInfo(Utf8JsonWriter json, SandboxConnector connector, DateTimeOffset now)
    {
        var tasks = connector.Tasks(now);
        json.WriteStartObject("info");
        json.WriteString("name", connector.Name);
        json.WriteString("type", connector.Type);
        json.WriteStartObject("config");
        json.WriteString("name", connector.Name);
        json.WriteString("tasks.max", tasks.Count.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteStartArray("tasks");
        foreach (var task in tasks)
        {
            json.WriteStartObject();
            json.WriteString("connector", connector.Name);
            json.WriteNumber("task", task.Id ?? 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, SandboxConnector connector, DateTimeOffset now)
    {
        json.WriteStartObject("status");
        json.WriteString("name", connector.Name);
        json.WriteStartObject("connector");
        json.WriteString("state", connector.State(now));
        json.WriteString("worker_id", connector.Name);
        json.WriteString("trace", "");
        json.WriteEndObject();
        json.WriteStartArray("tasks");
        foreach (var task in connector.Tasks(now))
        {
            json.WriteStartObject();
            json.WriteNumber("id", task.Id ?? 0);
            json.WriteString("state", task.State);
            json.WriteString("worker_id", connector.Name);
            json.WriteString("msg", task.Trace ?? "");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("type", connector.Type);
        json.WriteEndObject();
    }

    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_writing))
            write(json);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Whole seconds, cut: that is what the service shows.</summary>
    private static string Time(DateTimeOffset time, string format) => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
