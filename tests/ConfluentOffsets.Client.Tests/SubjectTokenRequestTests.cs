using ConfluentOffsets.Client.Authentication;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>A JWT that only a pipeline thread can get, for all who wait for it.</summary>
public sealed class SubjectTokenRequestTests
{
    private const string TokenPath = "/sts/v1/oauth2/token";
    private static readonly TimeSpan s_longEnough = TimeSpan.FromSeconds(20);

    private readonly FakePipeline _first = new();
    private readonly FakePipeline _second = new();
    private int _runs;
    private Func<string> _script = () => "jwt-1";

    [Fact]
    public async Task It_is_got_once_by_whichever_pipeline_waits_first()
    {
        using var service = Service();
        var busy = service.GetAsync(caller: _first.Caller);
        var free = service.GetAsync(caller: _second.Caller);
        Assert.Equal(0, _runs);

        _second.Pump();
        _first.Pump();
        await Task.WhenAll(busy, free).WaitAsync(s_longEnough, TestContext.Current.CancellationToken);

        Assert.Equal(1, _runs);
        Assert.Single(service.Handler.Requests, r => r.Path == TokenPath);
        Assert.Contains("subject_token=jwt-1&", service.Handler.Requests[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_exchange_has_a_new_one()
    {
        using var service = Service();
        _script = () => $"jwt-{_runs}";
        for (var i = 0; i < 2; i++)
        {
            var call = service.GetAsync(caller: _first.Caller);
            _first.Pump();
            await call;
            service.Clock.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Equal(
            ["jwt-1", "jwt-2"],
            service.Handler.Requests.Where(r => r.Path == TokenPath).Select(r => r.Body!.Split("subject_token=")[1].Split('&')[0]));
    }

    [Fact]
    public async Task Where_the_pipeline_that_runs_it_is_stopped_another_s_runs_it()
    {
        using var service = Service();
        using var stop = new CancellationTokenSource();
        var stopped = service.GetAsync(caller: _first.Caller, cancellationToken: stop.Token);
        var other = service.GetAsync(caller: _second.Caller);
        _script = () => _runs == 1 ? throw new NotSupportedException("the pipeline was stopped") : "jwt-2";

        Assert.Throws<NotSupportedException>(_first.Pump);
        await stop.CancelAsync();
        _second.Pump();

        await other.WaitAsync(s_longEnough, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task Where_a_pipeline_ended_before_its_turn_another_s_runs_it()
    {
        using var service = Service();
        using var stop = new CancellationTokenSource();
        var ended = service.GetAsync(caller: _first.Caller, cancellationToken: stop.Token);
        var other = service.GetAsync(caller: _second.Caller);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended);
        _second.Pump();

        await other.WaitAsync(s_longEnough, TestContext.Current.CancellationToken);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task It_is_not_got_for_nobody()
    {
        using var service = Service();
        using var stop = new CancellationTokenSource();
        var call = service.GetAsync(caller: _first.Caller, cancellationToken: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        _first.Pump();

        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task A_failure_is_everybody_s_and_the_next_call_tries_again()
    {
        using var service = Service();
        _script = () => _runs == 1 ? throw new ServiceException(FailureKind.AuthenticationFailed, "no eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln today") : "jwt";
        var one = service.GetAsync(caller: _first.Caller);
        var two = service.GetAsync(caller: _second.Caller);

        _first.Pump();
        _second.Pump();

        foreach (var call in new[] { one, two })
        {
            var failure = await Assert.ThrowsAsync<ServiceException>(() => call);
            Assert.Equal((FailureKind.AuthenticationFailed, "no (redacted) today"), (failure.Kind, failure.Message));
        }

        var later = service.GetAsync(caller: _first.Caller);
        _first.Pump();
        await later;
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task What_calls_for_the_token_that_it_is_to_get_fails_at_once()
    {
        using var service = Service();
        Exception? inner = null;
        _script = () =>
        {
            // As a cmdlet does: off the pipeline thread, which waits.
            inner = Record.Exception(() => Task.Run(() => service.GetAsync(caller: _second.Caller)).GetAwaiter().GetResult());
            return "jwt";
        };
        var call = service.GetAsync(caller: _first.Caller);

        _first.Pump();
        await call.WaitAsync(s_longEnough, TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.AuthenticationFailed, Assert.IsType<ServiceException>(inner).Kind);
        Assert.Contains("needs a -SubjectTokenCommand itself", inner.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_needs_another_connection_s_script_fails_at_once_too()
    {
        using var service = Service();
        using var other = Service();
        Exception? inner = null;
        _script = () =>
        {
            inner = Record.Exception(() => Task.Run(() => other.GetAsync(caller: _second.Caller)).GetAwaiter().GetResult());
            return "jwt";
        };
        var call = service.GetAsync(caller: _first.Caller);

        _first.Pump();
        await call.WaitAsync(s_longEnough, TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.AuthenticationFailed, Assert.IsType<ServiceException>(inner).Kind);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task What_calls_with_another_credential_is_free_to()
    {
        using var service = Service();
        using var other = new TestService();
        other.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");
        _script = () => $"jwt-{Task.Run(() => other.GetAsync(caller: _second.Caller)).GetAwaiter().GetResult().StatusCode}";
        var call = service.GetAsync(caller: _first.Caller);

        _first.Pump();
        await call.WaitAsync(s_longEnough, TestContext.Current.CancellationToken);

        Assert.Contains("subject_token=jwt-200&", service.Handler.Requests[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_pipeline_it_fails_at_once()
    {
        using var service = Service();

        var failure = await service.GetFailureAsync().WaitAsync(s_longEnough, TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.AuthenticationFailed, failure.Kind);
        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task Without_a_pipeline_a_token_that_is_due_is_used_and_not_put_off()
    {
        using var service = Service();
        var first = service.GetAsync(caller: _first.Caller);
        _first.Pump();
        await first;
        service.Clock.Advance(TimeSpan.FromSeconds(790));

        Assert.Equal(200, (await service.GetAsync()).StatusCode);
        Assert.Equal(1, _runs);

        // Who can get another still does so.
        var next = service.GetAsync(caller: _first.Caller);
        _first.Pump();
        await next.WaitAsync(s_longEnough, TestContext.Current.CancellationToken);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task Without_a_pipeline_a_token_that_has_expired_is_not_used()
    {
        using var service = Service();
        var first = service.GetAsync(caller: _first.Caller);
        _first.Pump();
        await first;
        service.Clock.Advance(TimeSpan.FromSeconds(900));

        var failure = await service.GetFailureAsync().WaitAsync(s_longEnough, TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.AuthenticationFailed, failure.Kind);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Without_a_pipeline_of_its_own_a_call_waits_for_another_s()
    {
        using var service = Service();
        var other = service.GetAsync(caller: _first.Caller);
        var without = service.GetAsync();

        _first.Pump();

        await Task.WhenAll(other, without).WaitAsync(s_longEnough, TestContext.Current.CancellationToken);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task When_the_last_pipeline_ends_a_call_without_one_fails()
    {
        using var service = Service();
        using var stop = new CancellationTokenSource();
        var other = service.GetAsync(caller: _first.Caller, cancellationToken: stop.Token);
        var without = service.GetFailureAsync();

        await stop.CancelAsync();

        Assert.Equal(FailureKind.AuthenticationFailed, (await without.WaitAsync(s_longEnough, TestContext.Current.CancellationToken)).Kind);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [Fact]
    public async Task Its_time_is_not_the_attempt_s()
    {
        using var service = Service();
        _script = () =>
        {
            service.Clock.ExpireTimeout();
            return "jwt";
        };
        var call = service.GetAsync(singleAttempt: true, caller: _first.Caller);

        _first.Pump();

        Assert.Equal(200, (await call).StatusCode);
    }

    private static void Answers(TestService service) => service.Handler
        .Answer("POST", TokenPath, 200, """{"access_token":"token","expires_in":900}""")
        .Answer("GET", TestService.OffsetsPath, 200, "{}");

    private TestService Service()
    {
        var source = new SubjectTokenSource(
            () =>
            {
                _runs++;
                return _script();
            },
            NeedsPipelineThread: true);
        var service = new TestService(s => s with { Credential = new TokenExchange("pool-1", source) });
        Answers(service);
        return service;
    }
}
