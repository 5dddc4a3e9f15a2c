BeforeAll {
    . $PSScriptRoot/common.ps1

    # A connector that answers everything: its offsets, no earlier request, and an accepted POST.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Offsets, [string] $Accepted = (New-AcceptedAnswer), [string] $Status = '{"request":null,"status":null}')
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Offsets)
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, $Status)
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, $Accepted)
    }

    # Byte for byte, in this order.
    function Assert-Posted {
        param($Stub, [string[]] $Body)
        @(Get-Post $Stub | ForEach-Object Body) -join "`n" | Should-BeString -CaseSensitive ($Body -join "`n")
    }

    $script:Sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200 })
    $script:SinkPartition = '{"kafka_topic":"orders","kafka_partition":0}'
}

Describe 'Set-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'the Partition set' {
        It 'posts one PATCH of a partition and an offset given as <Form>' -ForEach @(
            @{ Form = 'hashtables'; Partition = @{ kafka_topic = 'orders'; kafka_partition = 1 }; Offset = @{ kafka_offset = 5 } }
            @{ Form = 'ordered dictionaries'; Partition = [ordered]@{ kafka_topic = 'orders'; kafka_partition = 1 }; Offset = [ordered]@{ kafka_offset = 5 } }
            @{ Form = 'custom objects'; Partition = [pscustomobject]@{ kafka_topic = 'orders'; kafka_partition = 1 }; Offset = [pscustomobject]@{ kafka_offset = 5 } }
            @{ Form = 'JSON text'; Partition = '{"kafka_topic":"orders","kafka_partition":1}'; Offset = '{"kafka_offset":5}' }
        ) {
            Add-Connector $t.Stub orders-sink $Sink

            $null = Set-ConnectorOffset orders-sink -Partition $Partition -Offset $Offset -Confirm:$false

            Assert-Posted $t.Stub '{"type":"PATCH","offsets":[{"partition":{"kafka_partition":1,"kafka_topic":"orders"},"offset":{"kafka_offset":5}}]}'
            $post = Get-Post $t.Stub
            $post[0].Path | Should-BeString -CaseSensitive "$ConnectorPath/orders-sink/offsets/request"
            $post[0].ContentType | Should-Be 'application/json'
        }

        It 'sends the connector''s own literal of a source partition: <Literal>' -ForEach @(
            @{ Literal = '{"protocol":"1","table":"db.t"}'; Given = '{"table":"db.t","protocol":"1"}' }
            @{ Literal = '{ "table" : "db.t" , "protocol" : 1 }'; Given = '{"protocol":1,"table":"db.t"}' }
            @{ Literal = '{"table":"\u00e9\/x"}'; Given = '{"table":"é/x"}' }
            @{ Literal = '{"server":{"b":null,"a":[1.0,"2"]}}'; Given = '{"server":{"a":[1.0,"2"],"b":null}}' }
        ) {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer "{`"partition`":$Literal,`"offset`":{`"lsn`":1}}")

            $null = Set-ConnectorOffset cdc -Partition $Given -Offset '{"lsn":2}' -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[{`"partition`":$Literal,`"offset`":{`"lsn`":2}}]}"
        }

        It 'takes a sink''s partition by its number, and sends it as the connector writes it' {
            Add-Connector $t.Stub orders-sink (New-OffsetsAnswer '{"partition":{"kafka_topic":"orders","kafka_partition":"0"},"offset":{"kafka_offset":"7"}}')

            $null = Set-ConnectorOffset orders-sink -Partition $SinkPartition -Offset '{"kafka_offset":8}' -Confirm:$false

            Assert-Posted $t.Stub '{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":"0"},"offset":{"kafka_offset":8}}]}'
        }

        It 'sends JSON text of an offset byte for byte' {
            $offset = '{"z":1234567890123456789012345678901234567890,"a":1.0,"b":1E5,"B":-0.0,"c":"\/\u00e9","d":{"x":[null,1.10,{"":"1"}]}}'
            Add-Connector $t.Stub cdc (New-OffsetsAnswer '{"partition":{"t":"x"},"offset":{"lsn":1}}')

            $null = Set-ConnectorOffset cdc -Partition @{ t = 'x' } -Offset $offset -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"PATCH`",`"offsets`":[{`"partition`":{`"t`":`"x`"},`"offset`":$offset}]}"
        }

        It 'writes .NET values as JSON: nested, null, big, in their order' {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer '{"partition":{"t":"x"},"offset":{"lsn":1}}')
            $offset = [ordered]@{
                z = [bigint]::Parse('123456789012345678901234567890'); a = $null; list = @(1, 'two', $true, @{ n = 1.5 })
                map = [pscustomobject]@{ y = [long]::MaxValue; b = 1.10d }; text = '2024-02-20T15:14:19Z'
            }

            $null = Set-ConnectorOffset cdc -Partition @{ t = 'x' } -Offset $offset -Confirm:$false

            Assert-Posted $t.Stub ('{"type":"PATCH","offsets":[{"partition":{"t":"x"},"offset":{"z":123456789012345678901234567890,"a":null,"list":[1,"two",true,{"n":1.5}],' +
                '"map":{"y":9223372036854775807,"b":1.10},"text":"2024-02-20T15:14:19Z"}}]}')
        }

        It 'posts to each of several connectors, and emits in the order of the names' {
            'c', 'a', 'b' | ForEach-Object { Add-Connector $t.Stub $_ $Sink }

            $requests = @(Set-ConnectorOffset c, a, b -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false)

            $requests.ConnectorName -join ' ' | Should-Be 'c a b'
            @(Get-Post $t.Stub | ForEach-Object Path | Sort-Object) -join ' ' | Should-Be ('a', 'b', 'c' | ForEach-Object { "$ConnectorPath/$_/offsets/request" } | Join-String -Separator ' ')
        }

        It 'escapes the name' {
            Add-Connector $t.Stub 'my%20sink%2F1%25' $Sink

            $request = Set-ConnectorOffset 'my sink/1%' -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false

            $request.ConnectorName | Should-Be 'my sink/1%'
            (Get-Post $t.Stub)[0].Path | Should-BeString -CaseSensitive "$ConnectorPath/my%20sink%2F1%25/offsets/request"
        }

        It 'goes to the environment and the cluster that are given' {
            Add-Connector $t.Stub orders-sink $Sink

            $request = Set-ConnectorOffset orders-sink -EnvironmentId env-x -ClusterId lkc-y -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false

            (Get-Post $t.Stub)[0].Path | Should-Be '/connect/v1/environments/env-x/clusters/lkc-y/connectors/orders-sink/offsets/request'
            $request.EnvironmentId | Should-Be 'env-x'
            $request.KafkaClusterId | Should-Be 'lkc-y'
        }
    }

    Context 'the Topic set' {
        It 'posts one PATCH of all the partitions, in their order' {
            Add-Connector $t.Stub orders-sink $Sink

            $null = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 1, 0 -KafkaOffset 9000000000 -Confirm:$false

            Assert-Posted $t.Stub ('{"type":"PATCH","offsets":[{"partition":{"kafka_partition":1,"kafka_topic":"orders"},"offset":{"kafka_offset":9000000000}},' +
                '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":9000000000}}]}')
        }

        It 'takes offset 0' {
            Add-Connector $t.Stub orders-sink $Sink

            $null = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 0 -Confirm:$false

            Assert-Posted $t.Stub '{"type":"PATCH","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":0}}]}'
        }

        It 'does not take the names of topics for one another by case' {
            Add-Connector $t.Stub orders-sink $Sink

            $null = Set-ConnectorOffset orders-sink -Topic Orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed PartitionNotFound SetConnectorOffsetCommand ObjectNotFound orders-sink
            Get-Post $t.Stub | Should-BeNull
        }
    }

    Context 'what comes back' {
        It 'is the request, with the offsets from before' {
            Add-Connector $t.Stub orders-sink $Sink -Accepted (New-AcceptedAnswer -Id lcc-77 -RequestedAt '2024-02-20 15:20:01+00:00')

            $request = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Confirm:$false

            $request | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
            $request.EnvironmentId | Should-Be 'env-a12b6'
            $request.KafkaClusterId | Should-Be 'lkc-devc80'
            $request.ConnectorName | Should-Be 'orders-sink'
            $request.ConnectorId | Should-Be 'lcc-77'
            $request.Type | Should-Be 'PATCH'
            $request.RequestedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 20, 1, [System.DateTimeKind]::Utc))
            "$($request.Offsets)" | Should-Be 'orders-1: 5'
            "$($request.OffsetsBefore)" | Should-Be 'orders-0: 100 orders-1: 200'
            $request.OffsetsBefore[1].KafkaOffset | Should-Be 200
        }

        It 'is a request too where the accepted POST has an empty or an odd answer: <_>' -ForEach '', '<html>accepted</html>', '{}' {
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets', 200, $Sink)
            $null = $t.Stub.Answer('POST', '/orders-sink/offsets/request', 202, $_)

            $request = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 1 -KafkaOffset 5 -Confirm:$false

            $request.Type | Should-Be 'PATCH'
            $request.ConnectorId | Should-Be 'lcc-sink1'
            $request.RequestedAt | Should-BeNull
            @(Get-Post $t.Stub).Count | Should-Be 1
        }
    }

    Context '-Wait' {
        BeforeAll {
            $script:Asked = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":5}}]'
        }

        It 'emits the finished status instead of the request' {
            Add-Connector $t.Stub orders-sink $Sink
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer PENDING -Offsets $Asked -RequestedAt '2024-02-20T15:20:00Z'))
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer APPLIED -Offsets $Asked -RequestedAt '2024-02-20T15:20:00Z'))

            $result = @(Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -Confirm:$false)

            $result.Count | Should-Be 1
            $result[0] | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequestStatus])
            $result[0].Phase | Should-Be 'APPLIED'
            "$($result[0].Request.OffsetsBefore)" | Should-Be 'orders-0: 100 orders-1: 200'
        }

        It 'emits FAILED and writes OffsetRequestFailed with the status as its target' {
            Add-Connector $t.Stub orders-sink $Sink
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer FAILED -Offsets $Asked -RequestedAt '2024-02-20T15:20:00Z' -Message 'The connector is not running.'))

            $result = @(Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            Assert-OffsetError $failed OffsetRequestFailed SetConnectorOffsetCommand InvalidResult
            $failed[0].ToString() | Should-BeLikeString '*The connector is not running.*'
            $result[0].Phase | Should-Be 'FAILED'
            [object]::ReferenceEquals($failed[0].TargetObject, $result[0]) | Should-BeTrue
            @($failed[0].Exception.AcceptedRequests).Count | Should-Be 1
        }

        It 'writes OffsetRequestTimeout with the request as its target when -Timeout is over' {
            Add-Connector $t.Stub orders-sink $Sink
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer PENDING -Offsets $Asked -RequestedAt '2024-02-20T15:20:00Z'))

            $result = @(Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -Timeout 20 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            $result.Count | Should-Be 0
            Assert-OffsetError $failed OffsetRequestTimeout SetConnectorOffsetCommand OperationTimeout 'PATCH orders-sink'
            $failed[0].TargetObject | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
        }

        It 'waits for all of several connectors, whatever becomes of one' {
            foreach ($name in 'a', 'b', 'c') {
                Add-Connector $t.Stub $name $Sink
                $phase = $name -eq 'a' ? 'FAILED' : 'APPLIED'
                $null = $t.Stub.Answer('GET', "/$name/offsets/request/status", 200, (New-StatusAnswer $phase -Offsets $Asked -RequestedAt '2024-02-20T15:20:00Z'))
            }
            $emitted = [System.Collections.Generic.List[object]]::new()

            $thrown = try {
                Set-ConnectorOffset a, b, c -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -Confirm:$false -ErrorAction Stop | ForEach-Object { $emitted.Add($_) }
            }
            catch { $_ }

            @($emitted | Sort-Object ConnectorName | ForEach-Object { "$($_.ConnectorName) $($_.Phase)" }) -join ', ' | Should-Be 'a FAILED, b APPLIED, c APPLIED'
            Assert-OffsetError $thrown OffsetRequestFailed SetConnectorOffsetCommand InvalidResult
            $thrown.TargetObject.ConnectorName | Should-Be 'a'
            @($thrown.Exception.AcceptedRequests.ConnectorName | Sort-Object) -join ' ' | Should-Be 'a b c'
        }
    }

    Context '-WhatIf' {
        It 'reads and checks, and sends no POST' {
            Add-Connector $t.Stub orders-sink $Sink

            $result = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -WhatIf

            $result | Should-BeNull
            Get-Post $t.Stub | Should-BeNull
            @($t.Stub.Requests.Path) -join ' ' | Should-BeLikeString '*/orders-sink/offsets */orders-sink/offsets/request/status*'
        }

        It 'says <Id>, as the real call would' -ForEach @(
            @{ Id = 'PartitionNotFound'; Category = 'ObjectNotFound'; Partition = 7; Status = '{"request":null,"status":null}' }
            @{ Id = 'OffsetRequestConflict'; Category = 'ResourceBusy'; Partition = 0; Status = '{"request":{"type":"PATCH"},"status":{"phase":"PENDING"}}' }
        ) {
            Add-Connector $t.Stub orders-sink $Sink -Status $Status

            Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition $Partition -KafkaOffset 5 -WhatIf -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed $Id SetConnectorOffsetCommand $Category orders-sink
            Get-Post $t.Stub | Should-BeNull
        }

        It 'holds for $WhatIfPreference too' {
            Add-Connector $t.Stub orders-sink $Sink
            $WhatIfPreference = $true

            $result = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false

            $result | Should-BeNull
            Get-Post $t.Stub | Should-BeNull
        }
    }

    Context 'order and concurrency' {
        It 'reads offsets and status before the POST' {
            Add-Connector $t.Stub orders-sink $Sink

            $null = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false

            @($t.Stub.Requests | ForEach-Object { "$($_.Method) $($_.Path -replace '^.*/orders-sink')" }) -join ', ' |
                Should-Be 'GET /offsets, GET /offsets/request/status, POST /offsets/request'
        }

        It 'has at most -ThrottleLimit requests in flight<With>' -ForEach @(@{ With = '' }, @{ With = ' with -Wait' }) {
            $asked = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":5}}]'
            $names = 1..10 | ForEach-Object { "c$_" }
            foreach ($name in $names) {
                Add-Connector $t.Stub $name $Sink
                $null = $t.Stub.Answer('GET', "/$name/offsets/request/status", 200, (New-StatusAnswer -Offsets $asked -RequestedAt '2024-02-20T15:20:00Z'))
            }
            $t.Stub.Latency = [timespan]::FromMilliseconds(10)

            $result = @(Set-ConnectorOffset $names -Topic orders -KafkaPartition 0 -KafkaOffset 5 -ThrottleLimit 3 -Wait:($With -ne '') -Confirm:$false)

            $result.Count | Should-Be 10
            $t.Stub.MostAtOnce | Should-Be 3
        }

        It 'emits in the order of the input though others answer earlier' {
            # The first one's offsets come only at the third attempt.
            $null = $t.Stub.Answer('GET', '/a/offsets', 503, '{}').Answer('GET', '/a/offsets', 503, '{}')
            'a', 'b', 'c' | ForEach-Object { Add-Connector $t.Stub $_ $Sink }
            $t.Stub.Latency = [timespan]::FromMilliseconds(10)

            $requests = @(Set-ConnectorOffset a, b, c -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false)

            $requests.ConnectorName -join ' ' | Should-Be 'a b c'
        }

        It 'holds the same request back for a second, and no other: <Case>' -ForEach @(
            @{ Case = 'the same'; Stamp = '2024-02-20 15:14:19+00:00'; Offset = 5; Delays = 1 }
            @{ Case = 'a stamp with a fraction'; Stamp = '2024-02-20T15:14:19.25Z'; Offset = 5; Delays = 1 }
            @{ Case = 'other offsets'; Stamp = '2024-02-20 15:14:19+00:00'; Offset = 6; Delays = 0 }
        ) {
            Add-Connector $t.Stub orders-sink $Sink -Status (New-StatusAnswer -RequestedAt $Stamp -Offsets '[{"partition":{"kafka_topic":"orders","kafka_partition":"0"},"offset":{"kafka_offset":5}}]')

            $null = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset $Offset -Confirm:$false

            @($t.Clock.Delays | Where-Object TotalSeconds -EQ 1).Count | Should-Be $Delays
            @(Get-Post $t.Stub).Count | Should-Be 1
        }
    }
}
