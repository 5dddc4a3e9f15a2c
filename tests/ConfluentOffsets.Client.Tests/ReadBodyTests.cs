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

        using var body = await ReadBody.OfAsync(content, isNote: false, TestContext.Current.CancellationToken);

        Assert.Equal(Text, Encoding.UTF8.GetString(body.Bytes.Span));
        Assert.False(body.IsCut);
    }
}
