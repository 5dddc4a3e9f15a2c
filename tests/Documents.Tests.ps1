# Every fenced block of the documents is run, compared with what is written, or says why not.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.documents.ps1

    # A document around a block.
    function New-Document {
        param([string] $Language, [string] $Code, [string] $Before)
        "# Title`n`n$Before``````$Language`n$Code`n```````n`nText.`n"
    }
}

Describe 'The blocks of <_>' -ForEach 'README.md', 'CONTRIBUTING.md' {
    It 'run one after the other in a new process, and write what they are said to write' {
        $text = Get-Content (Join-Path $RepoRoot $_) -Raw

        @(Get-DocumentProblem $text) -join "`n" | Should-Be ''
        @(Get-DocumentBlock $text).Count | Should-BeGreaterThan 0
    }
}

Describe 'The links of README.md' {
    It 'lead to files that are there' {
        $links = [regex]::Matches((Get-Content (Join-Path $RepoRoot README.md) -Raw), '\]\((?!https?:)([^)#]+)\)').ForEach{ $_.Groups[1].Value }

        $links.Count | Should-BeGreaterThan 4
        @($links | Where-Object { -not (Test-Path (Join-Path $RepoRoot $_) -PathType Leaf) }) | Should-BeCollection @()
    }

    It 'lead to every runbook' {
        $readme = Get-Content (Join-Path $RepoRoot README.md) -Raw

        @((Get-ChildItem (Join-Path $RepoRoot examples)).Name | Where-Object { -not $readme.Contains("(examples/$_)") }) | Should-BeCollection @()
    }
}

Describe 'The proofs in README.md' {
    BeforeAll {
        # The tests that are no tests, or not there. A proof is a class or a method of the C# tests, a file of Pester's (its
        # context in parentheses), or a task of build.ps1.
        function Get-MissingProof {
            param([string] $Readme)
            $rows = [regex]::Match($Readme, '(?s)\| Proven by \|\r?\n\|[ -|]+\r?\n(.*?)\r?\n\r?\n').Groups[1].Value -split '\r?\n'
            foreach ($row in $rows) {
                $cell = ($row -split '(?<!\\)\|')[3]
                $proofs = [regex]::Matches($cell, '`([^`]+)`(?: \(([^)]+)\))?')
                if ($proofs.Count -eq 0 -or [regex]::Replace($cell, '`[^`]+`(?: \([^)]+\))?|[,;\s]', '')) { "not understood: $cell" }
                foreach ($proof in $proofs) { if (-not (Test-Proof $proof.Groups[1].Value $proof.Groups[2].Value)) { $proof.Value } }
            }
        }

        function Test-Proof {
            param([string] $Name, [string] $Context)
            switch -Regex -CaseSensitive ($Name) {
                '^build\.ps1 (\w+)$' { return $Matches[1] -cin $tasks }
                '\.Tests\.ps1$' { return $Name -cin $files.Name -and (-not $Context -or (Get-Content (Join-Path $PSScriptRoot $Name) -Raw) -cmatch "(?m)^\s*(Describe|Context) '$([regex]::Escape($Context))'") }
                '^(\w+)(?:\.(\w+))?$' {
                    $class, $method = $Matches[1], $Matches[2]
                    return $sources -cmatch "\bclass $class\b" -cmatch ($method ? "(?s)\[(Fact|Theory)\b.*?public [\w<>]+( [\w<>]+)? $method\(" : '\[(Fact|Theory)\b')
                }
            }
        }

        $tasks = (Get-Command (Join-Path $RepoRoot build.ps1)).Parameters.Task.Attributes.Where{ $_ -is [ValidateSet] }.ValidValues
        $files = Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1
        $sources = @(Get-ChildItem (Join-Path $PSScriptRoot ConfluentOffsets.Client.Tests) -Filter *.cs | ForEach-Object { Get-Content $_ -Raw })
        $readme = Get-Content (Join-Path $RepoRoot README.md) -Raw
    }

    It 'are tests that there are' {
        [regex]::Matches($readme, '(?m)^\|.*\| (`[^|]+) \|\r?$').Count | Should-BeGreaterThan 19
        @(Get-MissingProof $readme) | Should-BeCollection @()
    }

    It 'are missed where one is <_>' -ForEach '`NoSuchTests`', '`SecretRedactorTests.No_such_test`', '`SecretRedactor`', '`runspaces.Tests.ps1`', '`HostileInput.Tests.ps1` (answer)', '`build.ps1 Soke`', 'by hand' {
        @(Get-MissingProof "| Fault | Promise | Proven by |`n| --- | --- | --- |`n| a | b | ``AnswerFuzzTests``, $_ |`n`n").Count | Should-Be 1
    }
}

Describe 'The help of scripts' {
    It 'is what Get-Help shows' {
        $scripts = Get-ChildItem $RepoRoot, (Join-Path $RepoRoot src), (Join-Path $RepoRoot examples), (Join-Path $RepoRoot tests), (Join-Path $RepoRoot tests/*) -File -Filter *.ps1 |
            Where-Object { (Get-Content $_ -Raw) -match '(?m)^\.SYNOPSIS' }

        $scripts.Count | Should-BeGreaterThan 8
        @($scripts | Where-Object { (Get-Help $_.FullName).Synopsis -notmatch '^[A-Z][^\n]+\.$' } | ForEach-Object Name) | Should-BeCollection @()
    }
}

Describe 'The check of a document' {
    It 'sees <What>' -ForEach @(
        @{ What = 'a cmdlet that there is not'; Document = @('powershell', 'Get-ConectorOffset'); Problem = 'Line 3: CommandNotFoundException*' }
        @{ What = 'an error that is only written'; Document = @('powershell', "Connect-ConfluentCloud -Sandbox`nGet-ConnectorOffset nope"); Problem = 'Line 3: ConnectorNotFound*' }
        @{ What = 'another output'; Document = @('powershell', "'a'`n```````n`n``````text`nb"); Problem = 'Line 7: the block before does not write this*' }
        @{ What = 'a language that is not run'; Document = @('yaml', 'on: push'); Problem = 'Line 3: a block of yaml that is not run, and does not say why.' }
        @{ What = 'a text after no block'; Document = @('text', 'b'); Problem = 'Line 3: a block of text that is not run, and does not say why.' }
    ) {
        $problems = @(Get-DocumentProblem (New-Document $Document[0] $Document[1]))

        $problems[0] | Should-BeLikeString $Problem
    }

    It 'sees a fence that is not closed' {
        @(Get-DocumentProblem "``````yaml`non: push`n") -join ' ' | Should-Be 'There are 1 fences around 0 blocks.'
    }

    It 'is content with a block that says why it is not run, and with one that writes what it should' {
        @(Get-DocumentProblem (New-Document yaml 'on: push' "<!-- not run: it is GitHub's -->`n")) | Should-BeCollection @()
        @(Get-DocumentProblem (New-Document powershell "'a', 'b'`n```````n`n``````text`nb")) | Should-BeCollection @()
    }
}
