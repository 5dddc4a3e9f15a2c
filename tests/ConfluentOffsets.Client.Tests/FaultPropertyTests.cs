using System.Globalization;
using System.Net.Http.Headers;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>
/// What holds on every night: never two accepted requests for one intent, never a success that did not happen, never a
/// failure of one that did unless it is said to be uncertain.
/// </summary>
public sealed class FaultPropertyTests : IDisposable
{
    private const int Scripts = 10_000;

    private static readonly string[] s_ends = ["Finished", "TimedOut", "Superseded", "Uncertain", "Conflict", "InvalidRequest"];

    /// <summary>Of POSTs that a gateway sent twice, and whose second copy was refused.</summary>
    private static readonly string[] s_endsOfRepeated =
    [
        "accepted and repeated: Finished", "accepted and repeated: Uncertain",
        "accepted and limited: Finished", "refused and repeated: Conflict", "refused and repeated: InvalidRequest", "refused and repeated: Uncertain",
    ];

    private readonly EventClock _clock = new();
    private readonly FaultyService _service;
    private readonly ServiceConnection _connection;
    private readonly OffsetsApi _api;
    private Random _chance = new(0);

    public FaultPropertyTests()
    {
        _service = new FaultyService(_clock);
        _connection = new ServiceConnection(new ConnectionSettings
        {
            BaseUri = new Uri("https://api.confluent.cloud"),
            Credential = new FixedCredential(new AuthenticationHeaderValue("Bearer", "token-1")),
            PrimaryHandler = _service,
            Time = _clock,
            Chance = () => _chance.NextDouble(),
        });
        _api = new OffsetsApi(_connection, Caller.None);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _service.Dispose();
    }

    [Fact]
    public void Nothing_is_posted_twice_and_no_outcome_is_told_wrongly()
    {
        // One script by hand: CONFLUENTOFFSETS_SEED=1234.
        var one = Environment.GetEnvironmentVariable("CONFLUENTOFFSETS_SEED");
        var seeds = one is null ? Enumerable.Range(1, Scripts) : [int.Parse(one, CultureInfo.InvariantCulture)];
        var wrong = new List<string>();
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var seed in seeds)
        {
            var (outcome, problem) = Play(seed);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (_service.LastPost is (PostFault.Limited, 0) && _service.Accepted.Count > 0)
                outcomes[$"accepted and limited: {outcome}"] = outcomes.GetValueOrDefault($"accepted and limited: {outcome}") + 1;
            if (_service.LastPost is (PostFault.Repeated, < 2))
            {
                var which = $"{(_service.Accepted.Count == 0 ? "refused" : "accepted")} and repeated: {outcome}";
                outcomes[which] = outcomes.GetValueOrDefault(which) + 1;
            }

            if (problem is not null)
                wrong.Add($"{problem} {FaultScript.Draw(seed)}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", outcomes));
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong, as:\n{string.Join('\n', wrong.Take(5))}");

        // The scripts have to reach every end, or nothing was shown.
        if (one is not null)
            return;
        Assert.All(s_ends, o => Assert.InRange(outcomes.GetValueOrDefault(o), 50, Scripts));
        Assert.All(s_endsOfRepeated, o => Assert.InRange(outcomes.GetValueOrDefault(o), 5, Scripts));
    }

    /// <summary>Plays one script.</summary>
    /// <returns>How it ended, and what is wrong with that.</returns>
    private (string Outcome, string? Problem) Play(int seed)
    {
        var script = FaultScript.Draw(seed);
        _chance = new Random(seed);

        // Far from the one before: what a connection remembers is over by then.
        _clock.Restart(new DateTimeOffset(2024, 2, 20, 15, 0, 0, TimeSpan.Zero).AddHours(seed).AddMilliseconds(script.Random.Next(2000)));
        _service.Begin(script);
        var outcome = _clock.Run(() => SubmitAndWaitAsync(script));
        var problem = outcome.Submitted is null ? Problem(script, outcome.Failure!) : Problem(script, outcome.Submitted, outcome.Waited!);

        // Whatever is still on its way counts, too.
        _clock.Restart(_clock.Now.AddMinutes(5));
        _service.CatchUp();
        var accepted = _service.Accepted.Count;
        if (accepted > 1)
            problem = $"Accepted {accepted} times for one intent.";
        else if (accepted == 1 && outcome.Failure is { Kind: not FailureKind.Uncertain } failure)
            problem ??= $"{failure.Kind} ({failure.Message}), but it was accepted.";
        return (outcome.Waited?.Outcome.ToString() ?? outcome.Failure!.Kind.ToString(), problem);
    }

    private async Task<(SubmittedRequest? Submitted, ServiceException? Failure, WaitResult? Waited)> SubmitAndWaitAsync(FaultScript script)
    {
        SubmittedRequest submitted;
        try
        {
            submitted = await new OffsetAlteration(_api).SubmitAsync(Given.Connector, script.TypeOfIntent, Given.Items(script.OffsetsOfIntent), CancellationToken.None);
        }
        catch (ServiceException e)
        {
            return (null, e, null);
        }

        var waited = await new RequestWaiter(_api, new Throttle(8))
            .WaitAsync(Given.Connector, submitted, TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(1), _ => { }, CancellationToken.None);
        return (submitted, null, waited);
    }

    private string? Problem(FaultScript script, SubmittedRequest submitted, WaitResult waited)
    {
        if (_service.Accepted.Count == 0)
            return $"Said to be accepted ({submitted.RequestedAt?.Text}), but it was not.";
        var truth = _service.Accepted[0];
        return waited.Outcome switch
        {
            WaitOutcome.Finished when truth.EndsAt > _clock.Now => "Said to be finished, but it was not.",
            WaitOutcome.Finished when waited.Status!.Phase != truth.End => $"Said to be {waited.Status.Phase}, but it was {truth.End}.",
            WaitOutcome.Superseded when !_service.IsSuperseded => "Said to be superseded, but nobody else took over.",
            WaitOutcome.Refused => $"A wait was given up: {waited.Failure?.Message}",
            not WaitOutcome.Finished when script.IsQuietNight => $"{waited.Outcome}, though nothing kept its end from being seen.",
            _ => null,
        };
    }

    /// <summary>An outcome that any look could have found out is not uncertain.</summary>
    private string? Problem(FaultScript script, ServiceException failure) => failure.Kind == FailureKind.Uncertain && script.IsQuietNight && _service.Accepted switch
    {
        [] => _service.LastPost is (PostFault.Rejected, _) or (PostFault.Repeated, 1),
        [var ours] => script.Lag < 5 && !script.SeesBack && script.Earlier is Earlier.Nothing or Earlier.SameContent && ours.At < _clock.Now.AddSeconds(-10),
        _ => false,
    }
        ? $"Uncertain ({failure.Message}), though any look shows it."
        : null;
}
