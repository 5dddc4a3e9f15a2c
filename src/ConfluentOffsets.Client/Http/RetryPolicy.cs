using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ConfluentOffsets.Client.Http;

/// <summary>When an attempt is followed by another one, after jittered exponential back-off or as long as the service asks.</summary>
internal sealed class RetryPolicy
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> s_request = new("Request");
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(0.5);

    private readonly ConnectionSettings _settings;
    private readonly HoldBack _holdBack;
    private readonly ResiliencePipeline<HttpResponseMessage> _attempts;

    public RetryPolicy(ConnectionSettings settings, HoldBack holdBack)
    {
        (_settings, _holdBack) = (settings, holdBack);
        _attempts = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.Time }.AddRetry(Retry()).Build();
    }

    /// <summary>Whether another attempt follows this answer.</summary>
    public static bool ShouldRetry(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken) => response switch
    {
        _ when cancellationToken.IsCancellationRequested => false,
        { StatusCode: HttpStatusCode.TooManyRequests } => true,
        { IsSuccessStatusCode: true, Content: ReadBody body } => request.WantsBody() && !body.IsCut && !body.IsJson(RequestOptions.ReaderOf(request)),
        _ => RetryHandler.CanPass(response.StatusCode) && IsRepeatable(request),
    };

    /// <summary>
    /// Whether another attempt follows this failure. Of a connection that is reset as soon as it stands, .NET's transport
    /// gives the socket's bare error.
    /// </summary>
    public static bool ShouldRetry(HttpRequestMessage request, Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && (RetryHandler.SurelyNotProcessed(exception)
            || exception is KeptBackException { CanPass: true }
            || (IsRepeatable(request) && exception is HttpRequestException or IOException or SocketException or TimeoutRejectedException or OperationCanceledException));

    /// <summary>Makes attempts until one needs no other, or there were enough.</summary>
    /// <param name="request">What is sent.</param>
    /// <param name="attempt">Makes the attempt of a number, from 1: that one was made before, and is not sent again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HttpResponseMessage> RepeatAsync(HttpRequestMessage request, Func<int, Task<HttpResponseMessage>> attempt, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_request, request);
        try
        {
            var number = 0;
            return await _attempts.ExecuteAsync(async _ => await attempt(++number).ConfigureAwait(false), context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool IsRepeatable(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get || request.Method == HttpMethod.Put || request.Has(RequestOptions.ForToken);

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

    private static bool ShouldRetry(ResilienceContext context, Outcome<HttpResponseMessage> outcome)
    {
        var request = context.Properties.GetValue(s_request, null!);
        return outcome.Result is { } response
            ? ShouldRetry(request, response, context.CancellationToken)
            : outcome.Exception is { } exception && ShouldRetry(request, exception, context.CancellationToken);
    }

    /// <summary>The pause that the service asks for, or null: the usual one.</summary>
    private TimeSpan? Pause(HttpResponseMessage? response) =>
        response is not null && RetryAdvice.After(response, _settings.Time) is { } asked
            ? _holdBack.Jittered(asked)
            : null;
}
