# What stands between the cmdlets and the private context of their dependencies.
BeforeAll {
    . $PSScriptRoot/common.isolation.ps1
}

Describe 'The bridge' {
    It 'answers for the client and for no other assembly' {
        $found = @(Invoke-Child {
                Import-Module $Manifest
                $null = Use-Module
                foreach ($name in $Dependency) {
                    try {
                        [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyName($name).GetName().Name
                    }
                    catch [System.IO.FileNotFoundException] {
                    }
                }
            })

        $found -join ' ' | Should-Be 'ConfluentOffsets.Client'
    }

    It 'registers once, however many threads import at the same moment' {
        $contexts = Invoke-Child {
            Add-Type @'
                using System; using System.Linq; using System.Threading;
                public static class Together {
                    public static void Run(Action action, int count) {
                        var ready = 0;
                        var threads = Enumerable.Range(0, count).Select(_ => new Thread(() => {
                            Interlocked.Increment(ref ready);
                            while (Volatile.Read(ref ready) < count) { }
                            action();
                        })).ToArray();
                        foreach (var thread in threads) thread.Start();
                        foreach (var thread in threads) thread.Join();
                    }
                }
'@
            Add-Type -Path "$(Split-Path $Manifest)/bin/ConfluentOffsets.dll"
            $bridge = [ConfluentOffsets.Isolation.AssemblyBridge]::new()
            [Together]::Run([Delegate]::CreateDelegate([Action], $bridge, 'OnImport'), [Math]::Max(2, [Environment]::ProcessorCount))
            @(Get-PrivateContext).Count
        }

        $contexts | Should-Be 1
    }

    It 'uses the IL where there is no native code for the platform' {
        $copy = Copy-BuiltModule
        Remove-Item "$copy/bin/dependencies/linux-x64" -Recurse -ErrorAction Ignore

        $child = Invoke-Child -Root $copy {
            Import-Module $Manifest
            [pscustomobject]@{ Offset = Use-Module; Folders = @((Get-PrivateContext).Assemblies | ForEach-Object { Split-Path $_.Location } | Sort-Object -Unique) }
        }

        $child.Offset | Should-Be 42
        $child.Folders | Should-BeCollection @("$copy/bin/dependencies")
    }

    It 'says what is missing where the client is not there' {
        $copy = Copy-BuiltModule
        Get-ChildItem "$copy/bin/dependencies" -Recurse -Filter ConfluentOffsets.Client.dll | Remove-Item

        $message = Invoke-Child -Root $copy {
            Import-Module $Manifest
            try { Use-Module } catch { $_.Exception.Message }
        }

        $message | Should-BeLikeString '*ConfluentOffsets.Client*'
    }

    It 'leaves <_> to the framework, even where a copy lies in the folder' -ForEach 'System.Text.Json', 'System.Net.Http' {
        $copy = Copy-BuiltModule
        Copy-Item (Join-Path ([System.Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory()) "$_.dll") "$copy/bin/dependencies"

        $child = Invoke-Child -Root $copy {
            Import-Module $Manifest
            [pscustomobject]@{ Offset = Use-Module; Private = @((Get-PrivateContext).Assemblies | ForEach-Object { $_.GetName().Name }) }
        }

        $child.Offset | Should-Be 42
        $child.Private | Should-ContainCollection 'ConfluentOffsets.Client'
        $child.Private | Should-NotContainCollection $_
    }
}
