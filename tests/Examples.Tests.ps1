# The runbooks of examples/, run as they are against the sandbox.
BeforeDiscovery {
    $scripts = (Get-ChildItem (Join-Path (Split-Path $PSScriptRoot) examples) -Filter *.ps1).Name
}

BeforeAll { . $PSScriptRoot/common.examples.ps1 }

Describe 'The runbook <_>' -ForEach $scripts {
    BeforeAll {
        $path = Join-Path $Examples $_
        $help = Get-Help $path -Full
        $command = Get-Command $path
        $text = Get-Content $path -Raw
    }

    It 'has help: what it does, what to do when it fails, each parameter, an example' {
        $help.Synopsis | Should-MatchString '^[A-Z].+\.$'
        ($help.Description | Out-String -Width 500) | Should-MatchString 'IF IT FAILS'
        @($help.examples.example).Count | Should-BeGreaterThan 0
        foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Attributes.TypeId.Name -contains 'ParameterAttribute' -and $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters -and $_.Name -notin 'WhatIf', 'Confirm' }) {
            ($help.parameters.parameter | Where-Object name -EQ $parameter.Name).description.Text | Should-NotBeWhiteSpaceString -Because "-$($parameter.Name) is described"
        }
    }

    It 'is shown as a shell that is not PowerShell can run it: no $ that it would expand' {
        $lines = $text -split '\r?\n' -match '^\s*pwsh .*-File '

        @($lines -replace "'[^']*'" -match '[$`"]') | Should-BeCollection @()
    }

    It 'is strict, says what it needs, and keeps no secret' {
        $text | Should-MatchString '(?m)^#requires -Version 7\.4$'
        $text | Should-MatchString '(?m)^#requires -Modules ConfluentOffsets$'
        $text | Should-MatchString "(?m)^\`$ErrorActionPreference = 'Stop'`$"
        $text | Should-MatchString '(?m)^Set-StrictMode -Version Latest$'
        $text | Should-NotMatchString '-AsPlainText|-AccessToken|Password'
    }

    It 'has -WhatIf where it changes something' {
        $changes = $text -match '(?m)^\s*(?!#).*\b(Set|Reset|Restore|Suspend|Export)-Connector'

        $command.Parameters.ContainsKey('WhatIf') | Should-Be $changes
    }
}

Describe 'A runbook that acts on one connector' {
    AfterEach { Set-Location $RepoRoot; Disconnect-ConfluentCloud }

    It '<Script> takes no wildcard: <Name>' -ForEach @(
        @{ Script = 'Invoke-SinkRewind.ps1'; Name = 'orders-*'; With = @{ ConnectorName = 'orders-*'; PlanPath = './plan.csv' } }
        @{ Script = 'Invoke-SinkRewind.ps1'; Name = 'orders-sin[k]'; With = @{ ConnectorName = 'orders-sin[k]'; PlanPath = './plan.csv' } }
        @{ Script = 'Skip-Record.ps1'; Name = 'orders-?ink'; With = @{ ConnectorName = 'orders-?ink'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 1 } }
        @{ Script = 'Move-CdcConnector.ps1'; Name = 'cdc-*'; With = @{ From = 'cdc-*'; To = 'cdc-v2' } }
        @{ Script = 'Move-CdcConnector.ps1'; Name = 'cdc-*'; With = @{ From = 'cdc-v1'; To = 'cdc-*' } }
    ) {
        $t = Connect-Stub
        Set-Location (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory)
        Set-Content ./plan.csv 'orders,0,184000'

        $problem = Get-TerminatingError { & (Join-Path $Examples $Script) @With -Confirm:$false }

        $problem.Exception.Message.Contains("'$Name' holds a wildcard") | Should-BeTrue
        $problem.Exception.Message | Should-MatchString 'Nothing was read or sent'
        $t.Stub.Requests.Count | Should-Be 0
        @(Get-ChildItem).Name | Should-Be 'plan.csv'
    }

    It 'takes a name that holds one, behind a backtick' {
        Connect-Rehearsal
        '{"name":"a*b","offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":9}}]}' | Set-Content ./estate.json
        $script:t = Connect-Sandbox @{ SandboxPath = (Resolve-Path ./estate.json).Path }
        Set-Content ./plan.csv 'orders,0,5'

        $status = @(& (Join-Path $Examples Invoke-SinkRewind.ps1) 'a`*b' ./plan.csv -Confirm:$false 6>&1)[-1]

        $status.ConnectorName, $status.Phase -join ' ' | Should-Be 'a*b APPLIED'
    }
}

Describe 'Backup-Offsets.ps1' {
    BeforeAll { function Invoke-Backup { & (Join-Path $Examples Backup-Offsets.ps1) @args } }
    AfterEach { Set-Location $RepoRoot; Disconnect-ConfluentCloud }

    It 'keeps each connector in a file of the night, to the digit' {
        Connect-Rehearsal

        $files = Invoke-Backup

        @($files.Name) -join ' ' | Should-Be 'jdbc-orders.json mongo-source.json mysql-cdc.json orders-sink.json payments-snowflake.json postgres-cdc.json s3-archive.json'
        $files[0].Directory.Name | Should-MatchString '^\d{4}-\d\d-\d\d$'
        Import-ConnectorOffset $files.FullName | Compare-ConnectorOffset (Get-ConnectorOffset) | Should-BeNull
    }

    It 'keeps the others where one cannot be read, says which, fails, and removes nothing' {
        Connect-Rehearsal
        $null = New-Item ./offsets/env-sandbox-lkc-sandbox/2001-01-01 -ItemType Directory

        $problem = Get-TerminatingError { Invoke-Backup -ConnectorName orders-sink, gone, mysql-cdc }

        "$problem" | Should-MatchString '(?s)^Not kept: 1 connector\(s\); 2 kept\.\n  gone: .*not found'
        (Get-ChildItem ./offsets -Recurse -File).Name -join ' ' | Should-Be 'mysql-cdc.json orders-sink.json'
        Test-Path ./offsets/env-sandbox-lkc-sandbox/2001-01-01 | Should-BeTrue
    }

    It 'says why where none can be read' {
        Connect-Rehearsal

        $problem = Get-TerminatingError { Invoke-Backup -ConnectorName gone }

        "$problem" | Should-MatchString '(?s)^Not kept: 1 connector\(s\); 0 kept\.\n  gone: .*not found'
    }

    It 'removes old nights, and nothing else' {
        Connect-Rehearsal
        $recent = (Get-Date).ToUniversalTime().AddDays(-6).ToString('yyyy-MM-dd')
        foreach ($name in '2001-01-01', $recent, '1999 by hand') { $null = New-Item "./offsets/env-sandbox-lkc-sandbox/$name/x.json" -Force }

        $null = Invoke-Backup -KeepDays 7

        $left = @((Get-ChildItem ./offsets/env-sandbox-lkc-sandbox).Name)
        $left.Count | Should-Be 3
        $left | Should-ContainCollection @($recent)
        $left | Should-ContainCollection @('1999 by hand')
    }

    It 'removes no night where only some connectors are kept, and says so: <_>' -ForEach 'orders-*', '*-sink', 'orders-sink' {
        Connect-Rehearsal
        $null = New-Item ./offsets/env-sandbox-lkc-sandbox/2001-01-01/x.json -Force

        $output = @(Invoke-Backup -ConnectorName $_ -KeepDays 7 3>&1)

        Test-Path ./offsets/env-sandbox-lkc-sandbox/2001-01-01/x.json | Should-BeTrue
        "$($output[-1])" | Should-BeLikeString '1 old night(s) in *are not removed: *'
    }

    It 'takes a folder whose name holds brackets, and lets the one alone that they would match' {
        Connect-Rehearsal
        $old = './nights1/env-sandbox-lkc-sandbox/2001-01-01/x.json', './nights[1]/env-sandbox-lkc-sandbox/2001-01-01/x.json'
        foreach ($file in $old) { $null = New-Item $file -Force }

        $files = Invoke-Backup -Path './nights[1]'

        @($files).Count | Should-Be 7
        $old.ForEach{ Test-Path -LiteralPath $_ } -join ' ' | Should-Be 'True False'
    }

    It 'keeps two clusters apart, and removes no night of the other' {
        Connect-Rehearsal
        Connect-Sandbox @{ KafkaClusterId = 'lkc-second' } | Out-Null
        $null = New-Item ./offsets/env-sandbox-lkc-sandbox/2001-01-01 -ItemType Directory

        $second = @(Invoke-Backup)
        Connect-Sandbox | Out-Null
        Test-Path ./offsets/env-sandbox-lkc-sandbox/2001-01-01 | Should-BeTrue
        $first = @(Invoke-Backup)

        ($first[0], $second[0]).ForEach{ $_.Directory.Parent.Name } -join ' ' | Should-Be 'env-sandbox-lkc-sandbox env-sandbox-lkc-second'
        (Import-ConnectorOffset $second.FullName).KafkaClusterId | Select-Object -Unique | Should-Be 'lkc-second'
        Test-Path ./offsets/env-sandbox-lkc-sandbox/2001-01-01 | Should-BeFalse
    }

    It 'fails where there is nothing to keep' {
        Connect-Rehearsal

        "$(Get-TerminatingError { Invoke-Backup -ConnectorName 'no-*' })" | Should-MatchString 'No offsets to keep'
    }

    It 'takes names that are no names of files' {
        Connect-Rehearsal
        '{"name":"a/b: *?","offsets":[{"partition":{"s":1},"offset":{"p":2}}]}' | Set-Content ./estate.json
        $script:t = Connect-Sandbox @{ SandboxPath = (Resolve-Path ./estate.json).Path }

        $file = Invoke-Backup

        (Import-ConnectorOffset -LiteralPath $file.FullName).ConnectorName | Should-Be 'a/b: *?'
    }

    It 'writes nothing with -WhatIf' {
        Connect-Rehearsal

        $null = Invoke-Backup -WhatIf

        Test-Path ./offsets | Should-BeFalse
    }

    It 'ends with exit code <Code> where <What>' -ForEach @(
        @{ Code = 0; What = 'all were kept'; Name = 'orders-sink' }
        @{ Code = 1; What = 'one was not'; Name = "orders-sink', 'gone" }
    ) {
        $script = Join-Path $TestDrive "night$Code.ps1"
        Set-Content $script @(
            "Set-Location '$TestDrive'", "Import-Module '$RepoRoot/ConfluentOffsets.psd1'", 'Connect-ConfluentCloud -Sandbox'
            "& '$Examples/Backup-Offsets.ps1' -ConnectorName '$Name' -Confirm:`$false"
        )

        $null = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $script 2>&1

        $LASTEXITCODE | Should-Be $Code
    }
}

Describe 'Invoke-SinkRewind.ps1' {
    BeforeAll {
        function Invoke-Rewind {
            param([string[]] $Plan, [hashtable] $With = @{ Confirm = $false })
            Set-Content ./plan.csv $Plan
            & (Join-Path $Examples Invoke-SinkRewind.ps1) orders-sink ./plan.csv @With 6>&1
        }
    }
    AfterEach { Set-Location $RepoRoot; Disconnect-ConfluentCloud }

    It 'rewinds, keeps what was before and what was decided upon, and lets the others alone' {
        Connect-Rehearsal

        $output = @(Invoke-Rewind 'orders,0,184000', 'orders,1,181900')

        $output[0] | Should-MatchString '(?m)^Changed orders-0  184230    184000      -230$'
        $output[-1].Phase | Should-Be 'APPLIED'
        @($output[-1].Request.Offsets).Count | Should-Be 2
        (Get-Content ./rewind/comparison.*.txt -Raw).Trim() | Should-Be ($output[0] -replace '\r')
        (Import-ConnectorOffset ./rewind/*.json).KafkaOffset -join ' ' | Should-Be '184230 181977 186412 183054'
    }

    It 'reports and sends nothing with -WhatIf' {
        Connect-Rehearsal

        $output = @(Invoke-Rewind 'orders,0,184000' @{ WhatIf = $true })

        $output[-1] | Should-Be 'Nothing was sent.'
        (Get-ChildItem ./rewind).Name | Should-MatchString '^comparison\.\d{8}T\d{6}\.\d{3}Z\.txt$'
        { Get-ConnectorOffsetRequest orders-sink -ErrorAction Stop } | Should-Throw -FullyQualifiedErrorId 'OffsetRequestNotFound,*'
    }

    It 'sends nothing where nobody can answer and nothing was said' {
        Connect-Rehearsal
        Set-Content ./plan.csv 'orders,0,184000'
        $code = "Import-Module '$RepoRoot/ConfluentOffsets.psd1'; Connect-ConfluentCloud -Sandbox; try { & '$Examples/Invoke-SinkRewind.ps1' orders-sink ./plan.csv } catch { `$_.FullyQualifiedErrorId -replace ',.*' }"

        $output = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $code

        $output[-1] | Should-Be 'ConfirmationUnavailable'
    }

    It 'refuses a plan that <What>' -ForEach @(
        @{ What = 'skips'; Plan = 'orders,0,184000', 'orders,1,990000'; Partition = 'orders-1' }
        @{ What = 'adds a partition'; Plan = 'orders,7,1', 'orders,0,184000'; Partition = 'orders-7' }
    ) {
        Connect-Rehearsal

        $problem = Get-TerminatingError { Invoke-Rewind $Plan }

        "$problem" | Should-MatchString "^This plan is no rewind of orders-sink: it adds or skips in $Partition\. Nothing was sent\.$"
        { Get-ConnectorOffsetRequest orders-sink -ErrorAction Stop } | Should-Throw -FullyQualifiedErrorId 'OffsetRequestNotFound,*'
    }

    It 'fails where the plan is empty' {
        Connect-Rehearsal
        $null = New-Item ./empty.csv

        $problem = Get-TerminatingError { & (Join-Path $Examples Invoke-SinkRewind.ps1) orders-sink ./empty.csv -Confirm:$false }

        "$problem" | Should-MatchString '^\./empty\.csv holds no offsets'
    }

    It 'says what to do with the header <_>' -ForEach 'TOPIC,PARTITION,NEW-OFFSET', 'Topic,KafkaPartition,KafkaOffset', '"topic","partition","offset"', 'no plan at all' {
        $t = Connect-Stub
        Set-Location (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory)

        $problem = Get-TerminatingError { Invoke-Rewind $_, 'orders,0,184000' }

        "$problem" | Should-BeLikeString "The first line of ./plan.csv is a header or no line of a plan: $($_ -replace '"')*. Remove it*"
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'keeps the report of an earlier run beside its own' {
        Connect-Rehearsal

        $null = Invoke-Rewind 'orders,0,184000' @{ WhatIf = $true }
        $null = Invoke-Rewind 'orders,0,183999' @{ WhatIf = $true }

        @(Get-ChildItem ./rewind/*.txt | Sort-Object Name | ForEach-Object { [regex]::Match((Get-Content $_ -Raw), '18399\d|184000').Value }) -join ' ' | Should-Be '184000 183999'
    }

    It 'takes a folder whose name holds brackets, and lets the one alone that they would match' {
        Connect-Rehearsal
        $null = New-Item ./rewind1/comparison.txt -Force -Value 'of somebody else'

        $null = Invoke-Rewind 'orders,0,184000' @{ Confirm = $false; ReportPath = './rewind[1]' }

        @(Get-ChildItem -LiteralPath './rewind[1]').Extension -join ' ' | Should-Be '.txt .json'
        (Get-ChildItem ./rewind1).Name | Should-Be 'comparison.txt'
        Get-Content ./rewind1/comparison.txt | Should-Be 'of somebody else'
    }

    It 'does nothing where the sink is there already' {
        Connect-Rehearsal

        Invoke-Rewind 'orders,0,184230' | Should-Be 'orders-sink is where the plan wants it.'

        Get-Content ./rewind/comparison.*.txt | Should-Be 'orders-sink is where the plan wants it.'
        @(Get-ConnectorOffsetRequest orders-sink -ErrorAction Ignore).Count | Should-Be 0
    }

    It 'works on a sink that is paused, and leaves it paused' {
        Connect-Rehearsal
        Suspend-Connector orders-sink -Confirm:$false
        $t.Clock.Advance('00:00:10')

        $status = @(Invoke-Rewind 'orders,0,184000')[-1]

        $status.Phase | Should-Be 'APPLIED'
        (Get-Connector orders-sink).State | Should-Be 'PAUSED'
    }

    It 'comes through where <Scenario>' -ForEach @{ Scenario = 'Busy' }, @{ Scenario = 'RateLimited' }, @{ Scenario = 'LateStatus' }, @{ Scenario = 'LostAnswer' }, @{ Scenario = 'Slow' } {
        Connect-Rehearsal @{ SandboxScenario = $Scenario }

        $status = @(Invoke-Rewind 'orders,0,184000')[-1]

        $status.Phase | Should-Be 'APPLIED'
    }

    It 'says so where the topic no longer had the offset, and the sink went on from an earlier one' {
        Connect-Rehearsal
        $calls = @{ Number = 0 }
        function Get-ConnectorOffset {
            $rows = ConfluentOffsets\Get-ConnectorOffset @args
            if ($calls.Number++) { $rows[0].KafkaOffset = 12 }
            $rows
        }

        $problem = Get-TerminatingError { Invoke-Rewind 'orders,0,184000', 'orders,1,181900' }

        "$problem" | Should-BeLikeString "orders-sink has not gone on from the plan's offsets in orders-0: *What was before is in ./rewind."
    }

    It 'ends with the error where the change fails, the files there, and the sink as it was' {
        Connect-Rehearsal @{ SandboxScenario = 'Failed' }

        $problem = Get-TerminatingError { Invoke-Rewind 'orders,0,184000' }

        $problem.FullyQualifiedErrorId | Should-BeLikeString 'OffsetRequestFailed,*'
        @(Get-ChildItem ./rewind/*.json).Count | Should-Be 1
        [long](Get-Position orders-sink).Split(' ')[0] | Should-BeGreaterThanOrEqual 184230
    }
}

Describe 'Skip-Record.ps1' {
    BeforeAll {
        function Invoke-Skip {
            param([long] $Offset = 1203, [string] $Topic = 'payments.refunded', [hashtable] $With = @{ Confirm = $false })
            & (Join-Path $Examples Skip-Record.ps1) payments-snowflake $Topic 0 $Offset @With
        }
    }
    AfterEach { Set-Location $RepoRoot; Disconnect-ConfluentCloud }

    It 'skips one record, of one partition, until the task runs' {
        Connect-Rehearsal

        $status = Invoke-Skip

        $status.Phase | Should-Be 'APPLIED'
        @($status.Request.Offsets | ForEach-Object { "$($_.Partition.kafka_topic)-$($_.Partition.kafka_partition) $($_.Offset.kafka_offset)" }) -join ', ' | Should-Be 'payments.refunded-0 1204'
        @((Get-Connector payments-snowflake).Tasks.State | Select-Object -Unique) -join ' ' | Should-Be 'RUNNING'
    }

    It 'skips nothing where <What>' -ForEach @(
        @{ What = 'the sink stands elsewhere'; Do = { Invoke-Skip 1202 }; Says = 'stands at 1203 in payments\.refunded-0, not at 1202' }
        @{ What = 'there is no such partition'; Do = { Invoke-Skip 1203 payments.Refunded }; Says = 'has no partition payments\.Refunded-0' }
        @{ What = 'no task has failed'; Do = { $null = Invoke-Skip; Invoke-Skip 1204 }; Says = 'there is nothing to skip' }
    ) {
        Connect-Rehearsal

        "$(Get-TerminatingError $Do)" | Should-MatchString $Says

        @(Get-ConnectorOffsetRequest payments-snowflake -ErrorAction Ignore).Count | Should-Be ($What -eq 'no task has failed' ? 1 : 0)
    }

    It 'sends nothing with -WhatIf, and says so' {
        Connect-Rehearsal

        Invoke-Skip -With @{ WhatIf = $true } | Should-Be 'Nothing was skipped.'

        Get-Position payments-snowflake payments.refunded | Should-Be '1203'
    }
}
