using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Waiting;

/// <summary>What the end of a wait means as an error.</summary>
internal static class WaitErrors
{
    public static IEnumerable<ErrorRecord> Of(
        WaitResult result,
        ConnectorAddress connector,
        ConnectorOffsetRequest? request,
        ConnectorOffsetRequestStatus? status,
        TimeSpan timeout)
    {
        var what = $"{request?.Type ?? status?.Request.Type ?? "alter"} request of connector '{connector.ConnectorName}' ({connector.EnvironmentId}, {connector.KafkaClusterId})";
        object target = request is null ? connector.ConnectorName : request;
        switch (result.Outcome)
        {
            case WaitOutcome.Finished when result.Status!.IsFailed:
                var words = string.IsNullOrWhiteSpace(result.Status.Message) ? "the service gave no reason" : OffsetText.Printable(result.Status.Message);
                yield return ErrorFactory.Create(ErrorIds.OffsetRequestFailed, $"The {what} FAILED: {words}", status);
                break;
            case WaitOutcome.Finished when request is not null && PartialReset.Contradicts(request, result.Status!.Request.Offsets)
                && !PartialReset.Contradicts(request, request.Echo):
                yield return PartialReset.NotConfirmed(request, connector, "the status of the request does not show them");
                break;
            case WaitOutcome.TimedOut:
                var phase = status is null ? "its status is not visible yet" : $"it is {status.Phase}";
                var last = result.Failure is null ? "" : $"; the last look failed: {result.Failure.Message.TrimEnd('.')}";
                yield return ErrorFactory.Create(
                    ErrorIds.OffsetRequestTimeout,
                    string.Create(CultureInfo.InvariantCulture, $"The {what} did not end within {timeout.TotalSeconds:0.###} s: {phase}{last}."),
                    target);
                break;
            case WaitOutcome.Superseded:
                var other = result.Status!;
                var at = other.Request.RequestedAt is { } time
                    ? string.Create(CultureInfo.InvariantCulture, $" requested at {time.Utc:yyyy-MM-dd HH:mm:ss}Z")
                    : "";
                yield return ErrorFactory.Create(
                    ErrorIds.OffsetRequestSuperseded,
                    $"The {what} is no longer the latest: the status shows another {other.Request.Type ?? "alter"} request{at} ({other.Phase}). How ours ended is not known.",
                    target);
                break;
            case WaitOutcome.Refused:
                yield return ErrorFactory.Create(result.Failure!, connector);
                break;
        }
    }
}
