using System.Globalization;

namespace ConfluentOffsets.Benchmarks;

/// <summary>Requests that end 5 to 20 s after the start, and a count of the looks at them.</summary>
internal sealed class TimedRequests
{
    private const int Count = 50;
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_spread = TimeSpan.FromSeconds(15);
    private readonly object _lock = new();
    private readonly List<DateTimeOffset> _looks = [];
    private readonly Dictionary<int, string> _posted = [];
    private DateTimeOffset _start = DateTimeOffset.UtcNow;

    public void Start()
    {
        lock (_lock)
        {
            _start = DateTimeOffset.UtcNow;
            _looks.Clear();
            _posted.Clear();
        }
    }

    /// <summary>Accepts one, and tells when.</summary>
    public string Post(int number)
    {
        lock (_lock)
            return _posted[number] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>The status of one; null before its POST. Only looks after it count.</summary>
    public string? Look(int number)
    {
        lock (_lock)
        {
            if (!_posted.TryGetValue(number, out var posted))
                return null;
            var now = DateTimeOffset.UtcNow;
            _looks.Add(now);
            var end = End(number);
            var phase = now >= end ? "APPLIED" : "PENDING";
            var applied = now >= end ? $"\"{end:O}\"" : "null";
            return string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"request":{"id":"lcc-bench","name":"wait-{{{number}}}","type":"DELETE","requested_at":"{{{posted}}}"},"status":{"phase":"{{{phase}}}"},"previous_offsets":[],"applied_at":{{{applied}}}}""");
        }
    }

    /// <summary>When each ends (ms since 1970), and the most looks within one second.</summary>
    public string Counts()
    {
        lock (_lock)
        {
            var most = 0;
            for (int first = 0, last = 0; last < _looks.Count; last++)
            {
                while (_looks[last] - _looks[first] >= TimeSpan.FromSeconds(1))
                    first++;
                most = Math.Max(most, last - first + 1);
            }

            var ends = string.Join(',', Enumerable.Range(0, Count).Select(i => End(i).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
            return string.Create(CultureInfo.InvariantCulture, $$"""{"Ends":[{{ends}}],"Looks":{{_looks.Count}},"MostInASecond":{{most}}}""");
        }
    }

    private DateTimeOffset End(int number) => _start + s_first + (s_spread * number / (Count - 1));
}
