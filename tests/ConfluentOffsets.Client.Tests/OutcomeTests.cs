using System.Net.Sockets;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What is said of a request when the service, or what stands before it, tells little.</summary>
public sealed class OutcomeTests : IDisposable
{
    private static readonly string s_earlier = Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets);

    private readonly TestService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(Given.Before, null)]
    [InlineData(Given.Before, "[]")]
    [InlineData(null, Given.OtherOffsets)]
    [InlineData(null, null)]
    public void A_baseline_that_tells_less_a_moment_later_is_still_the_baseline(string? requestedAt, string? offsets)
    {
        var baseline = RequestBaseline.Of(Given.Status("APPLIED", Given.Before, Given.OtherOffsets));
        var ours = Given.Request(baseline, requestedAt: null);

        Assert.Equal(StatusOwner.Baseline, RequestCorrelation.Owner(Given.Status("APPLIED", requestedAt, offsets), ours));
    }

    [Fact]
    public void Our_own_time_is_known_though_the_baseline_had_none()
    {
        var baseline = RequestBaseline.Of(Given.Status("APPLIED", requestedAt: null));

        Assert.Equal(StatusOwner.Ours, RequestCorrelation.Owner(Given.Status("APPLIED"), Given.Request(baseline)));
        Assert.Equal(StatusOwner.Baseline, RequestCorrelation.Owner(Given.Status("APPLIED", Given.Before), Given.Request(baseline)));
    }

    [Theory]
    [InlineData(200, "<html><title>Blocked</title></html>")]
    [InlineData(200, "")]
    [InlineData(200, "{\"ok\":true}")]
    public async Task A_page_in_the_place_of_an_acceptance_is_looked_into(int status, string page)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING"));
        _service.Handler.Answer("POST", TestService.RequestPath, status, page);

        var request = await SubmitAsync();

        Assert.Equal(Given.After, request.RequestedAt?.Text);
        Assert.Single(_service.Posts);
    }

    [Fact]
    public async Task A_page_whose_request_never_shows_is_uncertain()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, 200, "<html/>");

        var failure = await Assert.ThrowsAsync<ServiceException>(SubmitAsync);

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
        Assert.Single(_service.Posts);
    }

    [Fact]
    public async Task Looks_that_were_not_answered_do_not_count()
    {
        // Each of the first two looks takes its 30 s for nothing.
        _service.ShowsStatus(s_earlier);
        _service.Handler
            .Fail("GET", TestService.StatusPath, StubFault.Hang)
            .Fail("GET", TestService.StatusPath, StubFault.Hang)
            .Answer("GET", TestService.StatusPath, 200, s_earlier)
            .Answer("GET", TestService.StatusPath, 200, Given.StatusText("APPLIED"))
            .Answer("POST", TestService.RequestPath, 502, "");

        var request = await SubmitAsync();

        Assert.Equal(Given.After, request.RequestedAt?.Text);
    }

    [Fact]
    public async Task A_status_that_cannot_be_read_is_given_up_after_two_minutes()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("", 503);
        _service.Handler.Fail("POST", TestService.RequestPath, StubFault.Lost);
        var started = _service.Clock.GetUtcNow();

        var failure = await Assert.ThrowsAsync<ServiceException>(SubmitAsync);

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
        Assert.Contains("could not be read", failure.Message, StringComparison.Ordinal);
        Assert.InRange(_service.Clock.GetUtcNow() - started, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2.5));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(423)]
    public async Task A_refusal_while_another_request_is_under_way_is_a_conflict(int status)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING", offsets: Given.OtherOffsets));
        _service.Handler.Answer("POST", TestService.RequestPath, status, """{"error":{"code":1,"message":"not now"}}""");

        var failure = await Assert.ThrowsAsync<ServiceException>(SubmitAsync);

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Contains("not now", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_called_off_in_the_last_moment_is_not_sent()
    {
        _service.ShowsStatus(s_earlier);
        var alteration = new OffsetAlteration(_service.Api) { IsCalledOff = () => true };

        await Assert.ThrowsAsync<RequestCalledOffException>(
            () => alteration.SubmitAsync(Given.Connector, AlterRequestWriter.Patch, Given.Items(Given.Offsets), Token));

        Assert.Empty(_service.Posts);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(ObjectDisposedException))]
    public async Task Whatever_a_handler_throws_is_a_failed_connection(Type exception)
    {
        using var service = new TestService(primary: new ThrowingHandler((Exception)Activator.CreateInstance(exception, "odd")!));

        var get = await service.GetFailureAsync();
        var post = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal((FailureKind.ConnectionFailed, false), (get.Kind, get.MayHaveBeenProcessed));
        Assert.Equal((FailureKind.ConnectionFailed, true), (post.Kind, post.MayHaveBeenProcessed));
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, true)]
    [InlineData(SocketError.HostNotFound, true)]
    [InlineData(SocketError.TryAgain, true)]
    [InlineData(SocketError.NoData, true)]
    [InlineData(SocketError.HostUnreachable, false)]
    [InlineData(SocketError.NetworkUnreachable, false)]
    [InlineData(SocketError.TimedOut, false)]
    [InlineData(SocketError.ConnectionReset, false)]
    public async Task A_bare_socket_s_error_is_surely_not_sent_only_where_no_connection_can_stand(SocketError error, bool isSure)
    {
        using var service = new TestService(primary: new ThrowingHandler(new HttpRequestException("odd", new SocketException((int)error))));

        var post = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal((FailureKind.ConnectionFailed, !isSure), (post.Kind, post.MayHaveBeenProcessed));
        Assert.Equal(isSure ? 6 : 1, service.Verbose.Count(v => v.StartsWith("POST ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_socket_s_error_that_nothing_wraps_repeats_a_get_and_leaves_a_post_uncertain()
    {
        using var service = new TestService(primary: new ThrowingHandler(new SocketException((int)SocketError.NotConnected)));

        var get = await service.GetFailureAsync();
        var post = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal(FailureKind.ConnectionFailed, get.Kind);
        Assert.Equal(6, service.Verbose.Count(v => v.StartsWith("GET ", StringComparison.Ordinal)));
        Assert.Equal((FailureKind.ConnectionFailed, true), (post.Kind, post.MayHaveBeenProcessed));
        Assert.Equal(1, service.Verbose.Count(v => v.StartsWith("POST ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.NameResolutionError, true)]
    [InlineData(HttpRequestError.SecureConnectionError, true)]
    [InlineData(HttpRequestError.ProxyTunnelError, true)]
    [InlineData(HttpRequestError.Unknown, false)]
    [InlineData(HttpRequestError.HttpProtocolError, false)]
    [InlineData(HttpRequestError.InvalidResponse, false)]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    [InlineData(HttpRequestError.UserAuthenticationError, false)]
    [InlineData(HttpRequestError.VersionNegotiationError, false)]
    public async Task What_fails_while_a_connection_is_made_was_surely_not_sent(HttpRequestError error, bool isSure)
    {
        using var service = new TestService(primary: new ThrowingHandler(new HttpRequestException(error, "odd")));

        var post = await Assert.ThrowsAsync<ServiceException>(service.PostAsync);

        Assert.Equal(!isSure, post.MayHaveBeenProcessed);
    }

    [Fact]
    public async Task A_post_whose_connection_is_closed_meanwhile_is_uncertain_at_once()
    {
        using var handler = new ClosingHandler();
        using var service = new TestService(primary: handler);
        handler.Close = service.Connection.Dispose;

        var failure = await Assert.ThrowsAsync<ServiceException>(() => new OffsetAlteration(service.Api)
            .SubmitAsync(Given.Connector, AlterRequestWriter.Patch, Given.Items(Given.Offsets), Token));

        Assert.Equal(FailureKind.Uncertain, failure.Kind);
        Assert.Contains("was closed by Disconnect-ConfluentCloud", failure.Message, StringComparison.Ordinal);
        Assert.Empty(service.Clock.Delays);
    }

    private Task<SubmittedRequest> SubmitAsync() => new OffsetAlteration(_service.Api)
        .SubmitAsync(Given.Connector, AlterRequestWriter.Patch, Given.Items(Given.Offsets), Token);

    /// <summary>The connection is closed while the POST is on its way.</summary>
    private sealed class ClosingHandler : HttpMessageHandler
    {
        public Action Close { get; set; } = () => { };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
                return Task.FromResult(new HttpResponseMessage { Content = new StringContent(s_earlier) });
            Close();
            return Task.FromException<HttpResponseMessage>(new ObjectDisposedException("sockets"));
        }
    }

    private sealed class ThrowingHandler(Exception exception) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromException<HttpResponseMessage>(exception);
    }
}
