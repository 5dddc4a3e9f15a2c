using ConfluentOffsets.Soak;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>The soak of <c>build.ps1 Soak</c>, small: real HTTP, faults of all kinds, every result checked.</summary>
public sealed class SoakTests
{
    private static readonly string[] s_operations = ["Get", "Set", "Reset", "Wait", "List", "Status"];

    [Fact]
    public async Task Many_operations_at_once_over_bad_connections_all_end_right()
    {
        var options = new SoakOptions(Count: 200, Seed: 5);

        var report = await SoakRun.RunAsync(options, TestContext.Current.CancellationToken);

        using var table = new StringWriter();
        report.WriteTo(table, options);
        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Assert.True(report.Violations == 0, table.ToString());
        Assert.All(s_operations, o => Assert.NotEqual(0, report.CountOf(o)));
        Assert.InRange(report.Faults.Where(f => f.Key != Fault.None).Sum(f => f.Value), 10, 100);
    }

    [Theory]
    [InlineData("--count")]
    [InlineData("--count", "many")]
    [InlineData("--count", "0")]
    [InlineData("--often", "3")]
    public void Arguments_that_are_not_known_are_refused(params string[] arguments) =>
        Assert.Throws<ArgumentException>(() => SoakOptions.Parse(arguments));

    [Fact]
    public void Arguments_set_what_is_soaked() =>
        Assert.Equal(new SoakOptions(7, 8, 9, 10), SoakOptions.Parse(["--count", "7", "--seed", "8", "--parallel", "9", "--speed", "10"]));
}
