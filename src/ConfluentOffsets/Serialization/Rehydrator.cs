using System.Management.Automation;
using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Serialization;

/// <summary>Makes live objects of what Clixml and jobs bring back.</summary>
public sealed class Rehydrator : PSTypeConverter
{
    private const string JsonMember = "Json";

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) =>
        PSObject.AsPSObject(sourceValue).Properties[JsonMember]?.Value is string;

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        try
        {
            var json = JsonMapNode.Parse((string)PSObject.AsPSObject(sourceValue).Properties[JsonMember].Value);
            return destinationType switch
            {
                _ when destinationType == typeof(ConnectorOffset) => SerializedForm.ReadRow(json),
                _ when destinationType == typeof(ConnectorOffsetRequest) => SerializedForm.ReadRequest(json),
                _ when destinationType == typeof(ConnectorOffsetRequestStatus) => SerializedForm.ReadStatus(json),
                _ => throw new PSInvalidCastException($"A {destinationType} cannot be brought back."),
            };
        }
        catch (JsonException e)
        {
            throw new PSInvalidCastException($"The object was not written by this module: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new PSInvalidCastException();
}
