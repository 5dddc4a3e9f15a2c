using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using ConfluentOffsets.Client.Json;

namespace ConfluentOffsets.Client.Authentication;

/// <summary>A token of Confluent's that an exchange gave, and how long it is good for.</summary>
/// <param name="Header">The token, as requests carry it.</param>
/// <param name="ObtainedAt">A timestamp of the connection's clock, from before the exchange was sent.</param>
/// <param name="Lifetime">From then.</param>
internal sealed record AccessToken(AuthenticationHeaderValue Header, long ObtainedAt, TimeSpan Lifetime)
{
    /// <summary>Where the service does not say: a third of the longest there is.</summary>
    private static readonly TimeSpan s_unknownLifetime = TimeSpan.FromMinutes(5);

    /// <summary>A request may be under way for a while, and clocks differ.</summary>
    private static readonly TimeSpan s_longestMargin = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan s_leastGap = TimeSpan.FromSeconds(10);

    /// <summary>From <see cref="ObtainedAt"/>: a fifth of its life before the end, at most two minutes.</summary>
    private TimeSpan DueAfter { get; init; } = Lifetime - (Lifetime / 5 < s_longestMargin ? Lifetime / 5 : s_longestMargin);

    /// <summary>Whether another should be had by now.</summary>
    public bool IsDue(TimeProvider time) => time.GetElapsedTime(ObtainedAt) >= DueAfter || IsExpired(time);

    public bool IsExpired(TimeProvider time) => time.GetElapsedTime(ObtainedAt) >= Lifetime;

    /// <summary>The same token, due again when half of what is left of it is gone.</summary>
    public AccessToken PutOff(TimeProvider time)
    {
        var age = time.GetElapsedTime(ObtainedAt);
        var gap = (Lifetime - age) / 2;
        return this with { DueAfter = age + (gap > s_leastGap ? gap : s_leastGap) };
    }

    /// <summary>Reads the answer of an exchange.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="askedAt">A timestamp from before the exchange was sent.</param>
    /// <returns>Null where the answer holds no token.</returns>
    public static AccessToken? Read(ReadOnlyMemory<byte> body, long askedAt)
    {
        try
        {
            return JsonLiteral.Read(JsonLiteral.Validate(body)) is JsonMapNode answer
                && answer.Get("access_token") is string token
                && TokenText.IsSendable(token)
                    ? new AccessToken(new AuthenticationHeaderValue("Bearer", token), askedAt, ReadLifetime(answer.Get("expires_in")))
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Seconds, as a number or as text.</summary>
    private static TimeSpan ReadLifetime(object? seconds) =>
        double.TryParse(Convert.ToString(seconds, CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and < 1e6
            ? TimeSpan.FromSeconds(number)
            : s_unknownLifetime;
}
