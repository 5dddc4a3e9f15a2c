using System.Management.Automation;
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
        Try(() => _file = FilePaths.ToWrite(SessionState.Path, isLiteral ? LiteralPath : Path, isLiteral));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // One unusable row is enough: a file that lacks it is no backup.
        if (!_failed)
            Try(() => _offsets.Add(InputObject, _file, this.GoOn));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!_failed
            && Try(() => _offsets.CheckAny(_file))
            && Confirm($"Write offsets (connectors: {_offsets.ConnectorCount}, partitions: {_offsets.PartitionCount})")
            && Try(() => _offsets.Write(_file, overwrite: !NoClobber, overwriteReadOnly: Force, this.GoOn))
            && PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([FilePaths.Qualify(_file)], force: true, literalPath: true), enumerateCollection: true);
        }
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

    private bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (RejectedInputException e)
        {
            _failed = true;
            WriteError(ErrorFactory.Create(e, connector: null));
            return false;
        }
    }
}
