BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:NoRequest = '{"request":null,"status":null}'
    $script:Pending = New-StatusAnswer PENDING
    $script:Applied = New-StatusAnswer APPLIED
    $script:Partition = '{"kafka_topic":"orders","kafka_partition":0}'

    # A connector whose status shows these, one after the other; its offsets change when they have been read once.
    function Add-Connector {
        param($Stub, [string] $Name, [string[]] $Status = @($NoRequest), [int[]] $Offset = @(100))
        foreach ($one in $Offset) { $null = $Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer @{ 'orders-0' = $one })) }
        foreach ($one in $Status) { $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, $one) }
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    # What reached the service, as S(tatus), O(ffsets) and P(OST).
    function Get-Trail {
        param($Stub, [string] $Name = 'a')
        @($Stub.Requests | Where-Object Path -Like "*/$Name/*" | ForEach-Object {
                if ($_.Method -eq 'POST') { 'P' } elseif ($_.Path.EndsWith('/status')) { 'S' } else { 'O' }
            }) -join ''
    }

    # One change.
    $script:One = @{ Partition = $Partition; Offset = '{"kafka_offset":5}'; Confirm = $false }

    # The progress records of a script in a runspace of its own.
    function Get-Progress {
        param([string] $Script, $Connection)
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("param(`$c) Import-Module '$RepoRoot/ConfluentOffsets.psd1'; $Script").AddArgument($Connection).Invoke()
            @($shell.Streams.Progress | Where-Object Activity -Like 'Waiting for another*')
        }
        finally { $shell.Dispose() }
    }
}

Describe '-QueueTimeout' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'another request is under way' {
        It 'is OffsetRequestConflict at once without it, from <Name>, and nothing is sent' -ForEach @(
            @{ Name = 'Set'; Do = { Set-ConnectorOffset @One a -ErrorAction SilentlyContinue -ErrorVariable script:problem } }
            @{ Name = 'Set -Wait'; Do = { Set-ConnectorOffset @One a -Wait -ErrorAction SilentlyContinue -ErrorVariable script:problem } }
            @{ Name = 'Set with 0'; Do = { Set-ConnectorOffset @One a -QueueTimeout 0 -ErrorAction SilentlyContinue -ErrorVariable script:problem } }
            @{ Name = 'Reset'; Do = { Reset-ConnectorOffset a -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:problem } }
        ) {
            Add-Connector $t.Stub a $Pending

            & $Do | Should-BeNull

            Assert-OffsetError $problem OffsetRequestConflict "$($Name -replace ' .*')ConnectorOffsetCommand" ResourceBusy a
            "$problem" | Should-BeLikeString '*Another PATCH request requested at 2024-02-20 15:14:19Z is under way (PENDING)*'
            @(Get-Post $t.Stub).Count | Should-Be 0
            @($t.Clock.Delays).Count | Should-Be 0
        }

        It 'is waited out by <Name>; only then the offsets are read' -ForEach @(
            @{ Name = 'Set'; Body = '{"type":"PATCH","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":5}}]}'; Do = { Set-ConnectorOffset @One a -QueueTimeout 60 } }
            @{ Name = 'Reset'; Body = '{"type":"DELETE"}'; Do = { Reset-ConnectorOffset a -All -QueueTimeout 60 -Confirm:$false } }
        ) {
            Add-Connector $t.Stub a $Pending, (New-StatusAnswer PENDING_VALIDATION), $Applied

            $request = & $Do

            Get-Trail $t.Stub | Should-Be 'SSSOP'
            @(Get-Post $t.Stub)[0].Body | Should-Be $Body
            $request.OffsetsBefore[0].Offset.kafka_offset | Should-Be 100
        }

        It 'is waited out by Restore' {
            $mine = New-StatusAnswer APPLIED -Offsets '[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":5}}]' -PreviousOffsets '[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":70}}]'
            Add-Connector $t.Stub a $mine, $Pending, $Applied
            $status = Get-ConnectorOffsetRequest a

            $request = $status | Restore-ConnectorOffset -QueueTimeout 60 -Confirm:$false

            Get-Trail $t.Stub | Should-Be 'SSSOP'
            $request.Offsets[0].Offset.kafka_offset | Should-Be 70
            $request.OffsetsBefore[0].Offset.kafka_offset | Should-Be 100
        }

        It 'has ended when <Phase>: nothing is wrong with that' -ForEach @(@{ Phase = 'APPLIED' }, @{ Phase = 'FAILED' }) {
            Add-Connector $t.Stub a $Pending, (New-StatusAnswer $Phase)

            $request = Set-ConnectorOffset @One a -QueueTimeout 60 -ErrorVariable problem

            $request.ConnectorName | Should-Be 'a'
            @($problem).Count | Should-Be 0
        }

        It 'does not end with a phase that nobody knows' {
            Add-Connector $t.Stub a (New-StatusAnswer HIBERNATING)

            Set-ConnectorOffset @One a -QueueTimeout 5 -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy a
            "$problem" | Should-BeLikeString '*HIBERNATING*'
        }

        It 'that outlasts the time is OffsetRequestConflict, which says how long: <Seconds> s' -ForEach @(@{ Seconds = 1 }, @{ Seconds = 90 }) {
            Add-Connector $t.Stub a $Pending
            $started = $t.Clock.GetUtcNow()

            Set-ConnectorOffset @One a -QueueTimeout $Seconds -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy a
            "$problem" | Should-BeLikeString "*under way (PENDING)*It did not end within $Seconds s*"
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-Be $Seconds
            Get-Trail $t.Stub | Should-MatchString '^S+$'
        }

        It 'is waited out before -WhatIf tells' {
            Add-Connector $t.Stub a $Pending, $Applied

            Set-ConnectorOffset a -Partition $Partition -Offset '{"kafka_offset":5}' -QueueTimeout 60 -WhatIf

            Get-Trail $t.Stub | Should-Be 'SSO'
        }

        It 'is waited out for -Shift, whose rows are too old then' {
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $Pending).Answer('GET', '/a/offsets/request/status', 200, $Applied)
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer @{ 'orders-0' = 100 } -ObservedAt '2024-02-20T15:00:00Z'))

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -QueueTimeout 60 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem OffsetsStale SetConnectorOffsetCommand OperationTimeout a
            Get-Trail $t.Stub | Should-Be 'OSSO'
        }
    }

    Context 'no request is under way' {
        It 'sends at once: <Case>' -ForEach @(
            @{ Case = 'there was none'; Status = 200; Body = '{"request":null,"status":null}'; Trail = 'SOP' }
            @{ Case = 'the status is 404'; Status = 404; Body = '{"error":{"code":404,"message":"no request"}}'; Trail = 'SOOP' }
            @{ Case = 'the last one has ended'; Status = 200; Body = '{"request":{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":4}}]},"status":{"phase":"APPLIED"}}'; Trail = 'SOP' }
        ) {
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', $Status, $Body)
            Add-Connector $t.Stub a

            $request = Set-ConnectorOffset @One a -QueueTimeout 60

            $request.ConnectorName | Should-Be 'a'
            Get-Trail $t.Stub | Should-Be $Trail
            @($t.Clock.Delays).Count | Should-Be 0
        }
    }

    Context 'failures' {
        It 'waits on over <Case>' -ForEach @(
            @{ Case = '503'; Fail = { param($Stub) $null = $Stub.Answer('GET', '/a/offsets/request/status', 503, 'oops') } }
            @{ Case = '429'; Fail = { param($Stub) $null = $Stub.Answer('GET', '/a/offsets/request/status', 429, '{}', @{ 'Retry-After' = 5 }) } }
            @{ Case = 'a lost connection'; Fail = { param($Stub) $null = $Stub.Fail('GET', '/a/offsets/request/status', 'Lost') } }
            @{ Case = 'another''s page'; Fail = { param($Stub) $null = $Stub.Answer('GET', '/a/offsets/request/status', 200, '<html>') } }
        ) {
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $Pending)
            & $Fail $t.Stub
            Add-Connector $t.Stub a $Applied

            $request = Set-ConnectorOffset @One a -QueueTimeout 60 -ErrorVariable problem

            $request.ConnectorName | Should-Be 'a'
            @($problem).Count | Should-Be 0
            Get-Trail $t.Stub | Should-Be 'SSSOP'
        }

        It 'is a conflict where the request was seen under way, and the last look failed' {
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $Pending).Answer('GET', '/a/offsets/request/status', 503, '{"message":"maintenance"}')

            Set-ConnectorOffset @One a -QueueTimeout 20 -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy a
            "$problem" | Should-BeLikeString '*It did not end within 20 s*The last look failed*maintenance*'
        }

        It 'says <Id> where the status never could be read' -ForEach @(
            @{ Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable'; Status = 503 }
            @{ Id = 'AccessDenied'; Category = 'PermissionDenied'; Status = 403 }
            @{ Id = 'ConnectorNotFound'; Category = 'ObjectNotFound'; Status = 404 }
        ) {
            $null = $t.Stub.Answer('GET', '*', $Status, '{"message":"no"}')

            Set-ConnectorOffset @One a -QueueTimeout 20 -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem $Id SetConnectorOffsetCommand $Category a
            @(Get-Post $t.Stub).Count | Should-Be 0
        }
    }

    Context 'several connectors' {
        It 'waits for each, one at a time' {
            Add-Connector $t.Stub a $Pending, $Pending, $Applied
            Add-Connector $t.Stub b $Applied
            Add-Connector $t.Stub c $Pending, $Applied

            $requests = Set-ConnectorOffset @One a, b, c -QueueTimeout 60 -ThrottleLimit 1

            $requests.ConnectorName -join ' ' | Should-Be 'a b c'
            'a', 'b', 'c' | ForEach-Object { Get-Trail $t.Stub $_ } | Join-String -Separator ' ' | Should-Be 'SSSOP SOP SSOP'
        }

        It 'does the others where one is not free in time' {
            Add-Connector $t.Stub a $Applied
            Add-Connector $t.Stub b $Pending
            Add-Connector $t.Stub c $Applied

            $requests = Set-ConnectorOffset @One a, b, c -QueueTimeout 20 -ThrottleLimit 1 -ErrorAction SilentlyContinue -ErrorVariable problem

            $requests.ConnectorName -join ' ' | Should-Be 'a c'
            Assert-OffsetError $problem OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy b
        }
    }

    Context 'what the operator sees' {
        It 'shows progress while it waits, and ends it' {
            Add-Connector $t.Stub a $Pending, $Pending, $Applied

            $progress = Get-Progress "Set-ConnectorOffset a -Partition '$Partition' -Offset '{`"kafka_offset`":5}' -QueueTimeout 60 -Confirm:`$false -Connection `$c" $t.Connection

            $progress.Count | Should-Be 3
            $progress[0].StatusDescription | Should-Be 'a: PENDING, 0 s'
            $progress[-1].RecordType | Should-Be ([System.Management.Automation.ProgressRecordType]::Completed)
        }

        It 'shows none where nothing is under way' {
            Add-Connector $t.Stub a $Applied

            @(Get-Progress "Set-ConnectorOffset a -Partition '$Partition' -Offset '{`"kafka_offset`":5}' -QueueTimeout 60 -Confirm:`$false -Connection `$c" $t.Connection).Count | Should-Be 0
        }

        It 'says that the offsets were observed before the other request was applied: <Early>' -ForEach @(
            @{ Observed = '2024-02-20T15:14:29Z'; Early = $true }, @{ Observed = '2024-02-20T15:14:31Z'; Early = $false }
        ) {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer @{ 'orders-0' = 100 } -ObservedAt $Observed))
            Add-Connector $t.Stub a $Pending, $Applied

            $verbose = @(Set-ConnectorOffset @One a -QueueTimeout 60 -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }) -join "`n"

            $verbose | Should-MatchString "as observed at $($Observed -replace 'T', ' ')$($Early ? ', before the last change: what that has left is not known' : '')\s"
        }
    }

    Context 'the sandbox''s Busy scenario' {
        It 'conflicts without it, and succeeds with it' {
            $null = Connect-Sandbox @{ SandboxScenario = 'Busy' }

            Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem
            $status = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -QueueTimeout 60 -Wait -Confirm:$false

            Assert-OffsetError $problem OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy orders-sink
            $status.Phase | Should-Be 'APPLIED'
            $status.Request.Offsets[0].Offset.kafka_offset | Should-Be 5
        }

        It 'does all connectors' {
            $null = Connect-Sandbox @{ SandboxScenario = 'Busy' }
            $rows = Get-ConnectorOffset
            $names = @($rows | ForEach-Object ConnectorName | Sort-Object -Unique)

            # The clock runs for all of them together.
            $statuses = @($rows | Set-ConnectorOffset -QueueTimeout 600 -Wait -Confirm:$false -WarningAction SilentlyContinue)

            @($statuses | ForEach-Object ConnectorName | Sort-Object) -join ' ' | Should-Be ($names -join ' ')
            @($statuses | Where-Object Phase -NE APPLIED).Count | Should-Be 0
        }
    }
}

Describe 'OffsetsBefore' {
    It 'is on every request of <Name>' -ForEach @(
        @{ Name = 'Set'; Do = { Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Confirm:$false } }
        @{ Name = 'Set with -AllowNewPartition'; Do = { Set-ConnectorOffset orders-sink -Topic other -KafkaPartition 0 -KafkaOffset 5 -AllowNewPartition -Confirm:$false } }
        @{ Name = 'Reset of some'; Do = { Reset-ConnectorOffset orders-sink -Topic orders -KafkaPartition 1 -Confirm:$false } }
        @{ Name = 'Reset of all'; Do = { Reset-ConnectorOffset orders-sink -All -Confirm:$false } }
        @{ Name = 'Set -Wait'; Do = { (Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Wait -Confirm:$false).Request } }
        @{ Name = 'Restore'; Do = { $null = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Wait -Confirm:$false; $s.Clock.Advance([timespan]::FromSeconds(30)); Restore-ConnectorOffset orders-sink -Confirm:$false } }
    ) {
        $s = Connect-Sandbox
        $before = Get-ConnectorOffset orders-sink

        $request = & $Do

        @($request.OffsetsBefore).Count | Should-Be $before.Count
        if ($Name -ne 'Restore') { @($request.OffsetsBefore | ForEach-Object { "$($_.Partition) $($_.Offset)" }) -join "`n" | Should-Be (@($before | ForEach-Object { "$($_.Partition) $($_.Offset)" }) -join "`n") }
        else { @($request.OffsetsBefore | Where-Object { $_.Partition.kafka_partition -eq 1 }).Offset.kafka_offset | Should-Be 5 }
    }
}
