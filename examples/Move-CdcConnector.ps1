#requires -Version 7.4
#requires -Modules ConfluentOffsets

<#
.SYNOPSIS
    Moves the position of a CDC connector to its next version, in the same cluster.
.DESCRIPTION
    Pauses both, makes sure that the old one stands still, keeps its position in a file, gives it to the new one, compares,
    and resumes the new one. The old one stays paused: that is the way back. What can be moved, and what cannot:
    Get-Help about_ConfluentOffsets_Migration.

    Before: create the new connector, with the same names of server and tables, and pause it at once.
    After: see that the new one moves on (Get-ConnectorOffset), and delete the old one only then.

    Connect first (Connect-ConfluentCloud), or set the environment variables of an API key.

    Exit code (pwsh -File): 0 where the new connector was resumed with the old one's position, or the answer was No; 1 otherwise.

    IF IT FAILS before the new connector was given the position, the old one is resumed. After that both stay paused:
    look at Get-ConnectorOffsetRequest and Get-ConnectorOffset of the new one. Never let both run.
    THE WAY BACK: Suspend-Connector <new>, then Resume-Connector <old>: it goes on where it was.
.PARAMETER From
    The old connector: its name or id, no wildcards.
.PARAMETER To
    The new one, likewise.
.PARAMETER BackupPath
    The file for the old one's position.
.PARAMETER Settle
    Seconds to wait twice after the pause: longer than the service takes between two observations.
.PARAMETER Timeout
    Seconds to wait for a pause.
.EXAMPLE
    ./Move-CdcConnector.ps1 cdc-v1 cdc-v2 -WhatIf
.EXAMPLE
    ./Move-CdcConnector.ps1 cdc-v1 cdc-v2 -Confirm:$false
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateScript({ -not [WildcardPattern]::ContainsWildcardCharacters($_) }, ErrorMessage = "'{0}' holds a wildcard, and this acts on one connector. Nothing was read or sent. Give its whole name; before a character of it that is a wildcard, write a backtick.")]
    [string] $From,

    [Parameter(Mandatory, Position = 1)]
    [ValidateScript({ -not [WildcardPattern]::ContainsWildcardCharacters($_) }, ErrorMessage = "'{0}' holds a wildcard, and this acts on one connector. Nothing was read or sent. Give its whole name; before a character of it that is a wildcard, write a backtick.")]
    [string] $To,

    [string] $BackupPath = "./$([uri]::EscapeDataString($From)).json",

    [ValidateRange(1, 3600)]
    [int] $Settle = 60,

    [ValidateRange(1, 3600)]
    [int] $Timeout = 300
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$connector = Get-Connector $From
if ($connector.State -ne 'RUNNING' -or $connector.Tasks.State -ne 'RUNNING') { throw "$From does not run with all its tasks ($($connector.State); $($connector.Tasks.State -join ', ')): what it has done is not sure." }
if ((Get-Connector $To).ConnectorId -eq $connector.ConnectorId) { throw "$From and $To are the same connector." }
if ($WhatIfPreference) {
    Get-ConnectorOffset $From | Set-ConnectorOffset -ConnectorName $To -AllowNewPartition
    return
}
if (-not $PSCmdlet.ShouldProcess("$From and $To", 'Pause both, and move the position')) { 'Nothing was done.'; return }
$ConfirmPreference = 'None'     # asked and answered

$given = $moved = $false
try {
    Suspend-Connector $From, $To -Wait -Timeout $Timeout

    # What is read from here on was observed after the pause, and is the same twice.
    $first, $position = foreach ($look in 1, 2) {
        Start-Sleep -Seconds $Settle
        , @(Get-ConnectorOffset $From -MaxAge ([Math]::Max(1, $Settle - 5)))
    }
    if (Compare-ConnectorOffset $first $position) { throw "$From is paused, and still moves." }
    $position | Export-ConnectorOffset -LiteralPath $BackupPath

    $given = $true
    $position | Set-ConnectorOffset -ConnectorName $To -AllowNewPartition -Wait -UntilObserved
    $wrong = Compare-ConnectorOffset $position @(Get-ConnectorOffset $To)
    if ($wrong) { throw "$To does not have the position of $($From): $($wrong.ForEach{ "$($_.Change) $($_.Partition)" } -join '; ')" }
    Resume-Connector $To
    $moved = $true
}
finally {
    # Also after Ctrl+C, which no catch sees.
    if ($given -and -not $moved) { Write-Warning "$From and $To are paused. $From's position is in $BackupPath. See THE WAY BACK in Get-Help $PSCommandPath." }
    elseif (-not $given) {
        try { Resume-Connector $From; Write-Warning "$From was resumed; $To is paused, or was told to." }
        catch { Write-Warning "$From could not be resumed, and is paused as $To is: Resume-Connector $From. $_" }
    }
}
