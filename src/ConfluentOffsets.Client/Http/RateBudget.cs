using System.Net;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// How many requests a service still lets through, as its answers tell (<c>X-RateLimit-Remaining</c>, <c>-Reset</c>). One
/// that tells nothing lets all through. When a window ends in which all was used up, one request goes first, and its answer
/// tells how many may follow: that holds for windows of any shape, and where others use the same limit. Not safe for
/// concurrent use; times are of one clock that only goes forward.
/// </summary>
internal sealed class RateBudget
{
    /// <summary>So long the others wait for the answer of the one that went first; then another one goes.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>A pause that was halved as often is none: what the service says makes no sense.</summary>
    private const int MostDoubt = 8;

    private const int MostCaution = 16;

    /// <summary>What is left, those that are under way not yet taken off; null: nobody said anything.</summary>
    private long? _left;
    private long _window;
    private int _underWay;

    /// <summary>Whether an answer of this window told what is left.</summary>
    private bool _isTold;

    /// <summary>Whether this window began with one request alone.</summary>
    private bool _isAsked;

    /// <summary>
    /// How often what is said is halved: again and again nothing was said to be left to the one that went first, which was
    /// not refused, though.
    /// </summary>
    private int _doubt;

    /// <summary>After so many of them it is halved once more; each that is refused makes that more.</summary>
    private int _caution = 1;
    private int _contradictions;

    /// <summary>When a request goes whatever is left.</summary>
    public TimeSpan End { get; private set; }

    /// <summary>Whether nothing but the end of the window lets requests through.</summary>
    public bool IsUsedUp => _isTold && _left <= 0;

    /// <summary>Whether so many requests may go.</summary>
    public bool IsOpen(TimeSpan now, int requests = 1) => _left is not { } left || left >= _underWay + requests || now >= End;

    /// <summary>Takes requests into account that go now. It <see cref="IsOpen"/>.</summary>
    /// <returns>The window that they belong to, for <see cref="Leave"/>.</returns>
    public long Enter(TimeSpan now, int requests = 1)
    {
        if (_left is { } left && now >= End)
            BeginWindow(left, now);
        _underWay += requests;
        return _window;
    }

    /// <summary>Takes note of the answer to a request that nobody entered.</summary>
    public void Note(long window, HttpResponseMessage? response, TimeSpan now)
    {
        if (window == _window)
            _underWay++;
        Leave(window, response, now);
    }

    /// <summary>Takes a request off those that are under way, and note of what its answer tells.</summary>
    /// <param name="window">As <see cref="Enter"/> gave it.</param>
    /// <param name="response">Null: there is none.</param>
    /// <param name="now">The time.</param>
    public void Leave(long window, HttpResponseMessage? response, TimeSpan now)
    {
        // What the answer to one of an earlier window tells of is gone.
        if (window != _window)
            return;
        _underWay--;
        if (response is null)
            return;
        if (RetryAdvice.Left(response) is { } told)
            Weigh(told.Count, told.Reset, response.StatusCode == HttpStatusCode.TooManyRequests, now);
        else if (!_isTold)
            _left = null;
    }

    private void BeginWindow(long left, TimeSpan now)
    {
        if (_isTold)
        {
            // At least what was left is left now; and one goes in any case.
            left -= _underWay;
            _isAsked = left <= 0;
            (_window, _left, _underWay, _isTold) = (_window + 1, _isAsked ? 1 : left, 0, false);
        }
        else
        {
            _left = Math.Max(left, _underWay + 1);
        }

        End = now + s_patience;
    }

    private void Weigh(long count, TimeSpan reset, bool isRefused, TimeSpan now)
    {
        if (!_isTold)
            Believe(count, isRefused);
        if (count == 0 && _doubt == MostDoubt)
        {
            (_left, _isTold) = (null, false);
            return;
        }

        // Answers come in any order, and seconds are rounded up: the least of a window counts.
        var end = now + ((reset < RetryAdvice.LongestPause ? reset : RetryAdvice.LongestPause) / (1 << _doubt));
        (_left, End) = _isTold && _left is { } left ? (Math.Min(left, count), end < End ? end : End) : (count, end);
        _isTold = true;
    }

    /// <summary>Whether to believe what is said, by the first answer of a window.</summary>
    private void Believe(long count, bool isRefused)
    {
        if (isRefused)
            (_doubt, _caution, _contradictions) = (Math.Max(0, _doubt - 1), Math.Min(2 * _caution, MostCaution), 0);
        else if (count > 0)
            (_doubt, _caution, _contradictions) = (0, 1, 0);
        else if (_isAsked && ++_contradictions >= _caution)
            (_doubt, _contradictions) = (Math.Min(_doubt + 1, MostDoubt), 0);
    }
}
