using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Waiting;

/// <summary>
/// A reset of some partitions is documented, but nobody has shown a server doing it: one that ignores the list would
/// reset everything. So the list has to come back in the answer and in the status.
/// </summary>
internal static class PartialReset
{
    /// <summary>Whether this is a reset of some partitions, and what the service shows is not its list.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shown">The list that the service shows; null for none.</param>
    public static bool Contradicts(ConnectorOffsetRequest request, IReadOnlyList<Client.Wire.PartitionOffset>? shown) =>
        request is { Type: AlterRequestWriter.Delete, Sent.Count: > 0 }
        && !RequestCorrelation.SameOffsets(request.Sent, shown, partitionsOnly: true);

    /// <summary>Whether all offsets of the connector may be gone by this request.</summary>
    public static bool MayBeFull(ConnectorOffsetRequestStatus status) =>
        string.Equals(status.Request.Type, AlterRequestWriter.Delete, StringComparison.OrdinalIgnoreCase)
        && (status.Request is { Sent: null or { Count: 0 }, Offsets.Count: 0 } || Contradicts(status.Request, status.Shown));

    /// <summary>The error that says so.</summary>
    public static ErrorRecord NotConfirmed(ConnectorOffsetRequest request, ConnectorAddress connector, string why) => ErrorFactory.Create(
        ErrorIds.PartialResetNotConfirmed,
        $"Connector '{connector.ConnectorName}' ({connector.EnvironmentId}, {connector.KafkaClusterId}): the reset of some partitions ({request.Offsets.Count}) was accepted, but {why}: all partitions may be reset.",
        request);
}
