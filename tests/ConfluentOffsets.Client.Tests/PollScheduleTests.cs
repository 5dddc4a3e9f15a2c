using ConfluentOffsets.Client.Requests;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class PollScheduleTests
{
    /// <summary>Operations of 0.1 s to 300 s.</summary>
    private static readonly double[] s_lengths = [.. Enumerable.Range(1, 3000).Select(i => i / 10.0)];

    [Fact]
    public void An_operation_of_53_seconds_needs_25_polls_at_most() =>
        Assert.InRange(PollsUntil(53).Count, 15, 25);

    [Fact]
    public void An_end_is_noticed_within_an_eighth_of_the_operation_or_a_second_and_a_half() =>
        Assert.All(s_lengths, length =>
            Assert.InRange(PollsUntil(length)[^1] - length, 0, Math.Max(1.5, length / 8) + 1e-6));

    [Fact]
    public void A_gap_is_never_above_ten_seconds()
    {
        var polls = PollsUntil(3600);

        Assert.InRange(polls.Zip(polls.Skip(1), (a, b) => b - a).Max(), 9.999, 10.001);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(30)]
    public void The_first_gap_is_the_one_asked_for(double first) =>
        Assert.Equal(TimeSpan.FromSeconds(first), new PollSchedule(TimeSpan.FromSeconds(first)).Next(TimeSpan.Zero));

    [Fact]
    public void A_first_gap_above_ten_seconds_stays()
    {
        var schedule = new PollSchedule(TimeSpan.FromSeconds(30));
        schedule.Next(TimeSpan.Zero);

        Assert.Equal(TimeSpan.FromSeconds(30), schedule.Next(TimeSpan.FromSeconds(600)));
    }

    [Fact]
    public void Gaps_never_shrink()
    {
        var polls = PollsUntil(600);
        var gaps = polls.Zip(polls.Skip(1), (a, b) => b - a).ToList();

        Assert.All(gaps.Zip(gaps.Skip(1)), pair => Assert.True(pair.Second >= pair.First - 1e-6));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public void Polls_that_came_late_are_caught_up_with_and_no_more_than_that(double late)
    {
        // Up to the 30th second each comes late; then nobody else polls any more.
        var schedule = new PollSchedule(TimeSpan.FromSeconds(1));
        var polls = new List<double> { 0 };
        while (polls[^1] < 300)
            polls.Add(polls[^1] + schedule.Next(TimeSpan.FromSeconds(polls[^1])).TotalSeconds + (polls[^1] < 30 ? late : 0));
        var ideal = PollsUntil(300);

        Assert.All(ideal, (at, i) => Assert.True(polls[i] >= at - 1e-6));
        Assert.Equal(ideal.Count(at => at < 300), polls.Count(at => at < 300), 5.0);
        Assert.All(polls.Skip(1).Zip(polls.Skip(2)), pair => Assert.InRange(pair.Second - pair.First, Math.Max(1, pair.First / 16 > 5 ? 5 : pair.First / 16) - 1e-6, double.MaxValue));
    }

    /// <summary>When polls are made, in seconds, up to the one that notices an end at <paramref name="end"/>.</summary>
    private static List<double> PollsUntil(double end)
    {
        var schedule = new PollSchedule(TimeSpan.FromSeconds(1));
        var polls = new List<double> { 0 };
        while (polls[^1] < end)
            polls.Add(polls[^1] + schedule.Next(TimeSpan.FromSeconds(polls[^1])).TotalSeconds);
        return polls;
    }
}
