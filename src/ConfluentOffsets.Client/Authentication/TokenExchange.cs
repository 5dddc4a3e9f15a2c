using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace ConfluentOffsets.Client.Authentication;

/// <summary>
/// Exchanges an identity provider's JWT for a token of Confluent's, at the first request and again before each expiry:
/// one exchange for all who need it at the time, wherever they run.
/// </summary>
/// <param name="identityPoolId">Who the bearer of the JWT is to Confluent.</param>
/// <param name="source">Where a JWT comes from.</param>
internal sealed class TokenExchange(string identityPoolId, SubjectTokenSource source) : ICredential
{
    private const string Path = "/sts/v1/oauth2/token";

    /// <summary>Seconds; the service gives no more.</summary>
    private const string LongestLife = "900";

    private readonly object _lock = new();
    private AccessToken? _token;
    private Exchange? _underWay;

    public async ValueTask<AuthenticationHeaderValue> AuthorizeAsync(ServiceConnection connection, Caller caller, CancellationToken cancellationToken)
    {
        if (source.NeedsPipelineThread && SubjectTokenRequest.IsGetting)
            throw new ServiceException(FailureKind.AuthenticationFailed, "-SubjectTokenCommand called a cmdlet whose connection needs a -SubjectTokenCommand itself.");

        // Who cannot get a JWT (Tab) uses what others got: the token as long as it lasts, or an exchange of theirs.
        var canStart = !source.NeedsPipelineThread || caller.OnPipelineThread is not null;
        Exchange exchange;
        lock (_lock)
        {
            if (_token is { } token && !(canStart ? token.IsDue(connection.Time) : token.IsExpired(connection.Time)))
                return token.Header;
            if (!canStart && _underWay is null)
                throw SubjectTokenRequest.NoPipeline();
            exchange = _underWay ??= Start(connection, caller.Log);
            exchange.Waiting++;
            exchange.Request?.Join(caller);
        }

        try
        {
            return (await exchange.Result!.WaitAsync(cancellationToken).ConfigureAwait(false)).Header;
        }
        finally
        {
            Leave(exchange, caller);
        }
    }

    public bool Refused(AuthenticationHeaderValue header)
    {
        lock (_lock)
        {
            // By now it may be another's.
            if (ReferenceEquals(_token?.Header, header))
                _token = null;
        }

        return true;
    }

    private Exchange Start(ServiceConnection connection, CallLog log)
    {
        var exchange = new Exchange(source.NeedsPipelineThread ? new SubjectTokenRequest(source) : null);
        exchange.Result = Task.Run(() => RunAsync(exchange, connection, log));
        return exchange;
    }

    /// <summary>What nobody waits for any more is called off.</summary>
    private void Leave(Exchange exchange, Caller caller)
    {
        exchange.Request?.Leave(caller);
        lock (_lock)
        {
            if (--exchange.Waiting > 0 || exchange.Result!.IsCompleted)
                return;
            Forget(exchange);
        }

        exchange.CallOff();
    }

    private void Forget(Exchange exchange)
    {
        if (_underWay == exchange)
            _underWay = null;
    }

    private async Task<AccessToken> RunAsync(Exchange exchange, ServiceConnection connection, CallLog log)
    {
        try
        {
            var token = await ExchangeAsync(exchange, connection, log).ConfigureAwait(false);
            lock (_lock)
                return _token = token;
        }
        catch (ServiceException e)
        {
            lock (_lock)
            {
                // What failed early may well succeed in time.
                if (_token is not { } token || token.IsExpired(connection.Time))
                    throw;
                log.Verbose?.Invoke($"{e.Message} The token that is there is used as long as it lasts.");
                return _token = token.PutOff(connection.Time);
            }
        }
        finally
        {
            lock (_lock)
                Forget(exchange);
        }
    }

    private async Task<AccessToken> ExchangeAsync(Exchange exchange, ServiceConnection connection, CallLog log)
    {
        var jwt = await ReadSubjectTokenAsync(exchange, connection).ConfigureAwait(false);
        connection.Redactor.Add(jwt);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = jwt,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
            ["requested_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
            ["identity_pool_id"] = identityPoolId,
            ["expires_in"] = LongestLife,
        };
        var askedAt = connection.Time.GetTimestamp();
        Reply reply;
        try
        {
            reply = await connection.PostFormAsync(Path, form, log, exchange.CalledOff).ConfigureAwait(false);
        }
        catch (ServiceException e)
        {
            throw Failed(e);
        }

        var token = AccessToken.Read(reply.Body, askedAt)
            ?? throw Failed(connection.Unexpected(reply with { Body = default }, "it holds no access token"));
        connection.Redactor.Add(token.Header.Parameter!);
        return token;
    }

    private async Task<string> ReadSubjectTokenAsync(Exchange exchange, ServiceConnection connection)
    {
        if (exchange.Request is null)
            return source.Read();
        try
        {
            return await exchange.Request.Jwt.WaitAsync(exchange.CalledOff).ConfigureAwait(false);
        }
        catch (ServiceException e)
        {
            throw new ServiceException(e.Kind, connection.Redact(e.Message));
        }
    }

    /// <summary>A refusal is one of the credential, whatever its number; and the request it is for was not sent.</summary>
    private ServiceException Failed(ServiceException failure)
    {
        var (kind, what) = failure switch
        {
            { Kind: FailureKind.Disconnected } => (failure.Kind, null),
            { IsTransient: true } => (failure.Kind, "failed"),
            _ => (FailureKind.AuthenticationFailed, "was refused"),
        };
        var message = what is null ? null : $"The token exchange for identity pool '{identityPoolId}' {what}: {failure.Message}";
        return failure.As(kind, message, mayHaveBeenProcessed: false);
    }

    /// <summary>An exchange that is under way.</summary>
    /// <param name="request">Gets the JWT, where that needs a pipeline thread.</param>
    [SuppressMessage(
        "Design",
        "CA1001:Types that own disposable fields should be disposable",
        Justification = "It may be called off after its end, and a source without a timer or a wait handle holds nothing to free.")]
    private sealed class Exchange(SubjectTokenRequest? request)
    {
        private readonly CancellationTokenSource _calledOff = new();

        public SubjectTokenRequest? Request { get; } = request;

        public Task<AccessToken>? Result { get; set; }

        /// <summary>How many wait for it.</summary>
        public int Waiting { get; set; }

        public CancellationToken CalledOff => _calledOff.Token;

        public void CallOff() => _calledOff.Cancel();
    }
}
