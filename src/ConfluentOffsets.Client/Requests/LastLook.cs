using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>
/// Stands at the way out of a POST. It may leave long after its baseline was read (another one was told to slow down, the
/// limit was used up, a token was needed, it was refused before): then the status is read again, in the turn of the POST.
/// </summary>
/// <param name="api">The operations.</param>
/// <param name="owner">Whose hooks are called.</param>
/// <param name="intent">The request, with its baseline.</param>
/// <param name="readAt">When the baseline was read, as a timestamp of the connection's clock; null: it has to be read again in any case.</param>
internal sealed class LastLook(OffsetsApi api, OffsetAlteration owner, SubmittedRequest intent, long? readAt) : IDeparture
{
    /// <summary>So long what was read needs no second look.</summary>
    private static readonly TimeSpan s_stillFresh = TimeSpan.FromSeconds(5);

    private readonly OffsetsApi _api = api.WithinTurn();
    private long? _readAt = readAt;
    private bool _wasRefused;

    /// <summary>The request, with the baseline that was read last.</summary>
    public SubmittedRequest Intent { get; private set; } = intent;

    /// <summary>The request as the status shows it, though each POST of it was refused; then it is not sent again.</summary>
    public SubmittedRequest? Found { get; private set; }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_wasRefused || _readAt is not { } at || _api.Connection.Time.GetElapsedTime(at) >= s_stillFresh)
            await LookAgainAsync(cancellationToken).ConfigureAwait(false);
        _api.Connection.ThrowIfClosed();
        if (owner.IsCalledOff())
            throw new RequestCalledOffException();

        // What is from before the first attempt cannot be ours.
        Intent = Intent with { LeftAt = Intent.LeftAt ?? _api.Connection.Clock.Now };
        owner.Sending();
    }

    public void NotProcessed(bool isRefused)
    {
        _wasRefused |= isRefused;
        owner.NotTaken();
    }

    private async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        var lookedAt = _api.Connection.Time.GetTimestamp();
        var status = await _api.FindStatusAsync(Intent.Connector, singleAttempt: true, cancellationToken).ConfigureAwait(false);
        Found = _wasRefused ? FindRefused(status) : null;
        if (Found is not null)
            throw new RequestCalledOffException();

        var latest = OffsetAlteration.Baseline(status);
        await owner.LookedAgain(_api, latest, cancellationToken).ConfigureAwait(false);
        if (!latest.IsSame(Intent.Baseline!))
            throw Changed();
        Intent = Intent with { Baseline = latest };
        (_readAt, _wasRefused) = (lookedAt, false);
    }

    private SubmittedRequest? FindRefused(AlterStatusDocument? status)
    {
        var refusal = new ServiceException(FailureKind.RateLimited, "429: the service asked to slow down") { StatusCode = 429 };
        try
        {
            return RefusedRequest.Find(Intent, refusal, status);
        }
        catch (ServiceException e) when (e == refusal)
        {
            throw Changed();
        }
    }

    private static ServiceException Changed() =>
        new(FailureKind.Conflict, "Another request has changed its offsets since they were read, so what was prepared is no longer so. Nothing was sent.");
}
