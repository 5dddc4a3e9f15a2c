using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>The last look at a connector's offsets.</summary>
/// <param name="Document">Null where no look was answered.</param>
/// <param name="IsFresh">Whether it is as fresh as was asked for.</param>
/// <param name="Failure">What made the last look fail, or null.</param>
internal sealed record Sighting(OffsetsDocument? Document, bool IsFresh, ServiceException? Failure);

/// <summary>Reads a connector's offsets again until the service has observed them lately enough.</summary>
/// <param name="api">The operations.</param>
/// <param name="firstGap">Between the first two looks.</param>
internal sealed class OffsetsWatcher(OffsetsApi api, TimeSpan firstGap)
{
    private TimeProvider Time => api.Connection.Time;

    /// <summary>Looks until the offsets were observed later than a time of the service.</summary>
    /// <param name="connector">Whose offsets.</param>
    /// <param name="after">Null: later than the first look that is answered shows.</param>
    /// <param name="timeout">Over all; zero looks once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<Sighting> UntilObservedAsync(ConnectorAddress connector, ServerTime? after, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var since = after;
        return LookUntilAsync(connector, document => IsLater(document.ObservedAt), timeout, cancellationToken);

        bool IsLater(ServerTime? observed)
        {
            if (since is not null)
                return observed is not null && observed.IsAfter(since);
            since = observed;
            return false;
        }
    }

    /// <summary>Looks until the offsets were observed at most so long ago.</summary>
    public Task<Sighting> UntilYoungerAsync(ConnectorAddress connector, TimeSpan age, TimeSpan timeout, CancellationToken cancellationToken) =>
        LookUntilAsync(connector, document => api.Connection.Clock.IsWithin(document.ObservedAt?.Utc, age), timeout, cancellationToken);

    private async Task<Sighting> LookUntilAsync(
        ConnectorAddress connector,
        Func<OffsetsDocument, bool> isFresh,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var schedule = new PollSchedule(firstGap);
        var started = Time.GetTimestamp();
        OffsetsDocument? seen = null;
        while (true)
        {
            ServiceException? failure = null;
            try
            {
                seen = await TimedLook
                    .RunAsync(api.Connection, api.Log, timeout - Time.GetElapsedTime(started), (turn, token) => api.Within(turn).GetOffsetsAsync(connector, singleAttempt: true, token), cancellationToken)
                    .ConfigureAwait(false);
                if (isFresh(seen))
                    return new Sighting(seen, true, null);
            }
            catch (ServiceException e)
            {
                failure = e;
                if (!e.IsTransient)
                    return new Sighting(seen, false, e);
            }

            var elapsed = Time.GetElapsedTime(started);
            if (elapsed >= timeout)
                return new Sighting(seen, false, failure);

            var gap = schedule.Next(elapsed, failure);
            await Task.Delay(Shorter(gap, timeout - elapsed), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
