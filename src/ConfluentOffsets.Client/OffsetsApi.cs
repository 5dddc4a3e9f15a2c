using System.Text.Json;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client;

/// <summary>The operations for offsets, each one call (with its retries), each answer a document.</summary>
internal sealed class OffsetsApi(ServiceConnection connection, Caller caller)
{
    /// <summary>The status of an accepted POST; a page of a proxy has another.</summary>
    private const int Accepted = 202;

    /// <summary>So long a connector is taken to be there that was there.</summary>
    private static readonly TimeSpan s_stillThere = TimeSpan.FromSeconds(5);

    private Sight? _latest;

    public ServiceConnection Connection { get; } = connection;

    public CallLog Log => caller.Log;

    /// <summary>The offsets of a connector, as last observed by the service.</summary>
    /// <exception cref="ServiceException">The call failed.</exception>
    public Task<OffsetsDocument> GetOffsetsAsync(ConnectorAddress connector, CancellationToken cancellationToken) =>
        GetOffsetsAsync(connector, singleAttempt: false, cancellationToken);

    /// <summary>The offsets of a connector, as last observed by the service.</summary>
    /// <param name="connector">The connector.</param>
    /// <param name="singleAttempt">No retries: the caller polls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ServiceException">The call failed.</exception>
    public async Task<OffsetsDocument> GetOffsetsAsync(ConnectorAddress connector, bool singleAttempt, CancellationToken cancellationToken)
    {
        var reply = await GetAsync($"{connector.Path}/offsets", singleAttempt, cancellationToken, Read).ConfigureAwait(false);
        var offsets = Connection.Read(reply, Read);
        _latest = new Sight(connector, Connection.Time.GetTimestamp());
        return offsets;

        OffsetsDocument Read(ReadOnlyMemory<byte> body) => DocumentReader.ReadOffsets(body, Notice);
    }

    /// <summary>The connector's latest alter request, whoever made it.</summary>
    /// <param name="connector">The connector.</param>
    /// <param name="singleAttempt">No retries: the caller polls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ServiceException">
    /// The call failed; <see cref="FailureKind.RequestNotFound"/> where there was no request yet.
    /// </exception>
    public async Task<AlterStatusDocument> GetStatusAsync(ConnectorAddress connector, bool singleAttempt, CancellationToken cancellationToken)
    {
        Reply reply;
        try
        {
            reply = await GetAsync($"{connector.Path}/offsets/request/status", singleAttempt, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Kind == FailureKind.ConnectorNotFound)
        {
            // 404 stands for both: no such connector, and no request yet. The connector's offsets tell which, or have told.
            if (!HasJustBeenSeen(connector))
                await GetAsync($"{connector.Path}/offsets", singleAttempt, cancellationToken).ConfigureAwait(false);
            throw e.As(FailureKind.RequestNotFound);
        }

        var status = Connection.Read(reply, body => DocumentReader.ReadStatus(body, Notice))
            ?? throw new ServiceException(FailureKind.RequestNotFound, "The service tells of no request.")
            {
                StatusCode = reply.StatusCode,
                RequestId = reply.RequestId,
                Method = reply.Method,
                RequestUri = reply.RequestUri,
            };
        return status.Message is null ? status : status with { Message = Connection.Redact(status.Message) };
    }

    /// <summary>The connector's latest alter request, or null where there was none yet.</summary>
    /// <inheritdoc cref="GetStatusAsync"/>
    public async Task<AlterStatusDocument?> FindStatusAsync(ConnectorAddress connector, bool singleAttempt, CancellationToken cancellationToken)
    {
        try
        {
            return await GetStatusAsync(connector, singleAttempt, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Kind == FailureKind.RequestNotFound)
        {
            return null;
        }
    }

    /// <summary>The same operations, for calls within the turn of another request.</summary>
    public OffsetsApi Within(Turn turn) => new(Connection, caller with { Turn = turn }) { _latest = _latest };

    /// <summary>Posts a request to alter offsets, once.</summary>
    /// <param name="connector">Whose offsets are altered.</param>
    /// <param name="type">PATCH or DELETE.</param>
    /// <param name="offsets">Null for a DELETE of everything.</param>
    /// <param name="departure">Asked before it leaves, or null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What the service said of the accepted request; without members where it said nothing readable.</returns>
    /// <exception cref="ServiceException">The call failed; see <see cref="ServiceException.MayHaveBeenProcessed"/>.</exception>
    public async Task<AlterRequestDocument> PostRequestAsync(
        ConnectorAddress connector,
        string type,
        IReadOnlyList<PartitionOffset>? offsets,
        IDeparture? departure,
        CancellationToken cancellationToken)
    {
        var body = AlterRequestWriter.Write(type, offsets);
        var reply = await Connection
            .SendAsync(HttpMethod.Post, $"{connector.Path}/offsets/request", body, caller, singleAttempt: false, cancellationToken, departure)
            .ConfigureAwait(false);
        try
        {
            var accepted = DocumentReader.ReadAlterRequest(reply.Body, Notice);
            if (reply.StatusCode == Accepted || string.Equals(accepted.Type, type, StringComparison.OrdinalIgnoreCase))
                return accepted;
        }
        catch (JsonException e) when (reply.StatusCode == Accepted)
        {
            // Accepted is accepted: an odd body must not turn it into an error.
            Log.Verbose?.Invoke($"The request was accepted, but the answer is not the documented JSON: {ErrorBody.OneLine(Connection.Redact(e.Message))}");
            return DocumentReader.ReadAlterRequest(ReadOnlyMemory<byte>.Empty);
        }
        catch (JsonException)
        {
            // Below, with other answers that are not the service's.
        }

        throw Connection.Unexpected(reply, "it does not tell of an accepted request", mayHaveBeenProcessed: true);
    }

    private bool HasJustBeenSeen(ConnectorAddress connector) =>
        _latest is { } sight && sight.Connector == connector && Connection.Time.GetElapsedTime(sight.At) < s_stillThere;

    private void Notice(string text) => Log.Verbose?.Invoke(Connection.Redact(text));

    private Task<Reply> GetAsync(string path, bool singleAttempt, CancellationToken cancellationToken, Func<ReadOnlyMemory<byte>, object>? read = null) =>
        Connection.SendAsync(HttpMethod.Get, path, null, caller, singleAttempt, cancellationToken, read: read);

    /// <summary>A connector whose offsets were read, and when, as a timestamp of the connection's clock.</summary>
    private sealed record Sight(ConnectorAddress Connector, long At);
}
