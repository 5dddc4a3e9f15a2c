using System.Globalization;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>A POST that leaves long after its baseline was read: held back, refused before, or after a prompt.</summary>
public sealed class LastLookTests : IDisposable
{
    private static readonly string s_earlier = Given.StatusText("APPLIED", Given.Before, Given.OtherOffsets);

    private readonly TestService _service = new();
    private readonly List<string> _told = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(3, 1)]
    [InlineData(60, 2)]
    public async Task What_was_held_back_for_long_is_looked_at_again_before_it_leaves(int seconds, int looks)
    {
        _service.ShowsStatus(s_earlier);
        Accepts();

        await SubmitHeldBackAsync(seconds);

        Assert.Equal(looks, _service.StatusReads.Count);
        Assert.Equal(looks == 2 ? ["looked again", "sending"] : ["sending"], _told);
        Assert.InRange(_service.Posts[0].At - _service.StatusReads[^1].At, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("APPLIED", "so what was prepared is no longer so. Nothing was sent.")]
    [InlineData("PENDING", "Another PATCH request requested at ")]
    public async Task Another_s_request_meanwhile_keeps_it_back(string phase, string says)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText(phase));

        var failure = await Assert.ThrowsAsync<ServiceException>(() => SubmitHeldBackAsync(30));

        Assert.Equal((FailureKind.Conflict, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_service.Posts);
        Assert.DoesNotContain("sending", _told);
    }

    [Fact]
    public async Task What_is_thrown_after_that_look_keeps_it_back_as_it_is()
    {
        _service.ShowsStatus(s_earlier);
        var alteration = new OffsetAlteration(_service.Api) { LookedAgain = (_, _, _) => throw new InvalidOperationException("stale") };
        var baseline = await alteration.ReadBaselineAsync(Given.Connector, Token);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => SubmitAsync(alteration, baseline, null));

        Assert.Equal("stale", failure.Message);
        Assert.Empty(_service.Posts);
    }

    [Fact]
    public async Task A_look_that_fails_is_repeated_like_the_post_itself()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("oops", 503).ShowsStatus("oops", 503).ShowsStatus(s_earlier);
        Accepts();
        var baseline = await Alteration().ReadBaselineAsync(Given.Connector, Token);

        await SubmitAsync(Alteration(), baseline, null);

        Assert.Equal(4, _service.StatusReads.Count);
        Assert.Single(_service.Posts);
        Assert.Equal(["looked again", "sending"], _told);
    }

    [Fact]
    public async Task A_look_that_fails_again_and_again_keeps_it_back()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("oops", 503);
        var baseline = await Alteration().ReadBaselineAsync(Given.Connector, Token);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => SubmitAsync(Alteration(), baseline, null));

        Assert.Equal((FailureKind.ServiceUnavailable, "GET", false), (failure.Kind, failure.Method, failure.MayHaveBeenProcessed));
        Assert.Empty(_service.Posts);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task What_a_gateway_sent_twice_and_answered_by_429_is_not_sent_again()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING"));
        _service.Handler.Answer("POST", TestService.RequestPath, 429, null);

        var request = await SubmitAsync(Alteration(), await Alteration().ReadBaselineAsync(Given.Connector, Token), _service.Clock.GetTimestamp());

        Assert.Equal((Given.After, "lcc-1"), (request.RequestedAt?.Text, request.ConnectorId));
        Assert.Single(_service.Posts);
        Assert.Equal(["sending", "not taken"], _told);
        Assert.Contains(_service.Verbose, v => v.Contains("sent it twice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task So_it_is_after_the_last_429()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING"));
        service.Handler.Answer("POST", TestService.RequestPath, 429, null);

        var request = await new OffsetAlteration(service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token);

        Assert.Equal(Given.After, request.RequestedAt?.Text);
        Assert.Single(service.Posts);
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("APPLIED")]
    public async Task Another_s_request_after_a_429_is_a_conflict(string phase)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText(phase, type: "DELETE"));
        _service.Handler.Answer("POST", TestService.RequestPath, 429, null);

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token));

        Assert.Equal((FailureKind.Conflict, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.DoesNotContain("Nothing was sent", failure.Message, StringComparison.Ordinal);
        Assert.Single(_service.Posts);
    }

    [Fact]
    public async Task A_request_that_is_stopped_while_it_is_held_back_was_not_sent()
    {
        _service.ShowsStatus(s_earlier);
        var baseline = await Alteration().ReadBaselineAsync(Given.Connector, Token);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _service.Clock.Frozen = true;
        _service.Connection.HoldBack.Hold(TimeSpan.FromSeconds(30));
        var call = Alteration().SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), baseline, _service.Clock.GetTimestamp(), source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(_told);
        Assert.Empty(_service.Posts);
    }

    [Fact]
    public async Task A_connection_that_is_closed_while_a_request_is_held_back_sends_nothing()
    {
        _service.ShowsStatus(s_earlier);
        var log = new CallLog(text =>
        {
            if (text.StartsWith("Held back", StringComparison.Ordinal))
                _service.Connection.Dispose();
        });
        var alteration = Alteration(new OffsetsApi(_service.Connection, new Caller(log)));
        var baseline = await alteration.ReadBaselineAsync(Given.Connector, Token);
        _service.Connection.HoldBack.Hold(TimeSpan.FromSeconds(2));

        var call = SubmitAsync(alteration, baseline, _service.Clock.GetTimestamp());

        var failure = await Assert.ThrowsAsync<ServiceException>(() => call);
        Assert.Equal((FailureKind.Disconnected, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.Empty(_told);
        Assert.Empty(_service.Posts);
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(-2, true)]
    public async Task An_earlier_request_of_one_s_own_that_shows_late_is_not_taken_for_this_one(int secondsAfter, bool isFound)
    {
        // When the baseline was read, by the service's clock, against when what it shows then was requested.
        var date = DateTimeOffset.Parse(Given.After, CultureInfo.InvariantCulture).AddSeconds(secondsAfter).ToString("R", CultureInfo.InvariantCulture);
        _service.Handler
            .Answer("GET", TestService.StatusPath, 200, s_earlier, new System.Collections.Hashtable { ["Date"] = date })
            .Answer("GET", TestService.StatusPath, 200, Given.StatusText("APPLIED"), new System.Collections.Hashtable { ["Date"] = date })
            .Fail("POST", TestService.RequestPath, StubFault.Lost);

        var call = () => new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token);

        if (isFound)
            Assert.Equal(Given.After, (await call()).RequestedAt?.Text);
        else
            Assert.Equal(FailureKind.Uncertain, (await Assert.ThrowsAsync<ServiceException>(call)).Kind);
    }

    [Fact]
    public async Task A_look_that_was_held_back_itself_is_made_again()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING", type: "DELETE"));
        _service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{}");
        var isHeld = false;
        var alteration = new OffsetAlteration(_service.Api)
        {
            LookedAgain = async (within, _, token) =>
            {
                if (!isHeld)
                    _service.Connection.HoldBack.Hold(TimeSpan.FromSeconds(40));
                isHeld = true;
                await within.GetOffsetsAsync(Given.Connector, singleAttempt: true, token);
            },
        };

        var failure = await Assert.ThrowsAsync<ServiceException>(async () => await SubmitAsync(alteration, await alteration.ReadBaselineAsync(Given.Connector, Token), null));

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Empty(_service.Posts);
    }

    [Fact]
    public async Task A_look_that_fails_after_a_429_says_what_it_was_for()
    {
        _service.ShowsStatus(s_earlier).ShowsStatus("""{"message":"oops"}""", 403);
        _service.Handler.Answer("POST", TestService.RequestPath, 429, null);

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token));

        Assert.Equal(FailureKind.AccessDenied, failure.Kind);
        Assert.Contains("refused the request for now", failure.Message, StringComparison.Ordinal);
        Assert.Contains("oops", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_401_to_the_second_copy_makes_no_third()
    {
        using var service = ExchangingService.Service();
        service.Handler
            .Answer("POST", ExchangingService.TokenPath, 200, ExchangingService.Token("t1", "900"))
            .Answer("POST", ExchangingService.TokenPath, 200, ExchangingService.Token("t2", "900"))
            .Answer("POST", TestService.RequestPath, 401, null)
            .Answer("POST", TestService.RequestPath, 202, null);
        service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING"));

        var request = await new OffsetAlteration(service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token);

        Assert.Equal(Given.After, request.RequestedAt?.Text);
        Assert.Single(service.Posts, p => p.Path.EndsWith(TestService.RequestPath, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_after_a_401_leaves_the_request_not_taken()
    {
        using var service = ExchangingService.Service(maxRetryCount: 0);
        service.Handler
            .Answer("POST", ExchangingService.TokenPath, 200, ExchangingService.Token("t1", "900"))
            .Answer("POST", ExchangingService.TokenPath, 429, null)
            .Answer("POST", TestService.RequestPath, 401, null);
        service.ShowsStatus(s_earlier);

        await Assert.ThrowsAsync<ServiceException>(
            () => Alteration(service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token));

        Assert.Equal(["sending", "not taken"], _told);
        Assert.Single(service.StatusReads);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Another_refusal_of_the_second_copy_is_looked_into_once(int status)
    {
        _service.ShowsStatus(s_earlier).ShowsStatus(Given.StatusText("PENDING"));
        _service.Handler.Answer("POST", TestService.RequestPath, status, "{}");

        var request = await new OffsetAlteration(_service.Api).SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token);

        Assert.Equal(Given.After, request.RequestedAt?.Text);
        Assert.Single(_service.Posts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_stops_or_disconnects_while_the_backup_is_written_sends_nothing(bool disconnects)
    {
        _service.ShowsStatus(s_earlier);
        Accepts();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var alteration = new OffsetAlteration(_service.Api)
        {
            Leaving = disconnects ? _service.Connection.Dispose : stop.Cancel,
            Sending = () => _told.Add("sending"),
        };

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => alteration.SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), stop.Token));

        Assert.True(disconnects ? failure is ServiceException { Kind: FailureKind.Disconnected, MayHaveBeenProcessed: false } : failure is OperationCanceledException);
        Assert.Empty(_told);
        Assert.Empty(_service.Posts);
    }

    [Fact]
    public async Task What_was_called_off_after_a_429_is_not_said_not_to_have_been_sent()
    {
        _service.ShowsStatus(s_earlier);
        _service.Handler.Answer("POST", TestService.RequestPath, 429, null);
        var alteration = new OffsetAlteration(_service.Api) { IsCalledOff = () => _service.Posts.Count > 0 };

        var failure = await Assert.ThrowsAsync<ServiceException>(() => alteration.SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), Token));

        Assert.Equal((FailureKind.RateLimited, false), (failure.Kind, failure.MayHaveBeenProcessed));
        Assert.Single(_service.Posts);
    }

    private OffsetAlteration Alteration(OffsetsApi? api = null) => new(api ?? _service.Api)
    {
        Sending = () => _told.Add("sending"),
        NotTaken = () => _told.Add("not taken"),
        LookedAgain = (_, _, _) =>
        {
            _told.Add("looked again");
            return Task.CompletedTask;
        },
    };

    private void Accepts() => _service.Handler.Answer("POST", TestService.RequestPath, 202, null);

    private async Task<SubmittedRequest> SubmitHeldBackAsync(int seconds)
    {
        var readAt = _service.Clock.GetTimestamp();
        var baseline = await Alteration().ReadBaselineAsync(Given.Connector, Token);
        _service.Connection.HoldBack.Hold(TimeSpan.FromSeconds(seconds));
        return await SubmitAsync(Alteration(), baseline, readAt);
    }

    private static Task<SubmittedRequest> SubmitAsync(OffsetAlteration alteration, RequestBaseline baseline, long? readAt) =>
        alteration.SubmitAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), baseline, readAt, Token);
}
