using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Completion;

namespace ConfluentOffsets.Commands;

/// <summary>Shows connectors: type, state, tasks and id.</summary>
[Cmdlet(VerbsCommon.Get, "Connector",
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/connect-api-section.html")]
[OutputType(typeof(Connector))]
public sealed class GetConnectorCommand : ConnectorQueryCommand
{
    /// <summary>The connectors' names, patterns or ids; none means all of the cluster.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    private protected override bool NeedsStates => true;

    /// <inheritdoc/>
    protected override void ProcessRecord() => QueryNamed(ConnectorName);

    private protected override async Task<Reading> ReadAsync(ConfluentConnection connection, ConnectorAddress connector)
    {
        var list = await Lists.WithStatesAsync(connection, connector).ConfigureAwait(false);
        return new Reading([Connector.Of(connection, connector, ConnectorsApi.Find(list, connector))], null);
    }
}
