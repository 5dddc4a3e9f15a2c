using System.Collections.Concurrent;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Stands in for a cmdlet: what only its pipeline thread can do is done when the test says so.</summary>
internal sealed class FakePipeline
{
    private readonly ConcurrentQueue<Action> _wanted = new();

    public FakePipeline() => Caller = new Caller(CallLog.None, _wanted.Enqueue);

    public Caller Caller { get; }

    /// <summary>The moment at which the pipeline waits: does all that is wanted of it.</summary>
    public void Pump()
    {
        while (_wanted.TryDequeue(out var action))
            action();
    }
}
