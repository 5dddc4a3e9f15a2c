using System.Net.Http.Headers;

namespace ConfluentOffsets.Client.Authentication;

/// <summary>An API key, or a token that is sent as it is.</summary>
internal sealed class FixedCredential(AuthenticationHeaderValue header) : ICredential
{
    public ValueTask<AuthenticationHeaderValue> AuthorizeAsync(ServiceConnection connection, Caller caller, CancellationToken cancellationToken) =>
        ValueTask.FromResult(header);

    public bool Refused(AuthenticationHeaderValue header) => false;
}
