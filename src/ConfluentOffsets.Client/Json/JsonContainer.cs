using System.Text;

namespace ConfluentOffsets.Client.Json;

/// <summary>
/// A JSON object or array that keeps its literal: what was not edited is written back byte for byte.
/// Members are parsed when they are first asked for.
/// </summary>
internal abstract class JsonContainer
{
    private readonly ReadOnlyMemory<byte> _literal;

    private protected JsonContainer(ReadOnlyMemory<byte> literal) => _literal = literal;

    /// <summary>What the cmdlets show for this node: one node has one view.</summary>
    public object? View { get; set; }

    /// <summary>Whether this or anything below was changed.</summary>
    public abstract bool IsEdited { get; }

    private protected ReadOnlySpan<byte> Literal => _literal.Span;

    /// <summary>The JSON text.</summary>
    public sealed override string ToString()
    {
        if (!IsEdited)
            return Encoding.UTF8.GetString(_literal.Span);

        var text = new StringBuilder();
        WriteEdited(text);
        return text.ToString();
    }

    /// <summary>The JSON text in UTF-8; shared with this node where nothing was edited.</summary>
    public ReadOnlyMemory<byte> TextBytes() => IsEdited ? Encoding.UTF8.GetBytes(ToString()) : _literal;

    /// <summary>A container of its own with the same text: later edits of one do not reach the other.</summary>
    public abstract JsonContainer Snapshot();

    private protected ReadOnlyMemory<byte> Slice(long start, long end) => _literal[(int)start..(int)end];

    private protected abstract void WriteEdited(StringBuilder text);

    /// <summary>One value inside a container: its literal, and its parsed or assigned value.</summary>
    private protected class Slot
    {
        private readonly ReadOnlyMemory<byte> _literal;
        private object? _value;
        private bool _known;

        public Slot(ReadOnlyMemory<byte> literal) => _literal = literal;

        public Slot(object? value) => (_value, _known, Assigned) = (value, true, true);

        public bool Assigned { get; private set; }

        public bool IsEdited => Assigned || (_value is JsonContainer container && container.IsEdited);

        public object? Value
        {
            get
            {
                if (!_known)
                    (_value, _known) = (JsonLiteral.Read(_literal), true);
                return _value;
            }
        }

        /// <summary>Assigning what is there already is no edit: the literal stays.</summary>
        public void Assign(object? value)
        {
            if (!Equals(Value, value))
                (_value, Assigned) = (value, true);
        }

        /// <summary>The value as JSON: its literal where it was not edited.</summary>
        public string Text => IsEdited ? JsonLiteral.Write(_value) : Encoding.UTF8.GetString(_literal.Span);
    }
}
