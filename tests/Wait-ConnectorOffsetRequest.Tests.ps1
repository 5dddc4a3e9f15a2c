BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.waiting.ps1
}

Describe 'Wait-ConnectorOffsetRequest' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'a piped request' {
        It 'polls until APPLIED and emits the status of that request' {
            $request = New-Request $t
            Add-Status $t PENDING, PENDING_VALIDATION, SOMETHING_NEW, APPLIED

            $status = @($request | Wait-ConnectorOffsetRequest)

            $status.Count | Should-Be 1
            $status[0] | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequestStatus])
            $status[0].Phase | Should-Be 'APPLIED'
            [object]::ReferenceEquals($status[0].Request, $request) | Should-BeTrue
            (Get-StatusRead $t).Count | Should-Be 5
        }

        It 'does not take the status from before it for its own' {
            $old = New-StatusAnswer -Phase APPLIED -Offsets $Theirs -Message 'old'
            $request = New-Request $t -Baseline $old
            $null = $t.Stub.Answer('GET', '/status', 200, $old)
            $null = 1..3 | ForEach-Object { $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, $old) }
            Add-Status $t APPLIED -Message 'ours'

            $status = $request | Wait-ConnectorOffsetRequest -WarningAction SilentlyContinue

            $status.Message | Should-Be 'ours'
            (Get-StatusRead $t).Count | Should-Be 5
        }

        It 'waits for a status that is not there yet' {
            $request = New-Request $t
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 404, '{}')
            Add-Status $t APPLIED

            ($request | Wait-ConnectorOffsetRequest).Phase | Should-Be 'APPLIED'
        }

        It 'keeps its baseline through <Name>' -ForEach @(
            @{ Name = 'Export-Clixml'; Through = { $args[0] | Export-Clixml $args[1]; Import-Clixml $args[1] } }
            @{ Name = 'a job'; Through = { $text = [System.Management.Automation.PSSerializer]::Serialize($args[0]); Start-Job { [System.Management.Automation.PSSerializer]::Deserialize($using:text) } | Receive-Job -Wait -AutoRemoveJob } }
        ) {
            $old = New-StatusAnswer -Phase APPLIED -Offsets $Theirs -Message 'old'
            $request = & $Through (New-Request $t -Baseline $old) "TestDrive:/request.xml"
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, $old)
            Add-Status $t APPLIED -Message 'ours'

            $status = $request | Wait-ConnectorOffsetRequest -WarningAction SilentlyContinue

            $status.Message | Should-Be 'ours'
        }

        It 'ends with OffsetRequestSuperseded where another took its place' {
            $request = New-Request $t
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer -Phase APPLIED -Offsets $Theirs -RequestedAt '2024-02-20T15:21:00Z'))

            $status = @($request | Wait-ConnectorOffsetRequest -ErrorVariable problem -ErrorAction SilentlyContinue)

            $status.Count | Should-Be 0
            Assert-OffsetError $problem OffsetRequestSuperseded WaitConnectorOffsetRequestCommand InvalidResult
            [object]::ReferenceEquals($problem[0].TargetObject, $request) | Should-BeTrue
        }

        It 'goes back to the connection that it came from' {
            $request = New-Request $t
            Add-Status $t APPLIED
            $other = Connect-Stub

            ($request | Wait-ConnectorOffsetRequest).Phase | Should-Be 'APPLIED'
            $other.Stub.Requests.Count | Should-Be 0
        }

        It 'has the environment and cluster that it was made in' {
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 }))).Answer('POST', '/x/offsets/request', 202, '')
            $request = Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 50 -EnvironmentId env-2 -KafkaClusterId lkc-2 -Confirm:$false
            Add-Status $t APPLIED -Name x

            $status = $request | Wait-ConnectorOffsetRequest

            $status.EnvironmentId | Should-Be 'env-2'
            (Get-StatusRead $t)[-1].Path | Should-Be '/connect/v1/environments/env-2/clusters/lkc-2/connectors/x/offsets/request/status'
        }

        It 'can be a status, whose request is followed as the latest' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase PENDING))
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase APPLIED))

            (Get-ConnectorOffsetRequest orders-sink | Wait-ConnectorOffsetRequest).Phase | Should-Be 'APPLIED'
        }

        It 'must be one: <Name> is InvalidInputObject' -ForEach @(
            @{ Name = 'a name'; Value = 'orders-sink' }
            @{ Name = 'an object with a name'; Value = [pscustomobject]@{ ConnectorName = 'orders-sink' } }
        ) {
            $status = @($Value | Wait-ConnectorOffsetRequest -ErrorVariable problem -ErrorAction SilentlyContinue)

            $status.Count | Should-Be 0
            Assert-OffsetError $problem InvalidInputObject WaitConnectorOffsetRequestCommand InvalidArgument $Value
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'must be one: a row is InvalidInputObject, beside a request that is waited for' {
            $request = New-Request $t
            Add-Status $t APPLIED

            $status = @((Get-ConnectorOffset orders-sink), $request | Wait-ConnectorOffsetRequest -ErrorVariable problem -ErrorAction SilentlyContinue)

            $status.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $problem InvalidInputObject WaitConnectorOffsetRequestCommand InvalidArgument
        }

        It 'can be none at all' {
            @(@() | Wait-ConnectorOffsetRequest -ErrorVariable problem).Count | Should-Be 0
            @($problem).Count | Should-Be 0
        }
    }

    Context 'by name' {
        It 'waits for the latest request, whoever made it' {
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer -Phase PENDING -Type DELETE))
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer -Phase APPLIED -Type PATCH))

            $status = Wait-ConnectorOffsetRequest orders-sink

            $status.Phase | Should-Be 'APPLIED'
            $status.Request.Type | Should-Be 'PATCH'
        }

        It 'uses -EnvironmentId and -KafkaClusterId' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer))

            $null = Wait-ConnectorOffsetRequest -Name x -EnvironmentId env-2 -ClusterId lkc-2

            @($t.Stub.Requests)[0].Path | Should-Be '/connect/v1/environments/env-2/clusters/lkc-2/connectors/x/offsets/request/status'
        }

        It 'is OffsetRequestNotFound where there is none' {
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))

            $null = Wait-ConnectorOffsetRequest x -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem OffsetRequestNotFound WaitConnectorOffsetRequestCommand ObjectNotFound x
        }

        It 'refuses a blank one and sends nothing' {
            $null = Wait-ConnectorOffsetRequest ' ' -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName WaitConnectorOffsetRequestCommand InvalidArgument ' '
            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'several' {
        It 'are waited for side by side and emitted in the order in which they end' {
            $requests = 'slow', 'fast' | ForEach-Object { New-Request $t $_ }
            Add-Status $t (@('PENDING') * 1000 + 'APPLIED') -Name slow
            Add-Status $t APPLIED -Name fast

            ($requests | Wait-ConnectorOffsetRequest -Timeout 100000).ConnectorName | Should-BeCollection @('fast', 'slow')
        }

        It 'have their errors written after all waits' {
            $requests = 'bad', 'good' | ForEach-Object { New-Request $t $_ }
            Add-Status $t FAILED -Name bad -Message 'no such topic'
            Add-Status $t (@('PENDING') * 40 + 'APPLIED') -Name good

            $all = @($requests | Wait-ConnectorOffsetRequest -ErrorAction Continue 2>&1)

            $all.Count | Should-Be 3
            $failed = $all[0..1] | Where-Object Phase -EQ FAILED
            ($all[0..1].Phase | Sort-Object) | Should-BeCollection @('APPLIED', 'FAILED')
            Assert-OffsetError $all[2] OffsetRequestFailed WaitConnectorOffsetRequestCommand InvalidResult
            [object]::ReferenceEquals($all[2].TargetObject, $failed) | Should-BeTrue
            $all[2].Exception.Message | Should-MatchString 'no such topic'
        }

        It 'do not lose an error to one that ends the pipeline' {
            $null = $t.Stub.Answer('GET', '/denied/offsets/request/status', 401, '{}')
            $null = 1..40 | ForEach-Object { $t.Stub.Answer('GET', '/bad/offsets/request/status', 200, (New-StatusAnswer -Phase PENDING)) }
            $null = $t.Stub.Answer('GET', '/bad/offsets/request/status', 200, (New-StatusAnswer -Phase FAILED))
            $written = [System.Collections.Generic.List[object]]::new()

            $ended = try { Wait-ConnectorOffsetRequest denied, bad -ErrorAction Continue 2>&1 | ForEach-Object { $written.Add($_) } } catch { $_ }

            $written.Count | Should-Be 2
            $written[0].Phase | Should-Be 'FAILED'
            Assert-OffsetError $written[1] OffsetRequestFailed WaitConnectorOffsetRequestCommand InvalidResult
            Assert-OffsetError $ended AuthenticationFailed WaitConnectorOffsetRequestCommand AuthenticationError denied
        }

        It 'have <Most> polls in flight with -ThrottleLimit <Most>' -ForEach @{ Most = 1 }, @{ Most = 3 } {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer))
            $t.Stub.Latency = [timespan]::FromMilliseconds(20)

            @(Wait-ConnectorOffsetRequest (1..9 | ForEach-Object { "c$_" }) -ThrottleLimit $Most).Count | Should-Be 9

            $t.Stub.MostAtOnce | Should-Be $Most
        }
    }

    Context 'the time' {
        It 'is over after -<Name>' -ForEach @(
            @{ Name = 'Timeout' }
            @{ Name = 'TimeoutSec' }
        ) {
            $request = New-Request $t
            Add-Status $t PENDING
            $started = $t.Clock.GetUtcNow()
            $limit = @{ $Name = 45 }

            $status = @($request | Wait-ConnectorOffsetRequest @limit -ErrorVariable problem -ErrorAction SilentlyContinue)

            $status.Count | Should-Be 0
            Assert-OffsetError $problem OffsetRequestTimeout WaitConnectorOffsetRequestCommand OperationTimeout
            [object]::ReferenceEquals($problem[0].TargetObject, $request) | Should-BeTrue
            $problem[0].Exception.Message | Should-MatchString '45 s.*PENDING'
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be 45
        }

        It 'is 600 s by default' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase PENDING))
            $started = $t.Clock.GetUtcNow()

            $null = Wait-ConnectorOffsetRequest x -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem OffsetRequestTimeout WaitConnectorOffsetRequestCommand OperationTimeout x
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be 600
        }

        It 'is over for each unfinished one' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase PENDING))

            $null = Wait-ConnectorOffsetRequest a, b -Timeout 5 -ErrorVariable problem -ErrorAction SilentlyContinue

            (@($problem).TargetObject | Sort-Object) | Should-BeCollection @('a', 'b')
        }

        It 'of 0 looks once' {
            $null = $t.Stub.Answer('GET', '/new/offsets/request/status', 200, (New-StatusAnswer -Phase PENDING))
            $null = $t.Stub.Answer('GET', '/done/offsets/request/status', 200, (New-StatusAnswer))

            $status = @(Wait-ConnectorOffsetRequest new, done -Timeout 0 -ErrorVariable problem -ErrorAction SilentlyContinue)

            $status.ConnectorName | Should-Be 'done'
            Assert-OffsetError $problem OffsetRequestTimeout WaitConnectorOffsetRequestCommand OperationTimeout new
            (Get-StatusRead $t).Count | Should-Be 2
        }

        It 'between the first looks is <Gap> s with <Name>, and never over <Longest> s' -ForEach @(
            @{ Name = 'the standard'; Extra = @{}; Gap = 1; Longest = 10 }
            @{ Name = '-PollInterval 0.5'; Extra = @{ PollInterval = 0.5 }; Gap = 0.5; Longest = 10 }
            @{ Name = '-PollInterval 20'; Extra = @{ PollInterval = 20 }; Gap = 20; Longest = 20 }
        ) {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase PENDING))

            $null = Wait-ConnectorOffsetRequest x @Extra -Timeout 600 -ErrorAction SilentlyContinue

            $gaps = @($t.Clock.Delays).TotalSeconds
            $gaps[0] | Should-Be $Gap
            ($gaps | Measure-Object -Maximum).Maximum | Should-Be $Longest
        }
    }

    Context 'messages' {
        It 'of APPLIED are warnings' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Message 'change the rest by hand'))

            $null = Wait-ConnectorOffsetRequest orders-sink -WarningVariable warned -WarningAction SilentlyContinue

            @($warned).Count | Should-Be 1
            "$warned" | Should-Be "Connector 'orders-sink': change the rest by hand"
        }

        It 'cannot steer the terminal' {
            $null = $t.Stub.Answer('GET', '/done/offsets/request/status', 200, (New-StatusAnswer -Message 'a\u001b[2Jb'))
            $null = $t.Stub.Answer('GET', '/bad/offsets/request/status', 200, (New-StatusAnswer -Phase FAILED -Message 'a\u001b[2Jb'))

            $null = Wait-ConnectorOffsetRequest done, bad -WarningVariable warned -WarningAction SilentlyContinue -ErrorVariable failed -ErrorAction SilentlyContinue

            "$warned" | Should-Be "Connector 'done': a\u001b[2Jb"
            $failed[0].Exception.Message | Should-BeLikeString '*FAILED: a\u001b`[2Jb'
        }

        It 'of FAILED, or none, are no warnings' {
            $null = $t.Stub.Answer('GET', '/bad/offsets/request/status', 200, (New-StatusAnswer -Phase FAILED -Message 'no'))
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer))

            $null = Wait-ConnectorOffsetRequest bad, good -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue

            @($warned).Count | Should-Be 0
        }

        It 'tell phase and time as progress, which is completed at the end' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase PENDING)).Answer('GET', '/status', 200, (New-StatusAnswer -Phase PENDING_VALIDATION)).Answer('GET', '/status', 200, (New-StatusAnswer))
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddCommand('Import-Module').AddArgument((Join-Path $RepoRoot 'ConfluentOffsets.psd1')).AddStatement()
                $null = $shell.AddCommand('Wait-ConnectorOffsetRequest').AddParameters(@{ ConnectorName = 'orders-sink'; Connection = $t.Connection }).Invoke()
                $progress = @($shell.Streams.Progress | Where-Object Activity -Like '*offsets*')
            }
            finally {
                $shell.Dispose()
            }

            $progress.StatusDescription[0..1] | Should-BeCollection @('orders-sink: PENDING, 0 s', 'orders-sink: PENDING_VALIDATION, 1 s')
            "$($progress[-1].RecordType)" | Should-Be 'Completed'
        }
    }
}
