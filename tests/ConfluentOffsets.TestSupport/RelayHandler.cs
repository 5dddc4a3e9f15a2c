using System.Text;
using System.Text.Json.Nodes;

namespace ConfluentOffsets.TestSupport;

/// <summary>Hands each request to the handler that stands behind it at the time, and keeps what was posted.</summary>
public sealed class RelayHandler : HttpMessageHandler
{
    private readonly object _lock = new();
    private readonly List<string> _posts = [];
    private HttpMessageInvoker? _invoker;

    /// <summary>Who answers; it stays the caller's.</summary>
    public HttpMessageHandler? Target
    {
        set => _invoker = value is null ? null : new HttpMessageInvoker(value, disposeHandler: false);
    }

    /// <summary>Members of answers that are left out, as services do that have nothing to tell.</summary>
    public IReadOnlyList<string> Hidden { get; set; } = [];

    /// <summary>Members of answers that are empty lists.</summary>
    public IReadOnlyList<string> Emptied { get; set; } = [];

    /// <summary>The bodies of all POSTs, in order.</summary>
    public IReadOnlyList<string> Posts
    {
        get
        {
            lock (_lock)
                return _posts.ToArray();
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Method == HttpMethod.Post)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
                _posts.Add(body);
        }

        var response = await _invoker!.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (Hidden.Count + Emptied.Count == 0 || !response.IsSuccessStatusCode)
            return response;

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        if (answer is JsonObject map)
        {
            foreach (var name in Hidden)
                map.Remove(name);
            foreach (var name in Emptied.Where(map.ContainsKey))
                map[name] = new JsonArray();
        }

        response.Content = new StringContent(answer!.ToJsonString(), Encoding.UTF8, "application/json");
        return response;
    }
}
