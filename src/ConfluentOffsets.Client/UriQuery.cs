namespace ConfluentOffsets.Client;

/// <summary>Reads the query of an address.</summary>
internal static class UriQuery
{
    /// <summary>The values of a parameter, unescaped, in order.</summary>
    /// <param name="address">Absolute or relative.</param>
    /// <param name="name">The parameter's name.</param>
    public static IEnumerable<string> Values(string address, string name) => address.Split('#')[0].Split('?', 2)[^1].Split('&')
        .Select(p => p.Split('=', 2))
        .Where(p => p.Length == 2 && Uri.UnescapeDataString(p[0]) == name)
        .Select(p => Uri.UnescapeDataString(p[1].Replace('+', ' ')));
}
