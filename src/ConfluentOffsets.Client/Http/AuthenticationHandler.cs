namespace ConfluentOffsets.Client.Http;

/// <summary>Adds the credential to each attempt, below everything that looks at headers.</summary>
internal sealed class AuthenticationHandler(ConnectionSettings settings) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = await settings.Authorize(cancellationToken).ConfigureAwait(false);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            request.Headers.Authorization = null;
        }
    }
}
