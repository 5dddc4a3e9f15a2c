# Processes of their own for the tests of isolation: what was loaded cannot be unloaded. Dot-sourced by them.

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$bin = Join-Path (Split-Path $PSScriptRoot) 'bin'

# Those that this process loads: with native code where there are such for its platform.
$images = "$bin/dependencies/linux-x64"
$hasImages = $IsLinux -and [System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture -eq 'X64' -and [Environment]::Version.Major -ge 10 -and (Test-Path $images)
$dependencies = @(Get-ChildItem ($hasImages ? $images : "$bin/dependencies") -Filter *.dll)

# Runs a script in a new process and gives what it emits. Its $Dependency holds the names of our dependencies.
function Invoke-Child {
    param([scriptblock] $Script, [string] $Root = (Split-Path $PSScriptRoot))
    $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
    @(
        ". '$PSScriptRoot/fixtures/isolation/child.ps1' '$Root/ConfluentOffsets.psd1' '$PSScriptRoot'"
        "`$Dependency = '$($dependencies.BaseName -join "', '")'"
        "`$result = & {$Script}"
        'ConvertTo-Json -InputObject @($result) -Depth 5 -Compress'
    ) | Set-Content $file
    $output = @(& (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $file 2>&1)
    if ($LASTEXITCODE -ne 0) { throw "The child process failed:`n$($output -join "`n")" }
    $output[-1] | ConvertFrom-Json
}

# A copy of the built module, to be changed.
function Copy-BuiltModule {
    $copy = Join-Path $TestDrive "$([guid]::NewGuid())"
    $null = New-Item $copy -ItemType Directory
    Copy-Item "$(Split-Path $bin)/ConfluentOffsets.psd1" $copy
    Copy-Item $bin $copy -Recurse
    $copy
}
