# Connect-ConfluentCloud -IdentityPoolId: an identity provider's JWT, exchanged for tokens of Confluent's.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.tokenexchange.ps1
}

Describe 'Connect-ConfluentCloud -IdentityPoolId' {
    BeforeEach {
        [ConfluentOffsets.PesterTests.Shared]::Reset()
        $shared = [ConfluentOffsets.PesterTests.Shared]
        $jobs = @()
    }

    AfterEach {
        $shared::Released.Set()
        foreach ($job in $jobs) { if ($job.Run.IsCompleted) { $job.Shell.Dispose() } }
        Disconnect-ConfluentCloud
    }

    Context 'the connection' {
        It 'sends nothing and shows who asks' {
            $t = Connect-Exchange

            $t.Stub.Requests.Count | Should-Be 0
            $t.Connection.AuthenticationKind | Should-Be 'TokenExchange'
            $t.Connection.ApiKey | Should-BeNull
            "$($t.Connection)" | Should-Be 'https://api.confluent.cloud (identity pool pool-1)'
        }

        It 'exchanges the JWT at the first request, and uses the token for the next ones' {
            $t = Connect-Exchange
            Add-Offsets $t

            (Get-ConnectorOffset a).KafkaOffset | Should-Be 100
            $null = Get-ConnectorOffset b, c

            Get-Jwt $t | Should-BeCollection @('the-jwt')
            @(Get-Exchange $t)[0].Uri | Should-Be "https://api.confluent.cloud$TokenPath"
            @(Get-Exchange $t)[0].Body | Should-MatchString 'identity_pool_id=pool-1'
            Get-Bearer $t | Should-BeCollection @('t1', 't1', 't1')
        }

        It 'exchanges by way of -BaseUri' {
            $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
            $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock).Answer('POST', '*', 200, '{"access_token":"t"}').Answer('GET', '*', 200, '{"offsets":[]}')
            Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectToken (ConvertTo-Secure jwt) -BaseUri https://gateway.example/confluent -EnvironmentId env-1 -KafkaClusterId lkc-1 -HttpMessageHandler $stub -TimeProvider $clock

            $null = Get-ConnectorOffset a

            @($stub.Requests)[0].Uri | Should-Be "https://gateway.example/confluent$TokenPath"
        }

        It 'refuses <Name>' -ForEach @(
            @{ Name = 'a blank identity pool'; Given = @{ IdentityPoolId = ' '; SubjectTokenCommand = { 1 } } }
            @{ Name = 'an identity pool of two words'; Given = @{ IdentityPoolId = 'pool-1 pool-2'; SubjectTokenCommand = { 1 } } }
            @{ Name = 'an empty script block'; Given = @{ IdentityPoolId = 'pool-1'; SubjectTokenCommand = { } } }
            @{ Name = 'an empty subject token'; Given = @{ IdentityPoolId = 'pool-1'; SubjectToken = [securestring]::new() } }
        ) {
            $record = Get-TerminatingError { Connect-ConfluentCloud @Given }

            Assert-OffsetError $record InvalidCredential ConnectConfluentCloudCommand InvalidArgument
            Get-ConfluentCloudConnection | Should-BeNull
        }

        It 'refuses a subject token of two lines, and does not repeat it' {
            $record = Get-TerminatingError { Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectToken (ConvertTo-Secure "secret`nline") }

            Assert-OffsetError $record InvalidCredential ConnectConfluentCloudCommand InvalidArgument SubjectToken
            "$record" | Should-NotMatchString 'secret'
        }

        It 'takes a subject token with a line break at its end, as files have it' {
            $t = Connect-Exchange
            Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectToken (ConvertTo-Secure "the-jwt`r`n") -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $t.Stub -TimeProvider $t.Clock
            Add-Offsets $t

            $null = Get-ConnectorOffset a

            Get-Jwt $t | Should-BeCollection @('the-jwt')
        }

        It 'refuses -SubjectToken and -SubjectTokenCommand together, and either without the pool' {
            foreach ($given in @{ IdentityPoolId = 'pool-1'; SubjectToken = ConvertTo-Secure x; SubjectTokenCommand = { 1 } }, @{ IdentityPoolId = 'pool-1'; AccessToken = ConvertTo-Secure x }) {
                (Get-TerminatingError { Connect-ConfluentCloud @given }).FullyQualifiedErrorId | Should-Be 'AmbiguousParameterSet,ConfluentOffsets.Commands.ConnectConfluentCloudCommand'
            }
        }

        It 'is named in the prompt' {
            $t = Connect-Exchange
            Add-Offsets $t
            Set-Content TestDrive:/prompt.ps1 'param($c) Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 5 -WhatIf -Connection $c'
            $null = Start-Transcript TestDrive:/prompt.txt
            try { & (Get-Item TestDrive:/prompt.ps1).FullName $t.Connection } finally { $null = Stop-Transcript }

            Get-Content TestDrive:/prompt.txt -Raw | Should-MatchString 'identity pool pool-1'
        }
    }

    Context 'before expiry' {
        It 'exchanges again, with a new JWT of the script block' {
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" }
            Add-Offsets $t
            $null = Get-ConnectorOffset a
            $t.Clock.Advance([timespan]::FromMinutes(12))
            $null = Get-ConnectorOffset b
            $t.Clock.Advance([timespan]::FromMinutes(2))
            $null = Get-ConnectorOffset c

            Get-Jwt $t | Should-BeCollection @('jwt-1', 'jwt-2')
            Get-Bearer $t | Should-BeCollection @('t1', 't1', 't2')
        }

        It 'exchanges again in the middle of a wait' {
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" } -ExpiresIn 60
            $null = $t.Stub.Answer('GET', '/offsets/request/status', 200, (New-StatusAnswer -Phase PENDING))
            for ($i = 0; $i -lt 30; $i++) { $null = $t.Stub.Answer('GET', '/offsets/request/status', 200, (New-StatusAnswer -Phase PENDING)) }
            $null = $t.Stub.Answer('GET', '/offsets/request/status', 200, (New-StatusAnswer))

            $status = Wait-ConnectorOffsetRequest a

            $status.Phase | Should-Be 'APPLIED'
            $shared::Runs | Should-BeGreaterThan 1
            (Get-Bearer $t)[0] | Should-Be 't1'
            (Get-Bearer $t)[-1] | Should-NotBe 't1'
            $ages = foreach ($token in 't1', 't2') {
                $times = @($t.Stub.Requests | Where-Object { $_.Authorization -eq "Bearer $token" } | ForEach-Object At)
                ($times[-1] - $times[0]).TotalSeconds
            }
            foreach ($age in $ages) { $age | Should-BeLessThan 60 }
        }

        It 'exchanges again between the read and the POST of an alteration, whose output is held' {
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" }
            $row = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":50}}'
            Add-Offsets $t
            $null = $t.Stub.Answer('GET', '/offsets/request/status', 200, (New-StatusAnswer)).Answer('POST', '/offsets/request', 401, '{}').Answer('POST', '/offsets/request', 202, (New-AcceptedAnswer -Offsets "[$row]"))

            $request = Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Confirm:$false -Verbose 4>$null

            $request.ConnectorName | Should-Be 'a'
            Get-Jwt $t | Should-BeCollection @('jwt-1', 'jwt-2')
            # The status, once more: the refused POST may have been a second copy.
            Get-Bearer $t | Should-BeCollection @('t1', 't1', 't1', 't2', 't2')
        }
    }

    Context 'a refusal' {
        It 'of the exchange ends with AuthenticationFailed and the words of the service, and nothing else is sent' {
            $t = Connect-Exchange -Token @()
            $null = $t.Stub.Answer('POST', $TokenPath, 400, '{"errors":[{"status":"400","detail":"token audience does not match: the-jwt"}]}', @{ 'X-Request-Id' = 'req-1' })

            $record = Get-TerminatingError { Get-ConnectorOffset a, b, c }

            Assert-OffsetError $record AuthenticationFailed GetConnectorOffsetCommand AuthenticationError a
            $record.Exception.Message | Should-MatchString "identity pool 'pool-1' was refused: 400 .*token audience does not match: \(redacted\).*req-1"
            $record.Exception.StatusCode | Should-Be 400
            @($t.Stub.Requests | Where-Object Path -NE $TokenPath).Count | Should-Be 0
        }

        It 'of the token gets another, once' {
            $t = Connect-Exchange
            $null = $t.Stub.Answer('GET', '/a/offsets', 401, '{}').Answer('GET', '/a/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 7 })))

            (Get-ConnectorOffset a).KafkaOffset | Should-Be 7

            Get-Bearer $t | Should-BeCollection @('t1', 't2')
        }

        It 'of that one too ends with AuthenticationFailed' {
            $t = Connect-Exchange
            $null = $t.Stub.Answer('GET', '/a/offsets', 401, '{"error":{"code":401,"message":"unknown principal"}}')

            $record = Get-TerminatingError { Get-ConnectorOffset a }

            Assert-OffsetError $record AuthenticationFailed GetConnectorOffsetCommand AuthenticationError a
            $record.Exception.Message | Should-MatchString 'unknown principal'
            Get-Bearer $t | Should-BeCollection @('t1', 't2')
        }

        It 'of the exchange posts nothing' {
            $t = Connect-Exchange
            Add-Offsets $t
            $null = Get-ConnectorOffset a
            $t.Clock.Advance([timespan]::FromHours(1))
            $t.Stub.Answer('POST', $TokenPath, 403, '{}') > $null
            # The tokens t2 and t3 were for other calls.
            1..2 | ForEach-Object { $null = Get-ConnectorOffset a; $t.Clock.Advance([timespan]::FromHours(1)) }

            $record = Get-TerminatingError { Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false }

            Assert-OffsetError $record AuthenticationFailed SetConnectorOffsetCommand AuthenticationError a
            @($t.Stub.Requests | Where-Object { $_.Method -eq 'POST' -and $_.Path -ne $TokenPath }).Count | Should-Be 0
        }
    }
}
