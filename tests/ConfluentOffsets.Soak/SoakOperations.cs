using System.Collections.Concurrent;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Soak;

/// <summary>The operations, each with what must be true of its result.</summary>
internal sealed class SoakOperations
{
    /// <summary>Much longer than any request of the model takes, all faults counted.</summary>
    private static readonly TimeSpan s_waitAtMost = TimeSpan.FromMinutes(10);

    private readonly ServiceModel _model;
    private readonly SoakReport _report;
    private readonly SoakOptions _options;
    private readonly TimeProvider _time;
    private readonly OffsetsApi _api;
    private readonly ConnectorsApi _connectors;
    private readonly OffsetAlteration _alteration;
    private readonly RequestWaiter _waiter;
    private readonly Lease[] _leases;
    private readonly Fate[] _fates;
    private readonly ConcurrentQueue<(string Operation, int Intent)> _uncertain = new();

    public SoakOperations(ServiceConnection connection, ServiceModel model, SoakReport report, SoakOptions options)
    {
        (_model, _report, _options, _time) = (model, report, options, connection.Time);
        _api = new OffsetsApi(connection, Caller.None);
        _connectors = new ConnectorsApi(connection, Caller.None);
        _alteration = new OffsetAlteration(_api);
        _waiter = new RequestWaiter(_api, new Throttle(options.Parallel));
        _leases = [.. model.Connectors.Select(c => new Lease(c))];
        _fates = new Fate[options.Count + 1];
    }

    /// <summary>What the client said of an intent.</summary>
    private enum Fate : byte
    {
        NotPosted,
        Accepted,
        Refused,
        Uncertain,
    }

    /// <summary>Does the operation of that number.</summary>
    public async Task DoAsync(int number, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked((_options.Seed * 1_000_003) + number));
        var connector = _model.Connectors[random.Next(_model.Connectors.Count)];
        try
        {
            await (random.Next(100) switch
            {
                < 28 => GetAsync(connector, cancellationToken),
                < 48 => StatusAsync(connector, cancellationToken),
                < 56 => ListAsync(expanded: random.Next(2) == 0, cancellationToken),
                _ => AlterOrWaitAsync(number, random, cancellationToken),
            });
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _report.Violation($"Operation {number} ended by {e}");
        }
    }

    /// <summary>Checks each intent against what the service accepted of it.</summary>
    public void CheckIntents()
    {
        for (var intent = 1; intent < _fates.Length; intent++)
        {
            var accepted = _model.Accepted(intent);
            if (accepted > 1)
                _report.Violation($"Intent {intent} was accepted {accepted} times.");
            else if (accepted == 0 && _fates[intent] == Fate.Accepted)
                _report.Violation($"Intent {intent} was said to be accepted, and was not.");
            else if (accepted == 1 && _fates[intent] is Fate.Refused or Fate.NotPosted)
                _report.Violation($"Intent {intent} was said to have failed, and was accepted.");
        }

        foreach (var (operation, intent) in _uncertain)
            _report.Count(operation, $"uncertain and {(_model.Accepted(intent) > 0 ? "" : "not ")}accepted");
    }

    private async Task GetAsync(ModelConnector connector, CancellationToken cancellationToken)
    {
        var first = connector.Version;
        var document = await _api.GetOffsetsAsync(Address(connector), cancellationToken);
        var text = $"[{string.Join(',', document.Offsets.Select(o => $$$"""{"partition":{{{o.Partition}}},"offset":{{{o.Offset}}}}"""))}]";
        if (!connector.VersionsBetween(first, connector.Version).Contains(text))
            _report.Violation($"{connector.Name} never had the offsets {text}.");
        _report.Count("Get", "right");
    }

    private async Task StatusAsync(ModelConnector connector, CancellationToken cancellationToken)
    {
        var (first, since) = (connector.Latest?.Number ?? 0, _time.GetUtcNow());
        try
        {
            var status = await _api.GetStatusAsync(Address(connector), singleAttempt: false, cancellationToken);
            var now = _time.GetUtcNow();
            if (!connector.Requests.Any(r => r.Number >= first && r.RequestedAt == status.Request.RequestedAt?.Text && IsTrue(status, r, since, now)))
                _report.Violation($"{connector.Name} never had the status {status}.");
            _report.Count("Status", "right");
        }
        catch (ServiceException e) when (e.Kind == FailureKind.RequestNotFound)
        {
            if (first > 0)
                _report.Violation($"{connector.Name} had a status, and it was not found: {e.Message}");
            _report.Count("Status", "none yet");
        }
    }

    private async Task ListAsync(bool expanded, CancellationToken cancellationToken)
    {
        var names = expanded
            ? (await _connectors.ListAsync(ServiceModel.EnvironmentId, ServiceModel.KafkaClusterId, singleAttempt: false, cancellationToken)).Select(c => c.Name)
            : await _connectors.ListNamesAsync(ServiceModel.EnvironmentId, ServiceModel.KafkaClusterId, cancellationToken);
        if (!names.SequenceEqual(_model.Connectors.Select(c => c.Name)))
            _report.Violation($"The list has {string.Join(", ", names)}.");
        _report.Count("List", "right");
    }

    /// <summary>Has one connector to itself: nobody else's identical request can be mistaken for ours.</summary>
    private async Task AlterOrWaitAsync(int number, Random random, CancellationToken cancellationToken)
    {
        var at = random.Next(_leases.Length);
        while (!_leases[at].TryTake())
            at = (at + 1) % _leases.Length;
        var lease = _leases[at];
        try
        {
            // Now and then somebody does not wait.
            if (lease.Request is not null && random.Next(10) > 0)
                await WaitAsync(lease, cancellationToken);
            else
                await AlterAsync(lease, number, random, cancellationToken);
        }
        finally
        {
            lease.Release();
        }
    }

    private async Task AlterAsync(Lease lease, int intent, Random random, CancellationToken cancellationToken)
    {
        var connector = lease.Connector;
        var isReset = random.Next(3) == 0;
        var partition = random.Next(ModelConnector.Partitions);
        var item = new PartitionOffset(
            JsonMapNode.Parse(connector.PartitionText(partition)),
            isReset ? null : JsonMapNode.Parse($$$"""{"kafka_offset":{{{intent}}}}"""));
        var operation = isReset ? "Reset" : "Set";
        var (before, wasBusy) = (connector.Latest?.Number, connector.IsBusy);
        connector.Intent = intent;
        lease.Request = null;
        try
        {
            var request = await _alteration.SubmitAsync(
                Address(connector),
                isReset ? AlterRequestWriter.Delete : AlterRequestWriter.Patch,
                isReset && random.Next(2) == 0 ? null : [item],
                cancellationToken);
            _fates[intent] = Fate.Accepted;
            (lease.Request, lease.Intent) = (request, intent);
            if (connector.Latest is { } latest && latest.Intent == intent && request.RequestedAt is { } at && at.Text != latest.RequestedAt)
                _report.Violation($"Intent {intent} was requested at {latest.RequestedAt}, not at {at.Text}.");
            _report.Count(operation, "accepted");
        }
        catch (ServiceException e)
        {
            _fates[intent] = e.Kind == FailureKind.Uncertain ? Fate.Uncertain : Fate.Refused;
            var isAccepted = _model.Accepted(intent) > 0;
            var isLatest = connector.Latest?.Intent == intent;
            if (e.Kind == FailureKind.Uncertain && isAccepted && isLatest && !_model.IsLate(intent))
                _report.Violation($"Intent {intent} was accepted, any look showed it, and it was said to be uncertain: {e.Message}");
            if (e.Kind is FailureKind.Conflict or FailureKind.InvalidRequest && !wasBusy && before == connector.Latest?.Number)
                _report.Violation($"Intent {intent} met nobody, and was said to be in conflict: {e.Message}");
            if (e.Kind is not (FailureKind.Conflict or FailureKind.InvalidRequest or FailureKind.Uncertain))
                _report.Violation($"Intent {intent} ended by {e.Kind}: {e.Message}");
            if (e.Kind == FailureKind.Uncertain)
                _uncertain.Enqueue((operation, intent));
            else
                _report.Count(operation, "in conflict");
        }
    }

    private async Task WaitAsync(Lease lease, CancellationToken cancellationToken)
    {
        var (connector, request, intent) = (lease.Connector, lease.Request!, lease.Intent);
        var since = _time.GetUtcNow();
        lease.Request = null;
        var result = await _waiter.WaitAsync(request.Connector, request, s_waitAtMost, TimeSpan.FromSeconds(1), _ => { }, cancellationToken);
        var now = _time.GetUtcNow();
        var isRight = result.Outcome switch
        {
            WaitOutcome.Finished => connector.Requests.Any(r => r.Intent == intent && IsTrue(result.Status!, r, since, now)),
            WaitOutcome.Superseded => connector.Latest!.Intent != intent,
            _ => false,
        };
        if (!isRight)
            _report.Violation($"The wait for intent {intent} ended by {result}.");
        _report.Count("Wait", result.Status?.Phase ?? result.Outcome.ToString());
    }

    /// <summary>Whether a status tells the truth about a request, at some moment between two.</summary>
    private static bool IsTrue(AlterStatusDocument status, ModelRequest request, DateTimeOffset since, DateTimeOffset now) =>
        status.Request.Type == request.Type
        && (status.IsFinished
            ? request.EndsAt <= now && status.IsFailed == request.Fails
            : request.EndsAt >= since);

    private static ConnectorAddress Address(ModelConnector connector) => new(ServiceModel.EnvironmentId, ServiceModel.KafkaClusterId, connector.Name);

    /// <summary>A connector that one worker at a time alters, and the request that it may still wait for.</summary>
    private sealed class Lease(ModelConnector connector)
    {
        private int _taken;

        public ModelConnector Connector => connector;

        public SubmittedRequest? Request { get; set; }

        public int Intent { get; set; }

        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

        public void Release() => Volatile.Write(ref _taken, 0);
    }
}
