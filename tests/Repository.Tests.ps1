# The bounds that keep the repository readable, for every file that git knows: see CONTRIBUTING.md.
BeforeDiscovery {
    $isClone = (Get-Command git -CommandType Application -ErrorAction Ignore) -and (git -C (Split-Path $PSScriptRoot) rev-parse --is-inside-work-tree 2>$null) -eq 'true'
}

BeforeAll {
    $root = Split-Path $PSScriptRoot
    $tracked = @(git -C $root -c core.quotePath=false ls-files | Where-Object { Test-Path (Join-Path $root $_) -PathType Leaf })

    function Get-Line { param([string] $Path) [System.IO.File]::ReadAllLines((Join-Path $root $Path)) }

    # Written by tools or by others, or one document by its nature.
    $unbounded = @(
        '(^|/)packages\.lock\.json$', '(^|/)package-lock\.json$'
        '^tests/openapi-server/connect-v1-offsets\.yaml$' # the service's own
        '^THIRD-PARTY-NOTICES\.txt$'
        '^en-US/ConfluentOffsets\.dll-Help\.xml$' # Get-Help reads one file for an assembly
    ) -join '|'

    # What quiets a compiler, an analyzer or a packer.
    $suppression = '#pragma\s+warning\s+disable|#nullable\s+disable|Suppress[M]essage|<(NoWarn|WarningsNotAsErrors|MSBuildWarningsAsMessages)\b|' +
        '<(Nullable|EnableNETAnalyzers|TreatWarningsAsErrors|EnforceCodeStyleInBuild|NuGetAudit|GenerateDocumentationFile|RestorePackagesWithLockFile)[^>]*>(false|disable)|' +
        'dotnet_(diagnostic|analyzer_diagnostic)\.\S+\s*=\s*(none|silent|suggestion|default)|-p:No\w+='

    # Whether a reason stands beside a line: in its own words, in a comment on it, or above it and its like.
    function Test-Reason {
        param([string[]] $Line, [int] $At)
        $text = $Line[$At..[math]::Min($At + 3, $Line.Count - 1)] -join ' '
        if ($Line[$At] -match 'Suppress[M]essage') { return $text -match 'Justification = "[^"]{12,}"' }
        if ($Line[$At] -match '(//|<!--|\s#)\s*\S{2,} \S+') { return $true }
        for ($i = $At - 1; $i -ge 0 -and $Line[$i] -match $suppression; $i--) { continue }
        $i -ge 0 -and $Line[$i] -match '^\s*(//|<!--|#).*\w+ \w+'
    }

    # The folders that hold files, and those that the map of CONTRIBUTING.md names.
    $folders = @($tracked | Where-Object { $_.Contains('/') } | ForEach-Object { $_ -replace '/[^/]+$' } | Sort-Object -Unique)
    $map = @(Get-Line 'CONTRIBUTING.md' | Where-Object { $_ -match '^\| `' } | ForEach-Object { ($_ -split '\|')[1] } |
            ForEach-Object { [regex]::Matches($_, '`([^`]+)/`').ForEach({ $_.Groups[1].Value }) })
}

Describe 'The repository' -Skip:(-not $isClone) {
    It 'has no file of more than 400 lines' {
        $long = foreach ($path in $tracked -match '\.(cs|ps1|psd1|ps1xml|md|txt|json|yml|yaml|props|csproj|xml)$' -notmatch $unbounded) {
            $count = @(Get-Line $path).Count
            if ($count -gt 400) { "$($path): $count" }
        }

        @($long) | Should-BeCollection @()
    }

    It 'has no cmdlet of more than 120 lines' {
        $cmdlets = @($tracked -match '^src/ConfluentOffsets/Commands/[^/]+\.cs$')

        $cmdlets.Count | Should-Be (Import-PowerShellDataFile (Join-Path $root 'ConfluentOffsets.psd1')).CmdletsToExport.Count
        @($cmdlets | Where-Object { @(Get-Line $_).Count -gt 120 }) | Should-BeCollection @()
    }

    It 'gives the reason beside each suppression' {
        $bare = foreach ($path in $tracked -match '(\.(cs|csproj|props|targets|ps1|yml)|/\.editorconfig|^\.editorconfig)$') {
            $lines = @(Get-Line $path)
            for ($i = 0; $i -lt $lines.Count; $i++) {
                if ($lines[$i] -match $suppression -and -not (Test-Reason $lines $i)) { "$($path):$($i + 1): $($lines[$i].Trim())" }
            }
        }

        @($bare) | Should-BeCollection @()
    }

    It 'lets the compiler refuse a public member without documentation' {
        $properties = ([xml](Get-Content (Join-Path $root 'src/Directory.Build.props') -Raw)).Project.PropertyGroup

        @($properties.GenerateDocumentationFile) -join '' | Should-Be 'true'
        @($properties.TreatWarningsAsErrors) -join '' | Should-Be 'true'
        @($tracked -match '^src/.*(\.(cs|csproj|props)|editorconfig)$' | Where-Object { @(Get-Line $_) -match 'CS1591|GenerateDocumentationFile>false' }) | Should-BeCollection @()
    }

    It 'locks the packages of each project, or says exactly which it downloads' {
        (Get-Content (Join-Path $root 'src/Directory.Build.props') -Raw) | Should-MatchString '<RestoreLockedMode>true</RestoreLockedMode>'
        foreach ($path in $tracked -like '*.csproj') {
            $project = [xml](Get-Content (Join-Path $root $path) -Raw)
            if (@($project.Project.PropertyGroup.RestorePackagesWithLockFile) -contains 'false') {
                @($project.SelectNodes('//PackageReference')).Count | Should-Be 0 -Because "$path has no lock file"
                @($project.SelectNodes('//PackageDownload/@Version') | Where-Object Value -NotMatch '^\[[^,]+\]$') | Should-BeCollection @()
                continue
            }
            $tracked | Should-ContainCollection @($path -replace '[^/]+$', 'packages.lock.json')
        }
    }

    It 'names no machine and no registry but the public ones' {
        $place = '(?<![\w.])/(home|root|work|opt|mnt|Users)/\w|[A-Za-z]:\\Users\\\w|"resolved": "https?://(?!registry\.npmjs\.org/)|^\s*registry\s*=|<add [^>]*value="http|--source\s+\S*http(?!s://(api\.nuget\.org|www\.powershellgallery\.com)/)'
        $found = foreach ($path in $tracked -notmatch '\.(png|gif|svg)$') {
            foreach ($line in @(Get-Line $path) -match $place) { "$($path): $($line.Trim())" }
        }

        @($found) | Should-BeCollection @()
    }

    It 'has each folder in the map of CONTRIBUTING.md, and the map no other' {
        @($folders | Where-Object { $_ -notin $map }) | Should-BeCollection @()
        @($map | Where-Object { $_ -notin $folders }) | Should-BeCollection @()
    }

    It 'has what else CONTRIBUTING.md names: <_>' -ForEach 'files', 'types' {
        $text = (Get-Line 'CONTRIBUTING.md') -join "`n"
        if ($_ -eq 'files') {
            $named = [regex]::Matches($text, '(?<![\w<>*./-])(?:\./)?((?:[\w.-]+/)*[\w.-]+\.(?:ps1|psd1|md|props|json|txt))\b').ForEach({ $_.Groups[1].Value })
            $there = $tracked + @($tracked | Split-Path -Leaf)
        }
        else {
            $named = [regex]::Matches($text, '`([A-Z][a-z]+[A-Z]\w+)`|-class \S+\.(\w+)').ForEach({ $_.Groups[1].Value + $_.Groups[2].Value })
            $there = @($tracked -like '*.cs' | Split-Path -LeafBase) + 'TimeProvider', 'BeginProcessing', 'ProcessRecord', 'StopToken', 'FailureKind', 'ModuleVersion'
        }

        @($named).Count | Should-BeGreaterThan 4
        @($named | Where-Object { $_ -notin $there } | Select-Object -Unique) | Should-BeCollection @()
    }
}
