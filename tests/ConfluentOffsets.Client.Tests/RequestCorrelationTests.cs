using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class RequestCorrelationTests
{
    private const string SinkZero = """[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":5}}]""";
    private const string SinkZeroText = """[{"partition":{"kafka_partition":"0","kafka_topic":"t"},"offset":{"kafka_offset":"5"}}]""";
    private const string SourceOne = """[{"partition":{"p":1},"offset":{"o":100000}}]""";

    /// <summary>A finished PATCH of other offsets, some minutes before ours.</summary>
    private static RequestBaseline Earlier { get; } = RequestBaseline.Of(Given.Status("APPLIED", Given.Before, Given.OtherOffsets));

    [Theory]
    [InlineData("PENDING")]
    [InlineData("PENDING_VALIDATION")]
    [InlineData("APPLIED")]
    [InlineData("FAILED")]
    public void A_status_with_our_time_type_and_offsets_is_ours(string phase) =>
        AssertOwner("Ours", Given.Status(phase), Given.Request(Earlier));

    [Fact]
    public void The_status_from_before_is_the_baseline()
    {
        AssertOwner("Baseline", Given.Status("APPLIED", Given.Before, Given.OtherOffsets), Given.Request(Earlier));
        AssertOwner("Baseline", Given.Status("FAILED", Given.Before, Given.OtherOffsets), Given.Request(Earlier));
    }

    [Theory]
    [InlineData("2024-02-20T15:14:19.000Z")]
    [InlineData("2024-02-20T15:14:19.999999999Z")]
    [InlineData("2024-02-20T16:14:19+0100")]
    public void The_baseline_is_known_at_another_resolution(string requestedAt) =>
        AssertOwner("Baseline", Given.Status("APPLIED", requestedAt, Given.OtherOffsets), Given.Request(Earlier));

    [Fact]
    public void The_baseline_is_known_by_its_numbers_in_any_notation()
    {
        var baseline = RequestBaseline.Of(Given.Status("APPLIED", Given.Before, SinkZero));

        AssertOwner("Baseline", Given.Status("APPLIED", Given.Before, SinkZeroText), Given.Request(baseline));
    }

    [Theory]
    [InlineData("2024-02-20 15:20:01+00:00", Given.Offsets, "PATCH")]
    [InlineData(Given.After, Given.OtherOffsets, "PATCH")]
    [InlineData(Given.After, Given.Offsets, "DELETE")]
    [InlineData(Given.After, Given.Offsets, "REPLACE")]
    [InlineData(Given.Before, Given.Offsets, "PATCH")]
    public void A_status_of_another_time_type_or_list_is_of_another(string requestedAt, string offsets, string type) =>
        AssertOwner("Other", Given.Status("APPLIED", requestedAt, offsets, type), Given.Request(Earlier));

    [Theory]
    [InlineData("2024-02-20T15:19:59Z", Given.After, "Baseline")]
    [InlineData("2024-02-20T15:20:00.4Z", "2024-02-20T15:20:00.5Z", "Baseline")]
    [InlineData("2024-02-20T15:20:00.4Z", Given.After, "Other")]
    [InlineData("2024-02-20T15:20:01Z", Given.After, "Other")]
    [InlineData(null, Given.After, "Other")]
    [InlineData("2024-02-20T15:19:59Z", null, "Other")]
    public void A_request_of_another_that_was_made_before_ours_has_not_taken_its_place(string? shown, string? ours, string owner)
    {
        // The baseline was late: it showed none, or an earlier one.
        var status = Given.Status("APPLIED", shown, SinkZero, "DELETE");

        AssertOwner(owner, status, Given.Request(RequestBaseline.None, requestedAt: ours));
        AssertOwner(owner, status, Given.Request(Earlier, requestedAt: ours));
    }

    [Theory]
    [InlineData("2024-02-20 15:20:00+00:00", "2024-02-20T15:20:00.123456789Z")]
    [InlineData("2024-02-20T15:20:00.123Z", "2024-02-20T15:20:00.123456789Z")]
    [InlineData("2024-02-20T15:20:00.123456789Z", "2024-02-20 15:20:00+0000")]
    public void Our_time_is_compared_at_the_coarser_resolution(string accepted, string shown) =>
        AssertOwner("Ours", Given.Status("APPLIED", shown), Given.Request(Earlier, requestedAt: accepted));

    [Fact]
    public void The_clock_of_the_client_does_not_count() =>
        AssertOwner("Ours", Given.Status("APPLIED", "1999-01-01T00:00:00Z"), Given.Request(Earlier, requestedAt: "1999-01-01T00:00:00Z"));

    [Fact]
    public void A_time_that_the_acceptance_did_not_give_does_not_count() =>
        AssertOwner("Ours", Given.Status("APPLIED", "2024-02-20T15:19:59Z"), Given.Request(Earlier, requestedAt: null));

    [Fact]
    public void A_status_without_a_time_differs_from_a_baseline_with_one() =>
        AssertOwner("Ours", Given.Status("APPLIED", requestedAt: null), Given.Request(Earlier));

    [Theory]
    [InlineData(SinkZero, SinkZeroText)]
    [InlineData(SinkZeroText, SinkZero)]
    [InlineData(SourceOne, """[{"partition":{"p":1.0},"offset":{"o":1E5}}]""")]
    [InlineData(SourceOne, """[{"offset":{"o":100000.0},"partition":{"p":1},"more":1}]""")]
    [InlineData("""[{"partition":{"a":1},"offset":{"o":1}},{"partition":{"a":2},"offset":{"o":2}}]""", """[{"partition":{"a":2},"offset":{"o":2}},{"partition":{"a":1},"offset":{"o":1}}]""")]
    public void An_echo_in_another_notation_or_order_is_ours(string sent, string shown) =>
        AssertOwner("Ours", Given.Status("APPLIED", offsets: shown), Given.Request(Earlier, offsets: sent));

    [Theory]
    [InlineData(SourceOne, """[{"partition":{"p":"1"},"offset":{"o":100000}}]""")]
    [InlineData(SourceOne, """[{"partition":{"p":1},"offset":{"o":"100000"}}]""")]
    [InlineData(SourceOne, """[{"partition":{"p":1},"offset":{"o":100001}}]""")]
    [InlineData(SourceOne, """[{"partition":{"p":1},"offset":{"o":100000}},{"partition":{"p":2},"offset":{"o":1}}]""")]
    [InlineData("""[{"partition":{"a":1},"offset":{"o":1}},{"partition":{"a":2},"offset":{"o":2}}]""", """[{"partition":{"a":1},"offset":{"o":1}},{"partition":{"a":1},"offset":{"o":1}}]""")]
    [InlineData(SinkZero, """[{"partition":{"kafka_topic":"t","kafka_partition":1},"offset":{"kafka_offset":5}}]""")]
    public void An_echo_of_other_content_is_not_ours(string sent, string shown) =>
        AssertOwner("Other", Given.Status("APPLIED", offsets: shown), Given.Request(Earlier, offsets: sent));

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("[]")]
    public void A_delete_of_everything_is_ours_whatever_stands_for_no_list(string? shown)
    {
        var request = Given.Request(Earlier, offsets: null, type: "DELETE");

        AssertOwner("Ours", Given.Status("APPLIED", offsets: shown, type: "DELETE"), request);
        AssertOwner("Ours", Given.Status("APPLIED", offsets: shown, type: "DELETE"), request, strict: true);
    }

    [Theory]
    [InlineData(null, "[]")]
    [InlineData("[]", "null")]
    [InlineData("null", null)]
    public void A_delete_from_before_is_the_baseline_whatever_stands_for_no_list(string? before, string? shown)
    {
        var baseline = RequestBaseline.Of(Given.Status("APPLIED", Given.Before, before, "DELETE"));
        var request = Given.Request(baseline, offsets: null, type: "DELETE");

        AssertOwner("Baseline", Given.Status("APPLIED", Given.Before, shown, "DELETE"), request);
    }

    [Fact]
    public void A_delete_of_everything_does_not_take_a_list_for_its_own() =>
        AssertOwner("Other", Given.Status("APPLIED", type: "DELETE"), Given.Request(Earlier, offsets: null, type: "DELETE"));

    [Fact]
    public void A_delete_of_some_is_known_by_its_partitions()
    {
        var request = Given.Request(Earlier, offsets: SinkZero, type: "DELETE");

        AssertOwner("Ours", Given.Status("APPLIED", offsets: """[{"partition":{"kafka_topic":"t","kafka_partition":"0"}}]""", type: "DELETE"), request, strict: true);
        AssertOwner("Ours", Given.Status("APPLIED", offsets: """[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":null}]""", type: "DELETE"), request, strict: true);
        AssertOwner("Other", Given.Status("APPLIED", offsets: """[{"partition":{"kafka_topic":"t","kafka_partition":1}}]""", type: "DELETE"), request);
    }

    [Fact]
    public void The_same_again_with_an_identical_stamp_is_the_baseline_while_finished()
    {
        var request = Given.Request(RequestBaseline.Of(Given.Status("APPLIED")));

        AssertOwner("Baseline", Given.Status("APPLIED"), request);
    }

    [Theory]
    [InlineData("APPLIED", "PENDING")]
    [InlineData("FAILED", "PENDING_VALIDATION")]
    [InlineData("APPLIED", "SOMETHING_NEW")]
    public void Going_from_finished_to_unfinished_is_ours_with_an_identical_stamp(string before, string now)
    {
        var request = Given.Request(RequestBaseline.Of(Given.Status(before)));

        AssertOwner("Ours", Given.Status(now), request);
    }

    [Fact]
    public void Going_from_unfinished_to_finished_is_the_baseline()
    {
        var request = Given.Request(RequestBaseline.Of(Given.Status("PENDING")));

        AssertOwner("Baseline", Given.Status("APPLIED"), request);
        AssertOwner("Baseline", Given.Status("PENDING"), request);
    }

    [Fact]
    public void Another_type_at_an_identical_stamp_is_ours()
    {
        var request = Given.Request(RequestBaseline.Of(Given.Status("APPLIED", type: "DELETE")));

        AssertOwner("Ours", Given.Status("APPLIED"), request);
    }

    [Fact]
    public void Other_offsets_at_an_identical_stamp_are_ours()
    {
        var request = Given.Request(RequestBaseline.Of(Given.Status("APPLIED", offsets: Given.OtherOffsets)));

        AssertOwner("Ours", Given.Status("APPLIED"), request);
    }

    [Fact]
    public void After_no_request_at_all_a_status_is_ours_or_of_another()
    {
        AssertOwner("Ours", Given.Status("APPLIED"), Given.Request(RequestBaseline.None));
        AssertOwner("Other", Given.Status("APPLIED", offsets: Given.OtherOffsets), Given.Request(RequestBaseline.None));
    }

    [Fact]
    public void Without_a_baseline_the_latest_request_is_followed() =>
        AssertOwner("Ours", Given.Status("PENDING", Given.Before, Given.OtherOffsets, "DELETE"), Given.Request(baseline: null));

    [Fact]
    public void The_types_of_requests_are_compared_without_case() =>
        AssertOwner("Ours", Given.Status("APPLIED", type: "patch"), Given.Request(Earlier), strict: true);

    [Fact]
    public void The_echo_of_the_acceptance_is_ours_except_to_a_strict_eye()
    {
        var request = Given.Request(Earlier, echo: SourceOne);

        AssertOwner("Ours", Given.Status("APPLIED", offsets: SourceOne), request);
        AssertOwner("Other", Given.Status("APPLIED", offsets: SourceOne), request, strict: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[]")]
    public void A_status_that_shows_no_list_is_ours_except_to_a_strict_eye(string? shown)
    {
        AssertOwner("Ours", Given.Status("APPLIED", offsets: shown), Given.Request(Earlier));
        AssertOwner("Other", Given.Status("APPLIED", offsets: shown), Given.Request(Earlier), strict: true);
    }

    [Fact]
    public void A_status_that_shows_no_type_is_ours_except_to_a_strict_eye()
    {
        AssertOwner("Ours", Given.Status("APPLIED", type: null), Given.Request(Earlier));
        AssertOwner("Other", Given.Status("APPLIED", type: null), Given.Request(Earlier), strict: true);
    }

    [Theory]
    [InlineData("PATCH", SinkZeroText, true)]
    [InlineData("PATCH", null, true)]
    [InlineData("PATCH", "[]", true)]
    [InlineData(null, SinkZero, true)]
    [InlineData("PATCH", Given.Offsets, false)]
    [InlineData("DELETE", SinkZero, false)]
    public void SameContent_tells_whether_only_the_time_would_differ(string? type, string? before, bool same)
    {
        var baseline = RequestBaseline.Of(Given.Status("APPLIED", offsets: before, type: type));

        Assert.Equal(same, RequestCorrelation.SameContent(baseline, "PATCH", Given.Items(SinkZero)));
    }

    [Fact]
    public void SameContent_is_false_after_no_request() =>
        Assert.False(RequestCorrelation.SameContent(RequestBaseline.None, "DELETE", null));

    private static void AssertOwner(string owner, AlterStatusDocument status, SubmittedRequest request, bool strict = false) =>
        Assert.Equal(owner, RequestCorrelation.Owner(status, request, strict).ToString());
}
