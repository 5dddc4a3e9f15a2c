namespace ConfluentOffsets.Client;

/// <summary>Where a call tells what it does. May be called from any thread.</summary>
/// <param name="Verbose">A line for each attempt and each notable fact; null where nobody reads them.</param>
/// <param name="Debug">Headers and bounded bodies, without secrets; null where nobody reads them.</param>
internal sealed record CallLog(Action<string>? Verbose = null, Action<string>? Debug = null)
{
    public static CallLog None { get; } = new();
}
