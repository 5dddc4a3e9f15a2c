using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ServerTimeTests
{
    [Theory]
    [InlineData("2024-02-20 15:14:19+00:00", "2024-02-20T15:14:19.0000000Z")]
    [InlineData("2024-02-20T15:14:20+0000", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20T15:14:20Z", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20T15:14:20.123456789Z", "2024-02-20T15:14:20.1234567Z")]
    [InlineData("2024-02-20T16:44:20.5+01:30", "2024-02-20T15:14:20.5000000Z")]
    public void TryParse_reads_what_the_service_writes(string text, string expected) =>
        Assert.Equal(expected, ServerTime.TryParse(text)?.Utc.ToString("O"));
}
