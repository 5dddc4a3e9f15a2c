BeforeAll {
    $root = Split-Path $PSScriptRoot
    $manifest = Import-PowerShellDataFile (Join-Path $root 'ConfluentOffsets.psd1')
    $package = Join-Path $root "out/ConfluentOffsets.$($manifest.ModuleVersion).nupkg"

    # As the Gallery's clients install it: the files of the package below <name>/<version>.
    $modulePath = Join-Path $TestDrive 'modules'
    $installed = Join-Path $modulePath "ConfluentOffsets/$($manifest.ModuleVersion)"
    [System.IO.Compression.ZipFile]::ExtractToDirectory($package, $installed)
    $support = Get-ChildItem (Join-Path $PSScriptRoot 'ConfluentOffsets.TestSupport/bin') -Recurse -Filter ConfluentOffsets.TestSupport.dll | Select-Object -First 1

    # In a process of its own, which has no other module path than the package's and PowerShell's own.
    function Invoke-Installed {
        param([string] $Script)
        $saved = $env:PSModulePath
        $start = "`$env:PSModulePath = '$modulePath' + [IO.Path]::PathSeparator + (Join-Path `$PSHOME Modules); Set-Location '$TestDrive'`n"
        try { & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command ($start + $Script) 2>&1 }
        finally { $env:PSModulePath = $saved }
    }
}

Describe 'The package' {
    It 'holds the module and nothing of its making' {
        $files = Get-ChildItem $installed -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($installed, $_.FullName).Replace('\', '/') }

        $files | Should-ContainCollection @('ConfluentOffsets.psd1')
        $files | Should-ContainCollection @('bin/ConfluentOffsets.dll')
        $files | Should-ContainCollection @('bin/dependencies/ConfluentOffsets.Client.dll')
        $files | Should-ContainCollection @('en-US/about_ConfluentOffsets.help.txt')
        $files | Should-ContainCollection @('LICENSE')
        $files | Should-ContainCollection @('examples/Backup-Offsets.ps1')
        @($files | Where-Object { $_ -match '\.(cs|csproj|pdb|ps1|json)$' -and $_ -notlike 'examples/*' }) | Should-BeCollection @()
    }

    It 'has native code for Linux, of the very assemblies that other platforms load' {
        $ids = foreach ($folder in 'dependencies', 'dependencies/linux-x64') {
            $files = Get-ChildItem (Join-Path $installed "bin/$folder") -Filter *.dll | Sort-Object Name
            , @($files | ForEach-Object {
                    $pe = [System.Reflection.PortableExecutable.PEReader]::new($_.OpenRead())
                    $metadata = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($pe)
                    "$($_.Name) $($metadata.GetGuid($metadata.GetModuleDefinition().Mvid)) $($pe.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size -gt 0)"
                    $pe.Dispose()
                })
        }

        $ids[0].Count | Should-BeGreaterThan 1
        $ids[0] -match ' True$' | Should-BeCollection @()
        $ids[1] | Should-BeCollection ($ids[0] -replace ' False$', ' True')
    }

    It 'holds the very files that the other tests use' {
        $built = Get-ChildItem (Join-Path $root 'bin') -Recurse -File

        foreach ($file in $built) {
            $packed = Join-Path $installed ([IO.Path]::GetRelativePath($root, $file.FullName))
            (Get-FileHash $packed).Hash | Should-Be (Get-FileHash $file.FullName).Hash
        }
    }

    It 'names each assembly of others with its version and licence, and has the licences'' words' {
        $notices = Get-Content (Join-Path $installed 'THIRD-PARTY-NOTICES.txt') -Raw
        $locked = (Get-Content (Join-Path $root 'src/ConfluentOffsets.Client/packages.lock.json') -Raw | ConvertFrom-Json -AsHashtable).dependencies['net8.0']
        $shipped = Get-ChildItem (Join-Path $installed 'bin/dependencies') -Filter *.dll | Where-Object BaseName -NE 'ConfluentOffsets.Client' |
            ForEach-Object { "$($_.Name) $($locked[$_.BaseName].resolved)" } | Sort-Object

        $named = [regex]::Matches($notices, '(?m)^(\S+\.dll) +(\d\S*) +(MIT|BSD-3-Clause) +\S')

        $named.ForEach({ "$($_.Groups[1]) $($_.Groups[2])" }) | Sort-Object | Should-BeCollection $shipped
        foreach ($licence in $named.ForEach({ $_.Groups[3].Value }) | Select-Object -Unique) { $notices | Should-MatchString "(?m)^$($licence): " }
        $notices | Should-MatchString 'Copyright \(c\) \.NET Foundation and Contributors'
        $notices | Should-MatchString 'Copyright \(c\) [\d-]+, App vNext'
    }

    It 'names itself and its tags for the Gallery' {
        $nuspec = ([xml](Get-Content (Join-Path $installed 'ConfluentOffsets.nuspec') -Raw)).package.metadata

        $nuspec.id | Should-Be 'ConfluentOffsets'
        $nuspec.version | Should-Be $manifest.ModuleVersion
        $tags = $nuspec.tags -split ' '
        $tags | Should-ContainCollection @('PSModule')
        foreach ($name in $manifest.CmdletsToExport) { $tags | Should-ContainCollection @("PSCmdlet_$name") }
    }

    It 'works from an empty module path, loaded by the use of a cmdlet' {
        $output = Invoke-Installed @"
            Add-Type -Path '$($support.FullName)'
            `$stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new().Answer('GET', '/orders-sink/offsets', 200, '{"offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":7}}]}')
            `$key = [pscredential]::new('KEY', (ConvertTo-SecureString 'not-a-secret' -AsPlainText))
            Connect-ConfluentCloud `$key -EnvironmentId env-1 -KafkaClusterId lkc-1 -HttpMessageHandler `$stub
            (Get-ConnectorOffset orders-sink).KafkaOffset
            (Get-Module ConfluentOffsets).ModuleBase
            (Get-Help about_ConfluentOffsets) -match 'Wait-ConnectorOffsetRequest'
"@

        $output[0] | Should-Be '7'
        $output[1] | Should-Be $installed
        $output[2] | Should-Be 'True'
    }
}
