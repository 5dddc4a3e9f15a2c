BeforeDiscovery {
    # What goes wrong in the sandbox, and by which script. $change is a splat.
    $script:bad = @(
        @{ Outcome = 'refused'; Id = 'OffsetRequestConflict'; Scenario = 'Busy'; Text = 'Set-ConnectorOffset @change' }
        @{ Outcome = 'FAILED'; Id = 'OffsetRequestFailed'; Scenario = 'Failed'; Text = 'Set-ConnectorOffset @change -Wait' }
        @{ Outcome = 'FAILED, in a pipeline'; Id = 'OffsetRequestFailed'; Scenario = 'Failed'; Text = '$q = Set-ConnectorOffset @change | Wait-ConnectorOffsetRequest' }
        @{ Outcome = 'timed out'; Id = 'OffsetRequestTimeout'; Scenario = 'Slow'; Text = 'Set-ConnectorOffset @change -Wait -Timeout 5' }
        @{ Outcome = 'superseded'; Id = 'OffsetRequestSuperseded'; Scenario = ''; Text = '$q = Set-ConnectorOffset @change; $change.KafkaOffset = 6; $null = Set-ConnectorOffset @change -QueueTimeout 60 -Wait; $q | Wait-ConnectorOffsetRequest' }
        @{ Outcome = 'not observed in time'; Id = 'OffsetsStale'; Scenario = ''; Text = 'Set-ConnectorOffset @change -UntilObserved -Timeout 3' }
        @{ Outcome = 'stale when read'; Id = 'OffsetsStale'; Scenario = ''; Text = '$clock.Advance([timespan]::FromSeconds(3)); Get-ConnectorOffset orders-sink -MaxAge 0 -Timeout 0' }
    )
    $script:good = @(
        @{ Outcome = 'APPLIED'; Scenario = ''; Text = 'Set-ConnectorOffset @change -Wait' }
        @{ Outcome = 'APPLIED and observed'; Scenario = ''; Text = 'Set-ConnectorOffset @change -UntilObserved' }
        @{ Outcome = 'accepted, whatever becomes of it'; Scenario = 'Failed'; Text = 'Set-ConnectorOffset @change' }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Engine = (Get-Process -Id $PID).Path
    $script:Failing = 'Set-ConnectorOffset @change -Wait'

    # The beginning of a script; it does not touch $ErrorActionPreference.
    function Get-Beginning {
        param([string] $Scenario)
        @(
            "Import-Module '$RepoRoot/ConfluentOffsets.psd1'"
            "Add-Type -Path '$($support.FullName)'"
            '$clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()'
            "Connect-ConfluentCloud -Sandbox -TimeProvider `$clock$($Scenario ? " -SandboxScenario $Scenario" : '')"
            '$change = @{ ConnectorName = ''orders-sink''; Topic = ''orders''; KafkaPartition = 0; KafkaOffset = 5; Confirm = $false }'
        ) -join "`n"
    }

    # A script's file.
    function New-Script {
        param([string] $Scenario, [string] $Text, [switch] $Stop)
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $file (@($Stop ? '$ErrorActionPreference = ''Stop''' : $null; Get-Beginning $Scenario; $Text; '"it went on"') -join "`n")
        $file
    }

    # Runs PowerShell; its exit code and what it wrote.
    function Invoke-Engine {
        $output = & $Engine -NoProfile -NonInteractive @args 2>&1
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Output = $output -join "`n" }
    }

    # What GitHub Actions makes of a step whose shell is pwsh.
    function Invoke-Step {
        param([string] $Text)
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $file "`$ErrorActionPreference = 'stop'`n$Text`nif ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit `$LASTEXITCODE }"
        Invoke-Engine -Command ". '$file'"
    }

    # A runbook: a script in a runspace without a host, whose end is the job's.
    function Invoke-Runbook {
        param([string] $Text)
        $shell = [powershell]::Create()
        try {
            $run = $shell.AddScript($Text).BeginInvoke()
            $output = try { $shell.EndInvoke($run) } catch { $null }
            [pscustomobject]@{ State = "$($shell.InvocationStateInfo.State)"; Output = "$output"; Errors = @($shell.Streams.Error | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' }) -join ' ' }
        }
        finally { $shell.Dispose() }
    }
}

Describe 'The README''s table of exit codes' {
    It 'has the rows that are tested here' {
        $readme = Get-Content (Join-Path $RepoRoot README.md) -Raw
        $table = [regex]::Match($readme, '(?m)^\| Run by \|.*\n\| ---.*\n((?:\|.*\n)+)').Groups[1].Value.Trim() -split "`n" | ForEach-Object { ($_ -split ' \| ')[0] -replace '^\| ' }
        $tested = [regex]::Matches((Get-Content $PSCommandPath -Raw), "(?m)^    Context 'row: (.*)' \{").ForEach{ $_.Groups[1].Value -replace "''", "'" }

        $table -join "`n" | Should-Be ($tested -join "`n")
    }

    Context 'row: `pwsh -File`, `$ErrorActionPreference = ''Stop''`' {
        It '1 where a request is <Outcome>' -ForEach $bad {
            $run = Invoke-Engine -File (New-Script $Scenario $Text -Stop)

            $run.ExitCode | Should-Be 1
            $run.Output | Should-NotBeLikeString '*it went on*'
        }

        It '0 where a request is <Outcome>' -ForEach $good {
            $run = Invoke-Engine -File (New-Script $Scenario $Text -Stop)

            $run.ExitCode | Should-Be 0
            $run.Output | Should-BeLikeString '*it went on'
        }
    }

    Context 'row: `pwsh -File` without it' {
        It '0: the error is written, and the script goes on' {
            $run = Invoke-Engine -File (New-Script Failed $Failing)

            $run.ExitCode | Should-Be 0
            # Two streams: which line of them comes first is chance.
            $run.Output | Should-BeLikeString '*FAILED*'
            $run.Output | Should-BeLikeString '*it went on*'
        }
    }

    Context 'row: the same, with `if (-not $?) { exit 1 }` after the cmdlet' {
        It '1 where a request is <Outcome>' -ForEach @($bad | Where-Object Outcome -Match '^(refused|FAILED)') {
            (Invoke-Engine -File (New-Script $Scenario "$Text; if (-not `$?) { exit 1 }")).ExitCode | Should-Be 1
        }

        It '0 where all is well' {
            (Invoke-Engine -File (New-Script '' 'Set-ConnectorOffset @change -Wait; if (-not $?) { exit 1 }')).ExitCode | Should-Be 0
        }
    }

    Context 'row: `pwsh -Command`, `$ErrorActionPreference = ''Stop''`' {
        It '1, and what follows is not run' {
            $run = Invoke-Engine -Command "`$ErrorActionPreference = 'Stop'; $((Get-Beginning Failed) -replace "`n", '; '); $Failing; 'it went on'"

            $run.ExitCode | Should-Be 1
            $run.Output | Should-NotBeLikeString '*it went on*'
        }
    }

    Context 'row: `pwsh -Command` without it' {
        It '1 where the cmdlet is the last command' {
            (Invoke-Engine -Command "$((Get-Beginning Failed) -replace "`n", '; '); $Failing").ExitCode | Should-Be 1
        }

        It '0 where something follows, or the cmdlet is in a script' {
            (Invoke-Engine -Command "$((Get-Beginning Failed) -replace "`n", '; '); $Failing; 'it went on'").ExitCode | Should-Be 0
            (Invoke-Engine -Command "& '$(New-Script Failed $Failing)'").ExitCode | Should-Be 0
        }
    }

    Context 'row: GitHub Actions, `shell: pwsh`' {
        It '1: its shell says Stop' {
            $run = Invoke-Step "$(Get-Beginning Failed)`n$Failing`n'it went on'"

            $run.ExitCode | Should-Be 1
            $run.Output | Should-NotBeLikeString '*it went on*'
        }

        It '0 where all is well' {
            (Invoke-Step "$(Get-Beginning)`n$Failing").ExitCode | Should-Be 0
        }
    }

    Context 'row: an Azure Automation runbook, `$ErrorActionPreference = ''Stop''`' {
        It 'its script ends by the error: Failed' {
            (Invoke-Runbook "`$ErrorActionPreference = 'Stop'`n$(Get-Beginning Failed)`n$Failing").State | Should-Be 'Failed'
        }

        It 'Completed where all is well' {
            (Invoke-Runbook "`$ErrorActionPreference = 'Stop'`n$(Get-Beginning)`n`$null = $Failing").State | Should-Be 'Completed'
        }
    }

    Context 'row: an Azure Automation runbook without it' {
        It 'Completed, with the error in its stream' {
            $run = Invoke-Runbook "$(Get-Beginning Failed)`n`$null = $Failing`n'it went on'"

            $run.State | Should-Be 'Completed'
            $run.Errors | Should-Be 'OffsetRequestFailed'
            $run.Output | Should-Be 'it went on'
        }
    }
}

Describe 'The same errors, in this process' {
    It '<Id> where a request is <Outcome>: $? is false without Stop, and Stop throws' -ForEach $bad {
        $ErrorActionPreference = 'Continue'
        $script = "$(Get-Beginning $Scenario)`n"

        $calm = Invoke-Runbook "$script$Text; `$?"
        $strict = Invoke-Runbook "`$ErrorActionPreference = 'Stop'`n$($script)try { $Text } catch { `$_.FullyQualifiedErrorId -replace ',.*' }"

        $calm.State | Should-Be 'Completed'
        $calm.Errors | Should-Be $Id
        $calm.Output | Should-BeLikeString '*False'
        $strict.Output | Should-BeLikeString "*$Id"
    }
}

Describe 'Ten connectors of which the third is refused, under $ErrorActionPreference = ''Stop''' {
    BeforeAll {
        $item = { param($Offset) "{`"partition`":{`"kafka_topic`":`"orders`",`"kafka_partition`":0},`"offset`":{`"kafka_offset`":$Offset}}" }
        $script:Sink = New-SinkAnswer @{ 'orders-0' = 100 }
        $script:Earlier = New-StatusAnswer APPLIED -Offsets "[$(& $item 100)]" -PreviousOffsets "[$(& $item 70)]"
        $script:Names = 1..10 | ForEach-Object { "c$_" }

        function Get-Name { param($Stub) @(Get-Post $Stub | ForEach-Object { $_.Path -replace '^.*connectors/|/offsets.*$' }) }
    }

    It '<Name>, at its <At>, -ThrottleLimit <Limit>: what was accepted comes first' -ForEach $(
        foreach ($one in @(
                @{ Name = 'Set'; Do = { Set-ConnectorOffset $Names -Topic orders -KafkaPartition 0 -KafkaOffset 5 @With } }
                @{ Name = 'Reset'; Do = { Reset-ConnectorOffset $Names -All @With } }
                @{ Name = 'Restore'; Do = { $statuses | Restore-ConnectorOffset @With } }
            )) {
            foreach ($at in 'POST', 'preparation') { foreach ($limit in 1, 4) { $one + @{ At = $at; Limit = $limit } } }
        }
    ) {
        $t = Connect-Stub
        foreach ($one in $Names) {
            $refused = $one -eq 'c3'
            $null = $t.Stub.Answer('GET', "/$one/offsets/request/status", 200, $Earlier)
            $null = $refused -and $At -eq 'preparation' ? $t.Stub.Answer('GET', "/$one/offsets", 403, '{}') : $t.Stub.Answer('GET', "/$one/offsets", 200, $Sink)
            $null = $refused ? $t.Stub.Answer('POST', "/$one/offsets/request", 403, '{}') : $t.Stub.Answer('POST', "/$one/offsets/request", 202, (New-AcceptedAnswer))
        }
        $statuses = Get-ConnectorOffsetRequest $Names
        $With = @{ ThrottleLimit = $Limit; Confirm = $false; WarningAction = 'SilentlyContinue'; WarningVariable = 'warned' }
        $emitted = [System.Collections.Generic.List[object]]::new()
        $ErrorActionPreference = 'Stop'

        $thrown = try { & $Do | ForEach-Object { $emitted.Add($_) } } catch { $_ }

        Assert-OffsetError $thrown AccessDenied "$($Name)ConnectorOffsetCommand" PermissionDenied c3
        $accepted = @(Get-Name $t.Stub | Where-Object { $_ -ne 'c3' } | Sort-Object) -join ' '
        @($emitted | ForEach-Object ConnectorName | Sort-Object) -join ' ' | Should-Be $accepted
        @($thrown.Exception.AcceptedRequests | ForEach-Object ConnectorName | Sort-Object) -join ' ' | Should-Be $accepted
        if ($Limit -eq 1) {
            $accepted | Should-Be 'c1 c2'
            @(Get-Name $t.Stub) -join ' ' | Should-Be ($At -eq 'POST' ? 'c1 c2 c3' : 'c1 c2')
        }
    }

    It '<Name> without Stop: the other nine, then the error' -ForEach @(
        @{ Name = 'Set'; Do = { Set-ConnectorOffset $Names -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:problem } }
        @{ Name = 'Reset'; Do = { Reset-ConnectorOffset $Names -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:problem } }
        @{ Name = 'Restore'; Do = { Get-ConnectorOffsetRequest $Names | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:problem } }
    ) {
        $t = Connect-Stub
        $null = $t.Stub.Answer('POST', '/c3/offsets/request', 422, '{}').Answer('POST', '/request', 202, (New-AcceptedAnswer)).Answer('GET', '/status', 200, $Earlier).Answer('GET', '/offsets', 200, $Sink)

        $requests = & $Do

        @($requests | ForEach-Object ConnectorName) -join ' ' | Should-Be 'c1 c2 c4 c5 c6 c7 c8 c9 c10'
        Assert-OffsetError $problem InvalidRequest "$($Name)ConnectorOffsetCommand" InvalidArgument c3
    }
}
