# Connect-ConfluentCloud -IdentityPoolId: an identity provider's JWT, exchanged for tokens of Confluent's.
BeforeAll {
    . $PSScriptRoot/common.ps1
    $script:LongEnough = [timespan]::FromSeconds(20)
    $script:TokenPath = '/sts/v1/oauth2/token'

    # Lets the requests to an address through when it is opened, and says when so many are there.
    if (-not ('ConfluentOffsets.PesterTests.Barrier' -as [type])) {
        Add-Type -TypeDefinition @'
namespace ConfluentOffsets.PesterTests
{
    public sealed class Barrier : System.Net.Http.DelegatingHandler
    {
        private readonly string _path;
        private readonly System.Threading.Tasks.TaskCompletionSource<bool> _open = new System.Threading.Tasks.TaskCompletionSource<bool>();

        public Barrier(System.Net.Http.HttpMessageHandler inner, string path, int count) : base(inner) { _path = path; Reached = new System.Threading.CountdownEvent(count); }

        public System.Threading.CountdownEvent Reached { get; }

        public void Open() { _open.TrySetResult(true); }

        protected override async System.Threading.Tasks.Task<System.Net.Http.HttpResponseMessage> SendAsync(System.Net.Http.HttpRequestMessage request, System.Threading.CancellationToken cancellationToken)
        {
            if (request.RequestUri.AbsolutePath.EndsWith(_path) && !_open.Task.IsCompleted)
            {
                if (!Reached.IsSet) { Reached.Signal(); }
                await _open.Task.WaitAsync(cancellationToken);
            }
            return await base.SendAsync(request, cancellationToken);
        }
    }

    // What script blocks in any runspace share with the test.
    public static class Shared
    {
        private static int _runs;
        public static int Runs { get { return System.Threading.Volatile.Read(ref _runs); } }
        public static int Run() { return System.Threading.Interlocked.Increment(ref _runs); }
        public static System.Threading.ManualResetEventSlim Started { get; private set; }
        public static System.Threading.ManualResetEventSlim Released { get; private set; }
        public static object Connection { get; set; }
        public static void Reset()
        {
            _runs = 0;
            Started = new System.Threading.ManualResetEventSlim();
            Released = new System.Threading.ManualResetEventSlim();
            Connection = null;
        }
    }
}
'@
    }

    function ConvertTo-Secure { param([string] $Text) ConvertTo-SecureString $Text -AsPlainText -Force }

    function Get-TerminatingError {
        param([scriptblock] $Body)
        try { $null = & $Body }
        catch { return $_ }
        throw 'No error.'
    }

    # A stub that gives the tokens t1, t2, ... and answers every GET offsets; connected with a JWT or a script block.
    function Connect-Exchange {
        param([scriptblock] $Command, [scriptblock] $Wrap, [string[]] $Token = @('t1', 't2', 't3'), [int] $ExpiresIn = 900)
        $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
        $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock)
        foreach ($one in $Token) { $null = $stub.Answer('POST', $TokenPath, 200, "{`"access_token`":`"$one`",`"token_type`":`"Bearer`",`"expires_in`":$ExpiresIn}") }
        $handler = $Wrap ? (& $Wrap $stub) : $stub
        $subject = $Command ? @{ SubjectTokenCommand = $Command } : @{ SubjectToken = ConvertTo-Secure 'the-jwt' }
        $connection = Connect-ConfluentCloud -IdentityPoolId pool-1 @subject -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $handler -TimeProvider $clock -PassThru
        [pscustomobject]@{ Stub = $stub; Clock = $clock; Connection = $connection; Handler = $handler }
    }

    function Add-Offsets { param($T) $null = $T.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 }))) }

    function Get-Exchange { param($T) @($T.Stub.Requests | Where-Object Path -EQ $TokenPath) }

    # The JWTs that were exchanged.
    function Get-Jwt { param($T) @(Get-Exchange $T | ForEach-Object { [uri]::UnescapeDataString([regex]::Match($_.Body, '(?<=subject_token=)[^&]*').Value) }) }

    # The tokens that requests carried, in order.
    function Get-Bearer { param($T) @($T.Stub.Requests | Where-Object Path -NE $TokenPath | ForEach-Object { $_.Authorization -replace '^Bearer ' }) }

    # A script in a runspace of its own, with $c as connection.
    function Start-Script {
        param([string] $Script, $Connection)
        $start = 'param([string] $Manifest, [string] $Script, $c) Import-Module $Manifest; . ([scriptblock]::Create($Script))'
        $shell = [powershell]::Create().AddScript($start).AddParameters(@{ Manifest = Join-Path $RepoRoot 'ConfluentOffsets.psd1'; Script = $Script; c = $Connection })
        $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $nothing.Complete()
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        [pscustomobject]@{ Shell = $shell; Run = $shell.BeginInvoke($nothing, $output); Output = $output }
    }

    function Wait-Script {
        param($Job)
        $Job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
        @($Job.Shell.Streams.Error) -join '; ' | Should-Be ''
    }
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
            Get-Bearer $t | Should-BeCollection @('t1', 't1', 't1', 't2')
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

    Context 'the script block' {
        It 'runs where the cmdlet runs, with what is visible there' {
            $t = Connect-Exchange -Command { Get-MyJwt $where }
            Add-Offsets $t
            function Get-MyJwt { "jwt-$($args[0])" }
            $where = 'here'

            $null = Get-ConnectorOffset a

            Get-Jwt $t | Should-BeCollection @('jwt-here')
        }

        It 'runs by its text in the runspace that needs it: nothing is captured' {
            $captured = 'captured'
            $t = Connect-Exchange -Command { $captured ? 'captured' : 'not-captured' }
            Add-Offsets $t
            $jobs += Start-Script '(Get-ConnectorOffset a -Connection $c).KafkaOffset' $t.Connection
            Wait-Script $jobs[0]

            Get-Jwt $t | Should-BeCollection @('not-captured')
        }

        It 'may give <Name>' -ForEach @(
            @{ Name = 'a SecureString'; Command = { ConvertTo-SecureString secure-jwt -AsPlainText -Force }; Jwt = 'secure-jwt' }
            @{ Name = 'text with a line break at its end'; Command = { "jwt`r`n" }; Jwt = 'jwt' }
            @{ Name = 'blank lines around it'; Command = { ''; $null; 'jwt'; ' ' }; Jwt = 'jwt' }
            @{ Name = 'warnings and errors beside it'; Command = { Write-Verbose x -Verbose; Write-Error 'soft' -ErrorAction Continue; 'jwt' }; Jwt = 'jwt' }
        ) {
            $t = Connect-Exchange -Command $Command
            Add-Offsets $t

            $rows = @(Get-ConnectorOffset a -ErrorVariable problem)

            $rows.Count | Should-Be 1
            @($problem).Count | Should-Be 0
            Get-Jwt $t | Should-BeCollection @($Jwt)
        }

        It 'that <Name> is AuthenticationFailed: <Says>' -ForEach @(
            @{ Name = 'throws'; Command = { throw 'no luck today' }; Says = 'no luck today' }
            @{ Name = 'gives nothing'; Command = { $null }; Says = 'it gave nothing.*variables of the script around it are not captured' }
            @{ Name = 'writes an error and gives nothing'; Command = { Write-Error 'provider is down' -ErrorAction Continue }; Says = 'provider is down' }
            @{ Name = 'gives two'; Command = { 'one'; 'two' }; Says = 'it gave 2 values' }
            @{ Name = 'gives several lines'; Command = { "one`ntwo" }; Says = 'it gave|what it gave holds blanks' }
            @{ Name = 'gives an object'; Command = { [pscustomobject]@{ Token = 'x' } }; Says = 'it gave a PSCustomObject' }
            @{ Name = 'is not PowerShell'; Command = { Get-NoSuchThing }; Says = 'Get-NoSuchThing' }
            @{ Name = 'tells of a JWT'; Command = { throw 'refused eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln' }; Says = 'refused \(redacted\)' }
            @{ Name = 'calls a cmdlet with the same connection'; Command = { (Get-ConnectorOffset b).ConnectorName }; Says = 'needs a -SubjectTokenCommand itself' }
        ) {
            $t = Connect-Exchange -Command $Command
            Add-Offsets $t

            $record = Get-TerminatingError { Get-ConnectorOffset a }

            Assert-OffsetError $record AuthenticationFailed GetConnectorOffsetCommand AuthenticationError a
            $record.Exception.Message | Should-MatchString "-SubjectTokenCommand failed: .*($Says)"
            $record.Exception.Message | Should-NotMatchString 'eyJ'
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'that fails is run again at the next call' {
            $t = Connect-Exchange -Command { if ([ConfluentOffsets.PesterTests.Shared]::Run() -eq 1) { throw 'not yet' }; 'jwt' }
            Add-Offsets $t
            $null = Get-TerminatingError { Get-ConnectorOffset a }

            (Get-ConnectorOffset a).KafkaOffset | Should-Be 100
        }

        It 'may use a connection with another credential' {
            $sandbox = Connect-ConfluentCloud -Sandbox -PassThru
            $t = Connect-Exchange -Command { (Get-ConnectorOffset orders-sink -Connection $sandbox)[0].ConnectorName }
            Add-Offsets $t

            $null = Get-ConnectorOffset a

            Get-Jwt $t | Should-BeCollection @('orders-sink')
        }

        It 'ends nothing but itself by exit, break or return' {
            $t = Connect-Exchange -Command { $n = [ConfluentOffsets.PesterTests.Shared]::Run(); if ($n -eq 1) { 'jwt'; break }; if ($n -eq 2) { 'jwt'; exit 5 }; return 'jwt' }
            Add-Offsets $t

            $seen = foreach ($i in 1..3) { $null = Get-ConnectorOffset a; $t.Clock.Advance([timespan]::FromHours(1)); $i }

            $seen | Should-BeCollection @(1, 2, 3)
            $shared::Runs | Should-Be 3
        }

        It 'is not run by Tab: without a token nothing is completed, and nothing is said' {
            $t = Connect-Exchange -Command { [ConfluentOffsets.PesterTests.Shared]::Run() }
            $global:Error.Clear()

            $null = TabExpansion2 'Get-ConnectorOffset -ConnectorName a' -cursorColumn 36

            $shared::Runs | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 0
            $global:Error.Count | Should-Be 0
        }

        It 'is stopped by Ctrl+C' {
            $t = Connect-Exchange -Command { [ConfluentOffsets.PesterTests.Shared]::Started.Set(); while ($true) { [System.Threading.Thread]::Sleep(5) } }
            Add-Offsets $t
            $jobs += Start-Script 'Get-ConnectorOffset a -Connection $c; "not stopped"' $t.Connection
            $shared::Started.Wait($LongEnough) | Should-BeTrue

            $jobs[0].Shell.BeginStop($null, $null).AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue

            $jobs[0].Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
            "$($jobs[0].Shell.InvocationStateInfo.State)" | Should-Be 'Stopped'
            $jobs[0].Output.Count | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'many at once' {
        It 'exchanges once for all requests of a cmdlet' {
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" }
            Add-Offsets $t

            @(Get-ConnectorOffset (1..40 | ForEach-Object { "c$_" }) -ThrottleLimit 40).Count | Should-Be 40

            $shared::Runs | Should-Be 1
            @(Get-Exchange $t).Count | Should-Be 1
        }

        It 'gets new tokens for all cmdlets of a pipeline, whichever of them waits' {
            # Refused again and again, above and below: one at a time, a cmdlet waits in the middle of its input.
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" } -Token (1..80 | ForEach-Object { "t$_" })
            $names = 1..24 | ForEach-Object { "c$_" }
            foreach ($name in $names) {
                $null = $t.Stub.Answer('GET', "/$name/offsets", 401, '{}').Answer('GET', "/$name/offsets", 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
                $null = $t.Stub.Answer('GET', "/$name/offsets/request/status", 401, '{}').Answer('GET', "/$name/offsets/request/status", 200, (New-StatusAnswer))
            }
            $jobs += Start-Script "Get-ConnectorOffset $($names -join ', ') -ThrottleLimit 4 -Connection `$c | Get-ConnectorOffsetRequest -ThrottleLimit 1" $t.Connection

            Wait-Script $jobs[0]

            $jobs[0].Output.ConnectorName | Should-BeCollection $names
            @(Get-Exchange $t).Count | Should-BeGreaterThan 1
        }

        It 'exchanges once for cmdlets in several runspaces' {
            # All of them wait at the barrier with their first request, whose token all share.
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" } -Wrap { [ConfluentOffsets.PesterTests.Barrier]::new($args[0], '/offsets', 6) }
            Add-Offsets $t
            $jobs += 1..6 | ForEach-Object { Start-Script "(Get-ConnectorOffset c$_ -Connection `$c).KafkaOffset" $t.Connection }
            $t.Handler.Reached.Wait($LongEnough) | Should-BeTrue
            $t.Handler.Open()

            foreach ($job in $jobs) { Wait-Script $job; $job.Output[0] | Should-Be 100 }
            $shared::Runs | Should-Be 1
            @(Get-Exchange $t).Count | Should-Be 1
        }

        It 'waits in all runspaces for the one that runs the script block' {
            $t = Connect-Exchange -Command {
                $null = [ConfluentOffsets.PesterTests.Shared]::Run()
                [ConfluentOffsets.PesterTests.Shared]::Started.Set()
                $null = [ConfluentOffsets.PesterTests.Shared]::Released.Wait(20000)
                'jwt'
            }
            Add-Offsets $t
            $jobs += Start-Script '(Get-ConnectorOffset a -Connection $c).KafkaOffset' $t.Connection
            $shared::Started.Wait($LongEnough) | Should-BeTrue
            $jobs += Start-Script '"started"; (Get-ConnectorOffset b -Connection $c).KafkaOffset' $t.Connection
            [System.Threading.SpinWait]::SpinUntil({ $jobs[1].Output.Count -eq 1 }, $LongEnough) | Should-BeTrue

            $shared::Released.Set()

            foreach ($job in $jobs) { Wait-Script $job; $job.Output[-1] | Should-Be 100 }
            $shared::Runs | Should-Be 1
            @(Get-Exchange $t).Count | Should-Be 1
        }

        It 'runs it in another runspace where the one that ran it is stopped' {
            $t = Connect-Exchange -Command {
                if ([ConfluentOffsets.PesterTests.Shared]::Run() -eq 1) {
                    [ConfluentOffsets.PesterTests.Shared]::Started.Set()
                    while ($true) { [System.Threading.Thread]::Sleep(5) }
                }
                'jwt-of-the-other'
            }
            Add-Offsets $t
            $jobs += Start-Script 'Get-ConnectorOffset a -Connection $c' $t.Connection
            $shared::Started.Wait($LongEnough) | Should-BeTrue
            $jobs += Start-Script '"started"; (Get-ConnectorOffset b -Connection $c).KafkaOffset' $t.Connection
            [System.Threading.SpinWait]::SpinUntil({ $jobs[1].Output.Count -eq 1 }, $LongEnough) | Should-BeTrue

            $null = $jobs[0].Shell.BeginStop($null, $null)

            Wait-Script $jobs[1]
            $jobs[1].Output[-1] | Should-Be 100
            Get-Jwt $t | Should-BeCollection @('jwt-of-the-other')
        }

        It 'exchanges once for ForEach-Object -Parallel and its $using:connection' {
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" } -Wrap { [ConfluentOffsets.PesterTests.Barrier]::new($args[0], '/offsets', 4) }
            Add-Offsets $t
            $connection = $t.Connection
            $manifest = Join-Path $RepoRoot 'ConfluentOffsets.psd1'

            $job = 1..4 | ForEach-Object -AsJob -Parallel {
                Import-Module $using:manifest
                Get-ConnectorOffset "c$_" -Connection $using:connection
            }
            $t.Handler.Reached.Wait($LongEnough) | Should-BeTrue
            $t.Handler.Open()

            @($job | Wait-Job -Timeout 20 | Receive-Job).Count | Should-Be 4
            $shared::Runs | Should-Be 1
            @(Get-Exchange $t).Count | Should-Be 1
            $job | Remove-Job -Force
        }

        It 'exchanges once for thread jobs' {
            $t = Connect-Exchange -Command { "jwt-$([ConfluentOffsets.PesterTests.Shared]::Run())" } -Wrap { [ConfluentOffsets.PesterTests.Barrier]::new($args[0], '/offsets', 3) }
            Add-Offsets $t
            $threads = 1..3 | ForEach-Object {
                Start-ThreadJob -ArgumentList $_, $t.Connection, (Join-Path $RepoRoot 'ConfluentOffsets.psd1') { Import-Module $args[2]; Get-ConnectorOffset "c$($args[0])" -Connection $args[1] }
            }
            $t.Handler.Reached.Wait($LongEnough) | Should-BeTrue
            $t.Handler.Open()

            @($threads | Wait-Job -Timeout 20 | Receive-Job).Count | Should-Be 3
            $shared::Runs | Should-Be 1
            $threads | Remove-Job -Force
        }
    }
}
