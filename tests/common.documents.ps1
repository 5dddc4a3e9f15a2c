# Dot-sourced after common.ps1: the fenced blocks of a document, and what comes of them in a process of its own.

# Each block with its language, and what stands before it as the reason not to run it.
function Get-DocumentBlock {
    param([string] $Text)
    $pattern = '(?m)^(?:<!-- not run: (?<reason>.+?) -->\n)?^(?<fence>`{3,})(?<language>\w*)\n(?<code>(?:.*\n)*?)\k<fence>$'
    $before = $null
    foreach ($found in [regex]::Matches(($Text -replace '\r'), $pattern)) {
        $block = [pscustomobject]@{
            Line     = ($Text -replace '\r').Substring(0, $found.Groups['fence'].Index).Split("`n").Count
            Language = $found.Groups['language'].Value
            Code     = $found.Groups['code'].Value
            Reason   = $found.Groups['reason'].Value
            Of       = $null    # the block whose output this is
        }
        if ($block.Language -eq 'text' -and -not $block.Reason) { $block.Of = $before }
        $before = $block.Language -eq 'powershell' -and -not $block.Reason ? $block : $null
        $block
    }
}

# What differs from one day to the next, and by who acts.
function ConvertTo-Comparable {
    param([string] $Text)
    $lines = $Text -replace '\r' -replace '\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ', '<time>' -replace 'API key \w+', 'sandbox' -split '\n'
    ($lines.ForEach{ $_.TrimEnd() } -join "`n").Trim("`n")
}

# Runs blocks one after the other, as someone types them who has this repository, and says of each what it wrote and what went wrong.
function Invoke-DocumentBlock {
    param([object[]] $Block)
    $place = New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory
    Set-Content (Join-Path $place plan.csv) 'orders,0,183000', 'orders,1,181000'
    $variables = @{ CONFLUENT_CLOUD_API_KEY = 'TESTKEY0123456'; CONFLUENT_CLOUD_API_SECRET = $Secret; CONFLUENT_ENVIRONMENT_ID = 'env-a12b6'; KAFKA_ID = 'lkc-devc80'; NO_COLOR = '1' }
    $start = @"
        `$PSStyle.OutputRendering = 'PlainText'
        Set-Location '$place'
        Import-Module '$RepoRoot/ConfluentOffsets.psd1'
        function global:Import-Module { if (`$args[0] -ne './ConfluentOffsets.psd1') { throw "Which module is `$args?" } }
        Add-Type -Path '$($support.FullName)'
        . '$PSScriptRoot/common.rehearsal.ps1' ([ConfluentOffsets.TestSupport.SimulatedClock]::new())
        function global:Get-Secret { Get-Credential }
        foreach (`$file in Get-ChildItem ./blocks | Sort-Object Name) {
            [Console]::Out.WriteLine("<begin `$(`$file.BaseName)>")
            try {
                `$global:Error.Clear()
                # As at a prompt: each statement by itself.
                foreach (`$statement in [scriptblock]::Create((Get-Content `$file -Raw)).Ast.EndBlock.Statements) { . ([scriptblock]::Create(`$statement.Extent.Text)) | Out-Host }
                foreach (`$problem in `$global:Error) { [Console]::Out.WriteLine("<problem>`$(`$problem.FullyQualifiedErrorId): `$problem") }
            }
            catch { [Console]::Out.WriteLine("<problem>`$(`$_.FullyQualifiedErrorId): `$_") }
        }
"@
    $null = New-Item (Join-Path $place blocks) -ItemType Directory
    foreach ($one in $Block) { Set-Content (Join-Path $place "blocks/$('{0:d5}' -f $one.Line).txt") $one.Code }

    $saved = @{}
    foreach ($name in $variables.Keys) {
        $saved[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $variables[$name])
    }
    try { $output = @(& (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $start 2>&1) -join "`n"; $output += "`n" }
    finally { foreach ($name in $saved.Keys) { [Environment]::SetEnvironmentVariable($name, $saved[$name]) } }

    foreach ($one in $Block) {
        $told = [regex]::Match($output, "(?s)<begin $('{0:d5}' -f $one.Line)>\n(.*?)(?=<begin |\z)")
        [pscustomobject]@{
            Line     = $one.Line
            Output   = $told.Groups[1].Value
            Problems = @($told.Success ? [regex]::Matches($told.Value, '(?m)^<problem>(.*)$').ForEach{ $_.Groups[1].Value } : "It was not run: $output")
        }
    }
}

# All that is wrong with the blocks of a document, a line for each.
function Get-DocumentProblem {
    param([string] $Text)
    $blocks = @(Get-DocumentBlock $Text)
    $fences = [regex]::Matches($Text, '(?m)^`{3,}').Count
    if ($fences -ne 2 * $blocks.Count) { "There are $fences fences around $($blocks.Count) blocks." }
    $run = @($blocks | Where-Object { $_.Language -eq 'powershell' -and -not $_.Reason })
    $results = @(if ($run) { Invoke-DocumentBlock $run })
    foreach ($block in $blocks | Where-Object { -not $_.Reason }) {
        if ($block.Of) {
            $output = ConvertTo-Comparable ($results | Where-Object Line -EQ $block.Of.Line).Output
            if (-not $output.Contains((ConvertTo-Comparable $block.Code))) { "Line $($block.Line): the block before does not write this, but`n$output" }
        }
        elseif ($block.Language -ne 'powershell') { "Line $($block.Line): a block of $($block.Language) that is not run, and does not say why." }
    }
    foreach ($result in $results) { foreach ($problem in $result.Problems) { "Line $($result.Line): $problem" } }
}
