using System.Diagnostics;
using System.Net.Http.Headers;
using ConfluentOffsets.Client;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;

namespace ConfluentOffsets.Soak;

/// <summary>Mixed operations at once over one connection, each result checked.</summary>
internal sealed class SoakRun : IAsyncDisposable
{
    /// <summary>After these, memory must not grow.</summary>
    public const int EarlyOperations = 1000;

    /// <summary>What memory may differ by from one moment to another, in bytes: what is in flight, and what the framework keeps.</summary>
    private const long HeapTolerance = 2 * 1024 * 1024;

    private const int ConnectorsPerWorker = 3;

    /// <summary>Real time, for what is left to end by itself.</summary>
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(20);

    private readonly SoakOptions _options;
    private readonly ServiceModel _model;
    private readonly FaultPlan _plan;
    private readonly SoakServer _server;
    private readonly ServiceConnection _connection;
    private readonly SoakOperations _operations;
    private int _begun;
    private int _done;

    private SoakRun(SoakOptions options)
    {
        var time = new AcceleratedClock(options.Speed);
        _options = options;
        _plan = new FaultPlan(time, options.Seed);
        _model = new ServiceModel(time, _plan, options.Parallel * ConnectorsPerWorker, options.Count);
        var settings = new ConnectionSettings
        {
            BaseUri = new Uri("http://127.0.0.1"),
            Credential = new FixedCredential(new AuthenticationHeaderValue("Bearer", "soak")),
            Time = time,
        };
        _server = new SoakServer(time, _model, _plan, settings.RequestTimeout);
        _connection = new ServiceConnection(settings with { BaseUri = _server.Address });
        _operations = new SoakOperations(_connection, _model, Report, options);
    }

    private SoakReport Report { get; } = new();

    /// <summary>Soaks.</summary>
    /// <exception cref="OperationCanceledException">It was ended before its time.</exception>
    public static async Task<SoakReport> RunAsync(SoakOptions options, CancellationToken cancellationToken)
    {
        await using var run = new SoakRun(options);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, options.Parallel).Select(_ => Task.Run(() => run.WorkAsync(cancellationToken), cancellationToken)));
        run.Report.Took = watch.Elapsed;
        await run.FinishAsync(cancellationToken);
        return run.Report;
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (Interlocked.Increment(ref _begun) is var number && number <= _options.Count)
        {
            await _operations.DoAsync(number, cancellationToken);
            if (Interlocked.Increment(ref _done) == EarlyOperations && _options.Count >= 2 * EarlyOperations)
                Report.HeapEarly = Heap();
        }
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        // What is processed late counts, too.
        await UntilAsync(() => _server.IsIdle, "A request is still being answered.", cancellationToken);
        _operations.CheckIntents();

        Report.HeapAtEnd = Heap();
        if (Report.HeapEarly is { } early && Report.HeapAtEnd > early + HeapTolerance)
            Report.Violation($"The managed heap grew from {early} to {Report.HeapAtEnd} bytes.");

        (Report.Requests, Report.ConnectionsOpened, Report.MostOpenConnections) = (_server.Requests, _server.ConnectionsOpened, _server.MostOpenConnections);
        Report.Faults = Enum.GetValues<Fault>().ToDictionary(f => f, _plan.Drawn);
        if (Report.MostOpenConnections > 2 * _options.Parallel)
            Report.Violation($"{Report.MostOpenConnections} connections were open at once for {_options.Parallel} operations.");

        _connection.Dispose();
        await UntilAsync(() => _server.OpenConnections == 0, "A connection stays open after all has ended.", cancellationToken);
    }

    private async Task UntilAsync(Func<bool> condition, string otherwise, CancellationToken cancellationToken)
    {
        for (var watch = Stopwatch.StartNew(); !condition();)
        {
            if (watch.Elapsed > s_atMost)
            {
                Report.Violation(otherwise);
                return;
            }

            await Task.Delay(5, cancellationToken);
        }
    }

    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
