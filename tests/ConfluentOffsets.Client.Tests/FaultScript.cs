using System.Globalization;

namespace ConfluentOffsets.Client.Tests;

/// <summary>What becomes of a POST on its way.</summary>
internal enum PostFault
{
    /// <summary>None: it is answered.</summary>
    Answered,

    /// <summary>The connection is refused before it is sent.</summary>
    NotConnected,

    /// <summary>429; where a gateway sent it twice, and passes on the answer to the second one, the first was processed (0).</summary>
    Limited,

    /// <summary>400, though nothing stands against it.</summary>
    Rejected,

    /// <summary>The connection breaks.</summary>
    Lost,

    /// <summary>No answer comes.</summary>
    Hangs,

    /// <summary>A 5xx or 408.</summary>
    Fails,

    /// <summary>A proxy's page of success.</summary>
    Page,

    /// <summary>202 with an odd body, or one that breaks off.</summary>
    OddAnswer,

    /// <summary>A redirect.</summary>
    Redirected,

    /// <summary>
    /// A gateway sends it twice, and passes on the answer to the second one: a refusal, where the first was processed (0) or
    /// neither was (1); an acceptance, where only the second was (2).
    /// </summary>
    Repeated,
}

/// <summary>What stood at the service before.</summary>
internal enum Earlier
{
    Nothing,
    OtherContent,
    SameContent,
    Unfinished,
}

/// <summary>One night at the service, drawn from a seed.</summary>
internal sealed class FaultScript
{
    private static readonly double[] s_lags = [0, 0, 0, 0.5, 3, 8, 15];
    private static readonly double[] s_durations = [0, 0.3, 2, 20, 53, 80, double.PositiveInfinity];
    private static readonly double[] s_dateErrors = [0, 0, 0, -30, 30];
    private static readonly double[] s_ages = [0.05, 0.7, 4, 40, 3600];

    private FaultScript(int seed)
    {
        Seed = seed;
        var random = Random = new Random(seed);
        Earlier = Pick(random, Enum.GetValues<Earlier>());
        EarlierAge = Pick(random, s_ages);
        Lag = Pick(random, s_lags);
        Skew = TimeSpan.FromSeconds(random.Next(-3600, 3600));
        DateError = Pick(random, s_dateErrors);
        AnswerDigits = Pick(random, [0, 0, 6, 9]);
        StatusDigits = Pick(random, [0, 0, 6, 9]);
        AnswerTellsTime = random.NextDouble() < 0.8;
        TellsTimes = random.NextDouble() < 0.85;
        TellsOffsets = random.NextDouble() < 0.85;
        NumbersAsText = random.NextDouble() < 0.3;
        Duration = Pick(random, s_durations);
        Fails = random.NextDouble() < 0.3;
        OffsetsOfIntent = random.Next(4) switch
        {
            0 => null,
            1 => Given.OtherOffsets,
            _ => Given.Offsets,
        };
        IsDelete = OffsetsOfIntent is null || random.NextDouble() < 0.2;

        var faults = random.Next(4);
        for (var i = 0; i < faults; i++)
            PostFaults.Enqueue((Pick(random, Enum.GetValues<PostFault>()), random.Next(3)));
        PollFaults = Pick(random, [0, 0, 0.1, 0.5]);

        // Several in a row, just when they hurt.
        DarkAfterPost = Pick(random, [0, 0, 0, 5, 30, 150]);

        // What cannot be told apart by anybody is left out.
        SeesBack = TellsTimes && random.NextDouble() < 0.3;
        OthersAfter = (TellsOffsets || IsDelete) && random.NextDouble() < 0.25 ? random.NextDouble() * 100 : null;
        var isToldByTime = TellsTimes && AnswerTellsTime && PostFaults.All(f => f.Fault != PostFault.OddAnswer)
            && (EarlierAge >= 1 || (AnswerDigits > 0 && StatusDigits > 0));

        // One's own earlier request of the same content: told by the service's date at the POST.
        var isToldFromOurs = (Earlier != Earlier.SameContent && (TellsOffsets || IsDelete))
            || (isToldByTime && EarlierAge >= 4 && DateError >= 0);
        if ((SeesBack || !isToldFromOurs || !isToldByTime) && EarlierAge <= Lag)
            EarlierAge = Lag + 1;

        // A refusal is one to everybody where the first of two shows only after it was looked for, or as what was there
        // before: the status is looked at for 5 s where the request is said to be invalid, for 10 s where it stands in the
        // way, and once before it is repeated or given up where the limit is used up.
        RefusesAsInvalid = Lag <= 3 && random.Next(2) == 0;
        var isShown = TellsTimes || isToldFromOurs;
        if (Lag > 8 || !isShown)
            PostFaults = new(PostFaults.Select(f => f is (PostFault.Repeated, 0) ? (PostFault.Redirected, 0) : f));
        if (Lag > 0 || !isShown || PollFaults > 0 || DarkAfterPost > 0)
            PostFaults = new(PostFaults.Select(f => f is (PostFault.Limited, 0) ? (PostFault.Limited, 1) : f));
    }

    public int Seed { get; }

    /// <summary>For what is drawn on the way.</summary>
    public Random Random { get; }

    public Earlier Earlier { get; }

    /// <summary>Seconds since the earlier request was accepted.</summary>
    public double EarlierAge { get; }

    /// <summary>Seconds by which the status is late.</summary>
    public double Lag { get; }

    /// <summary>Whether the status is sometimes later, sometimes less late: it then goes back in time.</summary>
    public bool SeesBack { get; }

    /// <summary>By how much the service's clock is ahead.</summary>
    public TimeSpan Skew { get; }

    /// <summary>Seconds by which the clock that dates the answers is ahead of the service's.</summary>
    public double DateError { get; }

    public int AnswerDigits { get; }

    public int StatusDigits { get; }

    public bool AnswerTellsTime { get; }

    public bool TellsTimes { get; }

    public bool TellsOffsets { get; }

    public bool NumbersAsText { get; }

    /// <summary>Seconds from the acceptance to the end.</summary>
    public double Duration { get; }

    public bool Fails { get; }

    public bool IsDelete { get; }

    /// <summary>Null: a reset of everything.</summary>
    public string? OffsetsOfIntent { get; }

    public string TypeOfIntent => IsDelete ? "DELETE" : "PATCH";

    /// <summary>
    /// What becomes of each POST in turn, and whether it is processed before (0), not at all (1), or later (2).
    /// </summary>
    public Queue<(PostFault Fault, int Processed)> PostFaults { get; } = [];

    /// <summary>Whether the answer to the second of two is 400 or 422; else 409.</summary>
    public bool RefusesAsInvalid { get; }

    /// <summary>How many of a hundred polls fail.</summary>
    public double PollFaults { get; }

    /// <summary>Seconds after a POST in which no poll is answered.</summary>
    public double DarkAfterPost { get; }

    /// <summary>Seconds after the start at which somebody else requests something else; null: nobody does.</summary>
    public double? OthersAfter { get; }

    /// <summary>Whether nothing keeps the end of an accepted request from being seen.</summary>
    public bool IsQuietNight => PollFaults == 0 && DarkAfterPost == 0 && OthersAfter is null && AnswerTellsTime && TellsTimes && TellsOffsets && Duration < 100 && EarlierAge > Lag && DateError <= 0;

    public static FaultScript Draw(int seed) => new(seed);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {TypeOfIntent} {(OffsetsOfIntent is null ? "of everything" : "")}, before it {Earlier} {EarlierAge} s old, lag {Lag} s, dates wrong by {DateError} s{(SeesBack ? " back and forth" : "")}, answers to {AnswerDigits} and {StatusDigits} digits, tells {(AnswerTellsTime ? "its time " : "")}{(TellsTimes ? "times " : "")}{(TellsOffsets ? "offsets" : "")}, ends after {Duration} s, POSTs {string.Join(", ", PostFaults)}, polls fail {PollFaults}, dark for {DarkAfterPost} s, others after {OthersAfter:0.0} s");

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
