BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.stopping.ps1
}

Describe 'Stopping' {
    BeforeEach {
        $t = Connect-Stub
        $job = $null
    }

    # One that does not end cannot be disposed either: the test has failed, and must not hang.
    AfterEach { if ($job -and $job.Run.IsCompleted) { $job.Shell.Dispose() } }

    Context 'Ctrl+C' {
        It 'cancels the held request of <Name>' -ForEach @(
            @{ Name = 'Get-ConnectorOffset'; Script = 'Get-ConnectorOffset a, b -Connection $c'; Method = 'GET'; Path = '/a/offsets' }
            @{ Name = 'Get-ConnectorOffset for all'; Script = 'Get-ConnectorOffset -Connection $c'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Get-ConnectorOffsetRequest'; Script = 'Get-ConnectorOffsetRequest a, b -Connection $c'; Method = 'GET'; Path = '/a/offsets/request/status' }
            @{ Name = 'Get-ConnectorOffset -MaxAge'; Script = 'Get-ConnectorOffset a, b -MaxAge 10 -Connection $c'; Method = 'GET'; Path = '/a/offsets' }
            @{ Name = 'Wait-ConnectorOffsetRequest'; Script = 'Wait-ConnectorOffsetRequest a, b -Connection $c'; Method = 'GET'; Path = '/a/offsets/request/status' }
            @{ Name = 'Wait-ConnectorOffsetRequest -UntilObserved'; Script = 'Wait-ConnectorOffsetRequest a -UntilObserved -Connection $c'; Method = 'GET'; Path = '/a/offsets' }
            @{ Name = 'Wait-ConnectorOffsetRequest -UntilRunning'; Script = 'Wait-ConnectorOffsetRequest a -UntilRunning -Connection $c'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Reset-ConnectorOffset that looks an id up'; Script = 'Reset-ConnectorOffset lcc-1 -All -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Set-ConnectorOffset -QueueTimeout'; Script = 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -QueueTimeout 60 -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/a/offsets/request/status' }
            @{ Name = 'Set-ConnectorOffset that reads'; Script = 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/a/offsets' }
            @{ Name = 'Set-ConnectorOffset that posts'; Script = 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $c -Confirm:$false'; Method = 'POST'; Path = '/a/offsets/request' }
            @{ Name = 'Set-ConnectorOffset -Wait'; Script = 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $c -Confirm:$false -Wait'; Method = 'POST'; Path = '/a/offsets/request' }
            @{ Name = 'Reset-ConnectorOffset that reads'; Script = 'Reset-ConnectorOffset a -All -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/a/offsets' }
            @{ Name = 'Reset-ConnectorOffset that posts'; Script = 'Reset-ConnectorOffset a -All -Connection $c -Confirm:$false'; Method = 'POST'; Path = '/a/offsets/request' }
        ) {
            $null = $t.Stub.Fail($Method, $Path, 'Hold')
            Add-Connector $t.Stub a
            Add-Connector $t.Stub b
            $job = Start-Script "$Script; 'not stopped'" @{ c = $t.Connection }
            $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

            Stop-Script $job

            $t.Stub.Cancelled.Wait($LongEnough) | Should-BeTrue
            @($job.Output) -contains 'not stopped' | Should-BeFalse
            $job.Shell.Streams.Error.Count | Should-Be 0
        }

        It 'ends <Name> in the middle of a delay, and nothing is sent after it' -ForEach @(
            @{ Name = 'Get-ConnectorOffset before a retry'; Script = 'Get-ConnectorOffset a -Connection $c'; Status = 503 }
            @{ Name = 'Wait-ConnectorOffsetRequest between two looks'; Script = 'Wait-ConnectorOffsetRequest a -Connection $c'; Status = 200 }
            @{ Name = 'Get-ConnectorOffset -MaxAge between two looks'; Script = 'Get-ConnectorOffset a -MaxAge 10 -Connection $c'; Status = 200 }
            @{ Name = 'Set-ConnectorOffset -QueueTimeout between two looks'; Script = 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -QueueTimeout 60 -Connection $c -Confirm:$false'; Status = 200 }
            @{ Name = 'Reset-ConnectorOffset -QueueTimeout between two looks'; Script = 'Reset-ConnectorOffset a -All -QueueTimeout 60 -Connection $c -Confirm:$false'; Status = 200 }
            @{ Name = 'Set-ConnectorOffset before a retry'; Script = 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $c -Confirm:$false'; Status = 503 }
            @{ Name = 'Reset-ConnectorOffset before a retry'; Script = 'Reset-ConnectorOffset a -All -Connection $c -Confirm:$false'; Status = 503 }
        ) {
            $t.Clock.Frozen = $true
            $null = $t.Stub.Answer('GET', '/a/offsets', $Status, '{}').Answer('GET', '/status', 200, (New-StatusAnswer -Phase PENDING))
            $job = Start-Script "$Script; 'not stopped'" @{ c = $t.Connection }
            $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue

            Stop-Script $job

            $t.Stub.Requests.Count | Should-Be 1
            @($job.Output) -contains 'not stopped' | Should-BeFalse
            $job.Shell.Streams.Error.Count | Should-Be 0
        }

        It 'leaves the connection usable' {
            $null = $t.Stub.Fail('GET', '/a/offsets', 'Hold')
            Add-Connector $t.Stub b
            $job = Start-Script 'Get-ConnectorOffset a -Connection $c' @{ c = $t.Connection }
            $t.Stub.Held.Wait($LongEnough) | Should-BeTrue
            Stop-Script $job

            (Get-ConnectorOffset b).KafkaOffset | Should-Be 100
        }

        It 'does not begin with the connectors that wait for their turn' {
            $null = $t.Stub.Fail('GET', '/offsets', 'Hold')
            $job = Start-Script 'Get-ConnectorOffset (1..20 | ForEach-Object { "c$_" }) -ThrottleLimit 1 -Connection $c' @{ c = $t.Connection }
            $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

            Stop-Script $job

            $t.Stub.Cancelled.Wait($LongEnough) | Should-BeTrue
            $t.Stub.Requests.Count | Should-Be 1
        }
    }

    Context 'Select-Object -First 1' {
        BeforeEach {
            Add-Connector $t.Stub a
            foreach ($one in 'a', 'b') {
                $null = $t.Stub.Answer('POST', "/$one/offsets/request", 202, (New-AcceptedAnswer -Offsets "[$Row]"))
            }
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$Row]" -RequestedAt '2024-02-20T15:20:00Z'))
            $rows = 'a', 'b' | ForEach-Object { [pscustomobject]@{ ConnectorName = $_; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 50 } }
        }

        It 'cancels the held request of <Name>' -ForEach @(
            @{ Name = 'Get-ConnectorOffset'; Script = 'Get-ConnectorOffset a, b -Connection $c'; Path = '/offsets'; Free = 0 }
            @{ Name = 'Get-ConnectorOffsetRequest'; Script = 'Get-ConnectorOffsetRequest a, b -Connection $c'; Path = '/offsets/request/status'; Free = 0 }
            @{ Name = 'Wait-ConnectorOffsetRequest'; Script = 'Wait-ConnectorOffsetRequest a, b -Connection $c'; Path = '/offsets/request/status'; Free = 0 }
            @{ Name = 'Set-ConnectorOffset -Wait, after its POSTs'; Script = '$rows | Set-ConnectorOffset -Connection $c -Confirm:$false -Wait'; Path = '/offsets/request/status'; Free = 1 }
        ) {
            # a answers only when b is being held.
            $way = Connect-Gate $t GET "/a$Path" $Free
            if ($Free) { $null = $t.Stub.Answer('GET', "/b$Path", 200, (New-StatusAnswer)) }
            $null = $t.Stub.Fail('GET', "/b$Path", 'Hold')
            Add-Connector $t.Stub b
            $job = Start-Script "$Script | Select-Object -First 1; 'went on'" @{ c = $way.Connection; rows = $rows }
            $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

            $way.Gate.Open()

            $job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
            $t.Stub.Cancelled.Wait($LongEnough) | Should-BeTrue
            "$($job.Shell.InvocationStateInfo.State)" | Should-Be 'Completed'
            $job.Shell.Streams.Error.Count | Should-Be 0
            $job.Output.Count | Should-Be 2
            $job.Output[0].ConnectorName | Should-Be 'a'
            $job.Output[1] | Should-Be 'went on'
        }

        It 'does not cut off a POST of <Name>' -ForEach @(
            @{ Name = 'Set-ConnectorOffset'; Script = '$rows | Set-ConnectorOffset -Connection $c -Confirm:$false' }
            @{ Name = 'Set-ConnectorOffset -Wait'; Script = '$rows | Set-ConnectorOffset -Connection $c -Confirm:$false -Wait' }
            @{ Name = 'Reset-ConnectorOffset'; Script = 'Reset-ConnectorOffset a, b -All -Connection $c -Confirm:$false' }
            @{ Name = 'Set-ConnectorOffset by its verbose lines'; Script = '$rows | Set-ConnectorOffset -Connection $c -Confirm:$false -Verbose 4>&1 | Where-Object { "$_" -match "^POST|PATCH" }' }
        ) {
            # a is answered only when b has left: else b might not be sent at all.
            $first = [ConfluentOffsets.PesterTests.Gate]::new($t.Stub, 'POST', '/a/offsets/request', 0)
            $way = Connect-Gate @{ Stub = $first; Clock = $t.Clock } POST '/b/offsets/request'
            Add-Connector $t.Stub b
            $job = Start-Script "$Script | Select-Object -First 1; 'went on'" @{ c = $way.Connection; rows = $rows }
            $way.Gate.Reached.Wait($LongEnough) | Should-BeTrue
            $first.Open()
            [System.Threading.SpinWait]::SpinUntil({ @($t.Stub.Requests | Where-Object Path -Like '*/a/*').Count -ge 3 }, $LongEnough) | Should-BeTrue

            $way.Gate.Open()

            $job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
            @(Get-Post $t.Stub).Count | Should-Be 2
            if ($Name -notmatch 'verbose') { $job.Output[0].ConnectorName | Should-Be 'a' }
            $job.Output[1] | Should-Be 'went on'
        }
    }

    Context 'an error that ends the pipeline' {
        It 'cancels what is in flight' {
            $way = Connect-Gate $t GET '/a/offsets'
            $null = $t.Stub.Fail('GET', '/b/offsets', 'Hold').Answer('GET', '/a/offsets', 401, '{}')
            $job = Start-Script 'try { Get-ConnectorOffset a, b -Connection $c } catch { $_ }' @{ c = $way.Connection }
            $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

            $way.Gate.Open()

            $job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
            $t.Stub.Cancelled.Wait($LongEnough) | Should-BeTrue
            Assert-OffsetError $job.Output[0] AuthenticationFailed GetConnectorOffsetCommand AuthenticationError a
        }
    }
}
