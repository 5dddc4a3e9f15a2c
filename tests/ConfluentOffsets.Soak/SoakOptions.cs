using System.Globalization;

namespace ConfluentOffsets.Soak;

/// <summary>What is soaked.</summary>
/// <param name="Count">How many operations.</param>
/// <param name="Seed">Of the operations and the faults; who comes first is up to the machine.</param>
/// <param name="Parallel">How many at once.</param>
/// <param name="Speed">How many times as fast as real the clock of client and service is.</param>
internal sealed record SoakOptions(int Count = 10_000, int Seed = 0, int Parallel = 8, double Speed = 50)
{
    /// <summary>Reads <c>--count 10000 --seed 1 --parallel 8 --speed 50</c>. Without a seed, each run has its own.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static SoakOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SoakOptions(Seed: Environment.TickCount & 0xFFFF);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                throw new ArgumentException($"{arguments[i]} needs a whole number.", nameof(arguments));
            options = arguments[i] switch
            {
                "--count" when value > 0 => options with { Count = value },
                "--seed" => options with { Seed = value },
                "--parallel" when value > 0 => options with { Parallel = value },
                "--speed" when value > 0 => options with { Speed = value },
                _ => throw new ArgumentException($"Not known: {arguments[i]} {value}. There are --count, --seed, --parallel and --speed.", nameof(arguments)),
            };
        }

        return options;
    }
}
