using System.Collections;
using System.Management.Automation;

namespace ConfluentOffsets.Input;

/// <summary>Lets only whole numbers through to a parameter, and no empty variable.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WholeNumberTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is IEnumerable items and not (string or IDictionary) ? items.Cast<object?>().Select(Read).ToArray() : Read(value);
    }

    private static object Read(object? value) => WholeNumber.TryRead(value)
        ?? throw new ArgumentTransformationMetadataException($"{WholeNumber.Describe(value)} is not a whole number: is a variable empty?");
}
