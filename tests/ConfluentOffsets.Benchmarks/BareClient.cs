using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ConfluentOffsets.Benchmarks;

/// <summary>The limit: what the same work costs with HttpClient and Utf8JsonReader, and nothing else.</summary>
internal static class BareClient
{
    private const int Megabyte = 1 << 20;

    public static async Task FleetAsync(Uri service, int connectors, int limit)
    {
        using var client = Client(service);
        var started = Stopwatch.GetTimestamp();
        var rows = new List<Row>[connectors];
        var options = new ParallelOptions { MaxDegreeOfParallelism = limit };
        await Parallel.ForAsync(0, connectors, options, async (i, _) =>
            rows[i] = Read(await client.GetByteArrayAsync(Path(string.Create(CultureInfo.InvariantCulture, $"slow-{i:0000}")), CancellationToken.None)));
        Print(started, rows.Sum(r => r.Count));
    }

    public static async Task RowsAsync(Uri service, int partitions)
    {
        using var client = Client(service);
        var started = Stopwatch.GetTimestamp();
        var rows = Read(await client.GetByteArrayAsync(Path(string.Create(CultureInfo.InvariantCulture, $"rows-{partitions}")), CancellationToken.None));
        Print(started, rows.Count);
    }

    private static HttpClient Client(Uri service) => new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = service };

    private static string Path(string connector) => $"/connect/v1/environments/env-bench/clusters/lkc-bench/connectors/{connector}/offsets";

    private static List<Row> Read(byte[] body)
    {
        var rows = new List<Row>();
        var reader = new Utf8JsonReader(body);
        string? topic = null;
        var partition = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.ValueTextEquals("kafka_topic"u8))
            {
                reader.Read();
                topic = reader.GetString();
            }
            else if (reader.ValueTextEquals("kafka_partition"u8))
            {
                reader.Read();
                partition = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("kafka_offset"u8))
            {
                reader.Read();
                rows.Add(new Row(topic!, partition, reader.GetInt64()));
            }
        }

        return rows;
    }

    private static void Print(long started, int rows)
    {
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new { Seconds = seconds, Count = rows, PeakMB = self.PeakWorkingSet64 / Megabyte }));
    }

    private sealed record Row(string Topic, int Partition, long Offset);
}
