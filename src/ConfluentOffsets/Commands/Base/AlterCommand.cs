using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>
/// A cmdlet that changes offsets. When all input is there, for each connector: it reads what is there, checks, asks,
/// and posts one request. Errors are written after everything that was accepted has been emitted.
/// </summary>
public abstract class AlterCommand : ActingCommand
{
    private readonly List<string> _notSent = [];
    private readonly SentRequests _sent = new("Get-ConnectorOffsetRequest");
    private WaitSession? _waits;
    private Throttle? _throttle;
    private OffsetsBackup? _backup;

    /// <summary>What was written as -Confirm; null: nothing.</summary>
    private bool? _confirm;

    /// <summary>Waits for the end of each request and emits its status.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Waits also until the connector and its tasks run again.</summary>
    [Parameter]
    public SwitchParameter UntilRunning { get; set; }

    /// <summary>Waits also until the service has observed the offsets after the change.</summary>
    [Parameter]
    public SwitchParameter UntilObserved { get; set; }

    /// <summary>Seconds that -Wait waits, over all requests.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int Timeout { get; set; } = WaitOptions.DefaultTimeout;

    /// <summary>Seconds for which another request that is under way for the connector is waited out first.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int QueueTimeout { get; set; }

    /// <summary>A folder, to which a connector's offsets are written before its request is sent.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupPath { get; set; }

    private protected abstract AlterKind Kind { get; }

    private protected AlterPlans Plans { get; } = new();

    private string RequestType => Kind == AlterKind.Reset ? AlterRequestWriter.Delete : AlterRequestWriter.Patch;

    private bool Waits => Wait || UntilRunning || UntilObserved;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _confirm = MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm) ? confirm is SwitchParameter { IsPresent: true } : null;
        _throttle = new Throttle(ThrottleLimit);
        if (BackupPath is not null)
            _backup = FindBackup(BackupPath);
        if (Waits)
        {
            var options = new WaitOptions(Timeout, WaitOptions.DefaultPollInterval, _throttle) { UntilObserved = UntilObserved, UntilRunning = UntilRunning };
            _waits = new WaitSession(this, options);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            AlterAll();
        }
        catch (PipelineStoppedException) when (IsInterrupted)
        {
            TellInterrupted(_sent.Tell(Plans.InOrder.Select(p => (p.Connection, p.Connector))));
            throw;
        }
    }

    private void AlterAll()
    {
        var prepared = new OrderedTasks<Outcome>(_throttle!);
        var submitted = new OrderedTasks<Outcome>(_throttle!);
        var waiting = new Queue<AlterPlan>(Plans.InOrder);
        while (waiting.Count + prepared.Count > 0)
        {
            // Not further ahead: what is read long before its request is old by then.
            while (waiting.Count > 0 && prepared.Count < ThrottleLimit)
            {
                var plan = waiting.Dequeue();
                if (IsHeldBack(plan))
                    continue;
                prepared.Add(() => PrepareAsync(plan), StopToken);
            }

            if (prepared.Count == 0)
                break;
            var outcome = Await(prepared.Next());
            if (outcome.Error is not null)
                Fail(outcome.Error);

            // What was accepted before is out before somebody is asked, and perhaps leaves.
            var mayAsk = MayAsk();
            if (mayAsk)
                WriteAccepted(submitted, all: true);
            if (outcome.Prepared is { } ready && !IsHeldBack(ready.Plan) && Confirm(ready))
            {
                HoldsOutput = true;
                submitted.Add(() => SubmitAsync(ready, mayAsk), StopToken);
            }

            WriteAccepted(submitted, all: false);
        }

        WriteAccepted(submitted, all: true);

        // Only now: polls would queue before the POSTs, and their time-out would run while somebody answers a prompt.
        foreach (var request in AcceptedRequests)
            _waits?.Start(request.Connection!, request.Address, request);
        foreach (var error in _waits is null ? [] : Await(_waits.WhenAllEndedAsync()))
            Keep(error);
        ReportKept(_notSent);
    }

    /// <summary>Checks a plan against the connector's current offsets.</summary>
    /// <exception cref="RejectedInputException">It cannot be sent.</exception>
    private protected abstract Task<PreparedPlan> PrepareAsync(OffsetsApi api, AlterPlan plan, KnownOffsets known, RequestBaseline latest);

    /// <summary>Refuses a plan that was made of offsets which are no longer fresh.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="latest">The request before it.</param>
    /// <exception cref="RejectedInputException">They are not.</exception>
    private protected virtual void CheckFreshness(AlterPlan plan, RequestBaseline latest)
    {
    }

    /// <summary>What an unfinished request means that stands before ours.</summary>
    private protected virtual Exception Busy(AlterPlan plan, ServiceException conflict) => conflict;

    private OffsetsBackup FindBackup(string path)
    {
        try
        {
            return OffsetsBackup.In(path, SessionState.Path);
        }
        catch (RejectedInputException e)
        {
            Terminate(ErrorFactory.Create(e, connector: null));
            throw;
        }
    }

    private async Task<Outcome> PrepareAsync(AlterPlan plan)
    {
        try
        {
            if (plan.Rejection is not null)
                throw plan.Rejection;
            var api = Api(plan.Connection);

            // What is waited out comes first, since it changes what is there; else the status is as close to the POST as can be.
            var queued = QueueTimeout > 0 ? await WaitForTurnAsync(api, plan).ConfigureAwait(false) : null;
            var readAt = api.Connection.Time.GetTimestamp();
            var observed = await api.GetOffsetsAsync(plan.Connector, StopToken).ConfigureAwait(false);
            var latest = queued ?? await WaitForTurnAsync(api, plan).ConfigureAwait(false);
            var known = KnownOffsets.Of(observed, latest);
            var prepared = await PrepareAsync(api, plan, known, latest).ConfigureAwait(false);
            CheckFreshness(plan, latest);
            prepared = prepared.WithSight(known, latest, readAt);
            return new Outcome(plan, prepared, null, null);
        }
        catch (RejectedInputException e)
        {
            return new Outcome(plan, null, null, ErrorFactory.Create(e, plan.Connector));
        }
        catch (ServiceException e)
        {
            return new Outcome(plan, null, null, ErrorFactory.Create(e, plan.Connector));
        }
    }

    private async Task<RequestBaseline> WaitForTurnAsync(OffsetsApi api, AlterPlan plan)
    {
        try
        {
            return await new QueueWait(this, TimeSpan.FromSeconds(QueueTimeout)).WaitAsync(api, plan.Connector).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Kind == FailureKind.Conflict)
        {
            throw Busy(plan, e);
        }
    }

    private bool Confirm(PreparedPlan prepared)
    {
        foreach (var warning in prepared.Warnings)
            WriteWarning($"Connector '{prepared.Plan.Connector.ConnectorName}': {warning}");
        if (_backup is not null && prepared.Known.IsEarly)
            WriteWarning($"Connector '{prepared.Plan.Connector.ConnectorName}': its last change is not observed yet. The backup will hold what was observed before it, at {StaleOffsets.Time(prepared.Current.ObservedAt!.Utc)}.");
        var description = new AlterDescription(prepared, Kind);

        // Where nobody is shown it, it is not made: it goes through 100,000 partitions.
        var isShown = _confirm is not false || IsWhatIf || Log.Verbose is not null;
        return Ask(
            isShown ? description.Action : description.Caption,
            isShown ? description.Question : description.Caption,
            description.Caption,
            prepared.Plan.Connector.ConnectorName);
    }

    /// <summary>
    /// Whether somebody may be asked, if asked now: the engine looks at the preference only then, and what stands before
    /// in the pipeline may have set it. PowerShell 7.4 asks also for -Debug.
    /// </summary>
    private bool MayAsk() => !IsWhatIf
        && (_confirm ?? (MyInvocation.BoundParameters.ContainsKey("Debug") || GetVariableValue("ConfirmPreference")?.ToString() != nameof(ConfirmImpact.None)));

    private async Task<Outcome> SubmitAsync(PreparedPlan prepared, bool wasAsked)
    {
        var plan = prepared.Plan;
        if (SendsNothing)
            return new Outcome(plan, prepared, null, null);

        try
        {
            (PreparedPlan Plan, string? File) kept = default;
            var api = Api(plan.Connection);
            var offsets = prepared.Changes?.Select(c => new Client.Wire.PartitionOffset(c.Partition, c.NewOffset)).ToArray();
            var alteration = new OffsetAlteration(api)
            {
                IsCalledOff = () => SendsNothing,
                LookedAgain = async (within, latest, token) => prepared = await RefreshAsync(within, prepared, latest, token).ConfigureAwait(false),
                Leaving = () => kept = kept.Plan == prepared ? kept : (prepared, Backup(prepared)),
                Sending = () => _sent.Sending(plan.Connection, plan.Connector),
                NotTaken = () => _sent.NotTaken(plan.Connection, plan.Connector),
            };

            // A prompt may have stood for long, and somebody looked at what it said.
            var submitted = await alteration
                .SubmitAsync(plan.Connector, RequestType, offsets, prepared.Latest, wasAsked ? null : prepared.ReadAt, StopToken)
                .ConfigureAwait(false);
            var request = RequestObjects.Request(plan.Connection, submitted, prepared, kept.File);
            _sent.Taken(plan.Connection, plan.Connector);
            AddAccepted(request);
            var error = PartialReset.Contradicts(request, submitted.Echo)
                ? PartialReset.NotConfirmed(request, plan.Connector, "the answer does not name them")
                : null;
            if (error is not null)
                NoteFailure(error);
            return new Outcome(plan, prepared, request, error);
        }
        catch (RequestCalledOffException)
        {
            return new Outcome(plan, prepared, null, null);
        }
        catch (RejectedInputException e)
        {
            return Failed(prepared, ErrorFactory.Create(e, plan.Connector));
        }
        catch (ServiceException e)
        {
            if (e.Kind != FailureKind.Uncertain)
                _sent.NotTaken(plan.Connection, plan.Connector);
            return Failed(prepared, ErrorFactory.Create(e, plan.Connector));
        }
    }

    /// <summary>Makes anew what hangs on the status and the offsets before a request, both of which were read again.</summary>
    /// <exception cref="RejectedInputException">What it was made of is no longer fresh.</exception>
    private async Task<PreparedPlan> RefreshAsync(OffsetsApi api, PreparedPlan prepared, RequestBaseline latest, CancellationToken cancellationToken)
    {
        CheckFreshness(prepared.Plan, latest);
        var observed = await api.GetOffsetsAsync(prepared.Plan.Connector, singleAttempt: true, cancellationToken).ConfigureAwait(false);
        return prepared.WithSight(KnownOffsets.Of(observed, latest), latest, prepared.ReadAt);
    }

    private string? Backup(PreparedPlan prepared)
    {
        var file = _backup?.Write(prepared);
        if (file is not null)
            Log.Verbose?.Invoke($"The offsets of connector '{prepared.Plan.Connector.ConnectorName}' before the change are in '{file}'.");
        return file;
    }

    private Outcome Failed(PreparedPlan prepared, ErrorRecord error)
    {
        NoteFailure(error);
        return new Outcome(prepared.Plan, prepared, null, error);
    }

    private void WriteAccepted(OrderedTasks<Outcome> submitted, bool all)
    {
        // Whoever takes the first one and stops the pipeline must not cut off a POST that is in flight.
        if (all)
            Await(submitted.WhenAllFinishedAsync());
        if (!submitted.AreAllFinished)
            return;
        HoldsOutput = false;
        while (submitted.Count > 0)
        {
            var outcome = Await(submitted.Next());
            if (outcome.Error is not null)
                Fail(outcome.Error);
            if (outcome.Request is not null && !Waits)
                WriteObject(outcome.Request);
            else if (outcome.Request is null && outcome.Error is null)
                _notSent.Add(outcome.Plan.Connector.ConnectorName);
        }
    }

    /// <summary>After an error that ends the pipeline no further request is sent.</summary>
    private bool IsHeldBack(AlterPlan plan)
    {
        if (!SendsNothing)
            return false;
        if (plan.Rejection is not null)
            Keep(ErrorFactory.Create(plan.Rejection, plan.Connector));
        else
            _notSent.Add(plan.Connector.ConnectorName);
        return true;
    }

    private sealed record Outcome(AlterPlan Plan, PreparedPlan? Prepared, ConnectorOffsetRequest? Request, ErrorRecord? Error);
}
