namespace ConfluentOffsets.Client.Http;

/// <summary>Keeps a caller's handler alive when the factory disposes the chain around it.</summary>
internal sealed class BorrowedHandler : HttpMessageHandler
{
    private readonly HttpMessageInvoker _invoker;

    public BorrowedHandler(HttpMessageHandler handler) => _invoker = new HttpMessageInvoker(handler, disposeHandler: false);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _invoker.Dispose();
        base.Dispose(disposing);
    }
}
