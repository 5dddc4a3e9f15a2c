using System.Management.Automation;
using System.Net;
using System.Net.Http.Headers;
using System.Security;
using System.Text;
using ConfluentOffsets.Client;
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
        if (string.IsNullOrWhiteSpace(text) || !IsHeaderText(text))
            throw new RejectedInputException(ErrorIds.InvalidCredential, "The access token is empty, or holds characters that no token has.", "AccessToken");
        return Create("AccessToken", null, new AuthenticationHeaderValue("Bearer", text), [text], input);
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
        Create(ConfluentConnection.SandboxKind, null, new AuthenticationHeaderValue(ConfluentConnection.SandboxKind), [], input);

    private static ConfluentConnection ByApiKey(string key, string secret, ConnectionSettingsInput input)
    {
        if (string.IsNullOrWhiteSpace(key) || string.IsNullOrWhiteSpace(secret) || key.Contains(':', StringComparison.Ordinal))
            throw new RejectedInputException(ErrorIds.InvalidCredential, "An API key and its secret are both needed, and a key holds no colon.", "Credential");

        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"));
        return Create("ApiKey", key, new AuthenticationHeaderValue("Basic", pair), [secret, $"{key}:{secret}", pair], input);
    }

    private static ConfluentConnection Create(
        string kind,
        string? apiKey,
        AuthenticationHeaderValue authorization,
        IReadOnlyList<string> secrets,
        ConnectionSettingsInput input)
    {
        var baseUri = CheckBaseUri(input.BaseUri ?? new Uri(DefaultBaseUri));
        CheckProxy(input.Proxy);
        var environmentId = OrVariable(input.EnvironmentId, EnvironmentVariableName);
        var kafkaClusterId = OrVariable(input.KafkaClusterId, ClusterVariable);
        var proxyCredential = input.ProxyCredential?.GetNetworkCredential();
        var service = new ServiceConnection(new ConnectionSettings
        {
            BaseUri = baseUri,
            Authorize = _ => ValueTask.FromResult(authorization),
            Secrets = proxyCredential is null ? secrets : [.. secrets, proxyCredential.Password],
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

    private static bool IsHeaderText(string text) => text.All(c => c is > ' ' and <= '~');
}
