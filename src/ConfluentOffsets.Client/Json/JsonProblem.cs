using System.Text.Json;

namespace ConfluentOffsets.Client.Json;

/// <summary>What is wrong with a text that is not JSON, for a person who wrote the text.</summary>
internal static class JsonProblem
{
    /// <summary>
    /// The reader's words, without what only a programmer can follow, and without its note of the place, which counts
    /// from 0 and in bytes.
    /// </summary>
    public static string Words(JsonException e) => e.Message
        .Split(" LineNumber:")[0]
        .Replace(" Change the reader options.", "", StringComparison.Ordinal)
        .Replace(" which is not supported in this mode", "", StringComparison.Ordinal);
}
