using ConfluentOffsets.Client.Http;

namespace ConfluentOffsets.Client.Requests;

/// <summary>One look of somebody who waits: in its turn, and not outlasting the wait by more than a moment.</summary>
internal static class TimedLook
{
    /// <summary>Even the last look has this long for its answer.</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(5);

    /// <summary>Looks once.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="log">Where pauses are told.</param>
    /// <param name="left">Of the wait.</param>
    /// <param name="look">The call, within the turn that it gets.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ServiceException">
    /// The call failed; <see cref="FailureKind.RequestTimeout"/> where it had no answer in time.
    /// </exception>
    public static async Task<T> RunAsync<T>(
        ServiceConnection connection,
        CallLog log,
        TimeSpan left,
        Func<Turn, CancellationToken, Task<T>> look,
        CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(left > s_least ? left : s_least, connection.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return await connection.PollAsync(log, turn => look(turn, either.Token), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException(FailureKind.RequestTimeout, "The last look had no answer when the time was over.", e);
        }
    }
}
