namespace ConfluentOffsets.Client.Requests;

/// <summary>A request was called off before it was sent.</summary>
internal sealed class RequestCalledOffException : Exception;
