# What Restore-ConnectorOffset refuses, warns about and asks.
BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:P0 = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"}'
    $script:P1 = '{"partition":{"kafka_partition":1,"kafka_topic":"orders"}'
    $script:Ours = '2024-02-20T15:20:00Z'

    # A change of orders-0 from 100 to 5.
    $script:Applied = New-StatusAnswer -Offsets "[$P0,`"offset`":{`"kafka_offset`":5}}]" -PreviousOffsets "[$P0,`"offset`":{`"kafka_offset`":100}}]"

    # A connector that now has these offsets, and whose latest request is told with these.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Status = '{"request":null,"status":null}', [string] $Now = (New-SinkAnswer ([ordered]@{ 'orders-0' = 5; 'orders-1' = 900 })))
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Now).Answer('GET', "/$Name/offsets/request/status", 200, $Status)
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    # A status of a request that we made: what was sent, shown, and there before.
    function New-OurStatus {
        param($T, [string] $Name, [string] $Shown = "[$P0,`"offset`":{`"kafka_offset`":5}}]", [string] $Previous = "[$P0,`"offset`":{`"kafka_offset`":100}}]", [string] $Phase = 'APPLIED')
        Add-Connector $T.Stub $Name '{"request":null,"status":null}' (New-SinkAnswer ([ordered]@{ 'orders-0' = 99; 'orders-1' = 900 }))
        $request = Set-ConnectorOffset $Name -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false
        $null = $T.Stub.Answer('GET', "/$Name/offsets/request/status", 200, (New-StatusAnswer $Phase -Offsets $Shown -PreviousOffsets $Previous -RequestedAt $Ours))
        $request | Wait-ConnectorOffsetRequest -ErrorAction SilentlyContinue
    }

    function Get-Body { param($Stub) @(Get-Post $Stub)[-1].Body }
}

Describe 'Restore-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'a request that was not applied' {
        It 'is OffsetRequestNotApplied by name where it is <_>, and nothing is sent' -ForEach 'PENDING', 'PENDING_VALIDATION', 'FAILED', 'SOMETHING_NEW' {
            Add-Connector $t.Stub a (New-StatusAnswer $_ -Offsets "[$P0,`"offset`":{`"kafka_offset`":5}}]" -PreviousOffsets "[$P0,`"offset`":{`"kafka_offset`":100}}]")

            Restore-ConnectorOffset a -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestNotApplied RestoreConnectorOffsetCommand InvalidOperation
            $failed[0].ToString() | Should-BeLikeString "*'a'*$_*"
            Get-Post $t.Stub | Should-BeNull
        }

        It 'is OffsetRequestNotApplied as a status, which is the target; other connectors go on' {
            $bad = New-OurStatus $t a -Phase FAILED
            $good = New-OurStatus $t b

            $requests = @($bad, $good | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            $requests.ConnectorName | Should-Be 'b'
            Assert-OffsetError $failed OffsetRequestNotApplied RestoreConnectorOffsetCommand InvalidOperation
            [object]::ReferenceEquals($failed[0].TargetObject, $bad) | Should-BeTrue
        }

        It 'keeps what another status of the connector would put back from being sent' {
            $good = New-OurStatus $t a
            Add-Connector $t.Stub b (New-StatusAnswer FAILED)
            $bad = New-OurStatus $t a -Phase FAILED

            $good, $bad | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            @($failed).Count | Should-Be 1
            @(Get-Post $t.Stub).Count | Should-Be 2
        }

        It 'is OffsetRequestNotFound by name where there was none' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer @{ 'orders-0' = 5 }))

            Restore-ConnectorOffset a -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestNotFound RestoreConnectorOffsetCommand ObjectNotFound a
        }
    }

    Context 'nothing to put back: NoPreviousOffsets' {
        It 'by name: <Case>' -ForEach @(
            @{ Case = 'the service tells no previous offsets of a change'; Type = 'PATCH'; Offsets = { "[$P0,`"offset`":{`"kafka_offset`":5}}]" }; Previous = '[]'; Words = '*neither the service nor the request tells*' }
            @{ Case = 'the service tells null for them'; Type = 'PATCH'; Offsets = { "[$P0,`"offset`":{`"kafka_offset`":5}}]" }; Previous = 'null'; Words = '*neither the service nor the request tells*' }
            @{ Case = 'the service tells no previous offsets of a reset'; Type = 'DELETE'; Offsets = { 'null' }; Previous = '[]'; Words = '*neither the service nor the request tells*' }
            @{ Case = 'a partition had no offset before'; Type = 'DELETE'; Offsets = { "[$P0}]" }; Previous = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":null}]'; Words = '*neither the service nor the request tells*' }
            @{ Case = 'only partitions that were added'; Type = 'PATCH'; Offsets = { "[$P1,`"offset`":{`"kafka_offset`":5}}]" }; Previous = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1}}]'; Words = '*it added orders-1*' }
            @{ Case = 'the service does not tell which partitions'; Type = 'PATCH'; Offsets = { 'null' }; Previous = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1}}]'; Words = '*which partitions the request changed*' }
        ) {
            Add-Connector $t.Stub a (New-StatusAnswer -Type $Type -Offsets (& $Offsets) -PreviousOffsets $Previous)

            Restore-ConnectorOffset a -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed NoPreviousOffsets RestoreConnectorOffsetCommand InvalidOperation
            $failed[0].ToString() | Should-BeLikeString $Words
            Get-Post $t.Stub | Should-BeNull
        }

        It 'where our own request added all that it named' {
            $null = $t.Stub.Answer('GET', '/new/offsets', 200, '{"offsets":[]}').Answer('POST', '/new/offsets/request', 202, '').Answer('GET', '/new/offsets/request/status', 200, '{"request":null,"status":null}').Answer('GET', '/new/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$P0,`"offset`":{`"kafka_offset`":5}}]"))

            $status = Set-ConnectorOffset new -Topic orders -KafkaPartition 0 -KafkaOffset 5 -AllowNewPartition -Wait -Confirm:$false
            $status | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed NoPreviousOffsets RestoreConnectorOffsetCommand InvalidOperation
            $failed[0].ToString() | Should-BeLikeString '*it added orders-0*'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }
    }

    Context 'partitions that the request added' {
        It 'are named in a warning; the others are put back' {
            Add-Connector $t.Stub a (New-StatusAnswer -Offsets "[$P0,`"offset`":{`"kafka_offset`":5}},$P1,`"offset`":{`"kafka_offset`":6}}]" -PreviousOffsets "[$P0,`"offset`":{`"kafka_offset`":100}}]")

            $null = Restore-ConnectorOffset a -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

            Get-Body $t.Stub | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$P0,`"offset`":{`"kafka_offset`":100}}]}"
            "$warned" | Should-BeLikeString "*'a'*added orders-1*"
        }
    }

    Context 'the connector' {
        It 'is another one now: ConnectorReplaced, nothing is sent (<_>)' -ForEach 'status', 'name' {
            $s = Connect-Sandbox @{ SandboxScenario = 'Recreated' }
            $status = Reset-ConnectorOffset orders-sink -All -Wait -Confirm:$false
            $before = $status.ConnectorId

            $null = $_ -eq 'name' ? (Restore-ConnectorOffset orders-sink -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed) :
                ($status | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            Assert-OffsetError $failed ConnectorReplaced RestoreConnectorOffsetCommand InvalidOperation
            $failed[0].ToString() | Should-BeLikeString "*lcc-new001*$before*"
            (Get-ConnectorOffsetRequest orders-sink).Request.Type | Should-Be 'DELETE'
            $s.Connection | Should-NotBeNull
        }

        It 'takes a blank name for InvalidConnectorName: <Case>' -ForEach @(@{ Case = 'null'; Name = $null }, @{ Case = 'empty'; Name = '' }, @{ Case = 'an empty list'; Name = @() }) {
            Restore-ConnectorOffset -ConnectorName $Name -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidConnectorName RestoreConnectorOffsetCommand InvalidArgument
            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'the same partition in two statuses' {
        It 'is DuplicatePartition, and nothing is sent' {
            $status = New-OurStatus $t a

            $status, $status | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed DuplicatePartition RestoreConnectorOffsetCommand InvalidArgument a
            $failed[0].ToString() | Should-BeLikeString '*orders-0*'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }
    }

    Context 'what is no status' {
        It 'is InvalidInputObject, and nothing is sent for anything: <Case>' -ForEach @(
            @{ Case = 'a request'; Value = { $request }; Words = '*ConnectorOffsetRequest*Wait-ConnectorOffsetRequest*' }
            @{ Case = 'a request from Clixml'; Value = { $request | Export-Clixml TestDrive:/r.xml; Import-Clixml TestDrive:/r.xml }; Words = '*ConnectorOffsetRequest*Wait-ConnectorOffsetRequest*' }
            @{ Case = 'a row'; Value = { Get-ConnectorOffset a }; Words = '*ConnectorOffset*' }
            @{ Case = 'null'; Value = { , $null }; Words = '*$null*' }
            @{ Case = 'a name'; Value = { 'a' }; Words = '*String*' }
            @{ Case = 'an object that looks like one'; Value = { [pscustomobject]@{ ConnectorName = 'a'; Phase = 'APPLIED'; PreviousOffsets = @() } }; Words = '*PSCustomObject*' }
            @{ Case = 'some members of one'; Value = { $status | Select-Object ConnectorName, PreviousOffsets }; Words = '*Selected*' }
        ) {
            $status = New-OurStatus $t a
            $request = $status.Request
            $good = New-OurStatus $t b
            $posts = @(Get-Post $t.Stub).Count

            $bad = @(& $Value)

            $null = $good, $bad[0] | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed -WarningVariable warned -WarningAction SilentlyContinue

            Assert-OffsetError $failed InvalidInputObject RestoreConnectorOffsetCommand InvalidArgument
            $failed[0].ToString() | Should-BeLikeString $Words
            $failed[0].ErrorDetails.RecommendedAction | Should-BeLikeString '*Restore-ConnectorOffset*'
            "$warned" | Should-BeLikeString '*nothing was sent for: b*'
            @(Get-Post $t.Stub).Count | Should-Be $posts
        }

        It 'is refused in an array, and as the only argument' {
            $good = New-OurStatus $t b

            Restore-ConnectorOffset -InputObject @($good, 5) -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed -WarningAction SilentlyContinue
            Restore-ConnectorOffset -InputObject $null -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable +failed

            @($failed.FullyQualifiedErrorId) -join ' ' | Should-BeLikeString 'InvalidInputObject* InvalidInputObject*'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }

        It 'does nothing for an empty pipeline' {
            @() | Restore-ConnectorOffset -Confirm:$false | Should-BeNull

            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'a request that somebody made since' {
        It 'is warned of where it was <Case>' -ForEach @(
            @{ Case = 'about the same partition'; Later = { New-StatusAnswer -Offsets "[$P1,`"offset`":{`"kafka_offset`":1}},$P0,`"offset`":{`"kafka_offset`":7}}]" -RequestedAt '2024-02-20T16:00:00Z' }; Words = '*since then another request (PATCH, 2024-02-20 16:00:00Z) was made for orders-0:*older values*' }
            @{ Case = 'the same change again'; Later = { New-StatusAnswer -Offsets "[$P0,`"offset`":{`"kafka_offset`":5}}]" -RequestedAt '2024-02-20T16:00:00Z' }; Words = '*(PATCH, 2024-02-20 16:00:00Z) was made for orders-0:*' }
            @{ Case = 'another change of no known time'; Later = { (New-StatusAnswer -Offsets "[$P0,`"offset`":{`"kafka_offset`":7}}]") -replace '"requested_at":"[^"]*",' }; Words = '*(PATCH) was made for orders-0:*' }
            @{ Case = 'a reset of everything'; Later = { New-StatusAnswer -Type DELETE -RequestedAt '2024-02-20T16:00:00Z' }; Words = '*(DELETE, 2024-02-20 16:00:00Z) was made:*' }
        ) {
            $status = New-OurStatus $t a
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (& $Later))

            $request = $status | Restore-ConnectorOffset -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

            $request.ConnectorName | Should-Be 'a'
            @($warned).Count | Should-Be 1
            "$warned" | Should-BeLikeString $Words
            Get-Body $t.Stub | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$P0,`"offset`":{`"kafka_offset`":100}}]}"
        }

        It 'is no matter where <Case>' -ForEach @(
            @{ Case = 'there is none'; Later = { New-StatusAnswer -Offsets "[$P0,`"offset`":{`"kafka_offset`":5}}]" -RequestedAt $Ours } }
            @{ Case = 'it is told in other words'; Later = { New-StatusAnswer -Type patch -Offsets '[{"offset":{"kafka_offset":5},"partition":{"kafka_topic":"orders","kafka_partition":"0"}}]' -RequestedAt '2024-02-20 15:20:00.123+00:00' } }
            @{ Case = 'it was for other partitions'; Later = { New-StatusAnswer -Offsets "[$P1,`"offset`":{`"kafka_offset`":5}}]" -RequestedAt '2024-02-20T16:00:00Z' } }
            @{ Case = 'the service knows of no request'; Later = { '{"request":null,"status":null}' } }
        ) {
            $status = New-OurStatus $t a
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (& $Later))

            $null = $status | Restore-ConnectorOffset -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

            @($warned).Count | Should-Be 0
            @(Get-Post $t.Stub).Count | Should-Be 2
        }

        It 'is OffsetRequestConflict before the prompt where it is under way' {
            $status = New-OurStatus $t a
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer PENDING -RequestedAt '2024-02-20T16:00:00Z'))

            $status | Restore-ConnectorOffset -WhatIf -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestConflict RestoreConnectorOffsetCommand ResourceBusy a
        }
    }

    Context 'a reset of some partitions' {
        BeforeEach {
            $s = Connect-Sandbox @{ SandboxScenario = 'IgnoresPartitions' }
        }

        It 'that the service takes for all is told at once, and all come back (<Case>)' -ForEach @(
            @{ Case = 'with -Wait'; Do = { Reset-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -Wait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:failed } }
            @{ Case = 'without it'; Do = { Reset-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:failed | Wait-ConnectorOffsetRequest } }
        ) {
            $status = & $Do
            Assert-OffsetError $failed PartialResetNotConfirmed ResetConnectorOffsetCommand InvalidResult 'DELETE orders-sink'

            $back = $status | Restore-ConnectorOffset -Wait -UntilObserved -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

            @($back.Request.Offsets).Count | Should-Be 4
            "$warned" | Should-BeLikeString "*'orders-sink'*all partitions are put back*"
            "$(Get-ConnectorOffset orders-sink | ForEach-Object KafkaOffset)" | Should-Be "$($status.PreviousOffsets | ForEach-Object KafkaOffset)"
        }

        It 'comes back whole by name too' {
            $null = Reset-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -Wait -Confirm:$false -ErrorAction SilentlyContinue

            @((Restore-ConnectorOffset orders-sink -Confirm:$false).Offsets).Count | Should-Be 4
            $s.Connection | Should-NotBeNull
        }

        It 'that the status confirms, though the answer did not, comes back alone' {
            Add-Connector $t.Stub a
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, '{"request":null,"status":null}')
            $request = Reset-ConnectorOffset a -Topic orders -KafkaPartition 0 -Connection $t.Connection -Confirm:$false -ErrorAction SilentlyContinue
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Type DELETE -Offsets "[$P0}]" -RequestedAt $Ours))

            $null = $request | Wait-ConnectorOffsetRequest | Restore-ConnectorOffset -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

            Get-Body $t.Stub | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$P0,`"offset`":{`"kafka_offset`":5}}]}"
            @($warned).Count | Should-Be 0
        }
    }

    Context '-WhatIf, -Wait and -BackupPath' {
        It '-WhatIf sends nothing and writes no file' {
            $status = New-OurStatus $t a

            $result = $status | Restore-ConnectorOffset -WhatIf -Wait -BackupPath TestDrive:/none

            $result | Should-BeNull
            @(Get-Post $t.Stub).Count | Should-Be 1
            Test-Path TestDrive:/none | Should-BeFalse
        }

        It '-Wait emits the status, and says OffsetRequestFailed with it' {
            Add-Connector $t.Stub a $Applied
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $Applied).Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer FAILED -Offsets "[$P0,`"offset`":{`"kafka_offset`":100}}]" -RequestedAt $Ours))

            $end = Restore-ConnectorOffset a -Wait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            $end.Phase | Should-Be 'FAILED'
            Assert-OffsetError $failed OffsetRequestFailed RestoreConnectorOffsetCommand InvalidResult
            [object]::ReferenceEquals($failed[0].TargetObject, $end) | Should-BeTrue
        }

        It '-UntilObserved says OffsetsStale where the service looks no more' {
            Add-Connector $t.Stub a $Applied
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $Applied).Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$P0,`"offset`":{`"kafka_offset`":100}}]" -RequestedAt $Ours))

            $end = Restore-ConnectorOffset a -UntilObserved -Timeout 20 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            $end.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $failed OffsetsStale RestoreConnectorOffsetCommand OperationTimeout
        }

        It '-BackupPath keeps what was there before the restore' {
            $status = New-OurStatus $t a

            $request = $status | Restore-ConnectorOffset -BackupPath TestDrive:/kept -Confirm:$false

            (Get-Content $request.BackupFile -Raw | ConvertFrom-Json).offsets[0].offset.kafka_offset | Should-Be 99
        }
    }
}
