using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ConfluentOffsets.Benchmarks;

/// <summary>So many requests in each window of time, the first one beginning with the first request.</summary>
internal sealed class RateLimit(int limit, TimeSpan window)
{
    private readonly object _lock = new();
    private DateTimeOffset _opened;
    private int _used;
    private int _served;
    private int _refused;

    public void Reset()
    {
        lock (_lock)
            (_opened, _used, _served, _refused) = (default, 0, 0, 0);
    }

    public string Counts()
    {
        lock (_lock)
            return string.Create(CultureInfo.InvariantCulture, $$"""{"Served":{{_served}},"Refused":{{_refused}}}""");
    }

    /// <summary>Whether a request is let through; a refusal is written.</summary>
    public bool Admits(HttpResponse response)
    {
        lock (_lock)
        {
            var now = DateTimeOffset.UtcNow;
            if (now - _opened >= window)
                (_opened, _used) = (now, 0);
            var admitted = _used < limit;
            (_used, _served, _refused) = admitted ? (_used + 1, _served + 1, _refused) : (_used, _served, _refused + 1);

            // In whole seconds, as the service tells it.
            var reset = Math.Ceiling((_opened + window - now).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            response.Headers["X-RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
            response.Headers["X-RateLimit-Remaining"] = (limit - _used).ToString(CultureInfo.InvariantCulture);
            response.Headers["X-RateLimit-Reset"] = reset;
            if (!admitted)
            {
                response.StatusCode = StatusCodes.Status429TooManyRequests;
                response.Headers.RetryAfter = reset;
            }

            return admitted;
        }
    }
}
