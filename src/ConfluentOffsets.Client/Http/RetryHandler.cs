using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Sends a request, and again after what can pass. What can be repeated without harm (GET; PUT, after which a connector is
/// paused or runs however often it was sent; an exchange of tokens) is retried after whatever can pass; a POST only when
/// it surely was not processed. When one request is told to slow down, all of its connection are held back, and none is
/// sent beyond the limit that the service tells.
/// </summary>
/// <param name="settings">The connection's.</param>
/// <param name="holdBack">Shared by all requests of the connection.</param>
internal sealed class RetryHandler(ConnectionSettings settings, HoldBack holdBack) : DelegatingHandler
{
    /// <summary>For the others, where neither the service nor a retry says how long.</summary>
    private static readonly TimeSpan s_unadvisedHold = TimeSpan.FromSeconds(1);

    private RetryPolicy? _policy;

    /// <summary>
    /// Whether the service surely did not act on a request that ended so: there was no connection to send it on. .NET's
    /// transport gives these errors while it makes one (to the service, through a proxy, by TLS), and never later. Of a
    /// caller's own transport that gives none, only what a connection that stands cannot meet counts: a network that is out
    /// of reach can be met in the middle of an answer.
    /// </summary>
    public static bool SurelyNotProcessed(Exception? exception) => exception switch
    {
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
        } => true,
        HttpRequestException { InnerException: SocketException socket } => socket.SocketErrorCode
            is SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain,
        _ => false,
    };

    /// <summary>Whether a refusal may be none the next time.</summary>
    public static bool CanPass(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var retries = request.Has(RequestOptions.SingleAttempt) ? 0 : settings.MaxRetryCount;
        HttpResponseMessage? response = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            response = await AttemptAsync(request, 1, isLast: retries == 0, cancellationToken).ConfigureAwait(false);
            if (retries == 0 || !RetryPolicy.ShouldRetry(request, response, cancellationToken))
                return response;
        }
        catch (Exception e) when (retries > 0 && RetryPolicy.ShouldRetry(request, e, cancellationToken))
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        // Most requests end above: the machinery is made, and compiled, for the others only.
        _policy ??= new RetryPolicy(settings, holdBack);
        return await _policy.RepeatAsync(request, AgainAsync, cancellationToken).ConfigureAwait(false);

        Task<HttpResponseMessage> AgainAsync(int attempt)
        {
            if (attempt > 1)
                return AttemptAsync(request, attempt, attempt > retries, cancellationToken);
            failure?.Throw();
            return Task.FromResult(response!);
        }
    }

    /// <summary>One attempt. To be held back does not count as a part of its time.</summary>
    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, int number, bool isLast, CancellationToken cancellationToken)
    {
        // The service of tokens has limits of its own; and those that have entered may be waiting for the token.
        var caller = RequestOptions.CallerOf(request);
        var log = caller.Log;
        var isPaced = !request.Has(RequestOptions.ForToken) && !caller.IsWithinTurn;
        var pass = isPaced ? await holdBack.EnterAsync(log, cancellationToken).ConfigureAwait(false) : 0;
        if (!isPaced)
            await holdBack.WaitAsync(log, cancellationToken).ConfigureAwait(false);
        request.Options.Set(RequestOptions.Attempt, number);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (SurelyNotProcessed(e))
        {
            RequestOptions.DepartureOf(request)?.NotProcessed(isRefused: false);
            throw;
        }
        finally
        {
            if (isPaced)
                holdBack.Leave(pass, response);
        }

        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            RequestOptions.DepartureOf(request)?.NotProcessed(isRefused: true);
        var unadvised = isLast && response.StatusCode == HttpStatusCode.TooManyRequests ? s_unadvisedHold : null as TimeSpan?;
        if (CanPass(response.StatusCode) && (RetryAdvice.After(response, settings.Time) ?? unadvised) is { } pause)
            holdBack.Hold(pause);
        return response;
    }
}
