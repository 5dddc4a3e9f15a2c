using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ConfluentOffsets.Benchmarks;

/// <summary>
/// Lets so much time pass for each request, on Linux to half a millisecond: Task.Delay, whose clock ticks every 4 ms there,
/// takes 52 ms for 50. What passed is counted.
/// </summary>
internal sealed class Latency
{
    private readonly TimeSpan _time;

    /// <summary>As they came: all wait equally long.</summary>
    private readonly BlockingCollection<(long Came, TaskCompletionSource Over)> _waiting = [];

    private readonly object _lock = new();
    private double _milliseconds;
    private int _count;

    public Latency(TimeSpan time)
    {
        _time = time;
        new Thread(Run) { IsBackground = true }.Start();
    }

    /// <summary>Waits.</summary>
    public async Task PassAsync()
    {
        var came = Stopwatch.GetTimestamp();
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((came, over));
        await over.Task;
        var passed = Stopwatch.GetElapsedTime(came).TotalMilliseconds;
        lock (_lock)
            (_milliseconds, _count) = (_milliseconds + passed, _count + 1);
    }

    /// <summary>What passed on average since the last time that this was asked.</summary>
    public string Mean()
    {
        lock (_lock)
        {
            var mean = _milliseconds / Math.Max(_count, 1);
            (_milliseconds, _count) = (0, 0);
            return string.Create(CultureInfo.InvariantCulture, $$"""{"Milliseconds":{{mean}}}""");
        }
    }

    private void Run()
    {
        foreach (var (came, over) in _waiting.GetConsumingEnumerable())
        {
            var left = (int)Math.Round((_time - Stopwatch.GetElapsedTime(came)).TotalMilliseconds);
            if (left > 0)
                Thread.Sleep(left);
            over.SetResult();
        }
    }
}
