namespace ConfluentOffsets.Client.Files;

/// <summary>A file is not what it should be. The message says what and where.</summary>
internal sealed class InvalidFileException(string message, Exception? innerException = null) : Exception(message, innerException);
