namespace ConfluentOffsets.Soak;

/// <summary>
/// Draws the faults: a tenth of the requests, every kind, but never so many to one address that a client with its five
/// retries could not get through. So a failed read is always the client's own.
/// </summary>
internal sealed class FaultPlan(TimeProvider time, int seed)
{
    /// <summary>Longer than all retries of a request take, and three hangs.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(3);

    /// <summary>A tenth, and what is held back below.</summary>
    private const double Share = 0.12;
    private const int MostInWindow = 3;

    private readonly object _lock = new();
    private readonly Random _random = new(seed);
    private readonly Fault[] _kinds = Enum.GetValues<Fault>()[1..];
    private readonly int[] _drawn = new int[Enum.GetValues<Fault>().Length];
    private readonly Dictionary<string, Queue<long>> _recent = new(StringComparer.Ordinal);
    private long? _refusedAt;

    /// <summary>How often each was drawn.</summary>
    public int Drawn(Fault fault)
    {
        lock (_lock)
            return _drawn[(int)fault];
    }

    public Fault Next(string path)
    {
        lock (_lock)
        {
            var fault = Draw(path);
            _drawn[(int)fault]++;
            return fault;
        }
    }

    /// <summary>A number from zero to below the limit.</summary>
    public int Choose(int limit)
    {
        lock (_lock)
            return _random.Next(limit);
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        lock (_lock)
            _random.NextBytes(bytes);
        return bytes;
    }

    private Fault Draw(string path)
    {
        if (_random.NextDouble() >= Share)
            return Fault.None;
        if (!_recent.TryGetValue(path, out var recent))
            _recent.Add(path, recent = new Queue<long>());
        while (recent.TryPeek(out var at) && time.GetElapsedTime(at) > s_window)
            recent.Dequeue();
        if (recent.Count >= MostInWindow)
            return Fault.None;

        var fault = _kinds[_random.Next(_kinds.Length)];
        if (fault == Fault.Refused)
        {
            // It meets all addresses.
            if (_refusedAt is { } last && time.GetElapsedTime(last) < s_window / 3)
                return Fault.None;
            _refusedAt = time.GetTimestamp();
        }

        recent.Enqueue(time.GetTimestamp());
        return fault;
    }
}
