namespace ConfluentOffsets.TestSupport;

/// <summary>Hands each request to the handler that stands behind it at the time.</summary>
public sealed class RelayHandler : HttpMessageHandler
{
    private HttpMessageInvoker? _invoker;

    /// <summary>Who answers; it stays the caller's.</summary>
    public HttpMessageHandler? Target
    {
        set => _invoker = value is null ? null : new HttpMessageInvoker(value, disposeHandler: false);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker!.SendAsync(request, cancellationToken);
}
