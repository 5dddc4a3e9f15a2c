using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace ConfluentOffsets.Client;

/// <summary>A service's answer of success: its body, read to the end, and its request id.</summary>
/// <param name="StatusCode">2xx.</param>
/// <param name="Body">The body.</param>
/// <param name="ShownId">See <see cref="RequestId"/>; made when it is asked for.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="RequestUri">What was asked.</param>
/// <param name="Attempts">How often it was asked.</param>
internal sealed record Reply(int StatusCode, ReadOnlyMemory<byte> Body, Lazy<string?> ShownId, string Method, Uri RequestUri, int Attempts)
{
    /// <summary>What the request's reader made of the body already; null: nothing.</summary>
    public object? Document { get; init; }

    /// <summary>The service's id of the request, without secrets; null where the service gave none.</summary>
    public string? RequestId => ShownId.Value;
}

/// <summary>
/// A connection: its settings, its HTTP stack (made at first use) and what its callers share. Safe for concurrent use.
/// </summary>
internal sealed class ServiceConnection : IDisposable
{
    private const string ClientName = "ConfluentCloud";

    /// <summary>For requests that carry no credential, but get one.</summary>
    private const string TokenClientName = "ConfluentCloudTokens";

    /// <summary>Of what a status line says beside its number.</summary>
    private const int MaxPhraseLength = 200;

    private static readonly ProductInfoHeaderValue s_userAgent = new(
        "ConfluentOffsets",
        typeof(ServiceConnection).Assembly.GetName().Version!.ToString(3));

    /// <summary>Paths are escaped already, and %2E%2E must not become a way up.</summary>
    private static readonly UriCreationOptions s_asEscaped = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly ConnectionSettings _settings;
    private readonly Lazy<ServiceProvider> _services;
    private readonly Lazy<IHttpClientFactory> _clients;
    private readonly Lazy<SocketsHttpHandler> _sockets;
    private volatile bool _disposed;

    public ServiceConnection(ConnectionSettings settings)
    {
        _settings = settings;
        Redactor = new SecretRedactor(settings.Secrets.Concat(ProxySecrets.OfEnvironment(Environment.GetEnvironmentVariable)));
        _services = new Lazy<ServiceProvider>(CreateServices);
        _clients = new Lazy<IHttpClientFactory>(() => _services.Value.GetRequiredService<IHttpClientFactory>());
        _sockets = new Lazy<SocketsHttpHandler>(() => CreateSockets(settings.Proxy));
        Pacer = new PollPacer(settings.Time);
        Clock = new ServiceClock(settings.Time);
        HoldBack = new HoldBack(settings);
    }

    public TimeProvider Time => _settings.Time;

    /// <summary>Shared by all waits of this connection.</summary>
    public PollPacer Pacer { get; }

    /// <summary>Knows this connection's secrets.</summary>
    public SecretRedactor Redactor { get; }

    /// <summary>The service's own time.</summary>
    public ServiceClock Clock { get; }

    /// <summary>Shared by all requests of this connection.</summary>
    public HoldBack HoldBack { get; }

    /// <summary>
    /// Polls when it is the caller's turn. What holds requests back then does not cost the turn, but nobody gets another's
    /// meanwhile: those who were held back must not burst when it ends.
    /// </summary>
    /// <param name="log">Where a pause is told.</param>
    /// <param name="poll">Has to make its calls within the turn that it gets.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<T> PollAsync<T>(CallLog log, Func<Turn, Task<T>> poll, CancellationToken cancellationToken)
    {
        using var place = await Pacer.TakePlaceAsync(cancellationToken).ConfigureAwait(false);
        var turn = new Turn(HoldBack, await HoldBack.EnterAsync(log, cancellationToken).ConfigureAwait(false), 1);
        try
        {
            place.Leave();
            return await poll(turn).ConfigureAwait(false);
        }
        finally
        {
            turn.End(response: null);
        }
    }

    public bool IsDisposed => _disposed;

    /// <summary>Refuses what would be sent after the connection was closed.</summary>
    /// <exception cref="ServiceException">It was.</exception>
    public void ThrowIfClosed()
    {
        if (_disposed)
            throw Closed(innerException: null, mayHaveBeenProcessed: false);
    }

    /// <summary>Sends a request, with the retries that are right for it.</summary>
    /// <param name="method">GET, PUT or POST.</param>
    /// <param name="path">Escaped, from the root, with the query.</param>
    /// <param name="body">JSON, or null.</param>
    /// <param name="caller">Who is told of the attempts.</param>
    /// <param name="singleAttempt">No retries: the caller has its own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="departure">Asked before each attempt leaves, or null.</param>
    /// <param name="read">Makes a document of the answer, or throws a <see cref="System.Text.Json.JsonException"/>; null: the caller does.</param>
    /// <returns>An answer of success (2xx).</returns>
    /// <exception cref="ServiceException">Anything else, but for what the departure throws.</exception>
    public Task<Reply> SendAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte>? body,
        Caller caller,
        bool singleAttempt,
        CancellationToken cancellationToken,
        IDeparture? departure = null,
        Func<ReadOnlyMemory<byte>, object>? read = null)
    {
        var request = Request(method, path, caller);
        request.Options.Set(RequestOptions.SingleAttempt, singleAttempt);
        if (departure is not null)
            request.Options.Set(RequestOptions.Departure, departure);
        if (read is not null)
            request.Options.Set(RequestOptions.Reader, read);
        if (body is { } json)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return SendAsync(ClientName, request, cancellationToken);
    }

    /// <summary>Posts a form that asks for a token, with retries, and without a credential.</summary>
    /// <param name="path">Escaped, from the root.</param>
    /// <param name="form">Its fields. They are not shown.</param>
    /// <param name="log">Where the attempts are told.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>An answer of success (2xx), whose body is not shown.</returns>
    /// <exception cref="ServiceException">Anything else.</exception>
    public Task<Reply> PostFormAsync(string path, IReadOnlyDictionary<string, string> form, CallLog log, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Post, path, new Caller(log));
        request.Options.Set(RequestOptions.ForToken, true);
        request.Content = new FormUrlEncodedContent(form);
        return SendAsync(TokenClientName, request, cancellationToken);
    }

    /// <summary>Takes this connection's secrets out of a text.</summary>
    public string Redact(string text) => Redactor.Redact(text);

    /// <summary>An answer of success that is not the documented JSON.</summary>
    public ServiceException Unexpected(Reply reply, string why, bool mayHaveBeenProcessed = false) => new(
        FailureKind.UnexpectedResponse,
        Redactor.Redact($"The answer to {reply.Method} is not the documented JSON ({reply.StatusCode}): {ErrorBody.OneLine(Redactor.Redact(why))}{IdNote(reply.RequestId)}{AttemptsNote(reply.Attempts)}"))
    {
        StatusCode = reply.StatusCode,
        RequestId = reply.RequestId,
        Method = reply.Method,
        RequestUri = reply.RequestUri,
        ResponseBody = Bounded(reply.Body),
        MayHaveBeenProcessed = mayHaveBeenProcessed,
    };

    /// <summary>The bottom of the stack.</summary>
    /// <param name="proxy">Null: the system's settings.</param>
    public static SocketsHttpHandler CreateSockets(IWebProxy? proxy)
    {
        var sockets = new SocketsHttpHandler
        {
            // The API redirects nowhere, and a redirect must not carry the credential to another host.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,

            // So that a change of the host's address is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        if (proxy is not null)
            (sockets.Proxy, sockets.UseProxy) = (proxy, true);
        return sockets;
    }

    public void Dispose()
    {
        _disposed = true;
        if (_services.IsValueCreated)
            _services.Value.Dispose();

        // The factory leaves its handlers to the garbage collector; their sockets would stay open.
        if (_sockets.IsValueCreated)
            _sockets.Value.Dispose();
    }

    private HttpRequestMessage Request(HttpMethod method, string path, Caller caller)
    {
        var uri = new Uri(_settings.BaseUri.GetLeftPart(UriPartial.Authority) + _settings.BaseUri.AbsolutePath.TrimEnd('/') + path, s_asEscaped);
        var request = new HttpRequestMessage(method, uri);
        request.Headers.UserAgent.Add(s_userAgent);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Options.Set(RequestOptions.Caller, caller);
        return request;
    }

    /// <summary>Sends a request, and disposes it.</summary>
    private async Task<Reply> SendAsync(string clientName, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var _ = request;
        ThrowIfClosed();
        try
        {
            using var client = _clients.Value.CreateClient(clientName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var answer = (ReadBody)response.Content;
            if (!response.IsSuccessStatusCode)
                throw Refusal(request, response, answer.Bytes);
            var reply = new Reply((int)response.StatusCode, answer.Bytes, new Lazy<string?>(() => RequestId(response)), request.Method.Method, request.RequestUri!, Attempts(request)) { Document = answer.Document };
            return answer.IsCut && request.Method == HttpMethod.Get
                ? throw Unexpected(reply with { Body = answer.Bytes[..ReadBody.MaxNoteLength] }, $"it is longer than {ReadBody.MaxLength >> 20} MB")
                : reply;
        }
        catch (KeptBackException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
        catch (ServiceException e) when (!e.MayHaveBeenProcessed && request.Method != HttpMethod.Get && request.Has(RequestOptions.PerhapsProcessed))
        {
            throw e.As(e.Kind, mayHaveBeenProcessed: true);
        }
        catch (ObjectDisposedException e) when (_disposed)
        {
            throw Closed(e, request.Method != HttpMethod.Get && request.Has(RequestOptions.PerhapsProcessed));
        }
        catch (Exception e) when (e is not ServiceException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // Whatever a transport throws, a caller's handler among them: one call's failure must not end the others.
            throw NoAnswer(request, e);
        }
    }

    private ServiceProvider CreateServices()
    {
        var services = new ServiceCollection();

        // First, since what is there is not made again. The factory's own logging sees unredacted addresses, and its
        // options are made with much ado; the trace handler is the only one to tell, and ours are these two.
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton<IOptionsMonitor<HttpClientFactoryOptions>>(new ClientOptions(ConfigureClient));
        services.AddHttpClient();
        services.RemoveAll<IHttpMessageHandlerBuilderFilter>();
        return services.BuildServiceProvider();
    }

    private void ConfigureClient(string name, HttpClientFactoryOptions options)
    {
        options.SuppressHandlerScope = true;
        options.ShouldRedactHeaderValue = _ => true;
        options.HttpClientActions.Add(c => c.Timeout = Timeout.InfiniteTimeSpan);
        options.HttpMessageHandlerBuilderActions.Add(chain =>
        {
            chain.PrimaryHandler = CreatePrimaryHandler();
            chain.AdditionalHandlers.Add(new RetryHandler(_settings, HoldBack, ThrowIfClosed));
            if (name == ClientName)
                chain.AdditionalHandlers.Add(new AuthenticationHandler(this, _settings.Credential));
            chain.AdditionalHandlers.Add(new TimeoutHandler(_settings));
            chain.AdditionalHandlers.Add(new TraceHandler(Redactor, Clock));
        });
    }

    /// <summary>One bottom for all chains that the factory makes in turn.</summary>
    private BorrowedHandler CreatePrimaryHandler() => new(_settings.PrimaryHandler ?? _sockets.Value);

    private ServiceException Refusal(HttpRequestMessage request, HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var status = (int)response.StatusCode;
        var error = ErrorBody.Read(body, Redactor);
        var requestId = RequestId(response);
        var words = error.Message is null ? "the service gave no reason" : error.Message;
        if (status is >= 300 and < 400 && response.Headers.Location is { } location)
            words = $"redirected to {ErrorBody.OneLine(Redactor.Redact(location.ToString()))}, which is not followed";

        return new ServiceException(
            status switch
            {
                401 => FailureKind.AuthenticationFailed,
                403 => FailureKind.AccessDenied,
                404 => FailureKind.ConnectorNotFound,
                408 => FailureKind.RequestTimeout,
                409 => FailureKind.Conflict,
                429 => FailureKind.RateLimited,
                >= 400 and < 500 => FailureKind.InvalidRequest,
                >= 500 => FailureKind.ServiceUnavailable,
                _ => FailureKind.UnexpectedResponse,
            },
            Redactor.Redact($"{status} {ErrorBody.OneLine(Redactor.Redact(response.ReasonPhrase ?? ""), MaxPhraseLength)}: {words}{IdNote(requestId)}{AttemptsNote(Attempts(request))}"))
        {
            StatusCode = status,
            ErrorCode = error.Code is null ? null : Redactor.Redact(error.Code),
            RequestId = requestId,
            RetryAfter = RetryAdvice.After(response, Time),
            Method = request.Method.Method,
            RequestUri = request.RequestUri,
            ResponseBody = Bounded(body),

            // A redirect, too: nobody says that what sent it did nothing before.
            MayHaveBeenProcessed = request.Method != HttpMethod.Get && (status is < 400 or 408 or >= 500 || request.Has(RequestOptions.PerhapsProcessed)),
        };
    }

    private ServiceException NoAnswer(HttpRequestMessage request, Exception exception)
    {
        var timedOut = exception is TimeoutRejectedException or OperationCanceledException;
        var words = timedOut
            ? string.Create(CultureInfo.InvariantCulture, $"No answer within {_settings.RequestTimeout.TotalSeconds:0.###} s")
            : $"The connection to {_settings.BaseUri.Authority}{ProxyNote()} failed: {InnermostMessage(exception)}";
        return new ServiceException(
            timedOut ? FailureKind.RequestTimeout : FailureKind.ConnectionFailed,
            Redactor.Redact(words + AttemptsNote(Attempts(request))),
            Redactor.Redact(exception.ToString()) == exception.ToString() ? exception : null)
        {
            Method = request.Method.Method,
            RequestUri = request.RequestUri,
            MayHaveBeenProcessed = request.Method != HttpMethod.Get && request.Has(RequestOptions.PerhapsProcessed),
        };
    }

    private static string InnermostMessage(Exception exception)
    {
        var inner = exception.GetBaseException().Message;
        return exception.Message.Contains(inner, StringComparison.Ordinal) ? exception.Message : $"{exception.Message} {inner}";
    }

    private ServiceException Closed(Exception? innerException, bool mayHaveBeenProcessed) =>
        new(FailureKind.Disconnected, $"The connection to {_settings.BaseUri.Authority} was closed by Disconnect-ConfluentCloud.", innerException)
        {
            // In flight, it may have reached the service.
            MayHaveBeenProcessed = mayHaveBeenProcessed,
        };

    private string ProxyNote() => _settings.Proxy is WebProxy { Address: { } proxy } ? $" through the proxy {proxy.Authority}" : "";

    private string? RequestId(HttpResponseMessage response) => TraceHandler.RequestId(response, Redactor);

    private static string IdNote(string? requestId) => requestId is null ? "" : $" (request id {requestId})";

    private static int Attempts(HttpRequestMessage request) =>
        request.Options.TryGetValue(RequestOptions.Attempt, out var attempt) ? attempt : 1;

    private static string AttemptsNote(int attempts) =>
        attempts > 1 ? string.Create(CultureInfo.InvariantCulture, $" (after {attempts} attempts)") : "";

    private string? Bounded(ReadOnlyMemory<byte> body) =>
        body.IsEmpty ? null : Redactor.RedactStart(BodyText.Of(body), ErrorBody.MaxLength);
}
