using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class OffsetsWatcherTests : IDisposable
{
    private const string Early = "2024-02-20T15:14:00Z";
    private const string Applied = "2024-02-20T15:14:30Z";
    private const string Late = "2024-02-20T15:14:31Z";
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly TestService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OffsetsWatcher Watcher => new(_service.Api, TimeSpan.FromSeconds(1));

    private int Looks => _service.Handler.Requests.Count;

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task It_looks_until_the_offsets_were_observed_later()
    {
        Shows(Early, Early, Applied, Late);

        var sighting = await UntilObservedAsync(Applied);

        Assert.Equal((true, Late, 4), (sighting.IsFresh, sighting.Document?.ObservedAt?.Text, Looks));
    }

    [Theory]
    [InlineData(Early, Early, "2024-02-20T15:14:05Z", 3)]
    [InlineData(null, Early, Late, 3)]
    public async Task Without_a_time_it_looks_for_a_later_observation_than_the_first(string? first, string second, string third, int looks)
    {
        Shows(first, second, third);

        var sighting = await UntilObservedAsync(null);

        Assert.Equal((true, third, looks), (sighting.IsFresh, sighting.Document?.ObservedAt?.Text, Looks));
    }

    [Fact]
    public async Task Offsets_without_a_time_are_never_fresh()
    {
        Shows(null as string);

        var observed = await UntilObservedAsync(Applied);
        var younger = await UntilYoungerAsync(TimeSpan.MaxValue - TimeSpan.FromTicks(1));

        Assert.False(observed.IsFresh || younger.IsFresh);
        Assert.NotNull(younger.Document);
    }

    [Fact]
    public async Task The_last_look_is_when_the_time_is_over()
    {
        Shows(Early);
        var started = _service.Clock.GetUtcNow();

        var sighting = await UntilObservedAsync(Applied);

        Assert.Equal((false, Early, null), (sighting.IsFresh, sighting.Document?.ObservedAt?.Text, sighting.Failure));
        Assert.Equal(s_timeout, _service.Clock.GetUtcNow() - started);
        Assert.Equal(started.UtcDateTime + s_timeout, _service.Handler.Requests[^1].At);
    }

    [Fact]
    public async Task A_time_out_of_zero_looks_once()
    {
        Shows(Early, Late);

        var sighting = await UntilObservedAsync(Applied, TimeSpan.Zero);

        Assert.Equal((false, 1, 0), (sighting.IsFresh, Looks, _service.Clock.Delays.Count));
    }

    [Fact]
    public async Task A_passing_failure_is_looked_over()
    {
        Shows(Early);
        _service.Handler.Answer("GET", TestService.OffsetsPath, 503, "oops").Fail("GET", TestService.OffsetsPath, StubFault.Lost);
        Shows(Late);

        var sighting = await UntilObservedAsync(Applied);

        Assert.Equal((true, null, 4), (sighting.IsFresh, sighting.Failure, Looks));
    }

    [Fact]
    public async Task A_look_that_fails_is_not_retried_by_itself()
    {
        _service.Handler.Answer("GET", TestService.OffsetsPath, 503, "oops");

        var sighting = await UntilObservedAsync(Applied, TimeSpan.Zero);

        Assert.Equal((FailureKind.ServiceUnavailable, 1), (sighting.Failure?.Kind, Looks));
    }

    [Fact]
    public async Task The_gap_after_a_429_is_what_the_service_asks()
    {
        _service.Handler.Answer("GET", TestService.OffsetsPath, 429, "{}", new Dictionary<string, string> { ["Retry-After"] = "20" });
        Shows(Late);

        await UntilObservedAsync(Applied);

        Assert.Equal(TimeSpan.FromSeconds(20), _service.Handler.Requests[1].At - _service.Handler.Requests[0].At);
    }

    [Fact]
    public async Task A_failure_that_stays_ends_it_with_the_last_offsets()
    {
        Shows(Early);
        _service.Handler.Answer("GET", TestService.OffsetsPath, 404, "{}");

        var sighting = await UntilObservedAsync(Applied);

        Assert.Equal((false, Early, FailureKind.ConnectorNotFound, 2), (sighting.IsFresh, sighting.Document?.ObservedAt?.Text, sighting.Failure?.Kind, Looks));
    }

    [Fact]
    public async Task A_failure_to_the_end_is_told()
    {
        Shows(Early);
        _service.Handler.Answer("GET", TestService.OffsetsPath, 503, "oops");

        var sighting = await UntilObservedAsync(Applied);

        Assert.Equal((false, Early, FailureKind.ServiceUnavailable), (sighting.IsFresh, sighting.Document?.ObservedAt?.Text, sighting.Failure?.Kind));
    }

    [Fact]
    public async Task A_look_that_hangs_does_not_outlast_the_time_by_more_than_a_moment()
    {
        Shows(Early);
        _service.Handler.Fail("GET", TestService.OffsetsPath, StubFault.Hang);
        var started = _service.Clock.GetUtcNow();

        var sighting = await UntilObservedAsync(Applied, TimeSpan.FromSeconds(3));

        Assert.Equal((false, FailureKind.RequestTimeout), (sighting.IsFresh, sighting.Failure?.Kind));
        Assert.InRange(_service.Clock.GetUtcNow() - started, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData("2024-02-20T14:59:30Z", 30, true)]
    [InlineData("2024-02-20T14:59:29.9Z", 30, false)]
    [InlineData("2024-02-20T15:00:00Z", 0, true)]
    public async Task Younger_counts_up_to_the_age(string observedAt, int age, bool expected)
    {
        Shows(observedAt);

        var sighting = await Watcher.UntilYoungerAsync(Given.Connector, TimeSpan.FromSeconds(age), TimeSpan.Zero, Token);

        Assert.Equal(expected, sighting.IsFresh);
    }

    [Fact]
    public async Task A_cancellation_ends_it()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _service.Handler.Fail("GET", TestService.OffsetsPath, StubFault.Hold);
        var watch = Watcher.UntilObservedAsync(Given.Connector, null, s_timeout, source.Token);
        await Task.Run(() => _service.Handler.Held.Wait(Token), Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    private void Shows(params string?[] observedAt)
    {
        foreach (var at in observedAt)
            _service.Handler.Answer("GET", TestService.OffsetsPath, 200, $$$"""{"offsets":[],"metadata":{"observed_at":{{{(at is null ? "null" : $"\"{at}\"")}}}}}""");
    }

    private Task<Sighting> UntilObservedAsync(string? after, TimeSpan? timeout = null) =>
        Watcher.UntilObservedAsync(Given.Connector, ServerTime.TryParse(after), timeout ?? s_timeout, Token);

    private Task<Sighting> UntilYoungerAsync(TimeSpan age) => Watcher.UntilYoungerAsync(Given.Connector, age, s_timeout, Token);
}
