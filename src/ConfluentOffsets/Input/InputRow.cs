using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets.Input;

/// <summary>
/// A piped object, whatever it is: a live or deserialized <see cref="ConnectorOffset"/>, a custom object, a hashtable,
/// a row of a CSV.
/// </summary>
internal sealed class InputRow(PSObject input)
{
    /// <summary>What its members can be read off directly; null: they have to be looked up.</summary>
    private readonly ConnectorOffset? _live = LiveRow.TryUnwrap(input);

    /// <summary>The object itself.</summary>
    public PSObject Input => input;

    /// <summary>Where a live row came from.</summary>
    public ConfluentConnection? Connection => HiddenMembers.GetConnection(input) as ConfluentConnection;

    /// <summary>What to call it in a message.</summary>
    public string TypeName => input.BaseObject is PSCustomObject ? "PSCustomObject" : input.BaseObject.GetType().Name;

    /// <summary>Its connector; null where it tells none, or several.</summary>
    public string? ConnectorName => ConnectorNames is [var only] ? only : null;

    /// <summary>Its connectors: most often the one.</summary>
    public string?[] ConnectorNames => Member("ConnectorName") switch
    {
        null => [Has("ConnectorName") ? null : Text("Name")],
        string name => [name],
        IList names => [.. names.Cast<object?>().Select(n => n?.ToString())],
        var other => [Convert.ToString(other, CultureInfo.InvariantCulture)],
    };

    public string? EnvironmentId => Text("EnvironmentId");

    public string? KafkaClusterId => Text("KafkaClusterId") ?? Text("ClusterId");

    public string? ConnectorId => Text("ConnectorId");

    /// <summary>When the service observed the offset (UTC); null where the row does not tell it beyond doubt: a time without its zone may be hours off.</summary>
    public DateTime? ObservedAt => _live is null ? Time(Member("ObservedAt")) : Utc(_live.ObservedAt);

    /// <summary>Whether it has an offset, usable or not.</summary>
    public bool HasOffset => Member("Offset") is not null || Member("KafkaOffset") is not null;

    /// <summary>Whether it is an object of this module that shows what the service said: there, no offset means none.</summary>
    public bool IsFromService => input.BaseObject is ConnectorOffset or PartitionOffset
        || input.TypeNames[0] is "Deserialized.ConfluentOffsets.ConnectorOffset" or "Deserialized.ConfluentOffsets.PartitionOffset";

    /// <summary>The rows in what was piped; an array given as an argument is its rows. Null where there is no row.</summary>
    public static InputRow?[] Each(PSObject? input) => input switch
    {
        null => [null],
        { BaseObject: ConnectorOffset } => [new InputRow(input)],
        _ => [.. PipedObjects.Each(input).Select(i => i is null ? null : new InputRow(i))],
    };

    /// <summary>The partition: <c>Partition</c>, or else <c>Topic</c> and <c>KafkaPartition</c>.</summary>
    /// <exception cref="RejectedInputException">There is none, or it is no map.</exception>
    public JsonMapNode ReadPartition()
    {
        if (_live is { Partition: { } own })
            return ToPartition(own);
        if (Member("Partition") is { } partition)
            return ToPartition(Original("Partition", partition));

        if (Text("Topic") is { } topic && Member("KafkaPartition") is { } number)
        {
            return WholeNumber.TryRead(number) is >= 0 and <= int.MaxValue and var n
                ? SinkPartition.Create(topic, (int)n)
                : throw new RejectedInputException(ErrorIds.InvalidPartition, $"KafkaPartition is {WholeNumber.Describe(number)}, which is no partition number.{HeaderHint(number)}", input);
        }

        throw new RejectedInputException(
            ErrorIds.InvalidPartition,
            $"A {TypeName} has no partition: neither Partition, nor Topic and KafkaPartition.",
            input);
    }

    /// <summary>The offset: <c>Offset</c>, or else <c>KafkaOffset</c>; both where they agree.</summary>
    /// <exception cref="RejectedInputException">There is none, or it is no map, or they disagree.</exception>
    public JsonMapNode ReadOffset()
    {
        // A live row's KafkaOffset is its Offset's own: where there is one, they agree.
        if (_live is { Offset: { } own } && (SinkPartition.TryReadOffset(own.Node) is not null || SinkPartition.TryRead(_live.Partition?.Node) is null))
            return ToOffset(own);

        var given = Member("Offset");
        var number = Member("KafkaOffset");
        if (given is null && number is null)
        {
            throw new RejectedInputException(
                ErrorIds.InvalidOffset,
                Has("ReferenceOffset") && Has("DifferenceOffset")
                    ? "A difference has two offsets, and neither is the one to set. Pipe the rows that were compared: those of the reference put it back."
                    : "An offset is null. Reset-ConnectorOffset takes a partition's offset away.",
                input);
        }

        var whole = number is null ? null as long? : WholeNumber.TryRead(number)
            ?? throw new RejectedInputException(ErrorIds.InvalidOffset, $"KafkaOffset is {WholeNumber.Describe(number)}, which is no offset.", input);
        if (given is null)
            return SinkPartition.CreateOffset(CheckOffset(whole!.Value));

        var offset = ToOffset(Original("Offset", given));
        if (number is null && Has("KafkaOffset") && SinkPartition.TryRead(TryReadPartition()) is not null)
            throw new RejectedInputException(ErrorIds.InvalidOffset, $"KafkaOffset is empty, but Offset is {offset}: which one is meant?", input);
        if (whole is not null && SinkPartition.TryReadOffset(offset) != whole)
            throw new RejectedInputException(ErrorIds.InvalidOffset, $"KafkaOffset is {whole}, but Offset is {offset}: which one is meant?", input);
        return offset;
    }

    /// <summary>The row's offset with another number, or a new one.</summary>
    /// <exception cref="RejectedInputException">The row's offset is no map.</exception>
    public JsonMapNode ReadOffset(long number)
    {
        if (Member("Offset") is not { } given)
            return SinkPartition.CreateOffset(number);
        var offset = ToOffset(Original("Offset", given));
        offset.Set(SinkPartition.OffsetMember, number);
        return offset;
    }

    /// <summary>Where a row goes where nothing else is said: a live one back to where it came from, another one where it says.</summary>
    /// <returns>False: it says something that is no connection, which is no reason to take the default.</returns>
    public bool TryReadConnection(out ConfluentConnection? connection, [NotNullWhen(false)] out string? refusal)
    {
        // A module that was imported without its types file shows no row its connection.
        connection = Connection;
        refusal = null;
        return _live is not null || Member(nameof(Connection)) is not { } told || TryToConnection(told, out connection, out refusal);
    }

    /// <summary>What an object tells as a connection.</summary>
    /// <param name="told">Null and what is empty tell none.</param>
    /// <param name="connection">Null: it tells none, or something else.</param>
    /// <param name="refusal">What it tells instead, as a sentence goes on after its name.</param>
    public static bool TryToConnection(object? told, out ConfluentConnection? connection, [NotNullWhen(false)] out string? refusal)
    {
        var value = Plain(told);
        connection = value as ConfluentConnection;
        refusal = null;
        if (value is null or ConfluentConnection { Refusal: null })
            return true;
        connection = null;
        var type = value is PSObject { TypeNames: [var name, ..] } ? name : value.GetType().ToString();
        refusal = $"is a {OffsetText.Printable(type)}, which is no connection: leave it out, or give -Connection one.";
        return false;
    }

    /// <summary>When the service observed the offset (UTC).</summary>
    /// <exception cref="RejectedInputException">The row does not tell it beyond doubt.</exception>
    public DateTime ReadObservedAt() => ObservedAt ?? throw new RejectedInputException(
        ErrorIds.OffsetsStale,
        "a row does not tell when it was observed: " + (Member("ObservedAt") is { } given
            ? string.Create(CultureInfo.InvariantCulture, $"its ObservedAt, '{given}', is no time with its zone (a CSV drops it).")
            : "it has no ObservedAt."),
        input);

    /// <summary>A partition that a user gave.</summary>
    /// <exception cref="RejectedInputException">It is no map, or an empty one.</exception>
    public static JsonMapNode ToPartition(object? value) => ToMap(value, ErrorIds.InvalidPartition, "A partition");

    /// <summary>One partition that a user gave, or a list of them; never none, which would mean all.</summary>
    /// <exception cref="RejectedInputException">One is no map, or an empty one, or the list is empty.</exception>
    public static IEnumerable<JsonMapNode> ToPartitions(object? value)
    {
        if ((value is PSObject { BaseObject: IList wrapped } ? wrapped : value) is not IList list)
            return [ToPartition(value)];
        return list.Count > 0
            ? list.Cast<object?>().Select(ToPartition)
            : throw new RejectedInputException(ErrorIds.InvalidPartition, "The list of partitions is empty.");
    }

    /// <summary>An offset that a user gave.</summary>
    /// <exception cref="RejectedInputException">It is no map, or an empty one, or null.</exception>
    public static JsonMapNode ToOffset(object? value) => value is null
        ? throw new RejectedInputException(ErrorIds.InvalidOffset, "An offset is null. Reset-ConnectorOffset takes a partition's offset away.")
        : ToMap(value, ErrorIds.InvalidOffset, "An offset");

    /// <summary>An offset in a topic, which is never below zero.</summary>
    /// <exception cref="RejectedInputException">It is.</exception>
    public static long CheckOffset(long number) => number >= 0
        ? number
        : throw new RejectedInputException(ErrorIds.InvalidOffset, $"{number} is not an offset in a topic: it is below zero.");

    /// <summary>What is said of an offset that a sink's partition cannot take.</summary>
    public static RejectedInputException NoOffsetOf(JsonMapNode partition, JsonMapNode offset) => new(
        ErrorIds.InvalidOffset,
        $"{offset} is not an offset of {SinkPartition.TryRead(partition)}: a sink's is {{\"kafka_offset\": <number from 0>}}.");

    private static JsonMapNode ToMap(object? value, string errorId, string what)
    {
        JsonMapNode map;
        try
        {
            map = JsonInput.ToMap(value);
        }
        catch (ArgumentException e)
        {
            throw new RejectedInputException(errorId, $"{what} cannot be used: {e.Message}", value, e);
        }

        return !map.IsEmpty
            ? map
            : throw new RejectedInputException(errorId, $"{what} has no members.", value);
    }

    /// <summary>What a bag shows of a map, with the literals that it had.</summary>
    private object Original(string name, object shown)
    {
        // A live row is no bag; to look for its type names costs.
        if (shown is not IDictionary dictionary
            || input.BaseObject is ConnectorOffset
            || Rehydrator.TryReadJson(input) is not { } json
            || json.Get(name) is not JsonMapNode original)
        {
            return shown;
        }

        try
        {
            return JsonMap.Of(DeserializedMap.Merge(original, dictionary));
        }
        catch (ArgumentException)
        {
            // The same value fails below, with the words for it.
            return shown;
        }
    }

    private static DateTime? Time(object? value) => value switch
    {
        DateTime time => Utc(time),
        DateTimeOffset time => time.UtcDateTime,
        string text when ServerTime.TryParse(text) is { HasZone: true } time => time.Utc,
        _ => null,
    };

    private static DateTime? Utc(DateTime? time) => time is { Kind: not DateTimeKind.Unspecified } known ? known.ToUniversalTime() : null;

    private string? Text(string name) => Member(name) switch
    {
        null => null,
        string text => text,
        var other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };

    /// <summary>What is said of a word in a number's place, as a CSV's header has it.</summary>
    private static string HeaderHint(object? number) => number is string text && !text.Any(char.IsAsciiDigit)
        ? " If it is a CSV's header, leave that line out: Import-Csv -Header ... | Select-Object -Skip 1."
        : "";

    private bool Has(string name) => input.Properties[name] is not null
        || (input.BaseObject is IDictionary dictionary && dictionary.Keys.Cast<object>().Any(k => string.Equals(k as string, name, StringComparison.OrdinalIgnoreCase)));

    private JsonMapNode? TryReadPartition()
    {
        try
        {
            return ReadPartition();
        }
        catch (RejectedInputException)
        {
            // Said when the partition itself is read.
            return null;
        }
    }

    /// <summary>A member's value; null also where it is an empty text, as a CSV has it, or the nothing of a pipeline or a database.</summary>
    private object? Member(string name)
    {
        object? value;
        if (_live is null || !LiveRow.TryRead(_live, name, out value))
            value = (input.BaseObject is IDictionary dictionary ? Entry(dictionary, name) : null) ?? input.Properties[name]?.Value;
        return Plain(value);
    }

    private static object? Plain(object? value) => value switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Plain(wrapped.BaseObject),
        "" or DBNull => null,
        _ => value == AutomationNull.Value ? null : value,
    };

    private static object? Entry(IDictionary dictionary, string name)
    {
        var entries = dictionary.GetEnumerator();
        while (entries.MoveNext())
        {
            if (string.Equals(entries.Key as string, name, StringComparison.OrdinalIgnoreCase))
                return entries.Value;
        }

        return null;
    }
}
