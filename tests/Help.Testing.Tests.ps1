# The suite that about_ConfluentOffsets_Testing shows, run as a user runs it.
BeforeDiscovery {
    # What is wrong with a runbook, and how many tests see it.
    $broken = @(
        @{ Name = 'Careless'; What = 'skips whatever is there'; From = 'throw "\$ConnectorName'; To = '"$ConnectorName'; Failed = 1 }
        @{ Name = 'Deaf'; What = 'lets errors pass'; From = "'Stop'"; To = "'Continue'"; Failed = 2 }
        @{ Name = 'Impatient'; What = 'does not wait for others'; From = '-QueueTimeout 60 '; To = ''; Failed = 1 }
        @{ Name = 'Idle'; What = 'skips nothing'; From = '\+ 1\)'; To = '+ 0)'; Failed = 5 }
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

    # What connects by itself, set in the suites' process.
    $names = "('CONFLUENT_CLOUD_API_KEY', 'CONFLUENT_CLOUD_API_SECRET', 'CONFLUENT_ENVIRONMENT_ID', 'KAFKA_ID')"

    # The counts of each suite beside its runbook, by name: all in one process, which is not this one.
    function Invoke-UserSuite {
        param([System.Collections.IDictionary] $Case)
        $place = New-Item (Join-Path $TestDrive cases) -ItemType Directory
        foreach ($name in $Case.Keys) {
            $folder = New-Item (Join-Path $place $name) -ItemType Directory
            Set-Content (Join-Path $folder Skip-Record.ps1) $Case[$name][0]
            Set-Content (Join-Path $folder Skip-Record.Tests.ps1) $Case[$name][1]
        }
        $code = "foreach (`$n in $names) { Set-Item Env:`$n `"of `$n`" }; `$env:PSModulePath = '$modules' + [IO.Path]::PathSeparator + `$env:PSModulePath; " +
            "foreach (`$f in Get-ChildItem '$place') { `$r = Invoke-Pester `$f -PassThru -Output None; `"`$(`$f.Name): passed=`$(`$r.PassedCount) failed=`$(`$r.FailedCount) blocks=`$(`$r.FailedBlocksCount + `$r.FailedContainersCount) `$(`$r.Failed.ErrorRecord -join ' ' -replace '\s+', ' ')`" }; " +
            "'account: ' + ((Get-Item ($names -replace '^', 'Env:')).Value -join ', ')"
        $told = @(& (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $code 2>$null)
        $counts = @{ Account = $told -match '^account: ' }
        foreach ($name in $Case.Keys) { $counts[$name] = ($told -match "^$($name): ") -replace "^$($name): " -join '' }
        $counts
    }

    $runbook = Get-TopicCode 'The runbook'
    $suite = Get-TopicCode 'The suite'
    $mock = [regex]::Match((Get-TopicCode 'Time'), '(?m)^Mock .*$').Value
    $forgets = "It 'forgets' { Disconnect-ConfluentCloud; { Invoke-Runbook } | Should -Throw -ErrorId NotConnected* }"
    $sleeps = "It 'sleeps' { Connect-Rehearsal; $mock; `$then = `$clock.GetUtcNow(); Start-Sleep -Seconds 3600; (`$clock.GetUtcNow() - `$then).TotalHours | Should -Be 1 }"
}

Describe 'The suite of about_ConfluentOffsets_Testing' -ForEach @{ Broken = $broken } {
    BeforeAll {
        $cases = @{ AsItIs = $runbook, $suite; Sleeps = $runbook, ($suite -replace '(?m)^\}\s*\z', "$sleeps`n}") }
        $cases.Absent = $runbook, ($suite -replace 'Import-Module ConfluentOffsets', 'Import-Module NoSuchModule')
        $cases.Forgets = $runbook, ($suite -replace '(?m)^\}\s*\z', "$forgets`n}")
        foreach ($one in $Broken) { $cases[$one.Name] = ($runbook -replace $one.From, $one.To), $suite }
        $counts = Invoke-UserSuite $cases
    }

    It 'passes for the runbook beside it' {
        $counts.AsItIs | Should-MatchString '^passed=8 failed=0 blocks=0 $'
    }

    It 'fails for a runbook that <What>' -ForEach $broken {
        $runbook | Should-MatchString $From

        $counts[$Name] | Should-MatchString "failed=$Failed blocks=0 "
    }

    It 'fails at once where the module cannot be found' {
        $counts.Absent | Should-MatchString '^passed=0 failed=8 blocks=1 $'
    }

    It 'can let a script''s sleep move the clock' {
        $counts.Sleeps | Should-MatchString '^passed=9 failed=0 blocks=0 $'
    }

    It 'reaches no real account where a test forgets to connect, and gives the account back' {
        $counts.Forgets | Should-MatchString '^passed=9 failed=0 blocks=0 $'
        $counts.Account | Should-Be 'account: of CONFLUENT_CLOUD_API_KEY, of CONFLUENT_CLOUD_API_SECRET, of CONFLUENT_ENVIRONMENT_ID, of KAFKA_ID'
    }
}
