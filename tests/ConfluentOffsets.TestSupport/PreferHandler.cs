namespace ConfluentOffsets.TestSupport;

/// <summary>A request that was sent on, and the answer that was preferred.</summary>
public sealed record PreferringRequest(string Method, string Path, string? Body, string? Preference);

/// <summary>
/// Sends requests on to Prism, says in each which of its answers is preferred, and keeps what Prism found wrong with
/// the request or the answer.
/// </summary>
public sealed class PreferHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    private readonly object _lock = new();
    private readonly List<Preference> _preferences = [];
    private readonly List<PreferringRequest> _requests = [];
    private readonly List<string> _violations = [];

    /// <summary>Each request, in order.</summary>
    public IReadOnlyList<PreferringRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>What Prism found against the document.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
                return [.. _violations];
        }
    }

    /// <summary>Chooses an answer for an operation; several are given in order, the last one again and again.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="path">The end of the path.</param>
    /// <param name="answer">As in the Prefer header: <c>example=sink</c>, <c>code=404</c>.</param>
    public PreferHandler Prefer(string method, string path, string answer)
    {
        lock (_lock)
        {
            var preference = _preferences.Find(p => p.Method == method && p.Path == path);
            if (preference is null)
                _preferences.Add(preference = new Preference(method, path));
            preference.Answers.Add(answer);
        }

        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var method = request.Method.Method;
        var path = request.RequestUri!.AbsolutePath;
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        string? answer;
        lock (_lock)
        {
            answer = _preferences.Find(p => p.Method == method && path.EndsWith(p.Path, StringComparison.Ordinal))?.Next();
            _requests.Add(new PreferringRequest(method, path, body, answer));
        }

        request.Headers.Remove("Prefer");
        if (answer is not null)
            request.Headers.TryAddWithoutValidation("Prefer", answer);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        if (response.Headers.TryGetValues("sl-violations", out var found))
            Note($"{method} {path}: {string.Join(' ', found)}");

        // What is not in the document at all (a path, a preference) is answered with a problem of Prism's own.
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            Note($"{method} {path}: {await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)}");
        return response;
    }

    private void Note(string violation)
    {
        lock (_lock)
            _violations.Add(violation);
    }

    private sealed class Preference(string method, string path)
    {
        private int _given;

        public string Method => method;

        public string Path => path;

        public List<string> Answers { get; } = [];

        public string Next() => Answers[Math.Min(_given++, Answers.Count - 1)];
    }
}
