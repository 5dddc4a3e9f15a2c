BeforeAll {
    . $PSScriptRoot/common.ps1

    # The error by which a command ends.
    function Get-TerminatingError {
        param([scriptblock] $Body)
        try { $null = & $Body }
        catch { return $_ }
        throw 'No error.'
    }

    $script:Item = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":50}}'
}

Describe 'Errors' {
    BeforeEach {
        $t = Connect-Stub @{ MaxRetryCount = 0 }
        $null = $t.Stub.Answer('GET', '/good/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
        $null = $t.Stub.Answer('GET', '/good/offsets/request/status', 200, (New-StatusAnswer))
    }

    Context 'answers' {
        It '<Status> is <Id>, with the service''s words, and the other connectors go on' -ForEach @(
            @{ Status = 400; Id = 'InvalidRequest'; Category = 'InvalidArgument' }
            @{ Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied' }
            @{ Status = 404; Id = 'ConnectorNotFound'; Category = 'ObjectNotFound' }
            @{ Status = 405; Id = 'InvalidRequest'; Category = 'InvalidArgument' }
            @{ Status = 408; Id = 'RequestTimeout'; Category = 'OperationTimeout' }
            @{ Status = 409; Id = 'OffsetRequestConflict'; Category = 'ResourceBusy' }
            @{ Status = 422; Id = 'InvalidRequest'; Category = 'InvalidArgument' }
            @{ Status = 429; Id = 'RateLimited'; Category = 'LimitsExceeded' }
            @{ Status = 500; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable' }
            @{ Status = 501; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable' }
            @{ Status = 502; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable' }
            @{ Status = 503; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable' }
            @{ Status = 504; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable' }
            @{ Status = 302; Id = 'UnexpectedResponse'; Category = 'InvalidData' }
        ) {
            $null = $t.Stub.Answer('GET', '/bad/offsets', $Status, '{"error":{"code":"E77","message":"the words of the service"}}', @{ 'X-Request-Id' = 'req-4711' })

            $rows = @(Get-ConnectorOffset bad, good -ErrorVariable problem -ErrorAction SilentlyContinue)

            $rows.ConnectorName | Should-Be 'good'
            Assert-OffsetError $problem $Id GetConnectorOffsetCommand $Category bad
            $exception = $problem[0].Exception
            $exception | Should-HaveType ([ConfluentOffsets.ConfluentApiException])
            foreach ($words in 'the words of the service', "$Status", 'req-4711', "'bad'", 'env-a12b6', 'lkc-devc80') {
                $exception.Message.Contains($words) | Should-BeTrue -Because "'$($exception.Message)' has to hold '$words'"
            }
            $problem[0].ErrorDetails.Message | Should-Be $exception.Message
        }

        It '401 is AuthenticationFailed and ends the pipeline' {
            $null = $t.Stub.Answer('GET', '/denied/offsets', 401, '{"error":{"code":401,"message":"no such key"}}', @{ 'X-Request-Id' = 'req-4712' })
            $seen = [System.Collections.Generic.List[object]]::new()

            $record = Get-TerminatingError { 'good', 'denied', 'good2', 'good3' | Get-ConnectorOffset -ThrottleLimit 1 -ErrorAction SilentlyContinue | ForEach-Object { $seen.Add($_) } }

            Assert-OffsetError $record AuthenticationFailed GetConnectorOffsetCommand AuthenticationError denied
            $record.Exception.Message | Should-MatchString 'no such key.*req-4712'
            $seen.ConnectorName | Should-Be 'good'
        }

        It 'after retries still has the service''s words, and how often it was tried' {
            $t = Connect-Stub @{ MaxRetryCount = 2 }
            $null = $t.Stub.Answer('GET', '/offsets', 503, '{"error_code":50301,"message":"drained for repair"}', @{ 'X-Request-Id' = 'req-9' })

            $null = Get-ConnectorOffset x -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ServiceUnavailable GetConnectorOffsetCommand ResourceUnavailable x
            $problem[0].Exception.Message | Should-MatchString '503.*drained for repair.*req-9.*3 attempts'
            $t.Stub.Requests.Count | Should-Be 3
        }

        It '<Fault> is <Id>' -ForEach @(
            @{ Fault = 'Refused'; Id = 'ConnectionFailed'; Category = 'ConnectionError'; Words = 'refused' }
            @{ Fault = 'Lost'; Id = 'ConnectionFailed'; Category = 'ConnectionError'; Words = 'ended prematurely' }
            @{ Fault = 'Hang'; Id = 'RequestTimeout'; Category = 'OperationTimeout'; Words = '30 s' }
        ) {
            $null = $t.Stub.Fail('GET', '/bad/offsets', $Fault)

            $rows = @('bad', 'good' | Get-ConnectorOffset -ErrorVariable problem -ErrorAction SilentlyContinue)

            $rows.ConnectorName | Should-Be 'good'
            Assert-OffsetError $problem $Id GetConnectorOffsetCommand $Category bad
            $exception = $problem[0].Exception
            $exception | Should-HaveType ([ConfluentOffsets.ConfluentApiException])
            $exception.Message | Should-MatchString $Words
            $exception.StatusCode | Should-BeNull
            $exception.Method | Should-Be 'GET'
            "$($exception.RequestUri)" | Should-Be "https://api.confluent.cloud$ConnectorPath/bad/offsets"
        }

        It 'that are not the documented JSON are UnexpectedResponse: <Body>' -ForEach @(
            @{ Body = '<html><title>Sign in</title></html>' }
            @{ Body = '' }
            @{ Body = '[]' }
            @{ Body = '{"offsets":{}}' }
            @{ Body = '{"offsets":[1]}' }
            @{ Body = '{"offsets":[{"partition":"x"}]}' }
            @{ Body = '{"offsets":[' }
        ) {
            $null = $t.Stub.Answer('GET', '/bad/offsets', 200, $Body, @{ 'X-Request-Id' = 'req-8' })

            $rows = @(Get-ConnectorOffset bad, good -ErrorVariable problem -ErrorAction SilentlyContinue)

            $rows.ConnectorName | Should-Be 'good'
            Assert-OffsetError $problem UnexpectedResponse GetConnectorOffsetCommand InvalidData bad
            $problem[0].Exception.StatusCode | Should-Be 200
            $problem[0].Exception.Message | Should-MatchString '200.*req-8'
            "$($problem[0].Exception.ResponseBody)" | Should-Be $Body
        }

        It 'to the list of connectors are errors of the cluster: <Status>' -ForEach @(
            @{ Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied' }
            @{ Status = 404; Id = 'ConnectorNotFound'; Category = 'ObjectNotFound' }
            @{ Status = 200; Id = 'UnexpectedResponse'; Category = 'InvalidData' }
        ) {
            $null = $t.Stub.Answer('GET', '/connectors', $Status, '{"error":{"code":1,"message":"not this"}}')

            $null = Get-ConnectorOffset -ErrorVariable problem -ErrorAction SilentlyContinue
            $null = Get-ConnectorOffset 'good*' -ErrorVariable ofPattern -ErrorAction SilentlyContinue

            Assert-OffsetError $problem $Id GetConnectorOffsetCommand $Category lkc-devc80
            Assert-OffsetError $ofPattern $Id GetConnectorOffsetCommand $Category lkc-devc80
            "$ofPattern" | Should-Be "$problem"
            "$problem" | Should-BeLikeString 'Connectors of env-a12b6, lkc-devc80: *'
            $t.Stub.Requests.Count | Should-Be 2
        }
    }

    Context 'the exception' {
        It 'has all facts of <Name>' -ForEach @(
            @{ Name = 'an error object'; Body = '{"error":{"code":404,"message":"gone"}}'; Code = '404' }
            @{ Name = 'an error object with a code of letters'; Body = '{"status":404,"error":{"code":"NOT_FOUND","message":"gone"},"requestId":"x"}'; Code = 'NOT_FOUND' }
            @{ Name = 'an error code'; Body = '{"error_code":40401,"message":"gone"}'; Code = '40401' }
            @{ Name = 'a list of errors'; Body = '{"errors":[{"id":"1","status":"404","code":"resource_missing","title":"gone","detail":"for good"}]}'; Code = 'resource_missing' }
        ) {
            $null = $t.Stub.Answer('GET', '/x/offsets', 404, $Body, @{ 'X-Request-Id' = 'req-1'; 'Retry-After' = 12 })

            $null = Get-ConnectorOffset x -ErrorVariable problem -ErrorAction SilentlyContinue

            $exception = $problem[0].Exception
            $exception.StatusCode | Should-Be 404
            $exception.ErrorCode | Should-Be $Code
            $exception.RequestId | Should-Be 'req-1'
            $exception.RetryAfter | Should-Be ([timespan]::FromSeconds(12))
            $exception.Method | Should-Be 'GET'
            "$($exception.RequestUri)" | Should-Be "https://api.confluent.cloud$ConnectorPath/x/offsets"
            $exception.ResponseBody | Should-BeString -CaseSensitive $Body
            $exception.Message | Should-MatchString 'gone'
        }

        It 'has no facts that were not given' {
            $null = $t.Stub.Answer('GET', '/x/offsets', 404, $null)

            $null = Get-ConnectorOffset x -ErrorVariable problem -ErrorAction SilentlyContinue

            $exception = $problem[0].Exception
            $exception.ErrorCode | Should-BeNull
            $exception.RequestId | Should-BeNull
            $exception.RetryAfter | Should-BeNull
            $exception.ResponseBody | Should-BeNull
            $exception.Message | Should-MatchString '404'
        }

        It 'keeps a bounded part of the body, and one line of it in the message' {
            $null = $t.Stub.Answer('GET', '/x/offsets', 502, ('<html><title>Bad' + [char]10 + [char]27 + '[31mgateway</title>' + ('z' * 100000)))

            $null = Get-ConnectorOffset x -ErrorVariable problem -ErrorAction SilentlyContinue

            $problem[0].Exception.ResponseBody.Length | Should-Be 4096
            $problem[0].Exception.Message | Should-NotMatchString '[\x00-\x1f]'
            $problem[0].Exception.Message.Length | Should-BeLessThan 500
        }

        It 'is of a POST where the POST was refused' {
            $null = $t.Stub.Answer('POST', '/good/offsets/request', 422, '{"error":{"code":422,"message":"bad offset"}}', @{ 'X-Request-Id' = 'req-2' })

            $null = Set-ConnectorOffset good -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidRequest SetConnectorOffsetCommand InvalidArgument good
            $problem[0].Exception.Method | Should-Be 'POST'
            $problem[0].Exception.StatusCode | Should-Be 422
            $problem[0].Exception.Message | Should-MatchString 'bad offset.*req-2'
        }
    }

    Context 'input' {
        It 'is NotConnected without a connection, and ends the pipeline' {
            $saved = $env:CONFLUENT_CLOUD_API_KEY
            $env:CONFLUENT_CLOUD_API_KEY = $null
            Disconnect-ConfluentCloud

            try { $record = Get-TerminatingError { 'a', 'b' | Get-ConnectorOffset -ErrorAction SilentlyContinue } }
            finally { $env:CONFLUENT_CLOUD_API_KEY = $saved }

            Assert-OffsetError $record NotConnected GetConnectorOffsetCommand ConnectionError
            $record.ErrorDetails.RecommendedAction | Should-MatchString 'Connect-ConfluentCloud'
        }

        It 'is <Id> where <Name>, and nothing is sent' -ForEach @(
            @{ Name = 'the environment is a cluster'; Id = 'InvalidEnvironmentId'; Given = @{ EnvironmentId = 'lkc-devc80' }; Target = 'lkc-devc80' }
            @{ Name = 'the cluster is an environment'; Id = 'InvalidKafkaClusterId'; Given = @{ KafkaClusterId = 'env-a12b6' }; Target = 'env-a12b6' }
        ) {
            $null = Get-ConnectorOffset x @Given -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem $Id GetConnectorOffsetCommand InvalidArgument $Target
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'is <Id> where neither parameter nor connection has one' -ForEach @(
            @{ Id = 'InvalidEnvironmentId'; Missing = 'EnvironmentId'; Variable = 'CONFLUENT_ENVIRONMENT_ID' }
            @{ Id = 'InvalidKafkaClusterId'; Missing = 'KafkaClusterId'; Variable = 'KAFKA_ID' }
        ) {
            $saved = [Environment]::GetEnvironmentVariable($Variable)
            [Environment]::SetEnvironmentVariable($Variable, $null)
            try { $bare = Connect-Stub @{ $Missing = '' } }
            finally { [Environment]::SetEnvironmentVariable($Variable, $saved) }

            $null = Get-ConnectorOffset -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem $Id GetConnectorOffsetCommand InvalidArgument $Missing
            $bare.Stub.Requests.Count | Should-Be 0
        }

        It 'names both ids where both are missing, and of a connector that is not there its case' {
            $names = 'CONFLUENT_ENVIRONMENT_ID', 'KAFKA_ID'
            $saved = $names.ForEach{ [Environment]::GetEnvironmentVariable($_) }
            $names.ForEach{ [Environment]::SetEnvironmentVariable($_, $null) }
            try { $null = Connect-Stub @{ EnvironmentId = ''; KafkaClusterId = '' } }
            finally { 0, 1 | ForEach-Object { [Environment]::SetEnvironmentVariable($names[$_], $saved[$_]) } }

            $null = Get-ConnectorOffset -ErrorVariable problem -ErrorAction SilentlyContinue
            $null = Connect-Sandbox
            $null = Get-ConnectorOffset Orders-Sink -ErrorVariable other -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidEnvironmentId GetConnectorOffsetCommand InvalidArgument EnvironmentId
            "$problem" | Should-MatchString '-EnvironmentId.*-KafkaClusterId'
            $other[0].ErrorDetails.RecommendedAction | Should-MatchString 'case'
        }

        It 'of Set-ConnectorOffset is <Id>, and no POST is sent' -ForEach @(
            @{ Id = 'DuplicatePartition'; Category = 'InvalidArgument'; Given = @{ Topic = 'orders'; KafkaPartition = 0, 0; KafkaOffset = 5 } }
            @{ Id = 'InvalidOffset'; Category = 'InvalidArgument'; Given = @{ Partition = @{ kafka_topic = 'orders'; kafka_partition = 0 }; Offset = '{"kafka_offset":' } }
            @{ Id = 'InvalidPartition'; Category = 'InvalidArgument'; Given = @{ Partition = '{}'; Offset = @{ kafka_offset = 5 } } }
            @{ Id = 'PartitionNotFound'; Category = 'ObjectNotFound'; Given = @{ Topic = 'orders'; KafkaPartition = 7; KafkaOffset = 5 } }
            @{ Id = 'NoCurrentOffsets'; Category = 'ObjectNotFound'; Given = @{ ConnectorName = 'empty'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 } }
            @{ Id = 'OffsetRequestConflict'; Category = 'ResourceBusy'; Given = @{ ConnectorName = 'busy'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 } }
        ) {
            $null = $t.Stub.Answer('GET', '/empty/offsets', 200, '{"offsets":[]}').Answer('GET', '/busy/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
            $null = $t.Stub.Answer('GET', '/busy/offsets/request/status', 200, (New-StatusAnswer -Phase PENDING))
            if (-not $Given.ContainsKey('ConnectorName')) { $Given.ConnectorName = 'good' }

            $null = Set-ConnectorOffset @Given -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem $Id SetConnectorOffsetCommand $Category
            @(Get-Post $t.Stub).Count | Should-Be 0
            if ($Id -eq 'InvalidOffset') { $problem[0].ErrorDetails.RecommendedAction | Should-MatchString '0 or more' }
        }
    }

    Context 'outcomes' {
        It 'are OffsetRequestUncertain where the POST''s fate cannot be found out' {
            $null = $t.Stub.Fail('POST', '/good/offsets/request', 'Lost')
            $started = $t.Clock.GetUtcNow()

            $null = Set-ConnectorOffset good -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem OffsetRequestUncertain SetConnectorOffsetCommand InvalidResult good
            @(Get-Post $t.Stub).Count | Should-Be 1
            ($t.Clock.GetUtcNow() - $started).TotalSeconds | Should-BeGreaterThanOrEqual 10
        }

        It 'are PartialResetNotConfirmed where the answer does not name the partitions' {
            $null = $t.Stub.Answer('POST', '/good/offsets/request', 202, (New-AcceptedAnswer -Type DELETE -Offsets '[]'))

            $request = Reset-ConnectorOffset good -Topic orders -KafkaPartition 0 -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            $request.Type | Should-Be 'DELETE'
            Assert-OffsetError $problem PartialResetNotConfirmed ResetConnectorOffsetCommand InvalidResult
        }

        It 'are ConfirmationUnavailable where nobody can answer, and nothing is sent' {
            # A runspace without a host cannot ask.
            $shell = [powershell]::Create()
            try {
                $record = $shell.AddScript({
                        param($Manifest, $Connection)
                        Import-Module $Manifest
                        try { Set-ConnectorOffset good -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Connection $Connection -ErrorAction SilentlyContinue } catch { $_ }
                    }).AddParameters(@{ Manifest = Join-Path $RepoRoot 'ConfluentOffsets.psd1'; Connection = $t.Connection }).Invoke()
            }
            finally {
                $shell.Dispose()
            }

            Assert-OffsetError $record ConfirmationUnavailable SetConnectorOffsetCommand InvalidOperation good
            $record[0].ErrorDetails.RecommendedAction | Should-MatchString '-Confirm:\$false'
            @(Get-Post $t.Stub).Count | Should-Be 0
        }
    }

    Context 'a record' {
        It 'is shown with what to do' {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
            try {
                $null = Get-ConnectorOffset nobody -ErrorVariable problem -ErrorAction SilentlyContinue
                $text = $problem | Out-String -Width 500
            }
            finally { $PSStyle.OutputRendering = $rendering }

            $text | Should-MatchString "Connector 'nobody' \(env-a12b6, lkc-devc80\) was not found"

            # Earlier ones have it in ErrorDetails, and do not show it.
            if ($PSVersionTable.PSVersion -ge '7.5') { $text | Should-MatchString 'Recommendation: Check the connector' }
        }

        It 'has no accepted requests where none were' {
            $null = Get-ConnectorOffset nobody -ErrorVariable problem -ErrorAction SilentlyContinue

            @($problem[0].Exception.AcceptedRequests).Count | Should-Be 0
        }
    }
}
