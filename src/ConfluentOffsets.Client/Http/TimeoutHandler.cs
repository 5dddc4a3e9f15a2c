using Polly;
using Polly.Timeout;

namespace ConfluentOffsets.Client.Http;

/// <summary>Bounds the time of each attempt.</summary>
internal sealed class TimeoutHandler : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _attempt;

    public TimeoutHandler(ConnectionSettings settings) =>
        _attempt = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.Time }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.RequestTimeout })
            .Build();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _attempt.ExecuteAsync(c => new ValueTask<HttpResponseMessage>(base.SendAsync(request, c)), cancellationToken).AsTask();
}
