using System.Collections.Concurrent;
using System.Globalization;

namespace ConfluentOffsets.Soak;

/// <summary>What a soak showed. Safe for concurrent use.</summary>
internal sealed class SoakReport
{
    private const int MostShown = 20;

    private readonly ConcurrentDictionary<(string Operation, string Outcome), int> _outcomes = new();
    private readonly ConcurrentQueue<string> _shown = new();
    private int _violations;

    /// <summary>Results that were wrong.</summary>
    public int Violations => Volatile.Read(ref _violations);

    public TimeSpan Took { get; set; }

    /// <summary>Bytes of managed heap after a collection, when the first operations were done; null where there were too few.</summary>
    public long? HeapEarly { get; set; }

    /// <summary>The same at the end.</summary>
    public long HeapAtEnd { get; set; }

    public int MostOpenConnections { get; set; }

    public int ConnectionsOpened { get; set; }

    public int Requests { get; set; }

    /// <summary>How often each fault was met.</summary>
    public IReadOnlyDictionary<Fault, int> Faults { get; set; } = new Dictionary<Fault, int>();

    /// <summary>The violations, the first ones.</summary>
    public IReadOnlyCollection<string> Shown => _shown;

    public int CountOf(string operation) => _outcomes.Where(o => o.Key.Operation == operation).Sum(o => o.Value);

    public void Count(string operation, string outcome) => _outcomes.AddOrUpdate((operation, outcome), 1, (_, n) => n + 1);

    public void Violation(string text)
    {
        if (Interlocked.Increment(ref _violations) <= MostShown)
            _shown.Enqueue(text);
    }

    /// <summary>The table for people.</summary>
    public void WriteTo(TextWriter writer, SoakOptions options)
    {
        string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        writer.WriteLine(Line($"{options.Count} operations, {options.Parallel} at a time, seed {options.Seed}, time {options.Speed:0.#} times as fast: {Took.TotalSeconds:0.0} s"));
        writer.WriteLine();
        foreach (var operation in _outcomes.GroupBy(o => o.Key.Operation).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var outcomes = operation.OrderByDescending(o => o.Value).Select(o => Line($"{o.Key.Outcome} {o.Value}"));
            writer.WriteLine(Line($"  {operation.Key,-8}{operation.Sum(o => o.Value),8}   {string.Join(", ", outcomes)}"));
        }

        var faults = Faults.Where(f => f.Key != Fault.None).ToList();
        var total = faults.Sum(f => f.Value);
        writer.WriteLine();
        writer.WriteLine(Line($"  Requests{Requests,8}   of them met by a fault {total} ({100.0 * total / Requests:0.0} %)"));
        foreach (var (fault, count) in faults)
            writer.WriteLine(Line($"  {"",16}   {fault} {count}"));
        writer.WriteLine(Line($"  Sockets {MostOpenConnections,8}   at most open at once; {ConnectionsOpened} in all"));
        if (HeapEarly is { } early)
            writer.WriteLine(Line($"  Memory  {Megabytes(HeapAtEnd),8:0.00}   MB of managed heap at the end; {Megabytes(early):0.00} MB after the first {SoakRun.EarlyOperations}"));
        writer.WriteLine();
        foreach (var text in _shown)
            writer.WriteLine($"  WRONG: {text}");
        writer.WriteLine(Violations == 0 ? "Every result was right." : Line($"{Violations} results were wrong."));
    }

    private static double Megabytes(long bytes) => bytes / 1024.0 / 1024.0;
}
