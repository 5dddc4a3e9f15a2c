using System.Text.Json;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Wire;

namespace ConfluentOffsets.Client.Files;

/// <summary>What is wrong in a file, and at which of its bytes.</summary>
internal sealed class OffsetsFileFault(string message, long index) : Exception(message)
{
    public int Index { get; } = (int)index;
}

/// <summary>
/// Reads a file of offsets in one pass, so that whatever is wrong has its place. Stricter than the reader of the
/// service's answers: people edit files. Members that are not known are left alone.
/// </summary>
/// <param name="text">The file, in UTF-8.</param>
/// <param name="goOn">Asked at each item; throws where the reading shall end.</param>
internal ref struct OffsetsFileReader(ReadOnlyMemory<byte> text, Action? goOn)
{
    private readonly HashSet<ConnectorAddress> _connectors = [];
    private Utf8JsonReader _json = new(text.Span, JsonLiteral.ReaderOptions);

    /// <summary>Reads all of it.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="OffsetsFileFault">It is other JSON.</exception>
    public IReadOnlyList<OffsetsFileEntry> Read()
    {
        var entries = new List<OffsetsFileEntry>();
        _json.Read();
        if (_json.TokenType == JsonTokenType.StartArray)
        {
            while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
                entries.Add(ReadEntry());
        }
        else
        {
            entries.Add(ReadEntry());
        }

        // Throws where something follows.
        _json.Read();
        return entries;
    }

    private OffsetsFileEntry ReadEntry()
    {
        var start = _json.TokenStartIndex;
        Expect(JsonTokenType.StartObject, "A connector");
        string? id = null, name = null, environment = null, cluster = null;
        List<PartitionOffset>? offsets = null;
        ServerTime? observed = null;
        var members = default(MemberNames);
        while (ReadMember(ref members) is { } member)
        {
            switch (member)
            {
                case "id":
                    id = ReadText(member);
                    break;
                case "name":
                    name = ReadText(member);
                    break;
                case "environment_id":
                    environment = ReadText(member);
                    break;
                case "kafka_cluster_id":
                    cluster = ReadText(member);
                    break;
                case "offsets":
                    offsets = ReadOffsets();
                    break;
                case "metadata":
                    observed = ReadMetadata();
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        if (offsets is null)
            throw new OffsetsFileFault("A connector has no 'offsets'", start);
        if (name is not null && !_connectors.Add(new ConnectorAddress(environment ?? "", cluster ?? "", name)))
            throw new OffsetsFileFault($"Connector '{name}' is there twice", start);
        return new OffsetsFileEntry(environment, cluster, new OffsetsDocument(id, name, offsets, observed));
    }

    private List<PartitionOffset> ReadOffsets()
    {
        Expect(JsonTokenType.StartArray, "'offsets'");
        var items = new List<PartitionOffset>();
        var partitions = new HashSet<PartitionKey>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            goOn?.Invoke();
            var start = _json.TokenStartIndex;
            var item = ReadItem(out var key);
            if (!partitions.Add(key))
                throw new OffsetsFileFault($"Partition {item.Partition} is there twice", start);
            items.Add(item);
        }

        return items;
    }

    private PartitionOffset ReadItem(out PartitionKey key)
    {
        var start = _json.TokenStartIndex;
        Expect(JsonTokenType.StartObject, "An item of 'offsets'");
        JsonMapNode? partition = null, offset = null;
        var offsetStart = start;
        var members = default(MemberNames);
        while (ReadMember(ref members) is { } member)
        {
            switch (member)
            {
                case "partition":
                    partition = ReadMap(member);
                    break;
                case "offset":
                    offsetStart = _json.TokenStartIndex;
                    offset = ReadMap(member);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        if (partition is null)
            throw new OffsetsFileFault("An item of 'offsets' has no 'partition'", start);
        if (offset is null)
            throw new OffsetsFileFault("An item of 'offsets' has no 'offset'", start);
        key = PartitionKey.AsWritten(partition);
        if (!key.Takes(offset))
            throw new OffsetsFileFault($"{offset} is not an offset of {SinkPartition.TryRead(partition)}: 'kafka_offset' has to be a number from 0", offsetStart);
        return new PartitionOffset(partition, offset);
    }

    private ServerTime? ReadMetadata()
    {
        if (_json.TokenType == JsonTokenType.Null)
            return null;
        Expect(JsonTokenType.StartObject, "'metadata'");
        ServerTime? observed = null;
        var members = default(MemberNames);
        while (ReadMember(ref members) is { } member)
        {
            if (member == "observed_at")
                observed = ReadTime(member);
            else
                _json.Skip();
        }

        return observed;
    }

    private readonly ServerTime? ReadTime(string member) => ReadText(member) is { } time
        ? ServerTime.TryParse(time) ?? throw new OffsetsFileFault($"'{member}' is not a time", _json.TokenStartIndex)
        : null;

    /// <summary>The name of the next member, with the reader on its value; null at the object's end.</summary>
    private string? ReadMember(ref MemberNames members)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
            return null;
        var start = _json.TokenStartIndex;
        var name = MemberName.Read(text.Span.Slice((int)start, _json.ValueSpan.Length + 2));
        if (!members.Add(name))
            throw new OffsetsFileFault($"'{name}' is there twice in one object", start);
        _json.Read();
        return name;
    }

    private readonly string? ReadText(string member)
    {
        if (_json.TokenType == JsonTokenType.Null)
            return null;
        Expect(JsonTokenType.String, $"'{member}'");
        var value = JsonLiteral.ReadString(text.Span[(int)_json.TokenStartIndex..(int)_json.BytesConsumed]);
        return value.Length == 0 ? null : value;
    }

    private JsonMapNode ReadMap(string member)
    {
        Expect(JsonTokenType.StartObject, $"'{member}'");
        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        var map = new JsonMapNode(text[start..(int)_json.BytesConsumed]);
        return map.IsEmpty ? throw new OffsetsFileFault($"'{member}' has no members", start) : map;
    }

    private readonly void Expect(JsonTokenType type, string what)
    {
        if (_json.TokenType != type)
            throw new OffsetsFileFault($"{what} is {Words(_json.TokenType)}; it has to be {Words(type)}", _json.TokenStartIndex);
    }

    private static string Words(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    /// <summary>The names of one object's members: the two of an item of 'offsets' need no set.</summary>
    private struct MemberNames
    {
        private string? _first;
        private string? _second;
        private HashSet<string>? _others;

        /// <summary>Whether it is a new one.</summary>
        public bool Add(string name)
        {
            if (name == _first || name == _second)
                return false;
            if (_first is null)
                _first = name;
            else if (_second is null)
                _second = name;
            else
                return (_others ??= new(StringComparer.Ordinal)).Add(name);
            return true;
        }
    }
}
