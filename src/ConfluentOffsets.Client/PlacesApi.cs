using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client;

/// <summary>The operations that tell which environments and Kafka clusters there are, without retries.</summary>
internal sealed class PlacesApi(ServiceConnection connection, Caller caller)
{
    private const int PageSize = 100;

    /// <summary>More than anybody reads.</summary>
    private const int MaxPages = 20;

    /// <summary>The environments that the connection's owner can see.</summary>
    /// <exception cref="ServiceException">A call failed.</exception>
    public Task<IReadOnlyList<PlaceDocument>> ListEnvironmentsAsync(CancellationToken cancellationToken) =>
        ListAsync("/org/v2/environments", "", cancellationToken);

    /// <summary>The Kafka clusters of an environment.</summary>
    /// <exception cref="ServiceException">A call failed.</exception>
    public Task<IReadOnlyList<PlaceDocument>> ListClustersAsync(string environmentId, CancellationToken cancellationToken) =>
        ListAsync("/cmk/v2/clusters", $"&environment={Uri.EscapeDataString(environmentId)}", cancellationToken);

    private async Task<IReadOnlyList<PlaceDocument>> ListAsync(string path, string query, CancellationToken cancellationToken)
    {
        var places = new List<PlaceDocument>();
        string? token = null;
        for (var n = 0; n < MaxPages; n++)
        {
            // Always our own address: metadata.next must not lead the credential to another host.
            var page = token is null ? "" : $"&page_token={Uri.EscapeDataString(token)}";
            var reply = await connection
                .SendAsync(HttpMethod.Get, $"{path}?page_size={PageSize}{query}{page}", null, caller, singleAttempt: true, cancellationToken)
                .ConfigureAwait(false);
            var read = connection.Read(reply, PlaceReader.Read);
            places.AddRange(read.Places);
            if (read.NextToken is null || read.NextToken == token)
                break;
            token = read.NextToken;
        }

        return places;
    }
}
