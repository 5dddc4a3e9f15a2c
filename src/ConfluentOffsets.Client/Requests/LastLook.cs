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
    /// <summary>More looks in a row that are held back themselves are no use.</summary>
    private const int MostLooks = 3;

    /// <summary>So long what was read needs no second look.</summary>
    private static readonly TimeSpan s_stillFresh = TimeSpan.FromSeconds(5);

    private long? _readAt = readAt;
    private bool _wasRefused;

    /// <summary>A limit that lets no look and the POST through in one window: the next POST leaves on the last look.</summary>
    private bool _isLimited;

    /// <summary>The POST; the status before it, where it is due; and the offsets, for whoever keeps them, where they are old.</summary>
    public int Requests => 1 + (IsDue ? 1 : 0) + (IsDue && IsOld ? 1 : 0);

    /// <summary>The request, with the baseline that was read last.</summary>
    public SubmittedRequest Intent { get; private set; } = intent;

    /// <summary>The request as the status shows it, though each POST of it was refused; then it is not sent again.</summary>
    public SubmittedRequest? Found { get; private set; }

    /// <summary>Whether an attempt has left, whatever became of it.</summary>
    public bool HasLeft { get; private set; }

    private string SentSoFar => HasLeft ? "What was sent before was refused, and is not sent again." : "Nothing was sent.";

    private bool IsDue => !_isLimited && (_wasRefused || IsOld);

    private bool IsOld => _readAt is not { } at || Time.GetElapsedTime(at) >= s_stillFresh;

    private TimeProvider Time => api.Connection.Time;

    public async Task LeaveAsync(Turn turn, CancellationToken cancellationToken)
    {
        for (var looks = 0; IsDue; looks++)
        {
            if (looks == MostLooks)
                throw new ServiceException(FailureKind.RateLimited, $"The connector could not be looked at just before the request: each look was held back itself. {SentSoFar}");
            await LookAgainAsync(turn, cancellationToken).ConfigureAwait(false);
            if (turn.IsUsedUp)
            {
                _isLimited = true;
                throw new ServiceException(FailureKind.RateLimited, $"The service's limit is used up by the look at the connector just before the request. {SentSoFar}");
            }
        }

        _isLimited = false;
        owner.Leaving();

        // That may have taken a while, too.
        cancellationToken.ThrowIfCancellationRequested();
        api.Connection.ThrowIfClosed();
        if (owner.IsCalledOff())
            throw new RequestCalledOffException();

        // What is from before the first attempt cannot be ours.
        Intent = Intent with { LeftAt = Intent.LeftAt ?? api.Connection.Clock.Now };
        HasLeft = true;
        owner.Sending();
    }

    public void NotProcessed(bool isRefused)
    {
        _wasRefused |= isRefused;
        owner.NotTaken();
    }

    private async Task LookAgainAsync(Turn turn, CancellationToken cancellationToken)
    {
        var (within, lookedAt) = (api.Within(turn), Time.GetTimestamp());
        turn.WasHeldBack = false;
        var status = await FindStatusAsync(within, cancellationToken).ConfigureAwait(false);
        Found = _wasRefused ? FindRefused(status) : null;
        if (Found is not null)
            throw new RequestCalledOffException();

        var latest = OffsetAlteration.Baseline(status);
        if (IsOld)
        {
            await owner.LookedAgain(within, latest, cancellationToken).ConfigureAwait(false);

            // A service that takes its time is no reason to look again.
            _readAt = turn.WasHeldBack ? lookedAt : Time.GetTimestamp();
        }

        if (!latest.IsSame(Intent.Baseline!))
            throw Changed();
        (Intent, _wasRefused) = (Intent with { Baseline = latest }, false);
    }

    private async Task<AlterStatusDocument?> FindStatusAsync(OffsetsApi within, CancellationToken cancellationToken)
    {
        try
        {
            return await within.FindStatusAsync(Intent.Connector, singleAttempt: true, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e) when (_wasRefused)
        {
            throw e.As(e.Kind, $"The service refused the request for now, and before it is sent again the connector's status has to be read: {e.Message}");
        }
    }

    private SubmittedRequest? FindRefused(AlterStatusDocument? status)
    {
        var refusal = new ServiceException(FailureKind.RateLimited, "by a refusal that can pass (401 or 429)");
        try
        {
            return RefusedRequest.Find(Intent, refusal, status);
        }
        catch (ServiceException e) when (e == refusal)
        {
            throw Changed();
        }
    }

    private ServiceException Changed() => new(
        FailureKind.Conflict,
        $"Another request has changed its offsets since they were read, so what was prepared is no longer so. {SentSoFar}");
}
