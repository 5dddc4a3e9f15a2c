using System.Net;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Many requests against a limit that makes each wait: the looks before them are kept within it, too.</summary>
public sealed class LastLookLimitTests
{
    private static readonly string s_earlier = Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
