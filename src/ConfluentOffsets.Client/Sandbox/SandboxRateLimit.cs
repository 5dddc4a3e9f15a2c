namespace ConfluentOffsets.Client.Sandbox;

/// <summary>A limit that is reached for two seconds out of fifteen: whoever waits as asked comes through.</summary>
internal sealed class SandboxRateLimit
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_refusal = TimeSpan.FromSeconds(2);

    private DateTimeOffset? _firstCall;

    public bool Refuses(DateTimeOffset now)
    {
        _firstCall ??= now;
        return (now - _firstCall.Value).Ticks % s_period.Ticks < s_refusal.Ticks;
    }

    /// <summary>Adds the headers of a refusal.</summary>
    public static HttpResponseMessage Mark(HttpResponseMessage response)
    {
        response.Headers.Add("Retry-After", "1");
        response.Headers.Add("X-RateLimit-Limit", "100");
        response.Headers.Add("X-RateLimit-Remaining", "0");
        response.Headers.Add("X-RateLimit-Reset", "1");
        return response;
    }
}
