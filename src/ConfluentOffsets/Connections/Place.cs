namespace ConfluentOffsets.Connections;

/// <summary>Where connectors are meant: as a cmdlet is given it, or as an object remembers it. Null: not said.</summary>
internal sealed record Place(ConfluentConnection? Connection, string? EnvironmentId, string? KafkaClusterId);
