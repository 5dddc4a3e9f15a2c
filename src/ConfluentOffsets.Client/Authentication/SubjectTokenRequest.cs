namespace ConfluentOffsets.Client.Authentication;

/// <summary>
/// A JWT that is wanted from where only a pipeline thread can get it. All who wait for it offer theirs, and the first
/// that is free gets it for them all: whoever asked first may be busy further down its pipeline, or may have ended.
/// </summary>
/// <param name="source">Gets it.</param>
internal sealed class SubjectTokenRequest(SubjectTokenSource source)
{
    /// <summary>Also for what it calls, on other threads too.</summary>
    private static readonly AsyncLocal<bool> s_isGetting = new();

    private readonly object _lock = new();
    private readonly List<Caller> _callers = [];
    private readonly TaskCompletionSource<string> _jwt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isTaken;

    /// <summary>The JWT, when somebody got it.</summary>
    public Task<string> Jwt => _jwt.Task;

    /// <summary>Whether this is called by what gets a JWT: to want one there would never end.</summary>
    public static bool IsGetting => s_isGetting.Value;

    /// <summary>Nobody who asks could get it.</summary>
    public static ServiceException NoPipeline() =>
        new(FailureKind.AuthenticationFailed, "There is no pipeline here that could run -SubjectTokenCommand.");

    /// <summary>A caller waits from now on.</summary>
    public void Join(Caller caller)
    {
        lock (_lock)
            _callers.Add(caller);
        Offer(caller);
    }

    /// <summary>A caller waits no longer.</summary>
    public void Leave(Caller caller)
    {
        lock (_lock)
        {
            _callers.Remove(caller);
            FailWithoutPipeline();
        }
    }

    private void Offer(Caller caller)
    {
        lock (_lock)
            FailWithoutPipeline();
        caller.OnPipelineThread?.Invoke(Get);
    }

    private void Get()
    {
        lock (_lock)
        {
            if (_isTaken || _jwt.Task.IsCompleted || _callers.Count == 0)
                return;
            _isTaken = true;
        }

        s_isGetting.Value = true;
        try
        {
            _jwt.TrySetResult(source.Read());
        }
        catch (ServiceException e)
        {
            _jwt.TrySetException(e);
        }
        catch
        {
            // The pipeline was stopped meanwhile: another's turn.
            PassOn();
            throw;
        }
        finally
        {
            s_isGetting.Value = false;
        }
    }

    private void PassOn()
    {
        Caller[] callers;
        lock (_lock)
        {
            _isTaken = false;
            callers = [.. _callers];
        }

        foreach (var caller in callers)
            Offer(caller);
    }

    /// <summary>Where nobody who waits has a pipeline thread, nobody ever gets it.</summary>
    private void FailWithoutPipeline()
    {
        if (!_isTaken && _callers.Count > 0 && _callers.TrueForAll(c => c.OnPipelineThread is null))
            _jwt.TrySetException(NoPipeline());
    }
}
