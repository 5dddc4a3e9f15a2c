using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Comparison;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Commands;

/// <summary>Tells what differs between two sets of offsets. It needs no connection, and sends nothing.</summary>
[Cmdlet(VerbsData.Compare, "ConnectorOffset",
    HelpUri = "https://docs.confluent.io/cloud/current/connectors/offsets.html")]
[OutputType(typeof(ConnectorOffsetDifference))]
public sealed class CompareConnectorOffsetCommand : PSCmdlet
{
    private readonly ComparedSide _reference = new("reference");
    private readonly ComparedSide _difference = new("difference");

    /// <summary>Rows of Get-ConnectorOffset, or objects with the same properties; <c>@()</c> for none.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject?[]? ReferenceObject { get; set; }

    /// <summary>The rows to compare with them; <c>@()</c> or an empty pipeline for none.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject?[]? DifferenceObject { get; set; }

    /// <summary>Emits also the partitions whose offsets are equal.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // An unset variable and a command that emitted nothing look the same here: neither is taken for "no offsets".
        CheckGiven(nameof(ReferenceObject));
        CheckGiven(nameof(DifferenceObject));
        _reference.Add(ReferenceObject, this.GoOn);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _difference.Add(DifferenceObject, this.GoOn);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var isUseless = false;
        foreach (var side in new[] { _reference, _difference })
        {
            if (side.Rejection is null)
                continue;
            isUseless = true;
            WriteError(ErrorFactory.Create(side.Tell(side.Rejection, connector: null), connector: null));
        }

        if (isUseless)
            return;
        foreach (var pair in ConnectorPair.Match(_reference.Connectors, _difference.Connectors))
        {
            if (!Report(_reference, pair.Reference) & !Report(_difference, pair.Difference))
                Compare(pair);
        }
    }

    private void Compare(ConnectorPair pair)
    {
        var (different, equal) = (0, 0);
        foreach (var difference in pair.Compare())
        {
            this.GoOn();
            var isEqual = difference.Change == nameof(OffsetChange.Equal);
            (different, equal) = isEqual ? (different, equal + 1) : (different + 1, equal);
            if (!isEqual || IncludeEqual)
                WriteObject(difference);
        }

        WriteVerbose($"{pair.Text()}: partitions that differ: {different}, equal: {equal}.");
    }

    /// <summary>Whether there was an unusable row; then the connector is not compared.</summary>
    private bool Report(ComparedSide side, ComparedConnector? connector)
    {
        if (connector?.Rejection is not { } rejection)
            return false;
        var identity = connector.Identity;
        var address = new ConnectorAddress(identity.EnvironmentId ?? "", identity.KafkaClusterId ?? "", identity.ConnectorName!);
        WriteError(ErrorFactory.Create(side.Tell(rejection, address), address));
        return true;
    }

    private void CheckGiven(string parameter)
    {
        // At this point only what was written on the command line is bound.
        if (MyInvocation.BoundParameters.TryGetValue(parameter, out var value) && value is null)
        {
            ThrowTerminatingError(ErrorFactory.Create(
                ErrorIds.InvalidInputObject,
                $"-{parameter} is $null: is a variable empty? Where a connector may have no offsets, write @(...) around it.",
                target: parameter));
        }
    }
}
