# Connect-ConfluentCloud -SubjectTokenCommand: the script block that gives JWTs, and many who need its token at once.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.tokenexchange.ps1
}

Describe 'Connect-ConfluentCloud -SubjectTokenCommand' {
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
