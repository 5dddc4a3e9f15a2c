#!/usr/bin/env pwsh
#requires -Version 7.4

<#
.SYNOPSIS
    Checks that the package which lies in out/ is what its commit gives, byte for byte.
.DESCRIPTION
    Clones the commit to another folder, packs it there, and compares. First: ./build.ps1 Package, with everything
    committed. Exit code 1 where a byte differs; then it says in which files.
#>
[CmdletBinding()]
param()
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
$manifest = Import-PowerShellDataFile (Join-Path $root 'ConfluentOffsets.psd1')
$name = "out/ConfluentOffsets.$($manifest.ModuleVersion).nupkg"
if (-not (Test-Path (Join-Path $root $name))) { throw "There is no $name to check: ./build.ps1 Package makes it." }
if (git -C $root status --porcelain) { throw 'Something is not committed, so no clone can have it.' }
$clone = Join-Path ([System.IO.Path]::GetTempPath()) "a clone $([guid]::NewGuid())"

# Path and hash of each file in a package.
function Get-Entry {
    param([string] $Package)
    $zip = [System.IO.Compression.ZipFile]::OpenRead($Package)
    try {
        foreach ($entry in $zip.Entries) {
            $stream = $entry.Open()
            try { "$((Get-FileHash -InputStream $stream).Hash) $($entry.FullName)" } finally { $stream.Dispose() }
        }
    }
    finally { $zip.Dispose() }
}

try {
    git clone --quiet $root $clone
    if ($LASTEXITCODE -ne 0) { throw 'git clone failed.' }
    $here, $there = (Join-Path $root $name), (Join-Path $clone $name)
    & (Join-Path $clone 'build.ps1') Package | Out-Null
    if ($LASTEXITCODE -ne 0 -or -not (Test-Path $there)) { throw "The clone's build failed (exit code $LASTEXITCODE): it made no $name." }
    $hashes = ($here, $there | Get-FileHash).Hash
    "$($hashes[0])  $here", "$($hashes[1])  $there"
    if ($hashes[0] -ne $hashes[1]) {
        Compare-Object (Get-Entry $here) (Get-Entry $there) | Format-Table InputObject, SideIndicator -HideTableHeaders | Out-String -Width 200
        Write-Host 'They differ.'
        exit 1
    }
    Write-Host 'The same bytes.'
}
finally {
    Remove-Item $clone -Recurse -Force -ErrorAction Ignore
}
