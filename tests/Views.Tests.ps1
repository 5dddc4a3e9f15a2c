BeforeAll {
    . $PSScriptRoot/common.ps1
    $escape = [char]27

    # A runspace of its own, for its progress stream.
    function Get-Progress {
        param([string] $Script, $Connection)
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$RepoRoot/ConfluentOffsets.psd1'").Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddScript($Script).AddArgument($Connection).Invoke()
            @($shell.Streams.Progress | ForEach-Object { $_ })
        }
        finally { $shell.Dispose() }
    }
}

Describe 'Views' {
    BeforeEach {
        $t = Connect-Sandbox
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
    }

    AfterEach { $PSStyle.OutputRendering = $rendering }

    Context 'of offsets' {
        It 'fits <Width> columns, for every connector of the sandbox' -ForEach @(@{ Width = 80 }, @{ Width = 200 }) {
            $lines = (Get-ConnectorOffset | Out-String -Width $Width) -split '\r?\n'

            ($lines | Measure-Object Length -Maximum).Maximum | Should-BeLessThanOrEqual $Width
            @($lines -match '^   Connector: \S+, observed \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$').Count | Should-Be 7
            @($lines -match '^orders-0 +184230 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ').Count | Should-Be 1
            @($lines -match '^protocol=1, table=shop\.orders +incrementing=48213, timestamp=').Count | Should-Be 1
        }

        It 'shows when each row was observed where there is room' {
            $lines = (Get-ConnectorOffset | Out-String -Width 250) -split '\r?\n'

            @($lines -notmatch '^   Connector' -match '\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ *$').Count | Should-Be @(Get-ConnectorOffset).Count
        }

        It 'leaves room for the offset of a partition of a hundred characters' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/long/offsets', 200, (New-OffsetsAnswer ('{"partition":{"ns":"' + 'x' * 100 + 'end"},"offset":{"lsn":1234567}}')))

            (Get-ConnectorOffset long | Out-String -Width 80) | Should-MatchString '(?m)^ns=x+…x+end +lsn=1234567'
        }

        It 'has no escape sequences without colour' {
            (Get-ConnectorOffset | Out-String).Contains($escape) | Should-BeFalse
        }

        It 'shows ten thousand rows, each on a line' {
            $t = Connect-Stub
            $items = foreach ($n in 0..9999) { '{{"partition":{{"kafka_topic":"wide","kafka_partition":{0}}},"offset":{{"kafka_offset":{0}}}}}' -f $n }
            $null = $t.Stub.Answer('GET', '/big/offsets', 200, (New-OffsetsAnswer $items))

            $lines = (Get-ConnectorOffset big | Out-String -Width 80) -split '\r?\n'

            @($lines -match '^wide-\d+ +\d+ ').Count | Should-Be 10000
        }
    }

    Context 'of differences' {
        It 'fits <Width> columns, with every column, for every connector of the sandbox' -ForEach @(@{ Width = 80 }, @{ Width = 200 }) {
            $old, $new = @(Get-ConnectorOffset), @(Get-ConnectorOffset)
            foreach ($row in $new) { if ($null -ne $row.Topic) { $row.KafkaOffset += 12345 } else { foreach ($key in @($row.Offset.Keys)) { $row.Offset[$key] = '4' * 30 } } }

            $lines = (Compare-ConnectorOffset $old $new | Out-String -Width $Width) -split '\r?\n'

            ($lines | Measure-Object Length -Maximum).Maximum | Should-BeLessThanOrEqual $Width
            @($lines -match '^   Connector: \S+ \(env-sandbox, lkc-sandbox\)$').Count | Should-Be 7
            @($lines -match '^Change +Partition +Reference +Difference +Delta$').Count | Should-Be 7
            @($lines -match '^Changed orders-0 +184230 +196575 +\+12345$').Count | Should-Be 1
        }

        It 'shows each change at a glance' {
            $old, $new = @(Get-ConnectorOffset orders-sink), @(Get-ConnectorOffset orders-sink)
            $new[0].KafkaOffset = 1000
            $added = [pscustomobject]@{ ConnectorName = 'orders-sink'; EnvironmentId = 'env-sandbox'; KafkaClusterId = 'lkc-sandbox'; Topic = 'orders'; KafkaPartition = 7; KafkaOffset = 7 }

            $text = Compare-ConnectorOffset $old[0..2] @($new[0]; $added; $new[2]) -IncludeEqual | Out-String -Width 80

            $text | Should-MatchString '(?m)^Changed orders-0 +184230 +1000 +-183230\r?$'
            $text | Should-MatchString '(?m)^Removed orders-1 +181977 *\r?$'
            $text | Should-MatchString '(?m)^Equal +orders-2 +186412 +186412 +0\r?$'
            $text | Should-MatchString '(?m)^Added +orders-7 +7 *\r?$'
        }

        It 'shows of a source what has changed: <Before>, <After>' -ForEach @(
            @{ Before = '{"lsn":1,"tx":null}'; After = '{"lsn":2,"tx":null}'; Reference = 'lsn=1'; Difference = 'lsn=2' }
            @{ Before = '{"lsn":1}'; After = '{"lsn":"1"}'; Reference = 'lsn=1'; Difference = 'lsn="1"' }
            @{ Before = '{"lsn":1}'; After = '{"lsn":1.0}'; Reference = 'lsn=1'; Difference = 'lsn=1.0' }
            @{ Before = '{"a":1,"b":2}'; After = '{"a":1}'; Reference = 'b=2'; Difference = 'b=(none)' }
            @{ Before = '{"a":1}'; After = '{"a":2,"b":2}'; Reference = 'a=1, b=(none)'; Difference = 'a=2, b=2' }
            @{ Before = '{"s":"a\u001b[31m"}'; After = '{"s":"b"}'; Reference = 's=a\u001b[31m'; Difference = 's=b' }
        ) {
            $rows = foreach ($offset in $Before, $After) { [pscustomobject]@{ ConnectorName = 'src'; Partition = '{"server":"a"}'; Offset = $offset } }

            $text = Compare-ConnectorOffset $rows[0] $rows[1] | Out-String -Width 80

            $text | Should-MatchString "(?m)^Changed server=a +$([regex]::Escape($Reference)) +$([regex]::Escape($Difference)) *\r?`$"
        }

        It 'is headed by both connectors: <Head>' -ForEach @(
            @{ From = 'env-1', 'lkc-1', 'v1'; To = 'env-1', 'lkc-1', 'v2'; Head = 'v1 -> v2 (env-1, lkc-1)' }
            @{ From = 'env-1', 'lkc-1', 'v1'; To = 'env-2', 'lkc-2', 'v1'; Head = 'v1 (env-1, lkc-1) -> v1 (env-2, lkc-2)' }
            @{ From = 'env-1', 'lkc-1', 'v1'; To = '', '', ''; Head = 'v1 (env-1, lkc-1)' }
            @{ From = '', '', ''; To = '', '', ''; Head = '(no name)' }
        ) {
            $rows = foreach ($side in $From, $To) { [pscustomobject]@{ EnvironmentId = $side[0]; KafkaClusterId = $side[1]; ConnectorName = $side[2]; Topic = 't'; KafkaPartition = 0; KafkaOffset = 1 } }

            $lines = (Compare-ConnectorOffset $rows[0] $rows[1] -IncludeEqual | Out-String -Width 80) -split '\r?\n'

            $lines | Should-ContainCollection "   Connector: $Head"
        }

        It 'shows ten thousand rows, each on a line, with no escape sequences' {
            $rows = foreach ($n in 0..9999) { @{ Topic = 'wide'; KafkaPartition = $n; KafkaOffset = $n } }

            $text = Compare-ConnectorOffset @() $rows | Out-String -Width 80

            @($text -split '\r?\n' -match '^Added +wide-\d+ +\d+ *$').Count | Should-Be 10000
            $text.Contains($escape) | Should-BeFalse
        }
    }

    Context 'of connectors' {
        It 'is a line for each, in <_> columns' -ForEach 80, 200 {
            $lines = (Get-Connector | Out-String -Width $_) -split '\r?\n'

            ($lines | Measure-Object Length -Maximum).Maximum | Should-BeLessThanOrEqual $_
            @($lines -match '^orders-sink +sink +RUNNING +1 RUNNING +lcc-7w2k9p').Count | Should-Be 1
            @($lines -match '^payments-snowflake +sink +RUNNING +1 FAILED, 1 RUNNING +lcc-5r0v6z').Count | Should-Be 1
        }

        It 'shows tasks and the reason of a failure as a list' {
            $text = Get-Connector payments-snowflake | Format-List | Out-String -Width 250

            $text | Should-MatchString 'Tasks +: \{0: RUNNING, 1: FAILED: org\.apache\.kafka\.connect\.errors\.ConnectException: '
        }

        It 'does not let a trace steer the terminal' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/connectors', 200, '{"a":{"status":{"connector":{"state":"RUNNING"},"tasks":[{"id":0,"state":"FAILED\u001b[2J","trace":"x\u001b[2Jy"}]}}}')

            (Get-Connector a | Out-String).Contains($escape) | Should-BeFalse
            "$((Get-Connector a).Tasks[0])" | Should-BeLikeString '*x\u001b*2Jy'
        }
    }

    Context 'of requests and statuses' {
        It 'is a list with the offsets one to a line' {
            $request = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0, 1 -KafkaOffset 1000 -Confirm:$false

            $text = $request | Out-String -Width 80

            $text | Should-MatchString '(?m)^ConnectorName +: orders-sink'
            $text | Should-MatchString '(?m)^Offsets +: orders-0: 1000\r?\n +orders-1: 1000'
            $text | Should-MatchString '(?m)^RequestedAt +: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ'
        }

        It 'shows the first ten offsets and a count' {
            $t = Connect-Stub
            $offsets = [ordered]@{}
            foreach ($n in 0..11) { $offsets["orders-$n"] = $n }
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer $offsets)).Answer('POST', '/a/offsets/request', 202, '')

            $text = Reset-ConnectorOffset a -All -Confirm:$false | Out-String -Width 80

            $text | Should-MatchString '(?m)^ +orders-9: 9\r?\n +and 2 more'
            $text | Should-MatchString '(?m)^Offsets +: \(all\)'
        }

        It 'shows phase, message and previous offsets of a status' {
            $text = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 1000 -Confirm:$false -Wait | Out-String -Width 80

            $text | Should-MatchString '(?m)^Phase +: APPLIED'
            $text | Should-MatchString '(?m)^PreviousOffsets +: orders-0: \d+'
            $text | Should-MatchString '(?m)^AppliedAt +: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ'
        }
    }

    Context 'in their files' {
        It 'need no script block' {
            Get-Content (Join-Path $RepoRoot 'bin/ConfluentOffsets.Format.ps1xml') -Raw | Should-NotMatchString 'ScriptBlock'
            Get-Content (Join-Path $RepoRoot 'bin/ConfluentOffsets.Types.ps1xml') -Raw | Should-NotMatchString 'Script'
        }

        It 'are of types that no other assembly is searched for' {
            $types = [xml](Get-Content (Join-Path $RepoRoot 'bin/ConfluentOffsets.Types.ps1xml') -Raw)
            $named = $types.SelectNodes('//TypeName | //NoteProperty[Name="TargetTypeForDeserialization"]/Value').InnerText

            $named.Count | Should-BeGreaterThan 5
            $named | Where-Object { -not [type]::GetType($_) } | Should-BeCollection @()
            $named | Where-Object { $_ -notlike '*, ConfluentOffsets' } | Should-BeCollection @()
        }
    }

    Context 'of progress' {
        It 'is shown while many connectors are read' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))

            $records = Get-Progress 'param($c) 1..30 | ForEach-Object { "c$_" } | Get-ConnectorOffset -Connection $c' $t.Connection

            @($records | Where-Object RecordType -EQ Processing)[-1].StatusDescription | Should-Be '30 of 30: c30'
            $records[-1].RecordType | Should-Be ([System.Management.Automation.ProgressRecordType]::Completed)
        }

        It 'is not shown for a few' {
            @(Get-Progress 'param($c) Get-ConnectorOffset -Connection $c' $t.Connection).Count | Should-Be 0
        }
    }
}
