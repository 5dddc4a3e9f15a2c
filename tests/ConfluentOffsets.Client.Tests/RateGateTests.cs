using System.Globalization;
using System.Net;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Requests of a connection wait in a line while the service's limit is used up.</summary>
public sealed class RateGateTests
{
    private readonly SimulatedClock _clock = new() { Frozen = true };
    private readonly RateGate _gate;

    public RateGateTests() => _gate = new RateGate(_clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_that_wait_go_in_their_order_when_an_answer_makes_room()
    {
        await UseUpAsync(0);
        _clock.Advance(TimeSpan.FromSeconds(50));
        var pass = await EnterAsync();
        var line = Enumerable.Range(0, 4).Select(_ => EnterAsync()).ToList();
        Assert.True(_gate.IsShut);

        for (var i = 0; i < 3; i++)
        {
            Assert.All(line.Skip(i), task => Assert.False(task.IsCompleted));
            _gate.Leave(pass, Answer(1));
            pass = await line[i];
        }

        Assert.False(line[3].IsCompleted);
    }

    [Fact]
    public async Task Who_comes_later_does_not_overtake_the_line()
    {
        await UseUpAsync(0);
        var first = EnterAsync();

        // It has not woken up yet.
        _clock.Advance(TimeSpan.FromSeconds(50));
        var later = EnterAsync();

        Assert.False(first.IsCompleted || later.IsCompleted);
    }

    [Fact]
    public void The_line_goes_on_by_itself_when_the_window_ends()
    {
        var clock = new EventClock();
        var gate = new RateGate(clock);
        var started = clock.Now;
        var lines = new List<string>();

        clock.Run(async () =>
        {
            gate.Leave(await gate.EnterAsync(CallLog.None, Token), Answer(0));
            return await gate.EnterAsync(new CallLog(lines.Add), Token);
        });

        Assert.Equal(TimeSpan.FromSeconds(50), clock.Now - started);
        Assert.Equal(["Held back for 50.0 s: the service's limit is used up until then"], lines);
    }

    [Fact]
    public async Task A_cancellation_ends_the_wait_anywhere_in_the_line()
    {
        await UseUpAsync(0);
        using var source = new CancellationTokenSource();
        var line = Enumerable.Range(0, 3).Select(_ => _gate.EnterAsync(CallLog.None, source.Token).AsTask()).ToList();

        await source.CancelAsync();

        foreach (var task in line)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_line_to_the_next()
    {
        await UseUpAsync(0);
        using var source = new CancellationTokenSource();
        var first = _gate.EnterAsync(CallLog.None, source.Token).AsTask();
        var second = EnterAsync();
        _clock.Advance(TimeSpan.FromSeconds(50));

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task Threads_that_share_it_never_send_more_than_is_left()
    {
        const int Limit = 500;
        using var usedUp = new CancellationTokenSource();
        var counted = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(SendAsync, Token)));

        Assert.Equal(Limit, counted);

        async Task SendAsync()
        {
            while (!usedUp.IsCancellationRequested)
            {
                long pass;
                try
                {
                    pass = await _gate.EnterAsync(CallLog.None, usedUp.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                var left = Limit - Interlocked.Increment(ref counted);
                await Task.Yield();
                _gate.Leave(pass, Answer(Math.Max(0, left)));
                if (left == 0)
                    await usedUp.CancelAsync();
            }
        }
    }

    [Fact]
    public async Task A_request_waits_for_the_end_of_the_window_with_all_its_connection()
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", "/a/offsets", 200, "{}", Headers(0, 7))
            .Answer("GET", "/b/offsets", 200, "{}", Headers(5, 7))
            .Answer("POST", TestService.RequestPath, 202, "{}", Headers(4, 7));

        await service.Api.GetOffsetsAsync(Given.Connector with { ConnectorName = "a" }, Token);
        await service.Api.GetOffsetsAsync(Given.Connector with { ConnectorName = "b" }, Token);
        await service.PostAsync();

        Assert.Equal([0, 7, 7], service.Handler.Requests.Select(r => (r.At - service.Handler.Requests[0].At).TotalSeconds));
        Assert.Single(service.Verbose, "Held back for 7.0 s: the service's limit is used up until then");
    }

    [Fact]
    public async Task To_wait_for_it_is_no_part_of_an_attempt_s_time()
    {
        using var service = new TestService(s => s with { RequestTimeout = TimeSpan.FromSeconds(2) });
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}", Headers(0, 7));

        await service.GetAsync();
        await service.GetAsync();

        Assert.Equal(2, service.Handler.Requests.Count);
    }

    [Fact]
    public async Task Who_was_told_to_slow_down_meanwhile_waits_as_long_as_that_takes()
    {
        var holdBack = new HoldBack(TestSettings(_clock));
        holdBack.Leave(await holdBack.EnterAsync(CallLog.None, Token), Answer(0));
        var waits = holdBack.EnterAsync(CallLog.None, Token).AsTask();
        holdBack.Hold(TimeSpan.FromSeconds(55));
        Assert.Equal(TimeSpan.FromSeconds(50), Assert.Single(_clock.Delays));
        _clock.Advance(TimeSpan.FromSeconds(50));
        using var hung = new HttpResponseMessage();

        // What was under way ends, and so wakes up who waits.
        holdBack.Leave(0, hung);
        SpinWait.SpinUntil(() => _clock.Delays.Count > 1, TimeSpan.FromSeconds(20));

        Assert.False(waits.IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(5), _clock.Delays[1]);
    }

    [Fact]
    public async Task A_token_is_exchanged_whatever_is_left()
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 200, "{}", Headers(0, 50))
            .Answer("POST", "/token", 200, "{}");
        await service.GetAsync();
        service.Clock.Frozen = true;

        await service.Connection.PostFormAsync("/token", new Dictionary<string, string>(), CallLog.None, Token);

        Assert.Equal(2, service.Handler.Requests.Count);
    }

    [Fact]
    public void A_poll_does_not_lose_its_turn_to_others_that_use_the_limit_up()
    {
        var clock = new EventClock();
        using var connection = new ServiceConnection(TestSettings(clock));
        var (window, used, polledAt) = (0L, 0, 0.0);
        var started = clock.Now;
        double Seconds() => (clock.Now - started).TotalSeconds;

        clock.Run(() => Task.WhenAll([.. Enumerable.Range(0, 12).Select(_ => UseAsync()), PollAsync()]).ContinueWith(_ => 0, TaskScheduler.Default));

        // Once through a line of twelve, not when the others have left.
        Assert.InRange(polledAt, 3, 15);

        // Five requests a second, and twelve at once who want them.
        async Task UseAsync()
        {
            while (Seconds() < 60)
                await RequestAsync();
        }

        async Task PollAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(3), clock, Token);
            await connection.PollAsync(CallLog.None, _ => AnsweredAsync(), Token);
            polledAt = Seconds();
        }

        async Task<int> RequestAsync()
        {
            var pass = await connection.HoldBack.EnterAsync(CallLog.None, Token);
            connection.HoldBack.Leave(pass, RateSimulation.Answer(HttpStatusCode.OK, (await AnsweredAsync()).ToString(CultureInfo.InvariantCulture), "1"));
            return 0;
        }

        async Task<int> AnsweredAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(0.02), clock, Token);
            if ((long)Seconds() != window)
                (window, used) = ((long)Seconds(), 0);
            return Math.Max(0, 5 - ++used);
        }
    }

    [Fact]
    public void Polls_do_not_burst_when_a_window_ends_in_which_all_was_used_up()
    {
        var clock = new EventClock();
        var started = clock.Now;
        var seen = new List<double>();
        using var connection = new ServiceConnection(TestSettings(clock));

        clock.Run(() => Task.WhenAll(Enumerable.Range(0, 60).Select(_ => PollAsync())).ContinueWith(_ => 0, TaskScheduler.Default));

        Assert.Equal(180, seen.Count);
        Assert.All(seen.Zip(seen.Skip(10)), pair => Assert.InRange(pair.Second - pair.First, 0.9999, double.MaxValue));

        async Task PollAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                await connection.PollAsync(
                    CallLog.None,
                    async turn =>
                    {
                        // One in twenty seconds, and plenty after that.
                        var now = (clock.Now - started).TotalSeconds;
                        int count;
                        lock (seen)
                        {
                            seen.Add(now);
                            count = seen.Count;
                        }

                        await Task.Delay(TimeSpan.FromSeconds(0.05), clock, Token);
                        turn.Note(RateSimulation.Answer(HttpStatusCode.OK, count < 40 ? "0" : "500", Math.Ceiling(20 - (now % 20)).ToString(CultureInfo.InvariantCulture)));
                        return 0;
                    },
                    Token);
            }
        }
    }

    private static HttpResponseMessage Answer(int left) => RateSimulation.Answer(HttpStatusCode.OK, left.ToString(CultureInfo.InvariantCulture), "50");

    private static System.Collections.Hashtable Headers(int left, int reset) => new() { ["X-RateLimit-Remaining"] = left, ["X-RateLimit-Reset"] = reset };

    private static ConnectionSettings TestSettings(TimeProvider time) => new()
    {
        BaseUri = new Uri("https://api.confluent.cloud"),
        Credential = new FixedCredential(new("Bearer", "token-1")),
        Time = time,
        Chance = () => 0,
    };

    private Task<long> EnterAsync() => _gate.EnterAsync(CallLog.None, Token).AsTask();

    private async Task UseUpAsync(long pass)
    {
        Assert.Equal(pass, await EnterAsync());
        _gate.Leave(pass, Answer(0));
    }
}
