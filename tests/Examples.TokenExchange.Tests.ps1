# The runbooks that have no secret, run with stand-ins for the identity provider, the storage and Confluent Cloud.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.standins.ps1
    $script:Examples = Join-Path $RepoRoot 'examples'
    $workflow = (Get-Content (Join-Path $Examples rewind-sink.yml) -Raw) -replace '\r'

    # The scripts of the workflow's steps by name, as job/step.
    function Get-Step {
        $jobs = [regex]::Matches($workflow.Substring($workflow.IndexOf("`njobs:")), '(?ms)^  (\w+):\n(.*?)(?=^  \w+:\n|\z)')
        $steps = @{}
        foreach ($job in $jobs) {
            foreach ($step in [regex]::Matches($job.Groups[2].Value, '(?m)^      - name: (.+)\n(?:        id: \w+\n)?        shell: pwsh\n        run: (?:\|\n((?:          .*\n)+)|(.+)\n)')) {
                $steps["$($job.Groups[1])/$($step.Groups[1])"] = $step.Groups[2].Success ? $step.Groups[2].Value -replace '(?m)^ {10}' : $step.Groups[3].Value
            }
        }
        $steps
    }

    # What GitHub Actions makes of a step, in a folder that is a checkout.
    function Invoke-Step {
        param([string] $Name)
        $file = Join-Path $TestDrive 'step.ps1'
        Set-Content $file "`$ErrorActionPreference = 'stop'`n$($steps[$Name])"
        Invoke-WithStandIn $OfThePool { . $file }
    }
}

Describe 'The workflow rewind-sink.yml' {
    BeforeEach {
        Clear-JobVariable
        $bridge = Start-Provider
        $steps = Get-Step
        $checkout = New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory
        Set-Location $checkout
        $null = New-Item ./ops -ItemType Directory
        Copy-Item (Join-Path $Examples '*.ps1') ./ops
        'orders,0,184000' | Set-Content ./plan.csv
        $env:GITHUB_STEP_SUMMARY = Join-Path $checkout 'summary.md'
        foreach ($line in [regex]::Match($workflow, '(?m)^env:\n((?:  .*\n)+)').Groups[1].Value -split '\n' -match '^  \w') {
            $name, $value = $line.Trim() -split ': ', 2
            [Environment]::SetEnvironmentVariable($name, ($value -replace '\$\{\{ inputs\.connector \}\}', 'orders-sink' -replace '\$\{\{ inputs\.plan \}\}', './plan.csv'))
        }
    }

    AfterEach {
        Set-Location $RepoRoot
        $bridge.Dispose()
        Restore-JobVariable
        $env:CONNECTOR, $env:PLAN, $env:PLAN_POOL, $env:POOL, $env:MODULE_VERSION = $null, $null, $null, $null, $null
    }

    It 'has these steps, all of PowerShell that parses' {
        ($steps.Keys | Sort-Object) -join ', ' | Should-Be 'plan/Install ConfluentOffsets, plan/Show what the plan would do, rewind/Install ConfluentOffsets, rewind/Rewind'
        [regex]::Matches($workflow, '(?m)^ *run:').Count | Should-Be $steps.Count
        foreach ($code in $steps.Values) {
            $problems = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $problems)
            @($problems) | Should-BeCollection @()
        }
    }

    It 'shows in its summary what the plan would do, and sends nothing' {
        Invoke-Step 'plan/Show what the plan would do'

        Get-Content $env:GITHUB_STEP_SUMMARY -Raw | Should-MatchString '(?s)^```.*Changed orders-0  184230    184000      -230.*```\s*$'
        $confluent.Exchanged | Should-MatchString 'identity_pool_id=pool-c3d4'
        $provider.Queries[0] | Should-Be '?api-version=2.0&audience=confluent-cloud'
        Test-Path ./rewind/*.json | Should-BeFalse
    }

    It 'shows in its summary that there is nothing to do, and has that for the artifact' {
        'orders,0,184230' | Set-Content ./plan.csv

        Invoke-Step 'plan/Show what the plan would do'

        Get-Content $env:GITHUB_STEP_SUMMARY -Raw | Should-MatchString '(?s)^```\s+orders-sink is where the plan wants it\.\s+```\s*$'
        (Get-ChildItem ./rewind).Name | Should-BeLikeString 'comparison.*Z.txt'
    }

    It 'rewinds, by another identity pool' {
        $status = @(Invoke-Step 'rewind/Rewind')[-1]

        $status.Phase | Should-Be 'APPLIED'
        $confluent.Exchanged | Should-MatchString 'identity_pool_id=pool-a1b2'
        @(Get-ChildItem ./rewind).Count | Should-Be 2
    }

    It 'ends with the words of a provider that refuses it' {
        $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'of-another-job'

        { Invoke-Step 'rewind/Rewind' } | Should-Throw -FullyQualifiedErrorId 'AuthenticationFailed,*' -ExceptionMessage '*this job may not ask for tokens*'
    }

    It 'says which permission is missing where a job cannot ask for a token' {
        $env:ACTIONS_ID_TOKEN_REQUEST_URL = $null

        { Invoke-Step 'rewind/Rewind' } | Should-Throw -ExceptionMessage '*id-token: write*'
    }

    It 'has the gate, the permission, and no text of an input in a script' {
        $workflow | Should-MatchString '(?m)^permissions:\n  contents: read\n  id-token: write$'
        $workflow | Should-MatchString '(?m)^  rewind:\n    needs: plan\n    runs-on: \S+\n    environment: production$'
        @($steps.Values -match '\$\{\{') | Should-BeCollection @()
    }

    It 'pins what it takes from others: actions by commit, as CI does, the module by this version' {
        foreach ($text in $workflow, (Get-Content (Join-Path $RepoRoot .github/workflows/ci.yml) -Raw)) {
            $uses = [regex]::Matches(($text -replace '\r'), '(?m)uses: (.+)$').ForEach{ $_.Groups[1].Value }

            $uses.Count | Should-BeGreaterThan 2
            @($uses -notmatch '^actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$') | Should-BeCollection @()
        }
        $env:MODULE_VERSION | Should-Be (Import-PowerShellDataFile (Join-Path $RepoRoot ConfluentOffsets.psd1)).ModuleVersion
        @($steps.Values -match 'Install-PSResource ConfluentOffsets -Version \$env:MODULE_VERSION ').Count | Should-Be 2
    }

    It 'keeps the files however Rewind ends, and asks for some only where it succeeded: a failure is told by its own error' {
        $workflow | Should-MatchString '(?m)^      - name: Rewind\n        id: rewind\n'
        $workflow | Should-MatchString "(?m)^        if: always\(\)\n        with:\n          name: rewind\n          path: rewind\n          if-no-files-found: \$\{\{ steps\.rewind\.outcome == 'success' && 'error' \|\| 'ignore' \}\}$"
    }

    It 'says what has to be there before: the branches of the environment, and the module' {
        $header = $workflow.Substring(0, $workflow.IndexOf("`nname: ")) -replace '\n# ?', ' '

        $header | Should-MatchString 'deployment branches .*to main'
        $header | Should-MatchString 'no release of the module is in the Gallery'
    }
}

Describe 'Backup-OffsetsToBlob.ps1' {
    BeforeEach {
        Clear-JobVariable
        $bridge = Start-Provider -Azure
        $storage = [ConfluentOffsets.PesterTests.StandInStorage]::new()
        $storageBridge = [ConfluentOffsets.TestSupport.LoopbackBridge]::new($storage)
        $arguments = @("$($storageBridge.BaseUri)offsets", 'pool-a1b2', 'env-a12b6', 'lkc-devc80')
        $script = Join-Path $Examples Backup-OffsetsToBlob.ps1
    }

    AfterEach {
        $storageBridge.Dispose()
        $bridge.Dispose()
        Restore-JobVariable
    }

    It 'puts the offsets of all connectors into a blob, each service with a token of its own' {
        $output = Invoke-WithStandIn $OfThePool { & $script @arguments; $script:now = Get-ConnectorOffset }

        $storage.Puts -join ' ' | Should-MatchString '^PUT /offsets/lkc-devc80/\d{4}-\d\d-\d\dT\d{6}Z\.json Bearer jwt-2 BlockBlob$'
        $output | Should-BeLikeString 'Kept in */offsets/*.json.'
        @($provider.Queries | ForEach-Object { [uri]::UnescapeDataString($_) }) -join ' ' | Should-Be '?resource=api://confluent-cloud ?resource=https://storage.azure.com/'
        $confluent.Exchanged | Should-MatchString 'subject_token=jwt-1&'
        $file = Join-Path $TestDrive 'blob.json'
        Set-Content $file $storage.Body
        Import-ConnectorOffset $file | Compare-ConnectorOffset $now | Should-BeNull
    }

    It 'puts nothing with -WhatIf' {
        $null = Invoke-WithStandIn $OfThePool { & $script @arguments -WhatIf }

        $storage.Puts.Count | Should-Be 0
    }

    It 'keeps the others where one cannot be read, and fails' {
        $body = {
            $confluent.Forbidden = '/jdbc-orders/offsets'
            & $script @arguments
        }

        { Invoke-WithStandIn $OfThePool $body } | Should-Throw -ExceptionMessage '*jdbc-orders: *403*'

        $storage.Puts.Count | Should-Be 1
        $storage.Body | Should-MatchString 'orders-sink'
        $storage.Body | Should-NotMatchString 'jdbc-orders'
    }

    It 'fails where the identity is not accepted' {
        $env:IDENTITY_HEADER = 'of-another-runbook'

        { Invoke-WithStandIn $OfThePool { & $script @arguments } } | Should-Throw -FullyQualifiedErrorId 'AuthenticationFailed,*'
        $storage.Puts.Count | Should-Be 0
    }
}
