using ConfluentOffsets.Client;

namespace ConfluentOffsets.Waiting;

/// <summary>How long and how often a cmdlet waits.</summary>
/// <param name="Timeout">Over all waits of the cmdlet.</param>
/// <param name="PollInterval">The first gap between polls.</param>
/// <param name="Throttle">Bounds the polls, together with the cmdlet's other requests.</param>
internal sealed record WaitOptions(TimeSpan Timeout, TimeSpan PollInterval, Throttle Throttle)
{
    public const int DefaultTimeout = 600;
    public const double DefaultPollInterval = 1;

    /// <summary>As parameters give them, in seconds.</summary>
    public WaitOptions(int timeout, double pollInterval, Throttle throttle)
        : this(TimeSpan.FromSeconds(timeout), TimeSpan.FromSeconds(pollInterval), throttle)
    {
    }

    /// <summary>After APPLIED, also until the connector and its tasks run again.</summary>
    public bool UntilRunning { get; init; }

    /// <summary>After APPLIED, also until the service has observed the offsets later than that.</summary>
    public bool UntilObserved { get; init; }
}
