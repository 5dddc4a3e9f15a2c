using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>Looks at connectors until they run again after a change of their offsets.</summary>
/// <param name="connection">Where.</param>
/// <param name="caller">Who calls.</param>
/// <param name="firstGap">Between the first two looks.</param>
internal sealed class RunningWatcher(ServiceConnection connection, Caller caller, TimeSpan firstGap)
{
    private readonly ConnectorWatcher _watcher = new(connection, caller, firstGap);

    /// <summary>Looks until the connector and all its tasks run, or one has failed, or it stays paused.</summary>
    /// <param name="connector">Which.</param>
    /// <param name="timeout">Over all; zero looks once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<ConnectorSighting> UntilRunningAsync(ConnectorAddress connector, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var failedFromTheStart = true;
        var ran = false;
        var wasDown = false;
        TimeSpan? pausedAt = null;
        return _watcher.UntilAsync(connector, timeout, Judge, cancellationToken);

        bool? Judge(ConnectorDocument seen, TimeSpan elapsed)
        {
            // What was seen once may be from before the change, or have no tasks yet; some answers never tell of any.
            if (seen.IsRunning && (ran || (wasDown && seen.Tasks.Count > 0)))
                return true;
            ran = seen.IsRunning;
            wasDown |= !seen.IsRunning;

            // A failure that was there from the start may be the one from before the change, and a pause one that it brings with it.
            failedFromTheStart &= seen.HasFailed;
            if (seen.HasFailed && !(failedFromTheStart && elapsed < ConnectorWatcher.MayPass))
                return false;
            pausedAt = seen.IsPaused ? pausedAt ?? elapsed : null;
            return pausedAt is { } since && elapsed - since >= ConnectorWatcher.MayPass ? false : null;
        }
    }
}
