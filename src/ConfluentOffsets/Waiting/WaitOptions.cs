namespace ConfluentOffsets.Waiting;

/// <summary>How long and how often a cmdlet waits.</summary>
/// <param name="Timeout">Over all waits of the cmdlet.</param>
/// <param name="PollInterval">The first gap between polls.</param>
/// <param name="ThrottleLimit">How many polls are in flight at once.</param>
internal sealed record WaitOptions(TimeSpan Timeout, TimeSpan PollInterval, int ThrottleLimit)
{
    public const int DefaultTimeout = 600;
    public const double DefaultPollInterval = 1;
}
