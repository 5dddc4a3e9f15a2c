BeforeAll {
    . $PSScriptRoot/common.ps1

    # Runs each cmdlet that reaches a connector.
    function Invoke-EveryCmdlet {
        param([hashtable] $Connector)
        $quiet = @{ ErrorAction = 'SilentlyContinue'; WarningAction = 'SilentlyContinue' }
        Get-ConnectorOffset @Connector @quiet
        Get-ConnectorOffsetRequest @Connector @quiet
        Set-ConnectorOffset @Connector @quiet -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false
        Reset-ConnectorOffset @Connector @quiet -All -Confirm:$false
        Wait-ConnectorOffsetRequest @Connector @quiet -Timeout 5
    }

    $script:Quiet = @{ Confirm = $false; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'problem' }
}

Describe 'Hostile input' {
    BeforeEach {
        $t = Connect-Stub @{ MaxRetryCount = 0 }
        $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
        $null = $t.Stub.Answer('GET', '/offsets/request/status', 200, (New-StatusAnswer))
        $null = $t.Stub.Answer('POST', '/offsets/request', 202, (New-AcceptedAnswer))
    }

    Context 'names and ids' {
        It 'a name stays one segment of its path: <Label>' -ForEach @(
            @{ Label = 'a way up'; Name = '../../../../x' }
            @{ Label = 'a way up in the middle'; Name = 'a/../b' }
            @{ Label = 'an escaped way up'; Name = '%2e%2e' }
            @{ Label = 'an escaped slash'; Name = 'a%2fb' }
            @{ Label = 'backslashes'; Name = 'a\..\b' }
            @{ Label = 'a line break and a header'; Name = "a`r`nHost: evil" }
            @{ Label = 'NUL'; Name = "a`0b" }
            @{ Label = 'a tab'; Name = "a`tb" }
            @{ Label = 'a query and a fragment'; Name = 'a&b=c#d' }
            @{ Label = 'a host'; Name = '//evil.example/' }
            @{ Label = 'spaces at both ends'; Name = ' a ' }
            @{ Label = '10,000 characters'; Name = 'n' * 10000 }
            @{ Label = '10,000 characters beyond ASCII'; Name = "$([char]0xE9)" * 10000 }
        ) {
            $null = Invoke-EveryCmdlet @{ ConnectorName = $Name }

            $t.Stub.Requests.Count | Should-BeGreaterThanOrEqual 8
            @($t.Stub.Requests | Where-Object Method -EQ POST).Count | Should-Be 2
            foreach ($request in $t.Stub.Requests) {
                $request.Uri.StartsWith("https://api.confluent.cloud$ConnectorPath/", [StringComparison]::Ordinal) | Should-BeTrue
                $segment, $rest = $request.Uri.Substring("https://api.confluent.cloud$ConnectorPath/".Length) -split '/', 2
                [uri]::UnescapeDataString($segment) | Should-BeString $Name -CaseSensitive
                $segment | Should-MatchString '^[A-Za-z0-9._~%-]+$'
                $rest | Should-MatchString '^offsets(/request(/status)?)?$'
                "$($request.Authorization)$($request.UserAgent)" | Should-NotMatchString 'evil'
            }
        }

        It 'a name that would become another one is refused, and nothing is sent: <Label>' -ForEach @(
            @{ Label = '.'; Name = '.' }
            @{ Label = '..'; Name = '..' }
            @{ Label = 'half a surrogate pair'; Name = "a$([char]0xD83D)" }
            @{ Label = 'blank'; Name = "`r`n" }
        ) {
            $null = Get-ConnectorOffset -ConnectorName $Name -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName GetConnectorOffsetCommand InvalidArgument
            $null = Invoke-EveryCmdlet @{ ConnectorName = $Name }
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'ids stay segments of the path: <EnvironmentId>, <KafkaClusterId>' -ForEach @(
            @{ EnvironmentId = 'env-1/../../x'; KafkaClusterId = 'lkc-1' }
            @{ EnvironmentId = 'env-1%2f..'; KafkaClusterId = 'lkc-a/b?c#d' }
            @{ EnvironmentId = "env-1`r`nHost: evil"; KafkaClusterId = "lkc-`0" }
        ) {
            $null = Invoke-EveryCmdlet @{ ConnectorName = 'x'; EnvironmentId = $EnvironmentId; KafkaClusterId = $KafkaClusterId }

            $t.Stub.Requests.Count | Should-BeGreaterThanOrEqual 8
            foreach ($request in $t.Stub.Requests) {
                $segments = ([uri]$request.Uri).AbsolutePath.Split('/')
                [uri]::UnescapeDataString($segments[4]) | Should-BeString $EnvironmentId -CaseSensitive
                [uri]::UnescapeDataString($segments[6]) | Should-BeString $KafkaClusterId -CaseSensitive
                $segments[8] | Should-Be 'x'
            }
        }
    }

    Context 'JSON' {
        It 'of 10,000 levels is refused: <Parameter>' -ForEach @(
            @{ Parameter = 'Partition'; Id = 'InvalidPartition' }
            @{ Parameter = 'Offset'; Id = 'InvalidOffset' }
        ) {
            $deep = '{"a":' * 10000 + '1' + '}' * 10000
            $given = @{ Partition = '{"kafka_topic":"orders","kafka_partition":0}'; Offset = '{"kafka_offset":1}' }
            $given[$Parameter] = $deep

            $null = Set-ConnectorOffset x @given @Quiet

            Assert-OffsetError $problem $Id SetConnectorOffsetCommand InvalidArgument
            @(Get-Post $t.Stub).Count | Should-Be 0
        }

        It 'that holds itself is refused' {
            $loop = @{ kafka_offset = 1 }
            $loop.self = $loop

            $null = Set-ConnectorOffset x -Partition '{"kafka_topic":"orders","kafka_partition":0}' -Offset $loop @Quiet

            Assert-OffsetError $problem InvalidOffset SetConnectorOffsetCommand InvalidArgument
        }

        It 'with a number of 20,000 digits is refused' {
            $null = Set-ConnectorOffset x -Partition '{"kafka_topic":"orders","kafka_partition":0}' -Offset ('{"kafka_offset":' + '7' * 20000 + '}') @Quiet

            Assert-OffsetError $problem InvalidOffset SetConnectorOffsetCommand InvalidArgument
        }

        It 'that grows beyond 512 levels by assigning it to itself is refused where it is assigned' {
            $row = Get-ConnectorOffset x

            $grow = { for ($i = 0; $i -lt 600; $i++) { $row.Offset.x = $row.Offset } }

            $record = try { & $grow; $null } catch { $_ }
            "$record" | Should-MatchString 'more than 512 deep'
            $null = $row | Set-ConnectorOffset @Quiet
            @(Get-Post $t.Stub).Count | Should-BeLessThanOrEqual 1
            @($problem).ForEach({ "$($_.FullyQualifiedErrorId)" }) | Where-Object { $_ -notlike 'InvalidOffset,*' } | Should-BeNull
        }
    }

    Context 'answers' {
        It 'of any bytes give objects or errors with documented ids: seeds from <From>' -ForEach @(
            foreach ($from in 0, 100, 200, 300) { @{ From = $from } }
        ) {
            $ids = [System.Collections.Generic.HashSet[string]]::new([string[]](
                    'AuthenticationFailed', 'AccessDenied', 'ConnectorNotFound', 'OffsetRequestNotFound', 'InvalidRequest', 'OffsetRequestConflict', 'RateLimited',
                    'ServiceUnavailable', 'ConnectionFailed', 'RequestTimeout', 'UnexpectedResponse', 'OffsetRequestUncertain', 'OffsetRequestFailed', 'OffsetRequestTimeout',
                    'OffsetRequestSuperseded', 'InvalidOffset', 'InvalidPartition', 'PartitionNotFound', 'NoCurrentOffsets', 'PartialResetNotConfirmed', 'DuplicatePartition'))
            $others = [System.Collections.Generic.List[string]]::new()
            $offsets = New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })
            foreach ($seed in $From..($From + 99)) {
                $t = Connect-Stub @{ MaxRetryCount = 0 }
                $fuzz = foreach ($request in ('GET', '/offsets'), ('GET', '/status'), ('POST', '/request')) {
                    [ConfluentOffsets.TestSupport.AnswerFuzz]::new($seed, $request[0], $request[1])
                }
                $operation = $seed % 5
                if ($operation -ge 2) { $null = $t.Stub.Answer('GET', '/offsets', 200, $offsets) }
                if ($operation -lt 2) { $null = $t.Stub.AnswerBytes('GET', '/offsets', $fuzz[0].Status, $fuzz[0].Body) }
                $null = $t.Stub.AnswerBytes('GET', '/offsets/request/status', $fuzz[1].Status, $fuzz[1].Body).AnswerBytes('POST', '/offsets/request', $fuzz[2].Status, $fuzz[2].Body)
                $quiet = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'problem'; WarningAction = 'SilentlyContinue' }
                try {
                    # Shown, too: views and JSON of whatever came.
                    $null = switch ($operation) {
                        0 { $rows = @(Get-ConnectorOffset x @quiet); $rows | Out-String; $rows | ForEach-Object { "$($_.Partition)$($_.Offset)" } }
                        1 { Get-ConnectorOffset x @quiet | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false @quiet }
                        2 { Get-ConnectorOffsetRequest x @quiet | Format-List * | Out-String }
                        3 { Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -Wait -Timeout 30 @quiet }
                        4 { Reset-ConnectorOffset x -Topic orders -KafkaPartition 0 -Confirm:$false -Wait -Timeout 30 @quiet }
                    }
                    $records = @($problem)
                }
                catch { $records = @($_) }
                foreach ($record in $records) {
                    if ($record -is [System.Management.Automation.ErrorRecord] -and -not $ids.Contains($record.FullyQualifiedErrorId.Split(',')[0])) {
                        $others.Add("seed ${seed}: $($record.FullyQualifiedErrorId) $record")
                    }
                }
                Disconnect-ConfluentCloud
            }

            $others -join "`n" | Should-Be ''
        }
    }
}
