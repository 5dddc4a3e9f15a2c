using System.Management.Automation;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Serialization;

/// <summary>Lets a hashtable, an object or JSON text be assigned where a <see cref="JsonMap"/> is meant.</summary>
public sealed class JsonMapConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) =>
        destinationType == typeof(JsonMap) && sourceValue is not null;

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        try
        {
            return JsonMap.Of(JsonInput.ToMap(sourceValue));
        }
        catch (ArgumentException e)
        {
            throw new PSInvalidCastException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new PSInvalidCastException();
}
