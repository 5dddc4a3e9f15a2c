#requires -Version 7.4
#requires -Modules ConfluentOffsets

<#
.SYNOPSIS
    Skips the one record that a sink cannot process.
.DESCRIPTION
    The offset of the record is in the task's trace: (Get-Connector <sink>).Tasks. It is also where the sink stands; if it
    stands anywhere else, the wrong record would be skipped, and nothing is sent. The record is lost to the sink, so copy it
    from the topic first if somebody wants it.

    Connect first (Connect-ConfluentCloud), or set the environment variables of an API key.

    Exit code (pwsh -File): 0 where the sink runs again, or the answer was No; 1 otherwise.

    IF IT FAILS with ConnectorNotRunning, the record was skipped and a task fails still: the next one may be bad, too. The
    trace in the error says which; skip that if it should be. More than a few: stop, and ask who writes to the topic.
    THE WAY BACK: Restore-ConnectorOffset <sink>.
.PARAMETER ConnectorName
    The sink: its name or id, no wildcards.
.PARAMETER Topic
    The record's topic.
.PARAMETER KafkaPartition
    The record's partition.
.PARAMETER KafkaOffset
    The record's offset.
.EXAMPLE
    ./Skip-Record.ps1 payments-snowflake payments.refunded 0 1203
.EXAMPLE
    ./Skip-Record.ps1 payments-snowflake payments.refunded 0 1203 -Confirm:$false
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateScript({ -not [WildcardPattern]::ContainsWildcardCharacters($_) }, ErrorMessage = "'{0}' holds a wildcard, and this acts on one connector. Nothing was read or sent. Give its whole name; before a character of it that is a wildcard, write a backtick.")]
    [string] $ConnectorName,

    [Parameter(Mandatory, Position = 1)]
    [string] $Topic,

    [Parameter(Mandatory, Position = 2)]
    [int] $KafkaPartition,

    [Parameter(Mandatory, Position = 3)]
    [long] $KafkaOffset
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

if (-not ((Get-Connector $ConnectorName).Tasks | Where-Object State -EQ FAILED)) { throw "No task of $ConnectorName has failed: there is nothing to skip." }
$row = Get-ConnectorOffset $ConnectorName -KafkaPartition $KafkaPartition | Where-Object Topic -CEQ $Topic
if (-not $row) { throw "$ConnectorName has no partition $Topic-$KafkaPartition." }
if ($row.KafkaOffset -ne $KafkaOffset) { throw "$ConnectorName stands at $($row.KafkaOffset) in $Topic-$KafkaPartition, not at $($KafkaOffset): nothing was skipped." }

$status = $row | Set-ConnectorOffset -KafkaOffset ($KafkaOffset + 1) -Wait -UntilRunning
$status ? $status : 'Nothing was skipped.'
