using System.Management.Automation;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>Reads files of offsets, one row for each partition. Nothing is emitted of a file that is not all right.</summary>
[Cmdlet(VerbsData.Import, "ConnectorOffset", DefaultParameterSetName = PathSet,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffset))]
public sealed class ImportConnectorOffsetCommand : PSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The files; wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!;

    /// <summary>The files, by their names as they are.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var isLiteral = ParameterSetName == LiteralPathSet;
        foreach (var path in isLiteral ? LiteralPath : Path)
        {
            try
            {
                foreach (var file in FilePaths.ToRead(SessionState.Path, path, isLiteral))
                    Import(file);
            }
            catch (RejectedInputException e)
            {
                WriteError(ErrorFactory.Create(e, connector: null));
            }
        }
    }

    private void Import(string file)
    {
        IReadOnlyList<OffsetsFileEntry> entries;
        try
        {
            entries = OffsetsFile.ReadFile(file, this.GoOn);
        }
        catch (Exception e) when (e is InvalidFileException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            WriteError(ErrorFactory.Create(ErrorIds.InvalidFile, $"'{file}' cannot be imported. {e.Message}", file, e));
            return;
        }

        WriteVerbose($"'{file}' is read (connectors: {entries.Count}, partitions: {entries.Sum(e => e.Document.Offsets.Count)}).");
        foreach (var entry in entries)
        {
            foreach (var item in entry.Document.Offsets)
            {
                WriteObject(new ConnectorOffset
                {
                    EnvironmentId = entry.EnvironmentId,
                    KafkaClusterId = entry.KafkaClusterId,
                    ConnectorName = entry.Document.Name,
                    ConnectorId = entry.Document.Id,
                    Partition = JsonView.Of(item.Partition),
                    Offset = JsonView.Of(item.Offset),
                    ObservedAt = entry.Document.ObservedAt?.Utc,
                });
            }
        }
    }
}
