<#
.SYNOPSIS
    Runs the Pester suite in this process and writes its counts as JSON. build.ps1 starts it in a process of its own.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $ResultPath,

    [string[]] $Path = $PSScriptRoot
)
$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 6.0.0 -MaximumVersion 6.99.99

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration

# A file that cannot be discovered, or a block whose set-up fails, is a failure too.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if ($result.TotalCount -eq 0) { $failed++ }
@{ Passed = $result.PassedCount; Failed = $failed; Skipped = $result.SkippedCount + $result.NotRunCount } |
    ConvertTo-Json | Set-Content $ResultPath
foreach ($test in $result.Skipped) { Write-Host "SKIPPED: $($test.ExpandedPath)" }
