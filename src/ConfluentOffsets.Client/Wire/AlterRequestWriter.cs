using System.Text;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>Writes the body of a request to alter offsets. Maps go out as their own literals.</summary>
internal static class AlterRequestWriter
{
    public const string Patch = "PATCH";
    public const string Delete = "DELETE";

    /// <summary>Offsets are left out where there are none: a DELETE of everything has no list.</summary>
    public static byte[] Write(string type, IReadOnlyList<PartitionOffset>? offsets)
    {
        using var text = new MemoryStream();
        text.Write("{\"type\":\""u8);
        text.Write(Encoding.UTF8.GetBytes(type));
        text.WriteByte((byte)'"');
        if (offsets is not null)
        {
            text.Write(",\"offsets\":["u8);
            for (var i = 0; i < offsets.Count; i++)
            {
                text.Write(i > 0 ? ",{\"partition\":"u8 : "{\"partition\":"u8);
                Write(text, offsets[i].Partition);
                if (type == Patch)
                {
                    text.Write(",\"offset\":"u8);
                    Write(text, offsets[i].Offset);
                }

                text.WriteByte((byte)'}');
            }

            text.WriteByte((byte)']');
        }

        text.WriteByte((byte)'}');
        return text.ToArray();
    }

    private static void Write(MemoryStream text, JsonMapNode? map)
    {
        if (map is not null)
            text.Write(map.TextBytes().Span);
    }
}
