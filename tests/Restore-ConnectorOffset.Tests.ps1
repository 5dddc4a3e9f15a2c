# What was there is there again: every shape of the sandbox, by every way a status can take.
BeforeDiscovery {
    $shapes = @(
        @{ Name = 'orders-sink'; Change = { $_.KafkaOffset = 5 } }
        @{ Name = 's3-archive'; Change = { $_.KafkaOffset = 5 } }
        @{ Name = 'payments-snowflake'; Change = { $_.KafkaOffset = 5 } }
        @{ Name = 'jdbc-orders'; Change = { $_.Offset.incrementing = 1 } }
        @{ Name = 'mysql-cdc'; Change = { $_.Offset.pos = 4 } }
        @{ Name = 'postgres-cdc'; Change = { $_.Offset.lsn = 1; $_.Offset.txId = 1 } }
        @{ Name = 'mongo-source'; Change = { $_.Offset._id = '{"_data": "8200000000"}' } }
        @{ Name = 'odd'; Change = { $_.Offset.n = 7 } }
    )
    $ways = @(
        @{ Way = 'a change'; Do = { param($rows) $rows | ForEach-Object { $null = . $Change; $_ } | Set-ConnectorOffset -Wait -Confirm:$false -WarningAction SilentlyContinue } }
        @{ Way = 'a change of one partition'; Do = { param($rows) $rows | Select-Object -First 1 | ForEach-Object { $null = . $Change; $_ } | Set-ConnectorOffset -Wait -Confirm:$false -WarningAction SilentlyContinue } }
        @{ Way = 'a reset of one partition'; Do = { param($rows) $rows | Select-Object -First 1 | Reset-ConnectorOffset -Wait -Confirm:$false -WarningAction SilentlyContinue } }
        @{ Way = 'a reset of everything'; Do = { param($rows) Reset-ConnectorOffset $rows[0].ConnectorName -All -Wait -Confirm:$false -WarningAction SilentlyContinue } }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1

    # The sandbox's own connectors, and one with every literal that a careless tool changes.
    $script:OddOffset = '{"n":1.0,"big":12345678901234567890123,"e":1E5,"s":"\u00e9\/","null":null,"deep":{"a":[1,{"b":"01"}]},"A":1,"a":"1"}'
    $script:Estate = Join-Path ([System.IO.Path]::GetTempPath()) "estate-$([guid]::NewGuid()).json"
    $own = Get-Content $RepoRoot/src/ConfluentOffsets.Client/Sandbox/Estate.json -Raw
    Set-Content $Estate ($own.TrimEnd().TrimEnd(']') + ',{"name":"odd","offsets":[{"partition":{"z":1.0,"a":"1","t":null},"offset":' + $OddOffset + '},{"partition":{"z":1,"a":"1"},"offset":{"n":2}}]}]')

    # A sandbox behind a relay that tells what is posted; as this runspace's default.
    function Connect-Relay {
        param([hashtable] $With = @{})
        $sandbox = Connect-Sandbox (@{ SandboxPath = $Estate } + $With)
        $relay = [ConfluentOffsets.TestSupport.RelayHandler]@{ Target = Get-BottomHandler $sandbox.Connection }
        $connection = Connect-ConfluentCloud -Credential (New-TestCredential) -EnvironmentId env-sandbox -KafkaClusterId lkc-sandbox -HttpMessageHandler $relay -TimeProvider $sandbox.Clock -PassThru
        [pscustomobject]@{ Clock = $sandbox.Clock; Relay = $relay; Connection = $connection; Sandbox = $sandbox.Connection }
    }

    # The body of a PATCH of these, byte for byte.
    function Get-PatchBody {
        param($Items)
        '{{"type":"PATCH","offsets":[{0}]}}' -f (@($Items | ForEach-Object { '{{"partition":{0},"offset":{1}}}' -f $_.Partition, $_.Offset }) -join ',')
    }

    # The rows of a connector as text; those of these partitions.
    function Get-RowText {
        param([string] $Name, $Of)
        $wanted = @($Of | ForEach-Object { "$($_.Partition)" })
        @(Get-ConnectorOffset $Name | Where-Object { "$($_.Partition)" -cin $wanted } | ForEach-Object { "$($_.Partition) $($_.Offset)" } | Sort-Object) -join "`n"
    }

    function Get-ItemText { param($Items) @($Items | ForEach-Object { "$($_.Partition) $($_.Offset)" } | Sort-Object) -join "`n" }
}

AfterAll { Remove-Item $Estate }

Describe 'Restore-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Relay
    }

    Context 'of <Name>' -ForEach $shapes {
        Context 'after <Way>' -ForEach $ways {
            It 'puts back what the connector had when it stopped, byte for byte' {
                $rows = @(Get-ConnectorOffset $Name)
                $t.Clock.Advance('00:00:07')
                $status = & $Do $rows
                $before = @($status.PreviousOffsets)
                $before.Count | Should-Be ($Way -like '*one partition' ? 1 : $rows.Count)

                $restored = $status | Restore-ConnectorOffset -Wait -UntilObserved -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

                $t.Relay.Posts.Count | Should-Be 2
                $t.Relay.Posts[1] | Should-BeString -CaseSensitive (Get-PatchBody $before)
                $restored.Phase | Should-Be 'APPLIED'
                Get-RowText $Name $before | Should-BeString -CaseSensitive (Get-ItemText $before)
                @($warned -notlike '*outside Connect*').Count | Should-Be 0
            }

            It 'puts back what was read before, byte for byte, where the service tells <Told>' -ForEach @(
                @{ Told = 'an empty list'; Hide = { param($relay) $relay.Emptied = [string[]] 'previous_offsets' } }
                @{ Told = 'nothing'; Hide = { param($relay) $relay.Hidden = [string[]] 'previous_offsets' } }
            ) {
                & $Hide $t.Relay
                $rows = @(Get-ConnectorOffset $Name)
                $read = @($rows | Select-Object -First ($Way -like '*one partition' ? 1 : $rows.Count) | ForEach-Object { [pscustomobject]@{ Partition = "$($_.Partition)"; Offset = "$($_.Offset)" } })

                $status = & $Do $rows
                @($status.PreviousOffsets).Count | Should-Be 0
                $null = $status | Restore-ConnectorOffset -Wait -UntilObserved -Confirm:$false -WarningAction SilentlyContinue

                $t.Relay.Posts[1] | Should-BeString -CaseSensitive (Get-PatchBody $read)
                Get-RowText $Name $read | Should-BeString -CaseSensitive (Get-ItemText $read)
            }
        }
    }

    Context 'through Clixml and another process' {
        BeforeAll {
            $t = Connect-Relay
            $t.Relay.Emptied = [string[]] 'previous_offsets'
            $script:Kept = 'orders-sink', 'mysql-cdc', 'odd' | ForEach-Object { Reset-ConnectorOffset $_ -All -Wait -Confirm:$false -WarningAction SilentlyContinue }
            $t.Relay.Emptied = [string[]]::new(0)
            $script:Folder = (New-Item -ItemType Directory (Join-Path ([System.IO.Path]::GetTempPath()) "restore-$([guid]::NewGuid())")).FullName
            $Kept | Export-Clixml "$Folder/kept.xml"
            Set-Content "$Folder/child.ps1" {
                param($Folder, $Common)
                $bags = Import-Clixml "$Folder/kept.xml"
                $loaded = @(Get-Module ConfluentOffsets).Count
                $bags | Export-Clixml "$Folder/without.xml"
                . $Common
                Import-Clixml "$Folder/kept.xml" | Export-Clixml "$Folder/with.xml"
                $t = Connect-Stub
                $null = $t.Stub.Answer('GET', '/offsets', 200, '{"offsets":[]}').Answer('POST', '/offsets/request', 202, '')
                $null = $bags | Restore-ConnectorOffset -ThrottleLimit 1 -Confirm:$false
                [ordered]@{ Loaded = $loaded; Type = $bags[0].pstypenames[0]; Bodies = @((Get-Post $t.Stub).Body) } | ConvertTo-Json -Compress
            }
            $shell = (Get-Process -Id $PID).Path
            $script:Child = & $shell -NoProfile -NonInteractive -File "$Folder/child.ps1" $Folder "$PSScriptRoot/common.ps1" | Select-Object -Last 1 | ConvertFrom-Json
        }

        AfterAll { Remove-Item $Folder -Recurse }

        It 'puts back what was read, in a process that read the file before it had the module' {
            $Child.Loaded | Should-Be 0
            $Child.Type | Should-Be 'Deserialized.ConfluentOffsets.ConnectorOffsetRequestStatus'
            $Child.Bodies.Count | Should-Be 3
            foreach ($i in 0..2) { $Child.Bodies[$i] | Should-BeString -CaseSensitive (Get-PatchBody $Kept[$i].Request.OffsetsBefore) }
        }

        It 'puts back what another process read and wrote again <_> the module' -ForEach 'with', 'without' {
            $statuses = @(Import-Clixml "$Folder/$_.xml")

            $null = $statuses | Restore-ConnectorOffset -ThrottleLimit 1 -Confirm:$false

            $t.Relay.Posts.Count | Should-Be 3
            foreach ($i in 0..2) { $t.Relay.Posts[$i] | Should-BeString -CaseSensitive (Get-PatchBody $Kept[$i].Request.OffsetsBefore) }
        }
    }

    Context 'what is named' {
        It 'is the latest request of each connector, given by name' {
            $rows = Get-ConnectorOffset orders-sink, mysql-cdc
            $statuses = $rows | Where-Object { $_.KafkaPartition -in $null, 1 } | Reset-ConnectorOffset -Wait -ThrottleLimit 1 -Confirm:$false -WarningAction SilentlyContinue

            $null = Restore-ConnectorOffset orders-sink, mysql-cdc, orders-sink -ThrottleLimit 1 -Confirm:$false

            $t.Relay.Posts.Count | Should-Be 4
            foreach ($status in $statuses) { (Get-PatchBody $status.PreviousOffsets) -cin $t.Relay.Posts[2..3] | Should-BeTrue }
        }

        It 'is everything after a reset of everything, given by name' {
            $status = Reset-ConnectorOffset s3-archive -All -Wait -Confirm:$false

            $null = Restore-ConnectorOffset s3-archive -Confirm:$false

            $t.Relay.Posts[1] | Should-BeString -CaseSensitive (Get-PatchBody $status.PreviousOffsets)
        }

        It 'is what Get-ConnectorOffsetRequest shows' {
            $status = Reset-ConnectorOffset orders-sink -Topic orders -KafkaPartition 2 -Wait -Confirm:$false

            $null = Get-ConnectorOffsetRequest orders-sink | Restore-ConnectorOffset -Confirm:$false

            $t.Relay.Posts[1] | Should-BeString -CaseSensitive (Get-PatchBody $status.PreviousOffsets)
        }

        It 'is the restored again: what it put back can be taken back' {
            $set = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -Confirm:$false

            $null = $set | Restore-ConnectorOffset -Wait -Confirm:$false | Restore-ConnectorOffset -Wait -Confirm:$false

            $t.Relay.Posts[2] | Should-BeString -CaseSensitive $t.Relay.Posts[0]
        }

        It 'are statuses of several connectors in one pipeline, or in an array as an argument: <_>' -ForEach 'pipeline', 'argument' {
            $statuses = Reset-ConnectorOffset orders-sink, jdbc-orders, mongo-source -All -Wait -Confirm:$false

            $requests = $_ -eq 'pipeline' ? ($statuses | Restore-ConnectorOffset -ThrottleLimit 1 -Confirm:$false) : (Restore-ConnectorOffset -InputObject $statuses -ThrottleLimit 1 -Confirm:$false)

            $requests.ConnectorName -join ' ' | Should-Be ($statuses.ConnectorName -join ' ')
            $t.Relay.Posts[3..5] | Should-BeCollection @($statuses | ForEach-Object { Get-PatchBody $_.PreviousOffsets })
        }

        It 'are two statuses of one connector, for partitions that differ: one request' {
            $first, $second = 0, 3 | ForEach-Object { Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition $_ -KafkaOffset 5 -Wait -Confirm:$false }

            $request = $first, $second | Restore-ConnectorOffset -Confirm:$false -WarningVariable warned

            @($request).Count | Should-Be 1
            $t.Relay.Posts[2] | Should-BeString -CaseSensitive (Get-PatchBody ($first.PreviousOffsets[0], $second.PreviousOffsets[0]))
            @($warned).Count | Should-Be 0
        }
    }

    Context 'where it goes' {
        BeforeEach {
            $status = Reset-ConnectorOffset orders-sink -All -Wait -Confirm:$false
            $other = Connect-Relay
        }

        It 'is where the status came from' {
            $null = $status | Restore-ConnectorOffset -Confirm:$false

            $t.Relay.Posts.Count | Should-Be 2
            $other.Relay.Posts.Count | Should-Be 0
        }

        It 'is the connection that is given' {
            $null = $status | Restore-ConnectorOffset -Connection $other.Connection -Confirm:$false

            $t.Relay.Posts.Count | Should-Be 1
            $other.Relay.Posts | Should-BeString -CaseSensitive (Get-PatchBody $status.PreviousOffsets)
        }

        It 'is the environment and cluster that are given' {
            $stub = Connect-Stub
            $null = $stub.Stub.Answer('GET', '/offsets', 200, '{"offsets":[]}').Answer('POST', '/offsets/request', 202, '')

            $null = $status | Restore-ConnectorOffset -Connection $stub.Connection -EnvironmentId env-x -KafkaClusterId lkc-y -Confirm:$false

            @(Get-Post $stub.Stub).Path | Should-Be '/connect/v1/environments/env-x/clusters/lkc-y/connectors/orders-sink/offsets/request'
        }

        It 'is nowhere once that connection is closed: NotConnected' {
            Disconnect-ConfluentCloud -Connection $t.Connection

            $thrown = try { $status | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue } catch { $_ }

            Assert-OffsetError $thrown NotConnected RestoreConnectorOffsetCommand ConnectionError
            $other.Relay.Posts.Count | Should-Be 0
        }
    }
}
