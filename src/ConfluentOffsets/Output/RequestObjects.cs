using ConfluentOffsets.Alteration;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using Item = ConfluentOffsets.Client.Wire.PartitionOffset;

namespace ConfluentOffsets;

/// <summary>Makes the objects that users see of requests and statuses, and back.</summary>
internal static class RequestObjects
{
    /// <summary>A request that was accepted.</summary>
    public static ConnectorOffsetRequest Request(
        ConfluentConnection connection,
        SubmittedRequest submitted,
        PreparedPlan prepared,
        string? backupFile) => new()
        {
            EnvironmentId = submitted.Connector.EnvironmentId,
            KafkaClusterId = submitted.Connector.KafkaClusterId,
            ConnectorName = submitted.Connector.ConnectorName,
            ConnectorId = submitted.ConnectorId ?? prepared.Current.Id,
            Type = submitted.Type,
            OffsetsOnDemand = Copies(submitted.Offsets),
            Sent = submitted.Offsets,
            OffsetsBeforeOnDemand = Copies(prepared.Current.Offsets),
            IsBeforeEarly = prepared.Known.IsEarly,
            BackupFile = backupFile,
            Time = submitted.RequestedAt,
            Baseline = submitted.Baseline,
            Echo = submitted.Echo,
            Connection = connection,
        };

    /// <summary>Users may edit what they see: what was sent, and what was read, stays as it is.</summary>
    private static Lazy<IReadOnlyList<PartitionOffset>> Copies(IReadOnlyList<Item>? items) =>
        new(() => PartitionOffset.List(items?.Select(i => new Item(i.Partition?.Snapshot(), i.Offset?.Snapshot()))));

    /// <summary>A status, of a request that is known, or of the latest there is.</summary>
    public static ConnectorOffsetRequestStatus Status(
        ConfluentConnection connection,
        ConnectorAddress connector,
        AlterStatusDocument status,
        ConnectorOffsetRequest? request)
    {
        var id = status.Request.Id ?? request?.ConnectorId;
        return new ConnectorOffsetRequestStatus
        {
            EnvironmentId = connector.EnvironmentId,
            KafkaClusterId = connector.KafkaClusterId,
            ConnectorName = connector.ConnectorName,
            ConnectorId = id,
            Phase = status.Phase,
            Message = status.Message,
            PreviousOffsets = PartitionOffset.List(status.PreviousOffsets),
            AppliedTime = status.AppliedAt,
            Shown = status.Request.Offsets,
            Request = request ?? new ConnectorOffsetRequest
            {
                EnvironmentId = connector.EnvironmentId,
                KafkaClusterId = connector.KafkaClusterId,
                ConnectorName = connector.ConnectorName,
                ConnectorId = id,
                Type = status.Request.Type,
                Offsets = PartitionOffset.List(status.Request.Offsets),
                Time = status.Request.RequestedAt,
                Connection = connection,
            },
        };
    }

    /// <summary>What a request's status is recognised by; null where its baseline is not known.</summary>
    public static SubmittedRequest? Submitted(ConnectorOffsetRequest request, ConnectorAddress connector) =>
        request.Baseline is null || request.Type is null
            ? null
            : new SubmittedRequest(
                connector,
                request.ConnectorId,
                request.Type,
                request.Sent,
                request.Echo,
                request.Time,
                request.Baseline);
}
