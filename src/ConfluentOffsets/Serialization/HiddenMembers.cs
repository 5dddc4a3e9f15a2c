using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Serialization;

/// <summary>
/// The hidden code properties of the output types: what views, serialization and the pipeline need, and what does not
/// turn up in JSON, CSV or Select-Object *.
/// </summary>
public static class HiddenMembers
{
    private const int MaxListed = 10;
    private const int MaxPartitionText = 48;

    /// <summary>The connection an object came from; piped on, it goes back there.</summary>
    /// <param name="instance">A row, a request, a status, a difference or a connector.</param>
    public static object? GetConnection(PSObject instance) => instance?.BaseObject switch
    {
        ConnectorOffset row => row.Connection,
        ConnectorOffsetRequest request => request.Connection,
        ConnectorOffsetRequestStatus status => status.Connection,
        ConnectorOffsetDifference difference => difference.Connection,
        Connector connector => connector.Connection,
        _ => null,
    };

    /// <summary>All of an object as JSON text: what brings it back from Clixml and jobs without a loss.</summary>
    /// <param name="instance">A row, a request, a status, a difference or a connector.</param>
    public static object? GetJson(PSObject instance) => instance?.BaseObject switch
    {
        ConnectorOffset row => SerializedForm.Write(row).ToString(),
        ConnectorOffsetRequest request => SerializedForm.Write(request).ToString(),
        ConnectorOffsetRequestStatus status => SerializedForm.Write(status).ToString(),
        ConnectorOffsetDifference difference => SerializedForm.Write(difference).ToString(),
        Connector connector => SerializedForm.Write(connector).ToString(),
        _ => null,
    };

    /// <summary>
    /// What a table is headed by. Of rows, it shows at any width when they were observed; of differences, which connectors
    /// were compared.
    /// </summary>
    /// <param name="instance">A row or a difference.</param>
    public static object? GetConnectorText(PSObject instance) => instance?.BaseObject switch
    {
        ConnectorOffset row => row.ObservedAt is null ? row.ConnectorName : $"{row.ConnectorName}, observed {Time(row.ObservedAt)}",
        ConnectorOffsetDifference difference => difference.ConnectorText,
        _ => null,
    };

    /// <summary>The partition, for a table; a long one is cut in the middle, so that its offset has room.</summary>
    /// <param name="instance">A row or a difference.</param>
    public static object? GetPartitionText(PSObject instance) => instance?.BaseObject switch
    {
        ConnectorOffset row => OffsetText.Cut(OffsetText.Partition(row.Partition?.Node), MaxPartitionText),
        ConnectorOffsetDifference difference => DifferenceText.Partition(difference),
        _ => null,
    };

    /// <summary>A difference's offset in the reference, for its table.</summary>
    /// <param name="instance">A difference.</param>
    public static object? GetReferenceText(PSObject instance) =>
        instance?.BaseObject is ConnectorOffsetDifference difference ? DifferenceText.Reference(difference) : null;

    /// <summary>A difference's offset in the difference, for its table.</summary>
    /// <param name="instance">A difference.</param>
    public static object? GetDifferenceText(PSObject instance) =>
        instance?.BaseObject is ConnectorOffsetDifference difference ? DifferenceText.Difference(difference) : null;

    /// <summary>How far a sink's offset has moved, for a table: with its sign.</summary>
    /// <param name="instance">A difference.</param>
    public static object? GetDeltaText(PSObject instance) =>
        (instance?.BaseObject as ConnectorOffsetDifference)?.Delta?.ToString("+0;-0;0", CultureInfo.InvariantCulture);

    /// <summary>A row's offset, for its table.</summary>
    /// <param name="instance">A row.</param>
    public static object? GetOffsetText(PSObject instance) =>
        instance?.BaseObject is ConnectorOffset row ? OffsetText.Offset(row.Offset?.Node) : null;

    /// <summary>When a row was observed, for its table: UTC, with its Z.</summary>
    /// <param name="instance">A row.</param>
    public static object? GetObservedText(PSObject instance) =>
        instance?.BaseObject is ConnectorOffset row ? Time(row.ObservedAt) : null;

    /// <summary>When a request was made, for its list.</summary>
    /// <param name="instance">A request or a status.</param>
    public static object? GetRequestedText(PSObject instance) => Time(Request(instance)?.RequestedAt);

    /// <summary>When a change was applied, for its list.</summary>
    /// <param name="instance">A status.</param>
    public static object? GetAppliedText(PSObject instance) =>
        Time((instance?.BaseObject as ConnectorOffsetRequestStatus)?.AppliedAt);

    /// <summary>What a request alters, for its list.</summary>
    /// <param name="instance">A request or a status.</param>
    public static object? GetOffsetsText(PSObject instance) =>
        Request(instance) is { } request ? Lines(request.Offsets, "(all)") : null;

    /// <summary>The offsets before a change, for its list.</summary>
    /// <param name="instance">A request or a status.</param>
    public static object? GetBeforeText(PSObject instance) => instance?.BaseObject switch
    {
        ConnectorOffsetRequest request => Lines(request.OffsetsBefore, ""),
        ConnectorOffsetRequestStatus status => Lines(status.PreviousOffsets, ""),
        _ => null,
    };

    /// <summary>A status's request type, for its list.</summary>
    /// <param name="instance">A status.</param>
    public static object? GetTypeText(PSObject instance) => Request(instance)?.Type;

    /// <summary>How many of a connector's tasks are in which state, for its table: those that failed first.</summary>
    /// <param name="instance">A connector.</param>
    public static object? GetTasksText(PSObject instance) => instance?.BaseObject is Connector connector
        ? string.Join(", ", connector.Tasks.GroupBy(t => t.State ?? "unknown")
            .OrderByDescending(g => g.Key == ConnectorDocument.Failed)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {OffsetText.Printable(g.Key)}")))
        : null;

    private static ConnectorOffsetRequest? Request(PSObject? instance) => instance?.BaseObject switch
    {
        ConnectorOffsetRequest request => request,
        ConnectorOffsetRequestStatus status => status.Request,
        _ => null,
    };

    private static string? Time(DateTime? time) =>
        time?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Lines(IReadOnlyList<PartitionOffset> items, string none)
    {
        if (items.Count == 0)
            return none;
        var lines = items.Take(MaxListed).Select(i => i.ToString());
        if (items.Count > MaxListed)
            lines = lines.Append($"and {items.Count - MaxListed} more");
        return string.Join(Environment.NewLine, lines);
    }
}
