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
}
