using System.Collections.Concurrent;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace ConfluentOffsets.Client.Http;

/// <summary>The options of a connection's HTTP clients, which never change.</summary>
/// <param name="configure">Sets those of a client, by its name.</param>
internal sealed class ClientOptions(Action<string, HttpClientFactoryOptions> configure) : IOptionsMonitor<HttpClientFactoryOptions>
{
    private readonly ConcurrentDictionary<string, HttpClientFactoryOptions> _byName = new();

    public HttpClientFactoryOptions CurrentValue => Get(Options.DefaultName);

    public HttpClientFactoryOptions Get(string? name) => _byName.GetOrAdd(name ?? Options.DefaultName, Create);

    public IDisposable? OnChange(Action<HttpClientFactoryOptions, string?> listener) => null;

    private HttpClientFactoryOptions Create(string name)
    {
        var options = new HttpClientFactoryOptions();
        configure(name, options);
        return options;
    }
}
