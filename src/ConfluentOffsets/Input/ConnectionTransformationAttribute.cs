using System.Management.Automation;

namespace ConfluentOffsets.Input;

/// <summary>
/// Lets what is no connection through as such, for the cmdlet to refuse. Without it, PowerShell leaves the parameter
/// unbound where a piped object's Connection is none, says nothing, and the default connection is taken: another place
/// than the object tells.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            // An empty text is left to PowerShell: of an object, it binds nothing; as an argument, it is refused.
            return InputRow.ToConnection(inputData) ?? inputData;
        }
        catch (ArgumentException e)
        {
            return new ConfluentConnection(e.Message);
        }
    }
}
