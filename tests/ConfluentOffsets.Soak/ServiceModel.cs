using System.Globalization;
using System.Text;

namespace ConfluentOffsets.Soak;

/// <summary>An answer before it is put on the wire.</summary>
internal sealed record ModelAnswer(string Status, string Body);

/// <summary>The connectors of one cluster, and which intents the service accepted how often.</summary>
internal sealed class ServiceModel
{
    public const string EnvironmentId = "env-soak";
    public const string KafkaClusterId = "lkc-soak";

    private readonly FaultPlan _plan;
    private readonly int[] _accepted;
    private readonly bool[] _late;

    public ServiceModel(TimeProvider time, FaultPlan plan, int connectors, int intents)
    {
        _plan = plan;
        _accepted = new int[intents + 1];
        _late = new bool[intents + 1];
        Connectors = [.. Enumerable.Range(0, connectors).Select(i => new ModelConnector(time, string.Create(CultureInfo.InvariantCulture, $"soak-{i}"), tellsFractions: i % 2 == 0))];
    }

    public IReadOnlyList<ModelConnector> Connectors { get; }

    /// <summary>How many POSTs of an intent were accepted.</summary>
    public int Accepted(int intent) => Volatile.Read(ref _accepted[intent]);

    /// <summary>Whether a POST of an intent may have been processed when the client had given up.</summary>
    public bool IsLate(int intent) => Volatile.Read(ref _late[intent]);

    /// <summary>Takes note that a POST will be processed late.</summary>
    public void NoteLate(int intent) => Volatile.Write(ref _late[intent], true);

    /// <summary>The connector that a path is about, or null.</summary>
    public ModelConnector? ConnectorOf(string path)
    {
        var rest = path.Split("/connectors/", 2);
        return rest.Length < 2 ? null : Connectors.FirstOrDefault(c => rest[1].StartsWith(c.Name + "/", StringComparison.Ordinal));
    }

    /// <summary>Does what a request asks for.</summary>
    public ModelAnswer Process(WireRequest request, int intent)
    {
        var connector = ConnectorOf(request.Path);
        if (request.Method == "POST" && connector is not null)
            return Accept(connector, request.Body, intent);
        if (connector is null)
            return new ModelAnswer("200 OK", request.Target.Contains("expand=", StringComparison.Ordinal) ? ExpandedList() : NameList());
        return (request.Path.EndsWith("/status", StringComparison.Ordinal) ? connector.StatusAnswer() : connector.OffsetsAnswer()) is { } body
            ? new ModelAnswer("200 OK", body)
            : new ModelAnswer("404 Not Found", """{"error":{"code":404,"message":"no request"}}""");
    }

    private ModelAnswer Accept(ModelConnector connector, byte[] body, int intent)
    {
        var duration = TimeSpan.FromSeconds(0.5 + (_plan.Choose(100) / 10.0));
        if (connector.Accept(body, intent, duration, fails: _plan.Choose(10) == 0) is { } answer)
        {
            Interlocked.Increment(ref _accepted[intent]);
            return new ModelAnswer("202 Accepted", answer);
        }

        return _plan.Choose(2) == 0
            ? new ModelAnswer("409 Conflict", """{"error":{"code":409,"message":"busy"}}""")
            : new ModelAnswer("400 Bad Request", """{"error_code":400,"message":"busy"}""");
    }

    private string NameList() => $"[{string.Join(',', Connectors.Select(c => $"\"{c.Name}\""))}]";

    private string ExpandedList()
    {
        var text = new StringBuilder("{");
        foreach (var connector in Connectors)
        {
            text.Append(text.Length > 1 ? "," : "").Append(
                CultureInfo.InvariantCulture,
                $$$"""
                "{{{connector.Name}}}":{"id":{"id":"lcc-{{{connector.Name}}}"},"info":{"type":"sink"},"status":{"connector":{"state":"RUNNING"},"tasks":[]}}
                """);
        }

        return text.Append('}').ToString();
    }
}
