namespace ConfluentOffsets.Client.Authentication;

/// <summary>What can be said of a token without understanding it.</summary>
internal static class TokenText
{
    /// <summary>Whether a text is not empty, and holds nothing that no token has: blanks, line breaks, other than ASCII.</summary>
    public static bool IsSendable(string text) => text.Length > 0 && text.All(c => c is > ' ' and <= '~');
}
