using System.Net.Http.Headers;

namespace ConfluentOffsets.Client.Authentication;

/// <summary>What a connection's requests carry to say who asks. Safe for concurrent use.</summary>
internal interface ICredential
{
    /// <summary>The header of a request that is about to be sent.</summary>
    /// <param name="connection">Whose credential this is.</param>
    /// <param name="caller">Who makes the request.</param>
    /// <param name="cancellationToken">Ends this caller's wait for it.</param>
    /// <exception cref="ServiceException">There is none to be had.</exception>
    ValueTask<AuthenticationHeaderValue> AuthorizeAsync(ServiceConnection connection, Caller caller, CancellationToken cancellationToken);

    /// <summary>Takes note that the service refused a header (401).</summary>
    /// <returns>Whether another can be had, so that the request is worth repeating.</returns>
    bool Refused(AuthenticationHeaderValue header);
}
