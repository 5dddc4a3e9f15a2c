using System.Globalization;
using System.Text;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Alteration;

/// <summary>Says to an operator what a request will do, and where.</summary>
internal sealed class AlterDescription(PreparedPlan prepared, AlterKind kind)
{
    private const int MaxListed = 10;
    private string? _details;

    /// <summary>The title of a prompt.</summary>
    public string Caption => $"{kind} the offsets of connector '{prepared.Plan.Connector.ConnectorName}'";

    /// <summary>What -WhatIf and -Verbose tell.</summary>
    public string Action => $"{Caption} ({Details}";

    /// <summary>What the prompt asks, below its caption.</summary>
    public string Question => $"({Details}{Environment.NewLine}" + (kind == AlterKind.Reset
        ? "The connector stops and starts as if newly created: a sink starts over, a CDC source takes a new snapshot. Go on?"
        : "The connector stops while its offsets change, and goes on from the new ones. Go on?");

    private string Details => _details ??= Detail();

    private string Detail()
    {
        var plan = prepared.Plan;
        var text = new StringBuilder($"{plan.Connector.EnvironmentId}, {plan.Connector.KafkaClusterId}, {plan.Connection.Actor})");
        var changes = prepared.Changes ?? [.. prepared.Known.Now.Select(o => new PreparedChange(o.Partition, o.Offset, null))];
        if (prepared.Changes is null)
            text.Append(CultureInfo.InvariantCulture, $": all partitions, {changes.Count} now");
        foreach (var change in changes.Take(MaxListed))
            text.AppendLine().Append("  ").Append(Line(change));
        if (changes.Count > MaxListed)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  and {changes.Count - MaxListed} more");
        if ((kind == AlterKind.Reset ? StartingOver(changes) : Records(changes)) is { } records)
            text.AppendLine().Append("  ").Append(records);
        if (prepared.Known is { IsEarly: true, IsCertain: true })
            text.AppendLine().Append("  as the last change has left them; that is not observed yet");
        else if (prepared.Current.ObservedAt is { } observed)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  as observed at {observed.Utc:yyyy-MM-dd HH:mm:ss}Z{(prepared.Known.IsEarly ? ", before the last change: what that has left is not known" : "")}");

        return text.ToString();
    }

    private string Line(PreparedChange change)
    {
        var partition = OffsetText.Partition(change.Partition);
        var old = change.OldOffset is null ? (kind == AlterKind.Restore ? "(none)" : "(new)") : OffsetText.Offset(change.OldOffset);
        return kind == AlterKind.Reset ? $"{partition}: {old}" : $"{partition}: {old} -> {OffsetText.Offset(change.NewOffset)}{Delta(change)}";
    }

    private static string Delta(PreparedChange change)
    {
        if (Difference(change) is not { } difference || difference == 0)
            return "";
        return difference < 0 ? $" (replays {Count(-difference)})" : $" (skips {Count(difference)})";
    }

    private static string? Records(IReadOnlyList<PreparedChange> changes)
    {
        if (changes.Count < 2)
            return null;
        var (isKnown, replayed, skipped) = (false, Int128.Zero, Int128.Zero);
        foreach (var change in changes)
        {
            if (Difference(change) is not { } difference)
                continue;
            isKnown = true;
            if (difference < 0)
                replayed -= difference;
            else
                skipped += difference;
        }

        return !isKnown ? null : string.Create(CultureInfo.InvariantCulture, $"in all, {Count(replayed)} {Are(replayed)} replayed and {skipped} {Are(skipped)} skipped");
    }

    /// <summary>Where a topic begins is not known here: older records may be gone.</summary>
    private static string? StartingOver(IReadOnlyList<PreparedChange> changes)
    {
        var offsets = changes
            .Where(c => SinkPartition.TryRead(c.Partition) is not null)
            .Select(c => SinkPartition.TryReadOffset(c.OldOffset))
            .OfType<long>()
            .ToList();
        var replayed = offsets.Aggregate(Int128.Zero, (sum, offset) => sum + offset);
        return offsets.Count == 0 ? null : $"up to {Count(replayed)} {Are(replayed)} replayed, as many of them as the topics still hold";
    }

    private static string Count(Int128 records) => string.Create(CultureInfo.InvariantCulture, $"{records} {(records == 1 ? "record" : "records")}");

    private static string Are(Int128 records) => records == 1 ? "is" : "are";

    private static Int128? Difference(PreparedChange change) => SinkPartition.Difference(change.Partition, change.OldOffset, change.NewOffset);
}
