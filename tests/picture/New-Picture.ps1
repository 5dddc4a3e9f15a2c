#!/usr/bin/env pwsh
#requires -Version 7.4

<#
.SYNOPSIS
    Makes the README's picture: a real session in a real terminal, in the middle of a wait.
.DESCRIPTION
    Types the commands of session.ps1 into an interactive PowerShell that runs in tmux, answers its question, takes what the
    terminal shows while the progress bar stands there, and draws it as SVG. Nothing in the picture is written by hand.
    Needs tmux, so Linux or macOS, and ./build.ps1 Build before.
.PARAMETER Path
    Where the picture goes.
.EXAMPLE
    ./tests/picture/New-Picture.ps1
#>
[CmdletBinding()]
param(
    [string] $Path = (Join-Path $PSScriptRoot '../../examples/session.svg')
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
. $PSScriptRoot/ConvertTo-Svg.ps1
$width, $height = 92, 34

if (-not (Get-Command tmux -CommandType Application -ErrorAction Ignore)) { throw 'tmux is needed and not on PATH.' }
$place = New-Item (Join-Path ([IO.Path]::GetTempPath()) "picture-$([guid]::NewGuid())") -ItemType Directory
$server = "picture-$PID"
function Invoke-Tmux { & tmux -L $server -f /dev/null @args; if ($LASTEXITCODE -ne 0) { throw "tmux $($args[0]) failed." } }

function Wait-Screen {
    # What the terminal shows, once it shows this at the end.
    param([string] $Pattern)
    for ($i = 0; $i -lt 600; $i++) {
        $text = @(Invoke-Tmux capture-pane -p) -join "`n"
        if ($text.TrimEnd() -match $Pattern) { return }
        Start-Sleep -Milliseconds 100
    }
    throw "The terminal does not show '$Pattern', but:`n$text"
}

try {
    Copy-Item (Join-Path $PSScriptRoot plan.csv) $place
    $start = Join-Path $place 'start.ps1'
    Set-Content $start @(
        "Import-Module '$((Resolve-Path (Join-Path $PSScriptRoot ../../ConfluentOffsets.psd1)).Path)'", "Set-Location '$place'"
        'function prompt { "PS> " }', 'if (Get-Module PSReadLine) { Set-PSReadLineOption -PredictionSource None }', 'Clear-Host'
    )
    $pwsh = (Get-Process -Id $PID).Path
    Invoke-Tmux new-session -d -x $width -y $height "'$pwsh' -NoProfile -NoLogo -NoExit -File '$start'"
    Wait-Screen '(?s)\APS>\z'
    $commands = @(Get-Content (Join-Path $PSScriptRoot session.ps1) | Where-Object { $_ -and $_ -notlike '#*' })
    foreach ($command in $commands) {
        Invoke-Tmux send-keys -l $command
        Invoke-Tmux send-keys Enter
        if ($command -ne $commands[-1]) { Wait-Screen '(?m)^PS>\z' }
    }

    # The last one asks, and then waits for 90 seconds: long enough for a picture of it.
    Wait-Screen '\[Y\] Yes.*:\z'
    Invoke-Tmux send-keys y Enter
    Wait-Screen 'PENDING\w*, [1-9]\d* s'
    $screen = @(Invoke-Tmux capture-pane -e -p)
}
finally {
    & tmux -L $server kill-server 2>$null
    Remove-Item $place -Recurse -Force
}

ConvertTo-Svg $screen $width | Set-Content $Path -NoNewline
Write-Host "Drew $(Resolve-Path $Path)"
