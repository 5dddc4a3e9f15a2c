using System.Collections;
using System.Net;
using System.Net.Http.Headers;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>One request that is told to slow down holds back all of its connection.</summary>
public sealed class HoldBackTests
{
    private static readonly Hashtable s_sevenSeconds = new() { ["Retry-After"] = "7" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task The_next_request_waits_as_long_as_was_asked_for(string method)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 429, null, s_sevenSeconds)
            .Answer("GET", TestService.OffsetsPath, 200, "{}")
            .Answer("POST", TestService.RequestPath, 202, "{}");

        await service.GetFailureAsync();
        await (method == "GET" ? service.GetAsync(singleAttempt: true) : service.PostAsync());

        Assert.InRange((service.Handler.Requests[1].At - service.Handler.Requests[0].At).TotalSeconds, 7, 8.75);
        Assert.Single(service.Verbose, line => line.StartsWith("Held back for ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_without_a_time_holds_the_others_as_long_as_its_own_retry()
    {
        var chance = new Queue<double>([0.9]);
        using var service = new TestService(s => s with { Chance = () => chance.TryDequeue(out var next) ? next : 0 });
        service.Clock.Frozen = true;
        service.Handler
            .Answer("GET", "/a/offsets", 429, null)
            .Answer("GET", "/b/offsets", 200, "{}");

        var limited = service.Api.GetOffsetsAsync(Given.Connector with { ConnectorName = "a" }, Token);
        var other = service.Api.GetOffsetsAsync(Given.Connector with { ConnectorName = "b" }, Token);

        Assert.False(limited.IsCompleted || other.IsCompleted);
        Assert.Equal(2, service.Clock.Delays.Count);
        Assert.Equal(service.Clock.Delays[0], service.Clock.Delays[1]);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Any_refusal_that_can_pass_holds_the_others_back_as_long_as_it_asks(int status)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler
            .Answer("GET", TestService.OffsetsPath, status, null, s_sevenSeconds)
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetFailureAsync();
        await service.GetAsync();

        Assert.InRange((service.Handler.Requests[1].At - service.Handler.Requests[0].At).TotalSeconds, 7, 8.75);
    }

    [Theory]
    [InlineData(503, false)]
    [InlineData(404, true)]
    [InlineData(501, true)]
    public async Task A_refusal_that_asks_for_nothing_or_will_not_pass_holds_nobody_back(int status, bool asks)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler
            .Answer("GET", TestService.OffsetsPath, status, null, asks ? s_sevenSeconds : null)
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetFailureAsync();
        await service.GetAsync();

        Assert.Empty(service.Clock.Delays);
    }

    [Theory]
    [InlineData(0.5, 0.5, 1.5)]
    [InlineData(7, 7, 8.75)]
    [InlineData(48, 48, 60)]
    [InlineData(55, 55, 60)]
    [InlineData(60, 60, 60)]
    [InlineData(61, 45, 56.25)]
    [InlineData(86400, 45, 56.25)]
    public void No_pause_is_above_a_minute_with_its_spread(double asked, double least, double most)
    {
        Assert.Equal((least, most), (Pause(0), Pause(1)));

        double Pause(double chance) => new HoldBack(Settings(TimeProvider.System) with { Chance = () => chance }).Jittered(TimeSpan.FromSeconds(asked)).TotalSeconds;
    }

    [Fact]
    public async Task Another_connection_is_not_held_back()
    {
        using var limited = new TestService(s => s with { MaxRetryCount = 0 });
        limited.Handler.Answer("GET", TestService.OffsetsPath, 429, null, s_sevenSeconds);
        using var other = new TestService(primary: limited.Handler);

        await limited.GetFailureAsync();
        limited.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");
        await other.GetAsync();

        Assert.Empty(other.Clock.Delays);
    }

    [Fact]
    public async Task A_hold_that_is_over_holds_nobody()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 429, null, s_sevenSeconds)
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetFailureAsync();
        service.Clock.Advance(TimeSpan.FromSeconds(7));
        await service.GetAsync();

        Assert.Empty(service.Clock.Delays);
    }

    [Theory]
    [InlineData("7", 7, 8.75)]
    [InlineData("3600", 45, 60)]
    [InlineData("0", 0, 2)]
    public void Eight_calls_that_were_held_back_do_not_come_in_one_burst(string asked, double least, double most)
    {
        var night = new LimitedService { Refusals = 8, RetryAfter = asked };
        night.Run(api => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.GetOffsetsAsync(Given.Connector, Token))));

        var back = night.Times.Skip(8).ToList();
        Assert.Equal(8, back.Count);
        Assert.All(back, at => Assert.InRange(at.TotalSeconds, least, most));
        Assert.True(back[^1] - back[0] > TimeSpan.FromSeconds(0.3));
        Assert.All(back.Zip(back.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    [Fact]
    public void Calls_that_never_saw_the_limit_come_one_by_one_too()
    {
        var night = new LimitedService { Refusals = 1, RetryAfter = "7" };
        night.Run(async api =>
        {
            var first = api.GetOffsetsAsync(Given.Connector, Token);
            await Task.Delay(TimeSpan.FromMilliseconds(5), api.Connection.Time, Token);
            return await Task.WhenAll([first, .. Enumerable.Range(0, 8).Select(_ => api.GetOffsetsAsync(Given.Connector, Token))]);
        });

        Assert.Equal(10, night.Times.Count);
        Assert.All(night.Times.Skip(1), at => Assert.InRange(at.TotalSeconds, 7, 8.75));
        Assert.True(night.Times[^1] - night.Times[1] > TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public void To_be_held_back_is_no_part_of_an_attempt_s_time()
    {
        var night = new LimitedService { Refusals = 1, RetryAfter = "30", RequestTimeout = TimeSpan.FromSeconds(5) };

        night.Run(api => Task.WhenAll(api.GetOffsetsAsync(Given.Connector, Token), api.GetOffsetsAsync(Given.Connector, Token)));

        Assert.Equal(3, night.Times.Count);
    }

    [Fact]
    public void Nobody_is_held_back_for_ever_by_others()
    {
        // The polls of somebody else are told to slow down again and again.
        var clock = new EventClock();
        var holdBack = new HoldBack(Settings(clock));
        clock.Run(async () =>
        {
            holdBack.Hold(TimeSpan.FromSeconds(50));
            var wait = holdBack.WaitAsync(CallLog.None, Token);
            for (var i = 0; i < 40 && !wait.IsCompleted; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(10), clock, Token);
                holdBack.Hold(TimeSpan.FromSeconds(50));
            }

            await wait;
            return 0;
        });

        Assert.InRange(clock.GetElapsedTime(0, clock.GetTimestamp()) - clock.GetElapsedTime(0, new EventClock().GetTimestamp()), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(140));
    }

    [Fact]
    public async Task A_cancellation_ends_it()
    {
        var clock = new SimulatedClock { Frozen = true };
        var holdBack = new HoldBack(Settings(clock));
        using var source = new CancellationTokenSource();
        holdBack.Hold(TimeSpan.FromSeconds(50));
        var wait = holdBack.WaitAsync(CallLog.None, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public void Polls_wait_too_and_then_ten_come_in_a_second_at_most()
    {
        var night = new LimitedService { Refusals = 1, RetryAfter = "7" };
        night.Run(api => Task.WhenAll(Enumerable.Range(0, 30).Select(_ => new RequestWaiter(api, new Throttle(30)).WaitAsync(
            Given.Connector, null, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), _ => { }, Token))));

        Assert.Equal(31, night.Times.Count);
        Assert.All(night.Times.Skip(1), at => Assert.InRange(at.TotalSeconds, 7, 15));
        Assert.All(night.Times.Skip(1).Zip(night.Times.Skip(11)), pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 0.9999, 60));
    }

    private static ConnectionSettings Settings(TimeProvider time) => new()
    {
        BaseUri = new Uri("https://api.confluent.cloud"),
        Credential = new FixedCredential(new AuthenticationHeaderValue("Bearer", "token-1")),
        Time = time,
        Chance = new Random(1).NextDouble,
    };

    /// <summary>A service that refuses the first requests, and when each request came.</summary>
    private sealed class LimitedService : HttpMessageHandler
    {
        private readonly EventClock _clock = new();
        private readonly DateTimeOffset _started = new EventClock().Now;

        public required int Refusals { get; set; }

        public required string RetryAfter { get; init; }

        public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

        public List<TimeSpan> Times { get; } = [];

        public void Run<T>(Func<OffsetsApi, Task<T>> work)
        {
            using var connection = new ServiceConnection(Settings(_clock) with { PrimaryHandler = this, RequestTimeout = RequestTimeout });
            _clock.Run(() => work(new OffsetsApi(connection, Caller.None)));
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Times.Add(_clock.Now - _started);
            var isLimited = Refusals-- > 0;
            var response = new HttpResponseMessage(isLimited ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK)
            {
                Content = new StringContent(Given.StatusText("APPLIED")),
            };
            if (isLimited)
                response.Headers.TryAddWithoutValidation("Retry-After", RetryAfter);
            return AnswerAsync(response);
        }

        /// <summary>A moment later, so that all are on their way before the first is refused.</summary>
        private async Task<HttpResponseMessage> AnswerAsync(HttpResponseMessage response)
        {
            if (Refusals >= 0)
                await Task.Delay(TimeSpan.FromMilliseconds(1), _clock);
            return response;
        }
    }
}
