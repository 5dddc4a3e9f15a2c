using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ConfluentOffsets.Client;
using ConfluentOffsets.Connections;

namespace ConfluentOffsets.Completion;

/// <summary>A command line that is being typed: where it leads, as far as that can be known.</summary>
/// <param name="command">What is typed.</param>
/// <param name="bound">The parameters whose values can be told without running anything.</param>
internal sealed class TypedCommand(CommandAst command, IDictionary bound)
{
    /// <summary>Given to Connect-ConfluentCloud, they lead to another account than the current connection's.</summary>
    private static readonly string[] s_otherAccount =
        ["AccessToken", "BaseUri", "Credential", "HttpMessageHandler", "IdentityPoolId", "Sandbox", "SandboxPath", "SandboxScenario", "SubjectToken", "SubjectTokenCommand"];

    /// <summary>The connection that the command would use; null where there is none, or where that cannot be told.</summary>
    public ConfluentConnection? FindConnection()
    {
        if (command.GetCommandName() is { } name && name.EndsWith("Connect-ConfluentCloud", StringComparison.OrdinalIgnoreCase) && s_otherAccount.Any(p => IsTyped(p)))
            return null;
        var connection = IsTyped("Connection") ? Value("Connection") as ConfluentConnection : ConnectionStore.FindOrMake();
        return connection is { Service.IsDisposed: false } ? connection : null;
    }

    /// <summary>The environment that the command would use, or null.</summary>
    public string? FindEnvironmentId(ConfluentConnection connection) =>
        IsTyped("EnvironmentId") ? Value("EnvironmentId") as string : connection.EnvironmentId;

    /// <summary>The cluster that the command would use, with no connector's name, or null.</summary>
    public ConnectorAddress? FindCluster(ConfluentConnection connection)
    {
        var kafkaClusterId = IsTyped("KafkaClusterId", "ClusterId") ? Value("KafkaClusterId") as string : connection.KafkaClusterId;
        return FindEnvironmentId(connection) is { } environmentId && kafkaClusterId is not null
            ? ConnectorIds.ResolveCluster(connection, environmentId, kafkaClusterId)
            : null;
    }

    /// <summary>The connectors' names that are typed.</summary>
    public IReadOnlyList<string> FindConnectorNames() => Value("ConnectorName") switch
    {
        string name => [name],
        IEnumerable names => [.. names.Cast<object?>().Select(Unwrap).OfType<string>()],
        _ => [],
    };

    /// <summary>By position, in full, or shortened.</summary>
    private bool IsTyped(params string[] names) =>
        bound.Contains(names[0])
        || command.CommandElements.OfType<CommandParameterAst>().Any(p => Array.Exists(names, n => n.StartsWith(p.ParameterName, StringComparison.OrdinalIgnoreCase)));

    private object? Value(string name) => Unwrap(bound[name]);

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
