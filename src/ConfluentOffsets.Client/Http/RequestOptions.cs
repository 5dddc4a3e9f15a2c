namespace ConfluentOffsets.Client.Http;

/// <summary>What the handlers of the stack tell each other about a request.</summary>
internal static class RequestOptions
{
    /// <summary>Where the request's attempts are told.</summary>
    public static readonly HttpRequestOptionsKey<CallLog> Log = new("ConfluentOffsets.Log");

    /// <summary>The number of the attempt, from 1.</summary>
    public static readonly HttpRequestOptionsKey<int> Attempt = new("ConfluentOffsets.Attempt");

    /// <summary>Set where the caller does its own retrying, as polling does.</summary>
    public static readonly HttpRequestOptionsKey<bool> SingleAttempt = new("ConfluentOffsets.SingleAttempt");
}
