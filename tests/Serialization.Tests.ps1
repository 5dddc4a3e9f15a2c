BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Deep = '1'
    foreach ($level in 1..20) { $Deep = '{"k' + $level + '":[' + $Deep + ']}' }
    $script:Partition = '{"z":"t","protocol":1,"a":null,"A":"1"}'
    $script:Offset = '{"":0,"lsn":1234567890123456789012345678901234567890,"big":12345678901234567890,"v":1.0,"e":1E5,"t":1.10,"n":-0.0,"i":2,"s":"\u00e9\/😀","d":"2024-02-20T15:14:19Z","Count":7,"Keys":["x"],"nested":{"null":null,"list":[null,{"x":"01"}]},"deep":' + $Deep + '}'
    $script:Wire = "{`"partition`":$Partition,`"offset`":$Offset}"

    # A connector 'src' with one partition of every sort of literal, whose offsets can be altered.
    function Connect-Source {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/src/offsets', 200, (New-OffsetsAnswer $Wire)).Answer('POST', '/src/offsets/request', 202, (New-AcceptedAnswer -Offsets "[$Wire]"))
        $null = $t.Stub.Answer('GET', '/src/offsets/request/status', 200, (New-StatusAnswer -Message old))
        $t
    }

    # What a status shows after a request was accepted.
    function Add-Applied {
        param($T)
        $null = $T.Stub.Answer('GET', '/src/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$Wire]" -PreviousOffsets "[$Wire]" -RequestedAt '2024-02-20T15:20:00Z'))
    }

    # A row, a request, a status and a difference.
    function New-Sample {
        param($T)
        $row = Get-ConnectorOffset src
        $request = $row | Set-ConnectorOffset -Confirm:$false
        Add-Applied $T
        [pscustomobject]@{ Row = $row; Request = $request; Status = $request | Wait-ConnectorOffsetRequest; Difference = Compare-ConnectorOffset $row $row -IncludeEqual }
    }

    $script:Shell = (Get-Process -Id $PID).Path
    $script:Common = Join-Path $PSScriptRoot 'common.ps1'
    $script:Hidden = 'Connection', 'Json', 'PartitionText', 'OffsetText', 'ObservedText', 'RequestedText', 'AppliedText', 'OffsetsText', 'BeforeText', 'TypeText', 'TasksText', 'ConnectorText', 'ReferenceText', 'DifferenceText', 'DeltaText', 'Time', 'AppliedTime', 'Baseline', 'Echo'
}

Describe 'Serialization' {
    BeforeEach {
        $t = Connect-Source
        $sample = New-Sample $t
    }

    Context 'Clixml with the module' {
        It 'brings a row back alive, byte for byte' {
            $sample.Row | Export-Clixml TestDrive:/row.xml

            $row = Import-Clixml TestDrive:/row.xml

            $row | Should-HaveType ([ConfluentOffsets.ConnectorOffset])
            "$($row.Partition)" | Should-BeString -CaseSensitive $Partition
            "$($row.Offset)" | Should-BeString -CaseSensitive $Offset
            foreach ($name in 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'ConnectorId', 'ObservedAt', 'Topic', 'KafkaPartition', 'KafkaOffset') {
                $row.$name | Should-Be $sample.Row.$name
            }
            $row.ObservedAt.Kind | Should-Be ([System.DateTimeKind]::Utc)
        }

        It 'brings a request back alive, byte for byte' {
            $sample.Request | Export-Clixml TestDrive:/request.xml

            $request = Import-Clixml TestDrive:/request.xml

            $request | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
            "$($request.Offsets[0].Offset)" | Should-BeString -CaseSensitive $Offset
            "$($request.OffsetsBefore[0].Partition)" | Should-BeString -CaseSensitive $Partition
            foreach ($name in 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'ConnectorId', 'Type', 'RequestedAt') {
                $request.$name | Should-Be $sample.Request.$name
            }
        }

        It 'brings a status back alive, with its request, byte for byte' {
            $sample.Status | Export-Clixml TestDrive:/status.xml

            $status = Import-Clixml TestDrive:/status.xml

            $status | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequestStatus])
            $status.Request | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
            "$($status.PreviousOffsets[0].Offset)" | Should-BeString -CaseSensitive $Offset
            "$($status.Request.Offsets[0].Partition)" | Should-BeString -CaseSensitive $Partition
            foreach ($name in 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'ConnectorId', 'Phase', 'Message', 'AppliedAt') {
                $status.$name | Should-Be $sample.Status.$name
            }
        }

        It 'brings a difference back alive, byte for byte, with its view' {
            $sinks = foreach ($number in 5, 7) { @{ ConnectorName = 'a'; EnvironmentId = 'env-1'; Topic = 't'; KafkaPartition = 0; KafkaOffset = $number } }
            $sample.Difference, (Compare-ConnectorOffset $sinks[0] $sinks[1]) | Export-Clixml TestDrive:/difference.xml -Depth 1

            $difference, $sink = Import-Clixml TestDrive:/difference.xml

            $difference | Should-HaveType ([ConfluentOffsets.ConnectorOffsetDifference])
            "$($difference.Partition)" | Should-BeString -CaseSensitive $Partition
            "$($difference.ReferenceOffset)" | Should-BeString -CaseSensitive $Offset
            "$($difference.DifferenceOffset)" | Should-BeString -CaseSensitive $Offset
            foreach ($name in 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'Change', 'Delta') { $difference.$name | Should-Be $sample.Difference.$name }
            "$($sink.Delta) $($sink.Change) $($sink.ConnectorName) $($sink.EnvironmentId)" | Should-Be '2 Changed a env-1'
            ($sink | Out-String -Width 80) | Should-MatchString 'Connector: a \(env-1\)'
        }

        It 'brings a connector back alive, with its tasks' {
            $null = $t.Stub.Answer('GET', '/connectors', 200, '{"src":{"id":{"id":"lcc-1"},"info":{"type":"source"},"status":{"connector":{"state":"RUNNING","trace":"why"},"tasks":[{"id":0,"state":"RUNNING"},{"id":1,"state":"FAILED","trace":"first\nsecond"}]}}}')
            $before = Get-Connector src
            $before | Export-Clixml TestDrive:/connector.xml

            $connector = Import-Clixml TestDrive:/connector.xml

            $connector | Should-HaveType ([ConfluentOffsets.Connector])
            foreach ($name in 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'ConnectorId', 'Type', 'State', 'Trace') {
                $connector.$name | Should-Be $before.$name
            }
            "$($connector.Tasks)" | Should-Be '0: RUNNING 1: FAILED: first'
            $connector.Tasks[1].FullTrace | Should-BeString -CaseSensitive "first`nsecond"
            $connector.Connection | Should-BeNull
        }

        It 'brings back what lies inside other objects' {
            @{ Kept = [pscustomobject]@{ Rows = @($sample.Row, $sample.Row) } } | Export-Clixml TestDrive:/nested.xml -Depth 4

            $rows = (Import-Clixml TestDrive:/nested.xml).Kept.Rows

            $rows[1] | Should-HaveType ([ConfluentOffsets.ConnectorOffset])
            "$($rows[1].Offset)" | Should-BeString -CaseSensitive $Offset
        }

        It 'brings back what was edited before' {
            $sample.Row.Offset.nested.list[1].x = 5
            $sample.Row | Export-Clixml TestDrive:/row.xml -Depth 1

            "$((Import-Clixml TestDrive:/row.xml).Offset)" | Should-BeString -CaseSensitive $Offset.Replace('"x":"01"', '"x":5')
        }

        It 'gives rows that go back to the server byte for byte' {
            $sample.Row | Export-Clixml TestDrive:/row.xml

            $null = Import-Clixml TestDrive:/row.xml | Set-ConnectorOffset -Confirm:$false

            @(Get-Post $t.Stub)[-1].Body | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$Wire]}"
        }

        It 'holds no connection, and what comes back uses the default one' {
            $sample.Row, $sample.Request, $sample.Status, $sample.Difference | Export-Clixml TestDrive:/all.xml
            $other = Connect-Source

            $all = Import-Clixml TestDrive:/all.xml

            Get-Content TestDrive:/all.xml -Raw | Should-NotMatchString 'TESTKEY0123456|api\.confluent\.cloud'
            @($all | Where-Object { $null -ne $_.Connection }).Count | Should-Be 0
            $null = $all[0] | Get-ConnectorOffset
            @($other.Stub.Requests).Path | Should-Be "$ConnectorPath/src/offsets"
        }
    }

    Context 'jobs' {
        It 'give live objects, byte for byte' {
            $wire = $Wire
            $job = Start-Job {
                . $using:Common
                $t = Connect-Stub
                $null = $t.Stub.Answer('GET', '/src/offsets', 200, (New-OffsetsAnswer $using:wire)).Answer('POST', '/src/offsets/request', 202, '')
                $row = Get-ConnectorOffset src
                $row
                $row | Set-ConnectorOffset -Confirm:$false
            }
            $row, $request = $job | Receive-Job -Wait -AutoRemoveJob

            $row | Should-HaveType ([ConfluentOffsets.ConnectorOffset])
            $request | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
            "$($row.Offset)" | Should-BeString -CaseSensitive $Offset
            "$($request.Offsets[0].Partition)" | Should-BeString -CaseSensitive $Partition
            $row.ObservedAt | Should-Be $sample.Row.ObservedAt
        }
    }

    Context 'Clixml without the module' {
        BeforeAll {
            $t = Connect-Source
            $sample = New-Sample $t
            $null = $t.Stub.Answer('GET', '/sink/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
            $files = New-Item -ItemType Directory (Join-Path ([System.IO.Path]::GetTempPath()) "offsets-$([guid]::NewGuid())")
            $sample.Row | Export-Clixml "$files/row.xml"
            $sample.Request | Export-Clixml "$files/request.xml"
            $sample.Status | Export-Clixml "$files/status.xml"
            Get-ConnectorOffset sink | Export-Clixml "$files/sink.xml"
            $sample.Difference | Export-Clixml "$files/difference.xml"
            Set-Content "$files/wire.json" $Wire -NoNewline
            Set-Content "$files/child.ps1" {
                param($Files, $Common)
                $row, $request, $status, $sink, $difference = 'row', 'request', 'status', 'sink', 'difference' | ForEach-Object { Import-Clixml "$Files/$_.xml" }
                $seen = [ordered]@{
                    Loaded      = @(Get-Module ConfluentOffsets).Count
                    Types       = @($row, $request, $status | ForEach-Object { $_.pstypenames[0] })
                    Lsn         = "$($row.Offset.big)"
                    Name        = $row.ConnectorName
                    KafkaOffset = $sink.KafkaOffset
                    Phase       = $status.Phase
                    Type        = $status.Request.Type
                    Observed    = $row.ObservedAt.ToString('O')
                    Difference  = @($difference.pstypenames[0], $difference.Change, $difference.DifferenceOffset.i)
                }
                . $Common
                $seen.Same = @(Compare-ConnectorOffset $row $row).Count
                $wire = Get-Content "$Files/wire.json" -Raw
                $t = Connect-Stub
                $null = $t.Stub.Answer('GET', '/src/offsets', 200, (New-OffsetsAnswer $wire)).Answer('POST', '/src/offsets/request', 202, '').Answer('POST', '/sink/offsets/request', 202, '')
                $null = $t.Stub.Answer('GET', '/sink/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
                $null = $row | Set-ConnectorOffset -Confirm:$false
                $row.Offset['i'] = 3
                $null = $row | Set-ConnectorOffset -Confirm:$false
                $null = $sink | Set-ConnectorOffset -Confirm:$false
                $seen.Bodies = @((Get-Post $t.Stub).Body)
                $seen.Read = @($row | Get-ConnectorOffset).Count
                $old = New-StatusAnswer -Message old
                $applied = New-StatusAnswer -Offsets "[$wire]" -RequestedAt '2024-02-20T15:20:00Z' -Message ours
                $w = Connect-Stub
                $null = $w.Stub.Answer('GET', '/status', 200, $old).Answer('GET', '/status', 200, $applied)
                $seen.Waited = ($request | Wait-ConnectorOffsetRequest -WarningAction SilentlyContinue).Message
                $seen.Followed = ($status | Wait-ConnectorOffsetRequest -WarningAction SilentlyContinue).Message
                $seen | ConvertTo-Json -Depth 5 -Compress
            }
            $seen = & $Shell -NoProfile -NonInteractive -File "$files/child.ps1" $files $Common | Select-Object -Last 1 | ConvertFrom-Json
        }

        AfterAll { Remove-Item $files -Recurse -Force }

        It 'gives property bags' {
            $seen.Loaded | Should-Be 0
            $seen.Types | Should-BeCollection @('Deserialized.ConfluentOffsets.ConnectorOffset', 'Deserialized.ConfluentOffsets.ConnectorOffsetRequest', 'Deserialized.ConfluentOffsets.ConnectorOffsetRequestStatus')
        }

        It 'gives values that can be read' {
            $seen.Lsn | Should-Be '12345678901234567890'
            $seen.Name | Should-Be 'src'
            $seen.KafkaOffset | Should-Be 100
            $seen.Phase | Should-Be 'APPLIED'
            $seen.Type | Should-Be 'PATCH'
            ([datetime]$seen.Observed).ToUniversalTime() | Should-Be $sample.Row.ObservedAt
        }

        It 'gives rows that Set-ConnectorOffset takes, and sends byte for byte' {
            $seen.Bodies[0] | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$Wire]}"
            $seen.Bodies[2] | Should-BeString -CaseSensitive '{"type":"PATCH","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":100}}]}'
        }

        It 'gives rows whose edited offset is sent, in values' {
            $sent = ($seen.Bodies[1] | ConvertFrom-Json -AsHashtable -Depth 99).offsets[0].offset

            $sent.i | Should-Be 3
            $seen.Bodies[1].Contains('"lsn":1234567890123456789012345678901234567890') | Should-BeTrue
            $seen.Bodies[1].Contains($Deep) | Should-BeTrue
        }

        It 'gives differences that can be read' {
            @($seen.Difference) | ForEach-Object { "$_" } | Should-BeCollection @('Deserialized.ConfluentOffsets.ConnectorOffsetDifference', 'Equal', '2')
        }

        It 'gives rows that Compare-ConnectorOffset takes' {
            $seen.Same | Should-Be 0
        }

        It 'gives rows that Get-ConnectorOffset takes' {
            $seen.Read | Should-Be 1
        }

        It 'gives requests that Wait-ConnectorOffsetRequest takes, with their baseline' {
            $seen.Waited | Should-Be 'ours'
        }

        It 'gives statuses that Wait-ConnectorOffsetRequest takes' {
            $seen.Followed | Should-Be 'ours'
        }
    }

    Context 'hidden members' {
        It 'of a <Name> are not in <Format>' -ForEach @(
            foreach ($name in 'Row', 'Request', 'Status', 'Difference') {
                @{ Name = $name; Format = 'ConvertTo-Json'; Members = { $args[0] | ConvertTo-Json -Depth 99 | ConvertFrom-Json -AsHashtable -Depth 99 | ForEach-Object Keys } }
                @{ Name = $name; Format = 'Export-Csv'; Members = { ($args[0] | ConvertTo-Csv)[0] -replace '"' -split ',' } }
                @{ Name = $name; Format = 'Select-Object *'; Members = { ($args[0] | Select-Object *).psobject.Properties.Name } }
                @{ Name = $name; Format = 'Get-Member'; Members = { ($args[0] | Get-Member -MemberType Properties).Name } }
            }
        ) {
            $expected = @{
                Row        = 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'ConnectorId', 'Partition', 'Offset', 'Topic', 'KafkaPartition', 'KafkaOffset', 'ObservedAt'
                Request    = 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'ConnectorId', 'Type', 'Offsets', 'OffsetsBefore', 'BackupFile', 'RequestedAt'
                Status     = 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'ConnectorId', 'Phase', 'Message', 'Request', 'PreviousOffsets', 'AppliedAt'
                Difference = 'EnvironmentId', 'KafkaClusterId', 'ConnectorName', 'Partition', 'Topic', 'KafkaPartition', 'ReferenceOffset', 'DifferenceOffset', 'Delta', 'Change'
            }[$Name]

            (& $Members $sample.$Name | Sort-Object) | Should-BeCollection ($expected | Sort-Object)
        }

        It 'are not deep in the JSON of a status' {
            $json = $sample.Status | ConvertTo-Json -Depth 99

            foreach ($one in $Hidden) { $json.Contains("`"$one`":") | Should-BeFalse -Because $one }
        }

        It 'carry the connection: a <_> goes back where it came from' -ForEach 'Row', 'Request', 'Status', 'Difference' {
            $other = Connect-Source
            $before = $t.Stub.Requests.Count

            $null = $sample.$_ | Get-ConnectorOffsetRequest

            $t.Stub.Requests.Count | Should-Be ($before + 1)
            $other.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'text' {
        It 'of a CSV goes back byte for byte' {
            $null = Get-ConnectorOffset src | ConvertTo-Csv | ConvertFrom-Csv | Set-ConnectorOffset -Confirm:$false

            @(Get-Post $t.Stub)[-1].Body | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$Wire]}"
        }

        It 'of JSON shows values' {
            $json = $sample.Row | ConvertTo-Json -Depth 99 -Compress

            # Before 7.5 ConvertTo-Json takes a BigInteger to pieces.
            if ($PSVersionTable.PSVersion -ge '7.5') { $json.Contains('"lsn":1234567890123456789012345678901234567890') | Should-BeTrue }
            $json.Contains('"Count":7') | Should-BeTrue
            $json.Contains('"list":[null,{"x":"01"}]') | Should-BeTrue
        }
    }
}
