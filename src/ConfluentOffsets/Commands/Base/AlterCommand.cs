using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;
using ConfluentOffsets.Waiting;

namespace ConfluentOffsets.Commands;

/// <summary>
/// A cmdlet that changes offsets. It gathers all input, then for each connector: reads what is there, checks, asks,
/// and posts one request. Errors are written after everything that was accepted has been emitted.
/// </summary>
public abstract class AlterCommand : ConnectorCommand
{
    private readonly Dictionary<(ConfluentConnection, ConnectorAddress), AlterPlan> _plans = [];
    private readonly List<AlterPlan> _ordered = [];
    private readonly List<ErrorRecord> _errors = [];
    private readonly List<ConnectorOffsetRequest> _accepted = [];
    private readonly List<string> _notSent = [];
    private WaitSession? _waits;
    private Throttle? _throttle;
    private bool _nameGiven;
    private bool _isWhatIf;
    private bool _prompts;
    private bool _stopsAtErrors;
    private volatile bool _failed;

    /// <summary>Waits for the end of each request and emits its status.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Seconds that -Wait waits, over all requests.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue / 1000)]
    public int Timeout { get; set; } = WaitOptions.DefaultTimeout;

    private protected abstract string RequestType { get; }

    private protected virtual bool AllowsNewPartitions => false;

    /// <summary>Whether rows are piped or given, rather than parts of one.</summary>
    private protected abstract bool TakesInput { get; }

    private bool IsReset => RequestType == AlterRequestWriter.Delete;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isWhatIf = MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf)
            ? whatIf is SwitchParameter { IsPresent: true }
            : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));
        _prompts = !_isWhatIf && (MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm)
            ? confirm is SwitchParameter { IsPresent: true }
            : GetVariableValue("ConfirmPreference")?.ToString() != nameof(ConfirmImpact.None));
        _stopsAtErrors = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var given)
            ? given is ActionPreference.Stop
            : LanguagePrimitives.TryConvertTo<ActionPreference>(GetVariableValue("ErrorActionPreference"), out var preference) && preference == ActionPreference.Stop;

        // At this point only what was written on the command line is bound.
        _nameGiven = MyInvocation.BoundParameters.ContainsKey("ConnectorName");
        _throttle = new Throttle(ThrottleLimit);
        if (Wait)
        {
            _waits = new WaitSession(
                this,
                new WaitOptions(TimeSpan.FromSeconds(Timeout), TimeSpan.FromSeconds(WaitOptions.DefaultPollInterval), _throttle));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var prepared = new OrderedTasks<Outcome>(_throttle!);
        var submitted = new OrderedTasks<Outcome>(_throttle!);
        var waiting = new Queue<AlterPlan>(_ordered);
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
            Keep(outcome);

            // What was accepted before is out before somebody is asked, and perhaps leaves.
            if (_prompts)
                WriteAccepted(submitted, all: true);
            if (outcome.Prepared is { } ready && !IsHeldBack(ready.Plan) && Confirm(ready))
            {
                HoldsOutput = true;
                submitted.Add(() => SubmitAsync(ready), StopToken);
            }

            WriteAccepted(submitted, all: false);
        }

        WriteAccepted(submitted, all: true);

        // Only now: polls would queue before the POSTs, and their time-out would run while somebody answers a prompt.
        foreach (var request in _accepted)
            _waits?.Start(request.Connection!, request.Address, request);
        if (_waits is not null)
            _errors.AddRange(Await(_waits.WhenAllEndedAsync()));
        if (_notSent.Count > 0)
            WriteWarning($"Because of an error, nothing was sent for: {string.Join(", ", _notSent)}");
        ReportAll(_errors);
    }

    /// <summary>Plans what was given, or what was piped.</summary>
    /// <param name="input">Piped, or null.</param>
    /// <param name="names">Given, or piped.</param>
    /// <param name="environmentId">Given, or piped.</param>
    /// <param name="kafkaClusterId">Given, or piped.</param>
    /// <param name="connection">Given, or piped.</param>
    /// <param name="changes">The changes of a row; null: everything is reset.</param>
    private protected void Plan(
        PSObject? input,
        string[]? names,
        string? environmentId,
        string? kafkaClusterId,
        ConfluentConnection? connection,
        Func<InputRow?, IEnumerable<PlannedChange>>? changes)
    {
        foreach (var row in InputRow.Each(input))
        {
            if (row is null && TakesInput)
            {
                RejectNull(names, environmentId, kafkaClusterId, connection);
                continue;
            }

            // A name that was given but is empty is no reason to take the row's own: that is another connector.
            var found = names is { Length: > 0 } ? names : new string?[] { _nameGiven ? null : row?.ConnectorName };
            if (found[0] is null && !_nameGiven && row is not null)
            {
                Fail(ErrorFactory.Create(new RejectedInputException(ErrorIds.InvalidConnectorName, $"A piped {row.TypeName} has no ConnectorName, and none is given."), connector: null));
                continue;
            }

            foreach (var name in found)
            {
                Plan(
                    connection ?? row?.Connection,
                    ConnectorIds.Or(environmentId, row?.EnvironmentId),
                    ConnectorIds.Or(kafkaClusterId, row?.KafkaClusterId),
                    name,
                    changes is null ? null : () => changes(row));
            }
        }
    }

    /// <summary>Plans changes of a connector; what is wrong with them is its error, and then nothing is sent for it.</summary>
    /// <param name="connection">Given or piped.</param>
    /// <param name="environmentId">Given or piped.</param>
    /// <param name="kafkaClusterId">Given or piped.</param>
    /// <param name="connectorName">Given or piped.</param>
    /// <param name="changes">Null: everything is reset.</param>
    private void Plan(
        ConfluentConnection? connection,
        string? environmentId,
        string? kafkaClusterId,
        string? connectorName,
        Func<IEnumerable<PlannedChange>>? changes)
    {
        var found = FindConnection(connection);
        AlterPlan plan;
        try
        {
            plan = FindPlan(found, ConnectorIds.Resolve(found, environmentId, kafkaClusterId, connectorName));
        }
        catch (RejectedInputException e)
        {
            Fail(ErrorFactory.Create(e, connector: null));
            return;
        }

        try
        {
            if (changes is null)
                plan.IsForAll = true;
            foreach (var change in changes?.Invoke() ?? [])
                plan.Add(change);
        }
        catch (RejectedInputException e)
        {
            plan.Reject(e);
        }
    }

    /// <summary>Changes for several partitions of a topic that share an offset.</summary>
    private protected static IEnumerable<PlannedChange> OfTopic(string topic, int[]? partitions, Func<Client.Json.JsonMapNode?> offset)
    {
        if (string.IsNullOrWhiteSpace(topic))
            throw new RejectedInputException(ErrorIds.InvalidPartition, "The topic is blank: is a variable empty?");
        if (partitions is null)
            return [new PlannedChange(null, topic, offset())];
        if (partitions.Length == 0 || Array.Exists(partitions, p => p < 0))
            throw new RejectedInputException(ErrorIds.InvalidPartition, "A partition number is missing or below zero.");
        return partitions.Select(p => new PlannedChange(SinkPartition.Create(topic, p), null, offset())).ToArray();
    }

    /// <inheritdoc/>
    private protected override void PrepareError(ErrorRecord error)
    {
        if (error.Exception is ConfluentOffsetsException exception)
        {
            lock (_accepted)
                exception.AcceptedRequests = _accepted.ToArray();
        }
    }

    /// <summary>An unusable row: nothing is sent for its connector, and where that is not known, nothing at all.</summary>
    private void RejectNull(string[]? names, string? environmentId, string? kafkaClusterId, ConfluentConnection? connection)
    {
        RejectedInputException Rejection() => new(ErrorIds.InvalidInputObject, "A piped row is $null: is a variable empty?");
        if (!_nameGiven || names is not { Length: > 0 })
        {
            Fail(ErrorFactory.Create(Rejection(), connector: null));
            _failed = true;
            return;
        }

        foreach (var name in names)
            Plan(connection, environmentId, kafkaClusterId, name, () => throw Rejection());
    }

    private AlterPlan FindPlan(ConfluentConnection connection, ConnectorAddress connector)
    {
        if (!_plans.TryGetValue((connection, connector), out var plan))
        {
            _plans.Add((connection, connector), plan = new AlterPlan(connection, connector));
            _ordered.Add(plan);
        }

        return plan;
    }

    private async Task<Outcome> PrepareAsync(AlterPlan plan)
    {
        try
        {
            if (plan.Rejection is not null)
                throw plan.Rejection;
            var api = Api(plan.Connection);
            var current = await api.GetOffsetsAsync(plan.Connector, StopToken).ConfigureAwait(false);
            var prepared = AlterPreparation.Prepare(plan, current, AllowsNewPartitions);

            // What -WhatIf finds no fault with should not be refused a moment later.
            if (_isWhatIf)
                await new OffsetAlteration(api).ReadBaselineAsync(plan.Connector, StopToken).ConfigureAwait(false);
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

    private bool Confirm(PreparedPlan prepared)
    {
        var action = AlterDescription.Action(prepared, IsReset);
        var question = AlterDescription.Question(prepared, IsReset);
        var caption = AlterDescription.Caption(prepared, IsReset);
        try
        {
            return ShouldProcess(action, question, caption);
        }
        catch (Exception e) when (Confirmation.IsUnavailable(e))
        {
            // Written like other errors that end the pipeline: after what was accepted before it.
            Fail(ErrorFactory.Create(
                ErrorIds.ConfirmationUnavailable,
                $"{caption}: nobody can answer the prompt here, so nothing was sent. Add -Confirm:$false to go on without it.",
                prepared.Plan.Connector.ConnectorName,
                e));
            return false;
        }
    }

    private async Task<Outcome> SubmitAsync(PreparedPlan prepared)
    {
        var plan = prepared.Plan;
        if (_failed)
            return new Outcome(plan, prepared, null, null);

        try
        {
            var offsets = prepared.Changes?.Select(c => new Client.Wire.PartitionOffset(c.Partition, c.NewOffset)).ToArray();
            var submitted = await new OffsetAlteration(Api(plan.Connection)) { IsCalledOff = () => _failed }
                .SubmitAsync(plan.Connector, RequestType, offsets, StopToken)
                .ConfigureAwait(false);
            var request = RequestObjects.Request(plan.Connection, submitted, prepared.Current.Id, prepared.Current.Offsets);
            lock (_accepted)
                _accepted.Add(request);
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
        catch (ServiceException e)
        {
            var error = ErrorFactory.Create(e, plan.Connector);
            NoteFailure(error);
            return new Outcome(plan, prepared, null, error);
        }
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
            Keep(outcome);
            if (outcome.Request is not null && !Wait)
                WriteObject(outcome.Request);
            else if (outcome.Request is null && outcome.Error is null)
                _notSent.Add(outcome.Plan.Connector.ConnectorName);
        }
    }

    /// <summary>After an error that ends the pipeline no further request is sent.</summary>
    private bool IsHeldBack(AlterPlan plan)
    {
        if (!_failed)
            return false;
        if (plan.Rejection is not null)
            _errors.Add(ErrorFactory.Create(plan.Rejection, plan.Connector));
        else
            _notSent.Add(plan.Connector.ConnectorName);
        return true;
    }

    private void Keep(Outcome outcome)
    {
        if (outcome.Error is not null)
            Fail(outcome.Error);
    }

    private void Fail(ErrorRecord error)
    {
        NoteFailure(error);
        _errors.Add(error);
    }

    private void NoteFailure(ErrorRecord error)
    {
        // Only ever set: requests in flight note theirs at the same time.
        if (_stopsAtErrors || ErrorFactory.EndsPipeline(ErrorFactory.IdOf(error)))
            _failed = true;
    }

    private sealed record Outcome(AlterPlan Plan, PreparedPlan? Prepared, ConnectorOffsetRequest? Request, ErrorRecord? Error);
}
