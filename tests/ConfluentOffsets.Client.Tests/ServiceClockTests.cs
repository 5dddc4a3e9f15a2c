using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ServiceClockTests
{
    private readonly SimulatedClock _local = new();
    private readonly ServiceClock _clock;

    public ServiceClockTests() => _clock = new ServiceClock(_local);

    private DateTimeOffset Now => _local.GetUtcNow();

    [Fact]
    public void Without_a_date_of_the_service_this_machine_s_clock_counts()
    {
        Note(null);

        Assert.Equal(TimeSpan.FromSeconds(30), Age(-30));
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(0)]
    [InlineData(-3600)]
    public void The_service_s_date_counts_however_wrong_this_machine_s_is(int ahead)
    {
        Note(Now.AddSeconds(ahead));

        Assert.Equal(TimeSpan.FromSeconds(30), Age(ahead - 30));
    }

    [Fact]
    public void Time_goes_on_between_two_answers()
    {
        Note(Now.AddHours(1));
        _local.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(TimeSpan.FromSeconds(90), Age(3600 - 90));
    }

    [Fact]
    public void The_latest_date_counts_and_an_answer_without_one_changes_nothing()
    {
        Note(Now.AddHours(1));
        Note(Now.AddHours(2));
        Note(null);

        Assert.Equal(TimeSpan.Zero, Age(7200));
    }

    [Fact]
    public void The_date_of_a_cached_answer_does_not_count()
    {
        Note(Now.AddHours(-1), age: TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.Zero, Age(0));
    }

    [Fact]
    public void What_is_yet_to_come_is_younger_than_nothing() => Assert.Equal(TimeSpan.FromSeconds(-10), Age(10));

    [Fact]
    public void What_was_never_observed_is_older_than_everything() => Assert.Equal(TimeSpan.MaxValue, _clock.Age(null));

    [Fact]
    public async Task A_connection_takes_note_of_its_answers_also_of_refusals()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 403, "{}", new Dictionary<string, string> { ["Date"] = "Tue, 20 Feb 2024 17:00:00 GMT" });

        await service.GetFailureAsync();

        Assert.Equal(TimeSpan.FromHours(2), service.Connection.Clock.Age(service.Clock.GetUtcNow().UtcDateTime));
    }

    private TimeSpan Age(int seconds) => _clock.Age(Now.AddSeconds(seconds).UtcDateTime);

    private void Note(DateTimeOffset? date, TimeSpan? age = null)
    {
        using var response = new HttpResponseMessage();
        response.Headers.Date = date;
        response.Headers.Age = age;
        _clock.Note(response);
    }
}
