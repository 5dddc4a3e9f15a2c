# After a change, until the connector works again: Wait-ConnectorOffsetRequest -UntilRunning.
BeforeAll {
    . $PSScriptRoot/common.ps1
    $script:Ours = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":50}}]'
    $script:OurTime = '2024-02-20T15:20:00Z'

    # Posts a request for a connector, whose status is then -Phase.
    function New-Request {
        param($T, [string] $Name = 'orders-sink', [string] $Phase = 'APPLIED', [hashtable] $With = @{})
        $null = $T.Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 }))).Answer('GET', "/$Name/offsets/request/status", 404, '{}')
        $null = $T.Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer -Offsets $Ours -RequestedAt $OurTime))
        $request = Set-ConnectorOffset $Name -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $T.Connection -Confirm:$false @With
        Add-Status $T $Phase $Name
        $request
    }

    function Add-Status {
        param($T, [string[]] $Phase, [string] $Name = 'orders-sink')
        foreach ($one in $Phase) { $null = $T.Stub.Answer('GET', "/$Name/offsets/request/status", 200, (New-StatusAnswer -Phase $one -Offsets $Ours -RequestedAt $OurTime -Message $($one -eq 'FAILED' ? 'no such topic' : ''))) }
    }

    # Looks at the list, in order: each maps names to the connector's state and those of its tasks, 'RUNNING:RUNNING,FAILED'.
    function Add-List {
        param($T, [System.Collections.IDictionary[]] $Look, [string] $Trace, [string] $ConnectorTrace)
        foreach ($one in $Look) {
            $map = [ordered]@{}
            foreach ($name in $one.Keys) {
                $state, $tasks = $one[$name] -split ':'
                $number = 0
                $all = @($tasks -split ',' | Where-Object { $_ } | ForEach-Object { [ordered]@{ id = $number++; state = $_; trace = $($_ -eq 'FAILED' ? $Trace : '') } })
                $map[$name] = @{ id = @{ id = 'lcc-1' }; status = @{ connector = @{ state = $state; trace = $ConnectorTrace }; tasks = $all } }
            }
            $null = $T.Stub.Answer('GET', '/connectors', 200, ($map | ConvertTo-Json -Depth 9))
        }
    }

    function Get-Listing { param($T) @($T.Stub.Requests | Where-Object Path -Like '*/connectors') }
}

Describe 'Wait-ConnectorOffsetRequest -UntilRunning' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'a connector that comes back' {
        It 'has its status emitted when it and its tasks run' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'PAUSED:PAUSED' }, @{ 'orders-sink' = 'RUNNING:UNASSIGNED' }, @{ 'orders-sink' = 'RUNNING:RUNNING' }

            $status = @($request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorVariable problem)

            @($problem).Count | Should-Be 0
            $status.Count | Should-Be 1
            $status[0].Phase | Should-Be 'APPLIED'
            @(Get-Listing $t).Count | Should-Be 3
            @(Get-Listing $t)[0].Uri | Should-MatchString '\?expand=id,info,status$'
        }

        It 'is looked at only after APPLIED' {
            $request = New-Request $t -Phase PENDING
            Add-Status $t PENDING_VALIDATION, APPLIED
            Add-List $t @{ 'orders-sink' = 'RUNNING:RUNNING' }

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning

            $paths = @($t.Stub.Requests | Select-Object -Last 5 | Select-Object -First 4).Path
            @($paths -like '*/status').Count | Should-Be 3
            $paths[3] | Should-BeLikeString '*/connectors'
        }

        It 'may show its failure from before the change for a while' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'RUNNING:FAILED' }, @{ 'orders-sink' = 'RUNNING:FAILED' }, @{ 'orders-sink' = 'RUNNING:RUNNING' } -Trace 'old'

            $status = $request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            @($problem).Count | Should-Be 0
        }

        It 'is looked for where the request was made' {
            $request = New-Request $t -With @{ EnvironmentId = 'env-x'; KafkaClusterId = 'lkc-y' }
            Add-List $t @{ 'orders-sink' = 'RUNNING:RUNNING' }
            $other = Connect-Stub

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning

            @(Get-Listing $t).Path | Select-Object -Unique | Should-Be '/connect/v1/environments/env-x/clusters/lkc-y/connectors'
            @($other.Stub.Requests).Count | Should-Be 0
        }

        It 'can be named' {
            Add-Status $t APPLIED
            Add-List $t @{ 'orders-sink' = 'PROVISIONING:' }, @{ 'orders-sink' = 'RUNNING:RUNNING' }

            (Wait-ConnectorOffsetRequest orders-sink -UntilRunning).Phase | Should-Be 'APPLIED'
            @(Get-Listing $t).Count | Should-Be 2
        }

        It 'is followed for a request out of <Name>' -ForEach @(
            @{ Name = 'Export-Clixml'; Make = { param($Request) $file = Join-Path $TestDrive request.xml; $Request | Export-Clixml $file; Import-Clixml $file } }
            @{ Name = 'a job, without its type'; Make = { param($Request) [System.Management.Automation.PSSerializer]::Deserialize(([System.Management.Automation.PSSerializer]::Serialize($Request) -replace 'N="TargetTypeForDeserialization"', 'N="x"')) } }
        ) {
            $request = & $Make (New-Request $t)
            Add-List $t @{ 'orders-sink' = 'RUNNING:RUNNING,FAILED' } -Trace 'poison'

            $status = $request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction SilentlyContinue -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $problem ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
        }
    }

    Context 'a connector that fails' {
        It 'is ConnectorNotRunning, after the status: task, first line of its trace, and what to do' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'PROVISIONING:' }, @{ 'orders-sink' = 'RUNNING:RUNNING,FAILED' } -Trace "bad record`r`n`tat Some.Class"

            $all = @($request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction Continue 2>&1)

            $all.Count | Should-Be 2
            $all[0].Phase | Should-Be 'APPLIED'
            Assert-OffsetError $all[1] ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            [object]::ReferenceEquals($all[1].TargetObject, $all[0]) | Should-BeTrue
            $all[1].Exception.Message | Should-Be "The offsets of connector 'orders-sink' (env-a12b6, lkc-devc80) were changed, but it does not run: its task 1 FAILED: bad record."
            $all[1].ErrorDetails.RecommendedAction | Should-MatchString 'Shift 1.*Restore-ConnectorOffset.*Resume-Connector'
            @(Get-Listing $t).Count | Should-Be 2
        }

        It 'tells <Reason> for <State>' -ForEach @(
            @{ State = 'FAILED:RUNNING'; Task = ''; Connector = 'no database'; Reason = 'it FAILED: no database' }
            @{ State = 'FAILED:FAILED'; Task = ''; Connector = 'no database'; Reason = 'its task 0 FAILED: no database' }
            @{ State = 'FAILED:FAILED'; Task = 'no table'; Connector = 'no database'; Reason = 'its task 0 FAILED: no table' }
            @{ State = 'RUNNING:FAILED'; Task = ''; Connector = ''; Reason = 'its task 0 FAILED: the service gave no reason' }
        ) {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = $State } -Trace $Task -ConnectorTrace $Connector

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            $problem[0].Exception.Message | Should-BeLikeString "*but it does not run: $Reason."
        }

        It 'shows no secret and steers no terminal: <Where>' -ForEach @(
            @{ Where = 'a task''s trace'; State = 'RUNNING:FAILED'; In = 'Task' }
            @{ Where = 'a connector''s trace'; State = 'FAILED:'; In = 'Connector' }
        ) {
            $request = New-Request $t
            $words = "bad$([char]27)[2J record, key $Secret`nmore"
            Add-List $t @{ 'orders-sink' = $State } -Trace ($In -eq 'Task' ? $words : '') -ConnectorTrace ($In -eq 'Connector' ? $words : '')

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction SilentlyContinue -ErrorVariable problem

            $message = $problem[0].Exception.Message
            $message | Should-BeLikeString '*bad\u001b* record, key*'
            $message.Contains([char]27) | Should-BeFalse
            $message.Contains($Secret) | Should-BeFalse
            $message.Contains('more') | Should-BeFalse
        }

        It 'throws under -ErrorAction Stop, with the accepted requests in the error' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'FAILED:' }
            $emitted = [System.Collections.Generic.List[object]]::new()

            $thrown = try { $request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction Stop | ForEach-Object { $emitted.Add($_) } } catch { $_ }

            $emitted.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $thrown ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            $thrown.Exception.AcceptedRequests.ConnectorName | Should-Be 'orders-sink'
        }
    }

    Context 'a connector that is paused' {
        It 'is ConnectorNotRunning after ten seconds, which names Resume-Connector' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'PAUSED:PAUSED' }
            $started = $t.Clock.GetUtcNow()

            $all = @($request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction Continue 2>&1)

            $all[0].Phase | Should-Be 'APPLIED'
            Assert-OffsetError $all[1] ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            $all[1].Exception.Message | Should-BeLikeString '*but it does not run: it is PAUSED (tasks: 0 PAUSED), until Resume-Connector.'
            ($t.Clock.GetUtcNow() - $started).TotalSeconds -lt 15 | Should-BeTrue
        }
    }

    Context 'when the time is over' {
        It 'says how it is: <State>' -ForEach @(
            @{ State = 'RUNNING:PAUSED'; Told = 'after 45 s it is RUNNING (tasks: 0 PAUSED)' }
            @{ State = 'RUNNING:RUNNING,UNASSIGNED'; Told = 'after 45 s it is RUNNING (tasks: 0 RUNNING, 1 UNASSIGNED)' }
            @{ State = 'UNASSIGNED:'; Told = 'after 45 s it is UNASSIGNED (it shows no tasks)' }
            @{ State = ':'; Told = 'after 45 s it is of no known state (it shows no tasks)' }
            @{ State = "ODD$([char]27)[2J:OD$([char]27)[2J"; Told = 'after 45 s it is ODD\u001b`[2J (tasks: 0 OD\u001b`[2J)' }
        ) {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = $State }
            $started = $t.Clock.GetUtcNow()

            $all = @($request | Wait-ConnectorOffsetRequest -UntilRunning -Timeout 45 -ErrorAction Continue 2>&1)

            $all[0].Phase | Should-Be 'APPLIED'
            Assert-OffsetError $all[1] ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            $all[1].Exception.Message | Should-BeLikeString "*but it does not run: $Told."
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be 45
        }

        It 'says a failure that it has seen, though it may be the old one' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'RUNNING:FAILED' } -Trace 'poison'

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning -Timeout 5 -ErrorAction SilentlyContinue -ErrorVariable problem

            $problem[0].Exception.Message | Should-BeLikeString '*its task 0 FAILED: poison.'
        }

        It 'says that no look was answered, and why' {
            $request = New-Request $t
            $null = $t.Stub.Answer('GET', '/connectors', 503, '{"error":{"message":"out of order"}}')

            $all = @($request | Wait-ConnectorOffsetRequest -UntilRunning -Timeout 20 -ErrorAction Continue 2>&1)

            $all[0].Phase | Should-Be 'APPLIED'
            Assert-OffsetError $all[1] ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            $all[1].Exception.Message | Should-BeLikeString '*its state could not be read. The last look failed: *out of order*'
        }

        It 'has been so over all: the request''s own time counts' {
            $request = New-Request $t -Phase PENDING
            Add-Status $t (@('PENDING') * 9 + 'APPLIED')
            Add-List $t @{ 'orders-sink' = 'UNASSIGNED:' }
            $started = $t.Clock.GetUtcNow()

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning -Timeout 60 -ErrorAction SilentlyContinue -ErrorVariable problem

            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be 60
            $problem[0].FullyQualifiedErrorId | Should-BeLikeString 'ConnectorNotRunning,*'
        }

        It 'looks once where the time-out is 0, which is not enough for one that has not been seen down' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'RUNNING:RUNNING' }

            ($request | Wait-ConnectorOffsetRequest -UntilRunning -Timeout 0 -ErrorAction SilentlyContinue -ErrorVariable problem).Phase | Should-Be 'APPLIED'

            Assert-OffsetError $problem ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            $problem[0].Exception.Message | Should-BeLikeString '*it was seen RUNNING only once within 0 s, which may be from before the change.'
            @(Get-Listing $t).Count | Should-Be 1
        }
    }

    Context 'a list that does not tell' {
        It 'is asked again after a passing failure' {
            $request = New-Request $t
            $null = $t.Stub.Answer('GET', '/connectors', 500, '{}').Fail('GET', '/connectors', 'Lost').Answer('GET', '/connectors', 200, '<html>')
            Add-List $t @{ 'orders-sink' = 'RUNNING:RUNNING' }

            $status = $request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            @($problem).Count | Should-Be 0
        }

        It 'is ConnectorNotFound where it has no such connector, after the status' {
            $request = New-Request $t
            Add-List $t @{ other = 'RUNNING:RUNNING' }

            $all = @($request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction Continue 2>&1)

            $all[0].Phase | Should-Be 'APPLIED'
            Assert-OffsetError $all[1] ConnectorNotFound WaitConnectorOffsetRequestCommand ObjectNotFound orders-sink
            @(Get-Listing $t).Count | Should-Be 1
        }

        It 'is <Id> for <Status>, after the status' -ForEach @(
            @{ Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied' }
            @{ Status = 401; Id = 'AuthenticationFailed'; Category = 'AuthenticationError' }
        ) {
            $request = New-Request $t
            $null = $t.Stub.Answer('GET', '/connectors', $Status, '{}')
            $emitted = [System.Collections.Generic.List[object]]::new()

            $thrown = try { $request | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction Stop | ForEach-Object { $emitted.Add($_) } } catch { $_ }

            $emitted.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $thrown $Id WaitConnectorOffsetRequestCommand $Category orders-sink
        }
    }

    Context 'a request that is not APPLIED' {
        It 'is not followed: <Id>' -ForEach @(
            @{ Phase = 'FAILED'; Id = 'OffsetRequestFailed' }
            @{ Phase = 'PENDING'; Id = 'OffsetRequestTimeout' }
        ) {
            $request = New-Request $t -Phase $Phase

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning -UntilObserved -Timeout 10 -ErrorAction SilentlyContinue -ErrorVariable problem

            @($problem).Count | Should-Be 1
            $problem[0].FullyQualifiedErrorId | Should-BeLikeString "$Id,*"
            @(Get-Listing $t).Count | Should-Be 0
        }
    }

    Context 'with -UntilObserved' {
        It 'waits for both, first until it runs' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'PROVISIONING:' }, @{ 'orders-sink' = 'RUNNING:RUNNING' }
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 50 }) -ObservedAt '2024-02-20T15:14:31Z'))
            $sent = @($t.Stub.Requests).Count

            $status = $request | Wait-ConnectorOffsetRequest -UntilRunning -UntilObserved -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            @($problem).Count | Should-Be 0
            @($t.Stub.Requests | Select-Object -Skip $sent | ForEach-Object { $_.Path -replace '^.*/' }) -join ' ' | Should-Be 'status connectors connectors offsets'
        }

        It 'does not wait for an observation of one that does not run' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'PROVISIONING:' }, @{ 'orders-sink' = 'FAILED:' }
            $reads = @($t.Stub.Requests | Where-Object Path -Like '*/offsets').Count

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning -UntilObserved -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem ConnectorNotRunning WaitConnectorOffsetRequestCommand InvalidResult
            @($t.Stub.Requests | Where-Object Path -Like '*/offsets').Count | Should-Be $reads
        }

        It 'has one time-out over all' {
            $request = New-Request $t
            Add-List $t (@(@{ 'orders-sink' = 'PROVISIONING:' }) * 8 + @{ 'orders-sink' = 'RUNNING:RUNNING' })
            $started = $t.Clock.GetUtcNow()

            $null = $request | Wait-ConnectorOffsetRequest -UntilRunning -UntilObserved -Timeout 50 -ErrorAction SilentlyContinue -ErrorVariable problem

            $problem[0].FullyQualifiedErrorId | Should-BeLikeString 'OffsetsStale,*'
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be 50
        }
    }

    Context 'several' {
        It 'are waited for side by side, and errors come after all statuses' {
            $requests = @(New-Request $t bad) + @(New-Request $t good) + @(New-Request $t off -Phase FAILED)
            Add-List $t (@([ordered]@{ bad = 'PROVISIONING:'; good = 'PROVISIONING:'; off = 'RUNNING:RUNNING' }) * 12 + [ordered]@{ bad = 'FAILED:'; good = 'RUNNING:RUNNING'; off = 'RUNNING:RUNNING' })

            $all = @($requests | Wait-ConnectorOffsetRequest -UntilRunning -ErrorAction Continue 2>&1)

            $all.Count | Should-Be 5
            @($all[0..2].ConnectorName | Sort-Object) -join ' ' | Should-Be 'bad good off'
            @($all[3..4] | ForEach-Object { "$($_.FullyQualifiedErrorId -replace ',.*') $($_.TargetObject.ConnectorName)" } | Sort-Object) | Should-BeCollection @('ConnectorNotRunning bad', 'OffsetRequestFailed off')
        }

        It 'tells the phase as progress' {
            $request = New-Request $t
            Add-List $t @{ 'orders-sink' = 'PROVISIONING:' }, @{ 'orders-sink' = 'RUNNING:RUNNING' }
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript('param($m, $r) Import-Module $m; $r | Wait-ConnectorOffsetRequest -UntilRunning').AddArgument("$RepoRoot/ConfluentOffsets.psd1").AddArgument($request).Invoke()

                @($shell.Streams.Progress | Where-Object StatusDescription -Like 'orders-sink: APPLIED, not running yet*').Count | Should-Be 1
            }
            finally { $shell.Dispose() }
        }
    }
}
