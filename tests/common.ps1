# Dot-sourced by each test file: the built module, and what the tests put under it.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:RepoRoot = Split-Path $PSScriptRoot
Import-Module (Join-Path $RepoRoot 'ConfluentOffsets.psd1') -Force
$support = Get-ChildItem (Join-Path $PSScriptRoot 'ConfluentOffsets.TestSupport/bin') -Recurse -Filter ConfluentOffsets.TestSupport.dll |
    Sort-Object LastWriteTime -Descending | Select-Object -First 1
Add-Type -Path $support.FullName

$script:Secret = 'cflt/S3cret+With=Odd&Chars'
$script:ConnectorPath = '/connect/v1/environments/env-a12b6/clusters/lkc-devc80/connectors'

function New-TestCredential {
    param([string] $Key = 'TESTKEY0123456', [string] $Value = $Secret)
    [pscredential]::new($Key, (ConvertTo-SecureString $Value -AsPlainText -Force))
}

# A stub and its clock, connected as this runspace's default. Delays take no real time.
function Connect-Stub {
    param([hashtable] $With = @{})
    $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
    $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock)
    $parameters = @{
        Credential         = New-TestCredential
        EnvironmentId      = 'env-a12b6'
        KafkaClusterId     = 'lkc-devc80'
        HttpMessageHandler = $stub
        TimeProvider       = $clock
    }
    foreach ($name in $With.Keys) { $parameters[$name] = $With[$name] }
    $connection = Connect-ConfluentCloud @parameters -PassThru
    [pscustomobject]@{ Stub = $stub; Clock = $clock; Connection = $connection }
}

# The answer of GET offsets for a sink: @{ 'orders-0' = 100 }.
function New-SinkAnswer {
    param([System.Collections.IDictionary] $Offsets, [string] $Id = 'lcc-sink1', [string] $ObservedAt = '2024-02-20 15:14:19+00:00')
    $items = foreach ($key in $Offsets.Keys) {
        $topic, $partition = $key -split '-(?=\d+$)'
        '{{"partition":{{"kafka_partition":{0},"kafka_topic":"{1}"}},"offset":{{"kafka_offset":{2}}}}}' -f $partition, $topic, $Offsets[$key]
    }
    '{{"id":"{0}","name":"x","offsets":[{1}],"metadata":{{"observed_at":"{2}"}}}}' -f $Id, ($items -join ','), $ObservedAt
}

# The answer of GET offsets with these items, each literal JSON of partition and offset.
function New-OffsetsAnswer {
    param([string[]] $Items, [string] $Id = 'lcc-src1', [string] $ObservedAt = '2024-02-20T15:14:19Z')
    '{{"id":"{0}","name":"x","offsets":[{1}],"metadata":{{"observed_at":"{2}"}}}}' -f $Id, ($Items -join ','), $ObservedAt
}

# The answer of the status endpoint.
function New-StatusAnswer {
    param(
        [string] $Phase = 'APPLIED',
        [string] $Type = 'PATCH',
        [string] $Offsets = 'null',
        [string] $RequestedAt = '2024-02-20 15:14:19+00:00',
        [string] $Message = '',
        [string] $PreviousOffsets = '[]',
        [string] $Id = 'lcc-sink1'
    )
    $applied = if ($Phase -eq 'APPLIED') { '"2024-02-20T15:14:30+0000"' } else { 'null' }
    '{{"request":{{"id":"{0}","name":"x","offsets":{1},"requested_at":"{2}","type":"{3}"}},"status":{{"phase":"{4}","message":"{5}"}},"previous_offsets":{6},"applied_at":{7}}}' -f
    $Id, $Offsets, $RequestedAt, $Type, $Phase, $Message, $PreviousOffsets, $applied
}

# The answer to an accepted POST.
function New-AcceptedAnswer {
    param([string] $Type = 'PATCH', [string] $Offsets = 'null', [string] $RequestedAt = '2024-02-20T15:20:00Z', [string] $Id = 'lcc-sink1')
    '{{"id":"{0}","name":"x","offsets":{1},"requested_at":"{2}","type":"{3}"}}' -f $Id, $Offsets, $RequestedAt, $Type
}

# The POSTs that reached a stub.
function Get-Post { param($Stub) @($Stub.Requests | Where-Object Method -EQ POST) }

# Asserts what every error of the module has.
function Assert-OffsetError {
    param($ErrorRecord, [string] $Id, [string] $Command, [string] $Category, $Target)
    @($ErrorRecord).Count | Should-Be 1
    $record = @($ErrorRecord)[0]
    $record.FullyQualifiedErrorId | Should-Be "$Id,ConfluentOffsets.Commands.$Command"
    "$($record.CategoryInfo.Category)" | Should-Be $Category
    if ($PSBoundParameters.ContainsKey('Target')) { "$($record.TargetObject)" | Should-Be "$Target" }
    $record.ErrorDetails.RecommendedAction | Should-NotBeWhiteSpaceString
}

# A sandbox and its clock, connected as this runspace's default. Delays take no real time.
function Connect-Sandbox {
    param([hashtable] $With = @{})
    $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
    $connection = Connect-ConfluentCloud -Sandbox -TimeProvider $clock @With -PassThru
    [pscustomobject]@{ Clock = $clock; Connection = $connection }
}

# The handler under a connection: what a sandbox is, for raw requests and counting. No part of the module gives it.
function Get-BottomHandler {
    param([ConfluentOffsets.ConfluentConnection] $Connection)
    $hidden = [System.Reflection.BindingFlags]'Instance, NonPublic'
    $service = $Connection.GetType().GetProperty('Service', $hidden).GetValue($Connection)
    $settings = $service.GetType().GetField('_settings', $hidden).GetValue($service)
    $settings.PrimaryHandler
}
