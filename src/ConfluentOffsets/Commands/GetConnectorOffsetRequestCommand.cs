using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Completion;

namespace ConfluentOffsets.Commands;

/// <summary>Reads how far the latest request to alter or reset a connector's offsets has come, whoever made it.</summary>
[Cmdlet(VerbsCommon.Get, "ConnectorOffsetRequest",
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetRequestStatus))]
public sealed class GetConnectorOffsetRequestCommand : ConnectorQueryCommand
{
    /// <summary>The connectors' names, patterns or ids.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConnectorNameCompleter))]
    public string[]? ConnectorName { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Query(ConnectorName is { Length: > 0 } names ? names : new string?[] { null });

    private protected override async Task<Reading> ReadAsync(ConfluentConnection connection, ConnectorAddress connector)
    {
        var status = await Api(connection).GetStatusAsync(connector, singleAttempt: false, StopToken).ConfigureAwait(false);
        return new Reading([RequestObjects.Status(connection, connector, status, request: null)], null);
    }
}
