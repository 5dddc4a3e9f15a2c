using System.Management.Automation;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Commands;

/// <summary>
/// A cmdlet that changes something at the service: how it asks, and what an error means for that which is not sent yet.
/// Errors are kept until everything that was sent is known.
/// </summary>
public abstract class ActingCommand : ConnectorCommand
{
    private readonly List<ErrorRecord> _errors = [];
    private volatile bool _sendsNothing;

    /// <summary>Whether nothing further is sent.</summary>
    private protected bool SendsNothing => _sendsNothing;

    /// <summary>From now on nothing is sent. Only ever set: calls in flight say so at the same time.</summary>
    private protected void SendNothing() => _sendsNothing = true;

    /// <summary>After an error that ends the pipeline no further request is sent.</summary>
    private protected void NoteFailure(ErrorRecord error)
    {
        if (StopsAtErrors || ErrorFactory.EndsPipeline(ErrorFactory.IdOf(error)))
            SendNothing();
    }

    /// <summary>Keeps an error for the report.</summary>
    private protected void Keep(ErrorRecord error) => _errors.Add(error);

    /// <summary>Keeps an error for the report, and takes note of what it ends.</summary>
    private protected void Fail(ErrorRecord error)
    {
        NoteFailure(error);
        Keep(error);
    }

    /// <summary>Asks for one connector; where nobody can answer, that is an error and a no.</summary>
    private protected bool Ask(string action, string question, string caption, string connectorName)
    {
        try
        {
            return ShouldProcess(action, question, caption);
        }
        catch (Exception e) when (Confirmation.IsUnavailable(e))
        {
            // Written like other errors that end the pipeline: after what was sent before it, and the errors of that.
            Fail(ErrorFactory.Create(
                ErrorIds.ConfirmationUnavailable,
                $"{caption}: nobody can answer the prompt here, so nothing was sent. Add -Confirm:$false to go on without it.",
                connectorName,
                e));
            return false;
        }
    }

    /// <summary>Tells what was not sent, and writes the errors.</summary>
    private protected void ReportKept(IReadOnlyCollection<string> notSent)
    {
        if (notSent.Count > 0)
            WriteWarning($"Because of an error, nothing was sent for: {string.Join(", ", notSent)}");
        ReportAll(_errors);
    }
}
