using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What is known of offsets between a change and its observation.</summary>
public sealed class KnownOffsetsTests
{
    private const string Zero = """{"partition":{"p":0},"offset":{"o":1}}""";
    private const string One = """{"partition":{"p":1},"offset":{"o":2}}""";

    [Theory]
    [InlineData("2024-01-01T00:00:11Z", "2024-01-01T00:00:10Z")]
    [InlineData("2024-01-01T00:00:11.5Z", "2024-01-01T00:00:11.4Z")]
    [InlineData(null, "2024-01-01T00:00:10Z")]
    [InlineData("2024-01-01T00:00:11Z", null)]
    public void What_was_observed_after_the_change_is_what_is_there(string? observed, string? applied)
    {
        var document = Observed(observed, Zero, One);

        var known = KnownOffsets.Of(document, Latest("PATCH", applied, """{"partition":{"p":0},"offset":{"o":9}}"""));

        Assert.Same(document, known.Observed);
        Assert.Same(document.Offsets, known.Now);
        Assert.Equal((false, true), (known.IsEarly, known.IsCertain));
    }

    [Theory]
    [InlineData("PATCH", """{"partition":{"p":0},"offset":{"o":9}}""", """{"p":0}:{"o":9} {"p":1}:{"o":2}""")]
    [InlineData("patch", """{"partition":{"p":7},"offset":{"o":9}}""", """{"p":0}:{"o":1} {"p":1}:{"o":2} {"p":7}:{"o":9}""")]
    [InlineData("PATCH", """{"partition":{"p":0},"offset":null}""", """{"p":0}:{"o":1} {"p":1}:{"o":2}""")]
    [InlineData("DELETE", """{"partition":{"p":1}}""", """{"p":0}:{"o":1}""")]
    [InlineData("DELETE", "", "")]
    public void What_was_observed_before_it_is_what_the_change_has_left(string type, string changed, string expected)
    {
        var known = KnownOffsets.Of(Observed("2024-01-01T00:00:10Z", Zero, One), Latest(type, "2024-01-01T00:00:10.7Z", changed));

        Assert.Equal((true, true), (known.IsEarly, known.IsCertain));
        Assert.Equal(expected, string.Join(' ', known.Now.Select(o => $"{o.Partition}:{o.Offset}")));
    }

    [Theory]
    [InlineData("PATCH", """{"partition":{"a":1,"b":1},"offset":{"o":9}}""", """{"b":1,"a":1}:{"o":1} {"a":1,"b":1}:{"o":9}""")]
    [InlineData("DELETE", """{"partition":{"b":1,"a":1}}""", """{"a":1,"b":1}:{"o":2}""")]
    [InlineData("PATCH", """{"partition":{"b":1,"a":1},"offset":{"o":9}},{"partition":{"a":1,"b":1},"offset":{"o":8}}""", """{"b":1,"a":1}:{"o":9} {"a":1,"b":1}:{"o":8}""")]
    public void A_change_is_of_the_partition_of_its_order_alone(string type, string changed, string expected)
    {
        var observed = Observed("2024-01-01T00:00:10Z", """{"partition":{"b":1,"a":1},"offset":{"o":1}}""", """{"partition":{"a":1,"b":1},"offset":{"o":2}}""");

        var known = KnownOffsets.Of(observed, Latest(type, "2024-01-01T00:00:11Z", changed));

        Assert.Equal(expected, string.Join(' ', known.Now.Select(o => $"{o.Partition}:{o.Offset}")));
    }

    [Fact]
    public void A_change_adds_a_partition_that_differs_in_the_order_of_its_members_from_one_that_it_names_too()
    {
        var observed = Observed("2024-01-01T00:00:10Z", """{"partition":{"b":1,"a":1},"offset":{"o":1}}""");

        var known = KnownOffsets.Of(observed, Latest("PATCH", "2024-01-01T00:00:11Z", """{"partition":{"a":1,"b":1},"offset":{"o":5}},{"partition":{"b":1,"a":1},"offset":{"o":6}}"""));

        Assert.Equal("""{"b":1,"a":1}:{"o":6} {"a":1,"b":1}:{"o":5}""", string.Join(' ', known.Now.Select(o => $"{o.Partition}:{o.Offset}")));
    }

    [Theory]
    [InlineData("PATCH", "")]
    [InlineData("MERGE", """{"partition":{"p":0},"offset":{"o":9}}""")]
    [InlineData(null, """{"partition":{"p":0},"offset":{"o":9}}""")]
    public void What_an_unknown_change_has_left_is_not_known(string? type, string changed)
    {
        var document = Observed("2024-01-01T00:00:10Z", Zero);

        var known = KnownOffsets.Of(document, Latest(type, "2024-01-01T00:00:11Z", changed));

        Assert.Same(document, known.Observed);
        Assert.Same(document.Offsets, known.Now);
        Assert.Equal((true, false), (known.IsEarly, known.IsCertain));
    }

    private static OffsetsDocument Observed(string? at, params string[] items) =>
        new("lcc-1", "x", Items(string.Join(',', items)), ServerTime.TryParse(at));

    private static RequestBaseline Latest(string? type, string? applied, string items) =>
        new(type, Items(items), null, true) { AppliedAt = ServerTime.TryParse(applied) };

    private static IReadOnlyList<PartitionOffset> Items(string items) =>
        DocumentReader.ReadOffsets(System.Text.Encoding.UTF8.GetBytes($"{{\"offsets\":[{items}]}}")).Offsets;
}
