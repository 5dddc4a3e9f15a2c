using System.Text;

namespace ConfluentOffsets.Client.Wire;

/// <summary>Writes the body of a request to alter offsets. Maps go out as their own literals.</summary>
internal static class AlterRequestWriter
{
    public const string Patch = "PATCH";
    public const string Delete = "DELETE";

    /// <summary>Offsets are left out where there are none: a DELETE of everything has no list.</summary>
    public static byte[] Write(string type, IReadOnlyList<PartitionOffset>? offsets)
    {
        var text = new StringBuilder("{\"type\":\"").Append(type).Append('"');
        if (offsets is not null)
        {
            text.Append(",\"offsets\":[");
            for (var i = 0; i < offsets.Count; i++)
            {
                text.Append(i > 0 ? "," : "").Append("{\"partition\":").Append(offsets[i].Partition);
                if (type == Patch)
                    text.Append(",\"offset\":").Append(offsets[i].Offset);
                text.Append('}');
            }

            text.Append(']');
        }

        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }
}
