BeforeDiscovery {
    $others = 'Microsoft.Extensions.DependencyInjection.Abstractions', 'Microsoft.Extensions.Http', 'Polly.Core'
}

BeforeAll {
    . $PSScriptRoot/common.isolation.ps1
}

Describe 'Isolation' {
    Context 'a process that has loaded other versions of the dependencies' {
        BeforeAll {
            $child = Invoke-Child {
                $others = Get-ChildItem "$Tests/ConfluentOffsets.OtherDependencies/bin" -Recurse -Filter *.dll |
                    Where-Object BaseName -In 'Microsoft.Extensions.DependencyInjection.Abstractions', 'Microsoft.Extensions.Http', 'Polly.Core' |
                    Sort-Object LastWriteTime | Group-Object BaseName | ForEach-Object { $_.Group[-1].FullName }
                foreach ($path in $others) {
                    $null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath($path)
                }
                $before = @(Get-LoadedAssembly $Dependency)
                Import-Module $Manifest
                $offset = Use-Module
                [pscustomobject]@{
                    Before     = $before
                    Offset     = $offset
                    After      = @(Get-LoadedAssembly ($Dependency + 'ConfluentOffsets'))
                    PollyInUse = [System.Diagnostics.FileVersionInfo]::GetVersionInfo(([type]'Polly.ResiliencePipeline').Assembly.Location).FileVersion
                    Contexts   = @([System.Runtime.Loader.AssemblyLoadContext]::All.Name)
                }
            }
        }

        It 'has another version of <_> in the default context' -ForEach $others {
            $ours = ($dependencies | Where-Object BaseName -EQ $_).VersionInfo.FileVersion

            $theirs = @($child.Before | Where-Object Name -EQ $_)

            $theirs.Count | Should-Be 1
            $theirs[0].Context | Should-Be 'Default'
            $theirs[0].Version | Should-NotBe $ours
        }

        It 'uses the module' {
            $child.Offset | Should-Be 42
        }

        It 'has our version of <_> in the private context, beside its own' -ForEach $others {
            $ours = ($dependencies | Where-Object BaseName -EQ $_).FullName
            $theirs = $child.Before | Where-Object Name -EQ $_

            $loaded = @($child.After | Where-Object Name -EQ $_ | Sort-Object Context)

            $loaded.Count | Should-Be 2
            $loaded[0].Context | Should-Be 'ConfluentOffsets'
            $loaded[0].Path | Should-Be $ours
            $loaded[1].Context | Should-Be 'Default'
            $loaded[1].Path | Should-Be $theirs.Path
        }

        It 'still sees its own version' {
            $theirs = ($child.Before | Where-Object Name -EQ 'Polly.Core').Version

            $child.PollyInUse | Should-Be $theirs
        }

        It 'has nothing of ours but the cmdlet assembly in the default context' {
            $inDefault = @($child.After | Where-Object { $_.Context -eq 'Default' -and $_.Path.StartsWith($bin) })

            $inDefault.Name -join ' ' | Should-Be 'ConfluentOffsets'
        }
    }

    Context 'a process that has used the module' {
        BeforeAll {
            $child = Invoke-Child {
                Import-Module $Manifest
                $offset = Use-Module
                [pscustomobject]@{
                    Offset   = $offset
                    Loaded   = @(Get-LoadedAssembly ($Dependency + 'ConfluentOffsets'))
                    Private  = @((Get-PrivateContext).Assemblies | ForEach-Object Location)
                    Contexts = @([System.Runtime.Loader.AssemblyLoadContext]::All.Name)
                }
            }
        }

        It 'has nothing of ours but the cmdlet assembly in the default context' {
            $inDefault = @($child.Loaded | Where-Object Context -EQ 'Default')

            $child.Offset | Should-Be 42
            $inDefault.Count | Should-Be 1
            $inDefault[0].Name | Should-Be 'ConfluentOffsets'
        }

        It 'has <_> in the private context' -ForEach ($others + 'ConfluentOffsets.Client', 'Microsoft.Extensions.DependencyInjection') {
            $loaded = @($child.Loaded | Where-Object Name -EQ $_)

            $loaded.Count | Should-Be 1
            $loaded[0].Context | Should-Be 'ConfluentOffsets'
        }

        It 'has nothing else in the private context' {
            $foreign = @($child.Private | Where-Object { $_ -notin $dependencies.FullName })

            $foreign | Should-BeCollection @()
        }

        It 'has no context beside the default and the private one' {
            ($child.Contexts | Sort-Object) -join ' ' | Should-Be 'ConfluentOffsets Default'
        }
    }

    Context 'import alone' {
        It 'loads none of the dependencies' {
            $loaded = @(Invoke-Child {
                    Import-Module $Manifest
                    Get-LoadedAssembly ($Dependency + 'ConfluentOffsets')
                })

            $loaded.Name -join ' ' | Should-Be 'ConfluentOffsets'
        }

        It 'needs none of the dependencies, nor does the description of each cmdlet' {
            $copy = Copy-BuiltModule
            Remove-Item "$copy/bin/dependencies" -Recurse

            $described = @(Invoke-Child -Root $copy {
                    Import-Module $Manifest
                    foreach ($command in Get-Command -Module ConfluentOffsets) {
                        [pscustomobject]@{ Name = $command.Name; Syntax = "$(Get-Command $command.Name -Syntax)"; Parameters = $command.Parameters.Count }
                    }
                })

            $described.Count | Should-Be (Import-PowerShellDataFile "$copy/ConfluentOffsets.psd1").CmdletsToExport.Count
            foreach ($command in $described) { $command.Syntax | Should-BeLikeString "*$($command.Name)*" }
        }

        It 'needs no environment variables' {
            $offset = Invoke-Child {
                Get-ChildItem env: | Remove-Item
                Import-Module $Manifest
                Use-Module
            }

            $offset | Should-Be 42
        }
    }

    Context 'import again' {
        It 'works <Name>, with the same assemblies' -ForEach @(
            @{ Name = 'with -Force'; Again = { Import-Module $Manifest -Force } }
            @{ Name = 'with -Force, three times'; Again = { 1..3 | ForEach-Object { Import-Module $Manifest -Force } } }
            @{ Name = 'after Remove-Module'; Again = { Remove-Module ConfluentOffsets; Import-Module $Manifest } }
            @{ Name = 'in another runspace'; Again = {
                    $shell = [powershell]::Create()
                    $null = $shell.AddCommand('Import-Module').AddArgument($Manifest).Invoke()
                    if ($shell.HadErrors) { throw $shell.Streams.Error[0] }
                    $shell.Dispose()
                }
            }
        ) {
            $script = [scriptblock]::Create(@"
                Import-Module `$Manifest
                `$first = Use-Module
                `$client = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'ConfluentOffsets.Client' }
                & {$Again }
                `$second = Use-Module
                `$resolved = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyName('ConfluentOffsets.Client')
                [pscustomobject]@{
                    Offsets  = @(`$first, `$second)
                    Same     = [object]::ReferenceEquals(`$client, `$resolved)
                    Contexts = @(Get-PrivateContext).Count
                    Loaded   = @(Get-LoadedAssembly (`$Dependency + 'ConfluentOffsets') | ForEach-Object Name)
                }
"@)

            $child = Invoke-Child $script

            $child.Offsets | Should-BeCollection @(42, 42)
            $child.Same | Should-BeTrue
            $child.Contexts | Should-Be 1
            $child.Loaded | Should-ContainCollection 'ConfluentOffsets.Client'
            @($child.Loaded | Group-Object | Where-Object Count -GT 1 | ForEach-Object Name) | Should-BeCollection @()
        }

        It 'works in four runspaces at once' {
            $child = Invoke-Child {
                Import-TestSupport
                $start = [System.Threading.Barrier]::new(4)
                $work = foreach ($number in 1..4) {
                    $shell = [powershell]::Create()
                    $null = $shell.AddScript({
                            param($Child, $Manifest, $Tests, $Start)
                            . $Child $Manifest $Tests
                            if (-not $Start.SignalAndWait(60000)) { throw 'The other runspaces did not come.' }
                            Import-Module $Manifest
                            Use-Module
                        }).AddArgument("$Tests/fixtures/isolation/child.ps1").AddArgument($Manifest).AddArgument($Tests).AddArgument($start)
                    @{ Shell = $shell; Result = $shell.BeginInvoke() }
                }
                $offsets = foreach ($item in $work) { $item.Shell.EndInvoke($item.Result) }
                [pscustomobject]@{
                    Offsets  = @($offsets)
                    Errors   = @($work | ForEach-Object { $_.Shell.Streams.Error } | ForEach-Object { "$_" })
                    Contexts = @(Get-PrivateContext).Count
                    Loaded   = @(Get-LoadedAssembly ($Dependency + 'ConfluentOffsets') | ForEach-Object Name)
                }
            }

            $child.Errors | Should-BeCollection @()
            $child.Offsets | Should-BeCollection @(42, 42, 42, 42)
            $child.Contexts | Should-Be 1
            $child.Loaded | Should-ContainCollection 'ConfluentOffsets.Client'
            @($child.Loaded | Group-Object | Where-Object Count -GT 1 | ForEach-Object Name) | Should-BeCollection @()
        }
    }

    Context 'a process that has connected, and asks nothing yet' {
        It 'gets ready for its first request' {
            $isReady = Invoke-Child {
                Import-Module $Manifest
                $credential = [pscredential]::new('KEY', (ConvertTo-SecureString secret -AsPlainText -Force))
                Connect-ConfluentCloud -Credential $credential -EnvironmentId env-1 -KafkaClusterId lkc-1
                # Only a request needs this one; to connect does not.
                $isReady = { @((Get-PrivateContext).Assemblies | ForEach-Object { $_.GetName().Name }) -contains 'Microsoft.Extensions.Options' }
                $end = [datetime]::UtcNow.AddMinutes(1)
                while (-not (& $isReady) -and [datetime]::UtcNow -lt $end) { [System.Threading.Thread]::Sleep(20) }
                & $isReady
            }

            $isReady | Should-BeTrue
        }
    }

    Context 'what is shipped' {
        It 'is nothing that the shared framework has' {
            $framework = Get-ChildItem ([System.Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory()) -Filter *.dll

            $twice = @($dependencies.Name | Where-Object { $_ -in $framework.Name })

            $framework.Name | Should-ContainCollection 'System.Text.Json.dll'
            $twice | Should-BeCollection @()
        }

        It 'is nothing that PowerShell has' {
            $theirs = Get-ChildItem $PSHOME -Filter *.dll

            $twice = @($dependencies.Name | Where-Object { $_ -in $theirs.Name })

            $theirs.Name | Should-ContainCollection 'System.Management.Automation.dll'
            $twice | Should-BeCollection @()
        }

        It 'is one assembly beside the dependencies, and nothing of PowerShell' {
            $assemblies = @(Get-ChildItem $bin -Filter *.dll -Recurse)

            @($assemblies | Where-Object DirectoryName -EQ $bin).Name -join ' ' | Should-Be 'ConfluentOffsets.dll'
            @($assemblies.Name -like 'System.Management.Automation*') | Should-BeCollection @()
        }
    }

    Context 'the public surface of ConfluentOffsets.dll' {
        BeforeAll {
            $child = Invoke-Child {
                Import-Module $Manifest
                $null = Use-Module
                $all = [System.Reflection.BindingFlags]'Public, NonPublic, Instance, Static, DeclaredOnly'
                $members = 0

                # A type and all that its name is made of.
                function Expand([type] $Type, [int] $Depth = 0) {
                    if ($null -eq $Type -or $Depth -gt 8) { return }
                    $Type
                    if ($Type.HasElementType) { Expand $Type.GetElementType() ($Depth + 1) }
                    if ($Type.IsGenericParameter) { foreach ($constraint in $Type.GetGenericParameterConstraints()) { Expand $constraint ($Depth + 1) } }
                    elseif ($Type.IsGenericType) { foreach ($argument in $Type.GetGenericArguments()) { Expand $argument ($Depth + 1) } }
                }

                function Test-Seen($Member) { $Member.IsPublic -or $Member.IsFamily -or $Member.IsFamilyOrAssembly }

                $found = foreach ($type in [ConfluentOffsets.ConnectorOffset].Assembly.GetExportedTypes()) {
                    $used = @(
                        for ($base = $type; $base; $base = $base.BaseType) { @{ Where = 'base'; Type = $base } }
                        foreach ($interface in $type.GetInterfaces()) { @{ Where = 'interface'; Type = $interface } }
                        foreach ($field in $type.GetFields($all)) {
                            if ((Test-Seen $field) -or $field.FieldType.IsValueType) { @{ Where = $field.Name; Type = $field.FieldType } }
                        }
                        foreach ($method in @($type.GetMethods($all)) + @($type.GetConstructors($all)) | Where-Object { Test-Seen $_ }) {
                            foreach ($parameter in $method.GetParameters()) { @{ Where = $method.Name; Type = $parameter.ParameterType } }
                            if ($method -is [System.Reflection.MethodInfo]) { @{ Where = $method.Name; Type = $method.ReturnType } }
                            if ($method.IsGenericMethod) { foreach ($argument in $method.GetGenericArguments()) { @{ Where = $method.Name; Type = $argument } } }
                        }
                        foreach ($attribute in @($type.GetCustomAttributesData()) + @(($type.GetProperties($all) | ForEach-Object { $_.GetCustomAttributesData() }))) {
                            @{ Where = 'attribute'; Type = $attribute.AttributeType }
                        }
                    )
                    $members += $used.Count
                    foreach ($use in $used) {
                        foreach ($part in Expand $use.Type) {
                            if ($part.Assembly.GetName().Name -in $Dependency) { "$type $($use.Where): $part" }
                        }
                    }
                }
                [pscustomobject]@{ Members = $members; Found = @($found) }
            }
        }

        It 'names no type of a dependency: no signature, base, interface, generic argument, or struct field' {
            $child.Members | Should-BeGreaterThan 200
            $child.Found | Should-BeCollection @()
        }
    }
}
