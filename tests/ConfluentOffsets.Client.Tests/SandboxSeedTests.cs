using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Client.Sandbox;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Files of offsets, and sandboxes made of them.</summary>
public sealed class SandboxSeedTests
{
    private const string One = """{"id":"lcc-1","name":"a","offsets":[{"partition":{"t":"x"},"offset":{"n": 1.10 }}],"metadata":{"observed_at":"2024-02-20 15:14:19+00:00"}}""";

    [Fact]
    public async Task A_document_of_the_api_seeds_a_sandbox_byte_for_byte()
    {
        using var sandbox = new SandboxService(seed: One);

        var answer = await sandbox.OffsetsAsync("a");

        Assert.Contains("""{"partition":{"t":"x"},"offset":{"n": 1.10 }}""", answer.Body, StringComparison.Ordinal);
        Assert.Equal("lcc-1", answer.Text("id"));
        Assert.Equal("2024-02-20 14:59:57+00:00", answer.Text("metadata", "observed_at"));
    }

    [Theory]
    [InlineData("offsets-sink")]
    [InlineData("offsets-source")]
    public async Task The_examples_of_the_openapi_document_seed_a_sandbox(string example)
    {
        using var sandbox = new SandboxService(seed: Given.Example(example));
        var name = sandbox.Estate.Connectors[0].Name;

        Assert.Equal(200, (await sandbox.OffsetsAsync(name)).Status);
        Assert.Equal(example["offsets-".Length..], sandbox.Estate.Connectors[0].Type);
    }

    [Fact]
    public async Task An_array_seeds_several_connectors_in_its_order()
    {
        using var sandbox = new SandboxService(seed: $$"""[{{One}}, {"name":"b","offsets":[]}]""");

        Assert.Equal("""["a","b"]""", (await sandbox.SendAsync("GET", "")).Body);
        Assert.Equal("lcc-box002", (await sandbox.OffsetsAsync("b")).Text("id"));
        Assert.Equal("unknown", sandbox.Estate.Connectors[1].Type);
    }

    [Fact]
    public void Connectors_are_where_the_file_says_unless_ids_are_given()
    {
        var entries = OffsetsFile.Read("""
            [
                {"environment_id":"env-a","kafka_cluster_id":"lkc-a","name":"x","offsets":[]},
                {"environment_id":"env-a","kafka_cluster_id":"lkc-b","name":"x","offsets":[]},
                {"name":"y","offsets":[]}
            ]
            """);

        var said = new SandboxEstate(entries, null, null, DateTimeOffset.UnixEpoch);
        var given = new SandboxEstate([entries[0], entries[2]], "env-z", null, DateTimeOffset.UnixEpoch);

        Assert.Equal(("env-a", "lkc-a"), (said.EnvironmentId, said.KafkaClusterId));
        Assert.NotNull(said.Find("env-a", "lkc-b", "x"));
        Assert.NotNull(said.Find("env-sandbox", "lkc-sandbox", "y"));
        Assert.Equal(("env-z", "lkc-a"), (given.EnvironmentId, given.KafkaClusterId));
        Assert.NotNull(given.Find("env-z", "lkc-sandbox", "y"));
    }

    [Fact]
    public async Task An_empty_array_is_a_cluster_without_connectors()
    {
        using var sandbox = new SandboxService(seed: "[]");

        Assert.Equal("[]", (await sandbox.SendAsync("GET", "")).Body);
        Assert.Equal("{}", (await sandbox.SendAsync("GET", "?expand=id")).Body);
    }

    [Theory]
    [InlineData("""{"offsets":[]}""", "Connector 1 of the file has no 'name'.")]
    [InlineData("""[{"name":"a","offsets":[]},{"environment_id":"env-sandbox","name":"a","offsets":[]}]""", "Connector 'a' is there twice.")]
    public void A_sandbox_needs_names_that_differ(string text, string words)
    {
        var refused = Assert.Throws<InvalidFileException>(() => new SandboxEstate(OffsetsFile.Read(text), null, null, DateTimeOffset.UnixEpoch));

        Assert.Equal(words, refused.Message);
    }
}
