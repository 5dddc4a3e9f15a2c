# Between a change and the service's next look at the offsets, what it shows is from before the change.
BeforeAll {
    . $PSScriptRoot/common.ps1
    $script:Partition = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":'

    # A sink that was at 184230 when it was observed, and whose offset somebody has set to 5 since.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $First = (New-StatusAnswer -Offsets "[${Partition}5}}]"), [string] $Ours = (New-StatusAnswer -RequestedAt '2024-02-20T15:20:00Z' -Offsets "[${Partition}10}}]"))
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer @{ 'orders-0' = 184230 }))
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, $First).Answer('GET', "/$Name/offsets/request/status", 200, $Ours)
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer -Offsets "[${Partition}10}}]"))
    }

    function Get-LastPost { param($Stub) @(Get-Post $Stub)[-1].Body }
}

Describe 'A change that is not observed yet' {
    BeforeEach { $t = Connect-Stub }

    It 'is what Restore goes back to, where the service tells of no previous offsets: <Way>' -ForEach @(
        @{ Way = 'live'; Take = { param($Status) $Status } }
        @{ Way = 'from a file'; Take = { param($Status) $Status | Export-Clixml TestDrive:/status.xml; Import-Clixml TestDrive:/status.xml } }
    ) {
        Add-Connector $t.Stub a
        $status = Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 10 -Wait -Confirm:$false
        $status.Request.OffsetsBefore[0].KafkaOffset | Should-Be 184230

        $null = & $Take $status | Restore-ConnectorOffset -Confirm:$false -WarningVariable warned

        Get-LastPost $t.Stub | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[${Partition}5}}]}"
        @($warned).Count | Should-Be 0
    }

    It 'is not what Restore goes back to, where the service does tell' {
        Add-Connector $t.Stub a -Ours (New-StatusAnswer -RequestedAt '2024-02-20T15:20:00Z' -Offsets "[${Partition}10}}]" -PreviousOffsets "[${Partition}7}}]")

        $null = Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 10 -Wait -Confirm:$false | Restore-ConnectorOffset -Confirm:$false

        Get-LastPost $t.Stub | Should-BeLikeString '*"kafka_offset":7}*'
    }

    It 'makes Restore warn, where nobody tells what it was' {
        Add-Connector $t.Stub a -First (New-StatusAnswer)

        $null = Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 10 -Wait -Confirm:$false | Restore-ConnectorOffset -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

        "$warned" | Should-BeLikeString '*what orders-0 had before the request is known only from before an earlier change*'
    }

    It 'makes -BackupPath warn, whose file holds what was observed' {
        Add-Connector $t.Stub a

        $request = Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 10 -BackupPath TestDrive:/backup -Confirm:$false -WarningVariable warned -WarningAction SilentlyContinue

        "$warned" | Should-BeLikeString '*its last change is not observed yet*2024-02-20 15:14:19Z*'
        (Import-ConnectorOffset -LiteralPath $request.BackupFile).KafkaOffset | Should-Be 184230
    }

    It 'was a reset: its partitions can still be set' {
        Add-Connector $t.Stub a -First (New-StatusAnswer -Type DELETE)

        $null = Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 10 -Confirm:$false

        Get-LastPost $t.Stub | Should-BeLikeString '*"kafka_offset":10}*'
    }

    It 'is shown in the sandbox, with the records of it' {
        $null = Connect-Sandbox
        $null = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Wait -Confirm:$false

        $verbose = Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 10 -Confirm:$false -Verbose 4>&1 | Out-String -Width 500

        $verbose | Should-MatchString 'orders-0: 5 -> 10 \(skips 5 records\)'
    }
}

Describe 'An observation that is yet to come' {
    It 'is not fresh' {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer @{ 'orders-0' = 1 } -ObservedAt '2099-01-01T00:00:00Z'))

        $rows = Get-ConnectorOffset a -MaxAge 10 -ErrorAction SilentlyContinue -ErrorVariable problem

        $rows.KafkaOffset | Should-Be 1
        Assert-OffsetError $problem OffsetsStale GetConnectorOffsetCommand OperationTimeout a
    }

    It 'is fresh by less than clocks are apart' {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-SinkAnswer @{ 'orders-0' = 1 } -ObservedAt '2024-02-20T15:00:50Z'))

        (Get-ConnectorOffset a -MaxAge 10).KafkaOffset | Should-Be 1
    }
}

Describe 'A connector whose offsets tell no id' {
    It 'is looked up before a restore: <Case>' -ForEach @(
        @{ Case = 'another one now'; Id = 'lcc-other'; Failure = 'ConnectorReplaced' }
        @{ Case = 'the same'; Id = 'lcc-sink1'; Failure = '' }
    ) {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, "{`"offsets`":[${Partition}10}}]}")
        $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Offsets "[${Partition}10}}]" -PreviousOffsets "[${Partition}5}}]"))
        $null = $t.Stub.Answer('GET', '/connectors', 200, "{`"a`":{`"id`":{`"id`":`"$Id`"}}}").Answer('POST', '/a/offsets/request', 202, '')

        Get-ConnectorOffsetRequest a | Restore-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null

        @($problem | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' }) -join ' ' | Should-Be $Failure
        @(Get-Post $t.Stub).Count | Should-Be ($Failure ? 0 : 1)
    }
}
