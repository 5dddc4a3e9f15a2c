using System.Globalization;
using System.Text;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Alteration;

/// <summary>Says to an operator what a request will do, and where.</summary>
internal static class AlterDescription
{
    private const int MaxListed = 10;

    /// <summary>The title of a prompt.</summary>
    public static string Caption(PreparedPlan prepared, bool isReset) =>
        $"{(isReset ? "Reset" : "Alter")} the offsets of connector '{prepared.Plan.Connector.ConnectorName}'";

    /// <summary>What -WhatIf and -Verbose tell.</summary>
    public static string Action(PreparedPlan prepared, bool isReset) => $"{Caption(prepared, isReset)} ({Details(prepared, isReset)}";

    /// <summary>What the prompt asks, below its caption.</summary>
    public static string Question(PreparedPlan prepared, bool isReset) => $"({Details(prepared, isReset)}{Environment.NewLine}" + (isReset
        ? "The connector stops and starts as if newly created: a sink starts over, a CDC source takes a new snapshot. Go on?"
        : "The connector stops while its offsets change, and goes on from the new ones. Go on?");

    private static string Details(PreparedPlan prepared, bool isReset)
    {
        var plan = prepared.Plan;
        var text = new StringBuilder($"{plan.Connector.EnvironmentId}, {plan.Connector.KafkaClusterId}, {plan.Connection.Actor})");
        var changes = prepared.Changes ?? [.. prepared.Current.Offsets.Select(o => new PreparedChange(o.Partition, o.Offset, null))];
        if (prepared.Changes is null)
            text.Append(CultureInfo.InvariantCulture, $": all partitions, {changes.Count} now");
        foreach (var change in changes.Take(MaxListed))
            text.AppendLine().Append("  ").Append(Line(change, isReset));
        if (changes.Count > MaxListed)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  and {changes.Count - MaxListed} more");
        if (!isReset && Records(changes) is { } records)
            text.AppendLine().Append("  ").Append(records);
        return text.ToString();
    }

    private static string Line(PreparedChange change, bool isReset)
    {
        var partition = OffsetText.Partition(change.Partition);
        var old = change.OldOffset is null ? "(new)" : OffsetText.Offset(change.OldOffset);
        return isReset ? $"{partition}: {old}" : $"{partition}: {old} -> {OffsetText.Offset(change.NewOffset)}{Delta(change)}";
    }

    private static string Delta(PreparedChange change) => Difference(change) switch
    {
        null or 0 => "",
        < 0 and var n => string.Create(CultureInfo.InvariantCulture, $" (replays {-n} records)"),
        var n => string.Create(CultureInfo.InvariantCulture, $" (skips {n} records)"),
    };

    private static string? Records(IReadOnlyList<PreparedChange> changes)
    {
        var differences = changes.Select(Difference).OfType<decimal>().ToList();
        if (changes.Count < 2 || differences.Count == 0)
            return null;
        var replayed = -differences.Where(d => d < 0).Sum();
        var skipped = differences.Where(d => d > 0).Sum();
        return string.Create(CultureInfo.InvariantCulture, $"in all, {replayed} records are replayed and {skipped} are skipped");
    }

    // As decimal: the difference of two longs need not be one.
    private static decimal? Difference(PreparedChange change) =>
        SinkPartition.TryRead(change.Partition) is not null
        && SinkPartition.TryReadOffset(change.NewOffset) is { } now
        && SinkPartition.TryReadOffset(change.OldOffset) is { } before
            ? (decimal)now - before
            : null;
}
