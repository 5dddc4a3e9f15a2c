# The runbook that moves a CDC connector, run as it is against the sandbox.
BeforeAll { . $PSScriptRoot/common.examples.ps1 }

Describe 'Move-CdcConnector.ps1' {
    BeforeAll {
        function Connect-Two {
            param([hashtable] $With = @{})
            Connect-Rehearsal
            '[{"name":"cdc-v1","offsets":[{"partition":{"server":"shop"},"offset":{"lsn":9007199254740993}}]},{"name":"cdc-v2","offsets":[]}]' | Set-Content ./estate.json
            $script:t = Connect-Sandbox (@{ SandboxPath = (Resolve-Path ./estate.json).Path } + $With)
        }

        function Invoke-Move {
            param([hashtable] $With = @{ Confirm = $false })
            & (Join-Path $Examples Move-CdcConnector.ps1) cdc-v1 cdc-v2 @With 3>&1
        }

        function Get-State { $t.Clock.Advance('00:00:10'); (Get-Connector cdc-v1, cdc-v2).State -join ' ' }
    }
    AfterEach { Set-Location $RepoRoot; Disconnect-ConfluentCloud }

    It 'gives the new one the position of the old one, which stays paused' {
        Connect-Two

        $status = @(Invoke-Move | Where-Object { $_ -isnot [System.Management.Automation.WarningRecord] })

        $status.Phase | Should-Be 'APPLIED'
        "$($status.Request.Offsets[0].Offset)" | Should-Be "$((Import-ConnectorOffset ./cdc-v1.json).Offset)"
        Get-State | Should-Be 'PAUSED RUNNING'
    }

    It 'pauses nothing with -WhatIf' {
        Connect-Two

        Invoke-Move @{ WhatIf = $true } | Should-BeNull

        Get-State | Should-Be 'RUNNING RUNNING'
    }

    It 'lets the old one run again where it <What>' -ForEach @(
        @{ What = 'is not paused in time'; Timeout = 1; Says = "^Connector 'cdc-v1' .*is not paused: after 1 s it is RUNNING" }
        @{ What = 'still moves'; Timeout = 300; Says = '^cdc-v1 is paused, and still moves\.$' }
    ) {
        Connect-Two
        function Compare-ConnectorOffset { 'a difference' }

        $problem = Get-TerminatingError { Invoke-Move @{ Confirm = $false; Timeout = $Timeout } }

        "$problem" | Should-MatchString $Says
        (Get-State).Split(' ')[0] | Should-Be 'RUNNING'
        @(Get-ConnectorOffsetRequest cdc-v2 -ErrorAction Ignore).Count | Should-Be 0
    }

    It 'leaves both paused where the new one does not have the position' {
        Connect-Two
        $calls = @{ Number = 0 }
        function Compare-ConnectorOffset { if ($calls.Number++) { ConfluentOffsets\Compare-ConnectorOffset $args[0] @() } }

        $problem = Get-TerminatingError { Invoke-Move }

        "$problem" | Should-BeLikeString 'cdc-v2 does not have the position of cdc-v1: Removed *shop*'
        Get-State | Should-Be 'PAUSED PAUSED'
    }

    It 'leaves both paused where the change fails' {
        Connect-Two @{ SandboxScenario = 'Failed' }

        $problem = Get-TerminatingError { Invoke-Move }

        $problem.FullyQualifiedErrorId | Should-BeLikeString 'OffsetRequestFailed,*'
        Get-State | Should-Be 'PAUSED PAUSED'
    }

    It 'says what is paused, and why it failed, where the old one cannot be resumed' {
        Connect-Two
        function Suspend-Connector { throw 'no way' }
        function Resume-Connector { throw 'no way back' }

        $warned = $null
        $problem = Get-TerminatingError { & (Join-Path $Examples Move-CdcConnector.ps1) cdc-v1 cdc-v2 -Confirm:$false -WarningAction SilentlyContinue -WarningVariable script:warned }

        "$problem" | Should-Be 'no way'
        "$script:warned" | Should-BeLikeString 'cdc-v1 could not be resumed*no way back'
    }

    It 'lets the old one run again where it is stopped by Ctrl+C' {
        Connect-Two
        $shell = [powershell]::Create()
        $waits = [System.Threading.ManualResetEventSlim]::new()
        $null = $shell.AddScript({
                param($Module, $Connection, $Script, $Waits, $Folder)
                Import-Module $Module
                Set-Location $Folder
                $PSDefaultParameterValues['*-Connector*:Connection'] = $Connection
                function Start-Sleep { $Waits.Set(); while ($true) { [System.Threading.Thread]::Yield() } }
                & $Script cdc-v1 cdc-v2 -Confirm:$false
            }).AddArgument("$RepoRoot/ConfluentOffsets.psd1").AddArgument($t.Connection).AddArgument((Join-Path $Examples Move-CdcConnector.ps1)).AddArgument($waits).AddArgument("$PWD")
        $run = $shell.BeginInvoke()
        $waits.Wait(20000) | Should-BeTrue

        $shell.Stop()

        $run.IsCompleted | Should-BeTrue
        "$($shell.Streams.Warning)" | Should-BeLikeString 'cdc-v1 was resumed; cdc-v2 is paused*'
        Get-State | Should-Be 'RUNNING PAUSED'
        $shell.Dispose()
    }

    It 'does not move a connector to itself' {
        Connect-Two

        $problem = Get-TerminatingError { & (Join-Path $Examples Move-CdcConnector.ps1) cdc-v1 cdc-v1 -Confirm:$false }

        "$problem" | Should-Be 'cdc-v1 and cdc-v1 are the same connector.'
        Get-State | Should-Be 'RUNNING RUNNING'
    }

    It 'does not begin where a task of the old one has failed' {
        Connect-Rehearsal

        $problem = Get-TerminatingError { & (Join-Path $Examples Move-CdcConnector.ps1) payments-snowflake mysql-cdc -Confirm:$false }

        "$problem" | Should-MatchString 'does not run with all its tasks'
        (Get-Connector mysql-cdc).State | Should-Be 'RUNNING'
    }
}
