using System.Globalization;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using Item = ConfluentOffsets.Client.Wire.PartitionOffset;

namespace ConfluentOffsets.Serialization;

/// <summary>Objects as JSON and back, every literal kept. The connection is not part of it.</summary>
internal static class SerializedForm
{
    private const string NoBaseline = "none";

    public static JsonMapNode Write(ConnectorOffset row) => Map(
        (nameof(row.EnvironmentId), row.EnvironmentId),
        (nameof(row.KafkaClusterId), row.KafkaClusterId),
        (nameof(row.ConnectorName), row.ConnectorName),
        (nameof(row.ConnectorId), row.ConnectorId),
        (nameof(row.Partition), row.Partition?.Node),
        (nameof(row.Offset), row.Offset?.Node),
        (nameof(row.ObservedAt), row.ObservedAt?.ToString("O", CultureInfo.InvariantCulture)));

    public static ConnectorOffset ReadRow(JsonMapNode json) => new()
    {
        EnvironmentId = Text(json, nameof(ConnectorOffset.EnvironmentId)),
        KafkaClusterId = Text(json, nameof(ConnectorOffset.KafkaClusterId)),
        ConnectorName = Text(json, nameof(ConnectorOffset.ConnectorName)),
        ConnectorId = Text(json, nameof(ConnectorOffset.ConnectorId)),
        Partition = JsonView.Of(json.Get(nameof(ConnectorOffset.Partition)) as JsonMapNode),
        Offset = JsonView.Of(json.Get(nameof(ConnectorOffset.Offset)) as JsonMapNode),
        ObservedAt = Time(json, nameof(ConnectorOffset.ObservedAt))?.Utc,
    };

    public static JsonMapNode Write(ConnectorOffsetRequest request) => Map(
        (nameof(request.EnvironmentId), request.EnvironmentId),
        (nameof(request.KafkaClusterId), request.KafkaClusterId),
        (nameof(request.ConnectorName), request.ConnectorName),
        (nameof(request.ConnectorId), request.ConnectorId),
        (nameof(request.Type), request.Type),
        (nameof(request.Offsets), List(request.Offsets.Select(o => o.ToItem()))),
        (nameof(request.OffsetsBefore), List(request.OffsetsBefore.Select(o => o.ToItem()))),
        (nameof(request.IsBeforeEarly), request.IsBeforeEarly),
        (nameof(request.BackupFile), request.BackupFile),
        (nameof(request.RequestedAt), request.Time?.Text),
        (nameof(request.Sent), List(request.Sent)),
        (nameof(request.Echo), List(request.Echo)),
        (nameof(request.Baseline), Write(request.Baseline)));

    public static ConnectorOffsetRequest ReadRequest(JsonMapNode json) => new()
    {
        EnvironmentId = Text(json, nameof(ConnectorOffsetRequest.EnvironmentId)),
        KafkaClusterId = Text(json, nameof(ConnectorOffsetRequest.KafkaClusterId)),
        ConnectorName = Text(json, nameof(ConnectorOffsetRequest.ConnectorName)),
        ConnectorId = Text(json, nameof(ConnectorOffsetRequest.ConnectorId)),
        Type = Text(json, nameof(ConnectorOffsetRequest.Type)),
        Offsets = PartitionOffset.List(Items(json, nameof(ConnectorOffsetRequest.Offsets))),
        OffsetsBefore = PartitionOffset.List(Items(json, nameof(ConnectorOffsetRequest.OffsetsBefore))),
        IsBeforeEarly = json.Get(nameof(ConnectorOffsetRequest.IsBeforeEarly)) is true,
        BackupFile = Text(json, nameof(ConnectorOffsetRequest.BackupFile)),
        Time = Time(json, nameof(ConnectorOffsetRequest.RequestedAt)),
        Sent = Items(json, nameof(ConnectorOffsetRequest.Sent)),
        Echo = Items(json, nameof(ConnectorOffsetRequest.Echo)),
        Baseline = ReadBaseline(json.Get(nameof(ConnectorOffsetRequest.Baseline))),
    };

    public static JsonMapNode Write(ConnectorOffsetRequestStatus status) => Map(
        (nameof(status.EnvironmentId), status.EnvironmentId),
        (nameof(status.KafkaClusterId), status.KafkaClusterId),
        (nameof(status.ConnectorName), status.ConnectorName),
        (nameof(status.ConnectorId), status.ConnectorId),
        (nameof(status.Phase), status.Phase),
        (nameof(status.Message), status.Message),
        (nameof(status.PreviousOffsets), List(status.PreviousOffsets.Select(o => o.ToItem()))),
        (nameof(status.Shown), List(status.Shown)),
        (nameof(status.AppliedAt), status.AppliedTime?.Text),
        (nameof(status.Request), Write(status.Request)));

    public static ConnectorOffsetRequestStatus ReadStatus(JsonMapNode json) => new()
    {
        EnvironmentId = Text(json, nameof(ConnectorOffsetRequestStatus.EnvironmentId)),
        KafkaClusterId = Text(json, nameof(ConnectorOffsetRequestStatus.KafkaClusterId)),
        ConnectorName = Text(json, nameof(ConnectorOffsetRequestStatus.ConnectorName)),
        ConnectorId = Text(json, nameof(ConnectorOffsetRequestStatus.ConnectorId)),
        Phase = Text(json, nameof(ConnectorOffsetRequestStatus.Phase)) ?? "",
        Message = Text(json, nameof(ConnectorOffsetRequestStatus.Message)),
        PreviousOffsets = PartitionOffset.List(Items(json, nameof(ConnectorOffsetRequestStatus.PreviousOffsets))),
        Shown = Items(json, nameof(ConnectorOffsetRequestStatus.Shown)),
        AppliedTime = Time(json, nameof(ConnectorOffsetRequestStatus.AppliedAt)),
        Request = json.Get(nameof(ConnectorOffsetRequestStatus.Request)) is JsonMapNode request ? ReadRequest(request) : new(),
    };

    public static JsonMapNode Write(ConnectorOffsetDifference difference) => Map(
        (nameof(difference.EnvironmentId), difference.EnvironmentId),
        (nameof(difference.KafkaClusterId), difference.KafkaClusterId),
        (nameof(difference.ConnectorName), difference.ConnectorName),
        (nameof(difference.Partition), difference.Partition?.Node),
        (nameof(difference.ReferenceOffset), difference.ReferenceOffset?.Node),
        (nameof(difference.DifferenceOffset), difference.DifferenceOffset?.Node),
        (nameof(difference.Delta), difference.Delta),
        (nameof(difference.Change), difference.Change),
        (nameof(difference.ConnectorText), difference.ConnectorText));

    public static ConnectorOffsetDifference ReadDifference(JsonMapNode json) => new()
    {
        EnvironmentId = Text(json, nameof(ConnectorOffsetDifference.EnvironmentId)),
        KafkaClusterId = Text(json, nameof(ConnectorOffsetDifference.KafkaClusterId)),
        ConnectorName = Text(json, nameof(ConnectorOffsetDifference.ConnectorName)),
        Partition = JsonView.Of(json.Get(nameof(ConnectorOffsetDifference.Partition)) as JsonMapNode),
        ReferenceOffset = JsonView.Of(json.Get(nameof(ConnectorOffsetDifference.ReferenceOffset)) as JsonMapNode),
        DifferenceOffset = JsonView.Of(json.Get(nameof(ConnectorOffsetDifference.DifferenceOffset)) as JsonMapNode),
        Delta = json.Get(nameof(ConnectorOffsetDifference.Delta)) as long?,
        Change = Text(json, nameof(ConnectorOffsetDifference.Change)) ?? "",
        ConnectorText = Text(json, nameof(ConnectorOffsetDifference.ConnectorText)),
    };

    public static JsonMapNode Write(Connector connector) => Map(
        (nameof(connector.EnvironmentId), connector.EnvironmentId),
        (nameof(connector.KafkaClusterId), connector.KafkaClusterId),
        (nameof(connector.ConnectorName), connector.ConnectorName),
        (nameof(connector.ConnectorId), connector.ConnectorId),
        (nameof(connector.Type), connector.Type),
        (nameof(connector.State), connector.State),
        (nameof(connector.Trace), connector.Trace),
        (nameof(connector.Tasks), new JsonListNode(connector.Tasks.Select(t => Map(
            (nameof(t.Id), (long?)t.Id),
            (nameof(t.State), t.State),
            (nameof(t.FullTrace), t.FullTrace))))));

    public static Connector ReadConnector(JsonMapNode json) => new()
    {
        EnvironmentId = Text(json, nameof(Connector.EnvironmentId)),
        KafkaClusterId = Text(json, nameof(Connector.KafkaClusterId)),
        ConnectorName = Text(json, nameof(Connector.ConnectorName)),
        ConnectorId = Text(json, nameof(Connector.ConnectorId)),
        Type = Text(json, nameof(Connector.Type)),
        State = Text(json, nameof(Connector.State)),
        Trace = Text(json, nameof(Connector.Trace)),
        Tasks = Connector.TaskList(((json.Get(nameof(Connector.Tasks)) as JsonListNode)?.Values ?? []).OfType<JsonMapNode>().Select(ReadTask)),
    };

    private static ConnectorTaskDocument ReadTask(JsonMapNode json) => new(
        json.Get(nameof(ConnectorTask.Id)) is long id ? (int)id : null,
        Text(json, nameof(ConnectorTask.State)),
        Text(json, nameof(ConnectorTask.FullTrace)));

    private static object? Write(RequestBaseline? baseline) => baseline switch
    {
        null => null,
        { IsNone: true } => NoBaseline,
        _ => Map(
            (nameof(baseline.Type), baseline.Type),
            (nameof(baseline.Offsets), List(baseline.Offsets)),
            (nameof(baseline.RequestedAt), baseline.RequestedAt?.Text),
            (nameof(baseline.IsFinished), baseline.IsFinished)),
    };

    private static RequestBaseline? ReadBaseline(object? json) => json switch
    {
        NoBaseline => RequestBaseline.None,
        JsonMapNode map => new RequestBaseline(
            Text(map, nameof(RequestBaseline.Type)),
            Items(map, nameof(RequestBaseline.Offsets)),
            Time(map, nameof(RequestBaseline.RequestedAt)),
            map.Get(nameof(RequestBaseline.IsFinished)) is true),
        _ => null,
    };

    private static JsonMapNode Map(params (string Name, object? Value)[] members) =>
        new(members.Select(m => KeyValuePair.Create(m.Name, m.Value)));

    private static JsonListNode? List(IEnumerable<Item>? items) => items is null
        ? null
        : new JsonListNode(items.Select(i => Map((nameof(i.Partition), i.Partition), (nameof(i.Offset), i.Offset))));

    private static List<Item>? Items(JsonMapNode json, string name) => json.Get(name) is JsonListNode list
        ? [.. list.Values.OfType<JsonMapNode>().Select(i => new Item(i.Get(nameof(Item.Partition)) as JsonMapNode, i.Get(nameof(Item.Offset)) as JsonMapNode))]
        : null;

    private static string? Text(JsonMapNode json, string name) => json.Get(name) as string;

    private static ServerTime? Time(JsonMapNode json, string name) => ServerTime.TryParse(Text(json, name));
}
