using System.Text;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Wire;

/// <summary>Writes the body of a request to alter offsets. Maps go out as their own literals.</summary>
internal static class AlterRequestWriter
{
    public const string Patch = "PATCH";
    public const string Delete = "DELETE";

    /// <summary>More than the names and signs around a partition and an offset take.</summary>
    private const int AroundItem = 40;

    /// <summary>Offsets are left out where there are none: a DELETE of everything has no list.</summary>
    public static ReadOnlyMemory<byte> Write(string type, IReadOnlyList<PartitionOffset>? offsets)
    {
        // Of 100,000 partitions this is 10 MB: room is made once.
        using var text = new MemoryStream(AroundItem + (offsets?.Sum(o => AroundItem + Length(o.Partition) + Length(o.Offset)) ?? 0));
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
        return text.GetBuffer().AsMemory(0, (int)text.Length);
    }

    private static int Length(JsonMapNode? map) => map?.TextBytes().Length ?? 0;

    private static void Write(MemoryStream text, JsonMapNode? map)
    {
        if (map is not null)
            text.Write(map.TextBytes().Span);
    }
}
