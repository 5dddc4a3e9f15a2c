#!/usr/bin/env pwsh
#requires -Version 7.4

<#
.SYNOPSIS
    Builds and tests ConfluentOffsets.
.DESCRIPTION
    Needs PowerShell 7.4 or later and the .NET SDK 10; does all other set-up itself.
.PARAMETER Task
    Build: makes the module, so that ConfluentOffsets.psd1 imports in place.
    Demo:  builds, then shows the main job against an in-memory Confluent Cloud.
    Test:  builds, then runs the C# tests, the Pester tests and, where Node.js is there, the tests over real HTTP.
    Soak:  builds, then runs thousands of mixed operations over real HTTP against a service that fails often, and checks
           every result. Minutes; exit code 1 where a result was wrong, memory grew or connections piled up.
    Package: builds, also native code for Linux (x64), and makes out/ConfluentOffsets/<version> and a .nupkg for the
           PowerShell Gallery.
    Bench: builds, and measures how fast it is, side by side with other ways. Takes many minutes, and needs ASP.NET Core's runtime.
    Clean: removes what was built.
.PARAMETER Configuration
    Release or Debug.
.PARAMETER NoBuild
    Test, Bench and Soak take what was built (and packed) before, perhaps on another machine.
.PARAMETER Case
    The cases that Bench measures, with wildcards; see tests/benchmarks/Benchmark.ps1.
.PARAMETER Repeat
    How often Bench runs each.
.PARAMETER Count
    How many operations Soak does.
.PARAMETER Seed
    Of Soak's operations and faults. Each run has its own, and shows it, unless one is given.
.EXAMPLE
    ./build.ps1 Demo
.EXAMPLE
    ./build.ps1 Test
.EXAMPLE
    ./build.ps1 Bench -Case Fleet*, Rows -Repeat 9
.EXAMPLE
    ./build.ps1 Soak -Count 2000 -Seed 17
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Demo', 'Test', 'Soak', 'Package', 'Bench', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [switch] $NoBuild,

    [string[]] $Case = '*',

    [int] $Repeat = 5,

    [ValidateRange(1, [int]::MaxValue)]
    [int] $Count = 10000,

    [ValidateRange(0, [int]::MaxValue)]
    [int] $Seed
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$root = $PSScriptRoot
$out = Join-Path $root 'out'
$seedIsGiven = $PSBoundParameters.ContainsKey('Seed')

function Invoke-Tool {
    # Runs a program and fails when it does.
    param([string] $Tool, [string[]] $Arguments)
    & $Tool @Arguments | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "$Tool $($Arguments[0]) failed with exit code $LASTEXITCODE." }
}

function Invoke-PowerShell {
    # This very PowerShell in a process of its own; as a .NET tool (dotnet pwsh) it is dotnet with pwsh.dll.
    $path = (Get-Process -Id $PID).Path
    if ((Split-Path $path -LeafBase) -eq 'dotnet') { & $path (Join-Path $PSHOME 'pwsh.dll') @args } else { & $path @args }
}

function Test-Sdk {
    if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)) {
        throw 'The .NET SDK 10 is needed and dotnet is not on PATH: https://dotnet.microsoft.com/download'
    }
}

function Invoke-Build {
    Test-Sdk
    $bin = Join-Path $root 'bin'
    Invoke-Tool dotnet 'build', (Join-Path $root 'ConfluentOffsets.slnx'), '-c', $Configuration, '-v', 'quiet', '-nologo'

    # A module that another PowerShell has loaded cannot be overwritten on Windows: say so plainly.
    try {
        if (Test-Path $bin) { Remove-Item $bin -Recurse -Force }
        $null = New-Item $bin -ItemType Directory
    }
    catch {
        throw "bin cannot be replaced; is the module loaded in another PowerShell? $_"
    }
    $cmdlets = Join-Path $root "src/ConfluentOffsets/bin/$Configuration/net8.0"
    $client = Join-Path $root "src/ConfluentOffsets.Client/bin/$Configuration/net8.0"
    Copy-Item (Join-Path $cmdlets 'ConfluentOffsets.dll'), (Join-Path $root 'src/ConfluentOffsets/*.ps1xml') $bin
    $null = New-Item (Join-Path $bin 'dependencies') -ItemType Directory
    Copy-Item (Join-Path $client '*.dll') (Join-Path $bin 'dependencies')
    Write-Host "Built $bin; Import-Module $(Join-Path $root 'ConfluentOffsets.psd1')"
}

function Add-NativeImage {
    # Beside the IL of the client and its packages, the same with native code: a process starts faster with it.
    $dependencies = Join-Path $root 'bin/dependencies'
    $published = Join-Path $root "src/ConfluentOffsets.Images/bin/$Configuration/published"
    $images = Join-Path $dependencies 'linux-x64'
    Remove-Item $published, $images -Recurse -Force -ErrorAction Ignore
    Invoke-Tool dotnet 'publish', (Join-Path $root 'src/ConfluentOffsets.Images'), '-c', $Configuration, '-o', $published, '-v', 'quiet', '-nologo'
    $null = New-Item $images -ItemType Directory
    Get-ChildItem $dependencies -Filter *.dll | ForEach-Object { Copy-Item (Join-Path $published $_.Name) $images }
}

function Install-Pester {
    # Pester 6, from the PowerShell Gallery if it is missing.
    if (Get-Module Pester -ListAvailable | Where-Object Version -GE '6.0.0') { return }
    Write-Host 'Pester 6 is missing; installing it for this user from the PowerShell Gallery.'
    try {
        if (Get-Command Install-PSResource -ErrorAction Ignore) {
            Install-PSResource Pester -Version '[6.0.0,7.0.0)' -Scope CurrentUser -TrustRepository
        }
        else {
            Install-Module Pester -MinimumVersion 6.0.0 -MaximumVersion 6.99.99 -Scope CurrentUser -Force -SkipPublisherCheck
        }
    }
    catch {
        throw "Pester 6 cannot be had from the PowerShell Gallery ($($_.Exception.Message)). Install it by hand (Install-PSResource Pester), then run this again."
    }
}

function Invoke-CSharpTest {
    # The results are read from the file that the runner writes, whatever it prints.
    $results = Join-Path $out 'client-tests.trx'
    Remove-Item $results -ErrorAction Ignore
    # The assembly is its own runner: so it also runs where it was not built.
    $tests = Join-Path $root "tests/ConfluentOffsets.Client.Tests/bin/$Configuration/net10.0/ConfluentOffsets.Client.Tests.dll"
    & dotnet exec $tests -trx $results -noLogo | Out-Host
    if (-not (Test-Path $results)) { throw 'The C# tests did not run.' }
    $counters = ([xml](Get-Content $results -Raw)).TestRun.ResultSummary.Counters
    $passed, $failed, $total = [int]$counters.passed, [int]$counters.failed, [int]$counters.total
    @{ Passed = $passed; Failed = $total - $passed - [int]$counters.notExecuted; Skipped = [int]$counters.notExecuted }
    if ($failed -eq 0 -and $LASTEXITCODE -ne 0) { throw "The C# tests ended with exit code $LASTEXITCODE." }
}

function Invoke-PesterTest {
    # In a process of its own: a binary module that was loaded cannot be unloaded.
    $results = Join-Path $out 'pester.json'
    Remove-Item $results -ErrorAction Ignore
    Invoke-PowerShell -NoProfile -NonInteractive -File (Join-Path $root 'tests/Invoke-PesterSuite.ps1') -ResultPath $results | Out-Host
    if (-not (Test-Path $results)) { throw 'The Pester tests did not run.' }
    Get-Content $results -Raw | ConvertFrom-Json -AsHashtable
}

function Invoke-Test {
    if (-not $NoBuild) {
        Invoke-Build
        New-Package
    }
    Install-Pester
    $suites = @(
        Invoke-CSharpTest
        Invoke-PesterTest
    )
    $passed, $failed, $skipped = 'Passed', 'Failed', 'Skipped' | ForEach-Object { $name = $_; ($suites | ForEach-Object { $_[$name] } | Measure-Object -Sum).Sum }
    Write-Host "$passed passed, $failed failed, $skipped skipped"
    if ($failed -gt 0) { exit 1 }
}

function Invoke-Soak {
    $arguments = @('--count', $Count)
    if ($seedIsGiven) { $arguments += '--seed', $Seed }
    & dotnet exec (Join-Path $root "tests/ConfluentOffsets.Soak/bin/$Configuration/net10.0/ConfluentOffsets.Soak.dll") @arguments | Out-Host
    if ($LASTEXITCODE -ne 0) { exit 1 }
}

function New-Package {
    Add-NativeImage
    $null = New-Item $out -ItemType Directory -Force
    $manifest = Import-PowerShellDataFile (Join-Path $root 'ConfluentOffsets.psd1')
    $version = $manifest.ModuleVersion
    $stage = Join-Path $out "ConfluentOffsets/$version"
    Remove-Item $stage, (Join-Path $out '*.nupkg') -Recurse -Force -ErrorAction Ignore
    $null = New-Item $stage -ItemType Directory -Force
    foreach ($item in 'ConfluentOffsets.psd1', 'bin', 'en-US', 'examples', 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'README.md', 'CHANGELOG.md') {
        Copy-Item (Join-Path $root $item) $stage -Recurse
    }

    # What the Gallery finds a module by.
    $tags = @('PSModule', 'PSIncludes_Cmdlet') + $manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_", "PSCommand_$_" }) + $manifest.PrivateData.PSData.Tags
    $escape = { [System.Security.SecurityElement]::Escape($args[0]) }
    $nuspec = Join-Path $out 'ConfluentOffsets.nuspec'
    @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>ConfluentOffsets</id>
    <version>$version</version>
    <authors>$(& $escape $manifest.Author)</authors>
    <copyright>$(& $escape $manifest.Copyright)</copyright>
    <license type="expression">MIT</license>
    <readme>README.md</readme>
    <description>$(& $escape $manifest.Description)</description>
    <tags>$($tags -join ' ')</tags>
  </metadata>
  <files>
    <file src="**" target="" />
  </files>
</package>
"@ | Set-Content $nuspec

    # The package's entries have the commit's time, so that the same sources give the same bytes.
    $commitTime = if (Get-Command git -CommandType Application -ErrorAction Ignore) { git -C $root log -1 --format=%ct 2>$null }

    # NoPackageAnalysis: its rules are for libraries, and this is a module.
    Invoke-Tool dotnet 'pack', (Join-Path $root 'src/ConfluentOffsets'), '-c', $Configuration, '-p:NoPackageAnalysis=true', '--no-build', '-nologo', '-v', 'quiet',
    '-o', $out, "-p:NuspecFile=$nuspec", "-p:NuspecBasePath=$stage", "-p:DeterministicTimestamp=$commitTime"
    Remove-Item $nuspec
    Write-Host "Packed $(Join-Path $out "ConfluentOffsets.$version.nupkg")"
}

function Invoke-Bench {
    if (-not $NoBuild) {
        Invoke-Build
        Add-NativeImage
        Invoke-Tool dotnet 'build', (Join-Path $root 'tests/ConfluentOffsets.Benchmarks'), '-c', 'Release', '-v', 'quiet', '-nologo'
    }
    & (Join-Path $root 'tests/benchmarks/Benchmark.ps1') -Case $Case -Repeat $Repeat | Out-Host
}

function Invoke-Clean {
    Get-ChildItem $root -Directory -Recurse -Depth 2 -Include bin, obj | Where-Object FullName -NotMatch 'node_modules' | Remove-Item -Recurse -Force
    Remove-Item $out -Recurse -Force -ErrorAction Ignore
}

foreach ($name in $Task) {
    switch ($name) {
        'Build' { Invoke-Build }
        'Test' {
            # The line of counts comes last whatever happens.
            try { Invoke-Test }
            catch {
                Write-Host "$_"
                Write-Host '0 passed, 1 failed, 0 skipped'
                exit 1
            }
        }
        'Demo' {
            Invoke-Build
            Invoke-PowerShell -NoProfile -File (Join-Path $root 'src/Demo.ps1')
            if ($LASTEXITCODE -ne 0) { throw "The demo failed with exit code $LASTEXITCODE." }
        }
        'Soak' {
            if (-not $NoBuild) { Invoke-Build }
            Invoke-Soak
        }
        'Package' { Invoke-Build; New-Package }
        'Bench' { Invoke-Bench }
        'Clean' { Invoke-Clean }
    }
}
