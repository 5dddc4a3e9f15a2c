using System.Management.Automation;
using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Serialization;

/// <summary>Makes live objects of what Clixml and jobs bring back.</summary>
public sealed class Rehydrator : PSTypeConverter
{
    private const string JsonMember = "Json";
    private const string Prefix = "Deserialized.ConfluentOffsets.";

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) =>
        PSObject.AsPSObject(sourceValue).Properties[JsonMember]?.Value is string;

    /// <summary>The JSON text in a property bag that was one of our objects; null for anything else.</summary>
    internal static JsonMapNode? TryReadJson(PSObject bag)
    {
        if (!bag.TypeNames[0].StartsWith(Prefix, StringComparison.Ordinal) || bag.Properties[JsonMember]?.Value is not string text)
            return null;

        try
        {
            return JsonMapNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The live object of a property bag, where it is of this type; a live object as it is.</summary>
    internal static T? TryRead<T>(PSObject input, Func<JsonMapNode, T> read)
        where T : class
    {
        if (input.BaseObject is T live)
            return live;
        return input.TypeNames[0] == Prefix + typeof(T).Name && TryReadJson(input) is { } json ? read(json) : null;
    }

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
                _ when destinationType == typeof(ConnectorOffsetDifference) => SerializedForm.ReadDifference(json),
                _ when destinationType == typeof(Connector) => SerializedForm.ReadConnector(json),
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
