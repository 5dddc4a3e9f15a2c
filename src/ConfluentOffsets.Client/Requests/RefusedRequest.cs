using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Requests;

/// <summary>
/// What a status says of a POST that was refused. What a refusal means is written nowhere: another's request is under way;
/// or ours is, which a gateway sent twice, passing on the answer to the second one; or it is what it says.
/// </summary>
internal static class RefusedRequest
{
    /// <summary>Looks for a request that was refused.</summary>
    /// <param name="intent">The request.</param>
    /// <param name="refusal">The answer to it.</param>
    /// <param name="status">What the service shows; null where there is no request, or none is shown.</param>
    /// <returns>The request, which was accepted all the same; null where nothing is shown that was not there before.</returns>
    /// <exception cref="ServiceException">Another's stands there, or nobody can tell whose.</exception>
    public static SubmittedRequest? Find(SubmittedRequest intent, ServiceException refusal, AlterStatusDocument? status)
    {
        switch (status is null ? StatusOwner.Baseline : RequestCorrelation.Owner(status, intent, strict: true))
        {
            case StatusOwner.Ours when IsToldBy(status!, intent):
                return intent.Accepted(status!.Request);
            case StatusOwner.Ours or StatusOwner.Earlier or StatusOwner.Other when RequestCorrelation.CanBe(status!, intent):
                throw refusal.As(
                    FailureKind.Uncertain,
                    $"The {intent.Type} request was answered {refusal.Message.TrimEnd('.')}. But the connector's status shows a new request that may be this one, sent twice by a gateway, or another's, which stood in the way.",
                    mayHaveBeenProcessed: true);
            case StatusOwner.Other when !status!.IsFinished:
                throw refusal.As(FailureKind.Conflict, $"{OffsetAlteration.Unfinished(status)} The request was answered {refusal.Message}");
            case StatusOwner.Other:
                throw refusal;
            default:
                return null;
        }
    }

    /// <summary>
    /// Whether a status names what is ours: by its list, or, for a reset of everything, by having none at a service that
    /// is known to show lists. Beside a refusal somebody else's is just as likely.
    /// </summary>
    private static bool IsToldBy(AlterStatusDocument status, SubmittedRequest intent) =>
        status.Request.Offsets is { Count: > 0 } || intent.Baseline is { Offsets.Count: > 0 };
}
