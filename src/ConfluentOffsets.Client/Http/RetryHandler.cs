using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Retries with jittered exponential back-off. What can be repeated without harm (GET; PUT, after which a connector is
/// paused or runs however often it was sent; an exchange of tokens) is retried after whatever can pass; a POST only when
/// it surely was not processed. When one request is told to slow down, all of its connection are held back, and none is sent
/// beyond the limit that the service tells.
/// </summary>
internal sealed class RetryHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> s_request = new("Request");
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(0.5);

    /// <summary>For the others, where neither the service nor a retry says how long.</summary>
    private static readonly TimeSpan s_unadvisedHold = TimeSpan.FromSeconds(1);

    private readonly ConnectionSettings _settings;
    private readonly HoldBack _holdBack;
    private readonly ResiliencePipeline<HttpResponseMessage> _attempts;

    public RetryHandler(ConnectionSettings settings, HoldBack holdBack)
    {
        (_settings, _holdBack) = (settings, holdBack);
        _attempts = settings.MaxRetryCount == 0
            ? ResiliencePipeline<HttpResponseMessage>.Empty
            : new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.Time }.AddRetry(Retry()).Build();
    }

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

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var retries = request.Has(RequestOptions.SingleAttempt) ? 0 : _settings.MaxRetryCount;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_request, request);
        try
        {
            var attempt = 0;
            return retries == 0
                ? await AttemptAsync(request, 1, isLast: true, context).ConfigureAwait(false)
                : await _attempts.ExecuteAsync(
                    async c => await AttemptAsync(request, ++attempt, attempt > retries, c).ConfigureAwait(false),
                    context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>One attempt. To be held back does not count as a part of its time.</summary>
    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, int number, bool isLast, ResilienceContext context)
    {
        request.Options.Set(RequestOptions.Attempt, number);
        var response = await SendInTurnAsync(request, context.CancellationToken).ConfigureAwait(false);
        var unadvised = isLast && response.StatusCode == HttpStatusCode.TooManyRequests ? s_unadvisedHold : null as TimeSpan?;
        if (CanPass(response.StatusCode) && (RetryAdvice.After(response, _settings.Time) ?? unadvised) is { } pause)
            _holdBack.Hold(pause);
        return response;
    }

    private async Task<HttpResponseMessage> SendInTurnAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var log = RequestOptions.CallerOf(request).Log;
        if (request.Has(RequestOptions.ForToken))
        {
            // Another service, with limits of its own; and those that have entered may be waiting for the token.
            await _holdBack.WaitAsync(log, cancellationToken).ConfigureAwait(false);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var pass = await _holdBack.EnterAsync(log, cancellationToken).ConfigureAwait(false);
        HttpResponseMessage? response = null;
        try
        {
            return response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _holdBack.Leave(pass, response);
        }
    }

    private RetryStrategyOptions<HttpResponseMessage> Retry() => new()
    {
        MaxRetryAttempts = _settings.MaxRetryCount,
        BackoffType = DelayBackoffType.Exponential,
        Delay = s_firstDelay,
        MaxDelay = RetryAdvice.LongestPause,
        UseJitter = true,
        Randomizer = _settings.Chance,
        ShouldHandle = args => ValueTask.FromResult(ShouldRetry(args.Context, args.Outcome)),
        DelayGenerator = args => ValueTask.FromResult(Pause(args.Outcome.Result)),
        OnRetry = args =>
        {
            // Where the service does not say how long, the others wait as long as this one.
            if (args.Outcome.Result is { StatusCode: HttpStatusCode.TooManyRequests } response && Pause(response) is null)
                _holdBack.Hold(args.RetryDelay);
            args.Outcome.Result?.Dispose();
            return default;
        },
    };

    /// <summary>The pause that the service asks for, or null: the usual one.</summary>
    private TimeSpan? Pause(HttpResponseMessage? response) =>
        response is not null && RetryAdvice.After(response, _settings.Time) is { } asked
            ? _holdBack.Jittered(asked)
            : null;

    /// <summary>Whether a refusal may be none the next time.</summary>
    private static bool CanPass(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool ShouldRetry(ResilienceContext context, Outcome<HttpResponseMessage> outcome)
    {
        if (context.CancellationToken.IsCancellationRequested)
            return false;

        var request = context.Properties.GetValue(s_request, null!);
        var isRepeatable = request.Method == HttpMethod.Get || request.Method == HttpMethod.Put || request.Has(RequestOptions.ForToken);
        return outcome switch
        {
            { Result.StatusCode: HttpStatusCode.TooManyRequests } => true,
            { Result: { IsSuccessStatusCode: true, Content: ReadBody body } } => request.WantsBody() && !body.IsCut && !body.IsJson,
            { Result: { } response } when CanPass(response.StatusCode) => isRepeatable,
            { Exception: { } exception } => SurelyNotProcessed(exception)
                || (isRepeatable && exception is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException),
            _ => false,
        };
    }
}
