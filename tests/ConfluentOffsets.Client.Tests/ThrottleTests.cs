using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ThrottleTests
{
    [Fact]
    public async Task What_waits_for_a_place_does_not_begin_after_all_is_called_off()
    {
        using var stop = new CancellationTokenSource();
        var throttle = new Throttle(1);
        var begun = 0;
        var first = new TaskCompletionSource<int>();
        var calls = new[] { throttle.RunOnPoolAsync(() => first.Task, stop.Token) }
            .Concat(Enumerable.Range(0, 100).Select(_ => throttle.RunOnPoolAsync(
                () => Task.FromResult(Interlocked.Increment(ref begun)),
                stop.Token)))
            .ToArray();

        // Its place comes free in the moment in which nobody shall have one any more.
        stop.Token.Register(() => first.SetResult(0));
        await stop.CancelAsync();

        await Task.WhenAll(calls).ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Assert.Equal(0, begun);
        Assert.Equal(0, await throttle.RunAsync(() => Task.FromResult(begun), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_has_a_place_at_once_does_not_begin_after_it_was_called_off()
    {
        using var stop = new CancellationTokenSource();
        var throttle = new Throttle(1);
        var hasBegunLate = false;
        ThreadPool.GetMinThreads(out var threads, out _);
        using var busy = new ManualResetEventSlim();

        // Nobody is free to begin with it, unless other tests have made more threads: then it may begin before.
        var holders = Enumerable.Range(0, 4 * threads).Select(_ => Task.Run(busy.Wait)).ToArray();
        var call = throttle.RunOnPoolAsync(() => Task.FromResult(hasBegunLate = stop.IsCancellationRequested), stop.Token);
        await stop.CancelAsync();
        busy.Set();

        await Task.WhenAll([.. holders, call]).ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Assert.False(hasBegunLate);
    }

    [Fact]
    public async Task RunOnPoolAsync_never_runs_on_the_thread_that_asks()
    {
        var throttle = new Throttle(8);
        Task<Thread>[] calls = [];

        // A thread of its own, and not its number, which another one may have later.
        var asks = new Thread(() =>
            calls = [.. Enumerable.Range(0, 1000).Select(_ => throttle.RunOnPoolAsync(() => Task.FromResult(Thread.CurrentThread), CancellationToken.None))]);
        asks.Start();
        asks.Join();

        Assert.DoesNotContain(asks, await Task.WhenAll(calls));
    }
}
