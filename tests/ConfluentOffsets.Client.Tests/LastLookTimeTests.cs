using System.Globalization;
using System.Net;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The last look before a POST where time passes: a clock that jumps, a service that is slow, a limit that makes each wait.</summary>
public sealed class LastLookTimeTests
{
    private static readonly string s_earlier = Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(5)]
    [InlineData(3600)]
    public void A_wall_clock_that_jumps_does_not_hide_ours(int jump)
    {
        var clock = new EventClock();
        var started = clock.Now;
        var isPosted = false;
        using var handler = new FuncHandler(async (request, token) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, token);
            isPosted |= request.Method == HttpMethod.Post;
            if (request.Method == HttpMethod.Post)
                throw new HttpRequestException("lost");
            var answer = new HttpResponseMessage { Content = new StringContent(isPosted ? Given.StatusText("PENDING") : s_earlier) };
            answer.Headers.Date = DateTimeOffset.Parse(Given.After, CultureInfo.InvariantCulture) + (clock.Now - started);
            return answer;
        });
        using var connection = new ServiceConnection(Settings(handler, clock));
        var alteration = new OffsetAlteration(new OffsetsApi(connection, Caller.None)) { Leaving = () => clock.WallClockError = TimeSpan.FromSeconds(jump) };

        var request = clock.Run(() => alteration.SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token));

        Assert.Equal(Given.After, request.RequestedAt?.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_service_that_takes_its_time_is_looked_at_once(bool prompts)
    {
        var clock = new EventClock();
        var calls = new List<string>();
        using var handler = new FuncHandler(async (request, token) =>
        {
            calls.Add($"{request.Method} {request.RequestUri!.AbsolutePath.Split('/')[^1]}");
            await Task.Delay(TimeSpan.FromSeconds(3), clock, token);
            return new HttpResponseMessage(request.Method == HttpMethod.Post ? HttpStatusCode.Accepted : HttpStatusCode.OK)
            {
                Content = new StringContent(request.RequestUri!.AbsolutePath.EndsWith("/status", StringComparison.Ordinal) ? s_earlier : "{}"),
            };
        });
        using var connection = new ServiceConnection(Settings(handler, clock));
        var api = new OffsetsApi(connection, Caller.None);
        var alteration = new OffsetAlteration(api) { LookedAgain = (within, _, token) => within.GetOffsetsAsync(Given.Connector, singleAttempt: true, token) };

        clock.Run(async () =>
        {
            var readAt = clock.GetTimestamp();
            await api.GetOffsetsAsync(Given.Connector, Token);
            var baseline = await alteration.ReadBaselineAsync(Given.Connector, Token);
            return await alteration.SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), baseline, prompts ? null : readAt, Token);
        });

        Assert.Equal(["GET offsets", "GET status", "GET status", "GET offsets", "POST request"], calls);
    }

    /// <summary>A window of a limit that is told, and many connectors.</summary>
    [Theory]
    [InlineData(2, 1, 20)]
    [InlineData(3, 1, 20)]
    [InlineData(10, 8, 20)]
    [InlineData(10, 40, 60)]
    [InlineData(20, 40, 60)]
    [InlineData(100, 200, 60)]
    public void Looks_keep_to_the_limit(int limit, int connectors, double window)
    {
        var clock = new EventClock();
        var started = clock.Now;
        var service = new WindowedLimit(limit, window, false, Math.Ceiling);
        var (refused, posts) = (0, 0);
        using var handler = new FuncHandler(async (request, token) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, token);
            var (isServed, left, reset) = service.Ask((clock.Now - started).TotalSeconds);
            var isPost = request.Method == HttpMethod.Post;
            refused += isServed ? 0 : 1;
            posts += isServed && isPost ? 1 : 0;
            var answer = RateSimulation.Answer(!isServed ? HttpStatusCode.TooManyRequests : isPost ? HttpStatusCode.Accepted : HttpStatusCode.OK, left, reset);
            answer.Content = new StringContent(request.RequestUri!.AbsolutePath.EndsWith("/status", StringComparison.Ordinal) ? s_earlier : "{}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, token);
            return answer;
        });
        using var connection = new ServiceConnection(Settings(handler, clock));

        clock.Run(AlterAllAsync);

        Assert.Equal((0, connectors), (refused, posts));

        // One after the other: who waits in the gate's line goes on on another thread, and this clock would be ahead of it.
        async Task<int> AlterAllAsync()
        {
            for (var i = 0; i < connectors; i++)
            {
                var connector = Given.Connector with { ConnectorName = $"c{i}" };
                var api = new OffsetsApi(connection, Caller.None);
                var readAt = clock.GetTimestamp();
                await api.GetOffsetsAsync(connector, Token);
                var alteration = new OffsetAlteration(api) { LookedAgain = (within, _, token) => within.GetOffsetsAsync(connector, singleAttempt: true, token) };
                var baseline = await alteration.ReadBaselineAsync(connector, Token);
                await alteration.SubmitAsync(connector, "PATCH", Given.Items(Given.Offsets), baseline, readAt, Token);
            }

            return 0;
        }
    }

    private static ConnectionSettings Settings(HttpMessageHandler handler, TimeProvider time) => new()
    {
        BaseUri = new Uri("https://api.confluent.cloud"),
        Credential = new FixedCredential(new("Bearer", "token-1")),
        PrimaryHandler = handler,
        Time = time,
        Chance = () => 0.5,
    };
}
