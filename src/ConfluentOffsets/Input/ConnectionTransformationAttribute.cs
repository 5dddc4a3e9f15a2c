using System.Management.Automation;

namespace ConfluentOffsets.Input;

/// <summary>
/// Refuses an object whose Connection is none. Without it, PowerShell leaves the parameter unbound and says nothing, and
/// the default connection is taken: another place than the object tells.
/// </summary>
/// <remarks>For cmdlets to which each object is by itself: a row that is refused has to hold back its connector's others.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return InputRow.ToConnection(inputData);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentTransformationMetadataException($"It {e.Message}", e);
        }
    }
}
