using System.Management.Automation;
using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that changes offsets of partitions: named by parameters, or piped as rows.</summary>
public abstract class AlterRowsCommand : AlterCommand
{
    private readonly HashSet<(string, string?, string?)> _rejections = [];
    private bool _nameGiven;

    /// <summary>What the latest row was for: most often the next one is for the same.</summary>
    private ((ConfluentConnection, ConfluentConnection?, string?, string?, string?) Asked, AlterPlan Plan)? _latest;

    private protected virtual bool AllowsNewPartitions => false;

    /// <summary>Whether rows are piped or given, rather than parts of one.</summary>
    private protected abstract bool TakesInput { get; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // At this point only what was written on the command line is bound.
        _nameGiven = MyInvocation.BoundParameters.ContainsKey("ConnectorName");
    }

    /// <inheritdoc/>
    private protected override Task<PreparedPlan> PrepareAsync(OffsetsApi api, AlterPlan plan, KnownOffsets known, RequestBaseline latest) =>
        Task.FromResult(AlterPreparation.Prepare(plan, known, AllowsNewPartitions));

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
        if (Refuse(connection, names) is { } refused)
        {
            RejectAll(refused, environmentId, kafkaClusterId);
            return;
        }

        foreach (var row in InputRow.Each(input))
        {
            this.GoOn();
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

            var goesTo = connection;
            if (goesTo is null && row is not null && !TryReadConnection(row, out goesTo))
                continue;
            foreach (var name in found)
            {
                Plan(
                    goesTo,
                    row?.Connection,
                    environmentId is { Length: > 0 } ? environmentId : row?.EnvironmentId,
                    kafkaClusterId is { Length: > 0 } ? kafkaClusterId : row?.KafkaClusterId,
                    name,
                    row,
                    changes);
            }
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
            if (FindConnector(found, environmentId, kafkaClusterId, connectorName, isPiped: !_nameGiven, out var error, origin) is not { } connector)
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
    private void RejectNull(string[]? names, string? environmentId, string? kafkaClusterId, ConfluentConnection? connection)
    {
        RejectedInputException Rejection() => new(ErrorIds.InvalidInputObject, "A piped row is $null: is a variable empty?");
        if (!_nameGiven || names is not { Length: > 0 })
        {
            RejectAll(Rejection(), environmentId, kafkaClusterId);
            return;
        }

        foreach (var name in names)
            Plan(connection, null, environmentId, kafkaClusterId, name, null, _ => throw Rejection());
    }

    /// <summary>Where a row goes; false: it says something that is no connection. Which cloud's connector it is for, is not known then.</summary>
    private bool TryReadConnection(InputRow row, out ConfluentConnection? connection)
    {
        connection = null;
        try
        {
            connection = row.ReadConnection();
            return true;
        }
        catch (RejectedInputException e)
        {
            RejectAll(e, row.EnvironmentId, row.KafkaClusterId);
            return false;
        }
    }

    /// <summary>Sends nothing at all, and says why, once for each connector: a column that is wrong is so in each row.</summary>
    private void RejectAll(RejectedInputException rejection, string? environmentId, string? kafkaClusterId)
    {
        if (_rejections.Add((rejection.Message, environmentId, kafkaClusterId)))
            Fail(ErrorFactory.Create(rejection, connector: null));
        SendNothing();
    }
}
