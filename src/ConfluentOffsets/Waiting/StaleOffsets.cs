using System.Globalization;
using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Waiting;

/// <summary>Says that offsets are older than was asked for.</summary>
internal static class StaleOffsets
{
    /// <summary>The error: a failure that no time would have mended, or that the time was over.</summary>
    /// <param name="sighting">The last look.</param>
    /// <param name="connector">Whose offsets.</param>
    /// <param name="wanted">How fresh they should have been.</param>
    /// <param name="timeout">For how long they were read again.</param>
    /// <param name="target">What the user named.</param>
    public static ErrorRecord Error(Sighting sighting, ConnectorAddress connector, string wanted, TimeSpan timeout, object target)
    {
        if (sighting.Failure is { } failure && (sighting.Document is null || !failure.IsTransient))
            return ErrorFactory.Create(failure, connector);

        var observed = sighting.Document?.ObservedAt is { } at ? $"were last observed at {Time(at.Utc)}" : "have not been observed, as far as the service tells";
        var last = sighting.Failure is null ? "" : $" The last look failed: {sighting.Failure.Message}";
        return ErrorFactory.Create(
            ErrorIds.OffsetsStale,
            string.Create(CultureInfo.InvariantCulture, $"The offsets of connector '{connector.ConnectorName}' ({connector.EnvironmentId}, {connector.KafkaClusterId}) {observed}, not {wanted}, and {timeout.TotalSeconds:0.###} s of reading again did not change that.{last}"),
            target);
    }

    /// <summary>A time as messages show it.</summary>
    public static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
