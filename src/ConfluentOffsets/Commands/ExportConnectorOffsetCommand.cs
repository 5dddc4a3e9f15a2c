using System.Management.Automation;
using ConfluentOffsets.Client.Files;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Input;

namespace ConfluentOffsets.Commands;

/// <summary>Writes offsets to a file, all of them or none.</summary>
[Cmdlet(VerbsData.Export, "ConnectorOffset", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(FileInfo))]
public sealed class ExportConnectorOffsetCommand : PSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly OffsetsToExport _offsets = new();
    private string _file = "";
    private bool _failed;

    /// <summary>The file.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    public string Path { get; set; } = null!;

    /// <summary>The file, by its name as it is.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = null!;

    /// <summary>Rows of Get-ConnectorOffset, or objects with the same properties.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>Leaves a file that is there as it is, with an error.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Overwrites also a file that is read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var isLiteral = ParameterSetName == LiteralPathSet;
        try
        {
            _file = FilePaths.ToWrite(SessionState.Path, isLiteral ? LiteralPath : Path, isLiteral);
        }
        catch (RejectedInputException e)
        {
            Fail(ErrorFactory.Create(e, connector: null));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // One unusable row is enough: a file that lacks it is no backup.
        if (_failed)
            return;
        try
        {
            foreach (var row in InputRow.Each(InputObject))
                _offsets.Add(row);
        }
        catch (RejectedInputException e)
        {
            Fail(ErrorFactory.Create(new RejectedInputException(e.ErrorId, $"{e.Message} Nothing is written to '{_file}'.", e.Target, e), connector: null));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_failed)
            return;
        var entries = _offsets.Entries;
        if (entries.Count == 0)
        {
            // Most often what was before in the pipeline has failed: yesterday's file is worth more than an empty one.
            Fail(ErrorFactory.Create(ErrorIds.BackupFailed, $"No row was piped, so nothing is written to '{_file}'.", _file));
            return;
        }

        if (Confirm($"Write offsets (connectors: {entries.Count}, partitions: {_offsets.PartitionCount})") && Write(entries) && PassThru)
            WriteObject(InvokeProvider.Item.Get([FilePaths.Qualify(_file)], force: true, literalPath: true), enumerateCollection: true);
    }

    private bool Confirm(string action)
    {
        try
        {
            return ShouldProcess(_file, action);
        }
        catch (Exception e) when (Confirmation.IsUnavailable(e))
        {
            ThrowTerminatingError(ErrorFactory.Create(ErrorIds.ConfirmationUnavailable, $"'{_file}': nobody can answer the prompt here, so nothing is written. Add -Confirm:$false to go on without it.", _file, e));
            return false;
        }
    }

    private bool Write(IReadOnlyList<OffsetsFileEntry> entries)
    {
        try
        {
            AtomicFile.Write(_file, stream => OffsetsFileWriter.Write(stream, entries), overwrite: !NoClobber, overwriteReadOnly: Force);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or FormatException)
        {
            Fail(ErrorFactory.Create(ErrorIds.BackupFailed, $"'{_file}' is not written. {e.Message}", _file, e));
            return false;
        }
    }

    private void Fail(ErrorRecord error)
    {
        _failed = true;
        WriteError(error);
    }
}
