using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ConfluentOffsets.Soak;

/// <summary>The service over real HTTP, with faults. It counts its connections.</summary>
internal sealed class SoakServer : IAsyncDisposable
{
    private static readonly string[] s_failures = ["500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"];

    private static readonly string[] s_refusals = ["400 Bad Request", "409 Conflict", "422 Unprocessable Content"];

    /// <summary>How long new connections are refused.</summary>
    private static readonly TimeSpan s_refusal = TimeSpan.FromSeconds(1.5);

    private readonly TimeProvider _time;
    private readonly ServiceModel _model;
    private readonly FaultPlan _plan;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _over = new();
    private readonly TcpListener _first;
    private TcpListener _listener;
    private int _open;
    private int _mostOpen;
    private int _opened;
    private int _requests;
    private int _inWork;

    /// <param name="time">Whose time the faults take.</param>
    /// <param name="model">Who answers.</param>
    /// <param name="plan">What goes wrong.</param>
    /// <param name="patience">The client's time-out.</param>
    public SoakServer(TimeProvider time, ServiceModel model, FaultPlan plan, TimeSpan patience)
    {
        (_time, _model, _plan, _patience) = (time, model, plan, patience);
        _first = _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Address = new Uri($"http://127.0.0.1:{Port}");
        _ = AcceptAsync(_listener);
    }

    public Uri Address { get; }

    public int OpenConnections => Volatile.Read(ref _open);

    public int MostOpenConnections => Volatile.Read(ref _mostOpen);

    public int ConnectionsOpened => Volatile.Read(ref _opened);

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Whether every request that came in has been done with, the late ones too.</summary>
    public bool IsIdle => Volatile.Read(ref _inWork) == 0;

    private int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        _first.Dispose();
        _over.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(_over.Token));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Closed: for a while, or at the end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = new CountedConnection(client, () => Interlocked.Decrement(ref _open));
        var open = Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _opened);
        for (int most; open > (most = Volatile.Read(ref _mostOpen));)
            Interlocked.CompareExchange(ref _mostOpen, open, most);

        try
        {
            while (await WireRequest.ReadAsync(connection.Stream, _over.Token) is { } request)
            {
                Interlocked.Increment(ref _inWork);
                try
                {
                    if (!await AnswerAsync(connection, request))
                        return;
                }
                finally
                {
                    Interlocked.Decrement(ref _inWork);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client went away, or all is over.
        }
    }

    /// <summary>Answers one request, or does not.</summary>
    /// <returns>Whether the connection stays.</returns>
    private async Task<bool> AnswerAsync(CountedConnection connection, WireRequest request)
    {
        Interlocked.Increment(ref _requests);
        var intent = _model.ConnectorOf(request.Path)?.Intent ?? 0;
        ModelAnswer Process() => _model.Process(request, intent);
        switch (_plan.Next(request.Path))
        {
            case Fault.Refused:
                connection.Reset();
                await RefuseAsync();
                return false;
            case Fault.DroppedBefore:
                connection.Reset();
                return false;
            case Fault.DroppedAfter:
                Process();
                connection.Reset();
                return false;
            case Fault.SlowDown:
                return await SendAsync(connection, "429 Too Many Requests", "slow down"u8.ToArray(), Advice());
            // One of everything shows no list, and may be said to be uncertain.
            case Fault.Repeated when request.Method == "POST" && request.Body.AsSpan().IndexOf("\"offsets\""u8) >= 0:
                Process();
                return await SendAsync(connection, s_refusals[_plan.Choose(s_refusals.Length)], """{"error":{"code":409,"message":"busy"}}"""u8.ToArray());
            case Fault.Redirected when request.Method == "POST":
                if (_plan.Choose(2) == 0)
                    Process();
                return await SendAsync(connection, "302 Found", "<html>moved</html>"u8.ToArray(), "Location: https://elsewhere.example/\r\n");
            case Fault.FailedBefore or Fault.Repeated or Fault.Redirected:
                return await SendAsync(connection, s_failures[_plan.Choose(s_failures.Length)], "<html>failed</html>"u8.ToArray());
            case Fault.FailedAfter:
                Process();
                return await SendAsync(connection, s_failures[_plan.Choose(s_failures.Length)], """{"error":{"code":500,"message":"failed"}}"""u8.ToArray());
            case Fault.Truncated:
                return await SendAsync(connection, Process(), cut: true);
            case Fault.Garbage:
                return await SendAsync(connection, Process().Status, _plan.Bytes(1 + _plan.Choose(400)));
            case Fault.Page:
                return await SendAsync(connection, "200 OK", "<html><title>Sign in</title></html>"u8.ToArray());
            case Fault.Slow:
                var slow = Process();
                await Task.Delay(TimeSpan.FromSeconds(1 + _plan.Choose(10)), _time, _over.Token);
                return await SendAsync(connection, slow);
            case Fault.ProcessedLate when request.Method == "POST" && request.Body.AsSpan().IndexOf("\"PATCH\""u8) >= 0:
                _model.NoteLate(intent);
                await OutlastAsync(connection);
                Process();
                return false;
            case Fault.TooSlow or Fault.ProcessedLate:
                Process();
                await OutlastAsync(connection);
                return false;
            default:
                return await SendAsync(connection, Process());
        }
    }

    /// <summary>Lets the client's patience end. A client that gives up must hang up, too: else its connection counts as open.</summary>
    private async Task OutlastAsync(CountedConnection connection)
    {
        var left = connection.LeftAsync(_over.Token);
        await Task.Delay(_patience * (1.1 + (_plan.Choose(6) / 10.0)), _time, _over.Token);
        if (left.IsCompleted)
            await left;
    }

    private async Task RefuseAsync()
    {
        _listener.Stop();
        await Task.Delay(s_refusal, _time, _over.Token);
        while (true)
        {
            try
            {
                var next = new TcpListener(IPAddress.Loopback, Port);
                next.Start();
                _listener = next;
                _ = AcceptAsync(next);
                return;
            }
            catch (SocketException)
            {
                // Connections of before may keep the port for a moment.
                await Task.Delay(TimeSpan.FromMilliseconds(20), _over.Token);
            }
        }
    }

    private string Advice() => _plan.Choose(3) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"Retry-After: {1 + _plan.Choose(3)}\r\n"),
        1 => $"Date: {_time.GetUtcNow():R}\r\nRetry-After: {_time.GetUtcNow().AddSeconds(2):R}\r\n",
        _ => "X-RateLimit-Reset: 2\r\n",
    };

    private Task<bool> SendAsync(CountedConnection connection, ModelAnswer answer, bool cut = false) =>
        SendAsync(connection, answer.Status, Encoding.UTF8.GetBytes(answer.Body), cut: cut);

    private async Task<bool> SendAsync(CountedConnection connection, string status, byte[] body, string headers = "", bool cut = false)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n");
        await connection.Stream.WriteAsync(Encoding.ASCII.GetBytes(head), _over.Token);
        await connection.Stream.WriteAsync(cut ? body.AsMemory(0, body.Length / 2) : body, _over.Token);
        return !cut;
    }
}
