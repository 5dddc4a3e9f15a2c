using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Holds requests of a connection while the service's limit is used up, so that it need not refuse; they go on in the
/// order in which they came. Safe for concurrent use.
/// </summary>
/// <param name="time">The connection's clock.</param>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "Calls may outlive their connection, and a SemaphoreSlim without its wait handle holds nothing to free.")]
internal sealed class RateGate(TimeProvider time)
{
    /// <summary>Timers know no less.</summary>
    private static readonly TimeSpan s_leastPause = TimeSpan.FromMilliseconds(1);

    private readonly RateBudget _budget = new();
    private readonly object _lock = new();
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Those that are held, in their order. Only the first watches the budget.</summary>
    private readonly SemaphoreSlim _line = new(1);
    private TaskCompletionSource? _changed;

    /// <summary>Whether the next request would have to wait.</summary>
    public bool IsShut
    {
        get
        {
            lock (_lock)
                return !_budget.IsOpen(Now());
        }
    }

    /// <summary>Completes when a request may be sent; <see cref="Leave"/> must follow.</summary>
    /// <param name="log">Where a pause is told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public ValueTask<long> EnterAsync(CallLog log, CancellationToken cancellationToken) =>
        _line.CurrentCount > 0 && TryEnter() is { } pass ? new(pass) : new(WaitAsync(log, cancellationToken));

    /// <summary>Takes note of a request's end, and of what its answer says of the limit.</summary>
    /// <param name="pass">As <see cref="EnterAsync"/> gave it.</param>
    /// <param name="response">Null: there is none.</param>
    public void Leave(long pass, HttpResponseMessage? response)
    {
        TaskCompletionSource? changed = null;
        lock (_lock)
        {
            var end = _budget.End;
            _budget.Leave(pass, response, Now());
            if (_budget.IsOpen(Now()) || _budget.End != end)
                (changed, _changed) = (_changed, null);
        }

        changed?.SetResult();
    }

    private async Task<long> WaitAsync(CallLog log, CancellationToken cancellationToken)
    {
        await _line.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var isTold = false;
            while (true)
            {
                Task changed;
                TimeSpan pause;
                bool isUsedUp;
                lock (_lock)
                {
                    if (TryEnter() is { } pass)
                        return pass;
                    (pause, isUsedUp) = (_budget.End - Now(), _budget.IsUsedUp);
                    changed = (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }

                if (isUsedUp && !isTold)
                    log.Verbose?.Invoke(string.Create(CultureInfo.InvariantCulture, $"Held back for {pause.TotalSeconds:0.0} s: the service's limit is used up until then"));
                isTold |= isUsedUp;
                await changed
                    .WaitAsync(pause > s_leastPause ? pause : s_leastPause, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _line.Release();
        }
    }

    private long? TryEnter()
    {
        lock (_lock)
        {
            var now = Now();
            return _budget.IsOpen(now) ? _budget.Enter(now) : null;
        }
    }

    private TimeSpan Now() => time.GetElapsedTime(_origin);
}
