BeforeDiscovery {
    # Each is the literal of a member's value.
    $literals = @(
        '12345678901234567890', '-1234567890123456789012345678901234567890', '9007199254740993', '-0', '-0.0', '1.0', '1.10', '1E5', '1e400',
        '"1"', '"2024-02-20T15:14:19Z"', '"\/Date(1708441459000)\/"', 'null', '{"a":[null,{"b":null,"c":[[],[null]]}],"d":{}}',
        '"\u0041"', '"a\/b"', '"\"\\\b\f\n\r\t\u0000\u001F"', '"é😀"', '"\uD83D\ude00"', '"<a href=''x''>&+</a>"', '{"lsn":1,"LSN":2,"Lsn":3}', '{ "a" : [ 1 , 2 ] }'
    )
    $ways = @(
        @{ Way = 'as they are'; Through = { $input } }
        @{ Way = 'through Clixml'; Through = { $input | Export-Clixml TestDrive:/rows.xml; Import-Clixml TestDrive:/rows.xml } }
        @{ Way = 'through CSV'; Through = { $input | ConvertTo-Csv | ConvertFrom-Csv } }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $sink = '{"name":"a","offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":7}}]}'

    # Imports; the errors of it.
    function Get-ImportError {
        param([hashtable] $With)
        $problems = $null
        $null = Import-ConnectorOffset @With -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems
    }
}

Describe 'Import-ConnectorOffset' {
    BeforeEach {
        $folder = (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory).FullName
        $path = Join-Path $folder 'offsets.json'
    }

    Context 'from GET through a file to Set' {
        It 'keeps rows <Way>, byte for byte: <Literal>' -ForEach $(foreach ($way in $ways) { foreach ($literal in $literals) { $way + @{ Literal = $literal } } }) {
            $item = "{`"partition`":{`"k`":$Literal,`"n`":1},`"offset`":{`"before`":1,`"v`":$Literal,`"after`":2}}"
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/cdc/offsets', 200, (New-OffsetsAnswer $item)).Answer('GET', '/cdc/offsets/request/status', 200, '{"request":null,"status":null}')
            $null = $t.Stub.Answer('POST', '/cdc/offsets/request', 202, (New-AcceptedAnswer))

            Get-ConnectorOffset cdc | & $Through | Export-ConnectorOffset $path
            $null = Import-ConnectorOffset $path | Set-ConnectorOffset -Confirm:$false

            (Get-Post $t.Stub)[0].Body | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$item]}"
        }

        It 'keeps Clixml that was read where the module was not loaded' {
            $item = '{"partition":{"k":1.0},"offset":{"v":12345678901234567890}}'
            $null = (Connect-Stub).Stub.Answer('GET', '/cdc/offsets', 200, (New-OffsetsAnswer $item))
            $xml = [System.Management.Automation.PSSerializer]::Serialize((Get-ConnectorOffset cdc))
            $bag = [powershell]::Create([initialsessionstate]::CreateDefault2()).AddScript({ [System.Management.Automation.PSSerializer]::Deserialize($args[0]) }).AddArgument($xml).Invoke()[0]
            $bag.PSObject.TypeNames[0] | Should-Be 'Deserialized.ConfluentOffsets.ConnectorOffset'

            $bag | Export-ConnectorOffset $path

            $row = Import-ConnectorOffset $path
            "$($row.Partition) $($row.Offset)" | Should-BeString '{"k":1.0} {"v":12345678901234567890}'
        }

        It 'puts a sandbox''s connector back' {
            $t = Connect-Sandbox
            Get-ConnectorOffset orders-sink, postgres-cdc | Export-ConnectorOffset $path
            $before = (Get-ConnectorOffset orders-sink).KafkaOffset
            $null = Reset-ConnectorOffset orders-sink -All -Wait -Confirm:$false

            $status = Import-ConnectorOffset $path | Where-Object ConnectorName -EQ orders-sink | Set-ConnectorOffset -AllowNewPartition -Wait -Confirm:$false
            $t.Clock.Advance('00:00:07')

            $status.Phase | Should-Be 'APPLIED'
            (Get-ConnectorOffset orders-sink).KafkaOffset -join ' ' | Should-Be ($before -join ' ')
        }

        It 'reads what -BackupPath wrote' {
            $null = Connect-Sandbox
            $before = Get-ConnectorOffset postgres-cdc

            $null = Reset-ConnectorOffset postgres-cdc -All -BackupPath $folder -Confirm:$false

            $row = Get-ChildItem $folder | Import-ConnectorOffset
            "$row $($row.EnvironmentId) $($row.ConnectorId)" | Should-Be "$before $($before.EnvironmentId) $($before.ConnectorId)"
            "$($row.Partition) $($row.Offset)" | Should-BeString -CaseSensitive "$($before.Partition) $($before.Offset)"
        }

        It 'gives the default connection, not the one from before' {
            $first = Connect-Stub
            $null = $first.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer @{ 't-0' = 1 }))
            Get-ConnectorOffset a | Export-ConnectorOffset $path
            $second = Connect-Stub
            $null = $second.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer @{ 't-0' = 1 })).Answer('GET', '/a/offsets/request/status', 200, '{"request":null,"status":null}').Answer('POST', '/a/offsets/request', 202, (New-AcceptedAnswer))

            $null = Import-ConnectorOffset $path | Set-ConnectorOffset -Confirm:$false

            @(Get-Post $first.Stub).Count | Should-Be 0
            @(Get-Post $second.Stub).Count | Should-Be 1
        }

        It 'exports again what it imported, to the byte' {
            $null = (Connect-Stub).Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 't-0' = 1; 't-1' = 2 })))
            Get-ConnectorOffset a | Export-ConnectorOffset $path

            Import-ConnectorOffset $path | Export-ConnectorOffset "$path.2"

            (Get-FileHash "$path.2").Hash | Should-Be (Get-FileHash $path).Hash
        }
    }

    Context 'what it emits' {
        It 'is a row for each partition, with all that the file says' {
            Set-Content $path '{"id":"lcc-1","name":"a","environment_id":"env-1","kafka_cluster_id":"lkc-1","metadata":{"observed_at":"2024-02-20 15:14:19+00:00"},"offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":7}},{"partition":{"x":1},"offset":{"y":2}}]}'

            $rows = Import-ConnectorOffset $path

            $rows.Count | Should-Be 2
            $rows[0] | Should-HaveType ([ConfluentOffsets.ConnectorOffset])
            $rows[0].EnvironmentId, $rows[0].KafkaClusterId, $rows[0].ConnectorName, $rows[0].ConnectorId, $rows[0].Topic, $rows[0].KafkaPartition, $rows[0].KafkaOffset -join ' ' | Should-Be 'env-1 lkc-1 a lcc-1 t 0 7'
            $rows[0].ObservedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc))
            "$($rows[1])" | Should-Be 'a x=1: y=2'
        }

        It 'has no names where the file is the answer of a Kafka Connect of one''s own; Set takes one' {
            Set-Content $path '{"offsets":[{"partition":{"filename":"test.txt"},"offset":{"position":30}}]}'
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/b/offsets', 200, (New-OffsetsAnswer '{"partition":{"filename":"test.txt"},"offset":{"position":1}}')).Answer('GET', '/b/offsets/request/status', 200, '{"request":null,"status":null}').Answer('POST', '/b/offsets/request', 202, (New-AcceptedAnswer))

            $row = Import-ConnectorOffset $path
            $null = $row | Set-ConnectorOffset -ConnectorName b -Confirm:$false

            $row.ConnectorName | Should-BeNull
            (Get-Post $t.Stub)[0].Body | Should-BeLikeString '*"offset":{"position":30}*'
        }

        It 'is nothing for a connector without offsets, nor for an empty array' -ForEach @{ Text = '{"name":"a","offsets":[]}' }, @{ Text = '[]' } {
            Set-Content $path $Text

            Import-ConnectorOffset $path | Should-BeNull
        }
    }

    Context 'which files' {
        BeforeEach {
            foreach ($name in 'a', 'b', 'c[1]') { Set-Content -LiteralPath (Join-Path $folder "$name.json") $sink.Replace('"a"', "`"$name`"") }
        }

        It 'takes several, and wildcards, by position' {
            (Import-ConnectorOffset "$folder/a.json", "$folder/[ab].json").ConnectorName -join ' ' | Should-Be 'a a b'
        }

        It 'takes files of Get-ChildItem, whatever their names, and names as text' {
            (Get-ChildItem $folder | Import-ConnectorOffset).ConnectorName -join ' ' | Should-Be 'a b c[1]'
            ("$folder/b.json", "$folder/a.json" | Import-ConnectorOffset).ConnectorName -join ' ' | Should-Be 'b a'
            ([System.IO.FileInfo] "$folder/b.json" | Import-ConnectorOffset).ConnectorName | Should-Be 'b'
        }

        It 'takes brackets as they are with -LiteralPath' {
            (Import-ConnectorOffset -LiteralPath "$folder/c[1].json").ConnectorName | Should-Be 'c[1]'
        }

        It 'follows PowerShell''s location' {
            Push-Location "TestDrive:/$(Split-Path $folder -Leaf)"
            try { (Import-ConnectorOffset ./a.json).ConnectorName | Should-Be 'a' }
            finally { Pop-Location }
        }

        It 'reads <_>' -ForEach 'utf8', 'utf8BOM', 'unicode', 'bigendianunicode', 'utf32' {
            Set-Content $path $sink.Replace('"a"', '"é😀"') -Encoding $_

            (Import-ConnectorOffset $path).ConnectorName | Should-Be 'é😀'
        }

        It 'goes on after a file that cannot be used, of which nothing is emitted' {
            Set-Content "$folder/b.json" '[{"name":"b","offsets":[{"partition":{"x":1},"offset":{"y":2}}]},{"name":"c"}]'

            $names = (Import-ConnectorOffset "$folder/[ab].json", "$folder/no.json", "$folder/a.json" -ErrorVariable problems -ErrorAction SilentlyContinue).ConnectorName

            $names -join ' ' | Should-Be 'a a'
            $problems.TargetObject -join ' ' | Should-Be "$(Join-Path $folder b.json) $(Join-Path $folder no.json)"
        }
    }

    Context 'what is no such file' {
        It 'is refused with line and position: <Case>' -ForEach @(
            @{ Case = 'an empty file'; Text = ''; Words = '*It is empty (line 1, position 1)*' }
            @{ Case = 'half a file'; Text = "{`"name`":`"a`",`"offsets`":[`n  {`"partition`":{`"x`":1},"; Words = '*It is not JSON (line 2, position 23)*' }
            @{ Case = 'a collection of Postman'; Text = '{"info":{"name":"x"},"item":[]}'; Words = '*no ''offsets'' (line 1, position 1)*' }
            @{ Case = 'a partition that is a text'; Text = "{`"offsets`":[`n  {`"partition`": `"x`", `"offset`":{}}]}"; Words = '*''partition'' is a text*(line 2, position 17)*' }
            @{ Case = 'a sink''s offset that is no number'; Text = "[`n$('{"name":"a","offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":"abc"}}]}')]"; Words = '*(line 2, position 86)*' }
            @{ Case = 'a sink''s offset below zero'; Text = '{"name":"a","offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":-1}}]}'; Words = '*(line 1, position 86)*' }
            @{ Case = 'a partition twice'; Text = '{"offsets":[{"partition":{"x":1},"offset":{"y":2}},{"partition":{"x":1},"offset":{"y":3}}]}'; Words = '*there twice (line 1, position 52)*' }
            @{ Case = 'a partition without members'; Text = '{"offsets":[{"partition":{},"offset":{"y":2}}]}'; Words = '*''partition'' has no members (line 1, position 26)*' }
            @{ Case = 'an offset without members'; Text = "{`"offsets`":[{`"partition`":{`"x`":1},`n`"offset`":{ }}]}"; Words = '*''offset'' has no members (line 2, position 10)*' }
            @{ Case = 'a comma too many'; Text = '{"offsets":[],}'; Words = '*It is not JSON (line 1, position 15): The JSON object contains a trailing comma at the end.' }
            @{ Case = 'ten thousand levels'; Text = '{"offsets":' + ('[' * 10000); Words = '*(line 1, position*' }
            @{ Case = 'a CSV'; Text = "a,b`n1,2"; Words = '*It is not JSON (line 1, position 1)*' }
        ) {
            Set-Content $path $Text -NoNewline

            $problem = Get-ImportError @{ Path = $path }

            Assert-OffsetError $problem InvalidFile ImportConnectorOffsetCommand InvalidData $path
            "$problem" | Should-BeLikeString "'$path' cannot be imported.*"
            "$problem" | Should-BeLikeString $Words
        }

        It 'is refused: bytes that are no text' {
            [System.IO.File]::WriteAllBytes($path, [byte[]] (0x7F, 0x45, 0x4C, 0x46, 0xFF, 0, 0, 1))

            "$(Get-ImportError @{ Path = $path })" | Should-BeLikeString '*not a text in UTF-8 (line 1, position 5)*'
        }

        It 'is refused: <Case>' -ForEach @(
            @{ Case = 'a folder'; With = @{ Path = '{0}' } }
            @{ Case = 'a file that is not there'; With = @{ Path = '{0}/no.json' } }
            @{ Case = 'a literal file that is not there'; With = @{ LiteralPath = '{0}/*.json' } }
            @{ Case = 'a wildcard without a match'; With = @{ Path = '{0}/*.no' } }
            @{ Case = 'another provider'; With = @{ Path = 'Env:/PATH' } }
            @{ Case = 'a drive that is not there'; With = @{ Path = 'nodrive:/x' } }
        ) {
            $parameters = @{}
            foreach ($key in $With.Keys) { $parameters[$key] = $With[$key] -f $folder }

            $problem = Get-ImportError $parameters

            Assert-OffsetError $problem InvalidFile ImportConnectorOffsetCommand InvalidData
        }
    }
}
