using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Sandbox;

/// <summary>What the service saw of a connector's offsets, and when.</summary>
internal sealed record SandboxObservation(DateTimeOffset At, IReadOnlyList<PartitionOffset> Offsets);
