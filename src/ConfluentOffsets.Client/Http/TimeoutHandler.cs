using Polly.Timeout;

namespace ConfluentOffsets.Client.Http;

/// <summary>Bounds the time of each attempt.</summary>
/// <param name="settings">How long, by which clock.</param>
internal sealed class TimeoutHandler(ConnectionSettings settings) : DelegatingHandler
{
    // The framework's own: Polly's strategy for it is two hundred methods more to compile before the first request.
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.RequestTimeout, settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await base.SendAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutRejectedException("The attempt took too long.", settings.RequestTimeout, e);
        }
    }
}
