namespace ConfluentOffsets.Client.Sandbox;

/// <summary>The sandbox refuses a call, with the service's error JSON.</summary>
internal sealed class SandboxRefusalException(int statusCode, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;
}
