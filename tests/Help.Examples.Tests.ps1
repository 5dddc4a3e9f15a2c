# Every example of the help, run against the sandbox.
BeforeDiscovery {
    $folder = Join-Path (Split-Path $PSScriptRoot) 'en-US'
    [xml] $maml = Get-Content (Join-Path $folder 'ConfluentOffsets.dll-Help.xml') -Raw
    $examples = foreach ($command in $maml.GetElementsByTagName('command:command')) {
        $number = 0
        foreach ($example in $command.examples.example) {
            @{
                Cmdlet = $command.details.name
                Number = ++$number
                Title  = $example.title
                Code   = $example.code
                Text   = (@($example.remarks.para) | Where-Object { $_ -is [string] -and $_ }) -join ' '
            }
        }
    }
    $cmdlets = foreach ($command in $maml.GetElementsByTagName('command:command')) { @{ Cmdlet = $command.details.name; Count = @($command.examples.example).Count } }

    # In a topic, code is what its EXAMPLES are indented to by eight.
    $topicExamples = foreach ($file in Get-ChildItem $folder -Filter 'about_*.help.txt') {
        $section = [regex]::Match((Get-Content $file -Raw), '(?ms)^EXAMPLES\r?$(.*?)^\S').Groups[1].Value
        $number = 0
        foreach ($block in [regex]::Matches($section, '(?m)(^ {8}.*\n)+')) {
            @{ Topic = $file.Name -replace '\.help\.txt$'; Number = ++$number; Code = $block.Value -replace '(?m)^ {8}' }
        }
    }
    $topics = foreach ($file in Get-ChildItem $folder -Filter 'about_*.help.txt') { @{ Topic = $file.Name -replace '\.help\.txt$'; Count = @($topicExamples | Where-Object Topic -EQ ($file.Name -replace '\.help\.txt$')).Count } }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $manifestPath = Join-Path $RepoRoot 'ConfluentOffsets.psd1'

    # What is not the example's, in a runspace of its own.
    $setUp = {
        param($Rehearsal, $Clock, $Folder)
        Set-Location $Folder
        . $Rehearsal $Clock
        Connect-ConfluentCloud -Sandbox
    }

    # Runs code as after Connect-ConfluentCloud -Sandbox, in a fresh runspace and an empty folder; what came of it.
    function Invoke-Example {
        param([string] $Code)
        $place = New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($manifestPath)
        $shell = [powershell]::Create($state)
        try {
            $null = $shell.AddScript($setUp).AddArgument("$PSScriptRoot/common.rehearsal.ps1").AddArgument([ConfluentOffsets.TestSupport.SimulatedClock]::new()).AddArgument($place.FullName).Invoke()
            if ($shell.HadErrors) { throw "The set-up failed: $($shell.Streams.Error)" }
            $shell.Commands.Clear()

            $errors = [System.Collections.Generic.List[object]]::new()
            $output = @()
            $run = $shell.AddScript($Code).BeginInvoke()
            if (-not $run.AsyncWaitHandle.WaitOne([timespan]::FromSeconds(60))) {
                $shell.Stop()
                throw 'The example did not end.'
            }
            try { $output = @($shell.EndInvoke($run)) }
            catch { $errors.Add(($_.Exception.InnerException ?? $_.Exception).ErrorRecord) }
            $errors.AddRange(@($shell.Streams.Error))
            [pscustomobject]@{ Output = $output; Errors = @($errors) }
        }
        finally {
            $shell.Dispose()
            $state = $null
        }
    }

    function Get-CommandAst {
        param([string] $Code)
        $tokens = $problems = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $tokens, [ref] $problems)
        @($problems) -join "`n" | Should-Be ''
        $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
    }

    # Commands and parameters that are misspelled, shortened, or an alias.
    function Get-Misnomer {
        param([string] $Code)
        foreach ($ast in Get-CommandAst $Code) {
            $command = Get-Command $ast.GetCommandName() -CommandType Cmdlet, Function -ErrorAction Ignore
            if (-not $command) { $ast.GetCommandName(); continue }
            $ast.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] } |
                Where-Object { -not $command.Parameters.ContainsKey($_.ParameterName) } |
                ForEach-Object { "$($command.Name) -$($_.ParameterName)" }
        }
    }

    # The key that pipelines have, and no ids of a place that this machine may know.
    $variables = @{
        CONFLUENT_CLOUD_API_KEY    = 'TESTKEY0123456'
        CONFLUENT_CLOUD_API_SECRET = 'secret'
        CONFLUENT_ENVIRONMENT_ID   = $null
        KAFKA_ID                   = $null
    }
    $variablesBefore = @{}
    foreach ($name in $variables.Keys) {
        $variablesBefore[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $variables[$name])
    }
}

AfterAll {
    foreach ($name in $variablesBefore.Keys) { [Environment]::SetEnvironmentVariable($name, $variablesBefore[$name]) }
}

Describe 'The examples of <Cmdlet>' -ForEach $cmdlets {
    It 'are three or more, as Get-Help shows them' {
        $Count | Should-BeGreaterThanOrEqual 3

        @((Get-Help $Cmdlet).examples.example).Count | Should-Be $Count
    }
}

Describe '<Cmdlet>, <Title>' -ForEach $examples {
    It 'is numbered, explained in a sentence, and about the cmdlet' {
        $Title | Should-MatchString "^-+ Example $($Number): [A-Z].* -+`$"
        $Text | Should-MatchString '^[A-Z].{20,}\.$'
        (Get-CommandAst $Code).ForEach{ $_.GetCommandName() } | Should-ContainCollection $Cmdlet
    }

    It 'names commands and parameters in full' {
        @(Get-Misnomer $Code) -join ', ' | Should-Be ''
    }

    It 'does in the sandbox what it announces' {
        $announced = @([regex]::Matches($Text, 'ends with the error (\w+)').ForEach{ $_.Groups[1].Value })

        $result = Invoke-Example $Code

        @($result.Errors | ForEach-Object { "$($_.FullyQualifiedErrorId -replace ',.*')" }) -join ' ' | Should-Be ($announced -join ' ') -Because "the errors are: $($result.Errors)"

        # One that emits nothing says so: it only tells what would be done, drops a connection, or ends with an error.
        if (-not $announced -and $Code -notmatch '-WhatIf' -and $Code -notmatch 'Disconnect-ConfluentCloud\s*$') { $result.Output.Count | Should-BeGreaterThan 0 }
    }
}

Describe 'The examples of <Topic>' -ForEach $topics {
    It 'are three or more' { $Count | Should-BeGreaterThanOrEqual 3 }
}

Describe '<Topic>, example <Number>' -ForEach $topicExamples {
    It 'names commands and parameters in full' {
        @(Get-Misnomer $Code) -join ', ' | Should-Be ''
    }

    It 'runs in the sandbox' {
        $result = Invoke-Example $Code

        @($result.Errors) -join "`n" | Should-Be ''
        $result.Output.Count | Should-BeGreaterThan 0
    }
}
