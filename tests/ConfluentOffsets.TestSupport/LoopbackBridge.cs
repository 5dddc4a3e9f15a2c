using System.Net;
using System.Net.Sockets;

namespace ConfluentOffsets.TestSupport;

/// <summary>A server on loopback that answers with what a handler answers: real HTTP in front of one in memory.</summary>
public sealed class LoopbackBridge : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Starts the server.</summary>
    /// <param name="handler">Answers; it stays the caller's.</param>
    public LoopbackBridge(HttpMessageHandler handler)
    {
        _invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            BaseUri = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }

        _listener.Prefixes.Add(BaseUri.AbsoluteUri);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public Uri BaseUri { get; }

    public void Dispose()
    {
        _listener.Close();
        _invoker.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        // The raw address: nothing that was escaped is unescaped on the way.
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.HttpMethod),
            new Uri(BaseUri.GetLeftPart(UriPartial.Authority) + context.Request.RawUrl));
        if (context.Request.HasEntityBody)
            request.Content = new StreamContent(context.Request.InputStream);
        foreach (var name in context.Request.Headers.AllKeys)
            request.Headers.TryAddWithoutValidation(name!, context.Request.Headers[name]);
        try
        {
            using var response = await _invoker.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers)
                context.Response.AddHeader(name, string.Join(", ", values));
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await response.Content.CopyToAsync(context.Response.OutputStream).ConfigureAwait(false);
            context.Response.Close();
        }
        catch (HttpRequestException)
        {
            context.Response.Abort();
        }
    }
}
