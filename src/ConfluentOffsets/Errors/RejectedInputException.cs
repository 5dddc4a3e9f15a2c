namespace ConfluentOffsets.Errors;

/// <summary>Input that is refused before anything is sent: an error id and the words for it.</summary>
internal sealed class RejectedInputException(string errorId, string message, object? target = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    public string ErrorId { get; } = errorId;

    /// <summary>What the user named, where it is not the connector.</summary>
    public object? Target { get; } = target;

    /// <summary>What to do, where that is not what errors of this id recommend.</summary>
    public string? Action { get; init; }
}
