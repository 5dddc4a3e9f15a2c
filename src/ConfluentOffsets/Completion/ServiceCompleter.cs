using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Completion;

/// <summary>
/// Completes an argument by what the service knows. It never prompts, is silent when it fails, and answers in time or
/// not at all.
/// </summary>
internal abstract class ServiceCompleter : IArgumentCompleter
{
    /// <summary>A person who presses Tab waits no longer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        try
        {
            var command = new TypedCommand(commandAst, fakeBoundParameters);
            if (command.FindConnection() is not { } connection)
                return [];
            using var deadline = new CancellationTokenSource(s_patience, connection.Service.Time);
            return Argument.Complete(wordToComplete, Find(connection, command, deadline.Token), AreWildcardsEscaped);
        }
        catch (RejectedInputException)
        {
            return [];
        }
    }

    /// <summary>Whether the parameter would take a wildcard character for a wildcard.</summary>
    protected virtual bool AreWildcardsEscaped => false;

    /// <summary>All that could be typed there.</summary>
    protected abstract IReadOnlyList<Suggestion> Find(ConfluentConnection connection, TypedCommand command, CancellationToken deadline);
}
