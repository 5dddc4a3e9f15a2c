using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>The last look at a connector that is waited for.</summary>
/// <param name="Connector">Null where no look was answered.</param>
/// <param name="IsReached">Whether it is as it was waited for.</param>
/// <param name="Failure">What made the last look fail, or null.</param>
internal sealed record ConnectorSighting(ConnectorDocument? Connector, bool IsReached, ServiceException? Failure);

/// <summary>Looks at connectors until they are as wanted.</summary>
/// <param name="connection">Where.</param>
/// <param name="caller">Who calls.</param>
/// <param name="firstGap">Between the first two looks.</param>
internal sealed class ConnectorWatcher(ServiceConnection connection, Caller caller, TimeSpan firstGap)
{
    /// <summary>So long a failure that is there may be the one from before, and pass.</summary>
    public static readonly TimeSpan MayPass = TimeSpan.FromSeconds(10);

    private readonly ConnectorsApi _api = new(connection, caller);

    private TimeProvider Time => connection.Time;

    /// <summary>Looks until the connector is paused, with all its tasks but those that have failed, which stay so.</summary>
    /// <inheritdoc cref="UntilAsync"/>
    public Task<ConnectorSighting> UntilPausedAsync(ConnectorAddress connector, TimeSpan timeout, Action<ConnectorDocument, TimeSpan> seen, CancellationToken cancellationToken) =>
        UntilAsync(connector, timeout, Told(seen, (now, _) => now.IsPaused && now.Tasks.All(t => t.IsPaused || t.HasFailed) ? true : null), cancellationToken);

    /// <summary>Looks until the connector and all its tasks run, or one of them does not come back from a failure.</summary>
    /// <inheritdoc cref="UntilAsync"/>
    public Task<ConnectorSighting> UntilResumedAsync(ConnectorAddress connector, TimeSpan timeout, Action<ConnectorDocument, TimeSpan> seen, CancellationToken cancellationToken) =>
        UntilAsync(connector, timeout, Told(seen, (now, elapsed) => now.IsRunning ? true : now.HasFailed && elapsed >= MayPass ? false : null), cancellationToken);

    /// <summary>Looks until somebody has seen enough.</summary>
    /// <param name="connector">Which.</param>
    /// <param name="timeout">Over all; zero looks once.</param>
    /// <param name="judge">Given what is seen and when, since the first look: true, it is as wanted; false, it will not be; null, look on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ConnectorSighting> UntilAsync(
        ConnectorAddress connector,
        TimeSpan timeout,
        Func<ConnectorDocument, TimeSpan, bool?> judge,
        CancellationToken cancellationToken)
    {
        var schedule = new PollSchedule(firstGap);
        var started = Time.GetTimestamp();
        ConnectorDocument? seen = null;
        while (true)
        {
            ServiceException? failure = null;
            try
            {
                seen = await TimedLook
                    .RunAsync(connection, caller.Log, timeout - Time.GetElapsedTime(started), (turn, token) => _api.Within(turn).GetAsync(connector, singleAttempt: true, token), cancellationToken)
                    .ConfigureAwait(false);
                if (judge(seen, Time.GetElapsedTime(started)) is { } isReached)
                    return new ConnectorSighting(seen, isReached, null);
            }
            catch (ServiceException e)
            {
                failure = e;
                if (!e.IsTransient)
                    return new ConnectorSighting(seen, false, e);
            }

            var elapsed = Time.GetElapsedTime(started);
            if (elapsed >= timeout)
                return new ConnectorSighting(seen, false, failure);
            var gap = schedule.Next(elapsed, failure);
            await Task.Delay(gap < timeout - elapsed ? gap : timeout - elapsed, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Func<ConnectorDocument, TimeSpan, bool?> Told(Action<ConnectorDocument, TimeSpan> seen, Func<ConnectorDocument, TimeSpan, bool?> judge) => (now, elapsed) =>
    {
        seen(now, elapsed);
        return judge(now, elapsed);
    };
}
