# Ctrl+C and Select-Object -First at the points of a call where it can wait for long, by signals and not by times.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.stopping.ps1
    $script:SameRow = '{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":50}}'
    $script:List = '{"a":{"id":{"id":"lcc-aaa11"},"info":{"type":"sink"},"status":{"connector":{"state":"PROVISIONING"},"tasks":[]}},"b":{"id":{"id":"lcc-bbb22"},"info":{"type":"sink"},"status":{"connector":{"state":"RUNNING"},"tasks":[]}}}'

    # A connection that has to exchange tokens first.
    function Connect-Exchange {
        param($T)
        Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectToken (ConvertTo-SecureString 'a.subject.token' -AsPlainText -Force) -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $T.Stub -TimeProvider $T.Clock -PassThru
    }
}

Describe 'Stopping at every point' {
    BeforeEach {
        $t = Connect-Stub
        $job = $null
    }

    # One that does not end cannot be disposed either: the test has failed, and must not hang.
    AfterEach { if ($job -and $job.Run.IsCompleted) { $job.Shell.Dispose() } }

    Context 'Ctrl+C' {
        It 'cancels the held request of <Name>' -ForEach @(
            @{ Name = 'Get-Connector'; Script = 'Get-Connector -Connection $c'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Get-Connector by name'; Script = 'Get-Connector a -Connection $c'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Get-ConnectorOffset by a pattern'; Script = 'Get-ConnectorOffset a* -Connection $c'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Get-ConnectorOffset by id'; Script = 'Get-ConnectorOffset lcc-aaa11 -Connection $c'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Set-ConnectorOffset by id'; Script = 'Set-ConnectorOffset lcc-aaa11 -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Suspend-Connector'; Script = 'Suspend-Connector a -Connection $c -Confirm:$false'; Method = 'PUT'; Path = '/a/pause' }
            @{ Name = 'Resume-Connector'; Script = 'Resume-Connector a -Connection $c -Confirm:$false'; Method = 'PUT'; Path = '/a/resume' }
            @{ Name = 'Resume-Connector -Wait, after its PUT'; Script = 'Resume-Connector a -Wait -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Resume-Connector -PassThru, after its PUT'; Script = 'Resume-Connector a -PassThru -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/connectors' }
            @{ Name = 'Restore-ConnectorOffset that reads the status'; Script = 'Restore-ConnectorOffset a -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/a/offsets/request/status' }
            @{ Name = 'Restore-ConnectorOffset that reads the offsets'; Script = 'Restore-ConnectorOffset a -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/a/offsets' }
            @{ Name = 'Restore-ConnectorOffset that posts'; Script = 'Restore-ConnectorOffset a -Connection $c -Confirm:$false'; Method = 'POST'; Path = '/a/offsets/request' }
            @{ Name = 'Reset-ConnectorOffset of a partition'; Script = 'Reset-ConnectorOffset a -Topic orders -KafkaPartition 0 -Connection $c -Confirm:$false'; Method = 'POST'; Path = '/a/offsets/request' }
            @{ Name = 'Wait-ConnectorOffsetRequest -UntilRunning'; Script = 'Wait-ConnectorOffsetRequest a -UntilRunning -Connection $c'; Method = 'GET'; Path = '/connectors' }
        ) {
            $null = $t.Stub.Fail($Method, $Path, 'Hold')
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$SameRow]" -PreviousOffsets "[$Row]"))
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
            $null = $t.Stub.Answer('GET', '/connectors', 200, $List).Answer('PUT', '/a/resume', 202, $null)
            $job = Start-Script "$Script; 'not stopped'" @{ c = $t.Connection }
            $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

            Stop-Script $job

            $t.Stub.Cancelled.Wait($LongEnough) | Should-BeTrue
            @($job.Output) -contains 'not stopped' | Should-BeFalse
            $job.Shell.Streams.Error.Count | Should-Be 0
        }

        It 'ends <Name> in the middle of a delay, and nothing is sent after it' -ForEach @(
            @{ Name = 'Get-Connector before a retry'; Script = 'Get-Connector a -Connection $c'; Method = 'GET'; Path = '/connectors'; Free = 0 }
            @{ Name = 'Suspend-Connector before a retry'; Script = 'Suspend-Connector a -Connection $c -Confirm:$false'; Method = 'PUT'; Path = '/a/pause'; Free = 0 }
            @{ Name = 'a pause that 429 asked for'; Script = 'Get-ConnectorOffset limited -Connection $c'; Method = 'GET'; Path = '/limited/offsets'; Free = 0 }
            @{ Name = 'a POST that 429 held back'; Script = 'Reset-ConnectorOffset limitedpost -All -Connection $c -Confirm:$false'; Method = 'POST'; Path = '/limitedpost/offsets/request'; Free = 0 }
            @{ Name = 'Wait-ConnectorOffsetRequest -UntilObserved between two looks'; Script = 'Wait-ConnectorOffsetRequest a -UntilObserved -Connection $c'; Method = 'GET'; Path = '/a/offsets'; Free = 0 }
            @{ Name = 'Wait-ConnectorOffsetRequest -UntilRunning between two looks'; Script = 'Wait-ConnectorOffsetRequest b -UntilRunning -Connection $c'; Method = 'GET'; Path = '/connectors'; Free = 0 }
            @{ Name = 'the same change again, held into the next second'; Script = 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/a/offsets/request/status'; Free = 0 }
            @{ Name = 'finding out what became of a POST'; Script = 'Set-ConnectorOffset lost -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Connection $c -Confirm:$false'; Method = 'GET'; Path = '/lost/offsets/request/status'; Free = 1 }
            @{ Name = 'Set-ConnectorOffset -Wait between two looks'; Script = 'Set-ConnectorOffset slow -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Connection $c -Confirm:$false -Wait'; Method = 'GET'; Path = '/slow/offsets/request/status'; Free = 1 }
        ) {
            $limited = @{ 'Retry-After' = '30' }
            $null = $t.Stub.Answer('GET', '/limited/offsets', 429, '{}', $limited).Answer('POST', '/limitedpost/offsets/request', 429, '{}', $limited)
            $null = $t.Stub.Fail('POST', '/lost/offsets/request', 'Lost').Answer('POST', '/slow/offsets/request', 202, '{}').Answer('PUT', '/a/pause', 503, '{}')
            $null = $t.Stub.Answer('GET', '/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$SameRow]"))
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
            $null = $Name -like 'Get-Connector*' ? $t.Stub.Answer('GET', '/connectors', 503, '{}') : $t.Stub.Answer('GET', '/connectors', 200, '{"b":{"status":{"connector":{"state":"PROVISIONING"},"tasks":[]}}}')
            $way = Connect-Gate $t $Method $Path $Free
            $job = Start-Script "$Script; 'not stopped'" @{ c = $way.Connection }
            $way.Gate.Reached.Wait($LongEnough) | Should-BeTrue

            # Only the delay after this answer does not end.
            $t.Clock.Frozen = $true
            $t.Clock.DelayStarted.Reset()
            $way.Gate.Open()
            $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue
            $sent = $t.Stub.Requests.Count

            Stop-Script $job

            $t.Stub.Requests.Count | Should-Be $sent
            @($t.Stub.Requests.Path)[-1] | Should-BeLikeString "*$Path"
            @($job.Output) -contains 'not stopped' | Should-BeFalse
            $job.Shell.Streams.Error.Count | Should-Be 0
        }

        It 'ends a cmdlet that is held back since another was told to slow down' {
            $t.Clock.Frozen = $true
            $null = $t.Stub.Answer('GET', '/a/offsets', 429, '{}', @{ 'Retry-After' = '30' })
            Add-Connector $t.Stub b
            $first = Start-Script 'Get-ConnectorOffset a -Connection $c' @{ c = $t.Connection }
            $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue
            $t.Clock.DelayStarted.Reset()
            $job = Start-Script 'Get-ConnectorOffset b -Connection $c' @{ c = $t.Connection }
            $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue

            Stop-Script $job

            # The other's pause is its own.
            $first.Run.IsCompleted | Should-BeFalse
            Stop-Script $first
            $first.Shell.Dispose()
            @($t.Stub.Requests.Path) | Should-BeCollection @("$ConnectorPath/a/offsets")
        }

        It 'ends cmdlets that wait in a line since the limit is used up' {
            Add-Connector $t.Stub b
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })), @{ 'X-RateLimit-Remaining' = '0'; 'X-RateLimit-Reset' = '30' })
            $null = Get-ConnectorOffset a -Connection $t.Connection
            $t.Clock.Frozen = $true
            $first = Start-Script 'Get-ConnectorOffset b, c, d -Connection $c' @{ c = $t.Connection }
            $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue
            $second = Start-Script 'Get-ConnectorOffset b -Connection $c -Verbose' @{ c = $t.Connection }

            # Behind the first in the line, then in its place: that has a delay of its own.
            $t.Clock.DelayStarted.Reset()
            Stop-Script $first
            $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue
            Stop-Script $second

            $first.Shell.Dispose()
            @($t.Stub.Requests.Path) | Should-BeCollection @("$ConnectorPath/a/offsets")
        }

        It 'ends a token exchange that is <Name>' -ForEach @(
            @{ Name = 'held' }
            @{ Name = 'repeated' }
        ) {
            $connection = Connect-Exchange $t
            if ($Name -eq 'held') { $null = $t.Stub.Fail('POST', '/sts/v1/oauth2/token', 'Hold') } else { $null = $t.Stub.Answer('POST', '/sts/v1/oauth2/token', 503, '{}') }
            $t.Clock.Frozen = $true
            $job = Start-Script "Get-ConnectorOffset a, b -Connection `$c; 'not stopped'" @{ c = $connection }
            ($Name -eq 'held' ? $t.Stub.Held.Wait($LongEnough) : $t.Clock.DelayStarted.Wait($LongEnough)) | Should-BeTrue

            Stop-Script $job

            if ($Name -eq 'held') { $t.Stub.Cancelled.Wait($LongEnough) | Should-BeTrue }
            $t.Stub.Requests.Count | Should-Be 1
            @($job.Output) -contains 'not stopped' | Should-BeFalse
            $job.Shell.Streams.Error.Count | Should-Be 0
        }
    }

    Context 'Select-Object -First 1' {
        It 'ends <Name> and cancels what is in flight' -ForEach @(
            @{ Name = 'Get-ConnectorOffset by a pattern'; Script = 'Get-ConnectorOffset [ab] -Connection $c'; Path = '/offsets' }
            @{ Name = 'Get-ConnectorOffset for all'; Script = 'Get-ConnectorOffset -Connection $c'; Path = '/offsets' }
            @{ Name = 'Wait-ConnectorOffsetRequest -UntilObserved'; Script = 'Wait-ConnectorOffsetRequest a, b -UntilObserved -Connection $c'; Path = '/offsets/request/status' }
        ) {
            # a answers only when b is being held.
            $way = Connect-Gate $t GET "/a$Path"
            $null = $t.Stub.Fail('GET', "/b$Path", 'Hold').Answer('GET', '/connectors', 200, '["a","b"]')
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 }) -ObservedAt '2024-02-20T16:00:00Z')).Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer))
            $job = Start-Script "$Script | Select-Object -First 1; 'went on'" @{ c = $way.Connection }
            $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

            $way.Gate.Open()

            $job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
            $t.Stub.Cancelled.Wait($LongEnough) | Should-BeTrue
            $job.Shell.Streams.Error.Count | Should-Be 0
            $job.Output.Count | Should-Be 2
            $job.Output[0].ConnectorName | Should-Be 'a'
            $job.Output[1] | Should-Be 'went on'
        }
    }
}
