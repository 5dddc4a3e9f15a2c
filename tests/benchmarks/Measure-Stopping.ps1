<#
.SYNOPSIS
    Stops a pipeline, as Ctrl+C does, at each point where it can be for long, and prints how many milliseconds it took to
    end, as a line of JSON.
.DESCRIPTION
    Requests are held or answered by a stub, delays take their real time. A request is given half a second to be
    where it shall be stopped. What is sent after a stop, or goes on, is an error, and so is a file that is left behind.
#>
[CmdletBinding()]
param([ValidateRange(1, 10000000)] [int] $Count = 100000)
. $PSScriptRoot/../common.ps1
. $PSScriptRoot/../common.stopping.ps1
$ProgressPreference = 'SilentlyContinue'
$folder = (New-Item (Join-Path ([System.IO.Path]::GetTempPath()) "offsets-stopping-$PID") -ItemType Directory -Force).FullName
$file = Join-Path $folder 'given.json'
$items = foreach ($i in 1..$Count) { '{{"partition":{{"kafka_partition":{0},"kafka_topic":"orders"}},"offset":{{"kafka_offset":{0}}}}}' -f $i }
$many = New-OffsetsAnswer $items
[System.IO.File]::WriteAllText($file, $many)

# The sign of a point is the last request before it, what is told in $sign, or a file.
$points = @(
    @{ Name = 'a GET that hangs'; Script = 'Get-ConnectorOffset hangs -Connection $c' }
    @{ Name = 'eight GETs that hang'; Script = 'Get-ConnectorOffset hangs1, hangs2, hangs3, hangs4, hangs5, hangs6, hangs7, hangs8 -Connection $c'; Requests = 8 }
    @{ Name = '-Parallel with GETs that hang'; Script = '1..4 | ForEach-Object -ThrottleLimit 4 -Parallel { Import-Module $using:Manifest; Get-ConnectorOffset hangs -Connection $using:c }'; Requests = 4 }
    @{ Name = 'back-off'; Script = 'Get-ConnectorOffset fails -Connection $c'; Requests = 3 }
    @{ Name = 'a pause that 429 asked for'; Script = 'Get-ConnectorOffset limited -Connection $c' }
    @{ Name = 'others held back by a 429'; Script = 'Get-ConnectorOffset limited, a, b, d -ThrottleLimit 1 -Connection $c' }
    @{ Name = 'Set before its POST'; Script = 'Set-ConnectorOffset statushangs -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Confirm:$false -Connection $c'; Requests = 2 }
    @{ Name = 'Set with its POST in flight'; Script = 'Set-ConnectorOffset posthangs -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Confirm:$false -Connection $c'; Requests = 3 }
    @{ Name = 'Set that finds out about a lost POST'; Script = 'Set-ConnectorOffset postlost -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Confirm:$false -Connection $c'; Requests = 6 }
    @{ Name = 'Wait between two polls'; Script = 'Wait-ConnectorOffsetRequest waits -PollInterval 10 -Connection $c' }
    @{ Name = 'Wait with a poll that hangs'; Script = 'Wait-ConnectorOffsetRequest statushangs -Connection $c' }
    @{ Name = 'a token exchange that hangs'; Script = 'Get-ConnectorOffset a -Connection $exchanging' }
    @{ Name = 'many rows on their way'; Script = 'Get-ConnectorOffset many -Connection $c | ForEach-Object { $sign[0] = $true; $_ }' }
    @{ Name = 'Get that reads many rows'; Script = 'Get-ConnectorOffset many -Connection $c'; Requests = 1; IsBusy = $true }
    @{ Name = 'Import that reads many rows'; Script = '$sign[0] = $true; Import-ConnectorOffset $file' }
    @{ Name = 'Import of many rows'; Script = 'Import-ConnectorOffset $file | ForEach-Object { $sign[0] = $true; $_ }' }
    @{ Name = 'Export of many rows'; Script = 'Import-ConnectorOffset $file | ForEach-Object { $sign[0] = $true; $_ } | Export-ConnectorOffset (Join-Path $folder out.json)' }
    @{ Name = 'Export that writes many rows'; Script = 'Import-ConnectorOffset $file | Export-ConnectorOffset (Join-Path $folder out.json)'; Files = 2 }
    @{ Name = 'Export of one array of many rows'; Script = '$rows = Import-ConnectorOffset $file; $sign[0] = $true; Export-ConnectorOffset (Join-Path $folder out.json) -InputObject $rows'; Later = 50 }
    @{ Name = 'Set of one array of many rows'; Script = '$rows = Import-ConnectorOffset $file; $sign[0] = $true; Set-ConnectorOffset -ConnectorName statushangs -InputObject $rows -Confirm:$false -Connection $c'; Later = 50 }
    @{ Name = 'Compare of many rows'; Script = '$rows = Import-ConnectorOffset $file; $sign[0] = $true; Compare-ConnectorOffset $rows $rows -IncludeEqual'; Later = 300 }
    @{ Name = 'Set that looks at many rows'; Script = 'Import-ConnectorOffset $file | Set-ConnectorOffset -ConnectorName many -Confirm:$false -Connection $c'; Requests = 2; IsBusy = $true }
    @{ Name = 'Set of many rows'; Script = 'Import-ConnectorOffset $file | ForEach-Object { $sign[0] = $true; $_ } | Set-ConnectorOffset -ConnectorName statushangs -Confirm:$false -Connection $c' }
)

function Measure-Stop {
    param([hashtable] $Point)
    $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new()
    $null = $stub.Fail('GET', '/hangs*/offsets', 'Hold').Fail('GET', '/statushangs/offsets/request/status', 'Hold').Fail('POST', '/posthangs/offsets/request', 'Hold').Fail('POST', '/token', 'Hold')
    $null = $stub.Answer('GET', '/fails/offsets', 503, '{}').Answer('GET', '/limited/offsets', 429, '{}', @{ 'Retry-After' = '30' }).Fail('POST', '/postlost/offsets/request', 'Lost')
    $null = $stub.Answer('GET', '/waits/offsets/request/status', 200, (New-StatusAnswer PENDING)).Answer('GET', '/request/status', 200, (New-StatusAnswer))
    $null = $stub.Answer('GET', '/many/offsets', 200, $many).Answer('GET', '/offsets', 200, (New-SinkAnswer @{ 'orders-1' = 100 }))
    $place = @{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80'; HttpMessageHandler = $stub }
    $sign = @($false)
    $with = @{
        c = Connect-ConfluentCloud -Credential (New-TestCredential) @place -PassThru
        exchanging = Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectToken (ConvertTo-SecureString 'a.subject.token' -AsPlainText -Force) @place -PassThru
        file = $file; folder = $folder; sign = $sign
    }
    $requests = if ($Point.ContainsKey('Requests')) { $Point.Requests } elseif ($Point.Script -match '\$(sign|file)') { 0 } else { 1 }
    $isReached = {
        if ($requests) { $stub.Requests.Count -ge $requests }
        elseif ($Point.ContainsKey('Files')) { @(Get-ChildItem $folder -Force).Count -ge $Point.Files }
        else { $sign[0] }
    }
    $job = Start-Script "$($Point.Script); 'not stopped'" $with
    $until = [datetime]::UtcNow + $LongEnough
    while (-not (& $isReached)) {
        if ([datetime]::UtcNow -gt $until -or $job.Run.IsCompleted) { throw "$($Point.Name): never reached. $($job.Shell.Streams.Error)" }
        Start-Sleep -Milliseconds 5
    }
    if ($Point.ContainsKey('Later')) { Start-Sleep -Milliseconds $Point.Later }
    if ($requests -and -not $Point.ContainsKey('IsBusy')) { Start-Sleep -Milliseconds 500 }
    if ($job.Run.IsCompleted) { throw "$($Point.Name): it has ended by itself. $($job.Shell.Streams.Error)" }
    $sent = $stub.Requests.Count

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $null = $job.Shell.BeginStop($null, $null)
    if (-not $job.Run.AsyncWaitHandle.WaitOne($LongEnough)) { throw "$($Point.Name): it does not end." }
    $watch.Stop()

    Start-Sleep -Milliseconds 200
    if ($job.Output -contains 'not stopped' -or $stub.Requests.Count -gt $sent) { throw "$($Point.Name): it went on." }
    if (@(Get-ChildItem $folder -Force -Exclude given.json, out.json)) { throw "$($Point.Name): a file is left behind." }
    Remove-Item (Join-Path $folder out.json) -ErrorAction Ignore
    $job.Shell.Dispose()
    [ordered]@{ Name = $Point.Name; Milliseconds = [Math]::Round($watch.Elapsed.TotalMilliseconds, 1) }
}

try {
    # What is compiled for the first time is no part of a stop.
    $null = Measure-Stop $points[0]
    $stops = foreach ($point in $points) { Measure-Stop $point }
    @{ Count = @($stops).Count; Stops = @($stops) } | ConvertTo-Json -Depth 4 -Compress
}
finally {
    Remove-Item $folder -Recurse -Force -ErrorAction Ignore
}
