BeforeAll {
    . $PSScriptRoot/common.ps1

    # Rows as they come from files and scripts: 'orders-0' = 100.
    function New-Row {
        param([System.Collections.IDictionary] $Offsets, [hashtable] $With = @{ ConnectorName = 'a' })
        foreach ($key in $Offsets.Keys) {
            $topic, $partition = $key -split '-(?=\d+$)'
            [pscustomobject]($With + @{ Topic = $topic; KafkaPartition = $partition; KafkaOffset = $Offsets[$key] })
        }
    }

    # A row of a source, of literal JSON.
    function New-SourceRow {
        param([string] $Partition, [string] $Offset, [string] $ConnectorName = 'src')
        [pscustomobject]@{ ConnectorName = $ConnectorName; Partition = $Partition; Offset = $Offset }
    }

    # What was found, a line for each.
    function Format-Difference {
        process { '{0} {1} {2}-{3} {4}>{5} {6}' -f $_.ConnectorName, $_.Change, $_.Topic, $_.KafkaPartition, ${_}?.ReferenceOffset?.kafka_offset, ${_}?.DifferenceOffset?.kafka_offset, $_.Delta }
    }
}

Describe 'Compare-ConnectorOffset' {
    Context 'what differs' {
        It 'is emitted in the order of the reference, then what is added' {
            $before = New-Row ([ordered]@{ 'orders-2' = 30; 'orders-0' = 10; 'orders-1' = 20 })
            $after = New-Row ([ordered]@{ 'orders-9' = 90; 'orders-1' = 20; 'orders-8' = 80; 'orders-2' = 25 })

            $found = Compare-ConnectorOffset $before $after

            $found | Format-Difference | Should-BeCollection @(
                'a Changed orders-2 30>25 -5', 'a Removed orders-0 10> ', 'a Added orders-9 >90 ', 'a Added orders-8 >80 ')
            $found[0] | Should-HaveType ([ConfluentOffsets.ConnectorOffsetDifference])
            $found[0].Delta | Should-HaveType ([long])
            $found[1].DifferenceOffset | Should-BeNull
            $found[2].ReferenceOffset | Should-BeNull
        }

        It 'is nothing where nothing differs, so that if reads it' {
            $rows = New-Row ([ordered]@{ 'orders-0' = 10; 'orders-1' = 20 })

            $answer = if (Compare-ConnectorOffset $rows $rows) { 'differs' } else { 'same' }

            $answer | Should-Be 'same'
            [bool](Compare-ConnectorOffset $rows $rows[0]) | Should-BeTrue
        }

        It 'is shown with what is equal by -IncludeEqual' {
            $before = New-Row ([ordered]@{ 'orders-0' = 10; 'orders-1' = 20 })
            $after = New-Row ([ordered]@{ 'orders-0' = 10; 'orders-1' = 21 })

            Compare-ConnectorOffset $before $after -IncludeEqual | Format-Difference |
                Should-BeCollection @('a Equal orders-0 10>10 0', 'a Changed orders-1 20>21 1')
            Compare-ConnectorOffset $before $after -IncludeEqual:$false | Format-Difference | Should-BeCollection @('a Changed orders-1 20>21 1')
        }

        It 'has no Delta for a source' {
            $found = Compare-ConnectorOffset (New-SourceRow '{"server":"a"}' '{"lsn":1}') (New-SourceRow '{"server":"a"}' '{"lsn":2}')

            $found.Change | Should-Be 'Changed'
            $found.Delta | Should-BeNull
            $found.Topic | Should-BeNull
            "$($found.ReferenceOffset) $($found.DifferenceOffset)" | Should-BeString '{"lsn":1} {"lsn":2}'
        }

        It 'is told for ten thousand partitions' {
            $before = foreach ($n in 1..10000) { @{ Topic = 't'; KafkaPartition = $n; KafkaOffset = $n } }
            $after = $before[9999..1]

            $found = @(Compare-ConnectorOffset $before $after)

            $found | Format-Difference | Should-BeCollection @(' Removed t-1 1> ')
        }

        It 'does not share what can be edited with the rows' {
            $row = New-SourceRow '{"server":"a"}' '{"lsn":1}'
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
            $live = Get-ConnectorOffset a

            $found = Compare-ConnectorOffset @() $live
            $found.DifferenceOffset.kafka_offset = 5

            $live.KafkaOffset | Should-Be 100
            @(Compare-ConnectorOffset $row $row).Count | Should-Be 0
        }
    }

    Context 'partitions' {
        It 'match as in Set-ConnectorOffset: <Before>, <After>' -ForEach @(
            @{ Before = '{"kafka_topic":"t","kafka_partition":0}'; After = '{"kafka_partition":"0","kafka_topic":"t"}'; Changes = @('Equal') }
            @{ Before = '{"a":1,"b":"x"}'; After = '{"b":"x","a":1}'; Changes = @('Equal') }
            @{ Before = '{"a":1}'; After = '{"a":"1"}'; Changes = 'Removed', 'Added' }
            @{ Before = '{"a":1}'; After = '{"a":1.0}'; Changes = 'Removed', 'Added' }
            @{ Before = '{"a":1}'; After = '{"A":1}'; Changes = 'Removed', 'Added' }
        ) {
            (Compare-ConnectorOffset (New-SourceRow $Before '{"kafka_offset":1}') (New-SourceRow $After '{"kafka_offset":1}') -IncludeEqual).Change |
                Should-BeCollection $Changes
        }
    }

    Context 'rows' {
        It 'are taken as <Case>' -ForEach @(
            @{ Case = 'hashtables'; Row = @{ ConnectorName = 'a'; Partition = @{ kafka_topic = 'orders'; kafka_partition = 0 }; Offset = @{ kafka_offset = 99 } } }
            @{ Case = 'objects with JSON text'; Row = [pscustomobject]@{ ConnectorName = 'a'; Partition = '{"kafka_topic":"orders","kafka_partition":0}'; Offset = '{"kafka_offset":"99"}' } }
            @{ Case = 'rows of a consumer group''s CSV, without a name'; Row = 'orders,0,99' | ConvertFrom-Csv -Header Topic, KafkaPartition, KafkaOffset }
        ) {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))

            $live = Get-ConnectorOffset a

            Compare-ConnectorOffset $live $Row | Format-Difference | Should-BeCollection @('a Changed orders-0 100>99 -1')
            $Row | Compare-ConnectorOffset $live | Format-Difference | Should-BeCollection @('a Changed orders-0 100>99 -1')
            Compare-ConnectorOffset $Row $live | Format-Difference | Should-BeCollection @('a Changed orders-0 99>100 1')
        }

        It 'are taken from <Case>, and nothing differs' -ForEach @(
            @{ Case = 'a CSV'; Round = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv } }
            @{ Case = 'Clixml'; Round = { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($args[0], 1)) } }
            @{ Case = 'JSON'; Round = { $args[0] | ConvertTo-Json -Depth 9 | ConvertFrom-Json } }
        ) {
            $t = Connect-Sandbox
            $rows = Get-ConnectorOffset

            $found = Compare-ConnectorOffset $rows (& $Round $rows) -IncludeEqual

            @($found | Where-Object Change -NE Equal).Count | Should-Be 0
            @($found).Count | Should-Be @($rows).Count
        }

        It 'are taken from a request and its status' {
            $t = Connect-Sandbox
            $status = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 1000 -Wait -Confirm:$false

            $found = Compare-ConnectorOffset $status.PreviousOffsets $status.Request.Offsets

            $found.Change | Should-BeCollection @('Changed')
            $found.DifferenceOffset.kafka_offset | Should-Be 1000
        }

        It 'need no connection, and nothing is sent' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
            $rows = Get-ConnectorOffset a
            $before = $t.Stub.Requests.Count
            Disconnect-ConfluentCloud

            Compare-ConnectorOffset $rows @() | Format-Difference | Should-BeCollection @('a Removed orders-0 100> ')

            $t.Stub.Requests.Count | Should-Be $before
        }

        It 'can be an array in the pipeline, and arrays in an array' {
            $rows = New-Row ([ordered]@{ 'orders-0' = 10; 'orders-1' = 20 })

            @(, $rows | Compare-ConnectorOffset @(, $rows) -IncludeEqual).Count | Should-Be 2
        }
    }

    Context 'no offsets' {
        BeforeAll { $rows = New-Row ([ordered]@{ 'orders-0' = 10; 'orders-1' = 20 }) }

        It 'on the side of the reference: all are added' {
            (Compare-ConnectorOffset @() $rows).Change | Should-BeCollection @('Added', 'Added')
            ($rows | Compare-ConnectorOffset @()).Change | Should-BeCollection @('Added', 'Added')
        }

        It 'on the side of the difference: all are removed' {
            (Compare-ConnectorOffset $rows @()).Change | Should-BeCollection @('Removed', 'Removed')
            (@() | Compare-ConnectorOffset $rows).Change | Should-BeCollection @('Removed', 'Removed')
        }

        It 'on either side: nothing differs' {
            @(Compare-ConnectorOffset @() @()).Count | Should-Be 0
            @(@() | Compare-ConnectorOffset @() -IncludeEqual).Count | Should-Be 0
        }

        It 'are not what an empty variable says: -<_>' -ForEach 'ReferenceObject', 'DifferenceObject' {
            $side = $_
            $sides = @{ ReferenceObject = $rows; DifferenceObject = $rows }
            $sides[$side] = $null

            $problem = try { Compare-ConnectorOffset @sides } catch { $_ }

            Assert-OffsetError $problem InvalidInputObject CompareConnectorOffsetCommand InvalidArgument $side
        }

        It 'are not what a null row says: <Case>' -ForEach @(
            @{ Case = 'piped'; Compare = { $rows[0], $null | Compare-ConnectorOffset $rows } }
            @{ Case = 'in the difference'; Compare = { Compare-ConnectorOffset $rows @($rows[0], $null) } }
            @{ Case = 'in the reference'; Compare = { Compare-ConnectorOffset @($null) $rows } }
        ) {
            $ErrorActionPreference = 'Continue'
            $found, $problem = (& $Compare 2>&1).Where({ $_ -isnot [System.Management.Automation.ErrorRecord] }, 'Split')

            @($found).Count | Should-Be 0
            Assert-OffsetError $problem InvalidInputObject CompareConnectorOffsetCommand InvalidArgument
        }
    }

    Context 'an unusable row' {
        It 'is told, and its connector is not compared: <Id>, <Case>' -ForEach @(
            foreach ($side in 'reference', 'difference') {
                @{ Id = 'DuplicatePartition'; Case = "twice in the $side"; Side = $side; Row = @{ Topic = 'orders'; KafkaPartition = '0'; KafkaOffset = 10 } }
                @{ Id = 'InvalidPartition'; Case = "none in the $side"; Side = $side; Row = @{ KafkaOffset = 10 } }
                @{ Id = 'InvalidPartition'; Case = "no map in the $side"; Side = $side; Row = @{ Partition = 'orders-0'; KafkaOffset = 10 } }
                @{ Id = 'InvalidOffset'; Case = "none in the $side"; Side = $side; Row = @{ Topic = 'orders'; KafkaPartition = 9 } }
                @{ Id = 'InvalidOffset'; Case = "blank in the $side"; Side = $side; Row = @{ Topic = 'orders'; KafkaPartition = 9; KafkaOffset = '' } }
                @{ Id = 'InvalidOffset'; Case = "two that disagree in the $side"; Side = $side; Row = @{ Topic = 'orders'; KafkaPartition = 9; KafkaOffset = 1; Offset = @{ kafka_offset = 2 } } }
            }
        ) {
            $rows = @(New-Row ([ordered]@{ 'orders-0' = 10 })) + @(New-Row ([ordered]@{ 'orders-0' = 10 }) @{ ConnectorName = 'b' })
            $other = @(New-Row ([ordered]@{ 'orders-0' = 11 })) + @(New-Row ([ordered]@{ 'orders-0' = 12 }) @{ ConnectorName = 'b' })
            $bad = $rows + [pscustomobject]($Row + @{ ConnectorName = 'a' })
            $sides = $Side -eq 'reference' ? ($bad, $other) : ($other, $bad)

            $found = Compare-ConnectorOffset $sides[0] $sides[1] -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem $Id CompareConnectorOffsetCommand InvalidArgument
            "$problem" | Should-BeLikeString "Connector 'a': the $Side cannot be compared. *"
            $found.ConnectorName | Should-BeCollection @('b')
        }

        It 'is told for each side, once for a connector' {
            $twice = New-Row ([ordered]@{ 'orders-0' = 10; 'orders-00' = 10; 'orders-000' = 10 })

            $found = Compare-ConnectorOffset $twice $twice -ErrorAction SilentlyContinue -ErrorVariable problem

            @($found).Count | Should-Be 0
            @($problem | ForEach-Object { "$_" }) | Should-BeCollection @(
                "Connector 'a': the reference cannot be compared. Partition orders-0 is given twice."
                "Connector 'a': the difference cannot be compared. Partition orders-0 is given twice.")
        }

        It 'of nobody knows which connector leaves nothing to compare' {
            $rows = New-Row ([ordered]@{ 'orders-0' = 10 })

            $found = Compare-ConnectorOffset @() @($rows; 'orders-sink') -ErrorAction SilentlyContinue -ErrorVariable problem

            @($found).Count | Should-Be 0
            Assert-OffsetError $problem InvalidPartition CompareConnectorOffsetCommand InvalidArgument
        }

        It 'ends a script that stops at errors' {
            $rows = New-Row ([ordered]@{ 'orders-0' = 10; 'orders-00' = 10 })

            { if (Compare-ConnectorOffset $rows $rows -ErrorAction Stop) { 'differs' } else { 'same' } } | Should-Throw -FullyQualifiedErrorId 'DuplicatePartition,*'
        }

        It 'is not one that the service shows without an offset' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/src/offsets', 200, (New-OffsetsAnswer '{"partition":{"server":"a"},"offset":null}'))
            $rows = Get-ConnectorOffset src

            @(Compare-ConnectorOffset $rows $rows).Count | Should-Be 0
            (Compare-ConnectorOffset $rows (New-SourceRow '{"server":"a"}' '{"lsn":1}')).Change | Should-Be 'Changed'
        }
    }
}

Describe 'Connectors that Compare-ConnectorOffset compares' {
    BeforeAll {
        $ids = 'EnvironmentId', 'KafkaClusterId', 'ConnectorName'

        # One row of a connector, named by 'environment cluster name' with - for what is not told.
        function New-NamedRow {
            param([string] $Name, [long] $Offset = 1)
            $with = @{}
            $parts = $Name -split ' '
            for ($i = 0; $i -lt 3; $i++) { if ($parts[$i] -ne '-') { $with[$ids[$i]] = $parts[$i] } }
            New-Row @{ 't-0' = $Offset } $with
        }
    }

    It '<Case>' -ForEach @(
        @{ Case = 'are one and one, whatever their names'; Before = 'env-1 lkc-1 cdc-v1'; After = 'env-2 lkc-2 cdc-v2'; Expected = @('Changed env-2 lkc-2 cdc-v2') }
        @{ Case = 'take the name where only the reference has one'; Before = 'env-1 lkc-1 a'; After = '- - -'; Expected = @('Changed env-1 lkc-1 a') }
        @{ Case = 'take no place from a connector of another name'; Before = 'env-1 lkc-1 a'; After = '- - b'; Expected = @('Changed - - b') }
        @{ Case = 'take the place of the same name'; Before = 'env-1 lkc-1 a'; After = '- - a'; Expected = @('Changed env-1 lkc-1 a') }
        @{ Case = 'are told apart by cluster, of several'; Before = 'e c1 a', 'e c2 a'; After = 'e c2 a', 'e c1 a'; Expected = 'Changed e c1 a', 'Changed e c2 a' }
        @{ Case = 'have no partner of another name, of several'; Before = 'e c a', 'e c b'; After = 'e c b', 'e c x'; Expected = 'Removed e c a', 'Changed e c b', 'Added e c x' }
        @{ Case = 'have no partner in another environment, of several'; Before = 'e1 c a', 'e1 c b'; After = 'e2 c a', 'e2 c b'; Expected = 'Removed e1 c a', 'Removed e1 c b', 'Added e2 c a', 'Added e2 c b' }
        @{ Case = 'have a partner that does not tell its place'; Before = 'e c a', 'e c b'; After = '- - b', '- - a'; Expected = 'Changed e c a', 'Changed e c b' }
        @{ Case = 'have no partner where two are possible'; Before = 'e c1 a', 'e c2 a'; After = '- - a', '- - b'; Expected = 'Removed e c1 a', 'Removed e c2 a', 'Added - - a', 'Added - - b' }
        @{ Case = 'are the same before they are possible'; Before = 'e c1 a', '- - a'; After = 'e c1 a', 'e c2 a'; Expected = 'Changed e c1 a', 'Changed e c2 a' }
        @{ Case = 'may be one of several'; Before = 'e c a'; After = 'e c b', 'e c a'; Expected = 'Changed e c a', 'Added e c b' }
    ) {
        $reference = foreach ($name in $Before) { New-NamedRow $name 1 }
        $difference = foreach ($name in $After) { New-NamedRow $name 2 }

        $found = Compare-ConnectorOffset $reference $difference

        $found | ForEach-Object { '{0} {1} {2} {3}' -f $_.Change, ($_.EnvironmentId ?? '-'), ($_.KafkaClusterId ?? '-'), ($_.ConnectorName ?? '-') } | Should-BeCollection $Expected
    }

    It 'come one after the other, though their rows are mixed' {
        $before = (New-NamedRow 'e c a'), (New-NamedRow 'e c b'), (New-Row @{ 't-1' = 1 } @{ EnvironmentId = 'e'; KafkaClusterId = 'c'; ConnectorName = 'a' })

        (Compare-ConnectorOffset $before @()).ConnectorName | Should-BeCollection @('a', 'a', 'b')
    }

    It 'are named by -Verbose, with how many differ' {
        $lines = Compare-ConnectorOffset (New-NamedRow 'e c a') (New-NamedRow 'e c b') -Verbose 4>&1

        "$lines" | Should-BeLikeString '*a -> b (e, c): partitions that differ: 0, equal: 1.*'
    }
}

Describe 'Differences that are piped on' {
    BeforeEach {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200; 'orders-2' = 300 })))
        $null = $t.Stub.Answer('POST', '/a/offsets/request', 202, '{"offsets":[{"partition":{"kafka_partition":1,"kafka_topic":"orders"}},{"partition":{"kafka_partition":2,"kafka_topic":"orders"}}],"type":"DELETE"}')
        $now = Get-ConnectorOffset a
        $found = Compare-ConnectorOffset $now[0] $now
    }

    It 'to Reset-ConnectorOffset name what is reset, where the rows came from' {
        $other = Connect-Stub -With @{ EnvironmentId = 'env-other'; KafkaClusterId = 'lkc-other' }

        $null = $found | Where-Object Change -EQ Added | Reset-ConnectorOffset -Confirm:$false

        $other.Stub.Requests.Count | Should-Be 0
        (Get-Post $t.Stub).Path | Should-BeLikeString "$ConnectorPath/a/*"
        (Get-Post $t.Stub).Body | Should-BeString '{"type":"DELETE","offsets":[{"partition":{"kafka_partition":1,"kafka_topic":"orders"}},{"partition":{"kafka_partition":2,"kafka_topic":"orders"}}]}'
    }

    It 'to Reset-ConnectorOffset reset nothing of the reference''s connector' {
        $old = New-Row ([ordered]@{ 'orders-7' = 1 }) @{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80'; ConnectorName = 'old' }

        Compare-ConnectorOffset $old $now | Where-Object Change -EQ Removed | Reset-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

        Assert-OffsetError $problem PartitionNotFound ResetConnectorOffsetCommand ObjectNotFound a
        @(Get-Post $t.Stub).Count | Should-Be 0
    }

    It 'to Set-ConnectorOffset are refused: they have two offsets' {
        $found | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

        Assert-OffsetError $problem InvalidOffset SetConnectorOffsetCommand InvalidArgument
        "$problem" | Should-BeLikeString '*A difference has two offsets*'
        @(Get-Post $t.Stub).Count | Should-Be 0
    }

    It 'to Get-ConnectorOffset read each connector once' {
        $before = $t.Stub.Requests.Count

        @($found | Get-ConnectorOffset).Count | Should-Be 3

        $t.Stub.Requests.Count | Should-Be ($before + 1)
    }

    It 'to Compare-ConnectorOffset are refused' {
        $found | Compare-ConnectorOffset $now -ErrorAction SilentlyContinue -ErrorVariable problem

        Assert-OffsetError $problem InvalidOffset CompareConnectorOffsetCommand InvalidArgument
    }
}
