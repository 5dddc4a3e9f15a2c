# The suite that about_ConfluentOffsets_Testing shows, run as a user runs it.
BeforeDiscovery {
    $broken = @(
        @{ What = 'skips whatever is there'; From = 'throw "\$ConnectorName'; To = '"$ConnectorName'; Failed = 1 }
        @{ What = 'lets errors pass'; From = "'Stop'"; To = "'Continue'"; Failed = 2 }
        @{ What = 'does not wait for others'; From = '-QueueTimeout 60 '; To = ''; Failed = 1 }
        @{ What = 'skips nothing'; From = '\+ 1\)'; To = '+ 0)'; Failed = 5 }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $text = (Get-Content (Join-Path $RepoRoot 'en-US/about_ConfluentOffsets_Testing.help.txt') -Raw) -replace '\r'

    # The code below a heading of the topic.
    function Get-TopicCode {
        param([string] $Heading)
        $section = [regex]::Match($text, "(?ms)^  $([regex]::Escape($Heading))\n(.*?)(?=^  \S|^\S)").Groups[1].Value
        ([regex]::Match($section, '(?ms)^ {8}\S.*^ {8}[^\n]*\n').Value) -replace '(?m)^ {8}'
    }

    # The module by its name, as from the Gallery.
    $modules = Join-Path $TestDrive modules
    $null = New-Item (Join-Path $modules ConfluentOffsets) -ItemType Directory -Force
    Set-Content (Join-Path $modules ConfluentOffsets/ConfluentOffsets.psm1) "Import-Module '$RepoRoot/ConfluentOffsets.psd1' -Global"

    # The counts of a suite beside its runbook, in a process of its own.
    function Invoke-UserSuite {
        param([string] $Runbook, [string] $Suite)
        $place = New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory
        Set-Content (Join-Path $place Skip-Record.ps1) $Runbook
        Set-Content (Join-Path $place Skip-Record.Tests.ps1) $Suite
        $code = "`$env:PSModulePath = '$modules' + [IO.Path]::PathSeparator + `$env:PSModulePath; `$r = Invoke-Pester '$place' -PassThru -Output None; `$r.Failed.ErrorRecord | Out-String; `"passed=`$(`$r.PassedCount) failed=`$(`$r.FailedCount) blocks=`$(`$r.FailedBlocksCount + `$r.FailedContainersCount)`""
        (& (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $code 2>$null) -join "`n"
    }

    $runbook = Get-TopicCode 'The runbook'
    $suite = Get-TopicCode 'The suite'
}

Describe 'The suite of about_ConfluentOffsets_Testing' {
    It 'passes for the runbook beside it' {
        Invoke-UserSuite $runbook $suite | Should-MatchString 'passed=8 failed=0 blocks=0$'
    }

    It 'fails for a runbook that <What>' -ForEach $broken {
        $runbook | Should-MatchString $From

        Invoke-UserSuite ($runbook -replace $From, $To) $suite | Should-MatchString "failed=$Failed blocks=0`$"
    }

    It 'can let a script''s sleep move the clock' {
        $mock = [regex]::Match((Get-TopicCode 'Time'), '(?m)^Mock .*$').Value
        $more = "It 'sleeps' { Connect-Rehearsal; $mock; `$then = `$clock.GetUtcNow(); Start-Sleep -Seconds 3600; (`$clock.GetUtcNow() - `$then).TotalHours | Should -Be 1 }"

        Invoke-UserSuite $runbook ($suite -replace '(?m)^\}\s*\z', "$more`n}") | Should-MatchString 'passed=9 failed=0 blocks=0$'
    }
}
