namespace ConfluentOffsets.Client.Json;

/// <summary>Names of members: the few that come with every partition are one string each, not one for each partition.</summary>
internal static class MemberName
{
    private static readonly (byte[] Literal, string Name)[] s_known =
    [
        .. new[] { "partition", "offset", "kafka_topic", "kafka_partition", "kafka_offset" }
            .Select(n => (System.Text.Encoding.ASCII.GetBytes($"\"{n}\""), n)),
    ];

    /// <summary>The name that a literal, quotes included, stands for.</summary>
    public static string Read(ReadOnlySpan<byte> literal)
    {
        foreach (var known in s_known)
        {
            if (literal.SequenceEqual(known.Literal))
                return known.Name;
        }

        return JsonLiteral.ReadString(literal);
    }
}
