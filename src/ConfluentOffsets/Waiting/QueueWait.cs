using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Commands;

namespace ConfluentOffsets.Waiting;

/// <summary>Waits until no other request stands before ours, and shows that it does.</summary>
internal sealed class QueueWait(AsyncCommand command, TimeSpan timeout)
{
    private const int ProgressId = 3407;
    private const string Activity = "Waiting for another request to alter offsets";

    /// <summary>Waits for a connector.</summary>
    /// <returns>The request that stands before ours, which is finished.</returns>
    /// <exception cref="ServiceException"><see cref="FailureKind.Conflict"/> where the time is over; or the call failed.</exception>
    public async Task<RequestBaseline> WaitAsync(OffsetsApi api, ConnectorAddress connector)
    {
        var told = false;
        try
        {
            return await new OffsetAlteration(api).WaitForTurnAsync(connector, timeout, Tell, command.StopToken).ConfigureAwait(false);
        }
        finally
        {
            if (told)
                Show("Ended", ProgressRecordType.Completed);
        }

        void Tell(WaitProgress progress)
        {
            told = true;
            Show(string.Create(CultureInfo.InvariantCulture, $"{connector.ConnectorName}: {progress.Phase}, {progress.Elapsed.TotalSeconds:0} s"), ProgressRecordType.Processing);
        }
    }

    private void Show(string text, ProgressRecordType type) =>
        command.Post(() => command.WriteProgress(new ProgressRecord(ProgressId, Activity, text) { RecordType = type }));
}
