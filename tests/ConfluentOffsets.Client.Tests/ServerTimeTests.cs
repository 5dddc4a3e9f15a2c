using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ServerTimeTests
{
    [Theory]
    [InlineData("2024-02-20T15:14:19.0000000Z", "2024-02-20 15:14:19+00:00")]
    [InlineData("2024-02-20T15:14:19.1234500Z", "2024-02-20 15:14:19.12345+00:00")]
    public void Of_writes_what_TryParse_reads(string time, string text)
    {
        var utc = DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal);

        Assert.Equal(text, ServerTime.Of(utc).Text);
        Assert.Equal(utc, ServerTime.Of(utc).Utc);
    }

    [Theory]
    [InlineData("2024-02-20 15:14:19+00:00", "2024-02-20T15:14:19.0000000Z")]
    [InlineData("2024-02-20T15:14:20+0000", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20T15:14:20Z", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20t15:14:20z", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20 15:14:20 UTC", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20T15:14:20", "2024-02-20T15:14:20.0000000Z")]
    [InlineData(" 2024-02-20T15:14:20Z ", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20T15:14:20.1Z", "2024-02-20T15:14:20.1000000Z")]
    [InlineData("2024-02-20T15:14:20.000001Z", "2024-02-20T15:14:20.0000010Z")]
    [InlineData("2024-02-20T15:14:20.123456789Z", "2024-02-20T15:14:20.1234567Z")]
    [InlineData("2024-02-20 15:14:20.999999999+0000", "2024-02-20T15:14:20.9999999Z")]
    [InlineData("2024-02-20T16:44:20.5+01:30", "2024-02-20T15:14:20.5000000Z")]
    [InlineData("2024-02-20T16:44:20+0130", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20T16:14:20+01", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("2024-02-20T16:14:20+01:", "2024-02-20T15:14:20.0000000Z")]
    [InlineData("\u00a02024-02-20T16:14:20,25 \t+01:00\n", "2024-02-20T15:14:20.2500000Z")]
    [InlineData("2024-02-20T20:14:20-08:00", "2024-02-21T04:14:20.0000000Z")]
    [InlineData("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00.0000000Z")]
    [InlineData("2000-02-29T23:59:59Z", "2000-02-29T23:59:59.0000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.0000000Z")]
    public void TryParse_reads_what_the_service_writes(string text, string expected) =>
        Assert.Equal(expected, ServerTime.TryParse(text)?.Utc.ToString("O"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("1708442059")]
    [InlineData("2024-02-20")]
    [InlineData("15:14:19")]
    [InlineData("2024-02-30T15:14:20Z")]
    [InlineData("2023-02-29T15:14:20Z")]
    [InlineData("2024-13-20T15:14:20Z")]
    [InlineData("2024-00-20T15:14:20Z")]
    [InlineData("2024-02-00T15:14:20Z")]
    [InlineData("0000-02-20T15:14:20Z")]
    [InlineData("2024-02-20T15:60:20Z")]
    [InlineData("2024-02-20T-1:14:20Z")]
    [InlineData("2024-02-20T15:14: 9Z")]
    [InlineData("2024-02-20T24:00:00Z")]
    [InlineData("2024-02-20T15:14:60Z")]
    [InlineData("2024-02-20T15:14Z")]
    [InlineData("24-02-20T15:14:20Z")]
    [InlineData("02/20/2024 15:14:20")]
    [InlineData("2024-02-20T15:14:20.Z")]
    [InlineData("2024-02-20T15:14:20.1234567890Z")]
    [InlineData("2024-02-20T15:14:20+1")]
    [InlineData("2024-02-20T15:14:20+01:3")]
    [InlineData("2024-02-20T15:14:20+01:300")]
    [InlineData("2024-02-20T15:14:20+0\u0661")]
    [InlineData("2024-02-20'15:14:20Z")]
    [InlineData("2024-02-20T15:14:20 CET")]
    [InlineData("2024-02-20T15:14:20Z and more")]
    [InlineData("٢٠٢٤-٠٢-٢٠T15:14:20Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    public void TryParse_gives_null_for_anything_else(string? text) => Assert.Null(ServerTime.TryParse(text));

    [Fact]
    public void TryParse_keeps_the_text_and_the_digits()
    {
        var time = ServerTime.TryParse("2024-02-20T15:14:20.123456789Z");

        Assert.Equal("2024-02-20T15:14:20.123456789Z", time?.Text);
        Assert.Equal("123456789", time?.Fraction);
        Assert.Equal(DateTimeKind.Utc, time?.Utc.Kind);
    }

    [Theory]
    [InlineData("2024-02-20 15:14:19+00:00", "2024-02-20T15:14:19+0000")]
    [InlineData("2024-02-20 15:14:19+00:00", "2024-02-20T15:14:19.999999999Z")]
    [InlineData("2024-02-20T15:14:19.123Z", "2024-02-20T15:14:19.123456789Z")]
    [InlineData("2024-02-20T15:14:19.000Z", "2024-02-20T15:14:19Z")]
    [InlineData("2024-02-20T16:14:19+01:00", "2024-02-20T15:14:19.5Z")]
    [InlineData("2024-02-20T15:14:19.123456789Z", "2024-02-20T15:14:19.123456789Z")]
    public void Same_compares_at_the_coarser_resolution(string left, string right)
    {
        Assert.True(Time(left).Same(Time(right)));
        Assert.True(Time(right).Same(Time(left)));
    }

    [Theory]
    [InlineData("2024-02-20 15:14:19+00:00", "2024-02-20T15:14:20+0000")]
    [InlineData("2024-02-20 15:14:20+00:00", "2024-02-20T15:14:19.999999999Z")]
    [InlineData("2024-02-20T15:14:19.123Z", "2024-02-20T15:14:19.124456789Z")]
    [InlineData("2024-02-20T15:14:19.123456788Z", "2024-02-20T15:14:19.123456789Z")]
    [InlineData("2024-02-20T15:14:19+01:00", "2024-02-20T15:14:19Z")]
    [InlineData("2024-02-20T15:14:19Z", "2024-02-21T15:14:19Z")]
    public void Same_tells_other_times_apart(string left, string right)
    {
        Assert.False(Time(left).Same(Time(right)));
        Assert.False(Time(right).Same(Time(left)));
    }

    [Theory]
    [InlineData("2024-02-20T15:14:20Z", "2024-02-20 15:14:19+00:00", true)]
    [InlineData("2024-02-20T15:14:20Z", "2024-02-20T15:14:19.999999999Z", true)]
    [InlineData("2024-02-20T15:14:19.2Z", "2024-02-20T15:14:19.1Z", true)]
    [InlineData("2024-02-20T15:14:19.000000002Z", "2024-02-20T15:14:19.000000001Z", false)]
    [InlineData("2024-02-20T15:14:19.9Z", "2024-02-20T15:14:19Z", false)]
    [InlineData("2024-02-20T15:14:19.19Z", "2024-02-20T15:14:19.1Z", false)]
    [InlineData("2024-02-20T15:14:19Z", "2024-02-20T15:14:19Z", false)]
    [InlineData("2024-02-20T15:14:19Z", "2024-02-20T15:14:19.5Z", false)]
    [InlineData("2024-02-20T15:14:18Z", "2024-02-20T15:14:19Z", false)]
    [InlineData("2024-02-20T16:14:18+01:00", "2024-02-20T15:14:19Z", false)]
    [InlineData("2024-02-20T14:14:20-01:00", "2024-02-20T15:14:19Z", true)]
    public void IsAfter_is_true_only_for_what_is_surely_later(string left, string right, bool expected) =>
        Assert.Equal(expected, Time(left).IsAfter(Time(right)));

    [Theory]
    [InlineData("2024-02-20T15:14:20Z", true)]
    [InlineData("2024-02-20 15:14:20 UTC", true)]
    [InlineData("2024-02-20T15:14:20+0000", true)]
    [InlineData("2024-02-20T15:14:20-08", true)]
    [InlineData("2024-02-20T15:14:20", false)]
    [InlineData("2024-02-20 15:14:20.5 ", false)]
    public void HasZone_says_whether_the_text_does(string text, bool expected) => Assert.Equal(expected, Time(text).HasZone);

    private static ServerTime Time(string text) => Assert.IsType<ServerTime>(ServerTime.TryParse(text));
}
