using System.Globalization;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>
/// A connector of the sandbox. All that can be seen of it is a function of the time and of the requests accepted so far;
/// nothing happens in the background. Callers take turns.
/// </summary>
internal sealed class SandboxConnector
{
    private static readonly TimeSpan s_observationInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long the last observation lies back when the sandbox begins.</summary>
    private static readonly TimeSpan s_firstLag = TimeSpan.FromSeconds(3);

    /// <summary>How long after it was asked a connector is paused or resumed.</summary>
    private static readonly TimeSpan s_obeyTime = TimeSpan.FromSeconds(2);

    /// <summary>How long a connector takes to run again after its offsets were changed.</summary>
    private static readonly TimeSpan s_startTime = TimeSpan.FromSeconds(2);

    /// <summary>How long a partition without an offset takes to have one again.</summary>
    private static readonly TimeSpan s_startOverTime = TimeSpan.FromSeconds(10);

    /// <summary>So long there is nothing new in a patched partition: time to look at it.</summary>
    private static readonly TimeSpan s_restAfterPatch = TimeSpan.FromSeconds(30);

    private readonly bool _isSink;
    private IReadOnlyList<SandboxPosition> _positions;
    private SandboxObservation _observedBefore;
    private DateTimeOffset _observedFrom;
    private SandboxRequest? _latest;
    private SandboxRequest? _beforeLatest;
    private readonly string? _taskFailure;
    private string _id;
    private readonly Queue<(DateTimeOffset At, bool Pauses)> _asked = [];
    private bool _isPaused;
    private DateTimeOffset _resumedAt = DateTimeOffset.MinValue;

    public SandboxConnector(string environmentId, string kafkaClusterId, string id, string name, IReadOnlyList<PartitionOffset> offsets, DateTimeOffset now)
    {
        EnvironmentId = environmentId;
        KafkaClusterId = kafkaClusterId;
        Name = name;
        _id = id;
        _isSink = offsets.Any(o => SinkPartition.TryRead(o.Partition) is not null);
        Type = _isSink ? "sink" : offsets.Count > 0 ? "source" : "unknown";
        _positions = [.. offsets.Select(o => new SandboxPosition(o.Partition!, o.Offset!, now, now))];
        _observedBefore = new SandboxObservation(now - s_firstLag, offsets);
        _observedFrom = now - s_firstLag + s_observationInterval;
    }

    public string EnvironmentId { get; }

    public string KafkaClusterId { get; }

    public string Name { get; }

    /// <summary><c>sink</c>, <c>source</c>, or <c>unknown</c> where it began without offsets.</summary>
    public string Type { get; }

    /// <summary>
    /// Why the task of its last partition has failed; null where none has. A record that cannot be processed is in the
    /// way there, until the partition's offset is beyond it.
    /// </summary>
    public string? TaskFailure
    {
        get => _taskFailure;
        init
        {
            _taskFailure = value;
            if (value is not null)
                _positions = [.. _positions.SkipLast(1), _positions[^1] with { BadRecord = SinkPartition.TryReadOffset(_positions[^1].Offset) }];
        }
    }

    /// <summary>A recreated connector has its new id when its offsets are changed.</summary>
    public string Id(DateTimeOffset now) => _latest is { } latest && !latest.IsFinished(now) ? latest.ConnectorId : _id;

    /// <summary>It stops while its offsets are changed, and takes a moment to run again.</summary>
    public string State(DateTimeOffset now)
    {
        CatchUp(now);
        return _isPaused || _latest?.IsFinished(now) == false ? "PAUSED"
            : now < _resumedAt + s_startTime || now < _latest?.EndsAt + s_startTime ? "PROVISIONING"
            : ConnectorDocument.Running;
    }

    /// <summary>Its tasks: one, and where one has failed another that has not.</summary>
    public IReadOnlyList<ConnectorTaskDocument> Tasks(DateTimeOffset now)
    {
        var state = State(now);
        var healthy = new ConnectorTaskDocument(0, state, null);
        return _positions.Any(p => p.IsStuck)
            ? [healthy, new ConnectorTaskDocument(1, state == "PAUSED" ? state : ConnectorDocument.Failed, state == "PAUSED" ? null : TaskFailure)]
            : [healthy];
    }

    /// <summary>Stops its work in a moment, until it is resumed. Observations go on.</summary>
    public void Pause(DateTimeOffset now) => _asked.Enqueue((now + s_obeyTime, true));

    /// <summary>Goes on with its work in a moment.</summary>
    public void Resume(DateTimeOffset now) => _asked.Enqueue((now + s_obeyTime, false));

    /// <summary>The offsets as the service last saw them, which is a while ago.</summary>
    public SandboxObservation Observation(DateTimeOffset now)
    {
        CatchUp(now);
        return Observed(now);
    }

    /// <summary>The latest request that the status endpoint knows of.</summary>
    public SandboxRequest? Request(DateTimeOffset now) => now >= _latest?.ShownFrom ? _latest : _beforeLatest;

    /// <summary>Reads a POST's body as this connector must.</summary>
    /// <exception cref="SandboxRefusalException">400.</exception>
    public SandboxRequestBody Read(ReadOnlyMemory<byte> body) => SandboxRequestBody.Read(body, _isSink);

    /// <summary>Accepts a request, and settles what becomes of it.</summary>
    /// <exception cref="SandboxRefusalException">409: one is under way.</exception>
    public SandboxRequest Accept(SandboxRequestBody body, SandboxCourse course, DateTimeOffset now)
    {
        CatchUp(now);
        if (_latest is not null && !_latest.IsFinished(now))
            throw new SandboxRefusalException(409, $"A request to alter the offsets of connector '{Name}' is in progress. One at a time.");
        if (course.IgnoresPartitions && body.IsDelete)
            body = body with { Offsets = [] };

        var keys = body.Offsets.Select(o => SandboxPosition.KeyOf(o.Partition!)).ToHashSet(StringComparer.Ordinal);
        var request = new SandboxRequest
        {
            ConnectorId = _id,
            ConnectorName = Name,
            Type = body.Type,
            Offsets = body.Offsets,
            RequestedAt = now,
            EndsAt = now + course.Duration,
            ShownFrom = now + course.StatusLag,
            IsValidated = course.IsValidated,
            Fails = course.Fails,
            Message = Message(body, course),
            PreviousOffsets = [.. Shown(now).Where(p => body.IsForAll || keys.Contains(p.Key)).Select(p => p.At(now))],
        };

        // The connector stops now, and goes on from its new offsets when the request has ended.
        _observedBefore = Observed(now);
        _observedFrom = request.EndsAt + s_observationInterval;
        _positions = Stopped(now, request.EndsAt);
        if (!course.Fails)
            _positions = body.IsDelete ? Reset(body.IsForAll ? null : keys, request.EndsAt) : Altered(body, request.EndsAt);
        if (_isPaused)
            _positions = Frozen(_positions, request.EndsAt);
        _id = course.NewConnectorId ?? _id;
        (_beforeLatest, _latest) = (Request(now), request);
        return request;
    }

    /// <summary>Accepts somebody else's request, which changes nothing.</summary>
    public void Occupy(SandboxCourse course, DateTimeOffset now) =>
        Accept(new SandboxRequestBody(AlterRequestWriter.Patch, [.. OffsetsAt(now).Take(1)]), course, now);

    private SandboxObservation Observed(DateTimeOffset now)
    {
        if (now < _observedFrom)
            return _observedBefore;

        var at = _observedFrom + (s_observationInterval * ((now - _observedFrom).Ticks / s_observationInterval.Ticks));
        return new SandboxObservation(at, OffsetsAt(at));
    }

    /// <summary>Does what it was asked to by then, each at its time.</summary>
    private void CatchUp(DateTimeOffset now)
    {
        while (_asked.TryPeek(out var asked) && asked.At <= now)
        {
            _asked.Dequeue();
            if (asked.Pauses == _isPaused)
                continue;
            KeepObservation(asked.At);
            _isPaused = asked.Pauses;
            if (_isPaused)
                _positions = Frozen(_positions, Settled(asked.At));
            else
                Start(asked.At);
        }
    }

    private void Start(DateTimeOffset now)
    {
        _resumedAt = now;
        var from = Settled(now) + s_startTime;
        _positions = [.. _positions.Select(p => p.ShownFrom == SandboxPosition.Never ? StartingOver(p, from) : p with { MovesFrom = from })];
    }

    /// <summary>When what is under way has ended; now, where nothing is.</summary>
    private DateTimeOffset Settled(DateTimeOffset now) => _latest?.EndsAt > now ? _latest.EndsAt : now;

    /// <summary>What was seen stays seen: the next look comes at its usual time, and sees what is then.</summary>
    private void KeepObservation(DateTimeOffset now)
    {
        if (now < _observedFrom)
            return;
        _observedBefore = Observed(now);
        _observedFrom = _observedBefore.At + s_observationInterval;
    }

    /// <summary>Where positions stand at a time, and stay; one that is not shown by then waits until the connector works again.</summary>
    private static IReadOnlyList<SandboxPosition> Frozen(IReadOnlyList<SandboxPosition> positions, DateTimeOffset at) =>
    [
        .. positions.Select(p => p with
        {
            Offset = p.At(at).Offset!,
            ShownFrom = p.ShownFrom <= at ? p.ShownFrom : SandboxPosition.Never,
            MovesFrom = SandboxPosition.Never,
        }),
    ];

    private IReadOnlyList<PartitionOffset> OffsetsAt(DateTimeOffset time) => [.. Shown(time).Select(p => p.At(time))];

    private IEnumerable<SandboxPosition> Shown(DateTimeOffset time) => _positions.Where(p => p.ShownFrom <= time);

    private IReadOnlyList<SandboxPosition> Stopped(DateTimeOffset now, DateTimeOffset until) =>
    [
        .. _positions.Select(p => p with
        {
            Offset = p.At(now).Offset!,
            ShownFrom = p.ShownFrom <= now || p.ShownFrom == SandboxPosition.Never ? p.ShownFrom : until + (p.ShownFrom - now),
            MovesFrom = p.MovesFrom <= now ? until : p.MovesFrom == SandboxPosition.Never ? p.MovesFrom : until + (p.MovesFrom - now),
        }),
    ];

    private IReadOnlyList<SandboxPosition> Reset(HashSet<string>? keys, DateTimeOffset now) =>
        [.. _positions.Select(p => keys is null || keys.Contains(p.Key) ? StartedOver(p, now) : p)];

    /// <summary>What is there keeps its own literal of the partition; what is not is added.</summary>
    private List<SandboxPosition> Altered(SandboxRequestBody body, DateTimeOffset now)
    {
        var left = new Dictionary<string, PartitionOffset>(StringComparer.Ordinal);
        foreach (var item in body.Offsets)
            left[SandboxPosition.KeyOf(item.Partition!)] = item;

        var altered = _positions.Select(p => left.Remove(p.Key, out var item) ? Patched(p, item.Offset!, now) : p).ToList();
        altered.AddRange(left.Values.Select(item => Patched(new SandboxPosition(item.Partition!, item.Offset!, now, now), item.Offset!, now)));
        return altered;
    }

    private static SandboxPosition Patched(SandboxPosition position, JsonMapNode offset, DateTimeOffset now) =>
        position with { Offset = offset, ShownFrom = now, MovesFrom = now + s_restAfterPatch };

    private static SandboxPosition StartedOver(SandboxPosition position, DateTimeOffset now) =>
        StartingOver(position with { Offset = SandboxMotion.Beginning(position.Offset) }, now);

    private static SandboxPosition StartingOver(SandboxPosition position, DateTimeOffset now) => position with
    {
        ShownFrom = now + s_startOverTime,
        MovesFrom = now + s_startOverTime,
    };

    /// <summary>As the service says it of change data capture, whose log position also lives in the database.</summary>
    private string? Message(SandboxRequestBody body, SandboxCourse course)
    {
        if (course.Fails)
            return "The offsets could not be altered: the connector did not stop in time. It goes on with the offsets that it had.";
        if (!_positions.Any(p => p.Partition.Contains("server")))
            return null;
        return string.Create(CultureInfo.InvariantCulture, $"Offsets {(body.IsDelete ? "reset" : "altered")}; those that the connector keeps outside Connect have to be {(body.IsDelete ? "reset" : "altered")} there by hand.");
    }
}
