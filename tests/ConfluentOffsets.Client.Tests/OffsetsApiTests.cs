using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>404 from the status endpoint: no such connector, or no request yet.</summary>
public sealed class OffsetsApiTests : IDisposable
{
    private readonly TestService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int OffsetReads => _service.Handler.Requests.Count(r => r.Path.EndsWith(TestService.OffsetsPath, StringComparison.Ordinal));

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(200, FailureKind.RequestNotFound)]
    [InlineData(404, FailureKind.ConnectorNotFound)]
    internal async Task The_connectors_offsets_tell_which(int status, FailureKind expected)
    {
        Shows(status);

        Assert.Equal(expected, await GetStatusFailureAsync(Given.Connector));
        Assert.Equal(1, OffsetReads);
    }

    [Fact]
    public async Task Offsets_that_were_read_a_moment_ago_have_told()
    {
        Shows(200);
        await _service.Api.GetOffsetsAsync(Given.Connector, Token);

        Assert.Equal(FailureKind.RequestNotFound, await GetStatusFailureAsync(Given.Connector));
        Assert.Equal(1, OffsetReads);
    }

    [Fact]
    public async Task Offsets_that_were_read_long_ago_have_not()
    {
        Shows(200);
        await _service.Api.GetOffsetsAsync(Given.Connector, Token);
        _service.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(FailureKind.RequestNotFound, await GetStatusFailureAsync(Given.Connector));
        Assert.Equal(2, OffsetReads);
    }

    [Fact]
    public async Task Another_connectors_offsets_tell_nothing()
    {
        Shows(200);
        await _service.Api.GetOffsetsAsync(Given.Connector with { KafkaClusterId = "lkc-other" }, Token);

        await GetStatusFailureAsync(Given.Connector);

        Assert.Equal(2, OffsetReads);
    }

    private void Shows(int status) => _service.Handler.Answer("GET", TestService.OffsetsPath, status, """{"offsets":[]}""");

    private async Task<FailureKind> GetStatusFailureAsync(ConnectorAddress connector) =>
        (await Assert.ThrowsAsync<ServiceException>(() => _service.Api.GetStatusAsync(connector, singleAttempt: false, Token))).Kind;
}
