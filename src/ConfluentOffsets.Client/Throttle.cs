using System.Diagnostics.CodeAnalysis;

namespace ConfluentOffsets.Client;

/// <summary>Lets a bounded number of calls run at once; the others wait their turn.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "Calls may outlive the cmdlet that was stopped, and a SemaphoreSlim without its wait handle holds nothing to free.")]
internal sealed class Throttle(int limit)
{
    private readonly SemaphoreSlim _places = new(limit);

    /// <summary>Makes a call when there is a place for it.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(call, ConfigureAwaitOptions.None, cancellationToken);

    /// <summary>The same, and never on the thread that asks, which has something else to do.</summary>
    public Task<T> RunOnPoolAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(call, ConfigureAwaitOptions.ForceYielding, cancellationToken);

    private async Task<T> RunAsync<T>(Func<Task<T>> call, ConfigureAwaitOptions options, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(options);
        try
        {
            // Its place may have come free because all is called off.
            cancellationToken.ThrowIfCancellationRequested();
            return await call().ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }
}
