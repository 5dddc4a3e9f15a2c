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

    /// <summary>Whether the service said that nothing is left.</summary>
    public bool IsUsedUp
    {
        get
        {
            lock (_lock)
                return _budget.IsUsedUp && Now() < _budget.End;
        }
    }

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
    /// <param name="requests">How many may be sent then; <see cref="Leave"/> must follow as often.</param>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public ValueTask<long> EnterAsync(CallLog log, CancellationToken cancellationToken, int requests = 1) =>
        _line.CurrentCount > 0 && TryEnter(requests) is { } pass ? new(pass) : new(WaitAsync(log, requests, cancellationToken));

    /// <summary>Takes note of the answer to a request that did not enter.</summary>
    /// <param name="pass">Of the one in whose turn it was sent.</param>
    /// <param name="response">Null: there is none.</param>
    public void Note(long pass, HttpResponseMessage? response) => Change(() => _budget.Note(pass, response, Now()));

    /// <summary>Takes note of a request's end, and of what its answer says of the limit.</summary>
    /// <param name="pass">As <see cref="EnterAsync"/> gave it.</param>
    /// <param name="response">Null: there is none.</param>
    public void Leave(long pass, HttpResponseMessage? response) => Change(() => _budget.Leave(pass, response, Now()));

    private void Change(Action change)
    {
        TaskCompletionSource? changed = null;
        lock (_lock)
        {
            var end = _budget.End;
            change();
            if (_budget.IsOpen(Now()) || _budget.End != end)
                (changed, _changed) = (_changed, null);
        }

        changed?.SetResult();
    }

    private async Task<long> WaitAsync(CallLog log, int requests, CancellationToken cancellationToken)
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
                    if (TryEnter(requests) is { } pass)
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

    private long? TryEnter(int requests)
    {
        lock (_lock)
        {
            var now = Now();
            return _budget.IsOpen(now, requests) ? _budget.Enter(now, requests) : null;
        }
    }

    private TimeSpan Now() => time.GetElapsedTime(_origin);
}
