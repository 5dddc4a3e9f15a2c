# What Set-, Reset- and Restore-ConnectorOffset keep in a file before they send anything.
BeforeDiscovery {
    $commands = @(
        @{ Name = 'Set-ConnectorOffset'; Do = { param($with) Set-ConnectorOffset $connector -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false @with } }
        @{ Name = 'Reset-ConnectorOffset'; Do = { param($with) Reset-ConnectorOffset $connector -All -Confirm:$false @with } }
        @{ Name = 'Restore-ConnectorOffset'; Do = { param($with) Restore-ConnectorOffset $connector -Confirm:$false @with } }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Offsets = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1.0e2}}', '{"partition":{"kafka_partition":1,"kafka_topic":"orders"},"offset":{"kafka_offset":"12345678901234567"}}'
    $script:Status = New-StatusAnswer -Offsets '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":6}}]' -PreviousOffsets '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":7}}]' -Id lcc-src1

    # A connector that takes everything.
    function Add-Connector {
        param($Stub, [string] $Name)
        $path = [uri]::EscapeDataString($Name)
        $null = $Stub.Answer('GET', "/$path/offsets", 200, (New-OffsetsAnswer $Offsets)).Answer('GET', "/$path/offsets/request/status", 200, $Status)
        $null = $Stub.Answer('POST', "/$path/offsets/request", 202, (New-AcceptedAnswer))
    }

    function Get-FileName { param([string] $Folder) @(Get-ChildItem -LiteralPath $Folder -Force | ForEach-Object Name | Sort-Object -CaseSensitive) }
}

Describe '-BackupPath' {
    BeforeEach {
        $t = Connect-Stub
        $connector = 'a'
        Add-Connector $t.Stub a
        $folder = Join-Path $TestDrive ([guid]::NewGuid())
    }

    Context 'of <Name>' -ForEach $commands {
        It 'writes all offsets to a file of connector and UTC time, in a folder that is made, and the request names it' {
            $request = & $Do @{ BackupPath = "$folder/deep/er" }

            $request.BackupFile | Should-Be (Join-Path $folder 'deep' 'er' 'a.20240220T150000Z.json')
            Get-FileName "$folder/deep/er" | Should-Be 'a.20240220T150000Z.json'
            $text = Get-Content $request.BackupFile -Raw
            foreach ($item in $Offsets) { $text.Replace('{ "', '{"').Replace(', "offset": ', ',"offset":').Replace('"partition": ', '"partition":').Replace(' }', '}').Contains($item) | Should-BeTrue }
            $document = $text | ConvertFrom-Json -AsHashtable
            @($document.name, $document.id, $document.environment_id, $document.kafka_cluster_id) -join ' ' | Should-Be 'a lcc-src1 env-a12b6 lkc-devc80'
            @($document.offsets).Count | Should-Be 2
        }

        It 'writes before it posts' {
            $connector = 'b'
            $t = Connect-Stub @{ MaxRetryCount = 0 }
            $null = $t.Stub.Answer('GET', '/b/offsets', 200, (New-OffsetsAnswer $Offsets)).Answer('GET', '/b/offsets/request/status', 200, $Status).Fail('POST', '/b/offsets/request', 'Refused')

            $null = & $Do @{ BackupPath = $folder; ErrorAction = 'SilentlyContinue' }

            Get-FileName $folder | Should-Be 'b.20240220T150000Z.json'
        }

        It 'never writes over a file: three in the same second are three files' {
            $files = @(1..3 | ForEach-Object { $t = Connect-Stub; Add-Connector $t.Stub a; (& $Do @{ BackupPath = $folder }).BackupFile })

            Get-FileName $folder | Should-BeCollection @('a.20240220T150000Z-2.json', 'a.20240220T150000Z-3.json', 'a.20240220T150000Z.json')
            @($files | Sort-Object -Unique).Count | Should-Be 3
        }

        It 'writes nothing for -WhatIf' {
            $null = & $Do @{ BackupPath = $folder; WhatIf = $true }

            Test-Path $folder | Should-BeFalse
        }

        It 'sends nothing where it cannot write: <Case>' -ForEach @(
            @{ Case = 'a file stands there'; Path = { Set-Content $folder x; $folder } }
            @{ Case = 'a file stands in the way'; Path = { Set-Content $folder x; "$folder/deep" } }
            @{ Case = 'another provider'; Path = { 'Env:' } }
            @{ Case = 'a drive that is not there'; Path = { 'nosuchdrive:/x' } }
            @{ Case = 'a provider that is not there'; Path = { 'nosuch::x' } }
            @{ Case = 'a null character'; Path = { "$folder/a`0b" } }
            @{ Case = 'a blank'; Path = { ' ' } }
            @{ Case = 'a name that is too long'; Path = { "$folder/$('x' * 300)" } }
            @{ Case = 'a folder of the system'; Path = { '/proc/offsets' }; Unix = $true }
        ) {
            if ($_.ContainsKey('Unix') -and $IsWindows) { Set-ItResult -Skipped -Because 'Windows has no such folder'; return }
            $path = & $Path

            $problem = try { & $Do @{ BackupPath = $path; ErrorAction = 'Continue' } 2>&1 } catch { $_ }

            Assert-OffsetError $problem BackupFailed "$($Name -replace '-')Command" WriteError
            Get-Post $t.Stub | Should-BeNull
        }

        It 'cannot be <Case>' -ForEach @(@{ Case = 'empty'; Value = '' }, @{ Case = 'null'; Value = $null }) {
            { & $Do @{ BackupPath = $Value } } | Should-Throw -FullyQualifiedErrorId 'ParameterArgumentValidationError*,ConfluentOffsets.Commands.*'

            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'for a plan that comes to nothing' {
        It 'writes no file: <Case>' -ForEach @(
            @{ Case = 'a partition that is not there'; Do = { Set-ConnectorOffset a -Topic orders -KafkaPartition 9 -KafkaOffset 5 -BackupPath $folder -Confirm:$false -ErrorAction SilentlyContinue } }
            @{ Case = 'another request is under way'; Do = { $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer PENDING)); $null = Get-ConnectorOffsetRequest a; Reset-ConnectorOffset a -All -BackupPath $folder -Confirm:$false -ErrorAction SilentlyContinue } }
            @{ Case = 'nothing to restore'; Do = { $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer)); $null = Get-ConnectorOffsetRequest a; Restore-ConnectorOffset a -BackupPath $folder -Confirm:$false -ErrorAction SilentlyContinue } }
        ) {
            $null = & $Do

            Get-Post $t.Stub | Should-BeNull
            Test-Path $folder | Should-BeFalse
        }
    }

    Context 'the path' {
        It 'follows PowerShell''s location' {
            $null = New-Item -ItemType Directory $folder
            Push-Location $folder
            try { $request = Reset-ConnectorOffset a -All -BackupPath ./kept -Confirm:$false }
            finally { Pop-Location }

            $request.BackupFile | Should-Be (Join-Path $folder 'kept' 'a.20240220T150000Z.json')
            Test-Path $request.BackupFile | Should-BeTrue
        }

        It 'can be on a drive of PowerShell' {
            $request = Reset-ConnectorOffset a -All -BackupPath TestDrive:/psdrive -Confirm:$false

            $request.BackupFile | Should-Be (Join-Path $TestDrive 'psdrive' 'a.20240220T150000Z.json')
        }

        It 'means brackets as they are' {
            $request = Reset-ConnectorOffset a -All -BackupPath "$folder[1]" -Confirm:$false

            Test-Path -LiteralPath "$folder[1]/a.20240220T150000Z.json" | Should-BeTrue
            $request.BackupFile | Should-Be ([System.IO.Path]::GetFullPath("$folder[1]/a.20240220T150000Z.json"))
        }
    }

    Context 'a connector''s name' {
        It '<Case> makes a file''s name that every system takes' -ForEach @(
            @{ Case = 'with slashes and colons'; Given = 'a/b\c:d'; File = 'a_b_c_d' }
            @{ Case = 'that climbs'; Given = '../../etc/x'; File = '_.._etc_x' }
            @{ Case = 'that hides'; Given = '.. x'; File = 'x' }
            @{ Case = 'of three dots'; Given = '...'; File = '_' }
            @{ Case = 'with wildcards'; Given = 'a[1]`b'; File = 'a_1__b' }
            @{ Case = 'with an emoji'; Given = "a$([char]::ConvertFromUtf32(0x1F600))b"; File = 'a__b' }
            @{ Case = 'with an umlaut and a space'; Given = 'Zähler 1'; File = 'Zähler 1' }
            @{ Case = 'that turns text around'; Given = "a$([char] 0x202E)b"; File = 'a_b' }
            @{ Case = 'of 300 characters'; Given = 'x' * 300; File = 'x' * 60 }
            @{ Case = 'of 300 wide characters'; Given = '字' * 300; File = '字' * 60 }
            @{ Case = 'of a device'; Given = 'nul'; File = '_nul' }
            @{ Case = 'of a device with an ending'; Given = 'Com1.orders'; File = '_Com1.orders' }
            @{ Case = 'that only begins like a device'; Given = 'console'; File = 'console' }
        ) {
            Add-Connector $t.Stub $Given

            $request = [pscustomobject]@{ ConnectorName = $Given } | Reset-ConnectorOffset -All -BackupPath $folder -Confirm:$false

            Split-Path $request.BackupFile -Leaf | Should-BeString -CaseSensitive "$File.20240220T150000Z.json"
            Get-FileName $folder | Should-BeString -CaseSensitive "$File.20240220T150000Z.json"
            (Get-Content -LiteralPath $request.BackupFile -Raw | ConvertFrom-Json).name | Should-BeString -CaseSensitive $Given
        }

        It 'that becomes another''s makes a file of its own' {
            Add-Connector $t.Stub 'x/y'
            Add-Connector $t.Stub 'x:y'

            $requests = Reset-ConnectorOffset x/y, x:y -All -BackupPath $folder -Confirm:$false

            Get-FileName $folder | Should-BeCollection @('x_y.20240220T150000Z-2.json', 'x_y.20240220T150000Z.json')
            foreach ($request in $requests) { (Get-Content $request.BackupFile -Raw | ConvertFrom-Json).name | Should-Be $request.ConnectorName }
        }
    }

    Context 'what it tells' {
        It 'is the file, with -Verbose' {
            $lines = Reset-ConnectorOffset a -All -BackupPath $folder -Confirm:$false -Verbose 4>&1

            @($lines -like "*before the change are in '*a.20240220T150000Z.json'*").Count | Should-Be 1
        }

        It 'is nothing without the parameter' {
            (Reset-ConnectorOffset a -All -Confirm:$false).BackupFile | Should-BeNull
        }
    }
}
