using System.Net.Http.Headers;
using System.Text;
using ConfluentOffsets.Client.Authentication;

namespace ConfluentOffsets.Client.Http;

/// <summary>
/// Has the code compiled in the background that a process's first request needs, by a request through the same stack whose
/// connection is made of memory: nothing is sent. Who connects asks something next, and does not wait for that then. Names,
/// sockets and TLS are met only by the first request itself.
/// </summary>
internal static class WarmUp
{
    private const string Body =
        """{"id":"lcc-0","name":"a","offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":0}}],"metadata":{"observed_at":"2026-01-01T00:00:00Z"}}""";

    private static int s_started;

    /// <summary>Starts it, once in a process.</summary>
    public static void Start()
    {
        if (Interlocked.Exchange(ref s_started, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static _ => _ = RunAsync(), null);
    }

    /// <summary>Makes the request.</summary>
    /// <returns>Whether it was answered. That it was not would be nobody's concern: the first request is slower then.</returns>
    public static async Task<bool> RunAsync()
    {
        try
        {
            using var sockets = ServiceConnection.CreateSockets(proxy: null);
            sockets.UseProxy = false;

            // Nobody who traces this process is told of a request that there is not.
            sockets.ActivityHeadersPropagator = null;
            sockets.ConnectCallback = static async (_, _) =>
            {
                await Task.Yield();
                return new AnsweringStream();
            };
            using var connection = new ServiceConnection(new ConnectionSettings
            {
                BaseUri = new Uri("http://warm-up.invalid"),
                Credential = new FixedCredential(new AuthenticationHeaderValue("Basic", "none")),
                MaxRetryCount = 0,
                PrimaryHandler = sockets,
            });
            var api = new OffsetsApi(connection, Caller.None);
            await new Throttle(1).RunAsync(() => api.GetOffsetsAsync(new ConnectorAddress("env-0", "lkc-0", "a"), CancellationToken.None), CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Takes a request, whatever it is, and answers it; late, as a network does, since that is other code.</summary>
    private sealed class AnsweringStream() : MemoryStream(Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}"))
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _asked.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.Yield();
            return Read(buffer.Span);
        }

        /// <summary>What is written is dropped: the bytes are those of the answer.</summary>
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            _asked.TrySetResult();
        }
    }
}
