# What the tests of the runbooks share.
. $PSScriptRoot/common.ps1
$script:Examples = Join-Path $RepoRoot 'examples'

# A sandbox whose time passes where a script sleeps, and an empty folder.
function Connect-Rehearsal {
    param([hashtable] $With = @{})
    $script:t = Connect-Sandbox $With
    Set-Location (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory)
}

function Start-Sleep { param([int] $Seconds) $t.Clock.Advance([timespan]::FromSeconds($Seconds)) }

# The offsets of some partitions, observed after all that was done.
function Get-Position {
    param([string] $Name, [string] $Topic = '*')
    $t.Clock.Advance('00:00:10')
    (Get-ConnectorOffset $Name -Topic $Topic | ForEach-Object { $_.Topic ? "$($_.KafkaOffset)" : "$($_.Offset)" }) -join ' '
}

function Get-TerminatingError {
    param([scriptblock] $Body)
    try { $null = & $Body } catch { return $_ }
    throw 'No error.'
}
