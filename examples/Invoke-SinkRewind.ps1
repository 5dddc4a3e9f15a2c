#requires -Version 7.4
#requires -Modules ConfluentOffsets

<#
.SYNOPSIS
    Rewinds a sink to the offsets of a plan, once somebody has approved what that means.
.DESCRIPTION
    Compares the plan with where the sink is, keeps the comparison and the offsets of now in a folder, asks, requests the
    change, waits until it is applied and the sink has worked from there, and checks that it is nowhere before the plan. That
    the topic still has the plan's records is not checked: the tool below finds what it has on the day of the plan.

    The plan is what Kafka's own tool writes for a point in time; it changes nothing. Any group's name will do that nobody
    uses:

        kafka-consumer-groups --bootstrap-server ... --command-config ... --group only-a-plan --topic orders \
          --reset-offsets --to-datetime 2026-11-20T06:00:00.000 --dry-run --export > plan.csv

    APPROVAL: at the prompt; or by a gate outside (a protected environment, a change ticket), behind which the script runs
    with -Confirm:$false. Where nobody can answer and nothing was said, nothing is sent. -WhatIf makes the report alone.

    Connect first (Connect-ConfluentCloud), or set the environment variables of an API key.

    Exit code (pwsh -File): 0 where the sink works from the plan's offsets, or the answer was No; 1 otherwise.

    IF IT FAILS before the change, nothing has happened. After it, the error says how the request ended:
        OffsetRequestTimeout    Wait-ConnectorOffsetRequest <sink> goes on waiting
        OffsetRequestUncertain  look at Get-ConnectorOffsetRequest <sink> before you do anything again
        ConnectorNotRunning     it was applied, and a task fails: look at (Get-Connector <sink>).Tasks
    THE WAY BACK, if the request is still the latest one: Restore-ConnectorOffset <sink>. Else the file in the report's folder:
        Import-ConnectorOffset <file> | Set-ConnectorOffset -Wait
.PARAMETER ConnectorName
    The sink: its name or id, no wildcards.
.PARAMETER PlanPath
    The CSV: topic, partition, offset in each line; no header.
.PARAMETER ReportPath
    The folder for comparison.<time>.txt and, where something is sent, the file with the offsets of before.
.PARAMETER QueueTimeout
    Seconds to wait for somebody else's request to end.
.EXAMPLE
    ./Invoke-SinkRewind.ps1 orders-sink ./plan.csv -WhatIf
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File ./Invoke-SinkRewind.ps1 orders-sink ./plan.csv '-Confirm:$false'
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateScript({ -not [WildcardPattern]::ContainsWildcardCharacters($_) }, ErrorMessage = "'{0}' holds a wildcard, and this acts on one connector. Nothing was read or sent. Give its whole name; before a character of it that is a wildcard, write a backtick.")]
    [string] $ConnectorName,

    [Parameter(Mandatory, Position = 1)]
    [string] $PlanPath,

    [string] $ReportPath = './rewind',

    [ValidateRange(0, 86400)]
    [int] $QueueTimeout = 300
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$plan = @(Import-Csv -LiteralPath $PlanPath -Header Topic, KafkaPartition, KafkaOffset)
if (-not $plan) { throw "$PlanPath holds no offsets: did what makes the plan fail?" }
if ("$($plan[0].KafkaPartition)" -notmatch '^\d+$') {
    throw "The first line of $PlanPath is a header or no line of a plan: $($plan[0].Topic),$($plan[0].KafkaPartition),$($plan[0].KafkaOffset). Remove it: from the first line on, a plan is topic,partition,offset. Nothing was sent."
}
$isRunning = (Get-Connector $ConnectorName).State -eq 'RUNNING'
$now = @(Get-ConnectorOffset $ConnectorName)

# What the plan leaves alone is none of its business; what it would add or skip is a plan for another sink, or another day.
$comparison = @($plan | Compare-ConnectorOffset $now | Where-Object Change -NE Removed)
$text = if ($comparison) { ($comparison | Format-Table | Out-String -Width 200).Trim() } else { "$ConnectorName is where the plan wants it." }
$null = New-Item $ReportPath -ItemType Directory -Force -WhatIf:$false
$report = Join-Path $ReportPath "comparison.$((Get-Date).ToUniversalTime().ToString("yyyyMMdd'T'HHmmss.fff'Z'", [cultureinfo]::InvariantCulture)).txt"
$text | Set-Content -LiteralPath $report -WhatIf:$false
$text
if (-not $comparison) { return }
$wrong = @($comparison | Where-Object { $_.Change -ne 'Changed' -or $_.Delta -gt 0 })
if ($wrong) { throw "This plan is no rewind of $($ConnectorName): it adds or skips in $($wrong.ForEach{ "$($_.Topic)-$($_.KafkaPartition)" } -join ', '). Nothing was sent." }

# Asks, unless -Confirm:$false. A sink that is paused is not observed, so there is nothing to wait for.
$status = $plan | Set-ConnectorOffset -ConnectorName $ConnectorName -BackupPath $ReportPath -QueueTimeout $QueueTimeout -Wait -UntilRunning:$isRunning -UntilObserved:$isRunning
if (-not $status) { 'Nothing was sent.'; return }
$status

# Where the topic has no such offset, the service takes the earliest there is, and says nothing. One that is before the plan's
# shows here; one behind it, since old records were removed, looks like a sink that has gone on.
$after = @(Get-ConnectorOffset $ConnectorName)
$lost = @($after | Compare-ConnectorOffset $plan | Where-Object { $_.Change -eq 'Removed' -or $_.Change -eq 'Changed' -and $_.Delta -lt 0 })
if ($lost) { throw "$ConnectorName has not gone on from the plan's offsets in $($lost.ForEach{ "$($_.Topic)-$($_.KafkaPartition)" } -join ', '): look at Get-ConnectorOffset. What was before is in $ReportPath." }
