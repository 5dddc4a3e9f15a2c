using ConfluentOffsets.Benchmarks;

// serve | bare-fleet <uri> <connectors> <at once> | bare-rows <uri> <partitions>
switch (args)
{
    case ["serve"]:
        await BenchmarkService.RunAsync();
        return 0;
    case ["bare-fleet", var uri, var count, var limit]:
        await BareClient.FleetAsync(new Uri(uri), Number(count), Number(limit));
        return 0;
    case ["bare-rows", var uri, var count]:
        await BareClient.RowsAsync(new Uri(uri), Number(count));
        return 0;
    default:
        await Console.Error.WriteLineAsync("serve | bare-fleet <uri> <connectors> <at once> | bare-rows <uri> <partitions>");
        return 2;
}

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
