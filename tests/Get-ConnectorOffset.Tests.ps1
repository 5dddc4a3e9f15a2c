BeforeAll {
    . $PSScriptRoot/common.ps1

    # The names of the connectors whose offsets were read, in the order in which the requests came.
    function Get-ReadName { param($Stub) @($Stub.Requests | Where-Object Path -Like '*/offsets' | ForEach-Object { ($_.Path -split '/')[-2] }) }
}

Describe 'Get-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'a sink' {
        It 'emits a row for each partition, with the sink columns' {
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200 })))

            $rows = @(Get-ConnectorOffset orders-sink)

            $rows.Count | Should-Be 2
            $rows[1] | Should-HaveType ([ConfluentOffsets.ConnectorOffset])
            $rows[1].Topic | Should-Be 'orders'
            $rows[1].KafkaPartition | Should-Be 1
            $rows[1].KafkaOffset | Should-Be 200
            $rows[1].ConnectorId | Should-Be 'lcc-sink1'
            $rows[1].ConnectorName | Should-Be 'orders-sink'
            $rows[1].EnvironmentId | Should-Be 'env-a12b6'
            $rows[1].KafkaClusterId | Should-Be 'lkc-devc80'
            $rows[1].ObservedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc))
            $rows[1].ObservedAt.Kind | Should-Be ([System.DateTimeKind]::Utc)
        }

        It 'reads numbers that are written as strings' {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-OffsetsAnswer '{"partition":{"kafka_topic":"orders","kafka_partition":"3"},"offset":{"kafka_offset":"44"}}'))

            $row = Get-ConnectorOffset orders-sink

            $row.KafkaPartition | Should-Be 3
            $row.KafkaOffset | Should-Be 44
            "$($row.Partition)" | Should-BeString -CaseSensitive '{"kafka_topic":"orders","kafka_partition":"3"}'
        }
    }

    Context 'a source' {
        BeforeEach {
            $null = $t.Stub.Answer('GET', '/cdc/offsets', 200, (New-OffsetsAnswer '{"partition":{"server":"db.1"},"offset":{"lsn":12345678901234567890,"ts":1.50,"snapshot":null,"pos":{"File":"b.1","row":7}}}'))
        }

        It 'emits members that read as properties, and no sink columns' {
            $row = Get-ConnectorOffset cdc

            $row.Partition.server | Should-Be 'db.1'
            $row.Offset.lsn | Should-Be ([bigint]::Parse('12345678901234567890'))
            $row.Offset.snapshot | Should-BeNull
            $row.Offset.pos.file | Should-Be 'b.1'
            $row.Topic | Should-BeNull
            $row.KafkaPartition | Should-BeNull
            $row.KafkaOffset | Should-BeNull
        }

        It 'keeps every literal' {
            "$((Get-ConnectorOffset cdc).Offset)" | Should-BeString -CaseSensitive '{"lsn":12345678901234567890,"ts":1.50,"snapshot":null,"pos":{"File":"b.1","row":7}}'
        }

        It 'is left out by -Topic and -KafkaPartition' {
            @(Get-ConnectorOffset cdc -Topic *).Count | Should-Be 0
            @(Get-ConnectorOffset cdc -KafkaPartition 0).Count | Should-Be 0
        }
    }

    Context 'loose answers' {
        It 'reads the example <_>' -ForEach 'offsets-sink', 'offsets-source' {
            $text = Get-Content -Raw (Join-Path $PSScriptRoot "fixtures/openapi/$_.json")
            $null = $t.Stub.Answer('GET', '/offsets', 200, $text)
            $expected = $text | ConvertFrom-Json -Depth 9

            $rows = @(Get-ConnectorOffset x)

            $rows.Count | Should-Be @($expected.offsets).Count
            $rows[0].ConnectorId | Should-Be $expected.id
            $rows[0].Partition | ConvertTo-Json -Compress | Should-Be ($expected.offsets[0].partition | ConvertTo-Json -Compress)
            $rows[0].Offset | ConvertTo-Json -Compress | Should-Be ($expected.offsets[0].offset | ConvertTo-Json -Compress)
        }

        It 'takes <Name>' -ForEach @(
            @{ Name = 'no id and no metadata'; Body = '{"offsets":[{"partition":{"a":1},"offset":{"b":2}}]}' }
            @{ Name = 'null for id and metadata'; Body = '{"id":null,"name":null,"metadata":null,"offsets":[{"partition":{"a":1},"offset":{"b":2}}]}' }
            @{ Name = 'a time that cannot be read'; Body = '{"metadata":{"observed_at":"yesterday"},"offsets":[{"partition":{"a":1},"offset":{"b":2}}]}' }
            @{ Name = 'members that are not documented'; Body = '{"new":[1],"offsets":[{"partition":{"a":1},"offset":{"b":2},"lag":3}],"metadata":{"x":{}}}' }
        ) {
            $null = $t.Stub.Answer('GET', '/offsets', 200, $Body)

            $row = Get-ConnectorOffset x

            $row.Partition.a | Should-Be 1
            $row.Offset.b | Should-Be 2
            $row.ConnectorId | Should-BeNull
            $row.ObservedAt | Should-BeNull
        }

        It 'emits null for a member that is <Name>' -ForEach @(
            @{ Name = 'null'; Item = '{"partition":{"a":1},"offset":null}' }
            @{ Name = 'absent'; Item = '{"partition":{"a":1}}' }
        ) {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-OffsetsAnswer $Item))

            $row = Get-ConnectorOffset x

            $row.Offset | Should-BeNull
            $row.KafkaOffset | Should-BeNull
            $row.Partition.a | Should-Be 1
        }

        It 'emits no row and no error for <_>' -ForEach '{"offsets":[]}', '{"offsets":null}', '{}' {
            $null = $t.Stub.Answer('GET', '/offsets', 200, $_)

            $all = @(Get-ConnectorOffset x -Verbose 4>&1)

            @($all | Where-Object { $_ -isnot [System.Management.Automation.VerboseRecord] }).Count | Should-Be 0
            "$all" | Should-MatchString 'has no offsets'
        }

        It 'reads the observed time <Text>' -ForEach @(
            @{ Text = '2024-02-20 15:14:19+00:00'; Ticks = 0 }
            @{ Text = '2024-02-20T15:14:19+0000'; Ticks = 0 }
            @{ Text = '2024-02-20T17:14:19+02:00'; Ticks = 0 }
            @{ Text = '2024-02-20T15:14:19.123456789Z'; Ticks = 1234567 }
        ) {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-OffsetsAnswer '{"partition":{"a":1},"offset":{"b":2}}' -ObservedAt $Text))

            $observed = (Get-ConnectorOffset x).ObservedAt

            $observed.Kind | Should-Be ([System.DateTimeKind]::Utc)
            $observed | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc).AddTicks($Ticks))
        }
    }

    Context 'which connectors' {
        BeforeEach {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1; 'orders-1' = 2 })))
        }

        It 'reads all without a name' {
            $null = $t.Stub.Answer('GET', '/connectors', 200, '["b","a","c"]')

            $rows = @(Get-ConnectorOffset)

            @($t.Stub.Requests)[0].Path | Should-Be $ConnectorPath
            $rows.ConnectorName | Should-BeCollection @('b', 'b', 'a', 'a', 'c', 'c')
        }

        It 'lists the connectors of -EnvironmentId and -KafkaClusterId' {
            $null = $t.Stub.Answer('GET', '/connectors', 200, '["a"]')

            $row = Get-ConnectorOffset -EnvironmentId env-2 -ClusterId lkc-2 | Select-Object -First 1

            @($t.Stub.Requests)[0].Path | Should-Be '/connect/v1/environments/env-2/clusters/lkc-2/connectors'
            $row.EnvironmentId | Should-Be 'env-2'
            $row.KafkaClusterId | Should-Be 'lkc-2'
        }

        It 'emits nothing where there are no connectors' {
            $null = $t.Stub.Answer('GET', '/connectors', 200, '[]')

            @(Get-ConnectorOffset -ErrorVariable problem).Count | Should-Be 0
            @($problem).Count | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 1
        }

        It 'emits in the order of the names, though the first has to be asked three times' {
            $late = Connect-Stub
            $null = $late.Stub.Answer('GET', '/a/offsets', 503, '').Answer('GET', '/a/offsets', 503, '').Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'x-0' = 1 })))
            $null = $late.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'x-0' = 2 })))

            (Get-ConnectorOffset a, b, c).ConnectorName | Should-BeCollection @('a', 'b', 'c')
            @((Get-ReadName $late.Stub) -eq 'a').Count | Should-Be 3
        }

        It 'takes names by value' {
            ('a', 'b' | Get-ConnectorOffset -KafkaPartition 0).ConnectorName | Should-BeCollection @('a', 'b')
        }

        It 'takes names and ids by the property <Name>' -ForEach @(
            @{ Name = 'ConnectorName' }
            @{ Name = 'Name' }
        ) {
            $row = [pscustomobject]@{ $Name = 'a'; EnvironmentId = 'env-9'; ClusterId = 'lkc-9' } | Get-ConnectorOffset -KafkaPartition 0

            $row.ConnectorName | Should-Be 'a'
            @($t.Stub.Requests)[0].Path | Should-Be '/connect/v1/environments/env-9/clusters/lkc-9/connectors/a/offsets'
        }

        It 'takes empty piped ids for the default' {
            $null = [pscustomobject]@{ ConnectorName = 'a'; EnvironmentId = ''; KafkaClusterId = $null } | Get-ConnectorOffset

            @($t.Stub.Requests)[0].Path | Should-Be "$ConnectorPath/a/offsets"
        }

        It 'reads a connector once in a pipeline' {
            $rows = @(Get-ConnectorOffset a, b | Get-ConnectorOffset)

            $rows.ConnectorName | Should-BeCollection @('a', 'a', 'b', 'b')
            (Get-ReadName $t.Stub | Sort-Object) | Should-BeCollection @('a', 'a', 'b', 'b')
        }

        It 'reads nothing for an empty pipeline' {
            @(@() | Get-ConnectorOffset).Count | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'refuses <Name> as a name and sends nothing' -ForEach @(
            @{ Name = 'an empty one'; Given = @{ ConnectorName = '' } }
            @{ Name = 'spaces'; Given = @{ ConnectorName = '   ' } }
            @{ Name = 'null'; Given = @{ ConnectorName = $null } }
            @{ Name = 'an empty list'; Given = @{ ConnectorName = @() } }
        ) {
            $rows = @(Get-ConnectorOffset @Given -ErrorVariable problem -ErrorAction SilentlyContinue)

            $rows.Count | Should-Be 0
            Assert-OffsetError $problem InvalidConnectorName GetConnectorOffsetCommand InvalidArgument $Given.ConnectorName
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'refuses a piped <Name> and sends nothing' -ForEach @(
            @{ Name = 'null'; Value = $null }
            @{ Name = 'empty string'; Value = '' }
            @{ Name = 'object with an empty name'; Value = [pscustomobject]@{ ConnectorName = '' } }
        ) {
            $rows = @(, $Value | Get-ConnectorOffset -ErrorVariable problem -ErrorAction SilentlyContinue)

            $rows.Count | Should-Be 0
            Assert-OffsetError $problem InvalidConnectorName GetConnectorOffsetCommand InvalidArgument
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'reads the others beside a blank name' {
            $rows = @(Get-ConnectorOffset a, ' ', b -KafkaPartition 0 -ErrorVariable problem -ErrorAction SilentlyContinue)

            $rows.ConnectorName | Should-BeCollection @('a', 'b')
            Assert-OffsetError $problem InvalidConnectorName GetConnectorOffsetCommand InvalidArgument ' '
        }

        It 'escapes the name <Name>' -ForEach @(
            @{ Name = 'my sink'; Segment = 'my%20sink' }
            @{ Name = 'a/b'; Segment = 'a%2Fb' }
            @{ Name = '50%'; Segment = '50%25' }
            @{ Name = '%2F'; Segment = '%252F' }
            @{ Name = 'a#b'; Segment = 'a%23b' }
            @{ Name = 'a+b'; Segment = 'a%2Bb' }
            @{ Name = 'café'; Segment = 'caf%C3%A9' }
            @{ Name = '🚀'; Segment = '%F0%9F%9A%80' }
            @{ Name = 'a\b'; Segment = 'a%5Cb' }
            @{ Name = 'x;y=1&z:@'; Segment = 'x%3By%3D1%26z%3A%40' }
        ) {
            $row = Get-ConnectorOffset $Name -KafkaPartition 0

            @($t.Stub.Requests)[0].Path | Should-BeString -CaseSensitive "$ConnectorPath/$Segment/offsets"
            $row.ConnectorName | Should-BeString -CaseSensitive $Name
        }

        It 'refuses <_>, which a path cannot carry, and sends nothing' -ForEach '.', '..' {
            Get-ConnectorOffset $_ -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName GetConnectorOffsetCommand InvalidArgument $_
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'escapes a piped name with a question mark' {
            $null = [pscustomobject]@{ ConnectorName = 'why?' } | Get-ConnectorOffset

            @($t.Stub.Requests)[-1].Path | Should-BeString -CaseSensitive "$ConnectorPath/why%3F/offsets"
        }

        It 'sends to -Connection rather than to the default, or to the one that a row came from' {
            $other = Connect-Stub
            $null = $other.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 9 })))
            $rows = Get-ConnectorOffset a

            ($rows | Get-ConnectorOffset -Connection $t.Connection).Count | Should-Be 2
            (Get-ConnectorOffset b -Connection $t.Connection).Count | Should-Be 2
            $other.Stub.Requests.Count | Should-Be 1
        }
    }

    Context 'filters' {
        BeforeEach {
            $current = [System.Collections.Specialized.OrderedDictionary]::new()
            foreach ($key in 'orders-0', 'orders-1', 'orders-10', 'Orders-0', 'refunds-0') { $current.Add($key, $current.Count + 1) }
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer $current))
        }

        It 'keeps the rows of -Topic <Topic> -KafkaPartition <Partition>' -ForEach @(
            @{ Topic = 'refunds'; Partition = $null; Offsets = @(5) }
            @{ Topic = 'o*'; Partition = $null; Offsets = @(1, 2, 3) }
            @{ Topic = @('Orders', 'ref?nds'); Partition = $null; Offsets = @(4, 5) }
            @{ Topic = $null; Partition = @(1, 10); Offsets = @(2, 3) }
            @{ Topic = 'orders'; Partition = 0; Offsets = @(1) }
            @{ Topic = 'none'; Partition = $null; Offsets = @() }
        ) {
            $filter = @{}
            if ($null -ne $Topic) { $filter.Topic = $Topic }
            if ($null -ne $Partition) { $filter.KafkaPartition = $Partition }

            @(Get-ConnectorOffset orders-sink @filter | ForEach-Object KafkaOffset) | Should-BeCollection $Offsets
        }

        It 'warns where connector and partition are named, and there is none: <_>' -ForEach @(
            @{ Topic = 'ordres' }, @{ KafkaPartition = 99 }, @{ Topic = 'orders'; KafkaPartition = 99 }
        ) {
            $null = Get-ConnectorOffset orders-sink @_ -WarningVariable warned -WarningAction SilentlyContinue

            "$warned" | Should-BeLikeString "Connector 'orders-sink' has no partition of that *"
        }

        It 'says nothing where one is looked for: <_>' -ForEach 'by a pattern of topics', 'among piped connectors', 'among all' {
            $null = $t.Stub.Answer('GET', '/connectors', 200, '["orders-sink"]')
            $null = switch ($_) {
                'by a pattern of topics' { Get-ConnectorOffset orders-sink -Topic ordres* -WarningVariable warned }
                'among piped connectors' { [pscustomobject]@{ ConnectorName = 'orders-sink' } | Get-ConnectorOffset -Topic ordres -WarningVariable warned }
                'among all' { Get-ConnectorOffset -Topic ordres -WarningVariable warned }
            }

            "$warned" | Should-Be ''
        }
    }

    Context 'throttling' {
        It 'has <Most> requests in flight with <Name>' -ForEach @(
            @{ Name = '-ThrottleLimit 1'; Extra = @{ ThrottleLimit = 1 }; Most = 1 }
            @{ Name = '-ThrottleLimit 3'; Extra = @{ ThrottleLimit = 3 }; Most = 3 }
            @{ Name = 'the standard'; Extra = @{}; Most = 8 }
        ) {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
            $t.Stub.Latency = [timespan]::FromMilliseconds(20)
            $names = 1..16 | ForEach-Object { "c$_" }

            (Get-ConnectorOffset $names @Extra).ConnectorName | Should-BeCollection $names

            $t.Stub.MostAtOnce | Should-Be $Most
        }
    }

    Context 'the default view' {
        BeforeEach {
            $null = $t.Stub.Answer('GET', '/sink/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 9007199254740993 })))
            $null = $t.Stub.Answer('GET', '/src/offsets', 200, (New-OffsetsAnswer '{"partition":{"table":"db.t","protocol":1},"offset":{"incrementing":3,"timestamp":1699142400000}}'))
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
        }

        AfterEach { $PSStyle.OutputRendering = $rendering }

        It 'is a table grouped by connector, <Width> columns wide' -ForEach @{ Width = 80 }, @{ Width = 200 } {
            $text = Get-ConnectorOffset sink, src | Out-String -Width $Width
            $lines = @($text -split '\r?\n')

            @($lines | Where-Object { $_ -match '^\s*Connector: (sink|src), observed 2024-02-20 15:14:19Z$' }).Count | Should-Be 2
            $text | Should-MatchString '(?m)^Partition +Offset +Observed\s*$'
            $text | Should-MatchString '(?m)^orders-0 +100 +2024-02-20 15:14:19Z\s*$'
            $text | Should-MatchString '(?m)^orders-1 +9007199254740993 +2024-02-20 15:14:19Z\s*$'
            $text | Should-MatchString '(?m)^table=db\.t, protocol=1 +incrementing=3, timestamp=1699142400000 +2024-02-20 15:14'
            ($lines | Measure-Object Length -Maximum).Maximum | Should-BeLessThanOrEqual $Width
        }

        It 'is the same by Format-Table' {
            $rows = Get-ConnectorOffset sink

            ($rows | Format-Table | Out-String -Width 80) | Should-BeString -CaseSensitive ($rows | Out-String -Width 80)
        }

        It 'shows a row of absent members' {
            $null = $t.Stub.Answer('GET', '/odd/offsets', 200, '{"offsets":[{"partition":{"a":"b\u001b[31m"}}]}')

            $text = Get-ConnectorOffset odd | Out-String -Width 80

            $text | Should-MatchString '(?m)^a=b\\u001b\[31m +\(none\)\s*$'
            $text.Contains([char]27) | Should-BeFalse
        }
    }
}
