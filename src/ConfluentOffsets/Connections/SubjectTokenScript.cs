using System.Management.Automation;
using System.Net;
using System.Security;
using System.Text;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Connections;

/// <summary>Runs the script block of -SubjectTokenCommand, by its text: in the runspace of whoever needs the JWT.</summary>
internal static class SubjectTokenScript
{
    /// <summary>
    /// Whatever the caller wants to see: what Invoke-RestMethod tells with -Debug holds the very tokens. What Write-Host
    /// shows is in a transcript unless it is ignored.
    /// </summary>
    private const string QuietPreferences = "$DebugPreference = $VerbosePreference = $ProgressPreference = 'SilentlyContinue'; $InformationPreference = 'Ignore'";

    /// <summary>Warnings, and what it shows whatever the preferences are, go nowhere; errors are for the error.</summary>
    private const string QuietStreams = "3>$null 4>$null 5>$null 6>$null";

    /// <summary>A source of JWTs.</summary>
    /// <param name="command">Has to run in any runspace.</param>
    /// <exception cref="RejectedInputException">It is empty.</exception>
    public static SubjectTokenSource Source(ScriptBlock command)
    {
        // The block itself belongs to the runspace where it was made.
        var script = command.ToString();
        return string.IsNullOrWhiteSpace(script)
            ? throw new RejectedInputException(ErrorIds.InvalidCredential, "The script block of -SubjectTokenCommand is empty.", "SubjectTokenCommand")
            : new SubjectTokenSource(() => Run(script), NeedsPipelineThread: true);
    }

    /// <summary>Runs it below the pipeline of this thread. What it writes is kept from that pipeline and its host, its output apart.</summary>
    /// <exception cref="ServiceException">It fails, or gives no JWT.</exception>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped meanwhile.</exception>
    private static string Run(string script)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript($"{QuietPreferences}\n& {{{script}\n}} {QuietStreams}", useLocalScope: true);
        ICollection<PSObject?> output;
        try
        {
            output = shell.Invoke();
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw Failed(Reason(e.ErrorRecord));
        }

        // Stopped, it may also just end.
        if (shell.InvocationStateInfo.State == PSInvocationState.Stopped)
            throw new PipelineStoppedException();
        var values = output.Select(o => o?.BaseObject).Where(o => o is not null && !(o is string text && string.IsNullOrWhiteSpace(text))).ToArray();
        return values switch
        {
            [] when shell.Streams.Error.Count > 0 => throw Failed(Reason(shell.Streams.Error[0])),
            [] => throw Failed("it gave nothing instead of a JWT. It runs by its text, so that variables of the script around it are not captured: is one of them missing?"),
            [string text] => Checked(text),
            [SecureString secure] => Checked(new NetworkCredential("", secure).Password),
            [var other] => throw Failed($"it gave a {other!.GetType().Name} instead of a JWT as text or SecureString"),
            _ => throw Failed($"it gave {values.Length} values instead of one JWT"),
        };
    }

    private static string Checked(string text) => TokenText.IsSendable(text.Trim())
        ? text.Trim()
        : throw Failed("what it gave holds blanks, or other characters that no JWT has");

    /// <summary>An error's words, and where it is an answer of HTTP, those of its body.</summary>
    private static string Reason(ErrorRecord error)
    {
        var words = new[] { error.Exception.Message, error.ErrorDetails?.Message }
            .Select(text => text is null ? null : ErrorBody.Read(Encoding.UTF8.GetBytes(text)).Message)
            .Where(text => text is not null)
            .Distinct();
        return string.Join(": ", words);
    }

    private static ServiceException Failed(string reason) => new(FailureKind.AuthenticationFailed, $"-SubjectTokenCommand failed: {reason}");
}
