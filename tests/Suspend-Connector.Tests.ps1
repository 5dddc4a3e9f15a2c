BeforeAll { . $PSScriptRoot/common.ps1 }

Describe 'Suspend-Connector' {
    BeforeEach {
        $t = Connect-Stub
        $null = $t.Stub.Answer('PUT', '/bad/pause', 403, '{"error":{"code":403,"message":"not yours"}}')
        $null = $t.Stub.Answer('PUT', '/pause', 202, $null)
        $null = $t.Stub.Answer('GET', '/connectors', 200, '{"a":{"id":{"id":"lcc-a"},"info":{"type":"sink"},"status":{"connector":{"state":"PAUSED"},"tasks":[{"id":0,"state":"PAUSED"}]}},"b":{}}')
    }

    Context 'what is sent' {
        It 'is a PUT for each connector, and nothing comes back' {
            $output = @(Suspend-Connector a, 'b/c' -Confirm:$false)

            $output.Count | Should-Be 0
            @($t.Stub.Requests.Method | Select-Object -Unique) | Should-BeCollection @('PUT')
            @($t.Stub.Requests.Path | Sort-Object) | Should-BeCollection @("$ConnectorPath/a/pause", "$ConnectorPath/b%2Fc/pause")
        }

        It 'is sent once for a connector in a pipeline' {
            [pscustomobject]@{ ConnectorName = 'a' }, [pscustomobject]@{ ConnectorName = 'a' } | Suspend-Connector -Confirm:$false

            $t.Stub.Requests.Count | Should-Be 1
        }

        It 'goes where a piped connector came from' {
            $other = Connect-Stub

            Get-Connector a -Connection $t.Connection | Suspend-Connector -Confirm:$false

            $other.Stub.Requests.Count | Should-Be 0
            @($t.Stub.Requests)[-1].Path | Should-Be "$ConnectorPath/a/pause"
        }

        It 'goes to -EnvironmentId and -KafkaClusterId' {
            Suspend-Connector a -EnvironmentId env-2 -ClusterId lkc-2 -Confirm:$false

            @($t.Stub.Requests).Path | Should-Be '/connect/v1/environments/env-2/clusters/lkc-2/connectors/a/pause'
        }

        It 'is repeated when an answer is lost' {
            $lossy = Connect-Stub
            $null = $lossy.Stub.Fail('PUT', '/pause', 'Lost').Answer('PUT', '/pause', 202, $null)

            Suspend-Connector a -Confirm:$false

            $lossy.Stub.Requests.Count | Should-Be 2
        }

        It 'is nothing for an empty pipeline' {
            @() | Suspend-Connector -Confirm:$false

            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'is nothing for <Name>' -ForEach @(
            @{ Name = 'an empty name'; Given = { Suspend-Connector '' -Confirm:$false -ErrorAction Stop } }
            @{ Name = 'null'; Given = { Suspend-Connector $null -Confirm:$false -ErrorAction Stop } }
            @{ Name = 'a piped empty name'; Given = { [pscustomobject]@{ ConnectorName = '' } | Suspend-Connector -Confirm:$false -ErrorAction Stop } }
        ) {
            $Given | Should-Throw -FullyQualifiedErrorId 'InvalidConnectorName,*'
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'is nothing for an object in the place of a name' {
            $connector = Get-Connector a

            { Suspend-Connector $connector -Confirm:$false } | Should-Throw -ExceptionMessage '*pipe it*'
            @($t.Stub.Requests | Where-Object Method -EQ PUT).Count | Should-Be 0
        }
    }

    Context '-PassThru' {
        It 'emits the connectors as they are afterwards, in order, with one listing' {
            $connectors = @(Suspend-Connector b, a -PassThru -Confirm:$false)

            $connectors.ConnectorName | Should-BeCollection @('b', 'a')
            $connectors[1] | Should-HaveType ([ConfluentOffsets.Connector])
            $connectors[1].State | Should-Be 'PAUSED'
            $connectors[1].ConnectorId | Should-Be 'lcc-a'
            @($t.Stub.Requests)[-1].Uri | Should-MatchString 'expand=id,info,status$'
            @($t.Stub.Requests | Where-Object Method -EQ GET).Count | Should-Be 1
        }

        It 'is ConnectorNotFound for one that the list has no more' {
            $null = Suspend-Connector gone -PassThru -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ConnectorNotFound SuspendConnectorCommand ObjectNotFound gone
        }
    }

    Context 'errors' {
        It 'do not stop the others' {
            $connectors = @(Suspend-Connector bad, a -PassThru -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue)

            $connectors.ConnectorName | Should-BeCollection @('a')
            Assert-OffsetError $problem AccessDenied SuspendConnectorCommand PermissionDenied bad
        }

        It 'come when all has been sent' {
            Suspend-Connector bad, a -ThrottleLimit 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            @($problem).Count | Should-Be 1
            @($t.Stub.Requests).Count | Should-Be 2
        }

        It 'end it under Stop: nothing further is sent, and a warning names what was not' {
            { Suspend-Connector bad, a, b -ThrottleLimit 1 -Confirm:$false -ErrorAction Stop -WarningVariable script:warned -WarningAction SilentlyContinue } | Should-Throw -FullyQualifiedErrorId 'AccessDenied,*'

            @($t.Stub.Requests).Path | Should-Be "$ConnectorPath/bad/pause"
            "$warned" | Should-Be 'Because of an error, nothing was sent for: a, b'
        }

        It 'of a name keep everything from being sent under Stop: <Name>' -ForEach @(
            @{ Name = 'by -ErrorAction'; Do = { Suspend-Connector a, '' -Confirm:$false -ErrorAction Stop -WarningAction SilentlyContinue } }
            @{ Name = 'by the preference'; Do = { $ErrorActionPreference = 'Stop'; Suspend-Connector a, '' -Confirm:$false -WarningAction SilentlyContinue } }
        ) {
            $Do | Should-Throw -FullyQualifiedErrorId 'InvalidConnectorName,*'

            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'of a blank name do not stop the others without Stop' {
            Suspend-Connector '', a -Confirm:$false -ErrorAction SilentlyContinue

            @($t.Stub.Requests).Count | Should-Be 1
        }

        It 'are there for a wildcard, and then nothing at all is sent: <_>' -ForEach 'Suspend-Connector', 'Resume-Connector' {
            $empty = $null

            & $_ a, "$empty*" -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem -WarningVariable warned -WarningAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName "$($_ -replace '-')Command" InvalidArgument '*'
            "$warned" | Should-Be 'Because of an error, nothing was sent for: a'
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'say where it is not known whether it was taken' {
            $broken = Connect-Stub @{ MaxRetryCount = 0 }
            $null = $broken.Stub.Answer('PUT', '/pause', 503, '')

            Suspend-Connector a -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ServiceUnavailable SuspendConnectorCommand ResourceUnavailable a
            "$problem" | Should-BeLikeString '*It may have been taken all the same: look at Get-Connector.*'
        }

        It 'of authentication end the pipeline, and no further call is made' {
            $refused = Connect-Stub
            $null = $refused.Stub.Answer('PUT', '/pause', 401, '{}')

            { Suspend-Connector a, b, c -ThrottleLimit 1 -Confirm:$false } | Should-Throw -FullyQualifiedErrorId 'AuthenticationFailed,*'
            $refused.Stub.Requests.Count | Should-Be 1
        }
    }

    Context 'being asked' {
        It 'tells with -WhatIf what would be done, and where, and sends nothing' {
            $path = Join-Path $TestDrive 'transcript.txt'
            $null = Start-Transcript $path
            try { Suspend-Connector a, b -WhatIf }
            finally { $null = Stop-Transcript }

            $text = Get-Content $path -Raw
            $text | Should-BeLikeString "*Pause connector 'a' (env-a12b6, lkc-devc80, API key TESTKEY0123456)*"
            $text | Should-BeLikeString "*Pause connector 'b'*"
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'refuses with -WhatIf what it would refuse without' {
            Suspend-Connector 'a*' -WhatIf -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName SuspendConnectorCommand InvalidArgument 'a*'
        }

        It 'is ConfirmationUnavailable after the errors before it' {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$RepoRoot/ConfluentOffsets.psd1'").Invoke()
                $shell.Commands.Clear()
                $null = $shell.AddScript("param(`$c) Suspend-Connector '', a, b -Connection `$c").AddArgument($t.Connection)

                $null = $shell.Invoke()

                @($shell.Streams.Error).FullyQualifiedErrorId -replace ',.*' | Should-BeCollection @('InvalidConnectorName', 'ConfirmationUnavailable')
                $t.Stub.Requests.Count | Should-Be 0
            }
            finally { $shell.Dispose() }
        }

        It 'is ConfirmationUnavailable where nobody can answer, and nothing is sent for any' {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$RepoRoot/ConfluentOffsets.psd1'").Invoke()
                $shell.Commands.Clear()
                $null = $shell.AddScript('param($c) Suspend-Connector a, b -Connection $c').AddArgument($t.Connection)

                $null = $shell.Invoke()

                Assert-OffsetError @($shell.Streams.Error) ConfirmationUnavailable SuspendConnectorCommand InvalidOperation a
                $t.Stub.Requests.Count | Should-Be 0
            }
            finally { $shell.Dispose() }
        }
    }

    Context 'the sandbox' {
        It 'does it' {
            $box = Connect-Sandbox
            Suspend-Connector orders-sink -Confirm:$false
            $box.Clock.Advance('00:00:30')

            (Get-Connector orders-sink).State | Should-Be 'PAUSED'
            (Get-Connector orders-sink).Tasks.State | Should-Be 'PAUSED'
        }
    }
}
