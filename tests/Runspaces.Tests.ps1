# One connection in many threads, and a default connection in each runspace.
BeforeAll {
    . $PSScriptRoot/common.ps1
    $script:Threads = 8

    # What each thread does: mixed calls for connectors of its own, each result checked. What is wrong comes out as text.
    $script:Work = @{
        Sandbox = {
            $name = "t$thread"
            foreach ($i in 1..5) {
                $row = Get-ConnectorOffset $name -Connection $c
                if ($row.ConnectorName -ne $name) { "$name was read as $($row.ConnectorName)." }
                $status = Set-ConnectorOffset $name -Topic orders -KafkaPartition 0 -KafkaOffset (1000 * $thread + $i) -Connection $c -Confirm:$false -Wait
                if ("$($status.ConnectorName) $($status.Phase) $($status.Request.Offsets.Offset.kafka_offset)" -ne "$name APPLIED $(1000 * $thread + $i)") { "$name was set: $status" }
                $waited = Wait-ConnectorOffsetRequest $name -Connection $c
                if ("$($waited.ConnectorName) $($waited.Request.RequestedAt.Ticks)" -ne "$name $($status.Request.RequestedAt.Ticks)") { "$name was waited for: $waited" }
                $restored = $waited | Restore-ConnectorOffset -Confirm:$false -Wait
                if ("$($restored.ConnectorName) $($restored.Phase) $($restored.Request.Offsets.Offset)" -ne "$name APPLIED $($status.PreviousOffsets.Offset)") { "$name was restored: $restored" }
                if ((Get-ConnectorOffsetRequest $name -Connection $c).ConnectorName -ne $name) { "$name has another's request." }
            }
        }
        Stub    = {
            foreach ($i in 1..5) {
                $name = "t$thread-$i"
                $row = Get-ConnectorOffset $name -Connection $c
                if ("$($row.ConnectorName) $($row.KafkaOffset)" -ne "$name $(1000 * $thread + $i)") { "$name was read as $($row.ConnectorName)." }
                $request = $row | Set-ConnectorOffset -KafkaOffset $i -Confirm:$false
                if ("$($request.ConnectorName) $($request.Offsets.Offset.kafka_offset)" -ne "$name $i") { "$name was set: $request" }
                $status = $request | Wait-ConnectorOffsetRequest
                if ("$($status.ConnectorName) $($status.Phase)" -ne "$name APPLIED") { "$name was waited for: $status" }
                $restored = $status | Restore-ConnectorOffset -Confirm:$false
                if ("$($restored.ConnectorName) $($restored.Offsets.Offset.kafka_offset)" -ne "$name $(1000 * $thread + $i)") { "$name was restored: $restored" }
            }
        }
    }

    # A connection and all that the work above needs of its service.
    function Connect-ForWork {
        param([string] $To)
        if ($To -eq 'Sandbox') {
            1..$Threads | ForEach-Object { [pscustomobject]@{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80'; ConnectorName = "t$_"; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 10 } } |
                Export-ConnectorOffset TestDrive:/estate.json -Force
            return Connect-Sandbox @{ SandboxPath = 'TestDrive:/estate.json' }
        }
        $t = Connect-Stub
        foreach ($thread in 1..$Threads) {
            foreach ($i in 1..5) {
                $list = '[{{"partition":{{"kafka_topic":"orders","kafka_partition":0}},"offset":{{"kafka_offset":{0}}}}}]'
                $at = "/t$thread-$i/offsets"
                $null = $t.Stub.Answer('GET', $at, 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1000 * $thread + $i })))
                $null = $t.Stub.Answer('GET', "$at/request/status", 404, '{}')
                $null = $t.Stub.Answer('GET', "$at/request/status", 200, (New-StatusAnswer -Offsets ($list -f $i) -RequestedAt '2024-02-20T15:20:00Z' -PreviousOffsets ($list -f (1000 * $thread + $i))))
                $null = $t.Stub.Answer('POST', "$at/request", 202, (New-AcceptedAnswer -Offsets ($list -f $i)))
            }
        }
        $t
    }

    # The work in eight threads at once, each in a runspace of its own.
    function Invoke-Work {
        param([string] $Kind, [string] $Body, $Connection)
        $start = {
            param($manifest, $thread, $c, $body, $barrier)
            $ErrorActionPreference = 'Stop'
            try {
                Import-Module $manifest

                # So that none has ended when another begins.
                if (-not $barrier.SignalAndWait([timespan]::FromSeconds(60))) { throw 'Not all threads came.' }
                . ([scriptblock]::Create($body))
                if (Get-ConfluentCloudConnection) { 'A connection that was passed has become a default.' }
                'done'
            }
            catch { "Thread $($thread): $_ $($_.ScriptStackTrace)" }
        }
        $manifest, $barrier = (Join-Path $RepoRoot 'ConfluentOffsets.psd1'), [System.Threading.Barrier]::new($Threads)
        if ($Kind -eq 'Start-ThreadJob') {
            $jobs = @(1..$Threads | ForEach-Object { Start-ThreadJob -ThrottleLimit $Threads -ScriptBlock $start -ArgumentList $manifest, $_, $Connection, $Body, $barrier })
            return @($jobs | Receive-Job -Wait -AutoRemoveJob)
        }
        $text = "$start"
        @(1..$Threads | ForEach-Object -ThrottleLimit $Threads -Parallel {
                & ([scriptblock]::Create($using:text)) $using:manifest $_ $using:Connection $using:Body $using:barrier
            })
    }
}

Describe 'Runspaces' {
    AfterEach { Get-ConfluentCloudConnection | Disconnect-ConfluentCloud }

    Context 'one connection to a <To> in eight threads of <Kind>' -ForEach @(
        @{ To = 'Sandbox'; Kind = 'ForEach-Object -Parallel' }
        @{ To = 'Sandbox'; Kind = 'Start-ThreadJob' }
        @{ To = 'Stub'; Kind = 'ForEach-Object -Parallel' }
        @{ To = 'Stub'; Kind = 'Start-ThreadJob' }
    ) {
        It 'reads, sets, waits and restores, each its own' {
            $t = Connect-ForWork $To

            $output = Invoke-Work $Kind $Work[$To] $t.Connection

            @($output | Where-Object { $_ -ne 'done' }) -join "`n" | Should-BeEmptyString
            @($output).Count | Should-Be $Threads
            if ($To -eq 'Stub') {
                # Two for each connector, and no other.
                $posts = @(Get-Post $t.Stub | Group-Object Path)
                $posts.Count | Should-Be (5 * $Threads)
                @($posts | Where-Object Count -NE 2).Count | Should-Be 0
            }
        }
    }

    Context 'default connections' {
        BeforeAll {
            # Connects, waits until all have, and tells whose key the default has, and which service was asked.
            $script:OwnDefault = {
                param($common, $barrier, $number)
                . $common
                $t = Connect-Stub @{ Credential = New-TestCredential "KEY$number" }
                $null = $t.Stub.Answer('GET', '/x/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = $number })))
                $null = $barrier.SignalAndWait([timespan]::FromSeconds(60))
                "$number $((Get-ConfluentCloudConnection).ApiKey) $((Get-ConnectorOffset x).KafkaOffset) $($t.Stub.Requests.Count)"
                $null = $barrier.SignalAndWait([timespan]::FromSeconds(60))
                if ($number -eq 1) { Disconnect-ConfluentCloud }
                $null = $barrier.SignalAndWait([timespan]::FromSeconds(60))
                "$number $(Get-ConfluentCloudConnection | ForEach-Object ApiKey)".Trim()
            }
        }

        It 'are each runspace''s own, in use and after one was dropped' {
            $t = Connect-Stub @{ Credential = New-TestCredential KEYOFPARENT }
            $barrier = [System.Threading.Barrier]::new(4)

            $output = @(1..4 | ForEach-Object { Start-ThreadJob -ThrottleLimit 4 -ScriptBlock $OwnDefault -ArgumentList "$PSScriptRoot/common.ps1", $barrier, $_ } | Receive-Job -Wait -AutoRemoveJob)

            @($output | Sort-Object) | Should-BeCollection @('1', '1 KEY1 1 1', '2 KEY2', '2 KEY2 2 1', '3 KEY3', '3 KEY3 3 1', '4 KEY4', '4 KEY4 4 1')
            (Get-ConfluentCloudConnection).ApiKey | Should-Be 'KEYOFPARENT'
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'are not those of whoever started <Kind>' -ForEach @{ Kind = 'ForEach-Object -Parallel' }, @{ Kind = 'Start-ThreadJob' } {
            $t = Connect-Stub
            $manifest = Join-Path $RepoRoot 'ConfluentOffsets.psd1'
            $look = 'Import-Module $args[0]; Get-ConfluentCloudConnection; try { Get-ConnectorOffset x -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }'

            $output = @(switch ($Kind) {
                    'Start-ThreadJob' { Start-ThreadJob -ScriptBlock ([scriptblock]::Create($look)) -ArgumentList $manifest | Receive-Job -Wait -AutoRemoveJob }
                    default { 1 | ForEach-Object -Parallel { & ([scriptblock]::Create($using:look)) $using:manifest } }
                })

            $output | Should-BeCollection @('NotConnected,ConfluentOffsets.Commands.GetConnectorOffsetCommand')
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'do not end with the runspace that used a passed one' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 7 })))
            $shell = [powershell]::Create().AddScript('param($manifest, $c) Import-Module $manifest; (Get-ConnectorOffset x -Connection $c).KafkaOffset').AddArgument((Join-Path $RepoRoot 'ConfluentOffsets.psd1')).AddArgument($t.Connection)

            @($shell.Invoke()) | Should-BeCollection @(7)
            $shell.Runspace.Dispose()
            $shell.Dispose()

            (Get-ConnectorOffset x).KafkaOffset | Should-Be 7
        }
    }
}
