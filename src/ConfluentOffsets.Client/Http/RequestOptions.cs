namespace ConfluentOffsets.Client.Http;

/// <summary>What the handlers of the stack tell each other about a request.</summary>
internal static class RequestOptions
{
    /// <summary>Who makes the request, and is told of its attempts.</summary>
    public static readonly HttpRequestOptionsKey<Caller> Caller = new("ConfluentOffsets.Caller");

    /// <summary>The number of the attempt, from 1.</summary>
    public static readonly HttpRequestOptionsKey<int> Attempt = new("ConfluentOffsets.Attempt");

    /// <summary>Set where the caller does its own retrying, as polling does.</summary>
    public static readonly HttpRequestOptionsKey<bool> SingleAttempt = new("ConfluentOffsets.SingleAttempt");

    /// <summary>Makes a document of an answer of success, as is tried before it counts as one.</summary>
    public static readonly HttpRequestOptionsKey<Func<ReadOnlyMemory<byte>, object>> Reader = new("ConfluentOffsets.Reader");

    /// <summary>Asked before each attempt leaves.</summary>
    public static readonly HttpRequestOptionsKey<IDeparture> Departure = new("ConfluentOffsets.Departure");

    /// <summary>The turn of an attempt.</summary>
    public static readonly HttpRequestOptionsKey<Turn> Turn = new("ConfluentOffsets.Turn");

    /// <summary>Set when an attempt may have been processed, whatever becomes of those that follow.</summary>
    public static readonly HttpRequestOptionsKey<bool> PerhapsProcessed = new("ConfluentOffsets.PerhapsProcessed");

    /// <summary>Set when an attempt leaves: before that, the service knows nothing of it.</summary>
    public static readonly HttpRequestOptionsKey<bool> HasLeft = new("ConfluentOffsets.HasLeft");

    /// <summary>
    /// Set on a request for a token: it changes nothing, so it may be repeated, though it is a POST; and its body and that
    /// of its success are secrets.
    /// </summary>
    public static readonly HttpRequestOptionsKey<bool> ForToken = new("ConfluentOffsets.ForToken");

    /// <summary>Whether an option is set.</summary>
    public static bool Has(this HttpRequestMessage request, HttpRequestOptionsKey<bool> option) =>
        request.Options.TryGetValue(option, out var value) && value;

    /// <summary>
    /// Whether a request is made for the body of its answer, as a GET and one for a token are: half of it is none. Of the
    /// others, the status says all that counts.
    /// </summary>
    public static bool WantsBody(this HttpRequestMessage request) => request.Method == HttpMethod.Get || request.Has(ForToken);

    /// <summary>What reads the answer to a request, or null.</summary>
    public static Func<ReadOnlyMemory<byte>, object>? ReaderOf(HttpRequestMessage request) => request.Options.TryGetValue(Reader, out var reader) ? reader : null;

    /// <summary>What is asked before a request leaves, or null.</summary>
    public static IDeparture? DepartureOf(HttpRequestMessage request) => request.Options.TryGetValue(Departure, out var departure) ? departure : null;

    /// <summary>Who makes a request.</summary>
    public static Caller CallerOf(HttpRequestMessage request) => request.Options.TryGetValue(Caller, out var caller) ? caller : Client.Caller.None;
}
