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
/// <param name="throwIfClosed">Nothing is sent after the connection was closed, however long it was held back.</param>
internal sealed class RetryHandler(ConnectionSettings settings, HoldBack holdBack, Action throwIfClosed) : DelegatingHandler
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
        var (caller, departure) = (RequestOptions.CallerOf(request), RequestOptions.DepartureOf(request));
        var turn = await TakeTurnAsync(request, caller, departure, cancellationToken).ConfigureAwait(false);
        request.Options.Set(RequestOptions.Attempt, number);
        request.Options.Set(RequestOptions.HasLeft, false);
        HttpResponseMessage? response = null;
        try
        {
            throwIfClosed();
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (SurelyNotProcessed(e))
        {
            departure?.NotProcessed(isRefused: false);
            throw;
        }
        catch (Exception e) when (request.Has(RequestOptions.HasLeft) && e is not (KeptBackException or ServiceException))
        {
            request.Options.Set(RequestOptions.PerhapsProcessed, true);
            throw;
        }
        finally
        {
            turn?.End(response);
            caller.Turn?.Note(response);
        }

        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            departure?.NotProcessed(isRefused: true);
        else if (CanPass(response.StatusCode))
            request.Options.Set(RequestOptions.PerhapsProcessed, true);
        var unadvised = isLast && response.StatusCode == HttpStatusCode.TooManyRequests ? s_unadvisedHold : null as TimeSpan?;
        if (CanPass(response.StatusCode) && (RetryAdvice.After(response, settings.Time) ?? unadvised) is { } pause)
            holdBack.Hold(pause);
        return response;
    }

    /// <summary>Completes when the request may be sent.</summary>
    /// <returns>Its turn, which has to be ended; null: it has none of its own.</returns>
    private async ValueTask<Turn?> TakeTurnAsync(HttpRequestMessage request, Caller caller, IDeparture? departure, CancellationToken cancellationToken)
    {
        // The service of tokens has limits of its own; and those that have entered may be waiting for the token.
        if (request.Has(RequestOptions.ForToken) || caller.Turn is not null)
        {
            if (caller.Turn is not null)
                caller.Turn.WasHeldBack |= holdBack.IsHeld;
            await holdBack.WaitAsync(caller.Log, cancellationToken).ConfigureAwait(false);
            return null;
        }

        while (true)
        {
            var requests = departure?.Requests ?? 1;
            var turn = new Turn(holdBack, await holdBack.EnterAsync(caller.Log, cancellationToken, requests).ConfigureAwait(false), requests);

            // While it was held back, something else has become due before it.
            if (departure is not null && departure.Requests > requests)
            {
                turn.End(response: null);
                continue;
            }

            request.Options.Set(RequestOptions.Turn, turn);
            return turn;
        }
    }
}
