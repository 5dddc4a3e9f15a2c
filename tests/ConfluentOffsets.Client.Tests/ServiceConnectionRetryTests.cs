using System.Collections;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ServiceConnectionRetryTests
{
    public static TheoryData<int, StubFault?> PassingFailures() => new()
    {
        { 408, null },
        { 429, null },
        { 500, null },
        { 502, null },
        { 503, null },
        { 504, null },
        { 0, StubFault.Lost },
        { 0, StubFault.Refused },
        { 0, StubFault.Hang },
    };

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task A_get_is_sent_again_until_it_succeeds(int status, StubFault? fault)
    {
        using var service = new TestService();
        for (var i = 0; i < 5; i++)
            AddFailure(service, status, fault);
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");

        var reply = await service.GetAsync();

        Assert.Equal(200, reply.StatusCode);
        Assert.Equal(6, service.Handler.Requests.Count);
        Assert.Equal(5, service.Clock.Delays.Count);
        Assert.All(service.Clock.Delays, delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(408, null, "RequestTimeout")]
    [InlineData(429, null, "RateLimited")]
    [InlineData(500, null, "ServiceUnavailable")]
    [InlineData(502, null, "ServiceUnavailable")]
    [InlineData(503, null, "ServiceUnavailable")]
    [InlineData(504, null, "ServiceUnavailable")]
    [InlineData(0, StubFault.Lost, "ConnectionFailed")]
    [InlineData(0, StubFault.Refused, "ConnectionFailed")]
    [InlineData(0, StubFault.Hang, "RequestTimeout")]
    public async Task A_get_that_fails_again_and_again_fails_with_the_last_answer(int status, StubFault? fault, string kind)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 3 });
        AddFailure(service, status, fault);

        var failure = await service.GetFailureAsync();

        Assert.Equal(kind, failure.Kind.ToString());
        Assert.True(failure.IsTransient);
        Assert.Equal(4, service.Handler.Requests.Count);
        Assert.EndsWith(" (after 4 attempts)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(fault is null ? (status, "req-9") : (null as int?, null), (failure.StatusCode, failure.RequestId));
        Assert.Equal(fault is null, failure.Message.Contains("server's words", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task No_retries_means_one_attempt(int status, StubFault? fault)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        AddFailure(service, status, fault);

        var failure = await service.GetFailureAsync();

        Assert.Single(service.Handler.Requests);
        Assert.DoesNotContain("attempts", failure.Message, StringComparison.Ordinal);
        Assert.Empty(service.Clock.Delays);
    }

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task A_single_attempt_is_one_attempt(int status, StubFault? fault)
    {
        using var service = new TestService();
        AddFailure(service, status, fault);

        await Assert.ThrowsAsync<ServiceException>(() => service.GetAsync(singleAttempt: true));

        Assert.Single(service.Handler.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(501)]
    [InlineData(302)]
    public async Task A_refusal_is_not_tried_again(int status)
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, status, null);

        await service.GetFailureAsync();

        Assert.Single(service.Handler.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("garbage")]
    [InlineData("<html><title>Back soon</title></html>")]
    [InlineData("""{"offsets":[{"partition":""")]
    [InlineData("{} {}")]
    [InlineData("\u0000")]
    public async Task A_page_of_success_that_is_not_JSON_is_asked_for_again(string body)
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 200, body)
            .Answer("GET", TestService.OffsetsPath, 200, body)
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.Api.GetOffsetsAsync(Given.Connector, TestContext.Current.CancellationToken);

        Assert.Equal(3, service.Handler.Requests.Count);
    }

    [Fact]
    public async Task A_page_of_success_that_is_never_JSON_is_unexpected()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 3 });
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "<html><title>Sign in</title></html>");

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => service.Api.GetOffsetsAsync(Given.Connector, TestContext.Current.CancellationToken));

        Assert.Equal((FailureKind.UnexpectedResponse, 200), (failure.Kind, failure.StatusCode));
        Assert.EndsWith("(after 4 attempts)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, service.Handler.Requests.Count);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"offsets":7}""")]
    public async Task JSON_of_another_shape_is_not_asked_for_again(string body)
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, body);

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => service.Api.GetOffsetsAsync(Given.Connector, TestContext.Current.CancellationToken));

        Assert.Equal(FailureKind.UnexpectedResponse, failure.Kind);
        Assert.Single(service.Handler.Requests);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_read_again()
    {
        using var service = new TestService();
        service.Handler
            .AnswerBytes("GET", TestService.OffsetsPath, 200, [0x1f, 0x8b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.Equal(2, service.Handler.Requests.Count);
    }

    [Fact]
    public async Task The_time_over_of_one_attempt_is_in_the_failure()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0, RequestTimeout = TimeSpan.FromSeconds(7) });
        service.Handler.Fail("GET", TestService.OffsetsPath, StubFault.Hang);

        var failure = await service.GetFailureAsync();

        Assert.Equal("No answer within 7 s", failure.Message);
    }

    [Fact]
    public async Task An_attempt_ends_when_its_time_is_over()
    {
        var clock = new SimulatedClock();
        var started = clock.GetUtcNow();
        using var service = new TestService(s => s with { MaxRetryCount = 0, RequestTimeout = TimeSpan.FromSeconds(7), Time = clock });
        service.Handler.Fail("GET", TestService.OffsetsPath, StubFault.Hold);
        var call = service.GetFailureAsync();
        await Task.Run(() => service.Handler.Held.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        clock.ExpireTimeout();
        var failure = await call;

        Assert.Equal(FailureKind.RequestTimeout, failure.Kind);
        Assert.Equal(TimeSpan.FromSeconds(7), clock.GetUtcNow() - started);
    }

    [Fact]
    public async Task A_stubbed_hang_uses_up_its_own_time_and_nobody_elses()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler.Fail("POST", TestService.RequestPath, StubFault.Hold).Fail("GET", TestService.OffsetsPath, StubFault.Hang);
        var held = service.PostAsync();
        await Task.Run(() => service.Handler.Held.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        var hung = await service.GetFailureAsync();

        Assert.Equal(FailureKind.RequestTimeout, hung.Kind);
        Assert.False(held.IsCompleted);
        service.Clock.ExpireTimeout();
        await Assert.ThrowsAsync<ServiceException>(() => held);
    }

    [Fact]
    public async Task Pauses_grow()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 8 });
        service.Handler.Answer("GET", TestService.OffsetsPath, 503, null);

        await service.GetFailureAsync();

        var delays = service.Clock.Delays;
        Assert.Equal(8, delays.Count);
        Assert.True(delays.Take(2).Sum(d => d.TotalSeconds) < delays.TakeLast(2).Sum(d => d.TotalSeconds));
        Assert.InRange(delays[0].TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData(429, "Retry-After", "7", 7, 8.75)]
    [InlineData(503, "Retry-After", "7", 7, 8.75)]
    [InlineData(429, "Retry-After", "60", 60, 60)]
    [InlineData(429, "Retry-After", "3600", 45, 60)]
    [InlineData(429, "Retry-After", "Tue, 20 Feb 2024 15:00:09 GMT", 9, 11.25)]
    [InlineData(503, "Retry-After", "Tue, 20 Feb 2024 15:00:09 GMT", 9, 11.25)]
    [InlineData(429, "Retry-After", "Tue, 20 Feb 2024 16:00:00 GMT", 45, 60)]
    [InlineData(429, "X-RateLimit-Reset", "12", 12, 15)]
    [InlineData(429, "X-RateLimit-Reset", "1.5", 1.5, 2.5)]
    [InlineData(429, "X-RateLimit-Reset", "120", 45, 60)]
    public async Task The_pause_that_the_server_asks_for_is_kept(int status, string header, string value, double least, double most)
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", TestService.OffsetsPath, status, null, new Hashtable { [header] = value })
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.InRange(Assert.Single(service.Clock.Delays).TotalSeconds, least, most);
        Assert.InRange((service.Handler.Requests[1].At - service.Handler.Requests[0].At).TotalSeconds, least, most);
    }

    [Fact]
    public async Task A_date_counts_from_the_date_of_the_answer()
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 429, null, new Hashtable
            {
                ["Retry-After"] = "Wed, 21 Feb 2024 03:00:05 GMT",
                ["Date"] = "Wed, 21 Feb 2024 03:00:00 GMT",
            })
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.InRange(Assert.Single(service.Clock.Delays).TotalSeconds, 5, 6.25);
    }

    [Fact]
    public async Task Retry_After_goes_before_X_RateLimit_Reset()
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 429, null, new Hashtable { ["Retry-After"] = "3", ["X-RateLimit-Reset"] = "12" })
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.InRange(Assert.Single(service.Clock.Delays).TotalSeconds, 3, 4);
    }

    [Theory]
    [InlineData(429, "Retry-After", "soon")]
    [InlineData(429, "Retry-After", "0")]
    [InlineData(429, "Retry-After", "Tue, 20 Feb 2024 14:59:00 GMT")]
    [InlineData(429, "X-RateLimit-Reset", "0")]
    [InlineData(429, "X-RateLimit-Reset", "NaN")]
    [InlineData(429, "X-RateLimit-Reset", "-Infinity")]
    [InlineData(429, "X-RateLimit-Reset", "soon")]
    [InlineData(429, "X-RateLimit-Reset", "-5")]
    [InlineData(429, "X-RateLimit-Reset", "1708442059")]
    [InlineData(503, "X-RateLimit-Reset", "55")]
    public async Task A_pause_that_makes_no_sense_is_as_if_none_was_asked_for(int status, string header, string value)
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", TestService.OffsetsPath, status, null, new Hashtable { [header] = value })
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.InRange(Assert.Single(service.Clock.Delays), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_pause_asked_for_is_in_the_failure()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler.Answer("GET", TestService.OffsetsPath, 429, null, new Hashtable { ["Retry-After"] = "3600" });

        var failure = await service.GetFailureAsync();

        Assert.Equal(TimeSpan.FromHours(1), failure.RetryAfter);
    }

    [Fact]
    public async Task A_cancellation_is_no_failure_and_is_not_tried_again()
    {
        using var service = new TestService();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        service.Handler.Fail("GET", TestService.OffsetsPath, StubFault.Hold);
        var call = service.Api.GetOffsetsAsync(Given.Connector, source.Token);
        await Task.Run(() => service.Handler.Held.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(service.Handler.Requests);
    }

    [Fact]
    public async Task Each_attempt_is_told_with_its_number()
    {
        using var service = new TestService();
        service.Handler
            .Answer("GET", TestService.OffsetsPath, 503, null, new Hashtable { ["X-Request-Id"] = "req-1" })
            .Fail("GET", TestService.OffsetsPath, StubFault.Lost)
            .Answer("GET", TestService.OffsetsPath, 200, "{}");

        await service.GetAsync();

        Assert.Collection(
            service.Verbose,
            line => Assert.Matches("^GET /connect/v1/.*/orders-sink/offsets: 503 in [0-9]+ ms, attempt 1, request id req-1$", line),
            line => Assert.Matches("^GET /connect/v1/.*/orders-sink/offsets: .*prematurely.* after [0-9]+ ms, attempt 2$", line),
            line => Assert.Matches("^GET /connect/v1/.*/orders-sink/offsets: 200 in [0-9]+ ms, attempt 3$", line));
    }

    private static void AddFailure(TestService service, int status, StubFault? fault)
    {
        if (fault is { } kind)
        {
            service.Handler.Fail("GET", TestService.OffsetsPath, kind);
            return;
        }

        service.Handler.Answer(
            "GET",
            TestService.OffsetsPath,
            status,
            """{"error":{"code":1,"message":"the server's words"}}""",
            new Hashtable { ["X-Request-Id"] = "req-9" });
    }
}
