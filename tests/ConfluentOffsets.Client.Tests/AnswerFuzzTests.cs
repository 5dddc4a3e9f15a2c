using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ConfluentOffsets.Client.Authentication;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.Client.Requests;
using ConfluentOffsets.Client.Wire;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Whatever bytes come back: a value, or a failure of a documented kind; never another exception, never a hang.</summary>
public sealed class AnswerFuzzTests
{
    private const int Cases = 40_000;

    /// <summary>So many answers a case has; then it begins again.</summary>
    private const int AnswersOfCase = 5;

    [Fact(Timeout = 600_000)]
    public Task Any_answer_to_any_operation_is_a_value_or_a_documented_failure() => Task.Run(PlayAll, TestContext.Current.CancellationToken);

    private static void PlayAll()
    {
        // Some 20 seconds; longer by hand: CONFLUENTOFFSETS_FUZZ=1000000; one case: CONFLUENTOFFSETS_SEED=1234.
        var first = Number("CONFLUENTOFFSETS_SEED");
        var cases = first is null ? Number("CONFLUENTOFFSETS_FUZZ") ?? Cases : 1;
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var values = new HashSet<string>();
        using var service = new FuzzedService();
        for (var i = 0; i < cases; i++)
        {
            var seed = (first ?? 0) + i;
            string outcome;
            try
            {
                outcome = service.Play(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} ended in another exception.", e);
            }

            kinds[outcome] = kinds.GetValueOrDefault(outcome) + 1;
            if (outcome == "value")
                values.Add(service.OperationOf(seed));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", kinds));
        if (first is not null)
            return;

        // The answers have to reach every kind of failure, and values, or nothing was shown.
        Assert.All(
            Enum.GetNames<FailureKind>().Except([nameof(FailureKind.Disconnected), nameof(FailureKind.ConnectionFailed)]).Append("value"),
            kind => Assert.InRange(kinds.GetValueOrDefault(kind), 5, cases));
        Assert.DoesNotContain(nameof(FailureKind.Disconnected), kinds.Keys);
        Assert.Equal(service.Operations.Order(StringComparer.Ordinal), values.Order(StringComparer.Ordinal));
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private sealed class FuzzedService : HttpMessageHandler
    {
        private readonly EventClock _clock = new();
        private readonly ServiceConnection _connection;
        private readonly ServiceConnection _exchanging;
        private readonly (string Name, Func<CancellationToken, Task> Call)[] _operations;
        private int _seed;
        private int _served;

        public FuzzedService()
        {
            var settings = new ConnectionSettings
            {
                BaseUri = new Uri("https://api.confluent.cloud"),
                Credential = new FixedCredential(new AuthenticationHeaderValue("Bearer", "token-1")),
                Secrets = ["token-1"],
                PrimaryHandler = this,
                MaxRetryCount = 1,
                Time = _clock,
                Chance = () => 0.5,
            };
            _connection = new ServiceConnection(settings);
            _exchanging = new ServiceConnection(settings with
            {
                Credential = new TokenExchange("pool-1", new SubjectTokenSource(() => "jwt", NeedsPipelineThread: false)),
            });
            _operations = [.. Calls()];
        }

        public IEnumerable<string> Operations => _operations.Select(o => o.Name);

        public string OperationOf(int seed) => _operations[seed % _operations.Length].Name;

        public string Play(int seed)
        {
            (_seed, _served) = (seed, 0);
            _clock.Restart(new DateTimeOffset(2024, 2, 20, 15, 0, 0, TimeSpan.Zero).AddHours(seed % 1_000_000));
            try
            {
                _clock.Run(() => CallAsync(_operations[seed % _operations.Length].Call));
                return "value";
            }
            catch (ServiceException e)
            {
                Assert.False(string.IsNullOrWhiteSpace(e.Message));
                Assert.DoesNotContain('\n', e.Message);
                Assert.True(e.Message.Length < 8000);
                Assert.True((e.ResponseBody?.Length ?? 0) <= ErrorBody.MaxLength);
                return e.Kind.ToString();
            }
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var fuzz = new AnswerFuzz((_seed * AnswersOfCase) + (_served++ % AnswersOfCase), request.Method.Method, request.RequestUri!.AbsolutePath);
            var response = new HttpResponseMessage((HttpStatusCode)fuzz.Status) { Content = new ByteArrayContent(fuzz.Body) };
            foreach (var (name, value) in fuzz.Headers)
                response.Headers.TryAddWithoutValidation(name, value);
            return Task.FromResult(response);
        }

        protected override void Dispose(bool disposing)
        {
            _connection.Dispose();
            _exchanging.Dispose();
            base.Dispose(disposing);
        }

        private static async Task<int> CallAsync(Func<CancellationToken, Task> call)
        {
            await call(CancellationToken.None);
            return 0;
        }

        private IEnumerable<(string Name, Func<CancellationToken, Task> Call)> Calls()
        {
            // Told to nobody, but told: the trace has to bear any answer, too.
            var caller = new Caller(new CallLog(_ => { }, _ => { }));
            var api = new OffsetsApi(_connection, caller);
            var connectors = new ConnectorsApi(_connection, caller);
            var places = new PlacesApi(_connection, caller);
            var offsets = Given.Items(Given.Offsets);
            var second = TimeSpan.FromSeconds(1);
            yield return ("names", token => connectors.ListNamesAsync("env-1", "lkc-1", token));
            yield return ("ids", token => connectors.ListIdsAsync("env-1", "lkc-1", token));
            yield return ("connector", token => connectors.GetAsync(Given.Connector, singleAttempt: false, token));
            yield return ("pause", token => connectors.PauseAsync(Given.Connector, () => { }, token));
            yield return ("resume", token => connectors.ResumeAsync(Given.Connector, () => { }, token));
            yield return ("environments", token => places.ListEnvironmentsAsync(token));
            yield return ("clusters", token => places.ListClustersAsync("env-1", token));
            yield return ("offsets", async token =>
            {
                var document = await api.GetOffsetsAsync(Given.Connector, token);
                Use(document.Offsets);
                _connection.Clock.Age(document.ObservedAt?.Utc);
            });
            yield return ("offsets after an exchange", token => new OffsetsApi(_exchanging, caller).GetOffsetsAsync(Given.Connector, token));
            yield return ("status", async token => Use(await api.GetStatusAsync(Given.Connector, singleAttempt: false, token)));
            yield return ("request", async token => Use((await api.PostRequestAsync(Given.Connector, AlterRequestWriter.Patch, offsets, null, token)).Offsets));
            yield return ("alteration", async token => Use((await new OffsetAlteration(api).SubmitAsync(Given.Connector, AlterRequestWriter.Patch, offsets, token)).Echo));
            yield return ("reset", async token => Use((await new OffsetAlteration(api).SubmitAsync(Given.Connector, AlterRequestWriter.Delete, null, token)).Echo));
            yield return ("turn", token => new OffsetAlteration(api).WaitForTurnAsync(Given.Connector, 10 * second, _ => { }, token));
            yield return ("fresh offsets", async token => ThrowIfAny((await new OffsetsWatcher(api, second).UntilYoungerAsync(Given.Connector, second, 10 * second, token)).Failure));
            yield return ("running", async token => ThrowIfAny((await new RunningWatcher(_connection, caller, second).UntilRunningAsync(Given.Connector, 20 * second, token)).Failure));
            yield return ("wait", async token =>
            {
                var result = await new RequestWaiter(api, new Throttle(1)).WaitAsync(Given.Connector, Given.Request(RequestBaseline.None), 60 * second, second, _ => { }, token);
                if (result.Status is not null)
                    Use(result.Status);
                ThrowIfAny(result.Failure);
            });
        }

        private static void ThrowIfAny(ServiceException? failure)
        {
            if (failure is not null)
                throw failure;
        }

        private static void Use(AlterStatusDocument status)
        {
            Use(status.Request.Offsets);
            Use(status.PreviousOffsets);
        }

        /// <summary>As the cmdlets do: lists are compared and shown to their last member.</summary>
        private static void Use(IReadOnlyList<PartitionOffset>? items)
        {
            RequestCorrelation.SameOffsets(items, items, partitionsOnly: false);
            foreach (var item in items ?? [])
            {
                Use(item.Partition);
                Use(item.Offset);
                SinkPartition.TryRead(item.Partition);
                SinkPartition.TryReadOffset(item.Offset);
            }
        }

        private static void Use(object? value)
        {
            CanonicalJson.Exact(value);
            switch (value)
            {
                case JsonMapNode map:
                    foreach (var (_, member) in map.Entries)
                        Use(member);
                    _ = map.ToString();
                    break;
                case JsonListNode list:
                    foreach (var item in list.Values)
                        Use(item);
                    break;
            }
        }
    }
}
