using System.Globalization;
using System.Net;

namespace ConfluentOffsets.Client.Tests;

/// <summary>How a service counts what it lets through, and tells of it. Times are seconds.</summary>
internal abstract class RateLimit
{
    /// <summary>Whether a request is let through, and what the answer says is left, and for how long.</summary>
    public abstract (bool IsServed, string? Left, string? Reset) Ask(double now);

    protected static (bool, string?, string?) Told(bool isServed, double left, double reset) => (
        isServed,
        Math.Floor(left).ToString(CultureInfo.InvariantCulture),
        reset.ToString("0.######", CultureInfo.InvariantCulture));
}

/// <summary>So many in each window; as told by the service's clock, or by the first request after the window before.</summary>
internal sealed class WindowedLimit(int limit, double seconds, bool isOnTheClock, Func<double, double> shown) : RateLimit
{
    private double _opened = double.MinValue;
    private int _used;

    /// <summary>Of the share of others, what they use up before us in each window.</summary>
    public int Others { get; init; }

    public override (bool IsServed, string? Left, string? Reset) Ask(double now)
    {
        if (now - _opened >= seconds)
            (_opened, _used) = (isOnTheClock ? (Math.Floor((now / seconds) + 0.35) - 0.35) * seconds : now, Others);
        var isServed = _used < limit;
        _used += isServed ? 1 : 0;
        return Told(isServed, limit - _used, shown(_opened + seconds - now));
    }
}

/// <summary>So many within any span as long as the window.</summary>
internal sealed class SlidingLimit(int limit, double seconds) : RateLimit
{
    private readonly Queue<double> _served = new();

    public override (bool IsServed, string? Left, string? Reset) Ask(double now)
    {
        while (_served.TryPeek(out var oldest) && now - oldest >= seconds)
            _served.Dequeue();
        var isServed = _served.Count < limit;
        if (isServed)
            _served.Enqueue(now);
        return Told(isServed, limit - _served.Count, _served.Peek() + seconds - now);
    }
}

/// <summary>A bucket of tokens that fills evenly; tells when its next token comes, or when it is full.</summary>
internal sealed class BucketLimit(int limit, double seconds, bool tellsOfNext) : RateLimit
{
    private double _tokens = limit;
    private double _at;

    public override (bool IsServed, string? Left, string? Reset) Ask(double now)
    {
        _tokens = Math.Min(limit, _tokens + ((now - _at) * limit / seconds));
        _at = now;
        var isServed = _tokens >= 1;
        _tokens -= isServed ? 1 : 0;
        var missing = (tellsOfNext ? 1 : limit) - _tokens;
        return Told(isServed, _tokens, Math.Max(0, Math.Ceiling(missing * seconds / limit)));
    }
}

/// <summary>One that lets everything through, whatever it says.</summary>
internal sealed class SaidLimit(string? left, string? reset) : RateLimit
{
    public override (bool IsServed, string? Left, string? Reset) Ask(double now) => (true, left, reset);
}
