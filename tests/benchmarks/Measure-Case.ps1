<#
.SYNOPSIS
    Does one case of the benchmark once, in this process, and prints what it took as a line of JSON.
.DESCRIPTION
    The ways: the module's, Set's also with its rows as an argument; what a user without it writes, from the answer to
    rows of five members; and the same with the module's own objects, maps and all.

    Seconds is the work alone; the caller measures whole processes. PeakMB is the peak of this process, StartMB what it
    held before the work. Both ways begin with the same things loaded.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('First', 'Rows', 'Fleet', 'Set', 'Export', 'Import', 'Limited', 'Waits')] [string] $Case,
    [Parameter(Mandatory)] [ValidateSet('Module', 'ModuleArgument', 'Rest', 'RestOfSame')] [string] $Way,
    [Parameter(Mandatory)] [string] $Service,
    [int] $Count,
    [int] $Limit
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$cluster = "$Service/connect/v1/environments/env-bench/clusters/lkc-bench/connectors"
$key = [pscredential]::new('key', (ConvertTo-SecureString 'not-a-secret' -AsPlainText -Force))
$request = @{ Authentication = 'Basic'; Credential = $key; AllowUnencryptedAuthentication = $true }
if ($Way -ne 'Rest') {
    Import-Module (Join-Path $PSScriptRoot '../../ConfluentOffsets.psd1')
    Connect-ConfluentCloud -Credential $key -BaseUri $Service -EnvironmentId env-bench -KafkaClusterId lkc-bench
}

function ConvertTo-Row {
    # What a user writes who wants rows.
    param($Document)
    foreach ($item in $Document.offsets) {
        [pscustomobject]@{
            ConnectorName = $Document.name
            Topic = $item.partition.kafka_topic
            KafkaPartition = $item.partition.kafka_partition
            KafkaOffset = $item.offset.kafka_offset
            ObservedAt = $Document.metadata.observed_at
        }
    }
}

function Get-Peak {
    # Of this process; Linux alone tells it to the end.
    if ($IsLinux) { return [int]((Get-Content /proc/self/status) -match '^VmHWM' -replace '\D')[0] / 1KB }
    $self = [System.Diagnostics.Process]::GetCurrentProcess()
    $self.PeakWorkingSet64 / 1MB
}

$path = Join-Path ([System.IO.Path]::GetTempPath()) "offsets-$PID.json"
$names = if ($Case -eq 'Fleet') { 0..($Count - 1) | ForEach-Object { 'slow-{0:0000}' -f $_ } }
elseif ($Case -eq 'Limited') { 0..($Count - 1) | ForEach-Object { "limited-$_" } }

# What the work starts from is no part of it.
$given = if ($Way -like 'Module*') {
    switch ($Case) {
        { $_ -in 'Set', 'Export' } { Get-ConnectorOffset "rows-$Count" }
        'Import' { Get-ConnectorOffset "rows-$Count" | Export-ConnectorOffset $path }
        'Waits' {
            $names = 0..($Count - 1) | ForEach-Object { "wait-$_" }
            $null = Invoke-RestMethod "$Service/bench/reset" -Method Post
            Reset-ConnectorOffset $names -All -ThrottleLimit 32 -Confirm:$false
        }
    }
}
elseif ($Way -eq 'RestOfSame') {
    switch ($Case) {
        { $_ -in 'Set', 'Export' } { Get-ConnectorOffset "rows-$Count" }
        'Import' { Get-ConnectorOffset "rows-$Count" | ConvertTo-Json -Depth 9 | Set-Content $path }
    }
}
else {
    switch ($Case) {
        'Set' { Invoke-RestMethod "$cluster/rows-$Count/offsets" @request }
        'Export' { ConvertTo-Row (Invoke-RestMethod "$cluster/rows-$Count/offsets" @request) }
        'Import' { ConvertTo-Row (Invoke-RestMethod "$cluster/rows-$Count/offsets" @request) | ConvertTo-Json -Depth 9 | Set-Content $path }
    }
}
$more = @{}
[GC]::Collect()
$start = Get-Peak
$watch = [System.Diagnostics.Stopwatch]::StartNew()
if ($Way -like 'Module*') {
    switch ($Case) {
        { $_ -in 'First', 'Rows' } { $rows = Get-ConnectorOffset "rows-$Count" }
        'Fleet' { $rows = Get-ConnectorOffset $names -ThrottleLimit $Limit }
        'Limited' { $rows = Get-ConnectorOffset $names -ThrottleLimit $Limit }
        'Set' { $rows = $Way -eq 'Module' ? ($given | Set-ConnectorOffset -Confirm:$false) : (Set-ConnectorOffset -InputObject $given -Confirm:$false) }
        'Export' { $given | Export-ConnectorOffset $path; $rows = $given }
        'Import' { $rows = Import-ConnectorOffset $path }
        'Waits' {
            $rows = $given | Wait-ConnectorOffsetRequest | ForEach-Object {
                [pscustomobject]@{ Number = [int]($_.ConnectorName -split '-')[1]; At = [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds() }
            }
        }
    }
}
else {
    switch ($Case) {
        { $_ -in 'First', 'Rows' } { $rows = ConvertTo-Row (Invoke-RestMethod "$cluster/rows-$Count/offsets" @request) }
        'Fleet' {
            $flatten = ${function:ConvertTo-Row}.ToString()
            $rows = $names | ForEach-Object -ThrottleLimit $Limit -Parallel {
                ${function:ConvertTo-Row} = $using:flatten
                $request = $using:request
                ConvertTo-Row (Invoke-RestMethod "$using:cluster/$_/offsets" @request)
            }
        }
        'Set' {
            $offsets = $Way -eq 'Rest' ? $given.offsets : ($given | ForEach-Object { @{ partition = $_.Partition; offset = $_.Offset } })
            $body = @{ type = 'PATCH'; offsets = $offsets } | ConvertTo-Json -Depth 9 -Compress
            $rows = Invoke-RestMethod "$cluster/rows-$Count/offsets/request" @request -Method Post -Body $body -ContentType application/json
        }
        'Export' { $given | ConvertTo-Json -Depth 9 | Set-Content $path; $rows = $given }
        'Import' { $rows = Get-Content $path -Raw | ConvertFrom-Json }
    }
}
$watch.Stop()
Remove-Item $path -ErrorAction Ignore
if ($Case -eq 'Waits') { $more.Notices = @($rows) }

# As text: ConvertTo-Json would load its module, which Invoke-RestMethod has loaded and the other way has not.
$more = if ($more.Count) { $more | ConvertTo-Json -Depth 4 -Compress } else { '{}' }
"{`"Seconds`":$($watch.Elapsed.TotalSeconds),`"Count`":$(@($rows).Count),`"PeakMB`":$(Get-Peak),`"StartMB`":$start,`"More`":$more}"
