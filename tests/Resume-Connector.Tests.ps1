BeforeAll { . $PSScriptRoot/common.ps1 }

Describe 'Resume-Connector' {
    BeforeEach {
        $t = Connect-Stub
        $null = $t.Stub.Answer('PUT', '/bad/resume', 403, '{"error":{"code":403,"message":"not yours"}}')
        $null = $t.Stub.Answer('PUT', '/resume', 202, $null)
        $null = $t.Stub.Answer('GET', '/connectors', 200, '{"a":{"id":{"id":"lcc-a"},"info":{"type":"sink"},"status":{"connector":{"state":"RUNNING"},"tasks":[{"id":0,"state":"RUNNING"}]}},"b":{}}')
    }

    Context 'what is sent' {
        It 'is a PUT for each connector, and nothing comes back' {
            $output = @(Resume-Connector a, 'b/c' -Confirm:$false)

            $output.Count | Should-Be 0
            @($t.Stub.Requests.Method | Select-Object -Unique) | Should-BeCollection @('PUT')
            @($t.Stub.Requests.Path | Sort-Object) | Should-BeCollection @("$ConnectorPath/a/resume", "$ConnectorPath/b%2Fc/resume")
        }

        It 'is sent once for a connector in a pipeline' {
            [pscustomobject]@{ ConnectorName = 'a' }, [pscustomobject]@{ ConnectorName = 'a' } | Resume-Connector -Confirm:$false

            $t.Stub.Requests.Count | Should-Be 1
        }

        It 'goes where a piped connector came from' {
            $other = Connect-Stub

            Get-Connector a -Connection $t.Connection | Resume-Connector -Confirm:$false

            $other.Stub.Requests.Count | Should-Be 0
            @($t.Stub.Requests)[-1].Path | Should-Be "$ConnectorPath/a/resume"
        }

        It 'goes to -EnvironmentId and -KafkaClusterId' {
            Resume-Connector a -EnvironmentId env-2 -ClusterId lkc-2 -Confirm:$false

            @($t.Stub.Requests).Path | Should-Be '/connect/v1/environments/env-2/clusters/lkc-2/connectors/a/resume'
        }

        It 'is repeated when an answer is lost' {
            $lossy = Connect-Stub
            $null = $lossy.Stub.Fail('PUT', '/resume', 'Lost').Answer('PUT', '/resume', 202, $null)

            Resume-Connector a -Confirm:$false

            $lossy.Stub.Requests.Count | Should-Be 2
        }

        It 'is nothing for an empty pipeline' {
            @() | Resume-Connector -Confirm:$false

            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'is nothing for <Name>' -ForEach @(
            @{ Name = 'an empty name'; Given = { Resume-Connector '' -Confirm:$false -ErrorAction Stop } }
            @{ Name = 'null'; Given = { Resume-Connector $null -Confirm:$false -ErrorAction Stop } }
            @{ Name = 'a piped empty name'; Given = { [pscustomobject]@{ ConnectorName = '' } | Resume-Connector -Confirm:$false -ErrorAction Stop } }
        ) {
            $Given | Should-Throw -FullyQualifiedErrorId 'InvalidConnectorName,*'
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'is nothing for an object in the place of a name' {
            $connector = Get-Connector a

            { Resume-Connector $connector -Confirm:$false } | Should-Throw -ExceptionMessage '*pipe it*'
            @($t.Stub.Requests | Where-Object Method -EQ PUT).Count | Should-Be 0
        }
    }

    Context '-PassThru' {
        It 'emits the connectors as they are afterwards, in order, with one listing' {
            $connectors = @(Resume-Connector b, a -PassThru -Confirm:$false)

            $connectors.ConnectorName | Should-BeCollection @('b', 'a')
            $connectors[1] | Should-HaveType ([ConfluentOffsets.Connector])
            $connectors[1].State | Should-Be 'RUNNING'
            $connectors[1].ConnectorId | Should-Be 'lcc-a'
            @($t.Stub.Requests)[-1].Uri | Should-MatchString 'expand=id,info,status$'
            @($t.Stub.Requests | Where-Object Method -EQ GET).Count | Should-Be 1
        }

        It 'is ConnectorNotFound for one that the list has no more' {
            $null = Resume-Connector gone -PassThru -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ConnectorNotFound ResumeConnectorCommand ObjectNotFound gone
        }
    }

    Context 'errors' {
        It 'do not stop the others' {
            $connectors = @(Resume-Connector bad, a -PassThru -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue)

            $connectors.ConnectorName | Should-BeCollection @('a')
            Assert-OffsetError $problem AccessDenied ResumeConnectorCommand PermissionDenied bad
        }

        It 'come when all has been sent' {
            Resume-Connector bad, a -ThrottleLimit 1 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            @($problem).Count | Should-Be 1
            @($t.Stub.Requests).Count | Should-Be 2
        }

        It 'end it under Stop: nothing further is sent' {
            { Resume-Connector bad, a -ThrottleLimit 1 -Confirm:$false -ErrorAction Stop -WarningAction SilentlyContinue } | Should-Throw -FullyQualifiedErrorId 'AccessDenied,*'

            @($t.Stub.Requests).Path | Should-Be "$ConnectorPath/bad/resume"
        }

        It 'say where it is not known whether it was taken' {
            $broken = Connect-Stub @{ MaxRetryCount = 0 }
            $null = $broken.Stub.Answer('PUT', '/resume', 503, '')

            Resume-Connector a -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ServiceUnavailable ResumeConnectorCommand ResourceUnavailable a
            "$problem" | Should-BeLikeString '*It may have been taken all the same: look at Get-Connector.*'
        }

        It 'of authentication end the pipeline, and no further call is made' {
            $refused = Connect-Stub
            $null = $refused.Stub.Answer('PUT', '/resume', 401, '{}')

            { Resume-Connector a, b, c -ThrottleLimit 1 -Confirm:$false } | Should-Throw -FullyQualifiedErrorId 'AuthenticationFailed,*'
            $refused.Stub.Requests.Count | Should-Be 1
        }
    }

    Context 'being asked' {
        It 'tells with -WhatIf what would be done, and where, and sends nothing' {
            $path = Join-Path $TestDrive 'transcript.txt'
            $null = Start-Transcript $path
            try { Resume-Connector a, b -WhatIf }
            finally { $null = Stop-Transcript }

            $text = Get-Content $path -Raw
            $text | Should-BeLikeString "*Resume connector 'a' (env-a12b6, lkc-devc80, API key TESTKEY0123456)*"
            $text | Should-BeLikeString "*Resume connector 'b'*"
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'refuses with -WhatIf what it would refuse without' {
            Resume-Connector 'a*' -WhatIf -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName ResumeConnectorCommand InvalidArgument 'a*'
        }

        It 'is ConfirmationUnavailable where nobody can answer, and nothing is sent for any' {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$RepoRoot/ConfluentOffsets.psd1'").Invoke()
                $shell.Commands.Clear()
                $null = $shell.AddScript('param($c) Resume-Connector a, b -Connection $c').AddArgument($t.Connection)

                $null = $shell.Invoke()

                Assert-OffsetError @($shell.Streams.Error) ConfirmationUnavailable ResumeConnectorCommand InvalidOperation a
                $t.Stub.Requests.Count | Should-Be 0
            }
            finally { $shell.Dispose() }
        }
    }

    Context 'the sandbox' {
        It 'does it' {
            $box = Connect-Sandbox
            Suspend-Connector orders-sink -Confirm:$false
            Resume-Connector orders-sink -Confirm:$false
            $box.Clock.Advance('00:00:30')

            (Get-Connector orders-sink).State | Should-Be 'RUNNING'
            (Get-Connector orders-sink).Tasks.State | Should-Be 'RUNNING'
        }
    }
}
