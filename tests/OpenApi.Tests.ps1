# The module over real HTTP, against a server that answers from the OpenAPI document and checks what it gets by it.
BeforeDiscovery {
    . $PSScriptRoot/openapi-server/server.ps1
    $obstacle = Get-PrismObstacle
    $codes = 400, 401, 403, 404, 429, 500
}

Describe 'The OpenAPI document' -ForEach @{ Obstacle = $obstacle } {
    if ($Obstacle) {
        It "is met over real HTTP (not tested here: $Obstacle)" -Skip { }
        return
    }

    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/openapi-server/server.ps1
        $document = Get-Content "$PSScriptRoot/openapi-server/connect-v1-offsets.yaml" -Raw
        $server = $null
        Install-Prism
        $server = Start-Prism -LogFolder $TestDrive

        # A connection to the server as this runspace's default. HTTP is real, delays take no time.
        function Connect-Prism {
            param([hashtable] $With = @{ Credential = New-TestCredential })
            $handler = [ConfluentOffsets.TestSupport.PreferHandler]::new()
            $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
            Connect-ConfluentCloud @With -BaseUri $server.BaseUri -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $handler -TimeProvider $clock -MaxRetryCount 2
            [pscustomobject]@{ Handler = $handler; Clock = $clock }
        }

        function Get-Sent {
            param([string] $Method, [string] $Path = '')
            @($t.Handler.Requests | Where-Object { $_.Method -eq $Method -and $_.Path.EndsWith($Path) })
        }

        # The body of the request that the document shows, written as the module writes.
        function Get-ExampleRequest {
            param([string] $Name)
            (Get-Content "$PSScriptRoot/fixtures/openapi/request-$Name.json" -Raw) -replace '\s'
        }
    }

    AfterAll {
        Get-ConfluentCloudConnection | Disconnect-ConfluentCloud
        Stop-Prism $server
    }

    BeforeEach {
        $t = Connect-Prism
        $expectedViolations = 0
    }

    AfterEach {
        @($t.Handler.Violations).Count | Should-Be $expectedViolations -Because "Prism found: $($t.Handler.Violations -join '; ')"
        @($t.Handler.Requests).Count | Should-BeGreaterThan 0
        $t.Handler.Dispose()
    }

    Context 'the server' {
        It 'finds <What>' -ForEach @(
            @{ What = 'a body that breaks the document'; Method = 'POST'; Path = 'offsets/request'; Body = '{"type":"PUT"}'; Key = 'a:b' }
            @{ What = 'a body without what it must have'; Method = 'POST'; Path = 'offsets/request'; Body = '{"offsets":[]}'; Key = 'a:b' }
            @{ What = 'a missing credential'; Method = 'GET'; Path = 'offsets'; Body = $null; Key = $null }
            @{ What = 'a path that the document does not have'; Method = 'GET'; Path = 'offset'; Body = $null; Key = 'a:b' }
        ) {
            $expectedViolations = 1
            $client = [System.Net.Http.HttpMessageInvoker]::new($t.Handler, $false)
            $request = [System.Net.Http.HttpRequestMessage]::new($Method, "$($server.BaseUri)$ConnectorPath/x/$Path")
            if ($Key) { $null = $request.Headers.TryAddWithoutValidation('Authorization', "Basic $([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Key)))") }
            if ($Body) { $request.Content = [System.Net.Http.StringContent]::new($Body, $null, 'application/json') }

            $status = [int] $client.SendAsync($request, [System.Threading.CancellationToken]::None).GetAwaiter().GetResult().StatusCode

            $status | Should-BeGreaterThanOrEqual 400
        }

        It 'has the named examples that are used here, and no other' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink')
            $named = [regex]::Matches($document, '(?m)^(?<indent> +)examples:\n(?<body>(?:\k<indent> .*\n)+)') | ForEach-Object {
                [regex]::Matches($_.Groups['body'].Value, "(?m)^ {$($_.Groups['indent'].Length + 2)}(?<name>\S.*):$") | ForEach-Object { $_.Groups['name'].Value }
            }

            $null = Get-ConnectorOffset x

            ($named | Sort-Object) -join ', ' | Should-Be 'delete, delete, delete, patch, patch sink, patch source, sink, sink - pending patch operation, source, source - applied patch operation'
        }
    }

    Context 'GET offsets' {
        It 'reads the example of a sink' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink')

            $rows = @(Get-ConnectorOffset MysqlSinkConnector)

            $rows.Count | Should-Be 2
            $rows.Topic -join ' ' | Should-Be 'topic_A topic_B'
            $rows.KafkaPartition -join ' ' | Should-Be '0 1'
            $rows.KafkaOffset -join ' ' | Should-Be '20032323 20032322'
            $rows[0].ConnectorId | Should-Be 'lcc-as341'
            $rows[0].ObservedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc))
        }

        It 'reads the example of a source' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=source')

            $rows = @(Get-ConnectorOffset MysqlSourceConnector)

            $rows.Count | Should-Be 1
            "$($rows[0].Partition)" | Should-Be '{"protocol":1,"table":"sourcedb.sourcetable"}'
            "$($rows[0].Offset)" | Should-Be '{"timestamp_nanos":0,"incrementing":3,"timestamp":1699142400000}'
            $rows[0].Topic | Should-BeNull
        }

        It 'authenticates by <Kind>' -ForEach @(
            @{ Kind = 'ApiKey'; With = { @{ Credential = New-TestCredential } } }
            @{ Kind = 'AccessToken'; With = { @{ AccessToken = ConvertTo-SecureString 'eyJhbGciOiJ.x.y' -AsPlainText -Force } } }
        ) {
            $t = Connect-Prism (& $With)
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink')

            $rows = @(Get-ConnectorOffset x)

            $rows.Count | Should-Be 2
            (Get-ConfluentCloudConnection).AuthenticationKind | Should-Be $Kind
        }

        It 'escapes the name <_>' -ForEach 'my connector', 'a/b', '50%', 'a%2Fb', '#1', 'a+b', 'Größe', "it's", 'a;b=c' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink')

            $rows = @(Get-ConnectorOffset $_)

            $rows.Count | Should-Be 2
            $rows[0].ConnectorName | Should-Be $_
            @(Get-Sent GET)[0].Path | Should-Be "$ConnectorPath/$([uri]::EscapeDataString($_))/offsets"
        }
    }

    Context 'GET status' {
        It 'reads the example <Example>' -ForEach @(
            @{ Example = 'sink - pending patch operation'; Phase = 'PENDING'; Type = 'PATCH'; Offset = '{"kafka_offset":1000}'; Previous = ''; AppliedAt = $null }
            @{ Example = 'source - applied patch operation'; Phase = 'APPLIED'; Type = 'PATCH'; Offset = '{"timestamp_nanos":0,"incrementing":3,"timestamp":1699000000000}'
                Previous = '{"timestamp_nanos":0,"incrementing":2,"timestamp":1698329479943}'; AppliedAt = '2024-02-20T15:14:20Z' }
            @{ Example = 'delete'; Phase = 'APPLIED'; Type = 'DELETE'; Offset = ''
                Previous = '{"timestamp_nanos":0,"incrementing":2,"timestamp":1698329479943}'; AppliedAt = '2024-02-20T15:14:20Z' }
        ) {
            $null = $t.Handler.Prefer('GET', '/status', "example=$Example")

            $status = Get-ConnectorOffsetRequest MysqlConnector

            $status.Phase | Should-Be $Phase
            $status.Request.Type | Should-Be $Type
            @($status.Request.Offsets | ForEach-Object { "$($_.Offset)" }) -join ' ' | Should-Be $Offset
            @($status.PreviousOffsets | ForEach-Object { "$($_.Offset)" }) -join ' ' | Should-Be $Previous
            $status.Request.RequestedAt.ToString('s') | Should-Be '2024-02-20T15:14:19'
            if ($AppliedAt) { $status.AppliedAt.ToString('yyyy-MM-ddTHH:mm:ssZ') | Should-Be $AppliedAt } else { $status.AppliedAt | Should-BeNull }
        }

        It 'waits for the latest request of a connector until it is applied' {
            $null = $t.Handler.Prefer('GET', '/status', 'example=sink - pending patch operation').
            Prefer('GET', '/status', 'example=sink - pending patch operation').
            Prefer('GET', '/status', 'example=source - applied patch operation')

            $status = @(Wait-ConnectorOffsetRequest -ConnectorName x -WarningVariable warnings -WarningAction SilentlyContinue)

            $status.Count | Should-Be 1
            $status[0].Phase | Should-Be 'APPLIED'
            @(Get-Sent GET '/status').Count | Should-Be 3
            "$warnings" | Should-BeLikeString '*outside Connect*'
        }
    }

    Context 'POST request' {
        BeforeEach {
            # The status before ours is of another kind than ours.
            $null = $t.Handler.Prefer('GET', '/status', 'example=delete')
        }

        It 'sends the example of a sink by topic and partition' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink').Prefer('POST', '/request', 'example=patch')

            $request = @(Set-ConnectorOffset MysqlSinkConnector -Topic topic_A -KafkaPartition 0 -KafkaOffset 1000 -Confirm:$false)

            $request.Count | Should-Be 1
            $request[0].Type | Should-Be 'PATCH'
            $request[0].ConnectorId | Should-Be 'lcc-sa32er'
            @(Get-Sent POST '/offsets/request' | ForEach-Object Body) -join ' ' | Should-Be (Get-ExampleRequest patch-sink)
        }

        It 'sends a partition and an offset as <Form>' -ForEach @(
            @{ Form = 'hashtables'
                Partition = @{ kafka_topic = 'topic_A'; kafka_partition = 0 }; Offset = @{ kafka_offset = 1000 } }
            @{ Form = 'objects'
                Partition = [pscustomobject]@{ kafka_partition = 0; kafka_topic = 'topic_A' }; Offset = [pscustomobject]@{ kafka_offset = 1000 } }
            @{ Form = 'JSON text'
                Partition = '{"kafka_topic":"topic_A","kafka_partition":0}'; Offset = '{ "kafka_offset": 1000 }' }
        ) {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink').Prefer('POST', '/request', 'example=patch')

            $null = Set-ConnectorOffset MysqlSinkConnector -Partition $Partition -Offset $Offset -Confirm:$false

            $body = @(Get-Sent POST).Body | ConvertFrom-Json
            $body.type | Should-Be 'PATCH'
            $body.offsets[0].partition.kafka_topic | Should-Be 'topic_A'
            $body.offsets[0].partition.kafka_partition | Should-Be 0
            $body.offsets[0].offset.kafka_offset | Should-Be 1000
        }

        It 'sends the example of a source, and waits until it is applied' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=source').Prefer('POST', '/request', 'example=patch').
            Prefer('GET', '/status', 'example=source - applied patch operation')

            $status = @(Get-ConnectorOffset MysqlSourceConnector |
                    Set-ConnectorOffset -Offset '{"timestamp_nanos":0,"incrementing":3,"timestamp":1699000000000}' -Wait -Confirm:$false -WarningAction SilentlyContinue)

            $status.Count | Should-Be 1
            $status[0].Phase | Should-Be 'APPLIED'
            $status[0].PreviousOffsets[0].Offset.incrementing | Should-Be 2
            @(Get-Sent POST | ForEach-Object Body) -join ' ' | Should-Be (Get-ExampleRequest patch-source)
        }

        It 'sends the rows of one connector, piped back, as one request' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink').Prefer('POST', '/request', 'example=patch')

            $request = @(Get-ConnectorOffset MysqlSinkConnector | Set-ConnectorOffset -Confirm:$false)

            $request.Count | Should-Be 1
            @(Get-Sent POST).Count | Should-Be 1
            @(((Get-Sent POST).Body | ConvertFrom-Json).offsets.offset.kafka_offset) -join ' ' | Should-Be '20032323 20032322'
        }

        It 'sends the example of a full reset, and waits until it is applied' {
            $t = Connect-Prism
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=source').Prefer('POST', '/request', 'example=delete').
            Prefer('GET', '/status', 'example=source - applied patch operation').Prefer('GET', '/status', 'example=delete')

            $status = @(Reset-ConnectorOffset MySourceConnector -All -Wait -Confirm:$false -WarningAction SilentlyContinue)

            $status.Count | Should-Be 1
            $status[0].Phase | Should-Be 'APPLIED'
            $status[0].Request.Type | Should-Be 'DELETE'
            @(Get-Sent POST '/offsets/request' | ForEach-Object Body) -join ' ' | Should-Be (Get-ExampleRequest delete)
        }

        It 'sends a reset of some partitions as the document has it' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink').Prefer('POST', '/request', 'example=patch')

            $null = Reset-ConnectorOffset MysqlSinkConnector -Topic topic_A -KafkaPartition 0 -Confirm:$false -ErrorAction SilentlyContinue

            @(Get-Sent POST | ForEach-Object Body) -join ' ' | Should-Be '{"type":"DELETE","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"topic_A"}}]}'
        }

        It 'sends nothing with -WhatIf' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink')

            Set-ConnectorOffset MysqlSinkConnector -Topic topic_A -KafkaPartition 0 -KafkaOffset 1000 -WhatIf

            @(Get-Sent POST).Count | Should-Be 0
        }

        It 'times out on a request that stays pending, and says so' {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink').Prefer('POST', '/request', 'example=patch').
            Prefer('GET', '/status', 'example=sink - pending patch operation')

            $status = @(Set-ConnectorOffset MysqlSinkConnector -Topic topic_A -KafkaPartition 0 -KafkaOffset 1000 -Wait -Timeout 60 -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue)

            $status.Count | Should-Be 0
            Assert-OffsetError $errors OffsetRequestTimeout SetConnectorOffsetCommand OperationTimeout
        }

        It 'sends nothing while another request is pending' {
            $t = Connect-Prism
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink').Prefer('GET', '/status', 'example=sink - pending patch operation')

            Set-ConnectorOffset MysqlSinkConnector -Topic topic_A -KafkaPartition 0 -KafkaOffset 1000 -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue

            Assert-OffsetError $errors OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy MysqlSinkConnector
            @(Get-Sent POST).Count | Should-Be 0
        }
    }

    Context 'errors' {
        BeforeDiscovery {
            $expected = @{
                400 = @{ Id = 'InvalidRequest'; Category = 'InvalidArgument'; Message = 'Bad Request'; Attempts = 1 }
                401 = @{ Id = 'AuthenticationFailed'; Category = 'AuthenticationError'; Message = 'Unauthorized'; Attempts = 1 }
                403 = @{ Id = 'AccessDenied'; Category = 'PermissionDenied'; Message = 'Forbidden'; Attempts = 1 }
                404 = @{ Id = 'ConnectorNotFound'; Category = 'ObjectNotFound'; Message = 'resource not found'; Attempts = 1 }
                429 = @{ Id = 'RateLimited'; Category = 'LimitsExceeded'; Message = '429'; Attempts = 3 }
                500 = @{ Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable'; Message = 'Internal Server Error'; Attempts = 3 }
            }
            $reads = foreach ($code in $codes) { @{ Code = $code } + $expected[$code] }

            # A POST is repeated after a 429 only; a 500 leaves open what became of it.
            $expected[500] = @{ Id = 'OffsetRequestUncertain'; Category = 'InvalidResult'; Message = 'Internal Server Error'; Attempts = 1 }
            $posts = foreach ($code in $codes) { @{ Code = $code } + $expected[$code] }
        }

        BeforeAll {
            # Runs a command and gives its errors, also one that ends the pipeline.
            function Get-ErrorOf {
                param([scriptblock] $Script)
                $ErrorActionPreference = 'Continue'
                try { & $Script 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } }
                catch { $_ }
            }

            function Assert-ApiError {
                param($ErrorRecord, [hashtable] $Case, [string] $Command)
                Assert-OffsetError $ErrorRecord $Case.Id $Command $Case.Category 'x'
                $exception = @($ErrorRecord)[0].Exception
                $exception.StatusCode | Should-Be $Case.Code
                $exception.Message | Should-BeLikeString "*$($Case.Message)*"
                $exception.Message | Should-BeLikeString "*$($Case.Code)*"
                if ($Case.Code -eq 429) { $exception.RequestId | Should-Be 'string' }
            }
        }

        It 'GET offsets: <Code> is <Id>' -ForEach $reads {
            $null = $t.Handler.Prefer('GET', '/offsets', "code=$Code")

            $errors = Get-ErrorOf { Get-ConnectorOffset x }

            Assert-ApiError $errors $_ GetConnectorOffsetCommand
            @(Get-Sent GET '/offsets').Count | Should-Be $Attempts
        }

        It 'GET status: <Code> is <Id>' -ForEach $reads {
            $null = $t.Handler.Prefer('GET', '/status', "code=$Code").Prefer('GET', '/offsets', "code=$Code")

            $errors = Get-ErrorOf { Get-ConnectorOffsetRequest x }

            Assert-ApiError $errors $_ GetConnectorOffsetRequestCommand
            @(Get-Sent GET '/status').Count | Should-Be $Attempts
        }

        It 'GET status: 404 is OffsetRequestNotFound where the connector exists' {
            $null = $t.Handler.Prefer('GET', '/status', 'code=404').Prefer('GET', '/offsets', 'example=sink')

            $errors = Get-ErrorOf { Get-ConnectorOffsetRequest x }

            Assert-ApiError $errors @{ Id = 'OffsetRequestNotFound'; Category = 'ObjectNotFound'; Code = 404; Message = 'resource not found' } GetConnectorOffsetRequestCommand
        }

        It 'POST request: <Code> is <Id>, and it is sent <Attempts> times' -ForEach $posts {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=sink').Prefer('GET', '/status', 'example=delete').Prefer('POST', '/request', "code=$Code")

            $errors = Get-ErrorOf { Set-ConnectorOffset x -Topic topic_A -KafkaPartition 0 -KafkaOffset 1000 -Confirm:$false }

            Assert-ApiError $errors $_ SetConnectorOffsetCommand
            @(Get-Sent POST).Count | Should-Be $Attempts
        }

        It 'POST of a reset: <Code> is <Id>, and it is sent <Attempts> times' -ForEach $posts {
            $null = $t.Handler.Prefer('GET', '/offsets', 'example=source').Prefer('GET', '/status', 'example=source - applied patch operation').Prefer('POST', '/request', "code=$Code")

            $errors = Get-ErrorOf { Reset-ConnectorOffset x -All -Confirm:$false }

            Assert-ApiError $errors $_ ResetConnectorOffsetCommand
            @(Get-Sent POST).Count | Should-Be $Attempts
        }
    }
}
