BeforeAll { . $PSScriptRoot/common.ps1 }

Describe 'Get-ConnectorOffsetRequest' {
    BeforeEach {
        $t = Connect-Stub
        $item = '{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":1000}}'
        $previous = '{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":1234}}'
    }

    Context 'a status' {
        It 'has all fields' {
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$item]" -PreviousOffsets "[$previous,$previous]" -Message 'done'))

            $status = @(Get-ConnectorOffsetRequest orders-sink)

            $status.Count | Should-Be 1
            $status = $status[0]
            $status | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequestStatus])
            $status.EnvironmentId | Should-Be 'env-a12b6'
            $status.KafkaClusterId | Should-Be 'lkc-devc80'
            $status.ConnectorName | Should-Be 'orders-sink'
            $status.ConnectorId | Should-Be 'lcc-sink1'
            $status.Phase | Should-Be 'APPLIED'
            $status.Message | Should-Be 'done'
            $status.AppliedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 30, [System.DateTimeKind]::Utc))
            $status.AppliedAt.Kind | Should-Be ([System.DateTimeKind]::Utc)
            @($status.PreviousOffsets).Count | Should-Be 2
            $status.PreviousOffsets[1].Offset.kafka_offset | Should-Be 1234
            $status.PreviousOffsets[1].KafkaOffset | Should-Be 1234
            $status.PreviousOffsets[1].Topic | Should-Be 'orders'
        }

        It 'has the request with all its fields' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Offsets "[$item,$item]"))

            $request = (Get-ConnectorOffsetRequest orders-sink).Request

            $request | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
            $request.EnvironmentId | Should-Be 'env-a12b6'
            $request.KafkaClusterId | Should-Be 'lkc-devc80'
            $request.ConnectorName | Should-Be 'orders-sink'
            $request.ConnectorId | Should-Be 'lcc-sink1'
            $request.Type | Should-Be 'PATCH'
            $request.RequestedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc))
            "$($request.Offsets[1].Partition)" | Should-BeString -CaseSensitive '{"kafka_topic":"orders","kafka_partition":0}'
            $request.Offsets[1].Offset.kafka_offset | Should-Be 1000
            @($request.OffsetsBefore).Count | Should-Be 0
        }

        It 'reads the example <Name>' -ForEach @(
            @{ Name = 'status-sink-pending-patch-operation'; Type = 'PATCH'; Phase = 'PENDING'; Offsets = 1; Before = 0; Applied = $null }
            @{ Name = 'status-source-applied-patch-operation'; Type = 'PATCH'; Phase = 'APPLIED'; Offsets = 1; Before = 1; Applied = [datetime]::new(2024, 2, 20, 15, 14, 20, [System.DateTimeKind]::Utc) }
            @{ Name = 'status-delete'; Type = 'DELETE'; Phase = 'APPLIED'; Offsets = 0; Before = 1; Applied = [datetime]::new(2024, 2, 20, 15, 14, 20, [System.DateTimeKind]::Utc) }
        ) {
            $null = $t.Stub.Answer('GET', '/status', 200, (Get-Content -Raw (Join-Path $PSScriptRoot "fixtures/openapi/$Name.json")))

            $status = Get-ConnectorOffsetRequest x

            $status.Phase | Should-Be $Phase
            $status.Request.Type | Should-Be $Type
            @($status.Request.Offsets).Count | Should-Be $Offsets
            @($status.PreviousOffsets).Count | Should-Be $Before
            $status.AppliedAt | Should-Be $Applied
            $status.Request.RequestedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc))
        }

        It 'takes <Name>' -ForEach @(
            @{ Name = 'absent members'; Body = '{"request":{"type":"DELETE"},"status":{"phase":"APPLIED"}}' }
            @{ Name = 'null members'; Body = '{"request":{"id":null,"name":null,"type":"DELETE","offsets":null,"requested_at":null},"status":{"phase":"APPLIED","message":null},"previous_offsets":null,"applied_at":null}' }
            @{ Name = 'times that cannot be read'; Body = '{"request":{"type":"DELETE","requested_at":"soon"},"status":{"phase":"APPLIED"},"applied_at":12}' }
        ) {
            $null = $t.Stub.Answer('GET', '/status', 200, $Body)

            $status = Get-ConnectorOffsetRequest x

            $status.Phase | Should-Be 'APPLIED'
            $status.Message | Should-BeNull
            $status.ConnectorId | Should-BeNull
            @($status.PreviousOffsets).Count | Should-Be 0
            $status.AppliedAt | Should-BeNull
            $status.Request.RequestedAt | Should-BeNull
            @($status.Request.Offsets).Count | Should-Be 0
        }

        It 'keeps a phase that is not known' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase ROLLING_BACK))

            (Get-ConnectorOffsetRequest x).Phase | Should-BeString -CaseSensitive 'ROLLING_BACK'
        }

        It 'is no error when FAILED' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Phase FAILED -Message 'no such topic'))

            $status = Get-ConnectorOffsetRequest x -ErrorVariable problem

            $status.Phase | Should-Be 'FAILED'
            $status.Message | Should-Be 'no such topic'
            @($problem).Count | Should-Be 0
        }

        It 'is shown as a list' {
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Offsets "[$item]" -PreviousOffsets "[$previous]"))
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
            try { $text = Get-ConnectorOffsetRequest orders-sink | Out-String -Width 80 }
            finally { $PSStyle.OutputRendering = $rendering }

            $text | Should-MatchString '(?m)^ConnectorName +: orders-sink\s*$'
            $text | Should-MatchString '(?m)^Phase +: APPLIED\s*$'
            $text | Should-MatchString '(?m)^Type +: PATCH\s*$'
            $text | Should-MatchString '(?m)^Offsets +: orders-0: 1000\s*$'
            $text | Should-MatchString '(?m)^PreviousOffsets +: orders-0: 1234\s*$'
            $text | Should-MatchString '(?m)^RequestedAt +: 2024-02-20 15:14:19Z\s*$'
            $text | Should-MatchString '(?m)^AppliedAt +: 2024-02-20 15:14:30Z\s*$'
        }
    }

    Context 'no request' {
        It 'is OffsetRequestNotFound where the connector exists: <Name>' -ForEach @(
            @{ Name = '404'; Status = 404; Body = '{"error":{"code":404,"message":"no request"}}' }
            @{ Name = 'an answer of nulls'; Status = 200; Body = '{"request":null,"status":null}' }
        ) {
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets/request/status', $Status, $Body)

            $statuses = @(Get-ConnectorOffsetRequest orders-sink -ErrorVariable problem -ErrorAction SilentlyContinue)

            $statuses.Count | Should-Be 0
            Assert-OffsetError $problem OffsetRequestNotFound GetConnectorOffsetRequestCommand ObjectNotFound orders-sink
        }

        It 'is ConnectorNotFound where it does not, after one GET more' {
            $null = Get-ConnectorOffsetRequest nobody -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ConnectorNotFound GetConnectorOffsetRequestCommand ObjectNotFound nobody
            @($t.Stub.Requests).Path | Should-BeCollection @("$ConnectorPath/nobody/offsets/request/status", "$ConnectorPath/nobody/offsets")
        }

        It 'is the other error where that GET has one' {
            $null = $t.Stub.Answer('GET', '/secret/offsets', 403, '{"error":{"code":403,"message":"not yours"}}')

            $null = Get-ConnectorOffsetRequest secret -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem AccessDenied GetConnectorOffsetRequestCommand PermissionDenied secret
        }
    }

    Context 'which connectors' {
        BeforeEach {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1; 'orders-1' = 2 })))
            $null = $t.Stub.Answer('GET', '/bad/offsets/request/status', 403, '{}')
            $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer))
        }

        It 'goes on after an error, in the order of the names' {
            $statuses = Get-ConnectorOffsetRequest a, bad, b -ErrorVariable problem -ErrorAction SilentlyContinue

            $statuses.ConnectorName | Should-BeCollection @('a', 'b')
            Assert-OffsetError $problem AccessDenied GetConnectorOffsetRequestCommand PermissionDenied bad
        }

        It 'takes rows, once for each connector' {
            $statuses = Get-ConnectorOffset a, b | Get-ConnectorOffsetRequest

            $statuses.ConnectorName | Should-BeCollection @('a', 'b')
            @(@($t.Stub.Requests).Path -like '*/status').Count | Should-Be 2
        }

        It 'takes names by value, and its own output' {
            ('a', 'b' | Get-ConnectorOffsetRequest | Get-ConnectorOffsetRequest).ConnectorName | Should-BeCollection @('a', 'b')
        }

        It 'uses -EnvironmentId and -KafkaClusterId' {
            $status = Get-ConnectorOffsetRequest a -EnvironmentId env-2 -KafkaClusterId lkc-2

            @($t.Stub.Requests)[0].Path | Should-Be '/connect/v1/environments/env-2/clusters/lkc-2/connectors/a/offsets/request/status'
            $status.EnvironmentId | Should-Be 'env-2'
            $status.Request.KafkaClusterId | Should-Be 'lkc-2'
        }

        It 'needs a name' {
            Get-Command Get-ConnectorOffsetRequest | Should-HaveParameter ConnectorName -Mandatory

            $null = Get-ConnectorOffsetRequest '' -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName GetConnectorOffsetRequestCommand InvalidArgument ''
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'reads nothing for an empty pipeline' {
            @(@() | Get-ConnectorOffsetRequest).Count | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 0
        }
    }
}
