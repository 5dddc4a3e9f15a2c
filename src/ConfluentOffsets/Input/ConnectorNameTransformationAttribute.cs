using System.Collections;
using System.Management.Automation;

namespace ConfluentOffsets.Input;

/// <summary>
/// Lets only texts through to a connector's name: a request given as an argument must not become a name by its text.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectorNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = Unwrap(inputData);
        var items = value is IList list ? list.Cast<object?>() : [value];
        if (items.Select(Unwrap).FirstOrDefault(i => i is not null and not string) is { } other)
            throw new ArgumentTransformationMetadataException($"A {other.GetType()} is no connector's name: pipe it to the cmdlet, or give it to its -InputObject, if it has one.");
        return inputData;
    }

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
