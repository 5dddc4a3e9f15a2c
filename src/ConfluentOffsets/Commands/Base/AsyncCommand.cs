using System.Collections.Concurrent;
using System.Management.Automation;
using ConfluentOffsets.Client;

namespace ConfluentOffsets.Commands;

/// <summary>
/// A cmdlet that works off the pipeline thread: it waits for tasks, writes what they have to tell meanwhile, and ends
/// them when the pipeline stops, by Ctrl+C or because nobody downstream wants more.
/// </summary>
public abstract class AsyncCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly ConcurrentQueue<Action> _wanted = new();
    private bool _disposed;

    /// <summary>Set when there may be something to do. A wait is milliseconds long: to spin first would take the time of those who end it.</summary>
    private readonly ManualResetEventSlim _wakeUp = new(initialState: false, spinCount: 0);

    /// <summary>A cmdlet.</summary>
    protected AsyncCommand() => StopToken = _stop.Token;

    /// <summary>Set when the pipeline stops.</summary>
    internal CancellationToken StopToken { get; }

    /// <summary>Writes to this cmdlet's streams from any thread.</summary>
    internal CallLog Log => Caller.Log;

    /// <summary>This cmdlet, for the calls it makes.</summary>
    internal Caller Caller { get; private set; } = Caller.None;

    /// <summary>While set, all that is posted waits: nobody downstream may end the pipeline in this moment.</summary>
    private protected bool HoldsOutput { get; set; }

    /// <summary>
    /// Whether somebody stops the pipeline (Ctrl+C), rather than that nobody downstream wants more. A prompt can end
    /// before this cmdlet is told.
    /// </summary>
    private protected bool IsInterrupted => StopToken.IsCancellationRequested || Stopping;

    /// <summary>Ends what is in flight; further tasks are not started.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var log = new CallLog(
            IsOn("Verbose", "VerbosePreference") ? text => Post(() => WriteVerbose(text)) : null,
            IsOn("Debug", "DebugPreference") ? text => Post(() => WriteDebug(text)) : null);
        Caller = new Caller(log, action => Enqueue(_wanted, action));
    }

    /// <summary>Called by the engine on another thread when the pipeline is stopped.</summary>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cmdlet has ended by itself in this moment.
        }
    }

    /// <summary>Ends what is in flight.</summary>
    /// <param name="disposing">Whether managed resources go too.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
            return;
        _disposed = true;

        // Select-Object -First comes here without StopProcessing.
        _stop.Cancel();
        _stop.Dispose();
        _wakeUp.Dispose();
    }

    /// <summary>Has something written on the pipeline thread, at the next moment it waits.</summary>
    internal void Post(Action action) => Enqueue(_posted, action);

    /// <summary>Waits for a task, writing what is posted meanwhile.</summary>
    private protected T Await<T>(Task<T> task)
    {
        // Many are, for one in each row that is piped.
        if (task.IsCompletedSuccessfully)
        {
            WritePosted();
            return task.Result;
        }

        // Wakes the loop below when nothing is posted any more.
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_wakeUp.Set);
        try
        {
            while (!task.IsCompleted)
            {
                _wakeUp.Wait(StopToken);

                // Before the look, not after it: what comes in between wakes again.
                _wakeUp.Reset();
                WritePosted();
            }

            WritePosted();
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Writes what was posted up to now.</summary>
    private protected void WritePosted()
    {
        // It writes nothing, and what is held may be waiting for it.
        while (_wanted.TryDequeue(out var wanted))
            wanted();
        while (!HoldsOutput && _posted.TryDequeue(out var action))
            action();
    }

    private void Enqueue(ConcurrentQueue<Action> queue, Action action)
    {
        queue.Enqueue(action);
        _wakeUp.Set();
    }

    /// <summary>Whether anybody reads a stream: what nobody reads is not even made.</summary>
    private bool IsOn(string parameter, string preference)
    {
        if (MyInvocation.BoundParameters.TryGetValue(parameter, out var given))
            return given is SwitchParameter { IsPresent: true };
        return GetVariableValue(preference) is not (null or ActionPreference.SilentlyContinue or ActionPreference.Ignore);
    }
}
