using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Commands;

namespace ConfluentOffsets.Waiting;

/// <summary>
/// Waits for many requests side by side. Each finished status is emitted as soon as it is known; errors are kept until
/// all waits have ended, so that none of them costs another's status.
/// </summary>
internal sealed class WaitSession(ConnectorCommand command, WaitOptions options)
{
    private const int ProgressId = 3405;
    private const string Activity = "Waiting for requests to alter offsets";

    private readonly object _lock = new();
    private readonly Dictionary<ServiceConnection, long> _started = [];
    private readonly List<Task> _waits = [];
    private readonly List<ErrorRecord> _errors = [];
    private int _ended;

    /// <summary>Begins to wait.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="connector">Whose request.</param>
    /// <param name="request">The request; null for the latest there is.</param>
    public void Start(ConfluentConnection connection, ConnectorAddress connector, ConnectorOffsetRequest? request)
    {
        lock (_lock)
            _waits.Add(Task.Run(() => WaitAsync(connection, connector, request), command.StopToken));
    }

    /// <summary>Completes when all waits have ended.</summary>
    /// <returns>What went wrong, in the order in which it did.</returns>
    public async Task<IReadOnlyList<ErrorRecord>> WhenAllEndedAsync()
    {
        Task[] waits;
        lock (_lock)
            waits = [.. _waits];
        await Task.WhenAll(waits).ConfigureAwait(false);
        if (waits.Length > 0)
            command.Post(() => command.WriteProgress(new ProgressRecord(ProgressId, Activity, "Ended") { RecordType = ProgressRecordType.Completed }));
        return _errors;
    }

    private async Task WaitAsync(ConfluentConnection connection, ConnectorAddress connector, ConnectorOffsetRequest? request)
    {
        var waiter = new RequestWaiter(command.Api(connection), options.Throttle);
        var submitted = request is null ? null : RequestObjects.Submitted(request, connector);
        var result = await waiter.WaitAsync(
            connector,
            submitted,
            Left(connection.Service),
            options.PollInterval,
            progress => Tell(connector, progress),
            command.StopToken).ConfigureAwait(false);

        var status = result.Status is null || result.Outcome == WaitOutcome.Superseded
            ? null
            : RequestObjects.Status(connection, connector, result.Status, submitted is null ? null : request);
        var after = result is { Outcome: WaitOutcome.Finished, Status.IsApplied: true }
            ? await FollowAsync(connection, connector, status!).ConfigureAwait(false)
            : null;
        Interlocked.Increment(ref _ended);
        if (result.Outcome == WaitOutcome.Finished)
            Emit(connector, status!, result.Status!);
        foreach (var error in WaitErrors.Of(result, connector, request, status, options.Timeout).Concat(after is null ? [] : [after]))
        {
            lock (_lock)
                _errors.Add(error);
        }
    }

    /// <summary>What is waited for after APPLIED.</summary>
    /// <returns>What went wrong, or null.</returns>
    private async Task<ErrorRecord?> FollowAsync(ConfluentConnection connection, ConnectorAddress connector, ConnectorOffsetRequestStatus status)
    {
        // One that does not run is not observed either.
        var failed = options.UntilRunning ? await RunAsync(connection, connector, status).ConfigureAwait(false) : null;
        return failed is null && options.UntilObserved ? await ObserveAsync(connection, connector, status).ConfigureAwait(false) : failed;
    }

    /// <summary>Waits until the connector runs again.</summary>
    /// <returns>What went wrong, or null.</returns>
    private async Task<ErrorRecord?> RunAsync(ConfluentConnection connection, ConnectorAddress connector, ConnectorOffsetRequestStatus status)
    {
        Tell(connector, new WaitProgress("APPLIED, not running yet", TimeSpan.Zero));
        var sighting = await new RunningWatcher(connection.Service, command.Caller, options.PollInterval)
            .UntilRunningAsync(connector, Left(connection.Service), command.StopToken)
            .ConfigureAwait(false);
        return sighting.IsReached ? null : StateErrors.AfterChange(sighting, connector, options.Timeout, status);
    }

    /// <summary>Waits until the service has observed what a change made of the offsets.</summary>
    /// <returns>What went wrong, or null.</returns>
    private async Task<ErrorRecord?> ObserveAsync(ConfluentConnection connection, ConnectorAddress connector, ConnectorOffsetRequestStatus status)
    {
        Tell(connector, new WaitProgress("APPLIED, not observed yet", TimeSpan.Zero));
        var sighting = await new OffsetsWatcher(command.Api(connection), options.PollInterval)
            .UntilObservedAsync(connector, status.AppliedTime, Left(connection.Service), command.StopToken)
            .ConfigureAwait(false);
        var since = status.AppliedAt is { } applied ? $"after the change was applied ({StaleOffsets.Time(applied)})" : "after the change was applied";
        return sighting.IsFresh ? null : StaleOffsets.Error(sighting, connector, since, options.Timeout, status);
    }

    private void Emit(ConnectorAddress connector, ConnectorOffsetRequestStatus status, AlterStatusDocument document) => command.Post(() =>
    {
        command.WriteObject(status);

        // The service may say that offsets which it does not keep must be changed by hand; wordings differ.
        if (document.IsApplied && !string.IsNullOrWhiteSpace(status.Message))
            command.WriteWarning($"Connector '{connector.ConnectorName}': {OffsetText.Printable(status.Message)}");
    });

    private void Tell(ConnectorAddress connector, WaitProgress progress)
    {
        int count;
        lock (_lock)
            count = _waits.Count;
        var one = string.Create(CultureInfo.InvariantCulture, $"{connector.ConnectorName}: {progress.Phase}, {progress.Elapsed.TotalSeconds:0} s");
        var text = count == 1 ? one : string.Create(CultureInfo.InvariantCulture, $"{_ended} of {count} ended; {one}");
        command.Post(() => command.WriteProgress(new ProgressRecord(ProgressId, Activity, text)));
    }

    /// <summary>The time-out holds over all waits: a later one has only what is left.</summary>
    private TimeSpan Left(ServiceConnection service)
    {
        lock (_lock)
        {
            if (!_started.TryGetValue(service, out var started))
                _started[service] = started = service.Time.GetTimestamp();
            var left = options.Timeout - service.Time.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
