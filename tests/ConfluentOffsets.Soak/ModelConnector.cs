using System.Globalization;
using System.Text.Json;

namespace ConfluentOffsets.Soak;

/// <summary>A request that the service accepted.</summary>
internal sealed record ModelRequest(int Number, int Intent, string Type, string Offsets, string RequestedAt, DateTimeOffset EndsAt, bool Fails, string Previous);

/// <summary>One connector as it really is: what the answers are made of, and what the results are checked against.</summary>
internal sealed class ModelConnector(TimeProvider time, string name, bool tellsFractions)
{
    /// <summary>How much of the past is kept: more than happens while one answer is on its way.</summary>
    private const int Kept = 16;

    public const int Partitions = 4;

    private readonly object _lock = new();
    private readonly Queue<string> _versions = new();
    private readonly Queue<ModelRequest> _requests = new();
    private long?[] _offsets = [0, 0, 0, 0];
    private ModelRequest? _latest;
    private bool _isUnderWay;
    private int _version = -1;

    public string Name => name;

    /// <summary>What a POST that arrives now is for; set by whoever posts.</summary>
    public int Intent { get; set; }

    /// <summary>The number of the state of its offsets.</summary>
    public int Version
    {
        get
        {
            lock (_lock)
            {
                Settle();
                return _version;
            }
        }
    }

    /// <summary>The latest accepted request, or null.</summary>
    public ModelRequest? Latest
    {
        get
        {
            lock (_lock)
                return _latest;
        }
    }

    /// <summary>Whether a request is under way.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
            {
                Settle();
                return _isUnderWay;
            }
        }
    }

    /// <summary>The offsets in those states, as <see cref="Text(int, long)"/> tells them.</summary>
    public IReadOnlyList<string> VersionsBetween(int first, int last)
    {
        lock (_lock)
            return [.. _versions.Skip(Math.Max(0, first - (_version - _versions.Count + 1))).Take(last - first + 1)];
    }

    /// <summary>The latest accepted requests.</summary>
    public IReadOnlyList<ModelRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>One partition and its offset.</summary>
    public string Text(int partition, long offset) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"partition":{{{PartitionText(partition)}}},"offset":{"kafka_offset":{{{offset}}}}}""");

    public string PartitionText(int partition) => string.Create(CultureInfo.InvariantCulture, $$$"""{"kafka_topic":"{{{name}}}","kafka_partition":{{{partition}}}}""");

    /// <summary>The body of GET offsets.</summary>
    public string OffsetsAnswer()
    {
        lock (_lock)
        {
            Settle();
            return $$$"""{"id":"lcc-{{{name}}}","name":"{{{name}}}","offsets":{{{OffsetsText()}}},"metadata":{"observed_at":"{{{Stamp()}}}"}}""";
        }
    }

    /// <summary>The body of GET status, or null where no request was made yet.</summary>
    public string? StatusAnswer()
    {
        lock (_lock)
        {
            Settle();
            if (_latest is not { } request)
                return null;
            var phase = _isUnderWay ? "PENDING" : request.Fails ? "FAILED" : "APPLIED";
            var appliedAt = phase == "APPLIED" ? $",\"applied_at\":\"{request.EndsAt:yyyy-MM-dd HH:mm:ss}+00:00\"" : "";
            return $$$"""{"request":{{{RequestText(request)}}},"status":{"phase":"{{{phase}}}","message":""},"previous_offsets":{{{request.Previous}}}{{{appliedAt}}}}""";
        }
    }

    /// <summary>Takes a request to alter offsets.</summary>
    /// <returns>The body of the answer, or null where another is under way.</returns>
    public string? Accept(byte[] body, int intent, TimeSpan duration, bool fails)
    {
        using var document = JsonDocument.Parse(body);
        var type = document.RootElement.GetProperty("type").GetString()!;
        var offsets = document.RootElement.TryGetProperty("offsets", out var list) ? list.GetRawText() : "null";
        lock (_lock)
        {
            Settle();
            if (_isUnderWay)
                return null;
            _latest = new ModelRequest((_latest?.Number ?? 0) + 1, intent, type, offsets, Stamp(), time.GetUtcNow() + duration, fails, OffsetsText());
            _isUnderWay = true;
            Keep(_requests, _latest);
            return RequestText(_latest);
        }
    }

    private static void Keep<T>(Queue<T> past, T one)
    {
        past.Enqueue(one);
        if (past.Count > Kept)
            past.Dequeue();
    }

    private string RequestText(ModelRequest request) =>
        $$"""{"id":"lcc-{{name}}","name":"{{name}}","type":"{{request.Type}}","offsets":{{request.Offsets}},"requested_at":"{{request.RequestedAt}}"}""";

    private string Stamp() => time.GetUtcNow().ToString(tellsFractions ? "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'" : "yyyy-MM-dd HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);

    private string OffsetsText() =>
        $"[{string.Join(',', _offsets.Select((o, i) => o is { } offset ? Text(i, offset) : null).Where(t => t is not null))}]";

    /// <summary>Does what has become due.</summary>
    private void Settle()
    {
        if (_version < 0)
            NextVersion();
        if (!_isUnderWay || time.GetUtcNow() < _latest!.EndsAt)
            return;
        _isUnderWay = false;
        if (_latest.Fails)
            return;
        Apply(_latest);
        NextVersion();
    }

    private void NextVersion()
    {
        _version++;
        Keep(_versions, OffsetsText());
    }

    private void Apply(ModelRequest request)
    {
        if (request.Offsets == "null")
        {
            _offsets = new long?[Partitions];
            return;
        }

        using var list = JsonDocument.Parse(request.Offsets);
        foreach (var item in list.RootElement.EnumerateArray())
        {
            var partition = item.GetProperty("partition").GetProperty("kafka_partition").GetInt32();
            _offsets[partition] = request.Type == "PATCH" ? item.GetProperty("offset").GetProperty("kafka_offset").GetInt64() : null;
        }
    }
}
