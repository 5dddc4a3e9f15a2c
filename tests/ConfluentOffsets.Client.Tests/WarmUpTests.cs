using ConfluentOffsets.Client.Http;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class WarmUpTests
{
    [Fact]
    public async Task Its_request_goes_through_the_whole_stack_and_is_answered() =>
        Assert.True(await WarmUp.RunAsync());
}
