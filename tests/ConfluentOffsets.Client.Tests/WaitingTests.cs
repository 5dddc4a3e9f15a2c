using System.Net;
using System.Net.Http.Headers;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Waits over their whole time, each thing in its order: how gently they poll, and what they survive.</summary>
public sealed class WaitingTests : IDisposable
{
    private readonly EventClock _clock = new();
    private readonly SlowService _service;
    private readonly ServiceConnection _connection;
    private string _token = "token-1";

    public WaitingTests()
    {
        _service = new SlowService(_clock);
        _connection = new ServiceConnection(new ConnectionSettings
        {
            BaseUri = new Uri("https://api.confluent.cloud"),
            Credential = new RenewedCredential(() => _token),
            PrimaryHandler = _service,
            Time = _clock,
            Chance = new Random(1).NextDouble,
        });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _connection.Dispose();
        _service.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    public void An_operation_of_53_seconds_is_polled_25_times_at_most(double answerTakes)
    {
        _service.EndsAfter = 53;
        _service.AnswerTakes = answerTakes;

        var result = Wait();

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.InRange(_service.Polls.Count, 15, 25);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(1.01)]
    [InlineData(5)]
    [InlineData(11.9)]
    [InlineData(12.1)]
    [InlineData(53)]
    [InlineData(79.9)]
    [InlineData(200)]
    [InlineData(599)]
    public void An_end_is_noticed_within_an_eighth_of_the_time_or_a_second_and_a_half(double seconds)
    {
        _service.EndsAfter = seconds;

        var result = Wait(timeout: 1200);

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.InRange(_service.Elapsed - seconds, 0, Math.Max(1.5, seconds / 8) + 0.001);
    }

    [Fact]
    public void Two_hundred_waits_poll_ten_times_a_second_together()
    {
        _service.EndsAfter = 90;

        var results = _clock.Run(() => Task.WhenAll(Enumerable.Range(0, 200).Select(i => WaitAsync(600, $"connector-{i}", new Throttle(200)))));

        Assert.All(results, result => Assert.Equal(WaitOutcome.Finished, result.Outcome));
        Assert.All(
            _service.Polls.Zip(_service.Polls.Skip(10)),
            pair => Assert.InRange(pair.Second - pair.First, 0.999, double.MaxValue));

        // As fast as that allows: 200 need 20 s for a round.
        Assert.InRange(_service.Elapsed, 90, 90 + 25);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(-48)]
    public void A_wall_clock_that_jumps_changes_nothing(int hours)
    {
        _service.EndsAfter = 53;
        _service.At(20, () => _clock.WallClockError = TimeSpan.FromHours(hours));
        _service.At(40, () => _clock.WallClockError = TimeSpan.FromHours(-2 * hours));

        var result = Wait(timeout: 60);

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.InRange(_service.Polls.Count, 15, 25);
        Assert.InRange(_service.Elapsed, 53, 60);
    }

    [Fact]
    public void A_wall_clock_that_jumps_does_not_make_a_date_of_return_an_eternity()
    {
        _service.EndsAfter = 53;
        _service.AnswerWith(20, 40, HttpStatusCode.TooManyRequests, "Retry-After", "Wed, 21 Feb 2024 15:00:00 GMT");

        var result = Wait(timeout: 600);

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.InRange(_service.Elapsed, 53, 20 + 60 + 25);
    }

    [Fact]
    public void A_service_that_never_ends_is_left_when_the_time_is_over()
    {
        _service.EndsAfter = double.MaxValue;

        var result = Wait(timeout: 600);

        Assert.Equal((WaitOutcome.TimedOut, "PENDING"), (result.Outcome, result.Status?.Phase));
        Assert.Equal(600, _service.Elapsed, 0.001);
        Assert.InRange(_service.Polls.Count, 60, 90);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.OK)]
    public void Polls_that_fail_for_minutes_are_survived(HttpStatusCode status)
    {
        _service.EndsAfter = 200;
        _service.AnswerWith(10, 300, status);

        var result = Wait(timeout: 600);

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.InRange(_service.Elapsed, 300, 325);
    }

    [Fact]
    public void Polls_that_hang_for_minutes_are_survived()
    {
        _service.EndsAfter = 200;
        _service.HangsFrom(10, 300);

        var result = Wait(timeout: 600);

        Assert.Equal(WaitOutcome.Finished, result.Outcome);
        Assert.InRange(_service.Elapsed, 300, 345);
    }

    [Fact]
    public void A_token_that_expires_in_the_middle_ends_the_wait_with_what_was_seen()
    {
        _service.EndsAfter = 53;
        _service.AnswerWith(20, double.MaxValue, HttpStatusCode.Unauthorized);

        var result = Wait();

        Assert.Equal((WaitOutcome.Refused, FailureKind.AuthenticationFailed, "PENDING"), (result.Outcome, result.Failure?.Kind, result.Status?.Phase));
        Assert.InRange(_service.Elapsed, 20, 23);
    }

    [Fact]
    public void A_token_that_is_renewed_in_the_middle_is_taken_for_the_next_poll()
    {
        _service.EndsAfter = 53;
        _service.At(20, () => _service.Token = _token = "token-2");

        Assert.Equal(WaitOutcome.Finished, Wait().Outcome);
    }

    [Fact]
    public void Another_s_request_in_between_ends_the_wait_at_once()
    {
        _service.EndsAfter = double.MaxValue;
        _service.At(30, () => _service.Shown = Given.StatusText("PENDING", "2024-02-20T15:30:00Z", Given.OtherOffsets));

        var result = Wait();

        Assert.Equal((WaitOutcome.Superseded, "2024-02-20T15:30:00Z"), (result.Outcome, result.Status?.Request.RequestedAt?.Text));
        Assert.InRange(_service.Elapsed, 30, 35);
    }

    private WaitResult Wait(int timeout = 600) => _clock.Run(() => WaitAsync(timeout, "orders-sink", new Throttle(8)));

    private Task<WaitResult> WaitAsync(int timeout, string connector, Throttle throttle) =>
        new RequestWaiter(new OffsetsApi(_connection, Caller.None), throttle).WaitAsync(
            Given.Connector with { ConnectorName = connector },
            Given.Request(RequestBaseline.None),
            TimeSpan.FromSeconds(timeout),
            TimeSpan.FromSeconds(1),
            _ => { },
            Token);

    /// <summary>A token that somebody else renews.</summary>
    private sealed class RenewedCredential(Func<string> token) : ICredential
    {
        public ValueTask<AuthenticationHeaderValue> AuthorizeAsync(ServiceConnection connection, Caller caller, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new AuthenticationHeaderValue("Bearer", token()));

        public bool Refused(AuthenticationHeaderValue header) => false;
    }

    /// <summary>A service where a request has just been accepted, and ends after its time.</summary>
    private sealed class SlowService(EventClock clock) : HttpMessageHandler
    {
        private readonly DateTimeOffset _started = clock.Now;
        private readonly List<(double At, Action Do)> _plan = [];
        private Func<HttpResponseMessage?> _odd = () => null;
        private (double From, double To) _hangs = (double.MaxValue, 0);

        public double EndsAfter { get; set; }

        public double AnswerTakes { get; set; }

        public string Token { get; set; } = "token-1";

        /// <summary>What is shown instead of ours.</summary>
        public string? Shown { get; set; }

        /// <summary>When each poll came, in seconds.</summary>
        public List<double> Polls { get; } = [];

        public double Elapsed => (clock.Now - _started).TotalSeconds;

        public void At(double seconds, Action action) => _plan.Add((seconds, action));

        public void HangsFrom(double from, double to) => _hangs = (from, to);

        public void AnswerWith(double from, double to, HttpStatusCode status, string? header = null, string? value = null) => _odd = () =>
        {
            if (Elapsed < from || Elapsed >= to)
                return null;
            var response = new HttpResponseMessage(status) { Content = new StringContent("<html>not now</html>") };
            if (header is not null)
                response.Headers.TryAddWithoutValidation(header, value);
            return response;
        };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Polls.Add(Elapsed);
            foreach (var step in _plan.Where(s => s.At <= Elapsed).ToList())
            {
                _plan.Remove(step);
                step.Do();
            }

            // A token is read before its renewal is known: the attempt after that has the new one.
            if (request.Headers.Authorization?.Parameter != Token && Polls.Count(p => p > 20) > 1)
                return new HttpResponseMessage(HttpStatusCode.Unauthorized);
            if (Elapsed >= _hangs.From && Elapsed < _hangs.To)
                await new TaskCompletionSource().Task.WaitAsync(Timeout.InfiniteTimeSpan, clock, cancellationToken);
            if (AnswerTakes > 0)
                await Task.Delay(TimeSpan.FromSeconds(AnswerTakes), clock, cancellationToken);
            return _odd() ?? new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(Shown ?? Given.StatusText(Elapsed >= EndsAfter ? "APPLIED" : "PENDING")),
            };
        }
    }
}
