using System.Runtime.CompilerServices;
using ConfluentOffsets.Client;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Completion;

/// <summary>
/// What completion found out about a connection's account, kept for a minute. A fetch goes on when nobody waits for it
/// any more, so that a slow answer is there at the next Tab; one that failed is forgotten.
/// </summary>
internal sealed class SuggestionCache
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(1);
    private static readonly ConditionalWeakTable<ConfluentConnection, SuggestionCache> s_caches = new();

    private readonly object _lock = new();
    private readonly Dictionary<string, Task<Fetched?>> _fetches = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    private SuggestionCache(TimeProvider time) => _time = time;

    /// <summary>The connection's own.</summary>
    public static SuggestionCache Of(ConfluentConnection connection) =>
        s_caches.GetValue(connection, c => new SuggestionCache(c.Service.Time));

    /// <summary>What is known, or can be found out in time; else nothing.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="fetch">Finds it out.</param>
    /// <param name="deadline">Set when the time is over.</param>
    public IReadOnlyList<Suggestion> Find(string key, Func<Task<IReadOnlyList<Suggestion>>> fetch, CancellationToken deadline)
    {
        Task<Fetched?> task;
        lock (_lock)
        {
            if (!_fetches.TryGetValue(key, out task!) || IsOver(task))
                _fetches[key] = task = Task.Run(() => FetchAsync(fetch), CancellationToken.None);
        }

        try
        {
            task.Wait(deadline);
            return task.Result?.Suggestions ?? [];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    private bool IsOver(Task<Fetched?> task) =>
        task.IsCompleted && (task is not { IsCompletedSuccessfully: true, Result: { } fetched } || _time.GetElapsedTime(fetched.At) >= s_lifetime);

    private async Task<Fetched?> FetchAsync(Func<Task<IReadOnlyList<Suggestion>>> fetch)
    {
        try
        {
            var suggestions = await fetch().ConfigureAwait(false);
            return new Fetched(suggestions, _time.GetTimestamp());
        }
        catch (Exception e) when (e is ServiceException or RejectedInputException)
        {
            return null;
        }
    }

    private sealed record Fetched(IReadOnlyList<Suggestion> Suggestions, long At);
}
