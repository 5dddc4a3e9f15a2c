using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class PollPacerTests
{
    private readonly SimulatedClock _clock = new() { Frozen = true };

    [Fact]
    public void Many_waiters_together_poll_ten_times_a_second()
    {
        var pacer = new PollPacer(_clock);

        var turns = Enumerable.Range(0, 50).Select(_ => pacer.WaitTurnAsync(TestContext.Current.CancellationToken)).ToList();

        Assert.True(turns[0].IsCompletedSuccessfully);
        Assert.All(turns.Skip(1), turn => Assert.False(turn.IsCompleted));
        Assert.Equal(Enumerable.Range(1, 49).Select(i => TimeSpan.FromMilliseconds(100 * i)), _clock.Delays);
    }

    [Fact]
    public void A_poll_after_a_pause_need_not_wait()
    {
        var pacer = new PollPacer(_clock);
        _ = pacer.WaitTurnAsync(TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        var second = pacer.WaitTurnAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMilliseconds(40));
        _ = pacer.WaitTurnAsync(TestContext.Current.CancellationToken);

        Assert.True(second.IsCompletedSuccessfully);
        Assert.Equal([TimeSpan.FromMilliseconds(60)], _clock.Delays);
    }

    [Fact]
    public void A_pause_saves_no_turns_up()
    {
        var pacer = new PollPacer(_clock);

        _clock.Advance(TimeSpan.FromMinutes(1));
        var turns = Enumerable.Range(0, 3).Select(_ => pacer.WaitTurnAsync(TestContext.Current.CancellationToken)).ToList();

        Assert.Equal([true, false, false], turns.Select(t => t.IsCompleted));
    }

    [Fact]
    public async Task A_cancelled_waiter_ends()
    {
        var pacer = new PollPacer(_clock);
        using var source = new CancellationTokenSource();
        _ = pacer.WaitTurnAsync(source.Token);
        var turn = pacer.WaitTurnAsync(source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turn);
    }

    [Fact]
    public async Task Nobody_waits_for_those_who_have_left()
    {
        var pacer = new PollPacer(_clock);
        using var source = new CancellationTokenSource();
        var turns = Enumerable.Range(0, 200).Select(_ => pacer.WaitTurnAsync(source.Token)).ToList();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(turns));

        _ = pacer.WaitTurnAsync(TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromMilliseconds(100), _clock.Delays[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Never_more_than_ten_are_seen_within_a_second_however_long_each_is_on_its_way(int seed)
    {
        var random = new Random(seed);
        var run = new PolledService(() => random.NextDouble() < 0.1 ? 0.4 : 0.03 * random.NextDouble(), () => 0.02 * random.NextDouble());

        run.Run(waiters: 12, polls: 50);

        Assert.Equal(600, run.Seen.Count);
        Assert.All(run.Seen.Zip(run.Seen.Skip(10)), pair => Assert.InRange(pair.Second - pair.First, 0.9999, double.MaxValue));
    }

    [Theory]
    [InlineData(0.001, 61)]
    [InlineData(0.1, 67)]
    [InlineData(3, 92)]
    public void They_come_as_fast_as_that_allows(double takes, double most)
    {
        var run = new PolledService(() => takes / 2, () => takes / 2);

        run.Run(waiters: 60, polls: 10);

        Assert.InRange(run.Seen[^1], 59.9, most);
    }

    [Fact]
    public async Task A_turn_that_was_not_used_counts_for_nothing_that_is_left_undone()
    {
        var pacer = new PollPacer(_clock);
        for (var i = 0; i < 10; i++)
        {
            (await pacer.TakePlaceAsync(TestContext.Current.CancellationToken)).Dispose();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        var eleventh = pacer.TakePlaceAsync(TestContext.Current.CancellationToken);

        Assert.True(eleventh.IsCompletedSuccessfully);
    }

    /// <summary>When a service sees polls that are on their way for a while, as are the answers.</summary>
    private sealed class PolledService(Func<double> there, Func<double> back)
    {
        private readonly EventClock _clock = new();

        public List<double> Seen { get; } = [];

        public void Run(int waiters, int polls)
        {
            var pacer = new PollPacer(_clock);
            var started = _clock.Now;
            _clock.Run(() => Task.WhenAll(Enumerable.Range(0, waiters).Select(_ => PollAsync())).ContinueWith(_ => 0, TaskScheduler.Default));
            Seen.Sort();

            async Task PollAsync()
            {
                for (var i = 0; i < polls; i++)
                {
                    using var turn = await pacer.TakePlaceAsync(TestContext.Current.CancellationToken);
                    turn.Leave();
                    await Task.Delay(TimeSpan.FromSeconds(there()), _clock);
                    Seen.Add((_clock.Now - started).TotalSeconds);
                    await Task.Delay(TimeSpan.FromSeconds(back()), _clock);
                }
            }
        }
    }
}
