# The README's picture shows what the module writes today. tests/picture/New-Picture.ps1 makes it anew.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.documents.ps1
    . $PSScriptRoot/picture/ConvertTo-Svg.ps1
    $picture = [xml](Get-Content (Join-Path $RepoRoot examples/session.svg) -Raw)
    $shown = @($picture.svg.g.text | ForEach-Object { ConvertTo-Comparable $_.InnerText })
    $session = @(Get-Content (Join-Path $PSScriptRoot picture/session.ps1) | Where-Object { $_ -notlike '#*' })
    $plan = Join-Path $PSScriptRoot picture/plan.csv
}

Describe 'The picture of a session' {
    It 'has the commands that are typed for it, each at the prompt' {
        @($shown -like 'PS> *' -replace '^PS> ') -join "`n" | Should-Be ($session -join "`n")
    }

    It 'has what they write, line by line' {
        $code = (@("Copy-Item '$plan' .") + $session) -join "`n"

        $run = Invoke-DocumentBlock ([pscustomobject]@{ Line = 1; Code = "$code -WhatIf" })

        $run.Problems -join "`n" | Should-Be ''
        $lines = @((ConvertTo-Comparable $run.Output) -split "`n" -ne '' -notmatch '^What if: ')
        $lines.Count | Should-BeGreaterThan 12
        @($lines | Where-Object { $_ -cnotin $shown }) | Should-BeCollection @()
    }

    It 'ends in the middle of the wait, with the progress that a cmdlet tells' {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule((Join-Path $RepoRoot ConfluentOffsets.psd1))
        $shell = [powershell]::Create($state)
        try {
            $null = $shell.AddScript('Connect-ConfluentCloud -Sandbox -SandboxScenario Slow -TimeProvider ([ConfluentOffsets.SandboxClock]::new()); Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 1 -Wait -Confirm:$false').Invoke()
            $progress = @($shell.Streams.Progress | Where-Object StatusDescription -Match 'PENDING')[0]
        }
        finally { $shell.Dispose() }

        $status = [regex]::Escape($progress.StatusDescription) -replace '\d+(?=\\ s)', '\d+' -replace 'PENDING', 'PENDING\w*'
        $shown[-1] | Should-MatchString "^$([regex]::Escape($progress.Activity)) \[$status"
    }
}

Describe 'ConvertTo-Svg' {
    It 'draws text at its column, with its colours, bold, italic and reversed' {
        $e = [char]27

        $svg = [xml](ConvertTo-Svg @("a <b> $e[1;31mred$e[0m $e[3;38;5;46mgreen$e[39m$e[23m$e[7m&rev$e[0m", "$e[48;2;1;2;3mon$e[m", '', ' ') 40)

        $spans = @($svg.svg.g.text[0].tspan)
        @($spans.ForEach{ $_.InnerText }) -join '|' | Should-Be 'a <b> |red| |green|&rev'
        $spans[1].fill, $spans[1].'font-weight' -join ' ' | Should-Be "$($Palette[1]) bold"
        $spans[3].fill, $spans[3].'font-style' -join ' ' | Should-Be '#00ff00 italic'
        $spans[4].fill | Should-Be $Dark
        $spans[0].x, $spans[0].textLength, $spans[1].x -join ' ' | Should-Be '16 50.4 66.4'
        @($svg.svg.rect.fill) -join ' ' | Should-Be "$Dark $Light #010203"
        @($svg.svg.g.text).Count | Should-Be 2
    }
}
