using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ConfluentOffsets.Benchmarks;

/// <summary>
/// The service that is asked, on loopback. A connector's name says how it answers: <c>rows-N</c> has N partitions;
/// <c>slow-*</c> answers after 50 ms; <c>limited-*</c> share a limit of requests; <c>wait-N</c>'s request ends when it is
/// its turn.
/// </summary>
internal static class BenchmarkService
{
    private const string Connector = "/connect/v1/environments/{environment}/clusters/{cluster}/connectors/{name}";
    private const int FewPartitions = 3;
    private static readonly Latency s_latency = new(TimeSpan.FromMilliseconds(50));
    private static readonly RateLimit s_limit = new(100, TimeSpan.FromSeconds(1));
    private static readonly TimedRequests s_waits = new();
    private static readonly OffsetDocuments s_documents = new();

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        await using var app = builder.Build();
        app.MapGet(Connector + "/offsets", GetOffsetsAsync);
        app.MapPost(Connector + "/offsets/request", PostAsync);
        app.MapGet(Connector + "/offsets/request/status", GetStatusAsync);

        // What only the benchmark asks.
        app.MapPost("/bench/reset", (HttpContext http) =>
        {
            s_limit.Reset();
            s_waits.Start();
            return WriteAsync(http, "{}"u8.ToArray());
        });
        app.MapGet("/bench/latency", (HttpContext http) => WriteAsync(http, Encoding.UTF8.GetBytes(s_latency.Mean())));
        app.MapGet("/bench/limit", (HttpContext http) => WriteAsync(http, Encoding.UTF8.GetBytes(s_limit.Counts())));
        app.MapGet("/bench/waits", (HttpContext http) => WriteAsync(http, Encoding.UTF8.GetBytes(s_waits.Counts())));
        app.MapGet("/bench/posted", (HttpContext http) => WriteAsync(http, Encoding.UTF8.GetBytes(s_documents.Posted())));

        await app.StartAsync();
        Console.WriteLine(app.Urls.First());

        // The benchmark closes the pipe when it ends, however it ends.
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
    }

    private static async Task GetOffsetsAsync(HttpContext http)
    {
        var name = Name(http);
        var (kind, count) = Parse(name);
        if (kind == "slow")
            await s_latency.PassAsync();
        if (kind == "limited" && !s_limit.Admits(http.Response))
            return;
        await WriteAsync(http, s_documents.Of(name, kind == "rows" ? count : FewPartitions));
    }

    private static async Task PostAsync(HttpContext http)
    {
        using var body = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        await http.Request.Body.CopyToAsync(body);
        s_documents.Note(Name(http), body.ToArray());
        var (kind, number) = Parse(Name(http));
        var requested = kind == "wait" ? s_waits.Post(number) : DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        await WriteAsync(http, Encoding.UTF8.GetBytes(
            $$"""{"id":"lcc-bench","name":"{{Name(http)}}","requested_at":"{{requested}}"}"""));
    }

    private static async Task GetStatusAsync(HttpContext http)
    {
        var (kind, number) = Parse(Name(http));
        if (kind == "wait" && s_waits.Look(number) is { } status)
        {
            await WriteAsync(http, Encoding.UTF8.GetBytes(status));
            return;
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        await WriteAsync(http, """{"error":{"code":404,"message":"There is no request."}}"""u8.ToArray());
    }

    private static string Name(HttpContext http) => (string)http.Request.RouteValues["name"]!;

    private static (string Kind, int Number) Parse(string name) =>
        name.Split('-') is [var kind, var number] ? (kind, int.Parse(number, CultureInfo.InvariantCulture)) : (name, 0);

    private static Task WriteAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, 0, body.Length);
    }
}
