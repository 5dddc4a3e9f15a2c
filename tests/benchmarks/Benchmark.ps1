<#
.SYNOPSIS
    Measures the module side by side with what a PowerShell user would write otherwise, and with the limit.
.DESCRIPTION
    Every run is a process of its own; the runs of a case's ways are interleaved, so that a busy machine slows all of
    them alike. A table with medians and ratios is printed, and what it was measured on. Ratios matter, not milliseconds.
.PARAMETER Case
    Import, First, Fleet10, Fleet50, Rows, Set, Export, Import-File, Limited, Waits, Stopping, Growth; wildcards.
.PARAMETER Repeat
    How often each way runs.
#>
[CmdletBinding()]
param(
    [string[]] $Case = '*',
    [ValidateRange(1, 1000)] [int] $Repeat = 5
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$root = Resolve-Path (Join-Path $PSScriptRoot '../..')
$manifest = Join-Path $root 'ConfluentOffsets.psd1'
$program = Join-Path $root 'tests/ConfluentOffsets.Benchmarks/bin/Release/net10.0/ConfluentOffsets.Benchmarks.dll'
$measure = Join-Path $PSScriptRoot 'Measure-Case.ps1'
$work = Join-Path ([System.IO.Path]::GetTempPath()) "offsets-benchmark-$PID"
$many = 100000
$fleet = 1000

# As a .NET tool (dotnet pwsh), this PowerShell is dotnet with pwsh.dll.
$shell = @((Get-Process -Id $PID).Path)
if ((Split-Path $shell[0] -LeafBase) -eq 'dotnet') { $shell += Join-Path $PSHOME 'pwsh.dll' }

function Invoke-Timed {
    # Runs a program and gives what it printed, with the seconds of the whole process.
    param([string[]] $Command)
    $start = [System.Diagnostics.ProcessStartInfo]::new($Command[0])
    $start.RedirectStandardOutput = $true

    # What the last process compiled, PowerShell compiles ahead in the background of the next one: of interleaved ways,
    # each would begin with the other's. None begins with any, as on a fresh machine: kept by none, used below 99 cores by none.
    $start.Environment['DOTNET_MultiCoreJitNoProfileGather'] = '1'
    $start.Environment['DOTNET_MultiCoreJitMinNumCpus'] = '63'
    foreach ($argument in $Command | Select-Object -Skip 1) { $start.ArgumentList.Add($argument) }
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $process = [System.Diagnostics.Process]::Start($start)
    $text = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    $seconds = $watch.Elapsed.TotalSeconds
    if ($process.ExitCode -ne 0) { throw "$Command ended with exit code $($process.ExitCode)." }
    $result = if ($text.Trim()) { $text | ConvertFrom-Json -AsHashtable } else { @{} }
    $result.Process = $seconds
    $result
}

function Invoke-Measure {
    param([string] $Name, [string] $Way, [int] $Count, [int] $Limit = 1)
    $run = Invoke-Timed ($shell + '-NoProfile', '-NonInteractive', '-File', $measure, '-Case', $Name, '-Way', $Way, '-Service', $service, '-Count', $Count, '-Limit', $Limit)

    # What did less than its work is no measurement.
    $expected = switch ($Name) { 'Set' { 1 } { $_ -in 'Fleet', 'Limited' } { 3 * $Count } default { $Count } }
    if ($run.Count -ne $expected) { throw "$Name, ${Way}: $($run.Count) results instead of $expected." }
    $run
}

function Invoke-Bare { Invoke-Timed (@('dotnet', $program) + $args) }

function Invoke-Interleaved {
    # All ways once, then all again; gives the runs of each.
    param([System.Collections.IDictionary] $Ways, [int] $Times = $Repeat)
    $runs = [ordered]@{}
    # The ways see these variables before their own callers': no name that they use.
    foreach ($wayName in $Ways.Keys) { $runs[$wayName] = [System.Collections.Generic.List[object]]::new() }
    for ($turn = 1; $turn -le $Times; $turn++) {
        foreach ($wayName in $Ways.Keys) {
            Write-Verbose "$wayName, $turn of $Times"
            $runs[$wayName].Add((& $Ways[$wayName]))
        }
    }
    $runs
}

function Get-Median {
    param([double[]] $Values)
    $sorted = @($Values | Sort-Object)
    $middle = [int][Math]::Floor($sorted.Count / 2)
    if ($sorted.Count % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}

function Measure-Run { param($Runs, [string] $Member) Get-Median @($Runs | ForEach-Object { $_[$Member] }) }

function Measure-More {
    # By how much one way's runs exceed another's of the same turn: the median, and its standard error.
    param($Runs, $Base, [string] $Member)
    $differences = for ($turn = 0; $turn -lt $Runs.Count; $turn++) { $Runs[$turn][$Member] - $Base[$turn][$Member] }
    $spread = ($differences | Measure-Object -StandardDeviation).StandardDeviation
    @{ Median = Get-Median $differences; Error = 1.25 * $spread / [Math]::Sqrt($Runs.Count) }
}

function Format-Seconds {
    # The median, and from where to where the runs went.
    param($Runs, [string] $Member = 'Seconds')
    $all = @($Runs | ForEach-Object { $_[$Member] } | Sort-Object)
    '{0:0.000} s ({1:0.00}-{2:0.00})' -f (Get-Median $all), $all[0], $all[-1]
}

function Write-Row {
    param([string] $Name, [string] $Module, [string] $Against, [string] $Result, [string] $Reach, [bool] $IsReached)
    $row = [pscustomobject]@{ Case = $Name; Module = $Module; Against = $Against; Result = $Result; Reach = $Reach; Reached = if ($IsReached) { 'yes' } else { 'no' } }
    $script:rows.Add($row)
    Write-Host "$Name | $Module | $Against | $Result | $Reach | $($row.Reached)"
}

function New-EmptyModule {
    # The least that a binary module with so many cmdlets can be; with files, also with a type and a view.
    param([string] $Name, [int] $Cmdlets = 1, [switch] $WithFiles)
    $folder = Join-Path $work $Name
    $null = New-Item $folder -ItemType Directory -Force
    $classes = 1..$Cmdlets | ForEach-Object { "[Cmdlet(`"Get`", `"Nothing$_`")] public sealed class GetNothing${_}Command : PSCmdlet { }" }
    Add-Type -TypeDefinition "using System.Management.Automation; $classes" -OutputAssembly (Join-Path $folder "$Name.dll")
    $files = @{}
    if ($WithFiles) {
        '<?xml version="1.0" encoding="utf-8"?><Types><Type><Name>Empty.Nothing</Name><Members><NoteProperty><Name>Is</Name><Value>Empty</Value></NoteProperty></Members></Type></Types>' | Set-Content (Join-Path $folder Types.ps1xml)
        '<?xml version="1.0" encoding="utf-8"?><Configuration><ViewDefinitions><View><Name>Empty.Nothing</Name><ViewSelectedBy><TypeName>Empty.Nothing</TypeName></ViewSelectedBy><ListControl><ListEntries><ListEntry>' +
        '<ListItems><ListItem><PropertyName>Is</PropertyName></ListItem></ListItems></ListEntry></ListEntries></ListControl></View></ViewDefinitions></Configuration>' | Set-Content (Join-Path $folder Format.ps1xml)
        $files = @{ TypesToProcess = 'Types.ps1xml'; FormatsToProcess = 'Format.ps1xml' }
    }
    $path = Join-Path $folder "$Name.psd1"
    New-ModuleManifest $path -RootModule "$Name.dll" -ModuleVersion 1.0.0 -CmdletsToExport (1..$Cmdlets | ForEach-Object { "Get-Nothing$_" }) -FunctionsToExport @() -AliasesToExport @() -VariablesToExport @() @files
    $path
}

function Measure-Import {
    $empty = New-EmptyModule EmptyModule
    $full = New-EmptyModule EmptyModuleWithFiles -Cmdlets 15 -WithFiles
    $of = { param($path) Invoke-Timed ($shell + '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$path'") }
    # What is looked for is small beside the start of PowerShell, which takes now this long and now that, often for
    # minutes: many more runs, and each is compared with its neighbour.
    $runs = Invoke-Interleaved ([ordered]@{ Module = { & $of $manifest }; Empty = { & $of $empty }; Full = { & $of $full } }) -Times (20 * $Repeat)
    $more, $engine = 'Module', 'Full' | ForEach-Object { Measure-More $runs[$_] $runs.Empty Process }
    $result = '{0:0} ms more (error {1:0}); {2:0} ms (error {3:0}) for one of 15 empty cmdlets, a type and a view' -f (1000 * $more.Median), (1000 * $more.Error), (1000 * $engine.Median), (1000 * $engine.Error)
    Write-Row 'Import-Module, whole process' (Format-Seconds $runs.Module Process) "empty module: $(Format-Seconds $runs.Empty Process)" $result 'at most 25 ms more' ($more.Median -le 0.025)
}

function Measure-First {
    $runs = Invoke-Interleaved ([ordered]@{ Module = { Invoke-Measure First Module 100 }; Rest = { Invoke-Measure First Rest 100 } }) -Times (2 * $Repeat)
    $ratio = (Measure-Run $runs.Module Process) / (Measure-Run $runs.Rest Process)
    Write-Row 'First Get-ConnectorOffset, whole process' (Format-Seconds $runs.Module Process) "Invoke-RestMethod, loop: $(Format-Seconds $runs.Rest Process)" ('{0:0.00} times' -f $ratio) 'no slower' ($ratio -le 1)
}

function Measure-Fleet {
    param([int] $Limit)
    # With each run, what the service's 50 ms were: somebody may starve it.
    $with = {
        param($run)
        $run.Latency = (Invoke-RestMethod "$service/bench/latency").Milliseconds
        $run
    }
    $null = Invoke-RestMethod "$service/bench/latency"

    # One second is short: on a busy machine, two runs differ by more than what is looked for.
    $runs = Invoke-Interleaved ([ordered]@{
            Module = { & $with (Invoke-Measure Fleet Module $fleet $Limit) }
            Bare = { & $with (Invoke-Bare bare-fleet $service $fleet $Limit) }
            Rest = { & $with (Invoke-Measure Fleet Rest $fleet $Limit) }
        }) -Times ($Limit -eq 10 ? $Repeat : 3 * $Repeat)
    $module, $bare, $rest = $runs.Values | ForEach-Object { Measure-Run $_ Seconds }
    $ideal = $fleet / $Limit * 0.05
    $title = "$fleet connectors, 50 ms, $Limit at a time"
    $ofIdeal, $ofBare, $faster = ($module / $ideal), ($module / $bare), ($rest / $module)
    $latencies = ($runs.Values | ForEach-Object { '{0:0.0}' -f (Measure-Run $_ Latency) }) -join ', '
    $against = "ideal: $ideal s (the 50 ms were $latencies ms); bare client: $(Format-Seconds $runs.Bare); -Parallel: $(Format-Seconds $runs.Rest)"
    $result = '{0:0.00} times the ideal, {1:0.00} times bare, {2:0.0} times as fast as -Parallel' -f $ofIdeal, $ofBare, $faster
    if ($Limit -eq 10) {
        Write-Row $title (Format-Seconds $runs.Module) $against $result '1.08 times the ideal, 1.05 times bare' ($ofIdeal -le 1.08 -and $ofBare -le 1.05)
    }
    else {
        Write-Row $title (Format-Seconds $runs.Module) $against $result '1.15 times the ideal, twice as fast as -Parallel' ($ofIdeal -le 1.15 -and $faster -ge 2)
    }
}

function Measure-Rows {
    $runs = Invoke-Interleaved ([ordered]@{
            Module = { Invoke-Measure Rows Module $many }
            Bare = { Invoke-Bare bare-rows $service $many }
            Rest = { Invoke-Measure Rows Rest $many }
        })
    $faster = (Measure-Run $runs.Rest Seconds) / (Measure-Run $runs.Module Seconds)
    $memory = (Measure-Run $runs.Module PeakMB) / (Measure-Run $runs.Rest PeakMB)
    $against = "Invoke-RestMethod, loop: $(Format-Seconds $runs.Rest), $('{0:0} MB' -f (Measure-Run $runs.Rest PeakMB)); bare client: $(Format-Seconds $runs.Bare)"
    Write-Row "$many partitions to objects" "$(Format-Seconds $runs.Module), $('{0:0} MB' -f (Measure-Run $runs.Module PeakMB))" $against ('{0:0.0} times as fast, {1:0.00} of the peak memory' -f $faster, $memory) '8 times as fast, half the memory' ($faster -ge 8 -and $memory -le 0.5)
}

function Compare-Json {
    # What is to be reached is meant for the same objects. Rows that were flattened before hold less, and are told, too.
    param($Runs, [string] $Way = 'Module')
    $module, $same, $flat = $Way, 'RestOfSame', 'Rest' | ForEach-Object { Measure-Run $Runs[$_] Seconds }
    "of the same objects: $(Format-Seconds $Runs.RestOfSame); of what Invoke-RestMethod gives, or flattened: $(Format-Seconds $Runs.Rest)"
    '{0:0.0} times as fast; {1:0.0} times the other' -f ($same / $module), ($flat / $module)
    $same / $module
}

function Measure-Pair {
    param([string] $Name, [string] $Title, [double] $Reach, [string] $Other)
    $runs = Invoke-Interleaved ([ordered]@{ Module = { Invoke-Measure $Name Module $many }; RestOfSame = { Invoke-Measure $Name RestOfSame $many }; Rest = { Invoke-Measure $Name Rest $many } })
    $against, $result, $faster = Compare-Json $runs
    Write-Row $Title (Format-Seconds $runs.Module) "$Other $against" $result "$Reach times as fast" ($faster -ge $Reach)
}

function Measure-Set {
    $with = {
        param($run)
        $posted = Invoke-RestMethod "$service/bench/posted"
        $run.Same = $posted.SameBytes -and $posted.Count -eq $many
        $run
    }
    $runs = Invoke-Interleaved ([ordered]@{
            Module = { & $with (Invoke-Measure Set Module $many) }
            ModuleArgument = { & $with (Invoke-Measure Set ModuleArgument $many) }
            RestOfSame = { Invoke-Measure Set RestOfSame $many }
            Rest = { Invoke-Measure Set Rest $many }
        })
    foreach ($way in 'Module', 'ModuleArgument') {
        $same = -not ($runs.$way | Where-Object { -not $_.Same })
        $against, $result, $faster = Compare-Json $runs $way
        $title = "$many rows $($way -eq 'Module' ? 'piped to Set-ConnectorOffset' : 'to Set-ConnectorOffset -InputObject')"
        Write-Row $title (Format-Seconds $runs.$way) "ConvertTo-Json, Invoke-RestMethod -Method Post $against" "$result; $($same ? 'the same' : 'OTHER') bytes" '3 times as fast, the same bytes' ($faster -ge 3 -and $same)
    }
}

function Measure-Limited {
    $runs = Invoke-Interleaved @{
        Module = {
            $null = Invoke-RestMethod "$service/bench/reset" -Method Post
            $run = Invoke-Measure Limited Module $fleet 10
            $run.Refused = (Invoke-RestMethod "$service/bench/limit").Refused
            $run
        }
    }
    $ratio, $refused = ((Measure-Run $runs.Module Seconds) / ($fleet / 100)), ((Measure-Run $runs.Module Refused) / $fleet)
    Write-Row "$fleet connectors, 100 requests a second allowed" (Format-Seconds $runs.Module) "ideal: $($fleet / 100) s" ('{0:0.00} times, {1:P1} refused' -f $ratio, $refused) '1.15 times, at most 5 % refused' ($ratio -le 1.15 -and $refused -le 0.05)
}

function Measure-Waits {
    $runs = Invoke-Interleaved @{
        Module = {
            $run = Invoke-Measure Waits Module 50
            $told = Invoke-RestMethod "$service/bench/waits"
            $run.Late = Get-Median @($run.More.Notices | ForEach-Object { ($_.At - $told.Ends[$_.Number]) / 1000 })
            $run.Most = $told.MostInASecond
            $run
        }
    }
    $late, $most = (Measure-Run $runs.Module Late), (($runs.Module | ForEach-Object { $_.Most } | Measure-Object -Maximum).Maximum)
    Write-Row '50 waits at once, ends after 5 to 20 s' (Format-Seconds $runs.Module Late) "the service's own times" ('median notice {0:0.00} s, at most {1} polls in a second' -f $late, $most) 'median 1.5 s, 10 polls' ($late -lt 1.5 -and $most -le 10)
}

function Measure-Stopping {
    $runs = Invoke-Interleaved @{ Module = { Invoke-Timed ($shell + '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'Measure-Stopping.ps1'), '-Count', $many) } }
    $stops = @($runs.Module | ForEach-Object { $_.Stops })
    $slowest = $stops | Sort-Object { $_.Milliseconds } | Select-Object -Last 1
    $median = Get-Median @($stops | ForEach-Object { $_.Milliseconds })
    $points = @($stops | ForEach-Object { $_.Name } | Select-Object -Unique).Count
    Write-Row "Ctrl+C at $points points" ('{0:0} ms' -f $median) '' ('{0:0} ms at most ({1})' -f $slowest.Milliseconds, $slowest.Name) 'at most 250 ms' ($slowest.Milliseconds -le 250)
}

function Measure-Growth {
    $sizes = 1000, 10000, 100000, 300000
    $ways = [ordered]@{}
    foreach ($size in $sizes) { $ways["$size"] = [scriptblock]::Create("Invoke-Measure Rows Module $size") }
    $runs = Invoke-Interleaved $ways
    $before = $null
    foreach ($size in $sizes) {
        $of = $runs["$size"]
        $time = (Measure-Run $of Seconds) / $size * 1e6
        $held = (Get-Median @($of | ForEach-Object { $_.PeakMB - $_.StartMB })) / $size * 1KB

        # What each costs must not grow with how many there are; it may fall, since what is done once is shared.
        $isLinear = -not $before -or ($time -le 1.25 * $before.Time -and $held -le 1.25 * $before.Held)
        Write-Row "Get of $size partitions" (Format-Seconds $of) '' ('{0:0.0} us, {1:0.00} KB a partition' -f $time, $held) 'at most 1.25 times what one of fewer costs' $isLinear
        $before = @{ Time = $time; Held = $held }
    }
}

$cases = [ordered]@{
    Import = { Measure-Import }
    First = { Measure-First }
    Fleet10 = { Measure-Fleet 10 }
    Fleet50 = { Measure-Fleet 50 }
    Rows = { Measure-Rows }
    Set = { Measure-Set }
    Export = { Measure-Pair Export "$many rows to Export-ConnectorOffset" 5 'ConvertTo-Json, Set-Content' }
    'Import-File' = { Measure-Pair Import "$many rows from Import-ConnectorOffset" 5 'Get-Content, ConvertFrom-Json' }
    Limited = { Measure-Limited }
    Waits = { Measure-Waits }
    Stopping = { Measure-Stopping }
    Growth = { Measure-Growth }
}

# pwsh -File gives a list as one text.
$Case = $Case -split ','
$chosen = @($cases.Keys | Where-Object { $name = $_; $Case | Where-Object { $name -like $_ } })
if (-not $chosen) { throw "There is no case '$Case'; there are: $($cases.Keys -join ', ')." }

$rows = [System.Collections.Generic.List[object]]::new()
$null = New-Item $work -ItemType Directory -Force
$start = [System.Diagnostics.ProcessStartInfo]::new('dotnet', [string[]]($program, 'serve'))
$start.RedirectStandardOutput = $start.RedirectStandardInput = $true
$server = [System.Diagnostics.Process]::Start($start)
try {
    $service = $server.StandardOutput.ReadLine()
    foreach ($name in $chosen) { & $cases[$name] }
}
finally {
    $server.StandardInput.Close()
    $server.WaitForExit()
    Remove-Item $work -Recurse -Force -ErrorAction Ignore
}

''
'| Case | Module | Against | Result | Wanted | Reached |'
'| --- | --- | --- | --- | --- | --- |'
$rows | ForEach-Object { "| $($_.Case) | $($_.Module) | $($_.Against) | $($_.Result) | $($_.Reach) | $($_.Reached) |" }
''
$os = [System.Runtime.InteropServices.RuntimeInformation]::OSDescription
"$(Get-Date -Format yyyy-MM-dd), $([Environment]::ProcessorCount) cores, $os, PowerShell $($PSVersionTable.PSVersion), .NET $([Environment]::Version), ConfluentOffsets $((Import-PowerShellDataFile $manifest).ModuleVersion)"
