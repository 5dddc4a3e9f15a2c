BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:NoRequest = '{"request":null,"status":null}'
    $script:Sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200; 'payments-0' = 300 })
    $script:SinkPartition = '{"kafka_topic":"orders","kafka_partition":0}'
    $script:Asked = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":5}}]'

    # A connector that answers everything: its offsets, no earlier request, and an accepted POST.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Offsets = $Sink)
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Offsets)
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, $NoRequest)
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    # Runs a cmdlet that is to end the pipeline or to write errors under Stop: what it emitted, and what it threw.
    function Invoke-Until {
        param([scriptblock] $Do)
        $emitted = [System.Collections.Generic.List[object]]::new()
        $thrown = $null
        try { & $Do | ForEach-Object { $emitted.Add($_) } }
        catch { $thrown = $_ }
        [pscustomobject]@{ Emitted = $emitted; Error = $thrown }
    }
}

Describe 'Set-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'input that cannot be used' {
        BeforeEach {
            Add-Connector $t.Stub orders-sink
        }

        It 'refuses <Case>: <Id>, and sends nothing' -ForEach @(
            @{ Id = 'InvalidOffset'; Case = 'a null offset'; With = @{ Offset = $null }; Says = '*Reset-ConnectorOffset*' }
            @{ Id = 'InvalidOffset'; Case = 'an empty map'; With = @{ Offset = @{} }; Says = '*no members*' }
            @{ Id = 'InvalidOffset'; Case = 'an empty JSON object'; With = @{ Offset = '{}' }; Says = '*no members*' }
            @{ Id = 'InvalidOffset'; Case = 'text that is no JSON'; With = @{ Offset = '{"kafka_offset":5' }; Says = '*{"kafka_offset":5*' }
            @{ Id = 'InvalidOffset'; Case = 'JSON that is no object'; With = @{ Offset = '[5]' }; Says = '*not a JSON object*' }
            @{ Id = 'InvalidOffset'; Case = 'an empty text'; With = @{ Offset = '' }; Says = '*' }
            @{ Id = 'InvalidOffset'; Case = 'a bare number'; With = @{ Offset = 5 }; Says = "*'5'*" }
            @{ Id = 'InvalidOffset'; Case = 'a DateTime member'; With = @{ Offset = @{ ts = [datetime]'2024-02-20' } }; Says = '*ConvertFrom-Json -DateKind String*' }
            @{ Id = 'InvalidOffset'; Case = 'NaN'; With = @{ Offset = @{ n = [double]::NaN } }; Says = '*NaN*' }
            @{ Id = 'InvalidOffset'; Case = 'a negative offset of a sink'; With = @{ Offset = @{ kafka_offset = -5 } }; Says = '*-5*' }
            @{ Id = 'InvalidOffset'; Case = 'an offset of a sink without kafka_offset'; With = @{ Offset = @{ kafka_ofset = 5 } }; Says = '*kafka_ofset*kafka_offset*' }
            @{ Id = 'InvalidPartition'; Case = 'a null partition'; With = @{ Partition = $null }; Says = '*partition*' }
            @{ Id = 'InvalidPartition'; Case = 'a partition without members'; With = @{ Partition = @{} }; Says = '*no members*' }
            @{ Id = 'InvalidPartition'; Case = 'a partition that is no JSON'; With = @{ Partition = 'orders-0' }; Says = '*orders-0*' }
        ) {
            $parameters = @{ Partition = $SinkPartition; Offset = '{"kafka_offset":5}' }
            foreach ($name in $With.Keys) { $parameters[$name] = $With[$name] }

            $result = Set-ConnectorOffset orders-sink @parameters -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            $result | Should-BeNull
            Assert-OffsetError $failed $Id SetConnectorOffsetCommand InvalidArgument
            $failed[0].ToString() | Should-BeLikeString $Says
            $failed[0].ToString() | Should-BeLikeString '*orders-sink*'
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'refuses in the Topic set <Case>: <Id>' -ForEach @(
            @{ Id = 'InvalidOffset'; Case = 'a negative offset'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = -1 }
            @{ Id = 'InvalidPartition'; Case = 'a negative partition'; Topic = 'orders'; KafkaPartition = -1; KafkaOffset = 5 }
            @{ Id = 'InvalidPartition'; Case = 'no partition'; Topic = 'orders'; KafkaPartition = @(); KafkaOffset = 5 }
            @{ Id = 'InvalidPartition'; Case = 'a blank topic'; Topic = ' '; KafkaPartition = 0; KafkaOffset = 5 }
            @{ Id = 'DuplicatePartition'; Case = 'a partition twice'; Topic = 'orders'; KafkaPartition = 0, 1, 0; KafkaOffset = 5 }
        ) {
            Set-ConnectorOffset orders-sink -Topic $Topic -KafkaPartition $KafkaPartition -KafkaOffset $KafkaOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed $Id SetConnectorOffsetCommand InvalidArgument orders-sink
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'refuses a connector that is named twice: DuplicatePartition' {
            Set-ConnectorOffset orders-sink, orders-sink -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed DuplicatePartition SetConnectorOffsetCommand InvalidArgument orders-sink
            Get-Post $t.Stub | Should-BeNull
        }

        It 'refuses a blank name (<Case>): InvalidConnectorName' -ForEach @(
            @{ Case = 'null'; Name = $null }, @{ Case = 'empty'; Name = '' }, @{ Case = 'spaces'; Name = '  ' }, @{ Case = 'an empty list'; Name = @() }
        ) {
            Set-ConnectorOffset -ConnectorName $Name -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidConnectorName SetConnectorOffsetCommand InvalidArgument ($Name -is [string] ? $Name : '')
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'refuses a missing or impossible <What>: <Id>' -ForEach @(
            @{ What = 'environment'; Id = 'InvalidEnvironmentId'; Connect = @{ EnvironmentId = '' }; With = @{}; Target = 'EnvironmentId' }
            @{ What = 'cluster'; Id = 'InvalidKafkaClusterId'; Connect = @{ KafkaClusterId = '' }; With = @{}; Target = 'KafkaClusterId' }
            @{ What = 'environment'; Id = 'InvalidEnvironmentId'; Connect = @{}; With = @{ EnvironmentId = 'lkc-devc80' }; Target = 'lkc-devc80' }
            @{ What = 'cluster'; Id = 'InvalidKafkaClusterId'; Connect = @{}; With = @{ KafkaClusterId = 'env-a12b6' }; Target = 'env-a12b6' }
        ) {
            $t = Connect-Stub $Connect

            Set-ConnectorOffset orders-sink @With -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed $Id SetConnectorOffsetCommand InvalidArgument $Target
            @($t.Stub.Requests).Count | Should-Be 0
        }
    }

    Context 'partitions that the connector does not have' {
        It 'refuses <Given>: PartitionNotFound names the closest, <Closest>' -ForEach @(
            @{ Given = '{"kafka_topic":"orders","kafka_partition":7}'; Closest = '{"kafka_partition":0,"kafka_topic":"orders"}' }
            @{ Given = '{"kafka_topic":"payment","kafka_partition":0}'; Closest = '{"kafka_partition":0,"kafka_topic":"payments"}' }
        ) {
            Add-Connector $t.Stub orders-sink

            Set-ConnectorOffset orders-sink -Partition $Given -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed PartitionNotFound SetConnectorOffsetCommand ObjectNotFound orders-sink
            $failed[0].ToString() | Should-BeLikeString "*$Closest*"
            Get-Post $t.Stub | Should-BeNull
        }

        It 'tells source partitions apart by type and value: <Given>' -ForEach @(
            @{ Given = '{"table":"db.t","protocol":1}' }
            @{ Given = '{"table":"db.t","protocol":"1.0"}' }
            @{ Given = '{"table":"db.t"}' }
            @{ Given = '{"table":"db.t","protocol":"1","more":null}' }
            @{ Given = '{"table":"DB.t","protocol":"1"}' }
            @{ Given = '{"Table":"db.t","protocol":"1"}' }
        ) {
            Add-Connector $t.Stub jdbc (New-OffsetsAnswer '{"partition":{"table":"db.t","protocol":"1"},"offset":{"incrementing":3}}')

            Set-ConnectorOffset jdbc -Partition $Given -Offset '{"incrementing":4}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed PartitionNotFound SetConnectorOffsetCommand ObjectNotFound jdbc
            $failed[0].ToString() | Should-BeLikeString '*{"table":"db.t","protocol":"1"}*'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'refuses a connector without offsets: NoCurrentOffsets' {
            Add-Connector $t.Stub new-sink (New-OffsetsAnswer @())

            Set-ConnectorOffset new-sink -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed NoCurrentOffsets SetConnectorOffsetCommand ObjectNotFound new-sink
            Get-Post $t.Stub | Should-BeNull
        }

        It 'lets both through with -AllowNewPartition, and still prefers the connector''s own literal: <Case>' -ForEach @(
            @{ Case = 'a new one'; Current = '{"partition":{"t": "a"},"offset":{"n":1}}'; Given = '{"t":"b"}'; Sent = '{"t":"b"}' }
            @{ Case = 'no offsets'; Current = ''; Given = '{"t":"b"}'; Sent = '{"t":"b"}' }
            @{ Case = 'an old one'; Current = '{"partition":{"t": "a"},"offset":{"n":1}}'; Given = '{"t":"a"}'; Sent = '{"t": "a"}' }
        ) {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer $Current)

            $null = Set-ConnectorOffset cdc -Partition $Given -Offset '{"n":2}' -AllowNewPartition -Confirm:$false

            (Get-Post $t.Stub)[0].Body | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[{`"partition`":$Sent,`"offset`":{`"n`":2}}]}"
        }
    }

    Context 'what the service answers' {
        BeforeAll {
            $script:Words = '{"error":{"code":42,"message":"the server''s own words"}}'
            $script:Pending = '{"request":{"type":"DELETE","requested_at":"2024-02-20T15:14:19Z"},"status":{"phase":"PENDING_VALIDATION"}}'
        }

        It 'reports <Status> on <Method> <Path> as <Id>, with <Posts> POSTs' -ForEach @(
            @{ Method = 'GET'; Path = 'offsets'; Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied'; Posts = 0 }
            @{ Method = 'GET'; Path = 'offsets'; Status = 404; Id = 'ConnectorNotFound'; Category = 'ObjectNotFound'; Posts = 0 }
            @{ Method = 'GET'; Path = 'offsets'; Status = 429; Id = 'RateLimited'; Category = 'LimitsExceeded'; Posts = 0 }
            @{ Method = 'GET'; Path = 'offsets'; Status = 503; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable'; Posts = 0 }
            @{ Method = 'GET'; Path = 'offsets/request/status'; Status = 500; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable'; Posts = 0 }
            @{ Method = 'GET'; Path = 'offsets/request/status'; Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied'; Posts = 0 }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 400; Id = 'InvalidRequest'; Category = 'InvalidArgument'; Posts = 1 }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 422; Id = 'InvalidRequest'; Category = 'InvalidArgument'; Posts = 1 }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied'; Posts = 1 }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 404; Id = 'ConnectorNotFound'; Category = 'ObjectNotFound'; Posts = 1 }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 409; Id = 'OffsetRequestConflict'; Category = 'ResourceBusy'; Posts = 1 }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 429; Id = 'RateLimited'; Category = 'LimitsExceeded'; Posts = 3 }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 500; Id = 'OffsetRequestUncertain'; Category = 'InvalidResult'; Posts = 1 }
        ) {
            $t = Connect-Stub @{ MaxRetryCount = 2 }
            $null = $t.Stub.Answer($Method, "/a/$Path", $Status, $Words, @{ 'X-Request-Id' = 'req-77' })
            if ($Path -ne 'offsets') { $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink) }
            if ($Method -eq 'POST') { $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $NoRequest) }
            Add-Connector $t.Stub b

            $requests = @(Set-ConnectorOffset a, b -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            $requests.ConnectorName | Should-Be 'b'
            Assert-OffsetError $failed $Id SetConnectorOffsetCommand $Category a
            $failed[0].ToString() | Should-BeLikeString "*the server's own words*"
            $failed[0].ToString() | Should-BeLikeString '*req-77*'
            $failed[0].Exception | Should-HaveType ([ConfluentOffsets.ConfluentApiException])
            $failed[0].Exception.StatusCode | Should-Be $Status
            $failed[0].Exception.RequestId | Should-Be 'req-77'
            @(Get-Post $t.Stub | Where-Object Path -Like '*/a/*').Count | Should-Be $Posts
        }

        It 'reports a connection that is refused as ConnectionFailed, after retries that are safe' {
            $t = Connect-Stub @{ MaxRetryCount = 2 }
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Answer('GET', '/a/offsets/request/status', 200, $NoRequest).Fail('POST', '/a/offsets/request', 'Refused')

            Set-ConnectorOffset a -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed ConnectionFailed SetConnectorOffsetCommand ConnectionError a
            @(Get-Post $t.Stub).Count | Should-Be 3
        }

        It 'takes an unfinished request in the status for OffsetRequestConflict, before the POST: <_>' -ForEach 'PENDING', 'PENDING_VALIDATION', 'SOMETHING_NEW' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink)
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer $_))

            Set-ConnectorOffset a -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy a
            $failed[0].ToString() | Should-BeLikeString "*$_*"
            Get-Post $t.Stub | Should-BeNull
        }

        It 'takes <Status> with an unfinished request in the status for OffsetRequestConflict' -ForEach @(@{ Status = 400 }, @{ Status = 409 }) {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink)
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $NoRequest).Answer('GET', '/a/offsets/request/status', 200, $Pending)
            $null = $t.Stub.Answer('POST', '/a/offsets/request', $Status, $Words)

            Set-ConnectorOffset a -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy a
            $failed[0].ToString() | Should-BeLikeString '*DELETE*PENDING_VALIDATION*own words*'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }

        It 'says OffsetRequestUncertain where the answer to the POST is <Case> and the status does not tell, after one POST' -ForEach @(
            @{ Case = '500'; Fault = $null }, @{ Case = 'lost'; Fault = 'Lost' }, @{ Case = 'never given'; Fault = 'Hang' }
        ) {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Answer('GET', '/a/offsets/request/status', 200, $NoRequest)
            $null = $Fault ? $t.Stub.Fail('POST', '/a/offsets/request', $Fault) : $t.Stub.Answer('POST', '/a/offsets/request', 500, $Words)

            $result = Set-ConnectorOffset a -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            $result | Should-BeNull
            Assert-OffsetError $failed OffsetRequestUncertain SetConnectorOffsetCommand InvalidResult a
            @($failed[0].Exception.AcceptedRequests).Count | Should-Be 0
            @(Get-Post $t.Stub).Count | Should-Be 1
            ($t.Clock.Delays | Measure-Object TotalSeconds -Sum).Sum | Should-BeGreaterThanOrEqual 10
        }

        It 'gives the normal result where the answer to the POST is <Case> and the status shows the request' -ForEach @(
            @{ Case = '500'; Fault = $null }, @{ Case = 'lost'; Fault = 'Lost' }, @{ Case = 'never given'; Fault = 'Hang' }
        ) {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink)
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $NoRequest).Answer('GET', '/a/offsets/request/status', 200, $NoRequest)
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer PENDING -Offsets $Asked -RequestedAt '2024-02-20T15:20:00Z' -Id lcc-9))
            $null = $Fault ? $t.Stub.Fail('POST', '/a/offsets/request', $Fault) : $t.Stub.Answer('POST', '/a/offsets/request', 500, $Words)

            $request = Set-ConnectorOffset a -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false

            $request | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
            $request.ConnectorId | Should-Be 'lcc-9'
            "$($request.Offsets)" | Should-Be 'orders-0: 5'
            $request.RequestedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 20, 0, [System.DateTimeKind]::Utc))
            @(Get-Post $t.Stub).Count | Should-Be 1
        }
    }

    Context 'errors that end the pipeline, and -ErrorAction Stop' {
        It 'ends the pipeline at AuthenticationFailed, after what was accepted before it' {
            'a', 'c' | ForEach-Object { Add-Connector $t.Stub $_ }
            $null = $t.Stub.Answer('GET', '/b/offsets', 401, '{"error":{"code":401,"message":"invalid API key"}}')

            $ended = Invoke-Until { Set-ConnectorOffset a, b, c -Partition $SinkPartition -Offset '{"kafka_offset":5}' -ThrottleLimit 1 -Confirm:$false -ErrorAction SilentlyContinue -WarningAction SilentlyContinue }

            $ended.Emitted.ConnectorName | Should-Be 'a'
            Assert-OffsetError $ended.Error AuthenticationFailed SetConnectorOffsetCommand AuthenticationError b
            $ended.Error.Exception.AcceptedRequests.ConnectorName | Should-Be 'a'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }

        It 'says NotConnected without a connection, and sends nothing' {
            Disconnect-ConfluentCloud

            $ended = Invoke-Until { Set-ConnectorOffset a -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction SilentlyContinue }

            Assert-OffsetError $ended.Error NotConnected SetConnectorOffsetCommand ConnectionError
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'emits every accepted request before the error, carries them in it, and sends nothing after it' {
            $names = 1..10 | ForEach-Object { "c$_" }
            foreach ($name in $names) {
                if ($name -ne 'c3') { Add-Connector $t.Stub $name; continue }
                $null = $t.Stub.Answer('GET', '/c3/offsets', 200, $Sink).Answer('GET', '/c3/offsets/request/status', 200, $NoRequest)
                $null = $t.Stub.Answer('POST', '/c3/offsets/request', 422, '{"error_code":422,"message":"no"}')
            }

            $ended = Invoke-Until { Set-ConnectorOffset $names -Partition $SinkPartition -Offset '{"kafka_offset":5}' -ThrottleLimit 1 -Confirm:$false -ErrorAction Stop -WarningVariable script:warned -WarningAction SilentlyContinue }

            $ended.Emitted.ConnectorName -join ' ' | Should-Be 'c1 c2'
            Assert-OffsetError $ended.Error InvalidRequest SetConnectorOffsetCommand InvalidArgument c3
            $ended.Error.Exception.AcceptedRequests.ConnectorName -join ' ' | Should-Be 'c1 c2'
            $ended.Error.Exception.AcceptedRequests[1].ConnectorName | Should-Be 'c2'
            @(Get-Post $t.Stub | ForEach-Object { $_.Path -replace '^.*connectors/|/offsets.*$' }) -join ' ' | Should-Be 'c1 c2 c3'
            "$warned" | Should-BeLikeString '*c4*c10*'
        }

        It 'does so too with many in flight, for $ErrorActionPreference, and with -Wait: <Case>' -ForEach @(
            @{ Case = 'in flight'; With = @{ ErrorAction = 'Stop' } }
            @{ Case = 'the preference'; With = @{} }
            @{ Case = '-Wait'; With = @{ ErrorAction = 'Stop'; Wait = $true } }
        ) {
            $names = 1..10 | ForEach-Object { "c$_" }
            foreach ($name in $names) {
                $null = $t.Stub.Answer('GET', "/$name/offsets", 200, $Sink)
                $null = $t.Stub.Answer('GET', "/$name/offsets/request/status", 200, $NoRequest)
                if ($name -eq 'c3') {
                    $null = $t.Stub.Answer('POST', '/c3/offsets/request', 422, '{}')
                    continue
                }
                $null = $t.Stub.Answer('GET', "/$name/offsets/request/status", 200, (New-StatusAnswer -Offsets $Asked -RequestedAt '2024-02-20T15:20:00Z'))
                $null = $t.Stub.Answer('POST', "/$name/offsets/request", 202, (New-AcceptedAnswer))
            }
            $ErrorActionPreference = 'Stop'

            $ended = Invoke-Until { Set-ConnectorOffset $names -Partition $SinkPartition -Offset '{"kafka_offset":5}' @With -ThrottleLimit 4 -Confirm:$false -WarningAction SilentlyContinue }

            Assert-OffsetError $ended.Error InvalidRequest SetConnectorOffsetCommand InvalidArgument c3
            $accepted = @(Get-Post $t.Stub | ForEach-Object { $_.Path -replace '^.*connectors/|/offsets.*$' } | Where-Object { $_ -ne 'c3' } | Sort-Object) -join ' '

            # None at all, where the refusal was the first answer.
            @($ended.Emitted | ForEach-Object ConnectorName | Sort-Object) -join ' ' | Should-Be $accepted
            @($ended.Error.Exception.AcceptedRequests | ForEach-Object ConnectorName | Sort-Object) -join ' ' | Should-Be $accepted
        }

        It 'does not send a request any more that was about to be sent when another was refused' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Answer('GET', '/a/offsets/request/status', 200, $NoRequest)
            $null = $t.Stub.Answer('POST', '/a/offsets/request', 422, '{}')

            # b's status takes five more rounds than a's.
            1..5 | ForEach-Object { $null = $t.Stub.Answer('GET', '/b/offsets/request/status', 503, '{}') }
            Add-Connector $t.Stub b
            $t.Stub.Latency = [timespan]::FromMilliseconds(100)

            $ended = Invoke-Until { Set-ConnectorOffset a, b -Partition $SinkPartition -Offset '{"kafka_offset":5}' -Confirm:$false -ErrorAction Stop -WarningAction SilentlyContinue }

            Assert-OffsetError $ended.Error InvalidRequest SetConnectorOffsetCommand InvalidArgument a
            @(Get-Post $t.Stub | ForEach-Object { $_.Path -replace '^.*connectors/|/offsets.*$' }) -join ' ' | Should-Be 'a'
        }

        It 'goes on to the others without Stop' {
            'a', 'c' | ForEach-Object { Add-Connector $t.Stub $_ }
            $null = $t.Stub.Answer('GET', '/b/offsets', 404, '{}')

            $requests = @(Set-ConnectorOffset a, b, c -Partition $SinkPartition -Offset '{"kafka_offset":5}' -ThrottleLimit 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            $requests.ConnectorName -join ' ' | Should-Be 'a c'
            Assert-OffsetError $failed ConnectorNotFound SetConnectorOffsetCommand ObjectNotFound b
        }
    }
}
