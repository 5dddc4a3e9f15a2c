using System.Net;
using System.Net.Http.Headers;
using ConfluentOffsets.Client.Authentication;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Adds the credential to each attempt, before its time begins to run: an exchange of tokens has its own. What is refused
/// was not processed, so with another token it is sent once more, a POST too.
/// </summary>
internal sealed class AuthenticationHandler(ServiceConnection connection, ICredential credential) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var caller = RequestOptions.CallerOf(request);
        var header = await credential.AuthorizeAsync(connection, caller, cancellationToken).ConfigureAwait(false);
        var response = await SendAsync(request, header, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !credential.Refused(header))
            return response;

        response.Dispose();
        RequestOptions.DepartureOf(request)?.NotProcessed(isRefused: true);
        caller.Log.Verbose?.Invoke("The token was refused; the request is sent once more with a new one.");
        header = await credential.AuthorizeAsync(connection, caller, cancellationToken).ConfigureAwait(false);
        return await SendAsync(request, header, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AuthenticationHeaderValue header, CancellationToken cancellationToken)
    {
        await LeaveAsync(request, cancellationToken).ConfigureAwait(false);
        request.Headers.Authorization = header;
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            request.Headers.Authorization = null;
        }
    }

    /// <summary>The last that is asked; nothing is sent after the connection was closed.</summary>
    private async Task LeaveAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        connection.ThrowIfClosed();
        try
        {
            if (RequestOptions.DepartureOf(request) is { } departure && request.Options.TryGetValue(RequestOptions.Turn, out var turn))
                await departure.LeaveAsync(turn, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw new KeptBackException(e);
        }

        request.Options.Set(RequestOptions.HasLeft, true);
    }
}
