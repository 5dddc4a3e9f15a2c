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

    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await call().ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }
}
