using System.Net.Sockets;

namespace ConfluentOffsets.Soak;

/// <summary>A connection of a client; it tells once when it has ended, whoever ended it.</summary>
internal sealed class CountedConnection(TcpClient client, Action ended) : IDisposable
{
    private int _hasEnded;

    public NetworkStream Stream { get; } = client.GetStream();

    /// <summary>Ends it with a reset instead of a farewell.</summary>
    public void Reset()
    {
        client.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    /// <summary>Completes when the client has hung up; counts it as ended then.</summary>
    public async Task LeftAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await Stream.ReadAsync(new byte[1], cancellationToken) > 0)
                return;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Hung up without a farewell.
        }

        End();
    }

    public void Dispose()
    {
        client.Dispose();
        End();
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
            ended();
    }
}
