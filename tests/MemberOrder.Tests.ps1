# To Kafka Connect, which keeps serialized JSON, source partitions that differ in the order of their members are two.
BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:First = '{"b":1,"a":1,"c":1}'
    $script:Second = '{"a":1,"b":1,"c":1}'
    $script:Folder = (New-Item (Join-Path ([System.IO.Path]::GetTempPath()) "order-$([guid]::NewGuid())") -ItemType Directory).FullName

    function New-ItemText { param([string] $Partition, [int] $Value) '{{"partition":{0},"offset":{{"v":{1}}}}}' -f $Partition, $Value }

    # A connector that has both, and what was asked of it.
    function Connect-Both {
        param([string[]] $Items = @((New-ItemText $First 111), (New-ItemText $Second 222), (New-ItemText '{"z":1}' 3)), [string] $Status = '{"request":null,"status":null}', [string] $ObservedAt = '2024-02-20T15:15:00Z')
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-OffsetsAnswer $Items -ObservedAt $ObservedAt)).Answer('GET', '/a/offsets/request/status', 200, $Status)
        $null = $t.Stub.Answer('POST', '/a/offsets/request', 202, (New-AcceptedAnswer))
        $t
    }

    function Get-Sent { param($T) @(Get-Post $T.Stub)[-1].Body -replace '^\{"type":"\w+","offsets":\[(.*)\]\}$', '$1' }
}

AfterAll { Remove-Item $Folder -Recurse }

Describe 'Source partitions that differ in the order of their members' {
    BeforeEach {
        $t = Connect-Both
        $rows = @(Get-ConnectorOffset a)
    }

    It 'are set each for itself: <Which>' -ForEach @(
        @{ Which = 'the first'; At = 0 }
        @{ Which = 'the second'; At = 1 }
    ) {
        $request = $rows[$At] | Set-ConnectorOffset -Confirm:$false

        Get-Sent $t | Should-Be (@((New-ItemText $First 111), (New-ItemText $Second 222))[$At])
        "$($request.OffsetsBefore[$At].Offset)" | Should-Be "$($rows[$At].Offset)"
    }

    It 'are set together, in any order of the rows' {
        $null = $rows[2, 1, 0] | Set-ConnectorOffset -Confirm:$false

        Get-Sent $t | Should-Be ((New-ItemText '{"z":1}' 3), (New-ItemText $Second 222), (New-ItemText $First 111) -join ',')
    }

    It 'are each compared with what it has itself' {
        $told = $rows[0], $rows[1] | ForEach-Object { $_.Offset.v = 5; $_ } | Set-ConnectorOffset -Confirm:$false -Verbose 4>&1 | Out-String

        $told | Should-MatchString '(?s)v=111 -> v=5.*v=222 -> v=5'
    }

    It 'are reset each for itself' {
        $null = $rows[0] | Reset-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue

        Get-Sent $t | Should-Be ('{{"partition":{0}}}' -f $First)
    }

    It 'are set each for itself, where a change of one is not observed yet' {
        $early = Connect-Both ((New-ItemText $First 111), (New-ItemText $Second 222)) (New-StatusAnswer -Type DELETE -Offsets ('[{{"partition":{0}}}]' -f $Second) -Id lcc-src1) '2024-02-20T15:14:00Z'

        $told = Set-ConnectorOffset a -Partition $Second -Offset '{"v":5}' -Confirm:$false -Verbose 4>&1 | Out-String

        Get-Sent $early | Should-Be (New-ItemText $Second 5)
        $told | Should-MatchString '\(new\) -> v=5'
    }

    It 'are not guessed from a third order: PartitionNotFound, which names both' {
        $null = Set-ConnectorOffset a -Partition '{"c":1,"b":1,"a":1}' -Offset '{"v":5}' -AllowNewPartition -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems PartitionNotFound SetConnectorOffsetCommand ObjectNotFound a
        "$($problems[0])" | Should-BeLikeString "*$First and $Second*"
        Get-Post $t.Stub | Should-BeNull
    }

    It 'are written to a file and read from it' {
        $file = Join-Path $Folder both.json

        $rows | Export-ConnectorOffset $file -Force
        $null = Import-ConnectorOffset $file | Set-ConnectorOffset -Confirm:$false -Connection $t.Connection

        Get-Sent $t | Should-Be ((New-ItemText $First 111), (New-ItemText $Second 222), (New-ItemText '{"z":1}' 3) -join ',')
    }

    It 'are compared each with itself' {
        $now = @(Get-ConnectorOffset a)
        $now[1].Offset.v = 5

        $differences = @(Compare-ConnectorOffset $rows $now[1, 0, 2])

        @($differences | ForEach-Object { "$($_.Partition) $($_.Change)" }) -join ' ' | Should-Be "$Second Changed"
    }

    It 'are in the backup of a reset, which can be read' {
        $null = Reset-ConnectorOffset a -All -BackupPath (Join-Path $Folder backup) -Confirm:$false

        @(Import-ConnectorOffset (Join-Path $Folder backup/*) | ForEach-Object { "$($_.Partition)" }) -join ' ' | Should-Be "$First $Second {`"z`":1}"
    }
}

Describe 'A partition in two orders of its members, of a connector that has it once' {
    It 'is DuplicatePartition, and nothing is sent: <Case>' -ForEach @(
        @{ Case = 'it is there'; Has = '{"b":1,"a":1,"c":1}'; With = @{} }
        @{ Case = 'it is new'; Has = '{"z":1}'; With = @{ AllowNewPartition = $true } }
    ) {
        $t = Connect-Both (New-ItemText $Has 1)
        $given = $First, $Second | ForEach-Object { [pscustomobject]@{ ConnectorName = 'a'; Partition = $_; Offset = '{"v":5}' } }

        $null = $given | Set-ConnectorOffset @With -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems DuplicatePartition SetConnectorOffsetCommand InvalidArgument a
        Get-Post $t.Stub | Should-BeNull
    }
}

Describe 'Restore-ConnectorOffset' {
    It 'puts back partitions that differ in the order of their members, after <Change>' -ForEach @(
        @{ Change = 'a reset of everything'; Type = 'DELETE'; Named = '' ; Back = 0, 1 }
        @{ Change = 'a change of the first'; Type = 'PATCH'; Named = 0 ; Back = , 0 }
        @{ Change = 'a change of the second'; Type = 'PATCH'; Named = 1 ; Back = , 1 }
    ) {
        $both = (New-ItemText $First 111), (New-ItemText $Second 222)
        $changed = $Named -is [int] ? '[{0}]' -f (New-ItemText ($First, $Second)[$Named] 9) : 'null'
        $t = Connect-Both (New-ItemText $Second 9) (New-StatusAnswer -Type $Type -Offsets $changed -PreviousOffsets "[$($both -join ',')]" -Id lcc-src1)

        $null = Restore-ConnectorOffset a -Confirm:$false -WarningAction SilentlyContinue

        Get-Sent $t | Should-Be ($both[$Back] -join ',')
    }

    It 'puts back the one that was reset, where OffsetsBefore tells of both' {
        $t = Connect-Both
        $request = Get-ConnectorOffset a | Select-Object -Index 1 | Reset-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-OffsetsAnswer (New-ItemText $First 111) -ObservedAt '2024-02-20T15:30:00Z'))
        $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Type DELETE -Offsets ('[{{"partition":{0}}}]' -f $Second) -RequestedAt '2024-02-20T15:20:00Z' -PreviousOffsets "[$(New-ItemText $Second 222)]" -Id lcc-src1))

        $null = $request | Wait-ConnectorOffsetRequest -ErrorAction SilentlyContinue | Restore-ConnectorOffset -Confirm:$false -WarningAction SilentlyContinue

        Get-Sent $t | Should-Be (New-ItemText $Second 222)
    }

    It 'puts back what a request changed, and not what it added beside it' {
        $t = Connect-Both ((New-ItemText $First 6), (New-ItemText $Second 5)) (New-StatusAnswer -Offsets "[$(New-ItemText $Second 5),$(New-ItemText $First 6)]" -PreviousOffsets "[$(New-ItemText $First 111)]" -Id lcc-src1)

        $null = Restore-ConnectorOffset a -Confirm:$false -WarningVariable warnings -WarningAction SilentlyContinue

        Get-Sent $t | Should-Be (New-ItemText $First 111)
        "$warnings" | Should-BeLikeString '*the request added *'
    }

    It 'refuses a request that names one twice' {
        $t = Connect-Both (New-ItemText $First 6) (New-StatusAnswer -Offsets "[$(New-ItemText $First 5),$(New-ItemText $First 6)]" -PreviousOffsets "[$(New-ItemText $First 111)]" -Id lcc-src1)

        $null = Restore-ConnectorOffset a -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems DuplicatePartition RestoreConnectorOffsetCommand InvalidArgument a
        Get-Post $t.Stub | Should-BeNull
    }

    It 'writes one that has another order now as the service has it' {
        $t = Connect-Both (New-ItemText $Second 9) (New-StatusAnswer -Offsets "[$(New-ItemText $First 9)]" -PreviousOffsets "[$(New-ItemText $First 111)]" -Id lcc-src1)

        $null = Restore-ConnectorOffset a -Confirm:$false

        Get-Sent $t | Should-Be (New-ItemText $Second 111)
    }
}
