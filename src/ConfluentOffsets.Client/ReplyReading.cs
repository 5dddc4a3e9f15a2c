using System.Text.Json;

namespace ConfluentOffsets.Client;

/// <summary>Makes documents of answers.</summary>
internal static class ReplyReading
{
    /// <summary>Reads an answer of success.</summary>
    /// <exception cref="ServiceException">It is not the documented JSON.</exception>
    public static T Read<T>(this ServiceConnection connection, Reply reply, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return reply.Document is T document ? document : read(reply.Body);
        }
        catch (JsonException e)
        {
            throw connection.Unexpected(reply, reply.Body.IsEmpty ? "the body is empty" : e.Message);
        }
    }
}
