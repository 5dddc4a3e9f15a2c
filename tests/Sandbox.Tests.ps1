# The sandbox through the cmdlets, as someone without an account meets it.
BeforeDiscovery {
    $names = 'orders-sink', 's3-archive', 'payments-snowflake', 'jdbc-orders', 'mysql-cdc', 'postgres-cdc', 'mongo-source'
}

BeforeAll {
    . $PSScriptRoot/common.ps1

    # An offset of the connector's shape, with other numbers.
    function Get-OtherOffset {
        param($Row)
        "$($Row.Offset)" -creplace '(?<=":)(\d+)', '17' -creplace '(?<=82)65D4', '65AA'
    }
}

Describe 'Connect-ConfluentCloud -Sandbox' {
    AfterEach {
        Get-ConfluentCloudConnection | Disconnect-ConfluentCloud
        $env:CONFLUENT_ENVIRONMENT_ID, $env:KAFKA_ID, $env:CONFLUENT_CLOUD_API_KEY, $env:CONFLUENT_CLOUD_API_SECRET = $null, $null, $null, $null
    }

    Context 'the connection' {
        It 'needs nothing, and is the default' {
            Connect-ConfluentCloud -Sandbox

            $connection = Get-ConfluentCloudConnection
            $connection.AuthenticationKind | Should-Be 'Sandbox'
            $connection.EnvironmentId | Should-Be 'env-sandbox'
            $connection.KafkaClusterId | Should-Be 'lkc-sandbox'
            $connection.ApiKey | Should-BeNull
            "$($connection.BaseUri)" | Should-Be 'https://sandbox.invalid/'
        }

        It 'heeds no environment variable of the real cloud' {
            $env:CONFLUENT_ENVIRONMENT_ID = 'env-real1'
            $env:KAFKA_ID = 'lkc-real1'
            $env:CONFLUENT_CLOUD_API_KEY = 'KEY'
            $env:CONFLUENT_CLOUD_API_SECRET = $Secret

            $connection = Connect-ConfluentCloud -Sandbox -PassThru

            $connection.EnvironmentId, $connection.KafkaClusterId, $connection.ApiKey -join ' ' | Should-Be 'env-sandbox lkc-sandbox '
            @(Get-ConnectorOffset orders-sink).Count | Should-Be 4
        }

        It 'takes ids, which are then the sandbox''s' {
            $null = Connect-Sandbox @{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80' }

            $rows = @(Get-ConnectorOffset orders-sink)

            $rows[0].EnvironmentId, $rows[0].KafkaClusterId -join ' ' | Should-Be 'env-a12b6 lkc-devc80'
        }

        It 'refuses other ids as the service does' {
            $null = Connect-Sandbox

            $null = Get-ConnectorOffset orders-sink -EnvironmentId env-other -ErrorVariable errors -ErrorAction SilentlyContinue

            Assert-OffsetError $errors AccessDenied GetConnectorOffsetCommand PermissionDenied orders-sink
            $errors[0].Exception.Message | Should-BeLikeString '*lkc-sandbox in env-sandbox*'
            $errors[0].Exception.RequestId | Should-Be 'sandbox-000001'
        }

        It 'goes with no <Name>' -ForEach @(
            @{ Name = 'credential'; With = { @{ Credential = New-TestCredential } } }
            @{ Name = 'token'; With = { @{ AccessToken = ConvertTo-SecureString x -AsPlainText -Force } } }
            @{ Name = 'address'; With = { @{ BaseUri = 'https://api.confluent.cloud' } } }
            @{ Name = 'proxy'; With = { @{ Proxy = 'http://proxy.example' } } }
            @{ Name = 'handler'; With = { @{ HttpMessageHandler = [ConfluentOffsets.TestSupport.StubHttpHandler]::new() } } }
        ) {
            $other = & $With

            { Connect-ConfluentCloud -Sandbox @other } | Should-Throw -FullyQualifiedErrorId 'AmbiguousParameterSet,*'
        }

        It 'is a real connection with -Sandbox:$false' {
            { Connect-ConfluentCloud -Sandbox:$false } | Should-Throw -FullyQualifiedErrorId 'NotConnected,*'

            $env:CONFLUENT_CLOUD_API_KEY = 'KEY'
            $env:CONFLUENT_CLOUD_API_SECRET = $Secret
            (Connect-ConfluentCloud -Sandbox:$false -PassThru).AuthenticationKind | Should-Be 'ApiKey'
        }

        It 'is a sandbox of its own each time' {
            $one = (Connect-Sandbox).Connection
            $two = (Connect-Sandbox).Connection

            $null = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 1 -Connection $one -Confirm:$false

            { Get-ConnectorOffsetRequest orders-sink -Connection $two -ErrorAction Stop } | Should-Throw -FullyQualifiedErrorId 'OffsetRequestNotFound,*'
        }

        It 'says in the question who acts' {
            $null = Connect-Sandbox
            $path = Join-Path $TestDrive 'transcript.txt'

            $null = Start-Transcript $path
            try { Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 184000 -WhatIf }
            finally { $null = Stop-Transcript }

            Get-Content $path -Raw | Should-BeLikeString '*(env-sandbox, lkc-sandbox, sandbox)*orders-0: 184230 -> 184000 (replays 230 records)*'
        }

        It 'knows every scenario that the sandbox has' {
            $set = @((Get-Command Connect-ConfluentCloud).Parameters['SandboxScenario'].Attributes | Where-Object { $_ -is [ValidateSet] })[0].ValidValues

            $set -join ' ' | Should-Be 'Failed Slow Busy RateLimited LateStatus LostAnswer Recreated IgnoresPartitions'
            foreach ($scenario in $set) {
                $null = Connect-Sandbox @{ SandboxScenario = $scenario }
                @(Get-ConnectorOffset orders-sink).Count | Should-Be 4
            }
        }
    }

    Context 'connectors' {
        It 'lists them all' {
            $null = Connect-Sandbox

            $rows = Get-ConnectorOffset

            ($rows.ConnectorName | Select-Object -Unique) -join ' ' | Should-Be 'orders-sink s3-archive payments-snowflake jdbc-orders mysql-cdc postgres-cdc mongo-source'
            @($rows | Where-Object Topic).Count | Should-Be 13
        }

        It 'has protocol as a text, as real JDBC sources have' {
            $null = Connect-Sandbox

            (Get-ConnectorOffset jdbc-orders)[0].Partition.protocol | Should-HaveType ([string])
        }

        It 'does not know <Name>' -ForEach @{ Name = 'nope' } {
            $null = Connect-Sandbox

            $null = Get-ConnectorOffset $Name -ErrorVariable errors -ErrorAction SilentlyContinue

            Assert-OffsetError $errors ConnectorNotFound GetConnectorOffsetCommand ObjectNotFound nope
        }

        It 'moves on while the clock does' {
            $t = Connect-Sandbox
            $before = Get-ConnectorOffset orders-sink -KafkaPartition 0

            $t.Clock.Advance('00:01:00')

            $after = Get-ConnectorOffset orders-sink -KafkaPartition 0
            $after.KafkaOffset | Should-BeGreaterThan $before.KafkaOffset
            $after.ObservedAt | Should-BeGreaterThan $before.ObservedAt
        }
    }

    Context 'altering and resetting <_>' -ForEach $names {
        BeforeEach {
            $t = Connect-Sandbox
            $rows = @(Get-ConnectorOffset $_)
            $new = Get-OtherOffset $rows[0]
        }

        It 'alters a partition, and shows it byte for byte once it was observed' {
            $status = $rows[0] | Set-ConnectorOffset -Offset $new -Wait -Confirm:$false -WarningAction SilentlyContinue
            $atOnce = @(Get-ConnectorOffset $_)[0].Offset
            $t.Clock.Advance('00:00:07')
            $later = @(Get-ConnectorOffset $_)

            $status.Phase | Should-Be 'APPLIED'
            "$($status.PreviousOffsets[0].Offset)" | Should-BeString -CaseSensitive "$($rows[0].Offset)"
            "$atOnce" | Should-BeString -CaseSensitive "$($rows[0].Offset)"
            "$($later[0].Offset)" | Should-BeString -CaseSensitive $new
            $later.Count | Should-Be $rows.Count
        }

        It 'takes a change back from the previous offsets' {
            $status = $rows[0] | Set-ConnectorOffset -Offset $new -Wait -Confirm:$false -WarningAction SilentlyContinue
            $previous = $status.PreviousOffsets[0]

            $null = Set-ConnectorOffset $_ -Partition $previous.Partition -Offset $previous.Offset -Wait -Confirm:$false -WarningAction SilentlyContinue
            $t.Clock.Advance('00:00:07')

            "$(@(Get-ConnectorOffset $_)[0].Offset)" | Should-BeString -CaseSensitive "$($rows[0].Offset)"
        }

        It 'resets a partition, and goes on with the others' {
            $status = $rows[0] | Reset-ConnectorOffset -Wait -Confirm:$false -WarningAction SilentlyContinue
            $t.Clock.Advance('00:00:07')
            $left = @(Get-ConnectorOffset $_)

            $status.Phase | Should-Be 'APPLIED'
            "$($status.Request.Offsets[0].Partition)" | Should-BeString -CaseSensitive "$($rows[0].Partition)"
            $left.Count | Should-Be ($rows.Count - 1)
        }

        It 'resets everything, and puts it all back' {
            $status = Reset-ConnectorOffset $_ -All -Wait -Confirm:$false -WarningAction SilentlyContinue
            $t.Clock.Advance('00:00:07')
            $reset = @(Get-ConnectorOffset $_)
            $null = $status.PreviousOffsets | Set-ConnectorOffset -ConnectorName $_ -AllowNewPartition -Wait -Confirm:$false -WarningAction SilentlyContinue
            $t.Clock.Advance('00:00:07')
            $back = @(Get-ConnectorOffset $_)

            $reset.Count | Should-Be 0
            @($back | ForEach-Object { "$($_.Partition) $($_.Offset)" }) -join "`n" |
                Should-BeString -CaseSensitive (@($rows | ForEach-Object { "$($_.Partition) $($_.Offset)" }) -join "`n")
        }
    }

    Context 'scenarios' {
        BeforeAll {
            # Alters a partition of orders-sink; gives what comes out, what goes wrong, and the attempts of POST.
            function Invoke-Change {
                param([long] $KafkaOffset = 1000, [hashtable] $With = @{ Wait = $true })
                $output = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset $KafkaOffset @With -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue -Verbose 4>&1
                [pscustomobject]@{
                    Status = @($output | Where-Object { $_ -is [ConfluentOffsets.ConnectorOffsetRequestStatus] })
                    Errors = $errors
                    Posts  = @($output | Where-Object { "$_" -match '^POST /.*: ' } | ForEach-Object { "$_" })
                }
            }
        }

        It 'Failed: the request ends as FAILED, and the offsets stay' {
            $t = Connect-Sandbox @{ SandboxScenario = 'Failed' }

            $result = Invoke-Change

            $result.Status.Phase | Should-Be 'FAILED'
            $result.Errors[0].FullyQualifiedErrorId | Should-Be 'OffsetRequestFailed,ConfluentOffsets.Commands.SetConnectorOffsetCommand'
            $t.Clock.Advance('00:00:10')
            (Get-ConnectorOffset orders-sink -KafkaPartition 0).KafkaOffset | Should-BeGreaterThanOrEqual 184230
        }

        It 'Slow: the request outlasts a short time-out, and can be waited for again' {
            $null = Connect-Sandbox @{ SandboxScenario = 'Slow' }

            $result = Invoke-Change -With @{ Wait = $true; Timeout = 60 }
            $status = Wait-ConnectorOffsetRequest -ConnectorName orders-sink

            $result.Errors[0].FullyQualifiedErrorId | Should-BeLikeString 'OffsetRequestTimeout,*'
            $result.Status.Count | Should-Be 0
            $status.Phase | Should-Be 'APPLIED'
        }

        It 'Busy: another request is under way for some seconds' {
            $t = Connect-Sandbox @{ SandboxScenario = 'Busy' }

            $refused = Invoke-Change
            $t.Clock.Advance('00:00:20')
            $later = Invoke-Change

            Assert-OffsetError $refused.Errors OffsetRequestConflict SetConnectorOffsetCommand ResourceBusy orders-sink
            $refused.Posts.Count | Should-Be 0
            $later.Status.Phase | Should-Be 'APPLIED'
        }

        It 'RateLimited: succeeds after retries' {
            $null = Connect-Sandbox @{ SandboxScenario = 'RateLimited' }

            $result = Invoke-Change

            $result.Status.Phase | Should-Be 'APPLIED'
            $result.Errors.Count | Should-Be 0
        }

        It 'RateLimited: is the error without retries' {
            $null = Connect-Sandbox @{ SandboxScenario = 'RateLimited'; MaxRetryCount = 0 }

            $null = Get-ConnectorOffset orders-sink -ErrorVariable errors -ErrorAction SilentlyContinue

            Assert-OffsetError $errors RateLimited GetConnectorOffsetCommand LimitsExceeded orders-sink
            $errors[0].Exception.RetryAfter.TotalSeconds | Should-Be 1
        }

        It '<Scenario>: each request is applied, and posted once' -ForEach @(
            @{ Scenario = 'LateStatus'; Answer = '202' }
            @{ Scenario = 'LostAnswer'; Answer = 'The response ended prematurely.' }
        ) {
            $null = Connect-Sandbox @{ SandboxScenario = $Scenario }

            foreach ($offset in 1000, 2000, 3000) {
                $result = Invoke-Change $offset

                $result.Status.Phase | Should-Be 'APPLIED'
                $result.Status.Request.Offsets[0].Offset.kafka_offset | Should-Be $offset
                $result.Errors.Count | Should-Be 0
                $result.Posts.Count | Should-Be 1
                $result.Posts[0] | Should-BeLikeString "*$Answer*"
            }
        }

        It 'Recreated: the connector comes back with another id' {
            $null = Connect-Sandbox @{ SandboxScenario = 'Recreated' }
            $before = (Get-ConnectorOffset orders-sink)[0].ConnectorId

            $result = Invoke-Change

            $result.Status.ConnectorId | Should-Be $before
            (Get-ConnectorOffset orders-sink)[0].ConnectorId | Should-NotBe $before
        }

        It 'IgnoresPartitions: everything is reset, and the operator learns it at once' {
            $t = Connect-Sandbox @{ SandboxScenario = 'IgnoresPartitions' }

            $request = Reset-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
            $t.Clock.Advance('00:00:07')

            Assert-OffsetError $errors PartialResetNotConfirmed ResetConnectorOffsetCommand InvalidResult
            $request.OffsetsBefore.Count | Should-Be 4
            @(Get-ConnectorOffset orders-sink).Count | Should-Be 0
        }
    }

    Context '-SandboxPath' {
        BeforeAll {
            $one = '{"id":"lcc-prod1","name":"prod-sink","environment_id":"env-prod1","kafka_cluster_id":"lkc-prod1","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"t"},"offset":{"kafka_offset": 12}}],"metadata":{"observed_at":"2024-02-20 15:14:19+00:00"}}'
        }

        It 'takes the API''s own document, with the ids of where it is from' {
            Set-Content TestDrive:/one.json $one

            $connection = (Connect-Sandbox @{ SandboxPath = 'TestDrive:/one.json' }).Connection

            $connection.EnvironmentId, $connection.KafkaClusterId -join ' ' | Should-Be 'env-prod1 lkc-prod1'
            $rows = @(Get-ConnectorOffset)
            $rows.Count | Should-Be 1
            $rows[0].ConnectorName, $rows[0].ConnectorId -join ' ' | Should-Be 'prod-sink lcc-prod1'
            "$($rows[0].Offset)" | Should-BeString '{"kafka_offset": 12}'
        }

        It 'takes an array, from a path relative to the location, in UTF-16 too' {
            Set-Content TestDrive:/many.json "[$one,$($one -replace 'prod-sink', 'prød-2')]" -Encoding unicode
            Push-Location TestDrive:/
            try { $null = Connect-Sandbox @{ SandboxPath = './many.json' } }
            finally { Pop-Location }

            (Get-ConnectorOffset).ConnectorName -join ' ' | Should-Be 'prod-sink prød-2'
        }

        It 'puts the file''s connectors where the ids say that are given' {
            Set-Content TestDrive:/one.json $one

            $null = Connect-Sandbox @{ SandboxPath = 'TestDrive:/one.json'; EnvironmentId = 'env-x'; KafkaClusterId = 'lkc-x' }

            @(Get-ConnectorOffset).EnvironmentId | Should-Be 'env-x'
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'a file that is not there'; Text = $null; Words = '*Could not find file*' }
            @{ What = 'what is not JSON, with line and position'; Text = "{`n  `"offsets`": [x]}"; Words = '*(line 2, position 15)*' }
            @{ What = 'JSON of another kind'; Text = '{"a":1}'; Words = "*has no 'offsets'*" }
            @{ What = 'an array of nothing'; Text = '[]'; Words = '*holds no connector*' }
            @{ What = 'connectors without names'; Text = '{"offsets":[]}'; Words = "*no 'name'*" }
        ) {
            Connect-ConfluentCloud -Sandbox
            $path = Join-Path $TestDrive 'bad.json'
            Remove-Item $path -ErrorAction Ignore
            if ($Text) { Set-Content $path $Text }

            $caught = $null
            try { Connect-ConfluentCloud -Sandbox -SandboxPath $path } catch { $caught = $_ }

            Assert-OffsetError $caught InvalidFile ConnectConfluentCloudCommand InvalidData $path
            $caught.Exception.Message | Should-BeLikeString $Words
            (Get-ConfluentCloudConnection).EnvironmentId | Should-Be 'env-sandbox'
        }

        It 'refuses a folder, and a drive that is not there' -ForEach @{ Path = '.' }, @{ Path = 'nodrive:/x.json' } {
            { Connect-ConfluentCloud -Sandbox -SandboxPath $Path } | Should-Throw -FullyQualifiedErrorId 'InvalidFile,*'
        }
    }
}
