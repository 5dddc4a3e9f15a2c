using System.Management.Automation;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Client.Sandbox;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Connections;

/// <summary>Makes connections to sandboxes.</summary>
internal static class SandboxFactory
{
    /// <summary>A connection to a sandbox of its own.</summary>
    /// <param name="scenario">How its requests go, or null.</param>
    /// <param name="path">A file of connectors, or null for those that every sandbox has.</param>
    /// <param name="paths">Says what file a path means.</param>
    /// <param name="input">Ids that are given become the sandbox's; environment variables tell of another cloud.</param>
    /// <exception cref="RejectedInputException">The file cannot be used.</exception>
    public static ConfluentConnection Create(string? scenario, string? path, PathIntrinsics paths, ConnectionSettingsInput input)
    {
        try
        {
            var handler = new SandboxHandler(
                input.TimeProvider ?? TimeProvider.System,
                scenario is null ? SandboxScenario.None : Enum.Parse<SandboxScenario>(scenario, ignoreCase: true),
                path is null ? null : ReadSeed(paths.GetUnresolvedProviderPathFromPSPath(path)),
                NullIfEmpty(input.EnvironmentId),
                NullIfEmpty(input.KafkaClusterId));
            return ConnectionFactory.ToSandbox(input with
            {
                BaseUri = SandboxHandler.BaseUri,
                EnvironmentId = handler.Estate.EnvironmentId,
                KafkaClusterId = handler.Estate.KafkaClusterId,
                HttpMessageHandler = handler,
            });
        }
        catch (Exception e) when (e is InvalidFileException or IOException or UnauthorizedAccessException or NotSupportedException or SessionStateException)
        {
            throw new RejectedInputException(ErrorIds.InvalidFile, $"'{path}' cannot seed the sandbox. {e.Message}", path, e);
        }
    }

    private static IReadOnlyList<OffsetsFileEntry> ReadSeed(string path)
    {
        var entries = OffsetsFile.ReadFile(path);
        return entries.Count > 0 ? entries : throw new InvalidFileException("It holds no connector.");
    }

    private static string? NullIfEmpty(string? id) => string.IsNullOrEmpty(id) ? null : id;
}
