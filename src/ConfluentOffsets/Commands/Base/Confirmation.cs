using System.Management.Automation;

namespace ConfluentOffsets.Commands;

/// <summary>Tells a prompt that nobody can answer from a pipeline that is stopped.</summary>
internal static class Confirmation
{
    /// <summary>
    /// Hosts fail to prompt in ways of their own: without interaction by a HostException or an InvalidOperationException,
    /// in a job by a remoting exception, with closed input even by a NullReferenceException.
    /// </summary>
    public static bool IsUnavailable(Exception exception) =>
        exception is not (PipelineStoppedException or ActionPreferenceStopException or OutOfMemoryException);
}
