# The sandbox behind real HTTP and a proxy that checks each of its answers by the OpenAPI document.
BeforeDiscovery {
    . $PSScriptRoot/openapi-server/server.ps1
    $obstacle = Get-PrismObstacle
    $connectors = 'orders-sink', 's3-archive', 'payments-snowflake', 'jdbc-orders', 'mysql-cdc', 'postgres-cdc', 'mongo-source'
}

Describe 'The sandbox by the OpenAPI document' -ForEach @{ Obstacle = $obstacle; Connectors = $connectors } {
    if ($Obstacle) {
        It "answers as the document says (not tested here: $Obstacle)" -Skip { }
        return
    }

    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/openapi-server/server.ps1
        Install-Prism
        $script:Relay = [ConfluentOffsets.TestSupport.RelayHandler]::new()
        $bridge = [ConfluentOffsets.TestSupport.LoopbackBridge]::new($Relay)
        $server = Start-Prism -LogFolder $TestDrive -Upstream $bridge.BaseUri

        # A connection through the proxy to a new sandbox, or to another handler; as this runspace's default.
        function Connect-Proxy {
            param([hashtable] $With = @{}, [System.Net.Http.HttpMessageHandler] $Handler)
            $sandbox = Connect-Sandbox $With
            $Relay.Target = $Handler ? $Handler : (Get-BottomHandler $sandbox.Connection)
            $http = [ConfluentOffsets.TestSupport.PreferHandler]::new()
            Connect-ConfluentCloud -Credential (New-TestCredential) -BaseUri $server.BaseUri -EnvironmentId env-sandbox -KafkaClusterId lkc-sandbox -HttpMessageHandler $http -TimeProvider $sandbox.Clock
            [pscustomobject]@{ Http = $http; Clock = $sandbox.Clock }
        }

        # Status and body of a raw request through the proxy.
        function Send-Raw {
            param([string] $Method, [string] $Path, [string] $Body, [string] $Environment = 'env-sandbox')
            $request = [System.Net.Http.HttpRequestMessage]::new($Method, "$($server.BaseUri)/connect/v1/environments/$Environment/clusters/lkc-sandbox/connectors/$Path")
            $null = $request.Headers.TryAddWithoutValidation('Authorization', 'Basic YTpi')
            if ($Body) { $request.Content = [System.Net.Http.StringContent]::new($Body, $null, 'application/json') }
            $invoker = [System.Net.Http.HttpMessageInvoker]::new($t.Http, $false)
            [int] $invoker.SendAsync($request, [System.Threading.CancellationToken]::None).GetAwaiter().GetResult().StatusCode
        }
    }

    AfterAll {
        Get-ConfluentCloudConnection | Disconnect-ConfluentCloud
        Stop-Prism $server
        $bridge.Dispose()
    }

    AfterEach {
        @($t.Http.Violations).Count | Should-Be 0 -Because "Prism found: $($t.Http.Violations -join '; ')"
        @($t.Http.Requests).Count | Should-BeGreaterThan 0
    }

    It 'holds for <_>: offsets, a change, a reset of one partition, a reset of all' -ForEach $Connectors {
        $t = Connect-Proxy

        $rows = @(Get-ConnectorOffset $_)
        $set = $rows | Select-Object -First 1 | Set-ConnectorOffset -Wait -Confirm:$false -WarningAction SilentlyContinue
        $t.Clock.Advance('00:00:10')
        $partial = $rows | Select-Object -First 1 | Reset-ConnectorOffset -Wait -Confirm:$false -WarningAction SilentlyContinue
        $full = Reset-ConnectorOffset $_ -All -Wait -Confirm:$false -WarningAction SilentlyContinue
        $t.Clock.Advance('00:00:07')

        @($set, $partial, $full | ForEach-Object Phase) -join ' ' | Should-Be 'APPLIED APPLIED APPLIED'
        @(Get-ConnectorOffset $_).Count | Should-Be 0
    }

    It 'holds for a request that fails' {
        $t = Connect-Proxy @{ SandboxScenario = 'Failed' }

        $status = @(Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -Confirm:$false -ErrorAction SilentlyContinue)

        $status.Phase | Should-Be 'FAILED'
    }

    It 'holds for PENDING_VALIDATION' {
        $t = Connect-Proxy
        $null = Set-ConnectorOffset orders-sink, s3-archive -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false
        $t.Clock.Advance('00:00:01')

        @(Get-ConnectorOffsetRequest orders-sink, s3-archive | ForEach-Object Phase | Sort-Object) -join ' ' | Should-Be 'PENDING PENDING_VALIDATION'
    }

    It 'holds for a reset whose list is ignored' {
        $t = Connect-Proxy @{ SandboxScenario = 'IgnoresPartitions' }

        $null = Reset-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -Wait -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue

        $errors[0].FullyQualifiedErrorId | Should-BeLikeString 'PartialResetNotConfirmed,*'
    }

    It 'holds for calls that are refused: <What>' -ForEach @(
        @{ What = '404'; Method = 'GET'; Path = 'nope/offsets'; Body = ''; Status = 404 }
        @{ What = '404 of the status'; Method = 'GET'; Path = 'orders-sink/offsets/request/status'; Body = ''; Status = 404 }
        @{ What = '400'; Method = 'POST'; Path = 'orders-sink/offsets/request'; Body = '{"type":"PATCH"}'; Status = 400 }
    ) {
        $t = Connect-Proxy

        Send-Raw $Method $Path $Body | Should-Be $Status
    }

    It 'holds for another environment, which is 403' {
        $t = Connect-Proxy

        Send-Raw GET orders-sink/offsets -Environment env-other | Should-Be 403
    }

    It 'holds for 429' {
        $t = Connect-Proxy @{ SandboxScenario = 'RateLimited' }

        Send-Raw GET orders-sink/offsets | Should-Be 429
    }
}

Describe 'The proxy' -ForEach @{ Obstacle = $obstacle } {
    if ($Obstacle) {
        It "finds answers that break the document (not tested here: $Obstacle)" -Skip { }
        return
    }

    It 'finds an answer that breaks the document' {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/openapi-server/server.ps1
        $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new()
        $null = $stub.Answer('GET', '/status', 200, '{"request":{"id":"lcc-1","name":"x","type":"PUT","requested_at":"yesterday"},"status":{"phase":"DONE"}}')
        $bridge = [ConfluentOffsets.TestSupport.LoopbackBridge]::new($stub)
        $server = Start-Prism -LogFolder $TestDrive -Upstream $bridge.BaseUri
        $http = [ConfluentOffsets.TestSupport.PreferHandler]::new()
        try {
            Connect-ConfluentCloud -Credential (New-TestCredential) -BaseUri $server.BaseUri -EnvironmentId env-a -KafkaClusterId lkc-a -HttpMessageHandler $http -MaxRetryCount 0

            $null = Get-ConnectorOffsetRequest x -ErrorAction SilentlyContinue

            $found = "$($http.Violations)"
            foreach ($word in 'type', 'requested_at', 'phase') { $found | Should-BeLikeString "*$word*" }
        }
        finally {
            Stop-Prism $server
            $bridge.Dispose()
        }
    }
}
