BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Engine = (Get-Process -Id $PID).Path

    # What each case runs: two connectors under a stub; the errors and the POSTs as JSON on the last line.
    $script:Body = @'
$null = $t.Stub.Answer('GET', '*/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
$null = $t.Stub.Answer('GET', '*/status', 200, '{"request":null,"status":null}').Answer('POST', '*/request', 202, (New-AcceptedAnswer))
$WarningPreference = 'SilentlyContinue'
$seen = @{ Id = '' }
try { & $command | Out-Null }
catch {
    $seen.Id = $_.FullyQualifiedErrorId
    $seen.Category = "$($_.CategoryInfo.Category)"
    $seen.Target = "$($_.TargetObject)"
    $seen.Text = "$_"
    $seen.Action = $_.ErrorDetails.RecommendedAction
    $seen.Accepted = @($_.Exception.AcceptedRequests).Count
}
$seen.Posts = @(Get-Post $t.Stub).Count
$seen | ConvertTo-Json -Compress
'@

    function Assert-Unavailable {
        param([string] $Json, [string] $Command)
        $seen = $Json | ConvertFrom-Json
        $seen.Id | Should-Be "ConfirmationUnavailable,ConfluentOffsets.Commands.$Command"
        $seen.Category | Should-Be 'InvalidOperation'
        $seen.Target | Should-Be 'a'
        $seen.Text | Should-BeLikeString '*-Confirm:$false*'
        $seen.Action | Should-BeLikeString '*-Confirm:$false*'
        $seen.Accepted | Should-Be 0
        $seen.Posts | Should-Be 0
    }

    # Runs the body in a child process; standard input is closed.
    function Invoke-Child {
        param([string] $Command, [string[]] $Argument = @())
        $file = Join-Path $TestDrive "child-$([guid]::NewGuid()).ps1"
        Set-Content $file ". '$PSScriptRoot/common.ps1'`n`$t = Connect-Stub`n`$command = { $Command }`n$Body"
        $start = [System.Diagnostics.ProcessStartInfo]::new($Engine)
        foreach ($one in @('-NoProfile') + $Argument + @('-File', $file)) { $start.ArgumentList.Add($one) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $process.StandardInput.Close()
            $errors = $process.StandardError.ReadToEndAsync()
            $output = $process.StandardOutput.ReadToEnd()
            $process.WaitForExit()
            $errors.Result | Should-Be ''

            # A prompt that was begun may stand before it on its line.
            [regex]::Match($output, '\{"[^\r\n]*\}\s*$').Value
        }
        finally { $process.Dispose() }
    }
}

Describe 'ConfirmationUnavailable, and no POST, from <Command>' -ForEach @(
    @{ Command = 'Set-ConnectorOffset'; Name = 'SetConnectorOffsetCommand'; Text = 'Set-ConnectorOffset a, b -Topic orders -KafkaPartition 0 -KafkaOffset 5' }
    @{ Command = 'Reset-ConnectorOffset'; Name = 'ResetConnectorOffsetCommand'; Text = 'Reset-ConnectorOffset a, b -All' }
) {
    It 'in a process with -NonInteractive' {
        Assert-Unavailable (Invoke-Child $Text -NonInteractive) $Name
    }

    It 'in a process whose input is closed' {
        Assert-Unavailable (Invoke-Child $Text) $Name
    }

    It 'in a process with -NonInteractive, whatever the error action' {
        Assert-Unavailable (Invoke-Child "$Text -ErrorAction SilentlyContinue" -NonInteractive) $Name
    }

    It 'in Start-ThreadJob' {
        $json = Start-ThreadJob { . $using:PSScriptRoot/common.ps1; $t = Connect-Stub; $command = [scriptblock]::Create($using:Text); . ([scriptblock]::Create($using:Body)) } |
            Receive-Job -Wait -AutoRemoveJob

        Assert-Unavailable $json $Name
    }

    It 'in ForEach-Object -Parallel' {
        $folder, $line, $script = $PSScriptRoot, $Text, $Body

        $json = 1 | ForEach-Object -Parallel { . $using:folder/common.ps1; $t = Connect-Stub; $command = [scriptblock]::Create($using:line); . ([scriptblock]::Create($using:script)) }

        Assert-Unavailable $json $Name
    }

    It 'in a runspace without a host' {
        $shell = [powershell]::Create()
        $json = $shell.AddScript(". '$PSScriptRoot/common.ps1'; `$t = Connect-Stub; `$command = { $Text }; $Body").Invoke()
        $shell.Dispose()

        Assert-Unavailable $json $Name
    }

    It 'but not with -Confirm:$false: two POSTs' {
        $seen = Invoke-Child "$Text -Confirm:`$false" -NonInteractive | ConvertFrom-Json

        $seen.Id | Should-Be ''
        $seen.Posts | Should-Be 2
    }

    It 'but not with -WhatIf: no error' {
        $seen = Invoke-Child "$Text -WhatIf" -NonInteractive | ConvertFrom-Json

        $seen.Id | Should-Be ''
        $seen.Posts | Should-Be 0
    }
}

Describe 'A script under pwsh -File' {
    It 'exits with 1 when a request fails and $ErrorActionPreference is Stop' {
        $file = Join-Path $TestDrive 'fails.ps1'
        Set-Content $file ". '$PSScriptRoot/common.ps1'`n`$t = Connect-Stub`n`$ErrorActionPreference = 'Stop'`nSet-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:`$false`n'went on'"

        $output = & $Engine -NoProfile -NonInteractive -File $file 2>&1

        $LASTEXITCODE | Should-Be 1
        "$output" | Should-NotBeLikeString '*went on*'
    }
}
