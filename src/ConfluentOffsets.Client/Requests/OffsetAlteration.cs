using System.Globalization;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>Posts a request to alter offsets so that its fate is known: accepted, refused, or said to be uncertain.</summary>
internal sealed class OffsetAlteration(OffsetsApi api)
{
    /// <summary>How long the status is read for a POST whose answer never came, at least.</summary>
    private static readonly TimeSpan s_lookFor = TimeSpan.FromSeconds(10);

    /// <summary>And at most, where the status cannot be read.</summary>
    private static readonly TimeSpan s_lookAtMost = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long the status is read for a POST that was refused as invalid: it may be late. Shorter than for a lost answer or
    /// a conflict, since such an answer is most often just what it says.
    /// </summary>
    private static readonly TimeSpan s_lookAfterInvalid = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>Asked in the last moment before a POST; then nothing is sent.</summary>
    public Func<bool> IsCalledOff { get; init; } = () => false;

    /// <summary>Told when the POST is about to leave, each time it does. It may take a while, and what it throws keeps the POST back.</summary>
    public Action Leaving { get; init; } = () => { };

    /// <summary>Told when the POST leaves.</summary>
    public Action Sending { get; init; } = () => { };

    /// <summary>Told when a POST that left was surely not processed.</summary>
    public Action NotTaken { get; init; } = () => { };

    /// <summary>
    /// Told when the baseline was read again, in the turn of a POST that left long after it was read first; has to make its
    /// own calls with the operations it gets. What it throws keeps the POST back.
    /// </summary>
    public Func<OffsetsApi, RequestBaseline, CancellationToken, Task> LookedAgain { get; init; } = (_, _, _) => Task.CompletedTask;

    private TimeProvider Time => api.Connection.Time;

    /// <summary>Reads the status that stands before a request.</summary>
    /// <exception cref="ServiceException">
    /// <see cref="FailureKind.Conflict"/> where an unfinished request stands there; or the call failed.
    /// </exception>
    public async Task<RequestBaseline> ReadBaselineAsync(ConnectorAddress connector, CancellationToken cancellationToken)
    {
        return Baseline(await api.FindStatusAsync(connector, singleAttempt: false, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What a status is to a request that comes after it.</summary>
    /// <param name="status">Null: there was no request.</param>
    /// <exception cref="ServiceException"><see cref="FailureKind.Conflict"/> where it is not finished.</exception>
    public static RequestBaseline Baseline(AlterStatusDocument? status) => status switch
    {
        null => RequestBaseline.None,
        { IsFinished: true } => RequestBaseline.Of(status),
        _ => throw new ServiceException(FailureKind.Conflict, Unfinished(status)),
    };

    /// <summary>Waits until no unfinished request stands before ours.</summary>
    /// <param name="connector">Whose request.</param>
    /// <param name="timeout">How long; zero looks once.</param>
    /// <param name="progress">Told after each look.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ServiceException"><see cref="FailureKind.Conflict"/> where one still stands there when the time is over; or the call failed.</exception>
    public async Task<RequestBaseline> WaitForTurnAsync(
        ConnectorAddress connector,
        TimeSpan timeout,
        Action<WaitProgress> progress,
        CancellationToken cancellationToken)
    {
        if (timeout == TimeSpan.Zero)
            return await ReadBaselineAsync(connector, cancellationToken).ConfigureAwait(false);

        // Its own place: the caller may hold one of the cmdlet's.
        var result = await new RequestWaiter(api, new Throttle(1))
            .WaitAsync(connector, null, timeout, s_second, progress, cancellationToken)
            .ConfigureAwait(false);
        return result switch
        {
            { Outcome: WaitOutcome.Finished } => RequestBaseline.Of(result.Status!),
            { Failure.Kind: FailureKind.RequestNotFound } => RequestBaseline.None,
            { Outcome: WaitOutcome.TimedOut, Status: { } status } => throw new ServiceException(
                FailureKind.Conflict,
                string.Create(CultureInfo.InvariantCulture, $"{Unfinished(status)} It did not end within {timeout.TotalSeconds:0.###} s.{LastFailure(result.Failure)}")),
            _ => throw result.Failure!,
        };
    }

    /// <summary>Posts a request for one intent, after the baseline was read.</summary>
    /// <param name="connector">Whose offsets are altered.</param>
    /// <param name="type">PATCH or DELETE.</param>
    /// <param name="offsets">Null for a DELETE of everything.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The accepted request.</returns>
    /// <exception cref="ServiceException">It was not accepted, or <see cref="FailureKind.Uncertain"/>.</exception>
    /// <exception cref="RequestCalledOffException">It was called off, and nothing was sent.</exception>
    public async Task<SubmittedRequest> SubmitAsync(
        ConnectorAddress connector,
        string type,
        IReadOnlyList<PartitionOffset>? offsets,
        CancellationToken cancellationToken)
    {
        var readAt = Time.GetTimestamp();
        var baseline = await ReadBaselineAsync(connector, cancellationToken).ConfigureAwait(false);
        return await SubmitAsync(connector, type, offsets, baseline, readAt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Posts a request for one intent.</summary>
    /// <inheritdoc cref="SubmitAsync(ConnectorAddress, string, IReadOnlyList{PartitionOffset}?, CancellationToken)"/>
    /// <param name="connector">Whose offsets are altered.</param>
    /// <param name="type">PATCH or DELETE.</param>
    /// <param name="offsets">Null for a DELETE of everything.</param>
    /// <param name="baseline">The status before it.</param>
    /// <param name="readAt">When that was read, as a timestamp of the connection's clock: it is read again before a POST that leaves long after. Null: before any.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<SubmittedRequest> SubmitAsync(
        ConnectorAddress connector,
        string type,
        IReadOnlyList<PartitionOffset>? offsets,
        RequestBaseline baseline,
        long? readAt,
        CancellationToken cancellationToken)
    {
        // Stamps can be whole seconds, now or in the next answer: the same request again must not fall into the second
        // of the one before.
        if (RequestCorrelation.SameContent(baseline, type, offsets))
            await Task.Delay(s_second, Time, cancellationToken).ConfigureAwait(false);

        var look = new LastLook(api, this, new SubmittedRequest(connector, null, type, offsets, null, null, baseline), readAt);
        try
        {
            var accepted = await api.PostRequestAsync(connector, type, offsets, look, cancellationToken).ConfigureAwait(false);
            return look.Intent.Accepted(accepted);
        }
        catch (RequestCalledOffException) when (look.Found is not null)
        {
            api.Log.Verbose?.Invoke("The service refused the request for now, but its status shows it: something in between sent it twice.");
            return look.Found;
        }
        catch (RequestCalledOffException) when (look.HasLeft)
        {
            throw new ServiceException(FailureKind.RateLimited, "The service refused the request for now, and it was called off before it could be sent again.");
        }
        catch (ServiceException e) when (e.MayHaveBeenProcessed && e.Kind != FailureKind.Uncertain)
        {
            return await FindOutAsync(look.Intent, e, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e) when (IsRefusal(e, connector))
        {
            return await AfterRefusalAsync(look.Intent, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a failure is an answer to the POST: not one to a look or for a token before it.</summary>
    private static bool IsRefusal(ServiceException failure, ConnectorAddress connector) =>
        failure is { Method: "POST", StatusCode: >= 400, RequestUri.AbsolutePath: { } path } && path.EndsWith($"{connector.Path}/offsets/request", StringComparison.Ordinal);

    /// <summary>Says that a request is under way.</summary>
    public static string Unfinished(AlterStatusDocument status)
    {
        var since = status.Request.RequestedAt is { } at
            ? string.Create(CultureInfo.InvariantCulture, $" requested at {at.Utc:yyyy-MM-dd HH:mm:ss}Z")
            : "";
        return $"Another {status.Request.Type ?? "alter"} request{since} is under way ({status.Phase}).";
    }

    private static string LastFailure(ServiceException? failure) => failure is null ? "" : $" The last look failed: {failure.Message}";

    /// <summary>
    /// Looks into a refusal. What stands in the way, or is ours in spite of it, is looked for a few times, since the status
    /// may be late; a refusal of whoever asks, or of how often, is believed as soon as a look was answered, or cannot be.
    /// </summary>
    private async Task<SubmittedRequest> AfterRefusalAsync(SubmittedRequest intent, ServiceException refusal, CancellationToken cancellationToken)
    {
        var lookFor = refusal.Kind switch
        {
            FailureKind.Conflict => s_lookFor,
            FailureKind.InvalidRequest => s_lookAfterInvalid,
            _ => TimeSpan.Zero,
        };
        var schedule = new PollSchedule(s_second);
        var started = Time.GetTimestamp();
        while (true)
        {
            var (status, failure) = await LookAsync(intent.Connector, cancellationToken).ConfigureAwait(false);
            if (RefusedRequest.Find(intent, refusal, status) is { } found)
            {
                api.Log.Verbose?.Invoke($"The service answered {refusal.Message}, but its status shows the request: something in between sent it twice.");
                return found;
            }

            // What a look did not answer tells nothing: another is wanted, for a while.
            var elapsed = Time.GetElapsedTime(started);
            if (failure is null ? elapsed >= lookFor : lookFor == TimeSpan.Zero)
                throw refusal;
            if (failure is { IsTransient: false } || (failure is not null && elapsed >= s_lookFor))
                throw Uncertain(intent, refusal, $"The connector's status could not be read: {failure.Message}");

            await Task.Delay(schedule.Next(elapsed), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the status until it tells of our request, for a POST whose answer never came.</summary>
    private async Task<SubmittedRequest> FindOutAsync(SubmittedRequest intent, ServiceException failure, CancellationToken cancellationToken)
    {
        api.Log.Verbose?.Invoke($"The answer to the POST never came ({failure.Message}); the status is read to find out what became of it.");
        var schedule = new PollSchedule(s_second);
        var started = Time.GetTimestamp();
        long? firstAnswer = null;
        while (true)
        {
            var look = await LookAsync(intent.Connector, cancellationToken).ConfigureAwait(false);
            var owner = look.Status is null ? StatusOwner.Baseline : RequestCorrelation.Owner(look.Status, intent, strict: true);
            if (owner == StatusOwner.Ours)
                return intent.Accepted(look.Status!.Request);
            if (owner == StatusOwner.Other)
                throw Uncertain(intent, failure, "The connector's status now shows another request.");

            // It will not be told later either: the connection is closed, or whoever asks is refused, or the connector is gone.
            if (look.Failure is { IsTransient: false })
                throw Uncertain(intent, failure, $"The connector's status cannot be read: {look.Failure.Message}");

            // Only looks that were answered count: a status that cannot be read says nothing.
            if (look.Failure is null)
                firstAnswer ??= Time.GetTimestamp();
            if (firstAnswer is { } since && Time.GetElapsedTime(since) >= s_lookFor)
                throw Uncertain(intent, failure, string.Create(CultureInfo.InvariantCulture, $"The connector's status did not show it within {Time.GetElapsedTime(since).TotalSeconds:0} s."));
            var elapsed = Time.GetElapsedTime(started);
            if (elapsed >= s_lookAtMost)
                throw Uncertain(intent, failure, string.Create(CultureInfo.InvariantCulture, $"The connector's status could not be read for {elapsed.TotalSeconds:0} s."));

            await Task.Delay(schedule.Next(elapsed), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static ServiceException Uncertain(SubmittedRequest intent, ServiceException failure, string seen) => failure.As(
        FailureKind.Uncertain,
        $"The {intent.Type} request was sent, and whether it was accepted could not be found out. {failure.Message.TrimEnd('.')}. {seen}");

    /// <summary>One look at the status. No request there is an answer, too: neither a status nor a failure.</summary>
    private async Task<(AlterStatusDocument? Status, ServiceException? Failure)> LookAsync(ConnectorAddress connector, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.FindStatusAsync(connector, singleAttempt: true, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ServiceException e)
        {
            return (null, e);
        }
    }
}
