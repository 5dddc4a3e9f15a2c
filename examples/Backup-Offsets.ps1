#requires -Version 7.4
#requires -Modules ConfluentOffsets

<#
.SYNOPSIS
    Keeps the offsets of all connectors of a cluster: a folder for each night in that of the cluster, a file for each connector.
.DESCRIPTION
    For a scheduler. A connector that cannot be read does not keep the others from being kept.

    Connect first (Connect-ConfluentCloud), or set CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET,
    CONFLUENT_ENVIRONMENT_ID and KAFKA_ID from the scheduler's secret store.

    Exit code (pwsh -File): 0 where all connectors were kept, 1 where one was not.

    IF IT FAILS: the error names the connectors that were not kept, and why; the files of the others are there. Run it
    again when the cause is gone: a file of the same day is written anew, whole or not at all. Old folders are removed
    only in a night where all went well.

    THE WAY BACK: Import-ConnectorOffset <file> | Set-ConnectorOffset -WhatIf, then without -WhatIf and with -Wait.
.PARAMETER Path
    Where the folders go, as <environment>-<cluster>/<date>: a disk that is there tomorrow. Backups of other clusters may lie there, too.
.PARAMETER KeepDays
    Folders of this cluster's nights before that are removed, where all connectors are kept: a few of them never cost a night of all.
.PARAMETER ConnectorName
    Names, ids or patterns; all by default. With any, no old night is removed.
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File ./Backup-Offsets.ps1 -Path /backup/offsets
.EXAMPLE
    ./Backup-Offsets.ps1 -Path /backup/offsets -ConnectorName 'cdc-*' -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
[OutputType([System.IO.FileInfo])]
param(
    [string] $Path = './offsets',

    [ValidateRange(1, 3650)]
    [int] $KeepDays = 30,

    [string[]] $ConnectorName = '*'
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

# All are read, eight at once. A wrong key or no connection ends the script here; what is wrong with one connector does not.
$rows = @(Get-ConnectorOffset $ConnectorName -ErrorAction SilentlyContinue -ErrorVariable problems)
if (-not $rows -and -not $problems) { throw "No offsets to keep for '$ConnectorName': is it the right environment and cluster?" }

$today = (Get-Date).ToUniversalTime()
if ($rows) {
    # Connectors of two clusters may have one name, and nights of their own to go.
    $cluster = Join-Path $Path "$($rows[0].EnvironmentId)-$($rows[0].KafkaClusterId)"
    $folder = Join-Path $cluster $today.ToString('yyyy-MM-dd')
    $null = New-Item $folder -ItemType Directory -Force
}
$connectors = @($rows | Group-Object ConnectorName -CaseSensitive)
foreach ($connector in $connectors) {
    # A name may hold what a file's name must not.
    $file = Join-Path $folder "$([uri]::EscapeDataString($connector.Name)).json"
    $connector.Group | Export-ConnectorOffset -LiteralPath $file -PassThru
}

if ($problems) {
    throw "Not kept: $(@($problems).Count) connector(s); $($connectors.Count) kept.`n" +
        ($problems.ForEach{ "  $($_.TargetObject): $($_.Exception.Message)" } -join "`n")
}

$oldest = $today.AddDays(-$KeepDays).ToString('yyyy-MM-dd')
$old = @(Get-ChildItem -LiteralPath $cluster -Directory -ErrorAction Ignore | Where-Object { $_.Name -match '^\d{4}-\d\d-\d\d$' -and $_.Name -lt $oldest })
if ("$ConnectorName" -eq '*') { $old | Remove-Item -Recurse }
elseif ($old) { Write-Warning "$($old.Count) old night(s) in $cluster are not removed: only a run for all connectors does that, and -ConnectorName is '$ConnectorName'." }
