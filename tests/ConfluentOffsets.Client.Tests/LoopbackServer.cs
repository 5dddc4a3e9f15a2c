using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ConfluentOffsets.Client.Tests;

/// <summary>
/// A server on this machine that answers with raw bytes, for what only the real bottom of the HTTP stack does. Each
/// request takes the next answer, the last one again and again; null closes the connection instead.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly string?[] _answers;
    private int _served;

    public LoopbackServer(params string?[] answers)
    {
        _answers = answers;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Set when a connection has ended.</summary>
    public ManualResetEventSlim Closed { get; } = new();

    /// <summary>The head of each request.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public static string Response(string status, string body, params string[] headers) =>
        $"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            while (await ReadHeadAsync(reader) is { } head)
            {
                _requests.Enqueue(head);
                if (_answers[Math.Min(Interlocked.Increment(ref _served), _answers.Length) - 1] is not { } answer)
                    return;
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer));
                if (answer.EndsWith("(cut)", StringComparison.Ordinal))
                    return;
            }
        }
        catch (IOException)
        {
            // The client went away.
        }
        finally
        {
            Closed.Set();
        }
    }

    private static async Task<string?> ReadHeadAsync(StreamReader reader)
    {
        var head = new StringBuilder();
        var length = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line.AsSpan(16), System.Globalization.CultureInfo.InvariantCulture);
            if (line.Length > 0)
            {
                head.Append(line).Append('\n');
                continue;
            }

            for (var i = 0; i < length; i++)
                reader.Read();
            return head.ToString();
        }

        return null;
    }
}
