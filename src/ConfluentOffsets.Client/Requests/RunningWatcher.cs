using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>The last look at whether a connector runs.</summary>
/// <param name="Connector">Null where no look was answered.</param>
/// <param name="IsRunning">Whether it and all its tasks run.</param>
/// <param name="Failure">What made the last look fail, or null.</param>
internal sealed record RunningSighting(ConnectorDocument? Connector, bool IsRunning, ServiceException? Failure);

/// <summary>Looks at connectors until they run again.</summary>
/// <param name="connection">Where.</param>
/// <param name="caller">Who calls.</param>
/// <param name="firstGap">Between the first two looks.</param>
internal sealed class RunningWatcher(ServiceConnection connection, Caller caller, TimeSpan firstGap)
{
    /// <summary>
    /// So long a failure that was there at the first look may be the one from before the change, and a pause one that
    /// the change brings with it.
    /// </summary>
    private static readonly TimeSpan s_mayPass = TimeSpan.FromSeconds(10);

    private readonly ConnectorsApi _api = new(connection, caller);

    private TimeProvider Time => connection.Time;

    /// <summary>Looks until the connector and all its tasks run, or one has failed, or it stays paused.</summary>
    /// <param name="connector">Which.</param>
    /// <param name="timeout">Over all; zero looks once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RunningSighting> UntilRunningAsync(ConnectorAddress connector, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var schedule = new PollSchedule(firstGap);
        var started = Time.GetTimestamp();
        ConnectorDocument? seen = null;
        var failedFromTheStart = true;
        var ran = false;
        var wasDown = false;
        long? pausedAt = null;
        while (true)
        {
            ServiceException? failure = null;
            try
            {
                seen = await TimedLook
                    .RunAsync(connection, caller.Log, timeout - Time.GetElapsedTime(started), token => _api.GetAsync(connector, singleAttempt: true, token), cancellationToken)
                    .ConfigureAwait(false);

                // What was seen once may be from before the change, or have no tasks yet; some answers never tell of any.
                if (seen.IsRunning && (ran || (wasDown && seen.Tasks.Count > 0)))
                    return new RunningSighting(seen, true, null);
                ran = seen.IsRunning;
                wasDown |= !seen.IsRunning;
                failedFromTheStart &= seen.HasFailed;
                if (seen.HasFailed && !(failedFromTheStart && Time.GetElapsedTime(started) < s_mayPass))
                    return new RunningSighting(seen, false, null);
                pausedAt = seen.IsPaused ? pausedAt ?? Time.GetTimestamp() : null;
                if (pausedAt is { } since && Time.GetElapsedTime(since) >= s_mayPass)
                    return new RunningSighting(seen, false, null);
            }
            catch (ServiceException e)
            {
                failure = e;
                if (!e.IsTransient)
                    return new RunningSighting(seen, false, e);
            }

            var elapsed = Time.GetElapsedTime(started);
            if (elapsed >= timeout)
                return new RunningSighting(seen, false, failure);
            var gap = schedule.Next(elapsed);
            if (failure?.RetryAfter is { } asked && asked > gap)
                gap = asked < RetryAdvice.LongestPause ? asked : RetryAdvice.LongestPause;
            await Task.Delay(gap < timeout - elapsed ? gap : timeout - elapsed, Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
