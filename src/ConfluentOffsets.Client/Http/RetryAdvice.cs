using System.Globalization;
using System.Net;

namespace ConfluentOffsets.Client.Http;

/// <summary>What a service's answer says about when to come again.</summary>
internal static class RetryAdvice
{
    /// <summary>No pause is longer, whatever the service asks for: another attempt costs it little.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>More is no span of seconds but a point in time.</summary>
    private const double LongestSpan = 86_400;

    /// <summary>How long the service asks to wait, or null where it does not, or for no time at all.</summary>
    public static TimeSpan? After(HttpResponseMessage response, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,

            // Against the service's own clock where it shows one.
            { Date: { } date } => date - (response.Headers.Date ?? time.GetUtcNow()),
            _ => response.StatusCode == HttpStatusCode.TooManyRequests ? Reset(response) : null,
        };
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>How many requests the service still lets through, and for how long; null where it does not say both.</summary>
    public static (long Count, TimeSpan Reset)? Left(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-RateLimit-Remaining", out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && Reset(response) is { } reset
            ? (count, reset)
            : null;

    private static TimeSpan? Reset(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
        && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 0 and <= LongestSpan
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
