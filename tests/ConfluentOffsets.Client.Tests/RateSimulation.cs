using System.Globalization;
using System.Net;
using ConfluentOffsets.Client.Http;

namespace ConfluentOffsets.Client.Tests;

/// <summary>
/// Many calls of one connection against a service with a limit, event by event: those that are refused are held back and
/// try again as the connection has it. The same seed runs the same way.
/// </summary>
internal sealed class RateSimulation(RateLimit limit, int seed = 1)
{
    private const int MostAttempts = 6;
    private readonly RateBudget _budget = new();
    private readonly PriorityQueue<Action, (double At, int Number)> _events = new();
    private readonly Queue<int> _line = new();
    private readonly Random _random = new(seed);
    private int _number;
    private int _waiting;
    private double _heldUntil;

    /// <summary>There and back, about.</summary>
    public double Latency { get; init; } = 0.02;

    public int Served { get; private set; }

    public int Refused { get; private set; }

    public int Errors { get; private set; }

    public double Now { get; private set; }

    /// <summary>When the service saw each request.</summary>
    public List<double> Seen { get; } = [];

    public void Run(int calls, int atOnce)
    {
        _waiting = calls;
        for (var i = 0; i < atOnce; i++)
            BeginNext();
        while (_events.TryDequeue(out var next, out var at))
        {
            Now = at.At;
            next();
            SendAll();
        }
    }

    private void After(double seconds, Action action) => _events.Enqueue(action, (Now + Math.Max(seconds, 0), _number++));

    private double Chance() => _random.NextDouble();

    private void BeginNext()
    {
        if (_waiting-- > 0)
            After(0, () => _line.Enqueue(1));
    }

    private void SendAll()
    {
        while (_line.Count > 0)
        {
            var now = TimeSpan.FromSeconds(Now);
            if (!_budget.IsOpen(now))
            {
                // Whoever is first looks again when the window ends.
                After(Math.Max(_budget.End.TotalSeconds - Now, 0.001), () => { });
                return;
            }

            var attempt = _line.Dequeue();
            if (_heldUntil > Now)
                After((_heldUntil - Now) + (Chance() * Math.Max(1, (_heldUntil - Now) / 4)), () => _line.Enqueue(attempt));
            else
                Send(attempt, _budget.Enter(now));
        }
    }

    private void Send(int attempt, long pass) => After(Latency * (0.3 + (0.4 * Chance())), () =>
    {
        Seen.Add(Now);
        var (isServed, left, reset) = limit.Ask(Now);
        After(Latency * (0.3 + (0.4 * Chance())), () =>
        {
            using var response = Answer(isServed ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, left, reset);
            _budget.Leave(pass, response, TimeSpan.FromSeconds(Now));
            if (isServed)
                Served++;
            else
                Refuse(attempt, reset!);
            if (isServed || attempt == MostAttempts)
                BeginNext();
        });
    });

    private void Refuse(int attempt, string reset)
    {
        Refused++;
        var pause = Math.Ceiling(double.Parse(reset, CultureInfo.InvariantCulture));

        // Where the service does not say how long, all wait as long as this one.
        if (pause == 0)
            pause = Math.Pow(2, attempt - 2) * (0.5 + Chance());
        _heldUntil = Math.Max(_heldUntil, Now + pause);
        if (attempt == MostAttempts)
            Errors++;
        else
            After(pause + (Chance() * Math.Max(1, pause / 4)), () => _line.Enqueue(attempt + 1));
    }

    public static HttpResponseMessage Answer(HttpStatusCode status, string? left, string? reset)
    {
        var response = new HttpResponseMessage(status);
        if (left is not null)
            response.Headers.TryAddWithoutValidation("X-RateLimit-Remaining", left);
        if (reset is not null)
            response.Headers.TryAddWithoutValidation("X-RateLimit-Reset", reset);
        return response;
    }
}
