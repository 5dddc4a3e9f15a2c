using System.Text;
using ConfluentOffsets.Client.Http;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The length that an answer announces is where room is made, and nothing else.</summary>
public sealed class ReadBodyTests
{
    private const string Text = "{\"offsets\":[]}";

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(3L)]
    [InlineData(1000L)]
    [InlineData(long.MaxValue)]
    public async Task A_body_is_what_came_whatever_was_announced(long? announced)
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Text)));
        content.Headers.ContentLength = announced;

        using var body = await ReadBody.OfAsync(content, ReadBody.MaxLength, isNote: false, TestContext.Current.CancellationToken);

        Assert.Equal(Text, Encoding.UTF8.GetString(body.Bytes.Span));
        Assert.False(body.IsCut);
    }

    [Theory]
    [InlineData(ReadBody.MaxNoteLength - 1, 0, false)]
    [InlineData(ReadBody.MaxNoteLength, 0, false)]
    [InlineData(ReadBody.MaxNoteLength, ReadBody.MaxNoteLength, false)]
    [InlineData(ReadBody.MaxNoteLength + 1, 0, true)]
    [InlineData(ReadBody.MaxNoteLength + 1, ReadBody.MaxNoteLength + 1, true)]
    [InlineData(3 * ReadBody.MaxNoteLength, 5, true)]
    public async Task A_note_is_read_as_far_as_it_is_wanted(int length, long announced, bool isCut)
    {
        var text = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        using var content = new StreamContent(new MemoryStream(text));
        content.Headers.ContentLength = announced;

        using var body = await ReadBody.OfAsync(content, ReadBody.MaxNoteLength, isNote: true, TestContext.Current.CancellationToken);

        Assert.Equal(isCut, body.IsCut);
        Assert.True(body.Bytes.Span.SequenceEqual(text.AsSpan(0, Math.Min(length, ReadBody.MaxNoteLength))));
    }
}
