BeforeDiscovery { Set-StrictMode -Version Latest }
BeforeAll { . (Join-Path $PSScriptRoot 'common.ps1') }

Describe 'A limit that the service tells' {
    BeforeEach {
        $t = Connect-Stub
        $body = New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })
        function Get-Second {
            $at = @($t.Stub.Requests.At)
            $at | ForEach-Object { ($_ - $at[0]).TotalSeconds }
        }
    }
    AfterEach { Disconnect-ConfluentCloud }

    It 'is kept to: what is left goes, the rest when the window ends, and nothing is refused' {
        foreach ($name in 'a', 'b', 'c', 'd') {
            $left = @{ a = 1; b = 0; c = 1; d = 0 }[$name]
            $null = $t.Stub.Answer('GET', "/$name/offsets", 200, $body, @{ 'X-RateLimit-Limit' = 2; 'X-RateLimit-Remaining' = $left; 'X-RateLimit-Reset' = 10 })
        }

        $rows = Get-ConnectorOffset a, b, c, d -ThrottleLimit 1 -Verbose 4>&1
        $told = @($rows | Where-Object { "$_" -like 'Held back*' })

        @($rows | Where-Object { $_ -is [ConfluentOffsets.ConnectorOffset] }).ConnectorName | Should-BeCollection @('a', 'b', 'c', 'd')
        Get-Second | Should-BeCollection @(0, 0, 10, 10)
        $told.Message | Should-BeCollection @("Held back for 10.0 s: the service's limit is used up until then")
    }

    It 'holds for all cmdlets and runspaces of a connection' {
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, $body, @{ 'X-RateLimit-Remaining' = 0; 'X-RateLimit-Reset' = 10 })
        $null = $t.Stub.Answer('PUT', '/b/pause', 202, $null)

        $null = Get-ConnectorOffset a
        $connection = $t.Connection
        Start-ThreadJob { Import-Module $using:RepoRoot/ConfluentOffsets.psd1; Suspend-Connector b -Connection $using:connection -Confirm:$false } | Receive-Job -Wait -AutoRemoveJob

        @($t.Stub.Requests.Path) | Should-BeCollection @("$ConnectorPath/a/offsets", "$ConnectorPath/b/pause")
        Get-Second | Should-BeCollection @(0, 10)
    }

    It 'delays nothing where <Case>' -ForEach @(
        @{ Case = 'nothing is told'; Headers = @{} }
        @{ Case = 'plenty is left'; Headers = @{ 'X-RateLimit-Remaining' = 500; 'X-RateLimit-Reset' = 60 } }
        @{ Case = 'what is told makes no sense'; Headers = @{ 'X-RateLimit-Remaining' = -1; 'X-RateLimit-Reset' = 60 } }
        @{ Case = 'the end of the window makes no sense'; Headers = @{ 'X-RateLimit-Remaining' = 0; 'X-RateLimit-Reset' = 1000000000 } }
    ) {
        $null = $t.Stub.Answer('GET', '/offsets', 200, $body, $Headers)

        $rows = Get-ConnectorOffset (1..20 | ForEach-Object { "c$_" })

        @($rows).Count | Should-Be 20
        $t.Clock.Delays.Count | Should-Be 0
    }

    It 'is not believed for long where the service says that nothing is left and refuses nothing' {
        $null = $t.Stub.Answer('GET', '/offsets', 200, $body, @{ 'X-RateLimit-Remaining' = 0; 'X-RateLimit-Reset' = 3600 })

        $rows = Get-ConnectorOffset (1..40 | ForEach-Object { "c$_" }) -ThrottleLimit 1

        @($rows).Count | Should-Be 40
        (Get-Second)[-1] | Should-BeLessThan 121
        ($t.Clock.Delays | Measure-Object -Maximum).Maximum | Should-Be ([timespan]::FromSeconds(60))
    }
}
