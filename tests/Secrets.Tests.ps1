BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.secrets.ps1
}

Describe 'Secrets' {
    AfterEach { $env:HTTPS_PROXY = $before }

    BeforeAll {
        $before = $env:HTTPS_PROXY

        # A handler whose failures tell what it was sent.
        if (-not ('ConfluentOffsets.PesterTests.Blabbing' -as [type])) {
            Add-Type -TypeDefinition @'
namespace ConfluentOffsets.PesterTests
{
    public sealed class Blabbing : System.Net.Http.HttpMessageHandler
    {
        private readonly string _text;
        public Blabbing(string text) { _text = text; }
        protected override System.Threading.Tasks.Task<System.Net.Http.HttpResponseMessage> SendAsync(System.Net.Http.HttpRequestMessage request, System.Threading.CancellationToken cancellationToken)
        {
            throw new System.Net.Http.HttpRequestException("proxy refused " + _text, new System.InvalidOperationException(_text + " " + request.Headers.Authorization));
        }
    }
}
'@
        }
    }

    Context 'a server that echoes the <Kind> credential' -ForEach @{ Kind = 'ApiKey' }, @{ Kind = 'AccessToken' }, @{ Kind = 'TokenExchange' }, @{ Kind = 'Proxy' }, @{ Kind = 'SystemProxy' } {
        BeforeEach {
            $t = Connect-Kind $Kind
            $quoted = $t.Echo | ConvertTo-Json
            $row = '{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":50}}'
        }

        It 'in <Name> leaves no secret in any stream or error' -ForEach @(
            @{ Name = 'an error object'; Status = 400; Body = { '{"error":{"code":' + $args[0] + ',"message":' + $args[0] + '}}' } }
            @{ Name = 'a list of errors'; Status = 403; Body = { '{"errors":[{"id":' + $args[0] + ',"code":' + $args[0] + ',"title":"t","detail":' + $args[0] + '}]}' } }
            @{ Name = 'an error code'; Status = 500; Body = { '{"error_code":1,"message":' + $args[0] + '}' } }
            @{ Name = 'JSON with escaped slashes'; Status = 404; Body = { '{"message":' + $args[0].Replace('/', '\/') + '}' } }
            @{ Name = 'plain text'; Status = 502; Body = { 'Bad: ' + $args[1] } }
            @{ Name = 'HTML'; Status = 503; Body = { '<html><title>' + [System.Net.WebUtility]::HtmlEncode($args[1]) + '</title>' + $args[1] + '</html>' } }
            @{ Name = 'a sign-in page'; Status = 200; Body = { '<html><title>Sign in</title>' + $args[1] + '</html>' } }
            @{ Name = 'a member of the wrong type'; Status = 200; Body = { '{"offsets":' + $args[0] + ',"status":' + $args[0] + '}' } }
            @{ Name = 'a refusal'; Status = 401; Body = { '{"error":{"code":401,"message":' + $args[0] + '}}' } }
        ) {
            $body = & $Body $quoted $t.Echo
            $null = $t.Stub.Answer('GET', '/x*', $Status, $body, @{ 'X-Request-Id' = $t.Echo; 'X-Echo' = $t.Echo; 'Set-Cookie' = "s=$($t.Echo)" })

            foreach ($call in { Get-ConnectorOffset x -Verbose -Debug }, { Get-ConnectorOffsetRequest x -Verbose -Debug }, { Wait-ConnectorOffsetRequest x -Timeout 1 -Verbose -Debug }, { Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -Verbose -Debug }) {
                $trace = Get-Trace $call

                $trace.Errors.Count | Should-Be 1
                $trace.Text | Should-MatchString '\(redacted\)'
                Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors))
            }
        }

        It 'in a status leaves no secret in a warning, an error, the status or its Clixml' {
            $null = $t.Stub.Answer('GET', '/good/offsets/request/status', 200, ('{"request":{"type":"PATCH","requested_at":' + $quoted + '},"status":{"phase":"APPLIED","message":' + $quoted + '},"applied_at":' + $quoted + '}'))
            $null = $t.Stub.Answer('GET', '/bad/offsets/request/status', 200, ('{"request":{"type":"PATCH"},"status":{"phase":"FAILED","message":' + $quoted + '}}'))

            # -Debug alone makes PowerShell ask at each warning.
            $trace = Get-Trace { Wait-ConnectorOffsetRequest good, bad -Verbose -Debug -WarningAction Continue }

            $trace.Errors.FullyQualifiedErrorId | Should-Be 'OffsetRequestFailed,ConfluentOffsets.Commands.WaitConnectorOffsetRequestCommand'
            $trace.Text | Should-MatchString '\(redacted\)'
            Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors))
            Assert-NoSecret ([System.Management.Automation.PSSerializer]::Serialize((Get-ConnectorOffsetRequest good), 9))
        }

        It 'in observed_at leaves no secret in the verbose stream' {
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, ('{"offsets":[' + $row + '],"metadata":{"observed_at":' + $quoted + '}}'))

            $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug }

            $trace.Errors.Count | Should-Be 0
            $trace.Text | Should-MatchString 'observed_at'
            Assert-NoSecret $trace.Text
        }

        It 'in the answer to a POST leaves no secret: <Status>' -ForEach @{ Status = 202 }, @{ Status = 400 }, @{ Status = 500 } {
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, "{`"offsets`":[$row]}").Answer('GET', '/x/offsets/request/status', 200, (New-StatusAnswer))
            $null = $t.Stub.Answer('POST', '/x/offsets/request', $Status, ('{"requested_at":' + $quoted + ',"error":{"code":1,"message":' + $quoted + '}}'), @{ 'X-Request-Id' = $t.Echo })

            $trace = Get-Trace { Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -Verbose -Debug }

            $trace.Errors.Count | Should-Be ([int]($Status -ne 202))
            Assert-NoSecret $trace.Text
            if ($trace.Errors) { Assert-NoSecret (-join (Get-ErrorText $trace.Errors)) }
        }

        It 'leaves none in a transcript' {
            # A process of its own: a transcript has what is shown.
            Set-Content TestDrive:/body.json "{`"message`":$quoted}" -NoNewline
            @{ access_token = $ExchangedToken; expires_in = 900 } | ConvertTo-Json | Set-Content TestDrive:/token.json
            Set-Content TestDrive:/child.ps1 {
                param($Common, $Folder, $Kind)
                . $Common
                $ErrorActionPreference = $VerbosePreference = $DebugPreference = 'Continue'
                $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
                $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock).Answer('GET', '/x/offsets', 400, (Get-Content "$Folder/body.json" -Raw))
                $null = $stub.Answer('POST', '/sts/v1/oauth2/token', 200, (Get-Content "$Folder/token.json" -Raw))
                $given = Import-Clixml "$Folder/given.xml"
                $null = Start-Transcript "$Folder/transcript.txt"
                Connect-ConfluentCloud @given -HttpMessageHandler $stub -TimeProvider $clock
                Get-ConfluentCloudConnection | Format-List * -Force
                Get-ConnectorOffset x
                $Error[0] | Format-List * -Force
                $null = Stop-Transcript
            }
            $given = @{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80' }
            switch ($Kind) {
                'AccessToken' { $given.AccessToken = ConvertTo-SecureString $Token -AsPlainText -Force }
                'TokenExchange' { $given.IdentityPoolId = 'pool-1'; $given.SubjectToken = ConvertTo-SecureString $SubjectToken -AsPlainText -Force }
                'Proxy' { $given.Proxy = 'http://proxy.example:3128'; $given.ProxyCredential = New-TestCredential -Key proxyuser1 -Value $ProxyPassword }
            }
            if ($Kind -notin 'AccessToken', 'TokenExchange') { $given.Credential = New-TestCredential }
            $given | Export-Clixml TestDrive:/given.xml
            $folder = (Get-Item TestDrive:/).FullName

            $null = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File "$folder/child.ps1" (Join-Path $PSScriptRoot common.ps1) $folder $Kind *>&1

            $text = Get-Content TestDrive:/transcript.txt -Raw
            $text | Should-MatchString 'AuthenticationKind'
            $text | Should-MatchString '400 Bad Request: \(redacted\)'
            Assert-NoSecret $text
        }

        It 'leaves none in $Error' {
            $null = $t.Stub.Answer('GET', '/x/offsets', 400, ('{"message":' + $quoted + '}'))
            $global:Error.Clear()

            $null = Get-ConnectorOffset x -ErrorAction SilentlyContinue

            $global:Error.Count | Should-Be 1
            Assert-NoSecret (Get-Error | Out-String -Width 5000)
            Assert-NoSecret (($global:Error | Format-List * -Force | Out-String -Width 5000) + ($global:Error | ForEach-Object { Get-ErrorText $_ }))
        }
    }

    Context 'a transport that tells what it was sent' {
        It 'leaves no secret in the errors, inner ones included' {
            $echo = "$Secret $([uri]::EscapeDataString($Secret)) $(ConvertTo-Base64 "TESTKEY0123456:$Secret")"
            Connect-ConfluentCloud -Credential (New-TestCredential) -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler ([ConfluentOffsets.PesterTests.Blabbing]::new($echo)) -MaxRetryCount 0

            $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug }

            $trace.Errors.FullyQualifiedErrorId | Should-Be 'ConnectionFailed,ConfluentOffsets.Commands.GetConnectorOffsetCommand'
            $trace.Text | Should-MatchString 'proxy refused'
            Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors))
        }
    }

    Context 'ordinary calls' {
        It 'show headers and bodies with -Debug, without the credential' {
            $t = Connect-Kind ApiKey
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 123456 })), @{ 'X-Request-Id' = 'req-77' }).Answer('GET', '/x/offsets/request/status', 200, (New-StatusAnswer)).Answer('POST', '/x/offsets/request', 202, '')

            $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug; Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 654321 -Confirm:$false -Verbose -Debug }

            $trace.Errors.Count | Should-Be 0
            foreach ($words in "GET $ConnectorPath/x/offsets: 200", 'req-77', '123456', '654321', 'User-Agent') {
                $trace.Text.Contains($words) | Should-BeTrue -Because $words
            }
            Assert-NoSecret $trace.Text
        }
    }

    Context 'a connection of <Kind>' -ForEach @{ Kind = 'ApiKey' }, @{ Kind = 'AccessToken' }, @{ Kind = 'TokenExchange' }, @{ Kind = 'Proxy' }, @{ Kind = 'SystemProxy' } {
        BeforeEach {
            $t = Connect-Kind $Kind
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
            $row = Get-ConnectorOffset x
        }

        It 'shows no secret as <Name>' -ForEach @(
            @{ Name = 'Format-List * -Force'; Show = { $args[0] | Format-List * -Force | Out-String -Width 5000 } }
            @{ Name = 'Format-Custom'; Show = { $args[0] | Format-Custom * -Force -Depth 9 | Out-String -Width 5000 } }
            @{ Name = 'Get-Member -Force'; Show = { $args[0] | Get-Member -Force | Out-String -Width 5000 } }
            @{ Name = 'ConvertTo-Json'; Show = { $args[0] | ConvertTo-Json -Depth 9 } }
            @{ Name = 'Clixml'; Show = { [System.Management.Automation.PSSerializer]::Serialize($args[0], 9) } }
            @{ Name = 'text'; Show = { "$($args[0])" } }
            @{ Name = 'CSV'; Show = { $args[0] | ConvertTo-Csv | Out-String } }
        ) {
            Assert-NoSecret (& $Show $t.Connection)
            Assert-NoSecret (& $Show $row)
        }

        It 'has no member that gives one away' {
            $names = ($t.Connection | Get-Member -Force -MemberType Properties, Methods).Name -replace '^[gs]et_'

            @($names | Where-Object { $_ -match 'Secret|Token|Password|Credential|Service|Authoriz' }).Count | Should-Be 0
        }
    }

    Context 'a token exchange' {
        It 'leaves no token in any stream' {
            $t = Connect-Token -Exchange
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, '{}')

            $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug }

            $trace.Errors.Count | Should-Be 0
            $trace.Text | Should-MatchString 'POST /sts/v1/oauth2/token: 200'
            Assert-NoSecret $trace.Text
        }

        It 'that is refused with <Status> leaves none in any stream or error' -ForEach @{ Status = 400 }, @{ Status = 401 }, @{ Status = 503 }, @{ Status = 200 } {
            $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
            $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock)
            $subject = Get-Form $SubjectToken | Select-Object -Unique
            $null = $stub.Answer('POST', '/sts/v1/oauth2/token', $Status, (@{ error = 'invalid_grant'; error_description = "$subject" } | ConvertTo-Json), @{ 'X-Request-Id' = $SubjectToken })
            Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectToken (ConvertTo-SecureString $SubjectToken -AsPlainText -Force) -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $stub -TimeProvider $clock -MaxRetryCount 1

            $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug }

            $trace.Errors.Count | Should-Be 1
            Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors))
        }

        It 'keeps what the script block would show to itself' {
            $t = Connect-Token
            $env:CONFLUENTOFFSETS_TEST_JWT = $SubjectToken
            try {
                Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectTokenCommand {
                    Write-Debug $env:CONFLUENTOFFSETS_TEST_JWT
                    Write-Debug $env:CONFLUENTOFFSETS_TEST_JWT -Debug
                    Write-Verbose $env:CONFLUENTOFFSETS_TEST_JWT
                    Write-Verbose $env:CONFLUENTOFFSETS_TEST_JWT -Verbose
                    Write-Warning $env:CONFLUENTOFFSETS_TEST_JWT
                    Write-Information $env:CONFLUENTOFFSETS_TEST_JWT
                    Write-Host $env:CONFLUENTOFFSETS_TEST_JWT
                    $env:CONFLUENTOFFSETS_TEST_JWT
                } -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $t.Stub -TimeProvider $t.Clock
                $null = $t.Stub.Answer('GET', '/x/offsets', 200, '{}')
                $null = Start-Transcript TestDrive:/block.txt

                $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug }

                $null = Stop-Transcript
                $trace.Errors.Count | Should-Be 0
                Assert-NoSecret ($trace.Text + (Get-Content TestDrive:/block.txt -Raw))
            }
            finally {
                $env:CONFLUENTOFFSETS_TEST_JWT = $null
            }
        }
    }

    Context 'Connect-ConfluentCloud' {
        It 'leaves no secret in streams, errors or bound parameters' {
            $trace = Get-Trace {
                Connect-ConfluentCloud -Credential (New-TestCredential) -BaseUri http://api.confluent.cloud -ProxyCredential (New-TestCredential -Key proxyuser1 -Value $ProxyPassword) -Verbose -Debug
            }

            $trace.Errors.Count | Should-Be 1
            Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors) + ($trace.Errors[0].InvocationInfo.BoundParameters | Out-String))
        }

        It 'keeps its credentials from being read back' -ForEach 'Credential', 'AccessToken', 'SubjectToken', 'SubjectTokenCommand', 'ProxyCredential' {
            $property = [ConfluentOffsets.Commands.ConnectConfluentCloudCommand].GetProperty($_)

            $property.GetGetMethod() | Should-BeNull
            $property.GetSetMethod() | Should-NotBeNull
        }
    }

    Context 'this test' {
        It 'would notice: <_>' -ForEach 0, 1, 2, 3, 4, 5, 6, 7, 8 {
            $leak = "x $($AllForms[$_ * 3]) y"

            { Assert-NoSecret $leak } | Should-Throw
        }
    }
}
