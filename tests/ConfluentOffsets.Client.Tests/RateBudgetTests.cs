using System.Globalization;
using System.Net;
using ConfluentOffsets.Client.Http;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Requests go as far as the service says that its limit lets them, before it has to refuse.</summary>
public sealed class RateBudgetTests
{
    private readonly RateBudget _budget = new();

    public static TheoryData<bool, string, int> Windows()
    {
        var windows = new TheoryData<bool, string, int>();
        foreach (var isOnTheClock in new[] { false, true })
        {
            foreach (var atOnce in new[] { 1, 10, 50 })
            {
                windows.Add(isOnTheClock, "exact", atOnce);
                windows.Add(isOnTheClock, "rounded up", atOnce);
            }
        }

        return windows;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_thousand_calls_keep_to_a_window_s_limit(bool isOnTheClock, string shown, int atOnce)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var run = new RateSimulation(new WindowedLimit(100, 1, isOnTheClock, Shown(shown)), seed) { Latency = atOnce == 1 ? 0.002 : 0.02 };

            run.Run(1000, atOnce);

            // Ten windows, or nine and a bit.
            Assert.Equal((1000, 0), (run.Served, run.Errors));
            Assert.InRange(run.Refused, 0, 10);
            Assert.InRange(run.Now, 8.6, 11.5);
        }
    }

    [Fact]
    public void Only_of_a_first_burst_beyond_the_limit_some_are_refused()
    {
        var run = new RateSimulation(new WindowedLimit(100, 1, isOnTheClock: false, Shown("exact")));

        run.Run(1000, atOnce: 300);

        Assert.Equal((1000, 0), (run.Served, run.Errors));
        Assert.InRange(run.Refused, 1, 200);
    }

    [Theory]
    [InlineData("rounded down", 20, 20)]
    [InlineData("slides", 15, 15)]
    [InlineData("bucket, next token", 15, 10)]
    [InlineData("bucket, full", 12, 3)]
    [InlineData("others use most", 25, 10)]
    [InlineData("others use all but one", 120, 25)]
    [InlineData("one a second", 120, 25)]
    public void Limits_of_another_shape_are_slower_and_never_an_error(string shape, double seconds, int refused)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            RateLimit limit = shape switch
            {
                "rounded down" => new WindowedLimit(10, 1, isOnTheClock: true, Math.Floor),
                "slides" => new SlidingLimit(10, 1),
                "bucket, next token" => new BucketLimit(10, 1, tellsOfNext: true),
                "bucket, full" => new BucketLimit(10, 1, tellsOfNext: false),
                "others use most" => new WindowedLimit(30, 1, isOnTheClock: true, Math.Ceiling) { Others = 25 },
                "others use all but one" => new WindowedLimit(30, 1, isOnTheClock: true, Math.Ceiling) { Others = 29 },
                _ => new WindowedLimit(1, 1, isOnTheClock: true, Math.Ceiling),
            };
            var run = new RateSimulation(limit, seed);

            run.Run(100, atOnce: 8);

            Assert.Equal((100, 0), (run.Served, run.Errors));
            Assert.InRange(run.Now, 0, seconds);
            Assert.InRange(run.Refused, 0, refused);
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("5", null)]
    [InlineData(null, "5")]
    [InlineData("", "5")]
    [InlineData("-1", "5")]
    [InlineData("0x0", "5")]
    [InlineData("0, 0;w=60", "5")]
    [InlineData("99999999999999999999999", "5")]
    [InlineData("0", "")]
    [InlineData("0", "-5")]
    [InlineData("0", "1000000000")]
    [InlineData("0", "1e9")]
    [InlineData("0", "NaN")]
    [InlineData("0", "Tue, 20 Feb 2024 15:00:09 GMT")]
    [InlineData("500", "60")]
    [InlineData("500", "0")]
    [InlineData("9223372036854775807", "86400")]
    public void Without_a_limit_in_sight_nothing_is_delayed(string? left, string? reset)
    {
        var run = new RateSimulation(new SaidLimit(left, reset));

        run.Run(1000, atOnce: 10);

        Assert.Equal(1000, run.Served);
        Assert.InRange(run.Now, 0, 100 * run.Latency * 1.1);
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("1", 3)]
    [InlineData("60", 121)]
    [InlineData("3600", 121)]
    [InlineData("86400", 121)]
    public void One_that_always_says_that_nothing_is_left_and_refuses_nothing_is_soon_not_believed(string reset, double most)
    {
        var run = new RateSimulation(new SaidLimit("0", reset));

        run.Run(1000, atOnce: 10);

        Assert.Equal(1000, run.Served);
        Assert.InRange(run.Now, 0, most + (100 * run.Latency));
        Assert.InRange(run.Seen.Zip(run.Seen.Skip(1), (a, b) => b - a).Max(), 0, 60 + run.Latency);
    }

    [Fact]
    public void Of_answers_in_any_order_the_least_of_the_window_counts()
    {
        Enter(5);
        foreach (var left in new[] { 4, 2, 6, 3 })
            Leave(0, left);

        // One is under way, and may not have been counted.
        Enter(1);
        Assert.False(IsOpen(0));
        Leave(0, 5);

        Assert.True(IsOpen(0));
    }

    [Fact]
    public void An_answer_to_what_was_sent_in_an_earlier_window_says_nothing_of_this_one()
    {
        Enter(3);
        Leave(0, 0);
        Assert.Equal(1, _budget.Enter(At(5)));
        Leave(0, 50, at: 5.1);

        Assert.False(IsOpen(5.1));
        Leave(1, 1, at: 5.1);
        Assert.True(IsOpen(5.1));
    }

    [Fact]
    public void Where_nothing_was_left_one_goes_first_and_its_answer_tells_how_many_follow()
    {
        Enter(1);
        Leave(0, 0);
        Assert.False(IsOpen(4.9));
        Enter(1, at: 5);
        Assert.False(IsOpen(5.1));

        Leave(1, 3, at: 5.1);
        Enter(3, at: 5.1);
        Assert.False(IsOpen(5.1));
    }

    [Fact]
    public void One_that_fails_is_not_waited_for()
    {
        Enter(1);
        Leave(0, 0);
        Enter(1, at: 5);

        _budget.Leave(1, response: null, At(5.1));

        Enter(1, at: 5.1);
        Assert.False(IsOpen(5.1));
    }

    [Fact]
    public void When_nothing_is_told_any_more_all_may_go()
    {
        Enter(1);
        Leave(0, 0);
        Enter(1, at: 5);
        using var silent = new HttpResponseMessage();

        _budget.Leave(1, silent, At(5.1));

        Enter(100, at: 5.1);
    }

    [Fact]
    public void One_that_hangs_holds_each_of_the_others_a_second()
    {
        Enter(1);
        Leave(0, 0);
        Enter(1, at: 5);

        Assert.False(IsOpen(5.9));
        Enter(1, at: 6);
        Assert.False(IsOpen(6.9));
        Enter(1, at: 7);

        // It is still this window's when it comes.
        Leave(1, 8, at: 7.5);
        Enter(6, at: 7.5);
        Assert.False(IsOpen(7.5));
    }

    [Fact]
    public void Plenty_stays_plenty_when_the_window_ends()
    {
        Enter(1);
        Leave(0, 500);

        Enter(100, at: 6);
        Enter(100, at: 60);
    }

    [Fact]
    public void No_window_is_longer_than_a_minute()
    {
        Enter(1);
        Leave(0, 0, reset: 3600);

        Assert.False(IsOpen(59.9));
        Assert.True(IsOpen(60));
    }

    [Fact]
    public void A_refusal_makes_the_service_believed_again()
    {
        var at = 0.0;
        Enter(1);
        Leave(0, 0);
        for (var window = 1; window <= 8; window++)
        {
            at = _budget.End.TotalSeconds;
            Enter(1, at);
            Leave(window, 0, at);
        }

        Assert.True(IsOpen(at));
        Enter(3, at);
        Leave(8, 0, at);
        Assert.True(IsOpen(at));
        Leave(8, 0, at, status: HttpStatusCode.TooManyRequests);

        Assert.False(IsOpen(at));
    }

    private static Func<double, double> Shown(string how) => how == "exact" ? s => s : Math.Ceiling;

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private bool IsOpen(double at) => _budget.IsOpen(At(at));

    private void Enter(int times, double at = 0)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(IsOpen(at));
            _budget.Enter(At(at));
        }
    }

    private void Leave(long window, int left, double at = 0, int reset = 5, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = RateSimulation.Answer(status, left.ToString(CultureInfo.InvariantCulture), reset.ToString(CultureInfo.InvariantCulture));
        _budget.Leave(window, response, At(at));
    }
}
