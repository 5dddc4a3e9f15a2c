BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Undated = '{"id":"lcc-sink1","name":"x","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":100}}],"metadata":{}}'
    $script:Ours = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":50}}]'
    $script:OurTime = '2024-02-20T15:10:00Z'

    # The offsets as they are observed, one answer after the other; the simulated clock begins at 15:00:00.
    function Add-Sighting {
        param($Stub, [string[]] $ObservedAt, [string] $Name = 'a', [hashtable] $Headers)
        $offset = 99
        foreach ($one in $ObservedAt) { $null = $Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = (++$offset); 'other-1' = 7 }) -ObservedAt $one), $Headers) }
    }

    # A request of ours whose status becomes this.
    function New-Request {
        param($Stub, [string[]] $Phase = 'APPLIED', [string] $Name = 'a', [string] $AppliedAt = '"2024-02-20T15:14:30+0000"')
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, '{"request":null,"status":null}')
        foreach ($one in $Phase) { $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, ((New-StatusAnswer $one -Offsets $Ours -RequestedAt $OurTime) -replace '"applied_at":"[^"]*"', "`"applied_at`":$AppliedAt")) }
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer -Offsets $Ours -RequestedAt $OurTime))
    }

    function Get-Look { param($Stub, [string] $Name = 'a') @($Stub.Requests | Where-Object Path -Like "*/$Name/offsets" | Where-Object Method -EQ GET) }

    # The seconds between one look and the next.
    function Get-Gap { param($Look) @(for ($i = 1; $i -lt $Look.Count; $i++) { ($Look[$i].At - $Look[$i - 1].At).TotalSeconds }) }

    $script:Change = @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 50; Confirm = $false }
}

Describe 'Get-ConnectorOffset -MaxAge' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'until they are fresh' {
        It 'reads once where offsets of <Age> s are young enough for <MaxAge>: <Fresh>' -ForEach @(
            @{ Age = 60; MaxAge = 60; Fresh = $true }
            @{ Age = 61; MaxAge = 60; Fresh = $false }
            @{ Age = 0; MaxAge = 0; Fresh = $true }
            @{ Age = 1; MaxAge = 0; Fresh = $false }
        ) {
            Add-Sighting $t.Stub $t.Clock.GetUtcNow().AddSeconds(-$Age).ToString('yyyy-MM-dd HH:mm:ss+00:00')

            $rows = @(Get-ConnectorOffset a -MaxAge $MaxAge -Timeout 0 -ErrorAction SilentlyContinue -ErrorVariable problem)

            $rows.Count | Should-Be 2
            @(Get-Look $t.Stub).Count | Should-Be 1
            @($problem).Count | Should-Be ($Fresh ? 0 : 1)
        }

        It 'reads again, and emits what it read last' {
            Add-Sighting $t.Stub '2024-02-20T14:59:00Z', '2024-02-20T14:59:00Z', '2024-02-20T15:00:01Z'

            $rows = Get-ConnectorOffset a -MaxAge 10 -ErrorVariable problem

            $rows.KafkaOffset -join ' ' | Should-Be '102 7'
            @($problem).Count | Should-Be 0
            @(Get-Look $t.Stub).Count | Should-Be 3
        }

        It 'looks after a second, then less and less often, and no later than -Timeout' {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z'

            $null = Get-ConnectorOffset a -MaxAge 10 -Timeout 100 -ErrorAction SilentlyContinue

            $gaps = Get-Gap @(Get-Look $t.Stub)
            $gaps[0..3] -join ' ' | Should-Be '1 1.25 1.5 1.5'
            ($gaps | Measure-Object -Maximum).Maximum | Should-BeLessThanOrEqual 10
            [math]::Round(($gaps | Measure-Object -Sum).Sum, 6) | Should-Be 100
        }

        It 'is told the time by the service: <Date>' -ForEach @(
            @{ Date = 'Tue, 20 Feb 2024 18:00:00 GMT'; Observed = '2024-02-20T14:59:55Z'; Fresh = $false }
            @{ Date = 'Tue, 20 Feb 2024 18:00:00 GMT'; Observed = '2024-02-20T17:59:55Z'; Fresh = $true }
            @{ Date = 'Tue, 20 Feb 2024 12:00:00 GMT'; Observed = '2024-02-20T11:59:55Z'; Fresh = $true }
        ) {
            Add-Sighting $t.Stub $Observed -Headers @{ Date = $Date }

            $null = Get-ConnectorOffset a -MaxAge 10 -Timeout 0 -ErrorAction SilentlyContinue -ErrorVariable problem

            @($problem).Count | Should-Be ($Fresh ? 0 : 1)
        }

        It 'keeps -Topic' {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z', '2024-02-20T15:00:00Z'

            $rows = Get-ConnectorOffset a -Topic 'oth*' -MaxAge 10

            $rows.KafkaOffset | Should-Be 7
            $rows.Topic | Should-Be 'other'
        }

        It 'does not hold without it: stale rows, read once' {
            Add-Sighting $t.Stub '2020-02-20T14:50:00Z'

            @(Get-ConnectorOffset a -Timeout 60).Count | Should-Be 2

            @(Get-Look $t.Stub).Count | Should-Be 1
        }

        It 'gets younger rows in the sandbox' {
            $s = Connect-Sandbox
            $s.Clock.Advance([timespan]::FromSeconds(4))

            $row = Get-ConnectorOffset orders-sink -KafkaPartition 0 -MaxAge 1

            ($s.Clock.GetUtcNow().UtcDateTime - $row.ObservedAt).TotalSeconds | Should-BeLessThanOrEqual 1
        }
    }

    Context 'time over' {
        It 'writes OffsetsStale after the rows' {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z'
            $started = $t.Clock.GetUtcNow()

            $all = @(Get-ConnectorOffset a -MaxAge 10 -ErrorAction Continue 2>&1)

            $all[0].KafkaOffset | Should-Be 100
            $all[1].KafkaOffset | Should-Be 7
            Assert-OffsetError $all[2] OffsetsStale GetConnectorOffsetCommand OperationTimeout a
            "$($all[2])" | Should-BeLikeString "The offsets of connector 'a' (env-a12b6, lkc-devc80) were last observed at 2024-02-20 14:50:00Z, not within the last 10 s, and 30 s *"
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be 30
        }

        It 'emits the rows before it throws, under -ErrorAction Stop' {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z'
            $rows = [System.Collections.Generic.List[object]]::new()

            $thrown = try { Get-ConnectorOffset a -MaxAge 10 -ErrorAction Stop | ForEach-Object { $rows.Add($_) } } catch { $_ }

            $rows.Count | Should-Be 2
            Assert-OffsetError $thrown OffsetsStale GetConnectorOffsetCommand OperationTimeout a
        }

        It 'writes it also where the service does not date its offsets' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Undated)

            $rows = @(Get-ConnectorOffset a -MaxAge 100000 -ErrorAction SilentlyContinue -ErrorVariable problem)

            $rows.Count | Should-Be 1
            Assert-OffsetError $problem OffsetsStale GetConnectorOffsetCommand OperationTimeout a
            "$problem" | Should-BeLikeString '*have not been observed, as far as the service tells*'
        }

        It 'writes it also where no row is left, and where there is none' {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z'
            $null = $t.Stub.Answer('GET', '/b/offsets', 200, '{"id":"lcc-new","name":"b","offsets":[]}')

            $rows = @(Get-ConnectorOffset a, b -Topic none -MaxAge 10 -Timeout 3 -ErrorAction SilentlyContinue -ErrorVariable problem)

            $rows.Count | Should-Be 0
            @($problem | ForEach-Object TargetObject) -join ' ' | Should-Be 'a b'
            @($problem | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' }) -join ' ' | Should-Be 'OffsetsStale OffsetsStale'
        }
    }

    Context 'failures' {
        It 'looks on over <Case>' -ForEach @(
            @{ Case = '503'; Fail = { param($Stub) $null = $Stub.Answer('GET', '/a/offsets', 503, 'oops') } }
            @{ Case = 'a lost connection'; Fail = { param($Stub) $null = $Stub.Fail('GET', '/a/offsets', 'Lost') } }
            @{ Case = 'a look that hangs'; Fail = { param($Stub) $null = $Stub.Fail('GET', '/a/offsets', 'Hang') } }
        ) {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z'
            & $Fail $t.Stub
            Add-Sighting $t.Stub '2024-02-20T15:00:01Z'

            $rows = @(Get-ConnectorOffset a -MaxAge 60 -Timeout 300 -ErrorVariable problem)

            $rows[0].KafkaOffset | Should-Be 100
            @($problem).Count | Should-Be 0
            @(Get-Look $t.Stub).Count | Should-Be 3
        }

        It 'waits as long as the service asks' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 429, '{}', @{ 'Retry-After' = 7 })
            Add-Sighting $t.Stub '2024-02-20T15:00:00Z'

            $null = Get-ConnectorOffset a -MaxAge 60

            Get-Gap @(Get-Look $t.Stub) | Should-Be 7
        }

        It 'does not outlast the time by a look that hangs' {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z'
            $null = $t.Stub.Fail('GET', '/a/offsets', 'Hang')
            $started = $t.Clock.GetUtcNow()

            $rows = @(Get-ConnectorOffset a -MaxAge 10 -Timeout 3 -ErrorAction SilentlyContinue -ErrorVariable problem)

            $rows.Count | Should-Be 2
            Assert-OffsetError $problem OffsetsStale GetConnectorOffsetCommand OperationTimeout a
            "$problem" | Should-BeLikeString '*The last look failed*'
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-BeLessThanOrEqual 10
        }

        It 'writes <Id> after the rows that it has, where no time mends it' -ForEach @(
            @{ Id = 'AccessDenied'; Category = 'PermissionDenied'; Status = 403 }
            @{ Id = 'ConnectorNotFound'; Category = 'ObjectNotFound'; Status = 404 }
        ) {
            Add-Sighting $t.Stub '2024-02-20T14:50:00Z'
            $null = $t.Stub.Answer('GET', '/a/offsets', $Status, '{}')

            $rows = @(Get-ConnectorOffset a -MaxAge 10 -ErrorAction SilentlyContinue -ErrorVariable problem)

            $rows.Count | Should-Be 2
            Assert-OffsetError $problem $Id GetConnectorOffsetCommand $Category a
            @(Get-Look $t.Stub).Count | Should-Be 2
        }

        It 'writes what failed where no look was answered' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 503, '{"message":"maintenance"}')

            Get-ConnectorOffset a -MaxAge 10 -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem ServiceUnavailable GetConnectorOffsetCommand ResourceUnavailable a
        }
    }

    Context 'many connectors' {
        It 'are looked at side by side, at most ten times a second, and come in order' {
            $names = 1..12 | ForEach-Object { "c$_" }
            foreach ($name in $names) { Add-Sighting $t.Stub '2024-02-20T14:50:00Z', '2024-02-20T15:00:00Z' -Name $name }

            $rows = @(Get-ConnectorOffset $names -MaxAge 60 -ThrottleLimit 12)

            @($rows | Where-Object Topic -EQ orders | ForEach-Object { "$($_.ConnectorName)=$($_.KafkaOffset)" }) -join ' ' | Should-Be (@($names | ForEach-Object { "$_=101" }) -join ' ')
            ($t.Clock.Delays | Measure-Object -Property TotalSeconds -Maximum).Maximum | Should-BeLessThanOrEqual 2.5
        }

        It 'do not cost each other their rows' {
            Add-Sighting $t.Stub '2024-02-20T15:00:00Z' -Name a
            Add-Sighting $t.Stub '2024-02-20T14:00:00Z' -Name b
            $null = $t.Stub.Answer('GET', '/c/offsets', 404, '{}')
            Add-Sighting $t.Stub '2024-02-20T15:00:00Z' -Name d

            $rows = @(Get-ConnectorOffset a, b, c, d -Topic orders -MaxAge 60 -Timeout 3 -ErrorAction SilentlyContinue -ErrorVariable problem)

            $rows.ConnectorName -join ' ' | Should-Be 'a b d'
            @($problem | ForEach-Object { "$($_.TargetObject) $($_.FullyQualifiedErrorId -replace ',.*')" }) -join '; ' | Should-Be 'b OffsetsStale; c ConnectorNotFound'
        }
    }
}

Describe '-UntilObserved' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'of Wait-ConnectorOffsetRequest' {
        It 'looks until the offsets were observed later than applied_at, then emits the status' {
            New-Request $t.Stub PENDING, APPLIED
            Add-Sighting $t.Stub '2024-02-20T15:14:00Z', '2024-02-20T15:14:20Z', '2024-02-20T15:14:31Z'
            $request = Set-ConnectorOffset a @Change

            $status = @($request | Wait-ConnectorOffsetRequest -UntilObserved -ErrorVariable problem)

            $status.Count | Should-Be 1
            $status[0].Phase | Should-Be 'APPLIED'
            @($problem).Count | Should-Be 0
            @(Get-Look $t.Stub).Count | Should-Be 3
        }

        It 'compares at the coarser resolution: <Observed> after <Applied> is <Fresh>' -ForEach @(
            @{ Applied = '2024-02-20T15:14:30Z'; Observed = '2024-02-20T15:14:30.9Z'; Fresh = $false }
            @{ Applied = '2024-02-20T15:14:30.2Z'; Observed = '2024-02-20T15:14:30Z'; Fresh = $false }
            @{ Applied = '2024-02-20T15:14:30.2Z'; Observed = '2024-02-20T15:14:30.3Z'; Fresh = $true }
            @{ Applied = '2024-02-20T15:14:30.9Z'; Observed = '2024-02-20T15:14:31Z'; Fresh = $true }
            @{ Applied = '2024-02-20T15:14:30Z'; Observed = '2024-02-20T15:14:30Z'; Fresh = $false }
        ) {
            New-Request $t.Stub APPLIED -AppliedAt "`"$Applied`""
            Add-Sighting $t.Stub $Observed
            $request = Set-ConnectorOffset a @Change

            $status = $request | Wait-ConnectorOffsetRequest -UntilObserved -Timeout 5 -ErrorAction SilentlyContinue -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            @($problem).Count | Should-Be ($Fresh ? 0 : 1)
        }

        It 'waits for the next observation where applied_at is <Case>' -ForEach @(@{ Case = 'null'; Applied = 'null' }, @{ Case = 'not readable'; Applied = '"soon"' }) {
            New-Request $t.Stub APPLIED -AppliedAt $Applied
            Add-Sighting $t.Stub '2024-02-20T15:14:00Z', '2024-02-20T15:14:00Z', '2024-02-20T15:14:00Z', '2024-02-20T15:14:05Z'
            $request = Set-ConnectorOffset a @Change

            $status = $request | Wait-ConnectorOffsetRequest -UntilObserved -ErrorVariable problem

            $status.AppliedAt | Should-BeNull
            @($problem).Count | Should-Be 0
            @(Get-Look $t.Stub).Count | Should-Be 4
        }

        It 'is OffsetsStale when the time is over, beside the status; -Timeout holds over all' {
            New-Request $t.Stub PENDING, PENDING, APPLIED
            Add-Sighting $t.Stub '2024-02-20T15:14:00Z'
            $request = Set-ConnectorOffset a @Change
            $started = $t.Clock.GetUtcNow()

            $all = @($request | Wait-ConnectorOffsetRequest -UntilObserved -Timeout 45 -ErrorAction Continue 2>&1)

            $all[0].Phase | Should-Be 'APPLIED'
            Assert-OffsetError $all[1] OffsetsStale WaitConnectorOffsetRequestCommand OperationTimeout
            [object]::ReferenceEquals($all[1].TargetObject, $all[0]) | Should-BeTrue
            "$($all[1])" | Should-BeLikeString '*last observed at 2024-02-20 15:14:00Z, not after the change was applied (2024-02-20 15:14:30Z), and 45 s*'
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be 45
        }

        It 'emits the status before it throws, under -ErrorAction Stop' {
            New-Request $t.Stub APPLIED
            Add-Sighting $t.Stub '2024-02-20T15:14:00Z'
            $request = Set-ConnectorOffset a @Change
            $emitted = [System.Collections.Generic.List[object]]::new()

            $thrown = try { $request | Wait-ConnectorOffsetRequest -UntilObserved -Timeout 5 -ErrorAction Stop | ForEach-Object { $emitted.Add($_) } } catch { $_ }

            $emitted.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $thrown OffsetsStale WaitConnectorOffsetRequestCommand OperationTimeout
        }

        It 'does not look at what FAILED' {
            New-Request $t.Stub FAILED
            Add-Sighting $t.Stub '2024-02-20T15:14:00Z'
            $request = Set-ConnectorOffset a @Change

            $status = $request | Wait-ConnectorOffsetRequest -UntilObserved -ErrorAction SilentlyContinue -ErrorVariable problem

            $status.Phase | Should-Be 'FAILED'
            Assert-OffsetError $problem OffsetRequestFailed WaitConnectorOffsetRequestCommand InvalidResult
            @(Get-Look $t.Stub).Count | Should-Be 1
        }

        It 'does not look at all without it' {
            New-Request $t.Stub APPLIED
            Add-Sighting $t.Stub '2024-02-20T15:14:00Z'
            $request = Set-ConnectorOffset a @Change

            ($request | Wait-ConnectorOffsetRequest).Phase | Should-Be 'APPLIED'

            @(Get-Look $t.Stub).Count | Should-Be 1
        }

        It 'emits the status, and says what failed, where the offsets cannot be read' {
            New-Request $t.Stub APPLIED
            Add-Sighting $t.Stub '2024-02-20T15:14:00Z'
            $null = $t.Stub.Answer('GET', '/a/offsets', 403, '{}')
            $request = Set-ConnectorOffset a @Change

            $status = $request | Wait-ConnectorOffsetRequest -UntilObserved -ErrorAction SilentlyContinue -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $problem AccessDenied WaitConnectorOffsetRequestCommand PermissionDenied a
        }

        It 'waits for several side by side, and one that stays stale costs no other its status' {
            foreach ($name in 'a', 'b', 'c') { New-Request $t.Stub APPLIED -Name $name; Add-Sighting $t.Stub '2024-02-20T15:14:00Z' -Name $name }
            foreach ($name in 'a', 'c') { Add-Sighting $t.Stub '2024-02-20T15:14:40Z' -Name $name }
            $requests = Set-ConnectorOffset a, b, c @Change

            $statuses = $requests | Wait-ConnectorOffsetRequest -UntilObserved -Timeout 30 -ErrorAction SilentlyContinue -ErrorVariable problem

            @($statuses | ForEach-Object ConnectorName | Sort-Object) -join ' ' | Should-Be 'a b c'
            Assert-OffsetError $problem OffsetsStale WaitConnectorOffsetRequestCommand OperationTimeout
            $problem[0].TargetObject.ConnectorName | Should-Be 'b'
        }
    }

    Context 'of the cmdlets that change offsets' {
        It 'waits too, with or without -Wait: <Name>' -ForEach @(
            @{ Name = 'Set'; Do = { Set-ConnectorOffset orders-sink @Change -UntilObserved } }
            @{ Name = 'Set -Wait'; Do = { Set-ConnectorOffset orders-sink @Change -Wait -UntilObserved } }
            @{ Name = 'Reset'; Do = { Reset-ConnectorOffset orders-sink -All -UntilObserved -Confirm:$false } }
            @{ Name = 'Restore'; Do = { Set-ConnectorOffset orders-sink @Change -Wait | Restore-ConnectorOffset -UntilObserved -Confirm:$false } }
        ) {
            $null = Connect-Sandbox

            $status = & $Do

            $status | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequestStatus])
            @(Get-ConnectorOffset orders-sink | Where-Object ObservedAt -LE $status.AppliedAt).Count | Should-Be 0
        }

        It 'shows what the change made of the offsets right after it' {
            $null = Connect-Sandbox

            $null = Set-ConnectorOffset orders-sink @Change -UntilObserved

            (Get-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0).KafkaOffset | Should-Be 50
        }

        It 'is OffsetsStale when the time is over, beside the status' {
            $null = Connect-Sandbox

            $status = Set-ConnectorOffset orders-sink @Change -UntilObserved -Timeout 3 -ErrorAction SilentlyContinue -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $problem OffsetsStale SetConnectorOffsetCommand OperationTimeout
            $problem[0].Exception.AcceptedRequests[0].ConnectorName | Should-Be 'orders-sink'
        }
    }
}
