using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Waiting;
using Item = ConfluentOffsets.Client.Wire.PartitionOffset;

namespace ConfluentOffsets.Alteration;

/// <summary>Says what has to be sent so that requests are taken back.</summary>
internal static class RestorePreparation
{
    private const int MaxNamed = 10;

    /// <summary>Prepares to put back what was there before the plan's requests; where it has none, before the latest.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="known">What is known of the connector's offsets.</param>
    /// <param name="latest">The connector's latest request.</param>
    /// <param name="connectors">Tells the connector's id, where its offsets do not.</param>
    /// <param name="log">Told where that cannot be found out.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RejectedInputException">There is nothing to put back, or nothing that may be.</exception>
    /// <exception cref="ServiceException">There is no latest request.</exception>
    public static async Task<PreparedPlan> PrepareAsync(
        AlterPlan plan,
        KnownOffsets known,
        RequestBaseline latest,
        ConnectorsApi connectors,
        CallLog log,
        CancellationToken cancellationToken)
    {
        if (plan.TakenBack.Count > 0)
        {
            var id = known.Observed.Id;
            if (id is null && plan.TakenBack.Any(s => s.ConnectorId is not null))
                id = await FindIdAsync(plan.Connector, connectors, log, cancellationToken).ConfigureAwait(false);
            return WarnOfLater(Prepare(plan, plan.TakenBack, known, id), latest);
        }

        if (latest.Status is not { } status)
            throw new ServiceException(FailureKind.RequestNotFound, "The service tells of no request.");
        var taken = RequestObjects.Status(plan.Connection, plan.Connector, status, request: null);
        CheckApplied(taken);
        return Prepare(plan, [taken], known, known.Observed.Id);
    }

    /// <summary>The connector's id out of the list: it may have been created anew.</summary>
    private static async Task<string?> FindIdAsync(ConnectorAddress connector, ConnectorsApi connectors, CallLog log, CancellationToken cancellationToken)
    {
        var (environmentId, kafkaClusterId, name) = connector;
        try
        {
            var list = await connectors.ListIdsAsync(environmentId, kafkaClusterId, cancellationToken).ConfigureAwait(false);
            return list.FirstOrDefault(c => c.Name == name)?.Id;
        }
        catch (ServiceException e)
        {
            log.Verbose?.Invoke($"Whether '{name}' is still the same connector could not be found out: {e.Message}");
            return null;
        }
    }

    /// <summary>Prepares to put back what was there before requests of one connector.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="statuses">The requests, by their statuses.</param>
    /// <param name="known">What is known of the connector's offsets.</param>
    /// <param name="connectorId">The connector's id; null where it is not known.</param>
    /// <exception cref="RejectedInputException">There is nothing to put back, or nothing that may be.</exception>
    private static PreparedPlan Prepare(AlterPlan plan, IEnumerable<ConnectorOffsetRequestStatus> statuses, KnownOffsets known, string? connectorId)
    {
        var now = new PartitionIndex(known.Now);
        var partitions = known.Partitions;
        var seen = new HashSet<PartitionKey>();
        var changes = new List<PreparedChange>();
        var added = new List<JsonMapNode>();
        var warnings = new List<string>();
        var guessed = new List<JsonMapNode>();
        foreach (var status in statuses)
        {
            CheckConnector(status, connectorId);

            // The service's own word, taken when the connector had stopped; where it has none, what was read before.
            var told = new PartitionIndex(status.PreviousOffsets.Select(o => o.ToItem()).Where(o => o.Offset is not null));
            var read = Read(status.Request);
            var before = new PartitionIndex((read ?? status.Request.OffsetsBefore.Select(o => o.ToItem())).Where(o => o.Offset is not null), told.Items);
            if (before.IsEmpty && status.Request.Sent is null)
                throw NothingKnown(status);
            var isFull = PartialReset.MayBeFull(status);
            if (isFull && status.Request.Offsets.Count > 0)
                warnings.Add("the reset of some partitions was not confirmed as one, so all partitions are put back.");
            var changed = isFull ? [.. before.Items.Select(i => i.Partition!)] : Changed(status);
            var named = new PartitionIndex(changed.Select(p => new Item(p, null)));
            foreach (var partition in changed)
            {
                var key = PartitionKey.Of(partition);
                var hasTwins = before.Twins(key).Count + named.Twins(key).Count > 0;
                if (!seen.Add(hasTwins ? PartitionKey.AsWritten(partition) : key))
                    throw new RejectedInputException(ErrorIds.DuplicatePartition, $"Partition {OffsetText.Partition(partition)} is in two requests: which one's offset is to be put back?");
                if (before.Find(key, partition, hasTwins) is not { } item)
                {
                    added.Add(partition);
                    continue;
                }

                // Copies: the status is the user's, who may edit it.
                var literal = hasTwins ? null : partitions.Find(key, partition)?.Partition;
                changes.Add(new PreparedChange(literal ?? item.Partition!.Snapshot(), now.Find(key, partition, hasTwins)?.Offset, item.Offset!.Snapshot()));
                if (read is null && told.Find(key, partition, hasTwins) is null)
                    guessed.Add(partition);
            }
        }

        if (added.Count > 0 && changes.Count > 0)
            warnings.Add($"the request added {Names(added)}, which cannot be taken away again; Reset-ConnectorOffset starts a partition over.");
        if (guessed.Count > 0)
            warnings.Add($"what {Names(guessed)} had before the request is known only from before an earlier change, which the service had not observed: compare it with other sources.");
        if (changes.Count == 0)
            throw NothingToRestore(added);
        return new PreparedPlan(plan, known.Observed with { Id = connectorId }, changes) { Warnings = warnings };
    }

    /// <summary>
    /// Warns where somebody altered the same partitions after the requests that are taken back: that is overwritten, and
    /// may be meant to be.
    /// </summary>
    /// <param name="prepared">What will be put back.</param>
    /// <param name="latest">The connector's latest request.</param>
    private static PreparedPlan WarnOfLater(PreparedPlan prepared, RequestBaseline latest)
    {
        if (latest.IsNone || prepared.Plan.TakenBack.Any(s => IsSame(s, latest)))
            return prepared;

        var restored = prepared.Changes!.Select(c => PartitionKey.Of(c.Partition!)).ToHashSet();
        var altered = (latest.Offsets ?? []).Select(o => o.Partition).OfType<JsonMapNode>().ToList();
        var both = altered.Where(p => restored.Contains(PartitionKey.Of(p))).ToList();
        if (altered.Count > 0 && both.Count == 0)
            return prepared;

        var at = latest.RequestedAt is { } time ? $", {StaleOffsets.Time(time.Utc)}" : "";
        var named = altered.Count > 0 ? $" for {Names(both)}" : "";
        var warning = $"since then another request ({latest.Type ?? "of no known type"}{at}) was made{named}: what it changed is overwritten with older values.";
        return prepared with { Warnings = [.. prepared.Warnings, warning] };
    }

    /// <summary>Whether a status tells of the latest request. What one side does not tell proves nothing.</summary>
    private static bool IsSame(ConnectorOffsetRequestStatus status, RequestBaseline latest) =>
        (status.Request.Type is null || latest.Type is null || string.Equals(status.Request.Type, latest.Type, StringComparison.OrdinalIgnoreCase))
        && (status.Request.Time is null || latest.RequestedAt is null || status.Request.Time.Same(latest.RequestedAt))
        && RequestCorrelation.SameOffsets(status.Shown, latest.Offsets, partitionsOnly: false);

    /// <summary>Refuses a request that changed nothing, or has not yet.</summary>
    /// <exception cref="RejectedInputException">It is not APPLIED.</exception>
    public static void CheckApplied(ConnectorOffsetRequestStatus status)
    {
        if (!string.Equals(status.Phase, AlterStatusDocument.Applied, StringComparison.OrdinalIgnoreCase))
        {
            throw new RejectedInputException(
                ErrorIds.OffsetRequestNotApplied,
                $"its {status.Request.Type ?? "alter"} request is {(status.Phase.Length == 0 ? "of no known phase" : status.Phase)}, not APPLIED, so there is nothing to take back.",
                status);
        }
    }

    private static void CheckConnector(ConnectorOffsetRequestStatus status, string? connectorId)
    {
        if (status.ConnectorId is { } then && connectorId is { } now && then != now)
            throw new RejectedInputException(ErrorIds.ConnectorReplaced, $"it is another connector now ({now}) than the one whose offsets were altered ({then}). Nothing was sent.", status);
    }

    private static IReadOnlyList<Item> Named(ConnectorOffsetRequestStatus status) =>
        status.Request.Sent ?? status.Request.Offsets.Select(o => o.ToItem()).ToArray();

    /// <summary>The partitions that a request named.</summary>
    private static List<JsonMapNode> Changed(ConnectorOffsetRequestStatus status)
    {
        var partitions = Named(status).Select(o => o.Partition).OfType<JsonMapNode>().ToList();
        return partitions.Count > 0
            ? partitions
            : throw new RejectedInputException(
                ErrorIds.NoPreviousOffsets,
                "the service does not tell which partitions the request changed. The status's PreviousOffsets can be piped to Set-ConnectorOffset, those that are meant.",
                status);
    }

    /// <summary>
    /// What was read before a request: where that was from before an earlier change, as that has left it. Null where
    /// nobody tells what it has left.
    /// </summary>
    private static IReadOnlyList<Item>? Read(ConnectorOffsetRequest request)
    {
        var read = request.OffsetsBefore.Select(o => o.ToItem()).ToArray();
        return request.IsBeforeEarly && request.Baseline is { } earlier ? KnownOffsets.Left(read, earlier) : read;
    }

    private static RejectedInputException NothingKnown(ConnectorOffsetRequestStatus? status) =>
        new(ErrorIds.NoPreviousOffsets, "neither the service nor the request tells of offsets before it.", status);

    private static RejectedInputException NothingToRestore(List<JsonMapNode> added) => added.Count == 0
        ? NothingKnown(null)
        : new(ErrorIds.NoPreviousOffsets, $"before the request there was nothing in what it changed: it added {Names(added)}, which cannot be taken away again.");

    private static string Names(List<JsonMapNode> partitions)
    {
        var names = string.Join("; ", partitions.Take(MaxNamed).Select(OffsetText.Partition));
        return partitions.Count > MaxNamed ? $"{names}; and {partitions.Count - MaxNamed} more" : names;
    }
}
