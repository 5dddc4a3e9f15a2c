using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>How a wait ended.</summary>
internal enum WaitOutcome
{
    Finished,
    TimedOut,
    Superseded,
    Refused,
}

/// <summary>The end of a wait.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">The last status that is the request's own; for <see cref="WaitOutcome.Superseded"/>, the other's.</param>
/// <param name="Failure">What ended it, or the last passing failure before the time was over.</param>
internal sealed record WaitResult(WaitOutcome Outcome, AlterStatusDocument? Status, ServiceException? Failure);

/// <summary>Where a wait stands, for progress.</summary>
internal sealed record WaitProgress(string Phase, TimeSpan Elapsed);

/// <summary>Polls the status of a request until it is finished.</summary>
/// <param name="api">The operations.</param>
/// <param name="throttle">How many polls may be in flight at once.</param>
internal sealed class RequestWaiter(OffsetsApi api, Throttle throttle)
{
    /// <summary>Even the last poll of a wait has this long for its answer.</summary>
    private static readonly TimeSpan s_leastPoll = TimeSpan.FromSeconds(5);

    private TimeProvider Time => api.Connection.Time;

    /// <summary>Waits for a request.</summary>
    /// <param name="connector">Whose request.</param>
    /// <param name="request">The request, or null for the latest there is.</param>
    /// <param name="timeout">Over all; zero looks once.</param>
    /// <param name="firstGap">Between the first two polls.</param>
    /// <param name="progress">Told after each poll.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<WaitResult> WaitAsync(
        ConnectorAddress connector,
        SubmittedRequest? request,
        TimeSpan timeout,
        TimeSpan firstGap,
        Action<WaitProgress> progress,
        CancellationToken cancellationToken)
    {
        var schedule = new PollSchedule(firstGap);
        var started = Time.GetTimestamp();
        AlterStatusDocument? ours = null;
        while (true)
        {
            ServiceException? failure = null;
            try
            {
                var status = await PollAsync(connector, timeout, Time.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
                var owner = request is null ? StatusOwner.Ours : RequestCorrelation.Owner(status, request);
                if (owner == StatusOwner.Other)
                    return new WaitResult(WaitOutcome.Superseded, status, null);
                if (owner == StatusOwner.Ours || IsOursAgain(status, ours, request))
                    ours = status;
            }
            catch (ServiceException e)
            {
                if (!e.IsTransient && !IsYetToCome(e, request))
                    return new WaitResult(WaitOutcome.Refused, ours, e);
                if (e.IsTransient)
                    failure = e;
            }

            if (ours is { IsFinished: true })
                return new WaitResult(WaitOutcome.Finished, ours, null);

            var elapsed = Time.GetElapsedTime(started);
            progress(new WaitProgress(ours?.Phase ?? failure?.Message ?? "not visible yet", elapsed));
            if (elapsed >= timeout)
                return new WaitResult(WaitOutcome.TimedOut, ours, failure);

            var gap = schedule.Next(elapsed, failure);
            var left = timeout - elapsed;
            await Task.Delay(gap < left ? gap : left, Time, cancellationToken).ConfigureAwait(false);

            // The service wants to be asked after the time is over.
            if (failure is { Kind: FailureKind.RateLimited, RetryAfter: not null } && gap > left)
                return new WaitResult(WaitOutcome.TimedOut, ours, failure);
        }
    }

    /// <summary>
    /// Ours was seen under way, and now something finished looks like the baseline: it is that only where times say so.
    /// </summary>
    private static bool IsOursAgain(AlterStatusDocument status, AlterStatusDocument? ours, SubmittedRequest? request) =>
        ours is not null && request is not null && status.IsFinished && RequestCorrelation.CanBe(status, request)
        && (status.Request.RequestedAt is null || request.Baseline?.RequestedAt is null);

    /// <summary>A status that is not there is ours to come, where there was none before ours.</summary>
    private static bool IsYetToCome(ServiceException failure, SubmittedRequest? request) =>
        failure.Kind == FailureKind.RequestNotFound && request?.Baseline is { IsNone: true };

    /// <summary>Looks once, when a place and its turn have come; not long after the time is over.</summary>
    private async Task<AlterStatusDocument> PollAsync(ConnectorAddress connector, TimeSpan timeout, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        // A time-out of zero looks once, however long the queue for a place is.
        var left = timeout > elapsed ? timeout - elapsed : TimeSpan.Zero;
        using var over = timeout > TimeSpan.Zero
            ? new CancellationTokenSource(left + s_leastPoll, Time)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return await throttle.RunAsync(() => LookAsync(connector, left, either.Token), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException(FailureKind.RequestTimeout, "The last poll had no answer when the time was over.", e);
        }
    }

    // The turn comes after the place: polls that had to queue for one must not burst when places become free.
    private Task<AlterStatusDocument> LookAsync(ConnectorAddress connector, TimeSpan left, CancellationToken cancellationToken) => api.Connection.PollAsync(
        api.Log,
        async turn =>
        {
            // A poll that hangs must not outlast the wait by more than a moment.
            using var deadline = new CancellationTokenSource(left > s_leastPoll ? left : s_leastPoll, Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            return await api.Within(turn).GetStatusAsync(connector, singleAttempt: true, either.Token).ConfigureAwait(false);
        },
        cancellationToken);
}
