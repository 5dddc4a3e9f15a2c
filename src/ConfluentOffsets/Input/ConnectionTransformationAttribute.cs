using System.Management.Automation;

namespace ConfluentOffsets.Input;

/// <summary>
/// Lets what is no connection through as such, for the cmdlet to refuse. Without it, PowerShell leaves the parameter
/// unbound where a piped object's Connection is none, says nothing, and the default connection is taken: another place
/// than the object tells.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ConnectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (!InputRow.TryToConnection(inputData, out var connection, out var refusal))
            return new ConfluentConnection(refusal);

        // An empty text is nothing only where an object tells it: who wrote it meant something.
        return connection ?? (inputData is null ? null : new ConfluentConnection(refusal: ""));
    }
}
