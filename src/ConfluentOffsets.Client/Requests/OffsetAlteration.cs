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
    /// How long the status is read for a POST that was answered by a conflict it does not show: it may be late. Shorter
    /// than for a lost answer, since such an answer is most often just what it says.
    /// </summary>
    private static readonly TimeSpan s_lookAfterRefusal = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>Asked in the last moment before a POST; then nothing is sent.</summary>
    public Func<bool> IsCalledOff { get; init; } = () => false;

    /// <summary>Told when the POST is about to leave; what it throws keeps it back.</summary>
    public Action Sending { get; init; } = () => { };

    private TimeProvider Time => api.Connection.Time;

    /// <summary>Reads the status that stands before a request.</summary>
    /// <exception cref="ServiceException">
    /// <see cref="FailureKind.Conflict"/> where an unfinished request stands there; or the call failed.
    /// </exception>
    public async Task<RequestBaseline> ReadBaselineAsync(ConnectorAddress connector, CancellationToken cancellationToken)
    {
        var status = await ReadStatusAsync(connector, cancellationToken).ConfigureAwait(false);
        if (status is null)
            return RequestBaseline.None;
        if (!status.IsFinished)
            throw new ServiceException(FailureKind.Conflict, Unfinished(status));
        return RequestBaseline.Of(status);
    }

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
                string.Create(CultureInfo.InvariantCulture, $"{Unfinished(status)} It did not end within {timeout.TotalSeconds:0.###} s.{LastLook(result.Failure)}")),
            _ => throw result.Failure!,
        };
    }

    /// <summary>Posts a request once, after the baseline was read.</summary>
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
        CancellationToken cancellationToken) =>
        await SubmitAsync(connector, type, offsets, await ReadBaselineAsync(connector, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Posts a request once, for which the baseline was read a moment ago.</summary>
    /// <inheritdoc cref="SubmitAsync(ConnectorAddress, string, IReadOnlyList{PartitionOffset}?, CancellationToken)"/>
    /// <param name="connector">Whose offsets are altered.</param>
    /// <param name="type">PATCH or DELETE.</param>
    /// <param name="offsets">Null for a DELETE of everything.</param>
    /// <param name="baseline">The status before it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<SubmittedRequest> SubmitAsync(
        ConnectorAddress connector,
        string type,
        IReadOnlyList<PartitionOffset>? offsets,
        RequestBaseline baseline,
        CancellationToken cancellationToken)
    {
        // Stamps can be whole seconds, now or in the next answer: the same request again must not fall into the second
        // of the one before.
        if (RequestCorrelation.SameContent(baseline, type, offsets))
            await Task.Delay(s_second, Time, cancellationToken).ConfigureAwait(false);

        if (IsCalledOff())
            throw new RequestCalledOffException();

        Sending();
        var intent = new SubmittedRequest(connector, null, type, offsets, null, null, baseline);
        try
        {
            var accepted = await api.PostRequestAsync(connector, type, offsets, cancellationToken).ConfigureAwait(false);
            return Accepted(intent, accepted);
        }
        catch (ServiceException e) when (e.MayHaveBeenProcessed)
        {
            return await FindOutAsync(intent, e, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Kind is FailureKind.InvalidRequest or FailureKind.Conflict)
        {
            return await AfterRefusalAsync(intent, e, cancellationToken).ConfigureAwait(false);
        }
    }

    private static SubmittedRequest Accepted(SubmittedRequest intent, AlterRequestDocument document) => intent with
    {
        ConnectorId = document.Id,
        Echo = document.Offsets,
        RequestedAt = document.RequestedAt,
    };

    private static string LastLook(ServiceException? failure) => failure is null ? "" : $" The last look failed: {failure.Message}";

    private static string Unfinished(AlterStatusDocument status)
    {
        var since = status.Request.RequestedAt is { } at
            ? string.Create(CultureInfo.InvariantCulture, $" requested at {at.Utc:yyyy-MM-dd HH:mm:ss}Z")
            : "";
        return $"Another {status.Request.Type ?? "alter"} request{since} is under way ({status.Phase}).";
    }

    /// <summary>
    /// What a refusal means is written nowhere, the status tells: another's request is under way; or ours is, which a
    /// gateway sent twice, passing on the answer to the second one; or it is what it says. That a request stands in the way
    /// is looked for a few times, since the status may be late; anything else (400, 422: an offset that the service does
    /// not take) is believed as soon as a look was answered.
    /// </summary>
    private async Task<SubmittedRequest> AfterRefusalAsync(SubmittedRequest intent, ServiceException refusal, CancellationToken cancellationToken)
    {
        var schedule = new PollSchedule(s_second);
        var started = Time.GetTimestamp();
        while (true)
        {
            var (status, failure) = await LookAsync(intent.Connector, cancellationToken).ConfigureAwait(false);
            switch (status is null ? StatusOwner.Baseline : RequestCorrelation.Owner(status, intent, strict: true))
            {
                case StatusOwner.Ours when IsToldBy(status!, intent):
                    api.Log.Verbose?.Invoke($"The service answered {refusal.Message}, but its status shows the request: something in between sent it twice.");
                    return Accepted(intent, status!.Request);
                case StatusOwner.Ours or StatusOwner.Other when RequestCorrelation.CanBe(status!, intent):
                    throw refusal.As(
                        FailureKind.Uncertain,
                        $"The {intent.Type} request was answered {refusal.Message.TrimEnd('.')}. But the connector's status shows a new request of this kind, without saying what it changes: another's, which stood in the way; or this one, sent twice by a gateway.",
                        mayHaveBeenProcessed: true);
                case StatusOwner.Other when !status!.IsFinished:
                    throw refusal.As(FailureKind.Conflict, $"{Unfinished(status)} The service answered {refusal.Message}");
                case StatusOwner.Other:
                    throw refusal;
            }

            // What a look did not answer tells nothing: another is wanted, for a while.
            var elapsed = Time.GetElapsedTime(started);
            if (failure is null && (refusal.Kind != FailureKind.Conflict || elapsed >= s_lookAfterRefusal))
                throw refusal;
            if (failure is { IsTransient: false } || elapsed >= s_lookFor)
            {
                // A request stands in the way, there was none a moment before, and nothing shows whose it is.
                throw refusal.Kind == FailureKind.Conflict
                    ? Uncertain(intent, refusal, $"The connector's status could not be read: {failure!.Message}")
                    : refusal;
            }

            await Task.Delay(schedule.Next(elapsed), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether a status names what is ours: by its list, or, for a reset of everything, by having none at a service that
    /// is known to show lists. Beside a refusal somebody else's is just as likely.
    /// </summary>
    private static bool IsToldBy(AlterStatusDocument status, SubmittedRequest intent) =>
        status.Request.Offsets is { Count: > 0 } || intent.Baseline is { Offsets.Count: > 0 };

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
                return Accepted(intent, look.Status!.Request);
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

    private async Task<AlterStatusDocument?> ReadStatusAsync(ConnectorAddress connector, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetStatusAsync(connector, singleAttempt: false, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Kind == FailureKind.RequestNotFound)
        {
            return null;
        }
    }

    /// <summary>One look at the status. No request there is an answer, too: neither a status nor a failure.</summary>
    private async Task<(AlterStatusDocument? Status, ServiceException? Failure)> LookAsync(ConnectorAddress connector, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.GetStatusAsync(connector, singleAttempt: true, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ServiceException e)
        {
            return (null, e.Kind == FailureKind.RequestNotFound ? null : e);
        }
    }
}
