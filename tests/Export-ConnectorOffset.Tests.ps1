BeforeAll {
    . $PSScriptRoot/common.ps1

    # Rows that no connection is needed for.
    function New-Row {
        param([string] $Name = 'a', $Partition = @{ t = 'x' }, $Offset = @{ n = 1 })
        [pscustomobject]@{ ConnectorName = $Name; Partition = $Partition; Offset = $Offset }
    }

    # Exports what is piped; the errors of it.
    function Get-ExportError {
        param([string] $Path, [hashtable] $With = @{})
        $problems = $null
        $input | Export-ConnectorOffset $Path @With -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems
    }
}

Describe 'Export-ConnectorOffset' {
    BeforeEach {
        $folder = (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory).FullName
        $path = Join-Path $folder 'offsets.json'
    }

    Context 'the file' {
        It 'of one connector is the service''s document with the two ids, its literals as they came' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/cdc/offsets', 200, (New-OffsetsAnswer '{"partition":{"t": "x"},"offset":{"n": 1.10 }}', '{"partition":{"t":"y"},"offset":{"n":null}}' -ObservedAt '2024-02-20T15:14:19.5Z'))

            Get-ConnectorOffset cdc | Export-ConnectorOffset $path

            Get-Content $path -Raw | Should-BeString -CaseSensitive (@(
                    '{'
                    '  "id": "lcc-src1",'
                    '  "name": "cdc",'
                    '  "environment_id": "env-a12b6",'
                    '  "kafka_cluster_id": "lkc-devc80",'
                    '  "offsets": ['
                    '    { "partition": {"t": "x"}, "offset": {"n": 1.10 } },'
                    '    { "partition": {"t":"y"}, "offset": {"n":null} }'
                    '  ],'
                    '  "metadata": { "observed_at": "2024-02-20 15:14:19.5+00:00" }'
                    '}'
                    ''
                ) -join "`n")
        }

        It 'has UTF-8 without a byte order mark' {
            New-Row 'é' | Export-ConnectorOffset $path

            $bytes = [System.IO.File]::ReadAllBytes($path)
            $bytes[0] | Should-Be 0x7B
            [System.Text.Encoding]::UTF8.GetString($bytes) | Should-BeLikeString '*"name": "é"*'
        }

        It 'of several connectors is an array, in the order of the input' {
            'b', 'a', 'b', 'B' | ForEach-Object { $i = 0 } { New-Row $_ @{ i = $i++ } } | Export-ConnectorOffset $path

            $read = Get-Content $path -Raw | ConvertFrom-Json
            $read.name -join ' ' | Should-BeString -CaseSensitive 'b a B'
            $read[0].offsets.partition.i -join ' ' | Should-Be '0 2'
        }

        It 'keeps connectors of one name in other places apart' {
            New-Row | Select-Object *, @{ n = 'EnvironmentId'; e = { 'env-1' } } | Export-ConnectorOffset $path
            $same = New-Row | Select-Object *, @{ n = 'EnvironmentId'; e = { 'env-2' } }

            @(Import-ConnectorOffset $path) + $same | Export-ConnectorOffset $path

            (Import-ConnectorOffset $path).EnvironmentId -join ' ' | Should-Be 'env-1 env-2'
        }

        It 'needs no connection' {
            Disconnect-ConfluentCloud

            New-Row | Export-ConnectorOffset $path

            (Get-Content $path -Raw | ConvertFrom-Json).PSObject.Properties.Name -join ' ' | Should-Be 'name offsets'
        }

        It 'says when the oldest of a connector''s rows was observed' {
            '2024-02-20T12:00:00Z', '2024-02-20T11:00:00Z', $null | ForEach-Object { $i = 0 } {
                [pscustomobject]@{ ConnectorName = 'a'; Partition = @{ i = $i++ }; Offset = @{ n = 1 }; ObservedAt = $_ ? [datetime]::Parse($_, [cultureinfo]::InvariantCulture, 'AdjustToUniversal') : $null }
            } | Export-ConnectorOffset $path

            (Import-ConnectorOffset $path)[0].ObservedAt | Should-Be ([datetime]::new(2024, 2, 20, 11, 0, 0, [System.DateTimeKind]::Utc))
        }
    }

    Context 'its input' {
        BeforeAll {
            $answer = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200 })
        }

        It 'can be rows <How>' -ForEach @(
            @{ How = 'of Get-ConnectorOffset'; Through = { $input } }
            @{ How = 'out of a CSV'; Through = { $input | ConvertTo-Csv | ConvertFrom-Csv } }
            @{ How = 'out of Clixml'; Through = { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(@($input))) } }
            @{ How = 'out of JSON'; Through = { $input | ConvertTo-Json -Depth 9 | ConvertFrom-Json -DateKind String } }
            @{ How = 'as hashtables'; Through = { $input | ForEach-Object { @{ ConnectorName = $_.ConnectorName; EnvironmentId = $_.EnvironmentId; KafkaClusterId = $_.KafkaClusterId; ConnectorId = $_.ConnectorId; Topic = $_.Topic; KafkaPartition = $_.KafkaPartition; KafkaOffset = $_.KafkaOffset; ObservedAt = $_.ObservedAt } } } }
        ) {
            if ($How -eq 'out of JSON' -and $PSVersionTable.PSVersion -lt [version] '7.5') { Set-ItResult -Skipped -Because '-DateKind came with 7.5' }
            $null = (Connect-Stub).Stub.Answer('GET', '/a/offsets', 200, $answer)

            Get-ConnectorOffset a | & $Through | Export-ConnectorOffset $path

            $read = @(Import-ConnectorOffset $path)
            $read.KafkaOffset -join ' ' | Should-Be '100 200'
            $read[0].ConnectorName, $read[0].EnvironmentId, $read[0].KafkaClusterId, $read[0].ConnectorId -join ' ' | Should-Be 'a env-a12b6 lkc-devc80 lcc-sink1'

            # A CSV tells a time in the words of some culture: when it was is in doubt, and so is left out.
            $observed = $How -eq 'out of a CSV' ? $null : [datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc)
            $read[0].ObservedAt | Should-Be $observed
        }

        It 'can be given at once' {
            Export-ConnectorOffset $path -InputObject @((New-Row a), (New-Row b))

            (Import-ConnectorOffset $path).ConnectorName -join ' ' | Should-Be 'a b'
        }

        It 'is written as edited' {
            $null = (Connect-Stub).Stub.Answer('GET', '/a/offsets', 200, $answer)

            Get-ConnectorOffset a | ForEach-Object { $_.KafkaOffset = 7; $_ } | Export-ConnectorOffset $path

            (Import-ConnectorOffset $path).KafkaOffset -join ' ' | Should-Be '7 7'
        }

        It 'is refused and nothing is written: <Case>' -ForEach @(
            @{ Case = 'null'; Row = $null; Id = 'InvalidInputObject' }
            @{ Case = 'a text'; Row = 'a'; Id = 'InvalidConnectorName' }
            @{ Case = 'no connector'; Row = @{ Partition = @{ a = 1 }; Offset = @{ a = 1 } }; Id = 'InvalidConnectorName' }
            @{ Case = 'a blank connector'; Row = @{ ConnectorName = ' '; Partition = @{ a = 1 }; Offset = @{ a = 1 } }; Id = 'InvalidConnectorName' }
            @{ Case = 'no partition'; Row = @{ ConnectorName = 'a'; Offset = @{ a = 1 } }; Id = 'InvalidPartition' }
            @{ Case = 'no offset'; Row = @{ ConnectorName = 'a'; Partition = @{ a = 1 } }; Id = 'InvalidOffset' }
            @{ Case = 'a sink''s offset of another kind'; Row = @{ ConnectorName = 'a'; Partition = @{ kafka_topic = 't'; kafka_partition = 1 }; Offset = @{ a = 1 } }; Id = 'InvalidOffset' }
            @{ Case = 'a sink''s offset below zero'; Row = @{ ConnectorName = 'a'; Topic = 't'; KafkaPartition = 1; KafkaOffset = -1 }; Id = 'InvalidOffset' }
            @{ Case = 'two offsets that disagree'; Row = @{ ConnectorName = 'a'; Topic = 't'; KafkaPartition = 1; KafkaOffset = 1; Offset = @{ kafka_offset = 2 } }; Id = 'InvalidOffset' }
            @{ Case = 'a partition twice'; Row = @{ ConnectorName = 'good'; Topic = 't'; KafkaPartition = '0'; KafkaOffset = 1 }; Id = 'DuplicatePartition' }
        ) {
            Set-Content $path 'yesterday'
            $good = @{ ConnectorName = 'good'; Topic = 't'; KafkaPartition = 0; KafkaOffset = 1 }

            $problem = $good, $Row, $good | Get-ExportError $path

            Assert-OffsetError $problem $Id ExportConnectorOffsetCommand InvalidArgument
            "$problem" | Should-BeLikeString "*Nothing is written to '$path'."
            Get-Content $path | Should-Be 'yesterday'
            @(Get-ChildItem $folder -Force).Count | Should-Be 1
        }

        It 'that is none leaves the file as it was, with an error' {
            Set-Content $path 'yesterday'

            $problem = @() | Get-ExportError $path

            Assert-OffsetError $problem BackupFailed ExportConnectorOffsetCommand WriteError $path
            Get-Content $path | Should-Be 'yesterday'
        }
    }

    Context 'where it goes' {
        It 'overwrites, but not with -NoClobber' {
            New-Row a | Export-ConnectorOffset $path
            New-Row b | Export-ConnectorOffset $path

            $problem = New-Row c | Get-ExportError $path -With @{ NoClobber = $true }

            Assert-OffsetError $problem BackupFailed ExportConnectorOffsetCommand WriteError $path
            (Import-ConnectorOffset $path).ConnectorName | Should-Be 'b'
            @(Get-ChildItem $folder -Force).Count | Should-Be 1
        }

        It 'overwrites a read-only file only with -Force' {
            New-Row a | Export-ConnectorOffset $path
            Set-ItemProperty $path IsReadOnly $true

            $problem = New-Row b | Get-ExportError $path

            Assert-OffsetError $problem BackupFailed ExportConnectorOffsetCommand WriteError $path
            (Import-ConnectorOffset $path).ConnectorName | Should-Be 'a'
            New-Row b | Export-ConnectorOffset $path -Force
            (Import-ConnectorOffset $path).ConnectorName | Should-Be 'b'
            Set-ItemProperty $path IsReadOnly $false
        }

        It 'follows PowerShell''s location and drives, and emits the file with -PassThru' {
            Push-Location "TestDrive:/$(Split-Path $folder -Leaf)"
            try { $file = New-Row | Export-ConnectorOffset ./here.json -PassThru }
            finally { Pop-Location }

            $file.GetType().Name | Should-Be 'FileInfo'
            $file.FullName | Should-Be (Join-Path $folder 'here.json')
            ($file | Import-ConnectorOffset).ConnectorName | Should-Be 'a'
        }

        It 'takes a file of the file system from another location' {
            Push-Location Env:/
            try { $file = New-Row | Export-ConnectorOffset $path -PassThru }
            finally { Pop-Location }

            $file.FullName | Should-Be $path
        }

        It 'emits nothing without -PassThru' {
            New-Row | Export-ConnectorOffset $path | Should-BeNull
        }

        It 'takes brackets as they are with -LiteralPath' {
            $literal = Join-Path $folder 'a[1].json'

            New-Row | Export-ConnectorOffset -LiteralPath $literal

            Test-Path -LiteralPath $literal | Should-BeTrue
        }

        It 'takes a wildcard that means one file' {
            New-Row a | Export-ConnectorOffset $path

            New-Row b | Export-ConnectorOffset (Join-Path $folder 'off*.json')

            (Import-ConnectorOffset $path).ConnectorName | Should-Be 'b'
        }

        It 'refuses <Case>' -ForEach @(
            @{ Case = 'a folder'; Where = '{0}' }
            @{ Case = 'a folder that is not there'; Where = '{0}/no/x.json' }
            @{ Case = 'another provider'; Where = 'Env:/x' }
            @{ Case = 'a drive that is not there'; Where = 'nodrive:/x' }
            @{ Case = 'a wildcard without a match'; Where = '{0}/x[1].json' }
            @{ Case = 'a wildcard of several files'; Where = '{0}/*.txt' }
        ) {
            $null = New-Item (Join-Path $folder '1.txt'), (Join-Path $folder '2.txt')
            $where = $Where -f $folder

            $problem = New-Row | Get-ExportError $where

            Assert-OffsetError $problem BackupFailed ExportConnectorOffsetCommand WriteError $where
            @(Get-ChildItem $folder -Force).Count | Should-Be 2
        }

        It 'writes nothing with -WhatIf, though it checks' {
            New-Row | Export-ConnectorOffset $path -WhatIf
            $problem = @{ ConnectorName = 'a' } | Get-ExportError $path -With @{ WhatIf = $true }

            Test-Path $path | Should-BeFalse
            Assert-OffsetError $problem InvalidPartition ExportConnectorOffsetCommand InvalidArgument
        }
    }
}
