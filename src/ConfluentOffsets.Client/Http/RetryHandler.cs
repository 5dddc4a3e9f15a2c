using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Retries with jittered exponential back-off. What can be repeated without harm (GET; PUT, after which a connector is
/// paused or runs however often it was sent; an exchange of tokens) is retried after whatever can pass; a POST only when
/// it surely was not processed.
/// </summary>
internal sealed class RetryHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> s_request = new("Request");
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_maxDelay = TimeSpan.FromSeconds(60);

    private readonly ResiliencePipeline<HttpResponseMessage> _attempts;

    public RetryHandler(ConnectionSettings settings) => _attempts = settings.MaxRetryCount == 0
        ? ResiliencePipeline<HttpResponseMessage>.Empty
        : new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.Time }
            .AddRetry(Retry(settings.MaxRetryCount, settings.Time))
            .Build();

    /// <summary>Whether the service surely did not act on a request that ended so.</summary>
    public static bool SurelyNotProcessed(Exception? exception) => exception switch
    {
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
        } => true,
        HttpRequestException { InnerException: SocketException socket } => socket.SocketErrorCode
            is SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
            or SocketError.HostUnreachable or SocketError.NetworkUnreachable,
        _ => false,
    };

    /// <summary>How long the service asks to wait, or null.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,

            // Against the service's own clock where it shows one.
            { Date: { } date } => date - (response.Headers.Date ?? time.GetUtcNow()),
            _ => response.Headers.TryGetValues("X-RateLimit-Reset", out var reset)
                && double.TryParse(reset.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                && response.StatusCode == HttpStatusCode.TooManyRequests
                && seconds <= s_maxDelay.TotalSeconds
                ? TimeSpan.FromSeconds(seconds)
                : null as TimeSpan?,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var pipeline = request.Has(RequestOptions.SingleAttempt) ? ResiliencePipeline<HttpResponseMessage>.Empty : _attempts;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_request, request);
        try
        {
            var attempt = 0;
            return await pipeline.ExecuteAsync(
                async c =>
                {
                    request.Options.Set(RequestOptions.Attempt, ++attempt);
                    return await base.SendAsync(request, c.CancellationToken).ConfigureAwait(false);
                },
                context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static RetryStrategyOptions<HttpResponseMessage> Retry(int count, TimeProvider time) => new()
    {
        MaxRetryAttempts = count,
        BackoffType = DelayBackoffType.Exponential,
        Delay = s_firstDelay,
        MaxDelay = s_maxDelay,
        UseJitter = true,
        ShouldHandle = args => ValueTask.FromResult(ShouldRetry(args.Context, args.Outcome)),
        DelayGenerator = args => ValueTask.FromResult(
            args.Outcome.Result is { } response && RetryAfter(response, time) is { } wait
                ? (wait < s_maxDelay ? wait : s_maxDelay)
                : null as TimeSpan?),
        OnRetry = args =>
        {
            args.Outcome.Result?.Dispose();
            return default;
        },
    };

    private static bool ShouldRetry(ResilienceContext context, Outcome<HttpResponseMessage> outcome)
    {
        if (context.CancellationToken.IsCancellationRequested)
            return false;

        var request = context.Properties.GetValue(s_request, null!);
        var isRepeatable = request.Method == HttpMethod.Get || request.Method == HttpMethod.Put || request.Has(RequestOptions.ForToken);
        return outcome switch
        {
            { Result.StatusCode: HttpStatusCode.TooManyRequests } => true,
            { Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } => isRepeatable,
            { Exception: { } exception } => SurelyNotProcessed(exception)
                || (isRepeatable && exception is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException),
            _ => false,
        };
    }
}
