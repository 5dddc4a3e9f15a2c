using ConfluentOffsets.Client;

namespace ConfluentOffsets.Commands;

/// <summary>Work that runs a bounded number at a time, its results taken in the order in which it was added.</summary>
/// <param name="throttle">Bounds it, perhaps together with other work.</param>
internal sealed class OrderedTasks<T>(Throttle throttle)
{
    private readonly Queue<Task<T>> _tasks = new();

    public int Count => _tasks.Count;

    /// <summary>Whether the oldest is finished.</summary>
    public bool HasNextFinished => _tasks.TryPeek(out var task) && task.IsCompleted;

    public bool AreAllFinished => _tasks.All(t => t.IsCompleted);

    public async Task<bool> WhenAllFinishedAsync()
    {
        await Task.WhenAll(_tasks).ConfigureAwait(false);
        return true;
    }

    public void Add(Func<Task<T>> work, CancellationToken cancellationToken) =>
        _tasks.Enqueue(throttle.RunOnPoolAsync(work, cancellationToken));

    /// <summary>The oldest, finished or not.</summary>
    public Task<T> Next() => _tasks.Dequeue();
}
