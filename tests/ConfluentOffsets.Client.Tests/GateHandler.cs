namespace ConfluentOffsets.Client.Tests;

/// <summary>Holds requests to one address until it is opened.</summary>
internal sealed class GateHandler(HttpMessageHandler inner, string path) : DelegatingHandler(inner)
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a request is held.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Completes when a held request was cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    public void Open() => _open.TrySetResult();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath.EndsWith(path, StringComparison.Ordinal))
        {
            _reached.TrySetResult();
            try
            {
                await _open.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _cancelled.TrySetResult();
                throw;
            }
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
