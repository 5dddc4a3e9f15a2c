BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:NoRequest = '{"request":null,"status":null}'

    # The simulated clock begins at 15:00:00.
    $script:Fresh = '2024-02-20T14:59:30Z'

    # A connector that answers everything, with the dates that its answers are given.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Offsets = $Sink, [string] $Status = $NoRequest, [hashtable] $Headers)
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Offsets, $Headers)
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, $Status, $Headers)
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer), $Headers)
    }

    # The status of a request that was applied, or not, at some time.
    function New-Applied {
        param([string] $At, [string] $Phase = 'APPLIED', [string] $RequestedAt = '2024-02-20T14:00:00Z')
        $applied = if ($At) { "`"$At`"" } else { 'null' }
        (New-StatusAnswer -Phase $Phase -RequestedAt $RequestedAt) -replace '"applied_at":[^}]*\}$', "`"applied_at`":$applied}"
    }

    # What was posted, as 'connector: topic-partition=offset ...', a line for each.
    function Get-Posted {
        param($Stub)
        foreach ($post in Get-Post $Stub) {
            $name = $post.Path -replace '^.*connectors/|/offsets.*$'
            $items = ($post.Body | ConvertFrom-Json).offsets | ForEach-Object { '{0}-{1}={2}' -f $_.partition.kafka_topic, $_.partition.kafka_partition, $_.offset.kafka_offset }
            "${name}: $items"
        }
    }

    function Assert-Refused {
        param($ErrorRecord, [string] $Id, [string] $Says, [string] $Target = 'a')
        $category = $Id -eq 'OffsetsStale' ? 'OperationTimeout' : 'InvalidArgument'
        Assert-OffsetError $ErrorRecord $Id SetConnectorOffsetCommand $category
        "$($ErrorRecord[0])" | Should-BeLikeString $Says
        "$($ErrorRecord[0])" | Should-BeLikeString "Connector '$Target':*"
        @(Get-Post $t.Stub).Count | Should-Be 0
    }

    $script:Sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200 }) -ObservedAt $Fresh
    $script:Source = New-OffsetsAnswer '{"partition":{"table":"db.t"},"offset":{"incrementing":3}}' -ObservedAt $Fresh
}

Describe 'Set-ConnectorOffset -Shift' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'what it sends' {
        It 'counts <By> from each row''s own offset' -ForEach @(
            @{ By = 1; Sent = 'a: orders-0=101 orders-1=201' }
            @{ By = -100; Sent = 'a: orders-0=0 orders-1=100' }
            @{ By = 0; Sent = 'a: orders-0=100 orders-1=200' }
            @{ By = '25'; Sent = 'a: orders-0=125 orders-1=225' }
            @{ By = 9223372036854775607; Sent = 'a: orders-0=9223372036854775707 orders-1=9223372036854775807' }
        ) {
            Add-Connector $t.Stub a

            $request = Get-ConnectorOffset a | Set-ConnectorOffset -Shift $By -Confirm:$false

            Get-Posted $t.Stub | Should-Be $Sent
            $request.Type | Should-Be 'PATCH'
        }

        It 'counts from the row, not from what the connector has by then' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink)
            Add-Connector $t.Stub a (New-SinkAnswer ([ordered]@{ 'orders-0' = 150; 'orders-1' = 250 }) -ObservedAt $Fresh)

            $null = Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false

            Get-Posted $t.Stub | Should-Be 'a: orders-0=101 orders-1=201'
        }

        It 'counts from what was assigned to a row' {
            Add-Connector $t.Stub a
            $row = Get-ConnectorOffset a -KafkaPartition 0
            $row.KafkaOffset = 50

            $null = $row | Set-ConnectorOffset -Shift 2 -Confirm:$false

            Get-Posted $t.Stub | Should-Be 'a: orders-0=52'
        }

        It 'keeps the other members of an offset as they are' {
            Add-Connector $t.Stub a (New-OffsetsAnswer '{"partition":{"kafka_topic":"orders","kafka_partition":"0"},"offset":{"note":1.0,"kafka_offset":"7"}}' -ObservedAt $Fresh)

            $null = Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false

            @(Get-Post $t.Stub)[0].Body | Should-BeString -CaseSensitive '{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":"0"},"offset":{"note":1.0,"kafka_offset":8}}]}'
        }

        It 'takes several topics and connectors at once' {
            Add-Connector $t.Stub a (New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'payments-0' = 300 }) -ObservedAt $Fresh)
            Add-Connector $t.Stub b

            $null = Get-ConnectorOffset a, b | Set-ConnectorOffset -Shift 10 -ThrottleLimit 1 -Confirm:$false

            @(Get-Posted $t.Stub) -join '; ' | Should-Be 'a: orders-0=110 payments-0=310; b: orders-0=110 orders-1=210'
        }

        It 'takes rows <Case>' -ForEach @(
            @{ Case = 'from Export-Clixml'; Make = { param($Rows) $file = Join-Path $TestDrive rows.xml; $Rows | Export-Clixml $file; Import-Clixml $file } }
            @{ Case = 'without their type'; Make = { param($Rows) [System.Management.Automation.PSSerializer]::Deserialize(([System.Management.Automation.PSSerializer]::Serialize($Rows) -replace 'N="TargetTypeForDeserialization"', 'N="x"')) } }
            @{ Case = 'of a job'; Make = { param($Rows) Start-ThreadJob { $using:Rows } | Receive-Job -Wait -AutoRemoveJob } }
            @{ Case = 'from JSON'; Make = { param($Rows) $Rows | ConvertTo-Json -Depth 5 | ConvertFrom-Json } }
            @{ Case = 'from JSON with times as text'; Make = { param($Rows) $Rows | ConvertTo-Json -Depth 5 | ConvertFrom-Json -DateKind String } }
            @{ Case = 'of Select-Object'; Make = { param($Rows) $Rows | Select-Object ConnectorName, Topic, KafkaPartition, KafkaOffset, ObservedAt } }
            @{ Case = 'as hashtables, in local time'; Make = { param($Rows) $Rows | ForEach-Object { @{ Topic = $_.Topic; KafkaPartition = $_.KafkaPartition; KafkaOffset = $_.KafkaOffset; ObservedAt = $_.ObservedAt.ToLocalTime() } } } }
            @{ Case = 'with an offset from UTC'; Make = { param($Rows) $Rows | ForEach-Object { @{ Topic = $_.Topic; KafkaPartition = $_.KafkaPartition; KafkaOffset = $_.KafkaOffset; ObservedAt = [datetimeoffset]::new(2024, 2, 20, 19, 59, 30, [timespan]::FromHours(5)) } } } }
        ) {
            if ($Case -like '*as text' -and $PSVersionTable.PSVersion -lt [version] '7.5') { Set-ItResult -Skipped -Because '-DateKind came with 7.5' }
            Add-Connector $t.Stub a
            $rows = & $Make (Get-ConnectorOffset a)

            $null = $rows | Set-ConnectorOffset a -Shift 1 -Confirm:$false

            Get-Posted $t.Stub | Should-Be 'a: orders-0=101 orders-1=201'
        }

        It 'tells with -WhatIf what it would do, and sends nothing' {
            Add-Connector $t.Stub a

            $null = Get-ConnectorOffset a | Set-ConnectorOffset -Shift -5 -WhatIf

            @(Get-Post $t.Stub).Count | Should-Be 0
        }
    }

    Context 'offsets that cannot be' {
        It 'refuses <By>: InvalidOffset, also for the rows that it would fit' -ForEach @(
            @{ By = -101 }
            @{ By = 9223372036854775807 }
            @{ By = -9223372036854775808 }
        ) {
            Add-Connector $t.Stub a

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift $By -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-Refused $problem InvalidOffset "*100 shifted by $By is no offset*"
        }

        It 'refuses <Value>, which is no number' -ForEach @(@{ Value = '' }, @{ Value = $null }, @{ Value = 1.5 }, @{ Value = $true }, @{ Value = '99999999999999999999' }) {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a

            { $rows | Set-ConnectorOffset -Shift $Value -Confirm:$false } | Should-Throw -FullyQualifiedErrorId 'ParameterArgumentTransformationError*'

            @(Get-Post $t.Stub).Count | Should-Be 0
        }

        It 'refuses a source''s rows, and does the sinks beside them' {
            Add-Connector $t.Stub a $Source
            Add-Connector $t.Stub b

            $requests = Get-ConnectorOffset a, b | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem InvalidOffset SetConnectorOffsetCommand InvalidArgument
            "$problem" | Should-BeLikeString "Connector 'a': -Shift is for sinks*table=db.t*"
            $requests.ConnectorName | Should-Be 'b'
            Get-Posted $t.Stub | Should-Be 'b: orders-0=101 orders-1=201'
        }

        It 'refuses a sink''s row whose offset is no number' {
            Add-Connector $t.Stub a (New-OffsetsAnswer '{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":null}}' -ObservedAt $Fresh)

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem InvalidOffset SetConnectorOffsetCommand InvalidArgument
            @(Get-Post $t.Stub).Count | Should-Be 0
        }
    }

    Context 'rows that do not tell when they were observed' {
        It 'refuses rows <Case>' -ForEach @(
            @{ Case = 'without ObservedAt'; Says = '*has no ObservedAt*'; Make = { param($Row) $Row | Select-Object ConnectorName, Partition, Offset } }
            @{ Case = 'that the service did not date'; Says = '*has no ObservedAt*'; Make = { param($Row) $Row | Select-Object *, @{ n = 'ObservedAt'; e = { $null } } -ExcludeProperty ObservedAt } }
            @{ Case = 'of a CSV'; Says = '*its ObservedAt, ''02/20/2024 14:59:30'', is no time with its zone (a CSV drops it)*'; Make = { param($Row) $Row | ConvertTo-Csv | ConvertFrom-Csv } }
            @{ Case = 'of a CSV of kafka-consumer-groups'; Says = '*has no ObservedAt*'; Make = { 'orders,0,100' | ConvertFrom-Csv -Header Topic, KafkaPartition, KafkaOffset } }
            @{ Case = 'with a time without its zone'; Says = '*is no time with its zone*'; Make = { param($Row) $Row | Select-Object ConnectorName, Partition, Offset, @{ n = 'ObservedAt'; e = { [datetime]::new(2024, 2, 20, 14, 59, 30) } } } }
            @{ Case = 'with a text without its zone'; Says = '*is no time with its zone*'; Make = { param($Row) $Row | Select-Object ConnectorName, Partition, Offset, @{ n = 'ObservedAt'; e = { '2024-02-20 14:59:30' } } } }
            @{ Case = 'with a number'; Says = '*is no time with its zone*'; Make = { param($Row) $Row | Select-Object ConnectorName, Partition, Offset, @{ n = 'ObservedAt'; e = { 1708441170 } } } }
        ) {
            Add-Connector $t.Stub a
            $row = & $Make (Get-ConnectorOffset a -KafkaPartition 0)

            $row | Set-ConnectorOffset a -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-Refused $problem OffsetsStale $Says
        }

        It 'sends nothing for the connector where one of its rows does not' {
            Add-Connector $t.Stub a
            $rows = @(Get-ConnectorOffset a)
            $rows[1] = $rows[1] | Select-Object ConnectorName, Partition, Offset

            $rows | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-Refused $problem OffsetsStale '*has no ObservedAt*'
        }
    }

    Context 'age' {
        It 'refuses rows of <Age> s with <With>: <Refused>' -ForEach @(
            @{ Age = 120; With = @{}; Refused = $false }
            @{ Age = 121; With = @{}; Refused = $true }
            @{ Age = 121; With = @{ MaxAge = 121 }; Refused = $false }
            @{ Age = 6; With = @{ MaxAge = 5 }; Refused = $true }
            @{ Age = 1; With = @{ MaxAge = 0 }; Refused = $true }
            @{ Age = 0; With = @{ MaxAge = 0 }; Refused = $false }
            @{ Age = -60; With = @{}; Refused = $false }
            @{ Age = -61; With = @{}; Refused = $true }
        ) {
            $observed = $t.Clock.GetUtcNow().AddSeconds(-$Age).ToString('yyyy-MM-dd HH:mm:ss+00:00')
            Add-Connector $t.Stub a (New-SinkAnswer @{ 'orders-0' = 100 } -ObservedAt $observed)

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 @With -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null

            if ($Refused) {
                $says = $Age -lt 0 ? 'which is yet to come' : "more than $($With.ContainsKey('MaxAge') ? $With.MaxAge : 120) s ago (-MaxAge)"
                Assert-Refused $problem OffsetsStale "*observed at $($observed -replace '\+00:00', 'Z')*$says*Nothing was sent*"
            }
            else { Get-Posted $t.Stub | Should-Be 'a: orders-0=101' }
        }

        It 'counts the oldest row, and refuses only its connector: row <_>' -ForEach 0, 1 {
            Add-Connector $t.Stub a
            Add-Connector $t.Stub b
            $rows = @(Get-ConnectorOffset a, b | Select-Object ConnectorName, Partition, Offset, ObservedAt)
            $rows[$_].ObservedAt = $rows[$_].ObservedAt.AddMinutes(-10)

            $requests = $rows | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem OffsetsStale SetConnectorOffsetCommand OperationTimeout a
            $requests.ConnectorName | Should-Be 'b'
        }

        It 'refuses with -WhatIf too' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a
            $t.Clock.Advance([timespan]::FromMinutes(3))

            $rows | Set-ConnectorOffset -Shift 1 -WhatIf -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-Refused $problem OffsetsStale '*more than 120 s ago*'
        }

        It 'does not hold for -KafkaOffset, which says where to' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a
            $t.Clock.Advance([timespan]::FromMinutes(3))

            $null = $rows | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false

            Get-Posted $t.Stub | Should-Be 'a: orders-0=5 orders-1=5'
        }

        It 'is told by the service''s clock, which is <Date>: <Refused>' -ForEach @(
            @{ Date = 'ahead'; Headers = @{ Date = 'Tue, 20 Feb 2024 15:10:00 GMT' }; Observed = '2024-02-20T14:59:30Z'; Refused = $true }
            @{ Date = 'ahead, as the rows are'; Headers = @{ Date = 'Tue, 20 Feb 2024 15:10:00 GMT' }; Observed = '2024-02-20T15:09:30Z'; Refused = $false }
            @{ Date = 'behind'; Headers = @{ Date = 'Tue, 20 Feb 2024 14:00:00 GMT' }; Observed = '2024-02-20T13:59:30Z'; Refused = $false }
            @{ Date = 'of a cache'; Headers = @{ Date = 'Tue, 20 Feb 2024 15:10:00 GMT'; Age = 600 }; Observed = '2024-02-20T14:59:30Z'; Refused = $false }
        ) {
            Add-Connector $t.Stub a (New-SinkAnswer @{ 'orders-0' = 100 } -ObservedAt $Observed) -Headers $Headers

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null

            if ($Refused) { Assert-Refused $problem OffsetsStale '*more than 120 s ago*' }
            else { Get-Posted $t.Stub | Should-Be 'a: orders-0=101' }
        }

        It 'counts what has gone since the service told its time' {
            Add-Connector $t.Stub a (New-SinkAnswer @{ 'orders-0' = 100 } -ObservedAt '2024-02-20T15:59:30Z') -Headers @{ Date = 'Tue, 20 Feb 2024 16:00:00 GMT' }
            Add-Connector $t.Stub b
            $rows = Get-ConnectorOffset a
            $t.Clock.Advance([timespan]::FromSeconds(100))

            # The status of b is without a date.
            $rows | Set-ConnectorOffset b -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-Refused $problem OffsetsStale '*more than 120 s ago*' -Target b
        }
    }

    Context 'a change since' {
        It 'refuses rows that were observed before <Case>: <Refused>' -ForEach @(
            @{ Case = 'it was applied'; Status = @{ At = '2024-02-20T14:59:31Z' }; Refused = $true }
            @{ Case = 'and after'; Status = @{ At = '2024-02-20T14:59:29Z' }; Refused = $false }
            @{ Case = 'in the same second'; Status = @{ At = '2024-02-20T14:59:30Z' }; Refused = $true }
            @{ Case = 'in a finer time, later'; Status = @{ At = '2024-02-20T14:59:30.000001Z' }; Refused = $true }
            @{ Case = 'in a finer time, earlier'; Status = @{ At = '2024-02-20T14:59:29.999999Z' }; Refused = $false }
            @{ Case = 'and it FAILED'; Status = @{ Phase = 'FAILED'; RequestedAt = '2024-02-20T14:59:50Z' }; Refused = $false }
            @{ Case = 'and when it was applied is not told, requested later'; Status = @{ RequestedAt = '2024-02-20T14:59:50Z' }; Refused = $true }
            @{ Case = 'and when it was applied is not told, requested earlier'; Status = @{ RequestedAt = '2024-02-20T14:59:20Z' }; Refused = $false }
        ) {
            Add-Connector $t.Stub a -Status (New-Applied @Status)

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null

            if ($Refused) { Assert-Refused $problem OffsetsStale '*not after the connector''s last change*Nothing was sent*' }
            else { Get-Posted $t.Stub | Should-Be 'a: orders-0=101 orders-1=201' }
        }

        It 'cannot tell a finer time from applied_at in whole seconds' {
            Add-Connector $t.Stub a (New-SinkAnswer @{ 'orders-0' = 100 } -ObservedAt '2024-02-20T14:59:30.5Z') (New-Applied '2024-02-20T14:59:30Z')

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-Refused $problem OffsetsStale '*not after the connector''s last change*'
        }

        It 'whose time nobody tells refuses them all' {
            Add-Connector $t.Stub a -Status ((New-StatusAnswer -RequestedAt 'once') -replace '"applied_at":"[^"]*"', '"applied_at":null')

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-Refused $problem OffsetsStale '*is not known*'
        }

        It 'is a conflict while it is under way' {
            Add-Connector $t.Stub a -Status (New-StatusAnswer PENDING)

            Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy a
            @(Get-Post $t.Stub).Count | Should-Be 0
        }

        It 'does not rewind a sink of the sandbox twice by the same rows' {
            $s = Connect-Sandbox
            $rows = Get-ConnectorOffset orders-sink -KafkaPartition 0

            $first = $rows | Set-ConnectorOffset -Shift -10 -Wait -Confirm:$false
            $again = $rows | Set-ConnectorOffset -Shift -10 -Wait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem
            $s.Clock.Advance([timespan]::FromSeconds(30))
            $third = Get-ConnectorOffset orders-sink -KafkaPartition 0 | Set-ConnectorOffset -Shift -10 -Wait -Confirm:$false

            $first.Phase | Should-Be 'APPLIED'
            $again | Should-BeNull
            Assert-OffsetError $problem OffsetsStale SetConnectorOffsetCommand OperationTimeout orders-sink
            $third.Request.Offsets[0].Offset.kafka_offset | Should-Be ($rows.KafkaOffset - 20)
        }
    }
}
