BeforeAll {
    . $PSScriptRoot/common.ps1

    # A stub that answers every GET offsets, with what Connect-ConfluentCloud needs to use it.
    function New-Service {
        $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
        $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock)
        $null = $stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
        [pscustomobject]@{ Stub = $stub; Clock = $clock; Http = @{ HttpMessageHandler = $stub; TimeProvider = $clock } }
    }

    function Get-BasicHeader {
        param([string] $Key, [string] $Value)
        'Basic ' + [convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("${Key}:$Value"))
    }

    function ConvertTo-Secure { param([string] $Text) ConvertTo-SecureString $Text -AsPlainText -Force }

    # The error by which a command ends.
    function Get-TerminatingError {
        param([scriptblock] $Body)
        try { $null = & $Body }
        catch { return $_ }
        throw 'No error.'
    }

    $script:Variables = 'CONFLUENT_CLOUD_API_KEY', 'CONFLUENT_CLOUD_API_SECRET', 'CONFLUENT_ENVIRONMENT_ID', 'KAFKA_ID'
}

Describe 'Connect-ConfluentCloud' {
    BeforeEach {
        $saved = @{}
        foreach ($variable in $Variables) {
            $saved[$variable] = [Environment]::GetEnvironmentVariable($variable)
            [Environment]::SetEnvironmentVariable($variable, $null)
        }
        Disconnect-ConfluentCloud
        $t = New-Service
        $http = $t.Http
        $ids = @{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80' }
    }

    AfterEach {
        foreach ($variable in $Variables) { [Environment]::SetEnvironmentVariable($variable, $saved[$variable]) }
        Disconnect-ConfluentCloud
    }

    Context 'the credential' {
        It 'sends key and secret as Basic authorization' {
            Connect-ConfluentCloud -Credential (New-TestCredential -Key 'ABCDEFGHIJ' -Value 's3cret/+=') @ids @http

            $null = Get-ConnectorOffset orders-sink

            @($t.Stub.Requests)[0].Authorization | Should-BeString -CaseSensitive 'Basic QUJDREVGR0hJSjpzM2NyZXQvKz0='
        }

        It 'takes the credential by position' {
            Connect-ConfluentCloud (New-TestCredential) @ids @http

            (Get-ConfluentCloudConnection).ApiKey | Should-Be 'TESTKEY0123456'
        }

        It 'encodes what is not ASCII as UTF-8' {
            Connect-ConfluentCloud -Credential (New-TestCredential -Key 'clé' -Value 'pässwörd-鍵') @ids @http

            $null = Get-ConnectorOffset orders-sink

            @($t.Stub.Requests)[0].Authorization | Should-BeString -CaseSensitive (Get-BasicHeader 'clé' 'pässwörd-鍵')
        }

        It 'takes key and secret from the environment variables' {
            $env:CONFLUENT_CLOUD_API_KEY = 'ENVKEY'
            $env:CONFLUENT_CLOUD_API_SECRET = 'from:the environment'

            Connect-ConfluentCloud @ids @http
            $null = Get-ConnectorOffset orders-sink

            @($t.Stub.Requests)[0].Authorization | Should-BeString -CaseSensitive (Get-BasicHeader 'ENVKEY' 'from:the environment')
            (Get-ConfluentCloudConnection).ApiKey | Should-Be 'ENVKEY'
        }

        It 'prefers the credential to the environment variables' {
            $env:CONFLUENT_CLOUD_API_KEY = 'ENVKEY'
            $env:CONFLUENT_CLOUD_API_SECRET = 'from the environment'

            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http

            (Get-ConfluentCloudConnection).ApiKey | Should-Be 'TESTKEY0123456'
        }

        It 'sends an access token as Bearer authorization' {
            $connection = Connect-ConfluentCloud -AccessToken (ConvertTo-Secure 'eyJhbGciOi.J9-_~+/=') @ids @http -PassThru

            $null = Get-ConnectorOffset orders-sink

            @($t.Stub.Requests)[0].Authorization | Should-BeString -CaseSensitive 'Bearer eyJhbGciOi.J9-_~+/='
            $connection.AuthenticationKind | Should-Be 'AccessToken'
            $connection.ApiKey | Should-BeNull
        }

        It 'refuses a credential and a token together' {
            $record = Get-TerminatingError { Connect-ConfluentCloud -Credential (New-TestCredential) -AccessToken (ConvertTo-Secure 'token') @http }

            $record.FullyQualifiedErrorId | Should-Be 'AmbiguousParameterSet,ConfluentOffsets.Commands.ConnectConfluentCloudCommand'
        }

        It 'ends with NotConnected where there is no credential' {
            $record = Get-TerminatingError { Connect-ConfluentCloud @ids @http }

            Assert-OffsetError $record NotConnected ConnectConfluentCloudCommand ConnectionError
            $record.Exception.Message | Should-MatchString 'CONFLUENT_CLOUD_API_KEY'
        }

        It 'ends with NotConnected where only the key is in the environment' {
            $env:CONFLUENT_CLOUD_API_KEY = 'ENVKEY'

            $record = Get-TerminatingError { Connect-ConfluentCloud @ids @http }

            Assert-OffsetError $record NotConnected ConnectConfluentCloudCommand ConnectionError
        }

        It 'refuses <Name>' -ForEach @(
            @{ Name = 'a key of spaces'; Key = '  '; Value = 'secret' }
            @{ Name = 'a key with a colon'; Key = 'a:b'; Value = 'secret' }
            @{ Name = 'a secret of spaces'; Key = 'KEY'; Value = '   ' }
        ) {
            $record = Get-TerminatingError { Connect-ConfluentCloud -Credential (New-TestCredential -Key $Key -Value $Value) @ids @http }

            Assert-OffsetError $record InvalidCredential ConnectConfluentCloudCommand InvalidArgument
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'refuses an access token <Name>' -ForEach @(
            @{ Name = 'of spaces'; Token = '  ' }
            @{ Name = 'with a line break'; Token = "abc`r`nX-Header: y" }
            @{ Name = 'that is not ASCII'; Token = 'tökén' }
        ) {
            $record = Get-TerminatingError { Connect-ConfluentCloud -AccessToken (ConvertTo-Secure $Token) @ids @http }

            Assert-OffsetError $record InvalidCredential ConnectConfluentCloudCommand InvalidArgument
            "$record".Contains($Token) | Should-BeFalse
        }
    }

    Context 'default ids' {
        It 'keeps the ids that are given' {
            $connection = Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -PassThru

            $connection.EnvironmentId | Should-Be 'env-a12b6'
            $connection.KafkaClusterId | Should-Be 'lkc-devc80'
        }

        It 'takes them from the environment variables, and uses them' {
            $env:CONFLUENT_ENVIRONMENT_ID = 'env-fromvar'
            $env:KAFKA_ID = 'lkc-fromvar'

            $connection = Connect-ConfluentCloud -Credential (New-TestCredential) @http -PassThru
            $null = Get-ConnectorOffset orders-sink

            $connection.EnvironmentId | Should-Be 'env-fromvar'
            $connection.KafkaClusterId | Should-Be 'lkc-fromvar'
            @($t.Stub.Requests)[0].Path | Should-Be '/connect/v1/environments/env-fromvar/clusters/lkc-fromvar/connectors/orders-sink/offsets'
        }

        It 'prefers the given ids to the environment variables' {
            $env:CONFLUENT_ENVIRONMENT_ID = 'env-fromvar'
            $env:KAFKA_ID = 'lkc-fromvar'

            $connection = Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -PassThru

            $connection.EnvironmentId | Should-Be 'env-a12b6'
            $connection.KafkaClusterId | Should-Be 'lkc-devc80'
        }

        It 'takes ClusterId for KafkaClusterId' {
            (Connect-ConfluentCloud -Credential (New-TestCredential) -ClusterId lkc-alias @http -PassThru).KafkaClusterId | Should-Be 'lkc-alias'
        }

        It 'needs no ids' {
            $connection = Connect-ConfluentCloud -Credential (New-TestCredential) @http -PassThru

            $connection.EnvironmentId | Should-BeNull
            $connection.KafkaClusterId | Should-BeNull
        }

        It 'refuses <Parameter> <Value>' -ForEach @(
            @{ Parameter = 'EnvironmentId'; Value = 'lkc-devc80'; Id = 'InvalidEnvironmentId' }
            @{ Parameter = 'EnvironmentId'; Value = 'lcc-123'; Id = 'InvalidEnvironmentId' }
            @{ Parameter = 'EnvironmentId'; Value = '   '; Id = 'InvalidEnvironmentId' }
            @{ Parameter = 'KafkaClusterId'; Value = 'env-a12b6'; Id = 'InvalidKafkaClusterId' }
            @{ Parameter = 'KafkaClusterId'; Value = 'LCC-123'; Id = 'InvalidKafkaClusterId' }
            @{ Parameter = 'KafkaClusterId'; Value = ' '; Id = 'InvalidKafkaClusterId' }
        ) {
            $swapped = @{ $Parameter = $Value }

            $record = Get-TerminatingError { Connect-ConfluentCloud -Credential (New-TestCredential) @swapped @http }

            Assert-OffsetError $record $Id ConnectConfluentCloudCommand InvalidArgument $Value
            Get-ConfluentCloudConnection | Should-BeNull
        }
    }

    Context 'the address' {
        It 'is https://api.confluent.cloud by default' {
            $connection = Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -PassThru
            $null = Get-ConnectorOffset orders-sink

            "$($connection.BaseUri)" | Should-Be 'https://api.confluent.cloud/'
            @($t.Stub.Requests)[0].Uri | Should-Be "https://api.confluent.cloud$ConnectorPath/orders-sink/offsets"
        }

        It 'accepts <Uri>' -ForEach @(
            @{ Uri = 'https://confluent.example:8443'; Start = 'https://confluent.example:8443/connect/v1/' }
            @{ Uri = 'https://gateway.example/confluent/'; Start = 'https://gateway.example/confluent/connect/v1/' }
            @{ Uri = 'http://localhost:4010'; Start = 'http://localhost:4010/connect/v1/' }
            @{ Uri = 'http://127.0.0.1:4010'; Start = 'http://127.0.0.1:4010/connect/v1/' }
            @{ Uri = 'http://[::1]:4010'; Start = 'http://[::1]:4010/connect/v1/' }
        ) {
            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -BaseUri $Uri
            $null = Get-ConnectorOffset orders-sink

            @($t.Stub.Requests)[0].Uri.StartsWith($Start) | Should-BeTrue
        }

        It 'refuses <Uri>' -ForEach @(
            @{ Uri = 'http://api.confluent.cloud' }
            @{ Uri = 'http://10.0.0.1' }
            @{ Uri = 'http://localhost.evil.example' }
            @{ Uri = 'api.confluent.cloud' }
            @{ Uri = 'ftp://api.confluent.cloud' }
            @{ Uri = 'https://api.confluent.cloud/?x=1' }
            @{ Uri = 'https://api.confluent.cloud/#x' }
        ) {
            $record = Get-TerminatingError { Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -BaseUri $Uri }

            Assert-OffsetError $record InvalidBaseUri ConnectConfluentCloudCommand InvalidArgument
            $t.Stub.Requests.Count | Should-Be 0
            Get-ConfluentCloudConnection | Should-BeNull
        }

        It 'refuses a password in it, and does not repeat it' {
            $address = 'https://me:hunter22@api.confluent.cloud'
            $record = Get-TerminatingError { Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -BaseUri $address }

            Assert-OffsetError $record InvalidBaseUri ConnectConfluentCloudCommand InvalidArgument
            ($record | Format-List * -Force | Out-String -Width 500) | Should-NotMatchString 'hunter22'
        }
    }

    Context 'output' {
        It 'emits nothing and sends nothing' {
            $output = @(Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http)

            $output.Count | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'emits the connection with -PassThru, which is the default one' {
            $output = @(Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -PassThru)

            $output.Count | Should-Be 1
            $output[0] | Should-HaveType ([ConfluentOffsets.ConfluentConnection])
            $output[0].AuthenticationKind | Should-Be 'ApiKey'
            [object]::ReferenceEquals($output[0], (Get-ConfluentCloudConnection)) | Should-BeTrue
        }

        It 'replaces the default, and leaves the connection before it usable' {
            $before = Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -PassThru
            $other = New-Service
            $otherHttp = $other.Http
            Connect-ConfluentCloud -Credential (New-TestCredential -Key OTHER) @ids @otherHttp

            $null = Get-ConnectorOffset a
            $null = Get-ConnectorOffset b -Connection $before

            @($other.Stub.Requests)[0].Path | Should-Be "$ConnectorPath/a/offsets"
            @($t.Stub.Requests)[0].Path | Should-Be "$ConnectorPath/b/offsets"
        }
    }

    Context 'proxy' {
        It 'accepts a proxy with its credential' {
            $connection = Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http -Proxy http://proxy.example:3128 -ProxyCredential (New-TestCredential -Key me -Value 'proxy-pass') -PassThru

            $connection | Should-HaveType ([ConfluentOffsets.ConfluentConnection])
        }

        It 'sends by way of the proxy' {
            # A port that was free a moment ago: nobody answers there.
            $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
            $listener.Start()
            $port = $listener.LocalEndpoint.Port
            $listener.Stop()
            Connect-ConfluentCloud -Credential (New-TestCredential) @ids -Proxy "http://127.0.0.1:$port" -MaxRetryCount 0

            $null = Get-ConnectorOffset orders-sink -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ConnectionFailed GetConnectorOffsetCommand ConnectionError orders-sink
            $problem[0].Exception.Message | Should-MatchString "127\.0\.0\.1:$port"
        }
    }

    Context 'time-outs and retries' {
        It 'makes <Attempts> attempts with <Name>' -ForEach @(
            @{ Name = 'the standard of 5 retries'; Extra = @{}; Attempts = 6 }
            @{ Name = '-MaxRetryCount 2'; Extra = @{ MaxRetryCount = 2 }; Attempts = 3 }
            @{ Name = '-MaxRetryCount 0'; Extra = @{ MaxRetryCount = 0 }; Attempts = 1 }
        ) {
            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http @Extra
            $null = $t.Stub.Answer('GET', '/connectors', 503, '')

            $null = Get-ConnectorOffset -ErrorVariable problem -ErrorAction SilentlyContinue

            $t.Stub.Requests.Count | Should-Be $Attempts
            Assert-OffsetError $problem ServiceUnavailable GetConnectorOffsetCommand ResourceUnavailable lkc-devc80
        }

        It 'gives each attempt <Seconds> s with <Name>' -ForEach @(
            @{ Name = 'the standard'; Extra = @{}; Seconds = 30 }
            @{ Name = '-RequestTimeout 7'; Extra = @{ RequestTimeout = 7 }; Seconds = 7 }
        ) {
            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http @Extra -MaxRetryCount 1
            $null = $t.Stub.Fail('GET', '/connectors', 'Hang')

            $null = Get-ConnectorOffset -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem RequestTimeout GetConnectorOffsetCommand OperationTimeout lkc-devc80
            $problem[0].Exception.Message | Should-MatchString "No answer within $Seconds s"
            $t.Stub.Requests.Count | Should-Be 2
            $gap = (@($t.Stub.Requests)[1].At - @($t.Stub.Requests)[0].At).TotalSeconds
            [Math]::Round($gap - @($t.Clock.Delays)[0].TotalSeconds, 3) | Should-Be $Seconds
        }

        It 'refuses -<Name> <Value>' -ForEach @(
            @{ Name = 'RequestTimeout'; Value = 0 }
            @{ Name = 'MaxRetryCount'; Value = -1 }
        ) {
            $odd = @{ $Name = $Value }

            $record = Get-TerminatingError { Connect-ConfluentCloud -Credential (New-TestCredential) @http @odd }

            $record.FullyQualifiedErrorId | Should-Be 'ParameterArgumentValidationError,ConfluentOffsets.Commands.ConnectConfluentCloudCommand'
        }
    }

    Context 'requests' {
        It 'say who sends them' {
            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http

            $null = Get-ConnectorOffset orders-sink

            $version = (Import-PowerShellDataFile (Join-Path $RepoRoot 'ConfluentOffsets.psd1')).ModuleVersion
            @($t.Stub.Requests)[0].UserAgent | Should-Be "ConfluentOffsets/$version"
        }

        It 'leave the caller''s handler alive after Disconnect-ConfluentCloud' {
            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http
            $null = Get-ConnectorOffset orders-sink
            Disconnect-ConfluentCloud
            $t.Stub.IsDisposed | Should-BeFalse

            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http
            @(Get-ConnectorOffset orders-sink).Count | Should-Be 1
        }
    }

    Context 'runspaces' {
        It 'has a default for each runspace' {
            Connect-ConfluentCloud -Credential (New-TestCredential) @ids @http
            $shell = [powershell]::Create()
            try {
                $seen = $shell.AddScript({
                        param($Manifest, $Credential, $Http)
                        Import-Module $Manifest
                        @(Get-ConfluentCloudConnection).Count
                        Connect-ConfluentCloud -Credential $Credential @Http
                        (Get-ConfluentCloudConnection).ApiKey
                    }).AddParameters(@{ Manifest = Join-Path $RepoRoot 'ConfluentOffsets.psd1'; Credential = New-TestCredential -Key OTHERKEY; Http = $http }).Invoke()
            }
            finally {
                $shell.Dispose()
            }

            $seen[0] | Should-Be 0
            $seen[1] | Should-Be 'OTHERKEY'
            (Get-ConfluentCloudConnection).ApiKey | Should-Be 'TESTKEY0123456'
        }
    }
}
