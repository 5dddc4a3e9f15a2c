namespace ConfluentOffsets.Client;

/// <summary>Reads the query of an address.</summary>
internal static class UriQuery
{
    /// <summary>The values of a parameter, unescaped, in order.</summary>
    public static IEnumerable<string> Values(Uri uri, string name) => uri.Query.TrimStart('?').Split('&')
        .Select(p => p.Split('=', 2))
        .Where(p => p.Length == 2 && Uri.UnescapeDataString(p[0]) == name)
        .Select(p => Uri.UnescapeDataString(p[1].Replace('+', ' ')));
}
