using System.Globalization;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>How an accepted request goes.</summary>
internal sealed record SandboxCourse
{
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_othersRequest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_statusLag = TimeSpan.FromSeconds(4);

    public required TimeSpan Duration { get; init; }

    public bool IsValidated { get; init; }

    public bool Fails { get; init; }

    public TimeSpan StatusLag { get; init; }

    public bool IgnoresPartitions { get; init; }

    /// <summary>Null: it keeps the one that it has.</summary>
    public string? NewConnectorId { get; init; }

    /// <summary>Somebody else's request.</summary>
    public static SandboxCourse Others { get; } = new() { Duration = s_othersRequest };

    /// <summary>The course of the sandbox's nth request, from 0: no chance in it, so that rehearsals can be repeated.</summary>
    public static SandboxCourse Of(SandboxScenario scenario, int n) => new()
    {
        Duration = scenario == SandboxScenario.Slow ? s_slow : TimeSpan.FromSeconds(1.2 + (n % 3 * 0.4)),
        IsValidated = n % 3 == 1,
        Fails = scenario == SandboxScenario.Failed,
        StatusLag = scenario == SandboxScenario.LateStatus ? s_statusLag : TimeSpan.Zero,
        IgnoresPartitions = scenario == SandboxScenario.IgnoresPartitions,
        NewConnectorId = scenario == SandboxScenario.Recreated ? string.Create(CultureInfo.InvariantCulture, $"lcc-new{n + 1:d3}") : null,
    };
}
