BeforeAll {
    . $PSScriptRoot/common.ps1

    # A connector that answers everything: its offsets, no earlier request, and an accepted POST.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Offsets = $Sink)
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Offsets)
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, '{"request":null,"status":null}')
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    # Byte for byte, in this order.
    function Assert-Posted {
        param($Stub, [string[]] $Body)
        @(Get-Post $Stub | ForEach-Object Body) -join "`n" | Should-BeString -CaseSensitive ($Body -join "`n")
    }

    # The names of the connectors that were posted to, in that order.
    function Get-PostedName { param($Stub) @(Get-Post $Stub | ForEach-Object { $_.Path -replace '^.*connectors/|/offsets.*$' }) -join ' ' }

    # An item of a PATCH for the sink.
    function New-Item0 { param([int] $Partition, [string] $Offset) '{{"partition":{{"kafka_partition":{0},"kafka_topic":"orders"}},"offset":{{"kafka_offset":{1}}}}}' -f $Partition, $Offset }

    $script:Sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200 })
    $script:SourcePartition = '{"protocol": "1", "table":"db.\u00e9"}'
    $script:SourceOffset = '{"lsn":1234567890123456789012345678901234567890,"snap":false,"at":"2024-02-20T15:14:19Z","deep":{"a":[{"b":{"c":1.10}},null]}}'
    $script:Source = New-OffsetsAnswer "{`"partition`":$SourcePartition,`"offset`":$SourceOffset}"
}

Describe 'Set-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'rows of Get-ConnectorOffset' {
        It 'sends rows that were not edited as they came: <Kind>' -ForEach @(
            @{ Kind = 'sink'; Get = { $Sink }; Body = { "$(New-Item0 0 100),$(New-Item0 1 200)" } }
            @{ Kind = 'source'; Get = { $Source }; Body = { "{`"partition`":$SourcePartition,`"offset`":$SourceOffset}" } }
        ) {
            Add-Connector $t.Stub a (& $Get)

            $null = Get-ConnectorOffset a | Set-ConnectorOffset -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(& $Body)]}"
        }

        It 'sends what was assigned to KafkaOffset' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a
            $rows[1].KafkaOffset = 5

            $null = $rows | Set-ConnectorOffset -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 100),$(New-Item0 1 5)]}"
        }

        It 'sends what was assigned to members of Offset, and the rest as it came' {
            Add-Connector $t.Stub a $Source
            $row = Get-ConnectorOffset a
            $row.Offset.snap = $true
            $row.Offset.deep.a[0].b.c = 7
            $row.Offset.deep.a[1] = [ordered]@{ x = 1 }

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-Posted $t.Stub ("{`"type`":`"PATCH`",`"offsets`":[{`"partition`":$SourcePartition,`"offset`":" +
                '{"lsn":1234567890123456789012345678901234567890,"snap":true,"at":"2024-02-20T15:14:19Z","deep":{"a":[{"b":{"c":7}},{"x":1}]}}}]}')
        }

        It 'takes a whole new Offset that was assigned as <Form>' -ForEach @(
            @{ Form = 'a dictionary'; Value = [ordered]@{ b = 1; a = 2 } }, @{ Form = 'JSON text'; Value = '{"b":1,"a":2}' }, @{ Form = 'an object'; Value = [pscustomobject]@{ b = 1; a = 2 } }
        ) {
            Add-Connector $t.Stub a $Source
            $row = Get-ConnectorOffset a
            $row.Offset = $Value

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[{`"partition`":$SourcePartition,`"offset`":{`"b`":1,`"a`":2}}]}"
        }

        It 'makes one PATCH for each connector, at the end, in the order of the input' {
            'b', 'a' | ForEach-Object { Add-Connector $t.Stub $_ }
            $rows = Get-ConnectorOffset b, a
            $before = @($t.Stub.Requests).Count
            $script:seen = -1

            $requests = @($rows[1], $rows[2], $rows[0], $rows[3] | ForEach-Object { $script:seen = @($t.Stub.Requests).Count; $_ } | Set-ConnectorOffset -ThrottleLimit 1 -Confirm:$false)

            $seen | Should-Be $before
            $requests.ConnectorName -join ' ' | Should-Be 'b a'
            Get-PostedName $t.Stub | Should-Be 'b a'
            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 1 200),$(New-Item0 0 100)]}", "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 100),$(New-Item0 1 200)]}"
        }

        It 'takes a list of rows as an argument of -InputObject' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a

            $null = Set-ConnectorOffset -InputObject $rows -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 100),$(New-Item0 1 200)]}"
        }

        It 'does nothing for no rows' {
            $result = @() | Set-ConnectorOffset -Confirm:$false

            $result | Should-BeNull
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'refuses a partition that is piped twice: DuplicatePartition, nothing sent for that connector, others go on' {
            'a', 'b' | ForEach-Object { Add-Connector $t.Stub $_ }
            $rows = Get-ConnectorOffset a, b

            $requests = @($rows + $rows[0] | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            Assert-OffsetError $failed DuplicatePartition SetConnectorOffsetCommand InvalidArgument a
            $requests.ConnectorName | Should-Be 'b'
            Get-PostedName $t.Stub | Should-Be 'b'
        }

        It 'refuses "0" beside 0 of a sink, and tells 1 from "1" of a source' {
            Add-Connector $t.Stub sink
            Add-Connector $t.Stub source (New-OffsetsAnswer '{"partition":{"p":1},"offset":{"n":1}}', '{"partition":{"p":"1"},"offset":{"n":2}}')

            $sinkRows = @{ ConnectorName = 'sink'; Partition = '{"kafka_topic":"orders","kafka_partition":0}'; Offset = '{"kafka_offset":1}' }, @{ ConnectorName = 'sink'; Topic = 'orders'; KafkaPartition = '0'; KafkaOffset = 2 }
            $requests = @($sinkRows + @(Get-ConnectorOffset source) | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            Assert-OffsetError $failed DuplicatePartition SetConnectorOffsetCommand InvalidArgument sink
            $requests.ConnectorName | Should-Be 'source'
            Assert-Posted $t.Stub '{"type":"PATCH","offsets":[{"partition":{"p":1},"offset":{"n":1}},{"partition":{"p":"1"},"offset":{"n":2}}]}'
        }

        It 'refuses one bad row with all of its connector''s rows, and goes on with other connectors' {
            'a', 'b' | ForEach-Object { Add-Connector $t.Stub $_ }
            $rows = Get-ConnectorOffset a, b
            $rows[0].Offset = $null

            $requests = @($rows | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            Assert-OffsetError $failed InvalidOffset SetConnectorOffsetCommand InvalidArgument
            $failed[0].ToString() | Should-BeLikeString "*'a'*Reset-ConnectorOffset*"
            $requests.ConnectorName | Should-Be 'b'
            Get-PostedName $t.Stub | Should-Be 'b'
        }
    }

    Context 'all that there is' {
        It 'says and sends in the service''s order what it does in any other' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a
            $rows[1].KafkaOffset = 5

            $said = foreach ($order in (0, 1), (1, 0)) {
                $lines = @($rows[$order] | Set-ConnectorOffset -Confirm:$false -Verbose 4>&1 | ForEach-Object { "$_" -split '\r?\n' } | Where-Object { $_ -like '  *' })
                ($lines | Sort-Object) -join "`n"
            }

            $said[0] | Should-BeLikeString '*orders-1: 200 -> 5 (replays 195 records)*'
            $said[1] | Should-Be $said[0]
            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 100),$(New-Item0 1 5)]}", "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 1 5),$(New-Item0 0 100)]}"
        }

        It 'is not taken for all because it is as many: a partition that the service tells twice stands for no other' {
            $twice = New-OffsetsAnswer (New-Item0 0 100), (New-Item0 0 100)
            Add-Connector $t.Stub a $twice
            $rows = '0', '1' | ForEach-Object { [pscustomobject]@{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = $_; KafkaOffset = 5 } }

            { $rows | Set-ConnectorOffset -Confirm:$false -ErrorAction Stop } | Should-Throw -FullyQualifiedErrorId 'PartitionNotFound*'

            Get-Post $t.Stub | Should-BeNull
        }
    }

    Context 'other forms of input' {
        It 'takes <Form> of a sink' -ForEach @(
            @{ Form = 'hashtables'; Rows = { 1, 0 | ForEach-Object { @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = $_; KafkaOffset = 5 } } } }
            @{ Form = 'ordered dictionaries'; Rows = { 1, 0 | ForEach-Object { [ordered]@{ Topic = 'orders'; KafkaPartition = $_; KafkaOffset = 5; ConnectorName = 'a' } } } }
            @{ Form = 'hashtables with names in another case'; Rows = { 1, 0 | ForEach-Object { @{ connectorname = 'a'; topic = 'orders'; kafkapartition = $_; kafkaoffset = 5 } } } }
            @{ Form = 'custom objects'; Rows = { 1, 0 | ForEach-Object { [pscustomobject]@{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = $_; KafkaOffset = 5 } } } }
            @{ Form = 'custom objects with the alias Name'; Rows = { 1, 0 | ForEach-Object { [pscustomobject]@{ Name = 'a'; Topic = 'orders'; KafkaPartition = "$_"; KafkaOffset = '5' } } } }
            @{ Form = 'objects with Partition and Offset'; Rows = { 1, 0 | ForEach-Object { [pscustomobject]@{ ConnectorName = 'a'; Partition = @{ kafka_topic = 'orders'; kafka_partition = $_ }; Offset = [pscustomobject]@{ kafka_offset = 5 } } } } }
            @{ Form = 'hashtables with JSON text'; Rows = { 1, 0 | ForEach-Object { @{ ConnectorName = 'a'; Partition = "{`"kafka_topic`":`"orders`",`"kafka_partition`":$_}"; Offset = '{"kafka_offset":5}' } } } }
            @{ Form = 'parsed JSON'; Rows = { '[{"ConnectorName":"a","Topic":"orders","KafkaPartition":1,"KafkaOffset":5},{"ConnectorName":"a","Topic":"orders","KafkaPartition":0,"KafkaOffset":5}]' | ConvertFrom-Json } }
            @{ Form = 'parsed JSON as hashtables'; Rows = { '[{"ConnectorName":"a","Topic":"orders","KafkaPartition":1,"KafkaOffset":5},{"ConnectorName":"a","Topic":"orders","KafkaPartition":0,"KafkaOffset":5}]' | ConvertFrom-Json -AsHashtable } }
        ) {
            Add-Connector $t.Stub a

            $null = & $Rows | Set-ConnectorOffset -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 1 5),$(New-Item0 0 5)]}"
        }

        It 'takes a CSV of kafka-consumer-groups with -ConnectorName' {
            Add-Connector $t.Stub a
            $rows = "orders,0,5`norders,1,6" | ConvertFrom-Csv -Header Topic, KafkaPartition, KafkaOffset

            $null = $rows | Set-ConnectorOffset -ConnectorName a -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 5),$(New-Item0 1 6)]}"
        }

        It 'takes rows back byte for byte through <Through>' -ForEach @(
            @{ Through = 'Export-Clixml and Import-Clixml'; Turn = { param($rows) $rows | Export-Clixml TestDrive:/rows.xml; Import-Clixml TestDrive:/rows.xml } }
            @{ Through = 'Export-Csv and Import-Csv'; Turn = { param($rows) $rows | Export-Csv TestDrive:/rows.csv; Import-Csv TestDrive:/rows.csv } }
            @{ Through = 'Clixml that was read without the module'; Turn = {
                    param($rows)
                    $xml = [System.Management.Automation.PSSerializer]::Serialize($rows)
                    $other = [powershell]::Create()
                    $back = $other.AddScript('param($xml) [System.Management.Automation.PSSerializer]::Deserialize($xml)').AddArgument($xml).Invoke()
                    $other.Dispose()
                    $back[0].PSObject.TypeNames[0] | Should-Be 'Deserialized.ConfluentOffsets.ConnectorOffset'
                    $back
                }
            }
        ) {
            Add-Connector $t.Stub a $Source
            Add-Connector $t.Stub b

            $null = & $Turn (Get-ConnectorOffset a, b) | Set-ConnectorOffset -ThrottleLimit 1 -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[{`"partition`":$SourcePartition,`"offset`":$SourceOffset}]}", "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 100),$(New-Item0 1 200)]}"
        }

        It 'takes rows that a job emitted byte for byte, and edits to them' {
            Add-Connector $t.Stub a $Source
            $job = Start-Job { . $using:PSScriptRoot/common.ps1; $j = Connect-Stub; $null = $j.Stub.Answer('GET', '/a/offsets', 200, $using:Source); Get-ConnectorOffset a }
            $row = $job | Receive-Job -Wait -AutoRemoveJob
            $row.Offset.snap = 1

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[{`"partition`":$SourcePartition,`"offset`":$($SourceOffset -replace 'false', '1')}]}"
        }

        It 'takes rows back through ConvertTo-Json and ConvertFrom-Json' {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer '{"partition":{"table":"t","n":1},"offset":{"lsn":1234567890123456789,"s":"1","d":{"x":[1,null]}}}')
            Add-Connector $t.Stub sink

            $null = Get-ConnectorOffset cdc, sink | ConvertTo-Json -Depth 9 | ConvertFrom-Json | Set-ConnectorOffset -ThrottleLimit 1 -Confirm:$false

            Assert-Posted $t.Stub '{"type":"PATCH","offsets":[{"partition":{"table":"t","n":1},"offset":{"lsn":1234567890123456789,"s":"1","d":{"x":[1,null]}}}]}', "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 100),$(New-Item0 1 200)]}"
        }

        It 'never sends what ConvertTo-Json of PowerShell 7.4 makes of a big integer' {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer '{"partition":{"t":"x"},"offset":{"lsn":12345678901234567890123}}')

            Get-ConnectorOffset cdc | ConvertTo-Json -Depth 9 | ConvertFrom-Json | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed | Out-Null

            if ($PSVersionTable.PSVersion -ge '7.5') { Assert-Posted $t.Stub '{"type":"PATCH","offsets":[{"partition":{"t":"x"},"offset":{"lsn":12345678901234567890123}}]}' }
            else {
                Assert-OffsetError $failed InvalidOffset SetConnectorOffsetCommand InvalidArgument
                Get-Post $t.Stub | Should-BeNull
            }
        }

        It 'refuses a date that ConvertFrom-Json made of a text: InvalidOffset' {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer '{"partition":{"t":"x"},"offset":{"at":"2024-02-20T15:14:19Z"}}')

            Get-ConnectorOffset cdc | ConvertTo-Json | ConvertFrom-Json | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidOffset SetConnectorOffsetCommand InvalidArgument
            $failed[0].ToString() | Should-BeLikeString '*ConvertFrom-Json -DateKind String*'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'refuses <Case>: <Id>' -ForEach @(
            @{ Case = 'KafkaOffset and Offset that disagree'; Id = 'InvalidOffset'; Row = @{ Topic = 'orders'; KafkaPartition = 0; Offset = @{ kafka_offset = 6 }; KafkaOffset = 5 } }
            @{ Case = 'no offset at all'; Id = 'InvalidOffset'; Row = @{ Topic = 'orders'; KafkaPartition = 0 } }
            @{ Case = 'an empty offset of a CSV'; Id = 'InvalidOffset'; Row = [pscustomobject]@{ Topic = 'orders'; KafkaPartition = '0'; KafkaOffset = '' } }
            @{ Case = 'an empty Offset map'; Id = 'InvalidOffset'; Row = @{ Topic = 'orders'; KafkaPartition = 0; Offset = @{} } }
            @{ Case = 'a KafkaOffset that is no number'; Id = 'InvalidOffset'; Row = @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 'latest' } }
            @{ Case = 'a KafkaOffset with a fraction'; Id = 'InvalidOffset'; Row = @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 1.5 } }
            @{ Case = 'a negative KafkaOffset'; Id = 'InvalidOffset'; Row = @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = -2 } }
            @{ Case = 'a negative kafka_offset'; Id = 'InvalidOffset'; Row = [pscustomobject]@{ Topic = 'orders'; KafkaPartition = 0; Offset = '{"kafka_offset":-2}' } }
            @{ Case = 'an Offset that is no JSON'; Id = 'InvalidOffset'; Row = [pscustomobject]@{ Topic = 'orders'; KafkaPartition = 0; Offset = '@{kafka_offset=5}' } }
            @{ Case = 'no partition'; Id = 'InvalidPartition'; Row = @{ KafkaOffset = 5 } }
            @{ Case = 'a topic without a partition number'; Id = 'InvalidPartition'; Row = [pscustomobject]@{ Topic = 'orders'; KafkaPartition = ''; KafkaOffset = '5' } }
            @{ Case = 'a partition that is no number'; Id = 'InvalidPartition'; Row = @{ Topic = 'orders'; KafkaPartition = 'x'; KafkaOffset = 5 } }
            @{ Case = 'a text'; Id = 'InvalidPartition'; Row = 'orders-0' }
        ) {
            Add-Connector $t.Stub a

            $Row | Set-ConnectorOffset -ConnectorName a -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed $Id SetConnectorOffsetCommand InvalidArgument
            $failed[0].TargetObject | Should-NotBeNull
            Get-Post $t.Stub | Should-BeNull
        }

        It 'refuses an edit that disagrees in a CSV: InvalidOffset' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a | ConvertTo-Csv | ConvertFrom-Csv
            $rows[0].KafkaOffset = '99'

            $rows | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidOffset SetConnectorOffsetCommand InvalidArgument
            $failed[0].ToString() | Should-BeLikeString '*99*100*'
            Get-Post $t.Stub | Should-BeNull
        }
    }

    Context '-KafkaOffset beside rows (InputValue)' {
        It 'is the new offset of all of them' {
            Add-Connector $t.Stub a

            $null = Get-ConnectorOffset a | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 5),$(New-Item0 1 5)]}"
        }

        It 'does not change the piped row itself' {
            Add-Connector $t.Stub a
            $row = Get-ConnectorOffset a -KafkaPartition 0

            $null = $row | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false

            $row.KafkaOffset | Should-Be 100
        }

        It 'keeps the other members of the offset' {
            Add-Connector $t.Stub a (New-OffsetsAnswer '{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"x":1.0,"kafka_offset":"7"}}')

            $null = Get-ConnectorOffset a | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false

            Assert-Posted $t.Stub '{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"x":1.0,"kafka_offset":5}}]}'
        }

        It 'needs -Topic for rows of more than one topic, and then takes only that topic''s' {
            Add-Connector $t.Stub a (New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'payments-0' = 200; 'orders-1' = 300 }))

            Get-ConnectorOffset a | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed
            $null = Get-ConnectorOffset a | Set-ConnectorOffset -KafkaOffset 6 -Topic orders -Confirm:$false

            Assert-OffsetError $failed InvalidPartition SetConnectorOffsetCommand InvalidArgument a
            $failed[0].ToString() | Should-BeLikeString '*-Topic*'
            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[$(New-Item0 0 6),$(New-Item0 1 6)]}"
        }

        It 'says PartitionNotFound where none of a connector''s rows is of -Topic, and goes on with others' {
            Add-Connector $t.Stub a
            Add-Connector $t.Stub b (New-SinkAnswer ([ordered]@{ 'other-0' = 100 }))

            $requests = @(Get-ConnectorOffset a, b | Set-ConnectorOffset -KafkaOffset 5 -Topic orders -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            Assert-OffsetError $failed PartitionNotFound SetConnectorOffsetCommand ObjectNotFound b
            $requests.ConnectorName | Should-Be 'a'
            Get-PostedName $t.Stub | Should-Be 'a'
        }

        It 'refuses rows of a source: InvalidOffset' {
            Add-Connector $t.Stub a $Source

            Get-ConnectorOffset a | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidOffset SetConnectorOffsetCommand InvalidArgument a
            Get-Post $t.Stub | Should-BeNull
        }

        It 'refuses a negative one: InvalidOffset' {
            Add-Connector $t.Stub a

            Get-ConnectorOffset a -KafkaPartition 0 | Set-ConnectorOffset -KafkaOffset -5 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidOffset SetConnectorOffsetCommand InvalidArgument a
            Get-Post $t.Stub | Should-BeNull
        }
    }
}
