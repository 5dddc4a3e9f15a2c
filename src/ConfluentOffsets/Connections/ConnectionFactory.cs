using System.Management.Automation;
using System.Net;
using System.Net.Http.Headers;
using System.Security;
using System.Text;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Connections;

/// <summary>Makes connections. Nothing is sent.</summary>
internal static class ConnectionFactory
{
    public const string DefaultBaseUri = "https://api.confluent.cloud";

    private static readonly string[] s_proxySchemes = ["http", "https", "socks4", "socks4a", "socks5"];

    private const string KeyVariable = "CONFLUENT_CLOUD_API_KEY";
    private const string SecretVariable = "CONFLUENT_CLOUD_API_SECRET";
    private const string EnvironmentVariableName = "CONFLUENT_ENVIRONMENT_ID";
    private const string ClusterVariable = "KAFKA_ID";

    /// <summary>A connection by API key.</summary>
    /// <exception cref="RejectedInputException">Key, secret or address are not usable.</exception>
    public static ConfluentConnection ByApiKey(PSCredential credential, ConnectionSettingsInput input)
    {
        var secret = credential == PSCredential.Empty ? "" : credential.GetNetworkCredential().Password;
        return ByApiKey(credential.UserName ?? "", secret, input);
    }

    /// <summary>A connection by bearer token.</summary>
    /// <exception cref="RejectedInputException">Token or address are not usable.</exception>
    public static ConfluentConnection ByAccessToken(SecureString token, ConnectionSettingsInput input)
    {
        var text = new NetworkCredential("", token).Password;
        if (!TokenText.IsSendable(text))
            throw new RejectedInputException(ErrorIds.InvalidCredential, "The access token is empty, or holds characters that no token has.", "AccessToken");
        return Create("AccessToken", new FixedCredential(new AuthenticationHeaderValue("Bearer", text)), [text], input);
    }

    /// <summary>A connection by tokens that are exchanged for an identity provider's JWT.</summary>
    /// <param name="identityPoolId">Of the pool that trusts the provider.</param>
    /// <param name="token">A JWT for every exchange; or null.</param>
    /// <param name="command">Gives a JWT for each exchange; or null.</param>
    /// <param name="input">What else is given.</param>
    /// <exception cref="RejectedInputException">Pool, JWT, script block or address are not usable.</exception>
    public static ConfluentConnection ByTokenExchange(string identityPoolId, SecureString? token, ScriptBlock? command, ConnectionSettingsInput input)
    {
        if (!TokenText.IsSendable(identityPoolId))
            throw new RejectedInputException(ErrorIds.InvalidCredential, "-IdentityPoolId is empty, or not the id of an identity pool, which begins with pool-: is a variable empty?", "IdentityPoolId");
        var source = command is null ? GivenSubjectToken(token) : SubjectTokenScript.Source(command);

        // It tells the connection of each token when it comes by it.
        return Create("TokenExchange", new TokenExchange(identityPoolId, source), [], input, identityPoolId: identityPoolId);
    }

    /// <summary>A connection by the API key of the environment variables, or null where they are not set.</summary>
    /// <exception cref="RejectedInputException">They are not usable.</exception>
    public static ConfluentConnection? FromEnvironment(ConnectionSettingsInput? input = null)
    {
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        var secret = Environment.GetEnvironmentVariable(SecretVariable);
        return string.IsNullOrEmpty(key) || string.IsNullOrEmpty(secret)
            ? null
            : ByApiKey(key, secret, input ?? new ConnectionSettingsInput());
    }

    /// <summary>A connection to a sandbox, whose ids, address and handler <paramref name="input"/> names.</summary>
    public static ConfluentConnection ToSandbox(ConnectionSettingsInput input) =>
        Create(ConfluentConnection.SandboxKind, new FixedCredential(new AuthenticationHeaderValue(ConfluentConnection.SandboxKind)), [], input);

    private static ConfluentConnection ByApiKey(string key, string secret, ConnectionSettingsInput input)
    {
        if (string.IsNullOrWhiteSpace(key) || string.IsNullOrWhiteSpace(secret) || key.Contains(':', StringComparison.Ordinal))
            throw new RejectedInputException(ErrorIds.InvalidCredential, "An API key and its secret are both needed, and a key holds no colon.", "Credential");

        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"));
        return Create("ApiKey", new FixedCredential(new AuthenticationHeaderValue("Basic", pair)), [secret, $"{key}:{secret}", pair], input, apiKey: key);
    }

    private static SubjectTokenSource GivenSubjectToken(SecureString? token)
    {
        // From a file it may come with a line break.
        var jwt = new NetworkCredential("", token).Password.Trim();
        return TokenText.IsSendable(jwt)
            ? new SubjectTokenSource(() => jwt, NeedsPipelineThread: false)
            : throw new RejectedInputException(ErrorIds.InvalidCredential, "The subject token is empty, or holds characters that no JWT has.", "SubjectToken");
    }

    private static ConfluentConnection Create(
        string kind,
        ICredential credential,
        IReadOnlyList<string> secrets,
        ConnectionSettingsInput input,
        string? apiKey = null,
        string? identityPoolId = null)
    {
        var baseUri = CheckBaseUri(input.BaseUri ?? new Uri(DefaultBaseUri));
        CheckProxy(input.Proxy);
        var environmentId = OrVariable(input.EnvironmentId, EnvironmentVariableName);
        var kafkaClusterId = OrVariable(input.KafkaClusterId, ClusterVariable);
        var proxyCredential = input.ProxyCredential?.GetNetworkCredential();
        var service = new ServiceConnection(new ConnectionSettings
        {
            BaseUri = baseUri,
            Credential = credential,
            Secrets = proxyCredential is null ? secrets : [.. secrets, .. ProxySecrets.Of(proxyCredential)],
            RequestTimeout = TimeSpan.FromSeconds(input.RequestTimeout),
            MaxRetryCount = input.MaxRetryCount,
            Proxy = input.Proxy is null ? null : new WebProxy(input.Proxy) { Credentials = proxyCredential },
            PrimaryHandler = input.HttpMessageHandler,
            Time = input.TimeProvider ?? TimeProvider.System,
        });
        return new ConfluentConnection(service)
        {
            BaseUri = baseUri,
            EnvironmentId = environmentId,
            KafkaClusterId = kafkaClusterId,
            AuthenticationKind = kind,
            ApiKey = apiKey,
            IdentityPoolId = identityPoolId,
        };
    }

    private static Uri CheckBaseUri(Uri uri)
    {
        var reason = uri switch
        {
            { IsAbsoluteUri: false } => "it is not absolute",
            { Scheme: "http", IsLoopback: false } => "http would send the credential in the clear",
            { Scheme: not ("https" or "http") } => $"'{uri.Scheme}' is not https",
            { UserInfo.Length: > 0 } => "it holds a user name or a password",
            { Query.Length: > 0 } or { Fragment.Length: > 0 } => "it holds a query or a fragment",
            _ => null,
        };
        if (reason is null)
            return uri;

        // What may be a password is not repeated.
        var shown = uri.IsAbsoluteUri ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : uri.OriginalString;
        throw new RejectedInputException(ErrorIds.InvalidBaseUri, $"'{shown}' cannot be the API's address: {reason}.", shown);
    }

    private static void CheckProxy(Uri? proxy)
    {
        if (proxy is not null && (!proxy.IsAbsoluteUri || !s_proxySchemes.Contains(proxy.Scheme, StringComparer.OrdinalIgnoreCase) || proxy.UserInfo.Length > 0))
            throw new RejectedInputException(ErrorIds.InvalidProxy, "-Proxy is not a proxy's address, as in http://proxy.example.com:3128; its credential goes into -ProxyCredential.", "Proxy");
    }

    private static string? OrVariable(string? given, string variable)
    {
        var value = string.IsNullOrEmpty(given) ? Environment.GetEnvironmentVariable(variable) : given;
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
