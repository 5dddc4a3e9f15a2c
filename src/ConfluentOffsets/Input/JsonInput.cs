using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text;
using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Input;

/// <summary>Turns what users write (hashtables, objects, JSON text, numbers) into JSON values.</summary>
internal static class JsonInput
{
    /// <summary>Deeper input is a loop of references, most likely.</summary>
    private const int MaxDepth = 64;

    /// <summary>What PowerShell 7.4 makes of a BigInteger in JSON.</summary>
    private static readonly string[] s_brokenInteger = ["IsPowerOfTwo", "IsZero", "IsOne", "IsEven", "Sign"];

    /// <summary>A partition or an offset: a hashtable, an ordered dictionary, an object, or JSON text.</summary>
    /// <exception cref="ArgumentException">It is no map.</exception>
    public static JsonMapNode ToMap(object? value)
    {
        if (value is PSObject { BaseObject: string wrapped })
            value = wrapped;
        if (value is string text)
            return Parse(text);

        return (value is JsonMap map ? Copy(map.Node) : ToValue(value)) as JsonMapNode
            ?? throw new ArgumentException(
                value is null ? "it is $null: is a variable empty?" : $"'{Describe(value)}' is no map: give a hashtable, an object or JSON text.");
    }

    /// <summary>A value inside a map.</summary>
    /// <exception cref="ArgumentException">It cannot be written as JSON without a loss.</exception>
    public static object? ToValue(object? value) => ToValue(value, 0);

    private static object? ToValue(object? value, int depth)
    {
        if (depth > MaxDepth)
            throw new ArgumentException($"The value is nested more than {MaxDepth} deep.");

        return value switch
        {
            null => null,
            PSObject { BaseObject: PSCustomObject } number when number.TypeNames.Contains("Deserialized.System.Numerics.BigInteger") =>
                BigInteger.Parse(number.ToString(), CultureInfo.InvariantCulture),
            PSObject { BaseObject: PSCustomObject } bag when bag.TypeNames[0].StartsWith("Deserialized.", StringComparison.Ordinal)
                && !bag.TypeNames[0].EndsWith(".PSCustomObject", StringComparison.Ordinal) =>
                throw new ArgumentException($"A {bag.TypeNames[0]} cannot be written as JSON."),
            PSObject { BaseObject: PSCustomObject } parts when parts.Properties.Select(p => p.Name).SequenceEqual(s_brokenInteger) =>
                throw new ArgumentException("A large integer was taken apart: ConvertTo-Json of PowerShell 7.4 cannot write it. Use Export-Clixml, or the map's own text (ToString())."),
            PSObject { BaseObject: PSCustomObject } custom => Map(custom.Properties.Select(p => (p.Name, (object?)p.Value)), depth),
            PSObject wrapped => ToValue(wrapped.BaseObject, depth),

            // A copy: two places must not share what is edited in one.
            JsonMap map => Copy(map.Node),
            JsonList list => Copy(list.Node),
            string text => Checked(text),
            char character => Checked(character.ToString()),
            bool flag => flag,
            SwitchParameter flag => flag.ToBool(),
            sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            ulong number => number <= long.MaxValue ? (long)number : (object)new BigInteger(number),
            BigInteger number => number >= long.MinValue && number <= long.MaxValue ? (long)number : (object)number,
            decimal number => number,
            double number => Finite(number),
            float number => Finite(double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
            Enum or Guid or Uri or Version => value.ToString(),
            DateTime or DateTimeOffset => throw new ArgumentException(
                "A DateTime has no one JSON form. Give the text itself; ConvertFrom-Json -DateKind String keeps it "
                + "(PowerShell 7.5 and later), and so does JSON text given as it is."),
            IDictionary dictionary => Map(Entries(dictionary), depth),
            IEnumerable items => new JsonListNode(items.Cast<object?>().Select(i => ToValue(i, depth + 1)).ToArray()),
            _ => throw new ArgumentException($"A {value.GetType()} cannot be written as JSON."),
        };
    }

    /// <summary>Maps that were put into maps can have grown beyond what any reader takes.</summary>
    private static JsonContainer Copy(JsonContainer node) =>
        node.IsEdited && !JsonLiteral.IsValid(Encoding.UTF8.GetBytes(node.ToString()))
            ? throw new ArgumentException($"The value is nested more than {JsonLiteral.MaxDepth} deep.")
            : node.Snapshot();

    private static JsonMapNode Parse(string text)
    {
        try
        {
            return JsonMapNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"'{Describe(text)}' is no JSON object: {JsonProblem.Words(e)}", e);
        }
    }

    private static IEnumerable<(string Name, object? Value)> Entries(IDictionary dictionary)
    {
        // The enumerator of the interface: not every dictionary's own one gives entries.
        var entries = dictionary.GetEnumerator();
        while (entries.MoveNext())
            yield return (Convert.ToString(entries.Key, CultureInfo.InvariantCulture) ?? "", entries.Value);
    }

    private static JsonMapNode Map(IEnumerable<(string Name, object? Value)> members, int depth) =>
        new(members.Select(m => KeyValuePair.Create(m.Name, ToValue(m.Value, depth + 1))).ToArray());

    private static double Finite(double number) => double.IsFinite(number)
        ? number
        : throw new ArgumentException($"{number.ToString(CultureInfo.InvariantCulture)} is no JSON number.");

    private static string Checked(string text)
    {
        try
        {
            JsonLiteral.Write(text);
            return text;
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }

    private static string Describe(object? value)
    {
        var text = value?.ToString() ?? "$null";
        return text.Length > 80 ? text[..80] + "..." : text;
    }
}
