using System.Globalization;
using System.Text;

namespace ConfluentOffsets.Soak;

/// <summary>A request as it came over the wire.</summary>
internal sealed record WireRequest(string Method, string Target, byte[] Body)
{
    private const int LongestHead = 64 * 1024;

    public string Path => Target.Split('?')[0];

    /// <summary>Reads one request.</summary>
    /// <returns>Null where the connection ended before it.</returns>
    public static async Task<WireRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[LongestHead];
        var count = 0;
        int end;
        while ((end = bytes.AsSpan(0, count).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(count), cancellationToken);
            if (read == 0)
                return null;
            count += read;
        }

        var lines = Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n");
        var start = lines[0].Split(' ');
        var body = new byte[Length(lines)];
        var there = Math.Min(body.Length, count - end - 4);
        bytes.AsSpan(end + 4, there).CopyTo(body);
        await stream.ReadExactlyAsync(body.AsMemory(there), cancellationToken);
        return new WireRequest(start[0], start[1], body);
    }

    private static int Length(string[] lines)
    {
        const string Name = "Content-Length: ";
        var line = lines.FirstOrDefault(l => l.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line.AsSpan(Name.Length), CultureInfo.InvariantCulture);
    }
}
