using System.Net;

namespace ConfluentOffsets.Client.Http;

/// <summary>What must not be shown of a proxy's credential.</summary>
internal static class ProxySecrets
{
    /// <summary>In either case, as .NET and others read them.</summary>
    private static readonly string[] s_variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];

    /// <summary>A shorter user name without a password is somebody's name, and a word that may stand anywhere; a token is longer.</summary>
    private const int ShortestToken = 12;

    /// <summary>
    /// The password, or the token that stands in its place as a user name, and the pair of which a Proxy-Authorization is
    /// made: its base64 is not the password's.
    /// </summary>
    public static IEnumerable<string> Of(NetworkCredential credential)
    {
        if (credential.Password.Length > 0)
            yield return credential.Password;
        else if (credential.UserName.Length >= ShortestToken)
            yield return credential.UserName;
        else
            yield break;
        yield return $"{credential.UserName}:{credential.Password}";
        if (credential.Domain.Length > 0)
            yield return $"{credential.Domain}\\{credential.UserName}:{credential.Password}";
    }

    /// <summary>Of the proxies that environment variables name, with their credentials in the address.</summary>
    /// <param name="read">Reads a variable.</param>
    public static IEnumerable<string> OfEnvironment(Func<string, string?> read) =>
        s_variables.Select(read).OfType<string>().SelectMany(OfAddress);

    /// <summary>As .NET reads it: what is before the last @, which may be escaped or not.</summary>
    private static IEnumerable<string> OfAddress(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var pair = address.LastIndexOf('@') is var end && end > start ? address[start..end] : "";
        return new[] { pair, Uri.UnescapeDataString(pair) }.SelectMany(OfPair);
    }

    private static IEnumerable<string> OfPair(string pair)
    {
        var (name, password) = pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? (pair[..colon], pair[(colon + 1)..]) : (pair, "");
        var user = name.Split('\\', 2);
        return Of(new NetworkCredential(user[^1], password, user.Length == 2 ? user[0] : ""));
    }
}
