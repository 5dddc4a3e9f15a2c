# A position moves: from connector to connector, cluster, environment and connection.
BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Source = New-OffsetsAnswer '{"partition":{"server":"db","t":1.0},"offset":{"lsn":26923640123456789012345,"deep":{"x":[1.0,null]},"s":"\u00e9"}}', '{"partition":{"server":"db2"},"offset":{"lsn":1E5}}'
    $script:P1 = '{"partition":{"server":"db","t":1.0},"offset":{"lsn":26923640123456789012345,"deep":{"x":[1.0,null]},"s":"\u00e9"}}'
    $script:P2 = '{"partition":{"server":"db2"},"offset":{"lsn":1E5}}'

    # One that has its offsets, or none yet, and takes what is posted.
    function Add-Connector {
        param($T, [string] $Name, [string] $Offsets = (New-OffsetsAnswer))
        $null = $T.Stub.Answer('GET', "/$Name/offsets", 200, $Offsets).Answer('GET', "/$Name/offsets/request/status", 404, '{}')
        $null = $T.Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    # What was posted, and where: env/lkc/name body.
    function Get-Posted {
        param($T)
        @(Get-Post $T.Stub | ForEach-Object { ($_.Path -replace '^/connect/v1/environments/(.*)/clusters/(.*)/connectors/(.*)/offsets/request$', '$1/$2/$3') + " $($_.Body)" }) -join "`n"
    }

    # Another Confluent Cloud for the same process: another key, environment and cluster.
    function Connect-Other { Connect-Stub @{ EnvironmentId = 'env-other'; KafkaClusterId = 'lkc-other' } }
}

Describe 'A position moves' {
    BeforeEach {
        $t = Connect-Stub
        Add-Connector $t a $Source
    }

    It 'to another connector, byte for byte, in one request' {
        Add-Connector $t b

        $request = Get-ConnectorOffset a | Set-ConnectorOffset -ConnectorName b -AllowNewPartition -Confirm:$false

        Get-Posted $t | Should-BeString -CaseSensitive "env-a12b6/lkc-devc80/b {`"type`":`"PATCH`",`"offsets`":[$P1,$P2]}"
        $request.ConnectorName | Should-Be 'b'
    }

    It 'and without -AllowNewPartition is <Id>, and nothing is sent' -ForEach @(
        @{ Id = 'NoCurrentOffsets'; Offsets = '{"offsets":[]}' }
        @{ Id = 'PartitionNotFound'; Offsets = '{"offsets":[{"partition":{"server":"other"},"offset":{"lsn":1}}]}' }
    ) {
        Add-Connector $t b $Offsets

        Get-ConnectorOffset a | Set-ConnectorOffset -ConnectorName b -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

        Assert-OffsetError $failed $Id SetConnectorOffsetCommand ObjectNotFound
        Get-Post $t.Stub | Should-BeNull
    }

    It 'to another <To>' -ForEach @(
        @{ To = 'cluster'; With = @{ KafkaClusterId = 'lkc-y' }; Goes = 'env-a12b6/lkc-y/a' }
        @{ To = 'environment and cluster'; With = @{ EnvironmentId = 'env-x'; ClusterId = 'lkc-y' }; Goes = 'env-x/lkc-y/a' }
        @{ To = 'connector of another environment and cluster'; With = @{ ConnectorName = 'b'; EnvironmentId = 'env-x'; KafkaClusterId = 'lkc-y' }; Goes = 'env-x/lkc-y/b' }
    ) {
        Add-Connector $t b
        $name = $Goes -replace '^.*/'

        $null = Get-ConnectorOffset a | Set-ConnectorOffset @With -AllowNewPartition -Confirm:$false

        Get-Posted $t | Should-BeLikeString "$Goes *"
        @($t.Stub.Requests | Where-Object Path -Like "*/clusters/lkc-y/connectors/$name/offsets" | Where-Object Method -EQ GET).Count | Should-NotBe 0
    }

    It 'to another connection: rows remember their ids, an explicit -Connection wins' {
        $other = Connect-Other
        Add-Connector $other b

        $null = Get-ConnectorOffset a -Connection $t.Connection |
            Set-ConnectorOffset -ConnectorName b -EnvironmentId env-other -KafkaClusterId lkc-other -Connection $other.Connection -AllowNewPartition -Confirm:$false

        Get-Post $t.Stub | Should-BeNull
        Get-Posted $other | Should-BeLikeString 'env-other/lkc-other/b *'
    }

    It 'to another connection only where it is said: rows go back to theirs, though the default is another' {
        Add-Connector $t b
        $rows = Get-ConnectorOffset a
        $other = Connect-Other

        $null = $rows | Set-ConnectorOffset -ConnectorName b -AllowNewPartition -Confirm:$false

        @($other.Stub.Requests).Count | Should-Be 0
        Get-Posted $t | Should-BeLikeString 'env-a12b6/lkc-devc80/b *'
    }

    It 'with partitions that were edited on the way; every other byte stays' {
        Add-Connector $t b

        $null = Get-ConnectorOffset a | ForEach-Object { $_.Partition.server = 'new'; if ($_.Partition.psbase.Contains('t')) { $_.Partition.t = 2 }; $_ } |
            Select-Object -First 1 | Set-ConnectorOffset -ConnectorName b -AllowNewPartition -Confirm:$false

        Get-Posted $t | Should-BeString -CaseSensitive ("env-a12b6/lkc-devc80/b {`"type`":`"PATCH`",`"offsets`":[" + ($P1 -creplace '"server":"db","t":1.0', '"server":"new","t":2') + ']}')
    }

    It 'not where edited partitions are the same: DuplicatePartition' {
        Add-Connector $t b

        Get-ConnectorOffset a | ForEach-Object { $_.Partition = @{ server = 'new' }; $_ } | Set-ConnectorOffset -ConnectorName b -AllowNewPartition -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

        Assert-OffsetError $failed DuplicatePartition SetConnectorOffsetCommand InvalidArgument
        Get-Post $t.Stub | Should-BeNull
    }

    It 'by an id of the target' {
        Add-Connector $t b
        $null = $t.Stub.Answer('GET', '/connectors', 200, '{"b":{"id":{"id":"lcc-b2"}}}')

        $null = Get-ConnectorOffset a | Set-ConnectorOffset -ConnectorName lcc-b2 -AllowNewPartition -Confirm:$false

        Get-Posted $t | Should-BeLikeString 'env-a12b6/lkc-devc80/b *'
    }

    It 'out of a file: <File>' -ForEach @(
        @{ File = 'of Export-ConnectorOffset'; Write = { param($Path) Get-ConnectorOffset a | Export-ConnectorOffset $Path } }
        @{ File = 'of a self-managed Kafka Connect, with no name'; Write = { param($Path) Set-Content $Path "{`"offsets`":[$P1,$P2]}" } }
    ) {
        Add-Connector $t b
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).json"
        & $Write $path

        $null = Import-ConnectorOffset $path | Set-ConnectorOffset -ConnectorName b -AllowNewPartition -Confirm:$false

        Get-Posted $t | Should-BeString -CaseSensitive "env-a12b6/lkc-devc80/b {`"type`":`"PATCH`",`"offsets`":[$P1,$P2]}"
    }

    It 'not out of a file without a name where none is said: InvalidConnectorName' {
        $path = Join-Path $TestDrive bare.json
        Set-Content $path "{`"offsets`":[$P1]}"

        Import-ConnectorOffset $path | Set-ConnectorOffset -AllowNewPartition -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

        Assert-OffsetError $failed InvalidConnectorName SetConnectorOffsetCommand InvalidArgument
        @($t.Stub.Requests).Count | Should-Be 0
    }

    It 'with the old values shown as new partitions, before it is done' {
        Add-Connector $t b

        $told = Get-ConnectorOffset a | Set-ConnectorOffset -ConnectorName b -AllowNewPartition -Confirm:$false -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }

        "$told" | Should-BeLikeString "*connector 'b'*server=db2: (new) -> lsn=1E5*"
    }
}

Describe 'In the sandbox a position moves' {
    It 'from version to version: pause, look, move, resume, and it runs from there' {
        $null = Connect-Sandbox

        Suspend-Connector postgres-cdc -Confirm:$false
        $rows = Get-ConnectorOffset postgres-cdc -MaxAge 5
        $status = $rows | Set-ConnectorOffset -ConnectorName mysql-cdc -AllowNewPartition -Wait -UntilRunning -UntilObserved -Confirm:$false -WarningAction SilentlyContinue -ErrorVariable problem

        @($problem).Count | Should-Be 0
        $status.Phase | Should-Be 'APPLIED'
        $moved = Get-ConnectorOffset mysql-cdc | Where-Object { $_.Partition.server -eq 'billing-postgres' }
        "$($moved.Offset)" | Should-BeString -CaseSensitive "$($rows.Offset)"
        @(Get-ConnectorOffset mysql-cdc).Count | Should-Be 2
        (Get-Connector postgres-cdc).State | Should-Be 'PAUSED'
    }

    It 'from one sandbox to another, by an explicit connection' {
        $from = Connect-Sandbox
        $to = Connect-Sandbox
        $rows = Get-ConnectorOffset jdbc-orders -Connection $from.Connection
        $rows[0].Offset.incrementing = 7

        $null = $rows | Set-ConnectorOffset -Connection $to.Connection -Wait -UntilObserved -Confirm:$false

        "$((Get-ConnectorOffset jdbc-orders -Connection $to.Connection)[0].Offset.incrementing)" | Should-Be '7'
        (Get-ConnectorOffset jdbc-orders -Connection $from.Connection)[0].Offset.incrementing | Should-Be 48213
        Get-ConnectorOffsetRequest jdbc-orders -Connection $from.Connection -ErrorAction SilentlyContinue -ErrorVariable none
        @($none)[0].FullyQualifiedErrorId | Should-BeLikeString 'OffsetRequestNotFound,*'
    }
}
