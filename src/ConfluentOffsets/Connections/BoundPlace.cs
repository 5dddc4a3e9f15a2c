using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Connections;

/// <summary>What -EnvironmentId, -KafkaClusterId and -Connection hold, who said so, and what is wrong with it.</summary>
internal sealed class BoundPlace
{
    private const string Advice = "Give -Connection what Connect-ConfluentCloud -PassThru or Get-ConfluentCloudConnection gave; pipe objects with such a Connection, or without any. Where nobody wrote it, look at $PSDefaultParameterValues.";

    /// <summary>The parameters, and the error where one was written but is empty.</summary>
    private static readonly (string Parameter, string ErrorId)[] s_parameters =
    [
        (nameof(Connection), ErrorIds.NotConnected),
        (nameof(EnvironmentId), ErrorIds.InvalidEnvironmentId),
        (nameof(KafkaClusterId), ErrorIds.InvalidKafkaClusterId),
    ];

    private readonly HashSet<string> _written = [];
    private readonly HashSet<string> _scriptBlocks = [];

    /// <summary>Why what stands in the connection's place is none; of an empty text, nothing is said. Null: nothing else stands there.</summary>
    private string? _refusal;

    public string? EnvironmentId { get; set; }

    public string? KafkaClusterId { get; set; }

    /// <summary>Null also where something else stands in its place.</summary>
    public ConfluentConnection? Connection { get; private set; }

    /// <summary>Takes what is bound as -Connection.</summary>
    public void Take(ConfluentConnection? bound)
    {
        _refusal = bound?.Refusal;
        Connection = _refusal is null ? bound : null;
    }

    /// <summary>Whether a parameter was written (or has a default value that the user made), rather than being piped.</summary>
    public bool IsWritten(string parameter) => _written.Contains(parameter);

    /// <summary>
    /// Takes note of what was written, before anything is piped. What was written but is empty (an unset variable) is no
    /// reason to fall back to another place.
    /// </summary>
    /// <param name="bound">What is bound by then.</param>
    /// <exception cref="RejectedInputException">Something is empty, or no connection.</exception>
    public void Begin(IReadOnlyDictionary<string, object?> bound)
    {
        foreach (var (parameter, errorId) in s_parameters)
        {
            if (!bound.TryGetValue(parameter, out var value))
                continue;
            _written.Add(parameter);
            switch (value)
            {
                case null:
                    throw new RejectedInputException(errorId, $"-{parameter} is given, but it is $null: is a variable empty?", parameter);
                case "" or ConfluentConnection { Refusal: "" }:
                    throw new RejectedInputException(errorId, $"-{parameter} is given, but it is empty: is a variable empty?", parameter);
                case ConfluentConnection { Refusal: { } refusal }:
                    throw new RejectedInputException(ErrorIds.InvalidInputObject, $"What is given as -{parameter} {refusal}", parameter) { Action = Advice };
                case not (string or ConfluentConnection):
                    // What runs for each object: PowerShell shows something of its own until then.
                    _scriptBlocks.Add(parameter);
                    break;
            }
        }
    }

    /// <summary>What is wrong with where an object is to go, by its own words or by a script block's; null: nothing.</summary>
    /// <param name="names">The connectors that it is for.</param>
    /// <param name="isTold">Whether the object is bound in other ways as well: itself, or its name.</param>
    public RejectedInputException? Refuse(string?[]? names, bool isTold)
    {
        if (_refusal is { Length: > 0 })
            return Stray(_refusal, names, EnvironmentId, KafkaClusterId);

        // An object that tells no place is for the default one; a script block that finds none has failed.
        foreach (var parameter in _scriptBlocks)
        {
            if (IsEmpty(parameter))
                return new RejectedInputException(ErrorIds.InvalidInputObject, $"The script block that is given as -{parameter} gives nothing{For(names)}: is something missing where it looks?", Target(names));
        }

        // Were there no such column, PowerShell would bind nothing of the object, and say so.
        return _refusal is null || isTold || !IsEmpty(nameof(EnvironmentId)) || !IsEmpty(nameof(KafkaClusterId))
            ? null
            : new RejectedInputException(ErrorIds.InvalidInputObject, $"Nothing of what is piped{For(names)} can be used: its Connection is empty, and it tells no place.", Target(names));
    }

    /// <summary>An object that is to go where no connection leads.</summary>
    /// <param name="refusal">What its Connection is, as the sentence goes on.</param>
    /// <param name="names">The connectors that it is for.</param>
    /// <param name="environmentId">Where they are, as far as it is known.</param>
    /// <param name="kafkaClusterId">Where they are, as far as it is known.</param>
    /// <param name="target">The object, where it is known.</param>
    public static RejectedInputException Stray(string refusal, string?[]? names, string? environmentId, string? kafkaClusterId, object? target = null)
    {
        var place = string.Join(", ", new[] { environmentId, kafkaClusterId }.Where(i => !string.IsNullOrEmpty(i)));
        var where = place.Length > 0 ? $" ({OffsetText.Printable(place)})" : "";
        return new RejectedInputException(ErrorIds.InvalidInputObject, $"The Connection of what is piped{For(names)}{where} {refusal}", target ?? Target(names)) { Action = Advice };
    }

    private static string For(string?[]? names) => names?.Where(n => !string.IsNullOrEmpty(n)).ToArray() is { Length: > 0 } known
        ? $" for '{OffsetText.Printable(string.Join("', '", known))}'"
        : "";

    private static object? Target(string?[]? names) => names is [var only] ? only : names;

    private bool IsEmpty(string parameter) => parameter switch
    {
        nameof(EnvironmentId) => string.IsNullOrEmpty(EnvironmentId),
        nameof(KafkaClusterId) => string.IsNullOrEmpty(KafkaClusterId),
        _ => Connection is null,
    };
}
