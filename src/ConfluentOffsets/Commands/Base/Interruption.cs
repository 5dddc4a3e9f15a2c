using System.Management.Automation;

namespace ConfluentOffsets.Commands;

/// <summary>Ctrl+C in the middle of work that waits for nothing.</summary>
internal static class Interruption
{
    /// <summary>Asked by what works long on the pipeline thread: ends it where the pipeline is being stopped.</summary>
    /// <exception cref="PipelineStoppedException">It is.</exception>
    public static void GoOn(this Cmdlet cmdlet)
    {
        if (cmdlet.Stopping)
            throw new PipelineStoppedException();
    }
}
