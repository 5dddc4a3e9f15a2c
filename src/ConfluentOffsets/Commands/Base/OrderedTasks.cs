using ConfluentOffsets.Client;

namespace ConfluentOffsets.Commands;

/// <summary>Work that runs a bounded number at a time, its results taken in the order in which it was added.</summary>
internal sealed class OrderedTasks<T>(int limit)
{
    private readonly Queue<Task<T>> _tasks = new();
    private readonly Throttle _throttle = new(limit);

    public int Count => _tasks.Count;

    /// <summary>Whether the oldest is finished.</summary>
    public bool HasNextFinished => _tasks.TryPeek(out var task) && task.IsCompleted;

    public void Add(Func<Task<T>> work, CancellationToken cancellationToken) =>
        _tasks.Enqueue(_throttle.RunAsync(() => Task.Run(work, cancellationToken), cancellationToken));

    /// <summary>The oldest, finished or not.</summary>
    public Task<T> Next() => _tasks.Dequeue();
}
