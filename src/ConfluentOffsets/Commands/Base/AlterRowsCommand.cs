using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that changes offsets of partitions: named by parameters, or piped as rows.</summary>
public abstract class AlterRowsCommand : AlterCommand
{
    /// <summary>What the latest row was for: most often the next one is for the same.</summary>
    private ((ConfluentConnection, ConfluentConnection?, string?, string?, string?) Asked, AlterPlan Plan)? _latest;

    private protected virtual bool AllowsNewPartitions => false;

    /// <summary>Whether rows are piped or given, rather than parts of one.</summary>
    private protected abstract bool TakesInput { get; }

    /// <inheritdoc/>
    private protected override Task<PreparedPlan> PrepareAsync(OffsetsApi api, AlterPlan plan, KnownOffsets known, RequestBaseline latest) =>
        Task.FromResult(AlterPreparation.Prepare(plan, known, AllowsNewPartitions));

    /// <summary>Plans what was given, or what was piped.</summary>
    /// <param name="input">Piped, or null.</param>
    /// <param name="names">Given, or piped.</param>
    /// <param name="changes">The changes of a row; null: everything is reset.</param>
    private protected void Plan(PSObject? input, string[]? names, Func<InputRow?, IEnumerable<PlannedChange>>? changes)
    {
        if (RefusePlace(names, isSeen: input is not null) is not null)
        {
            // Said of the row's own connector, where no name is bound.
            var told = names ?? (InputRow.Each(input) is [{ } first, ..] ? first.ConnectorNames : null);
            RejectAll(RefusePlace(told, isSeen: input is not null)!);
            return;
        }

        foreach (var row in InputRow.Each(input))
        {
            this.GoOn();
            if (row is null && TakesInput)
            {
                RejectNull(names);
                continue;
            }

            // A name that was given but is empty is no reason to take the row's own: that is another connector.
            var found = names is { Length: > 0 } ? names : IsNameGiven || row is null ? [null] : row.ConnectorNames;
            if (found is [null] or [] && !IsNameGiven && row is not null)
            {
                Fail(ErrorFactory.Create(new RejectedInputException(ErrorIds.InvalidConnectorName, $"A piped {row.TypeName} has no ConnectorName, and none is given."), connector: null));
                continue;
            }

            var environmentId = Bound.EnvironmentId is { Length: > 0 } environment ? environment : row?.EnvironmentId;
            var kafkaClusterId = Bound.KafkaClusterId is { Length: > 0 } cluster ? cluster : row?.KafkaClusterId;
            var goesTo = Bound.Connection;
            if (goesTo is null && row is not null && !row.TryReadConnection(out goesTo, out var refusal))
            {
                RejectAll(BoundPlace.Stray(refusal, found, environmentId, kafkaClusterId, row.Input));
                continue;
            }

            foreach (var name in found)
                Plan(goesTo, row?.Connection, environmentId, kafkaClusterId, name, row, changes);
        }
    }

    /// <summary>Plans changes of a connector; what is wrong with them is its error, and then nothing is sent for it.</summary>
    /// <param name="connection">Given or piped.</param>
    /// <param name="origin">The row's own, or null.</param>
    /// <param name="environmentId">Given or piped.</param>
    /// <param name="kafkaClusterId">Given or piped.</param>
    /// <param name="connectorName">Given or piped.</param>
    /// <param name="row">Piped, or null.</param>
    /// <param name="changes">Null: everything is reset.</param>
    private void Plan(
        ConfluentConnection? connection,
        ConfluentConnection? origin,
        string? environmentId,
        string? kafkaClusterId,
        string? connectorName,
        InputRow? row,
        Func<InputRow?, IEnumerable<PlannedChange>>? changes)
    {
        var found = FindConnection(connection);
        var asked = (found, origin, environmentId, kafkaClusterId, connectorName);
        if (_latest is null || _latest.Value.Asked != asked)
        {
            if (FindConnector(found, environmentId, kafkaClusterId, connectorName, isPiped: !IsNameGiven, out var error, origin) is not { } connector)
            {
                Fail(error!);
                if (HasRefusedWildcard)
                    SendNothing();
                return;
            }

            _latest = (asked, Plans.Of(found, connector));
        }

        var plan = _latest.Value.Plan;
        try
        {
            if (changes is null)
                plan.IsForAll = true;
            foreach (var change in changes?.Invoke(row) ?? [])
                plan.Add(change);
        }
        catch (RejectedInputException e)
        {
            plan.Reject(e);
        }
    }

    /// <summary>Changes for several partitions of a topic that share an offset.</summary>
    private protected static IEnumerable<PlannedChange> OfTopic(string topic, int[]? partitions, Func<JsonMapNode?> offset)
    {
        if (string.IsNullOrWhiteSpace(topic))
            throw new RejectedInputException(ErrorIds.InvalidPartition, "The topic is blank: is a variable empty?");
        if (partitions is null)
            return [new PlannedChange(null, topic, offset())];
        if (partitions.Length == 0 || Array.Exists(partitions, p => p < 0))
            throw new RejectedInputException(ErrorIds.InvalidPartition, "A partition number is missing or below zero.");
        return partitions.Select(p => new PlannedChange(SinkPartition.Create(topic, p), null, offset())).ToArray();
    }

    /// <summary>An unusable row: nothing is sent for its connector, and where that is not known, nothing at all.</summary>
    private void RejectNull(string[]? names)
    {
        RejectedInputException Rejection() => new(ErrorIds.InvalidInputObject, "A piped row is $null: is a variable empty?");
        if (!IsNameGiven || names is not { Length: > 0 })
        {
            RejectAll(Rejection());
            return;
        }

        foreach (var name in names)
            Plan(Bound.Connection, null, Bound.EnvironmentId, Bound.KafkaClusterId, name, null, _ => throw Rejection());
    }

    /// <summary>Sends nothing at all, and says why: which cloud's connector it is for, is not known.</summary>
    private void RejectAll(RejectedInputException rejection)
    {
        if (IsNews(rejection))
            Fail(ErrorFactory.Create(rejection, connector: null));
        SendNothing();
    }
}
