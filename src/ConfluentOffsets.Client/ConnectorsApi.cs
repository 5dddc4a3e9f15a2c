using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client;

/// <summary>The operations for connectors themselves: what there is, how it is, and whether it works.</summary>
internal sealed class ConnectorsApi(ServiceConnection connection, Caller caller)
{
    private const int Accepted = 202;

    /// <summary>The same operations, for calls within the turn of another request.</summary>
    public ConnectorsApi Within(Turn turn) => new(connection, caller with { Turn = turn });

    /// <summary>The names of all connectors of a cluster.</summary>
    /// <exception cref="ServiceException">The call failed.</exception>
    public async Task<IReadOnlyList<string>> ListNamesAsync(string environmentId, string kafkaClusterId, CancellationToken cancellationToken)
    {
        var path = ConnectorAddress.ConnectorsPath(environmentId, kafkaClusterId);
        var reply = await GetAsync(path, singleAttempt: false, cancellationToken).ConfigureAwait(false);
        return connection.Read(reply, ConnectorListReader.ReadNames);
    }

    /// <summary>The names and ids of all connectors of a cluster.</summary>
    /// <exception cref="ServiceException">The call failed.</exception>
    public Task<IReadOnlyList<ConnectorDocument>> ListIdsAsync(string environmentId, string kafkaClusterId, CancellationToken cancellationToken) =>
        ListAsync(environmentId, kafkaClusterId, "id", singleAttempt: false, cancellationToken);

    /// <summary>All connectors of a cluster, with type, state, tasks and id.</summary>
    /// <param name="environmentId">The environment.</param>
    /// <param name="kafkaClusterId">The cluster.</param>
    /// <param name="singleAttempt">No retries: the caller has its own, or none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ServiceException">The call failed.</exception>
    public Task<IReadOnlyList<ConnectorDocument>> ListAsync(string environmentId, string kafkaClusterId, bool singleAttempt, CancellationToken cancellationToken) =>
        ListAsync(environmentId, kafkaClusterId, "id,info,status", singleAttempt, cancellationToken);

    /// <summary>One connector, with type, state, tasks and id: out of the list, since nothing else tells all of it.</summary>
    /// <exception cref="ServiceException">
    /// The call failed; <see cref="FailureKind.ConnectorNotFound"/> where the list does not have it.
    /// </exception>
    public async Task<ConnectorDocument> GetAsync(ConnectorAddress connector, bool singleAttempt, CancellationToken cancellationToken)
    {
        var list = await ListAsync(connector.EnvironmentId, connector.KafkaClusterId, singleAttempt, cancellationToken).ConfigureAwait(false);
        return Find(list, connector);
    }

    /// <summary>The connector of that name in a list of its cluster.</summary>
    /// <exception cref="ServiceException"><see cref="FailureKind.ConnectorNotFound"/>.</exception>
    public static ConnectorDocument Find(IReadOnlyList<ConnectorDocument> list, ConnectorAddress connector) =>
        list.FirstOrDefault(c => c.Name == connector.ConnectorName)
        ?? throw new ServiceException(FailureKind.ConnectorNotFound, "The cluster's list of connectors does not have it.");

    /// <summary>Asks for a connector to be paused. It may take a while; a paused one stays so.</summary>
    /// <param name="connector">Which.</param>
    /// <param name="sending">Told when it leaves.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ServiceException">The call failed.</exception>
    public Task PauseAsync(ConnectorAddress connector, Action sending, CancellationToken cancellationToken) => PutAsync(connector, "pause", sending, cancellationToken);

    /// <summary>Asks for a connector to be resumed. It may take a while; a running one stays so.</summary>
    /// <inheritdoc cref="PauseAsync"/>
    public Task ResumeAsync(ConnectorAddress connector, Action sending, CancellationToken cancellationToken) => PutAsync(connector, "resume", sending, cancellationToken);

    private async Task PutAsync(ConnectorAddress connector, string action, Action sending, CancellationToken cancellationToken)
    {
        var reply = await connection
            .SendAsync(HttpMethod.Put, $"{connector.Path}/{action}", null, caller, singleAttempt: false, cancellationToken, new ToldDeparture(sending))
            .ConfigureAwait(false);

        // Documented as 202 without a body; a page of a proxy is neither.
        if (reply.StatusCode != Accepted && !reply.Body.IsEmpty)
            throw connection.Unexpected(reply, $"it does not tell of an accepted {action}", mayHaveBeenProcessed: true);
    }

    private async Task<IReadOnlyList<ConnectorDocument>> ListAsync(
        string environmentId,
        string kafkaClusterId,
        string expand,
        bool singleAttempt,
        CancellationToken cancellationToken)
    {
        var path = ConnectorAddress.ConnectorsPath(environmentId, kafkaClusterId);
        var reply = await GetAsync($"{path}?expand={expand}", singleAttempt, cancellationToken).ConfigureAwait(false);
        return connection.Read(reply, body => Redacted(ConnectorListReader.Read(body)));
    }

    private Task<Reply> GetAsync(string path, bool singleAttempt, CancellationToken cancellationToken) =>
        connection.SendAsync(HttpMethod.Get, path, null, caller, singleAttempt, cancellationToken);

    private IReadOnlyList<ConnectorDocument> Redacted(IReadOnlyList<ConnectorDocument> list) =>
    [
        .. list.Select(c => c with
        {
            Trace = Redacted(c.Trace),
            Tasks = [.. c.Tasks.Select(t => t with { Trace = Redacted(t.Trace) })],
        }),
    ];

    private string? Redacted(string? text) => text is null ? null : connection.Redact(text);

    /// <summary>Lets everything leave, and tells of it.</summary>
    private sealed class ToldDeparture(Action leaves) : IDeparture
    {
        public int Requests => 1;

        public Task LeaveAsync(Turn turn, CancellationToken cancellationToken)
        {
            leaves();
            return Task.CompletedTask;
        }

        public void NotProcessed(bool isRefused)
        {
            // What became of the earlier attempts, the failure tells in the end.
        }
    }
}
