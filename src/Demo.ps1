# The main job against the sandbox, as ./build.ps1 Demo shows it: nothing leaves this process.
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../ConfluentOffsets.psd1')

function Show-Step {
    # Prints a command as a person would type it, then runs it.
    param([string] $Comment, [string] $Command)
    Write-Host "`n# $Comment" -ForegroundColor DarkGray
    Write-Host "PS> $Command" -ForegroundColor Cyan
    . ([scriptblock]::Create($Command)) | Out-Host
}

. Show-Step 'An in-memory Confluent Cloud; a real one wants an API key.' 'Connect-ConfluentCloud -Sandbox'
. Show-Step 'What is there?' 'Get-ConnectorOffset'
. Show-Step 'What would happen?' 'Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 1000 -WhatIf'
. Show-Step 'Do it, and wait for the end.' '$changed = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 1000 -Confirm:$false -Wait; $changed'
. Show-Step 'What changed?' '$changed.PreviousOffsets | Select-Object Topic, KafkaPartition, @{ n = "Before"; e = { $_.KafkaOffset } }, @{ n = "After"; e = { $changed.Request.Offsets[0].KafkaOffset } }'
. Show-Step 'A source: edit a member, everything else goes back byte for byte.' 'Get-ConnectorOffset jdbc-orders | Select-Object -First 1 | ForEach-Object { $_.Offset.incrementing = 3; $_ } | Set-ConnectorOffset -Confirm:$false -Wait'
. Show-Step 'Start over, as if newly created.' '$reset = Reset-ConnectorOffset orders-sink -All -Confirm:$false; $reset | Wait-ConnectorOffsetRequest'
. Show-Step 'What it had before is kept with the request.' '$reset.OffsetsBefore | Format-Table Topic, KafkaPartition, KafkaOffset'
. Show-Step 'Done.' 'Disconnect-ConfluentCloud'
