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
        var hasBegun = false;
        ThreadPool.GetMinThreads(out var threads, out _);
        using var busy = new ManualResetEventSlim();

        // Nobody is free to begin with it.
        var holders = Enumerable.Range(0, 4 * threads).Select(_ => Task.Run(busy.Wait)).ToArray();
        var call = throttle.RunOnPoolAsync(() => Task.FromResult(hasBegun = true), stop.Token);
        await stop.CancelAsync();
        busy.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Task.WhenAll(holders);
        Assert.False(hasBegun);
    }

    [Fact]
    public async Task RunOnPoolAsync_never_runs_on_the_thread_that_asks()
    {
        var throttle = new Throttle(8);
        var asks = Environment.CurrentManagedThreadId;
        Task<int>[] calls = [];
        var thread = new Thread(() =>
        {
            asks = Environment.CurrentManagedThreadId;
            calls = [.. Enumerable.Range(0, 1000).Select(_ => throttle.RunOnPoolAsync(() => Task.FromResult(Environment.CurrentManagedThreadId), CancellationToken.None))];
        });
        thread.Start();
        thread.Join();

        Assert.DoesNotContain(asks, await Task.WhenAll(calls));
    }
}
