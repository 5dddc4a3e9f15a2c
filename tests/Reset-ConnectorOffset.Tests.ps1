BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:NoRequest = '{"request":null,"status":null}'
    $script:P0 = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"}}'
    $script:P1 = '{"partition":{"kafka_partition":1,"kafka_topic":"orders"}}'
    $script:Sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200; 'payments-0' = 300 })

    # A connector that answers everything; the answer to the POST echoes this list.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Offsets = $Sink, [string] $Echo = 'null')
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Offsets)
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, $NoRequest)
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer -Type DELETE -Offsets $Echo))
    }

    # Byte for byte, in this order.
    function Assert-Posted {
        param($Stub, [string[]] $Body)
        @(Get-Post $Stub | ForEach-Object Body) -join "`n" | Should-BeString -CaseSensitive ($Body -join "`n")
    }
}

Describe 'Reset-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context '-All' {
        It 'posts exactly {"type":"DELETE"} to each connector, and keeps what was there' {
            'b', 'a' | ForEach-Object { Add-Connector $t.Stub $_ }

            $requests = @(Reset-ConnectorOffset b, a -All -ThrottleLimit 1 -Confirm:$false)

            Assert-Posted $t.Stub '{"type":"DELETE"}', '{"type":"DELETE"}'
            $requests.ConnectorName -join ' ' | Should-Be 'b a'
            $requests[0] | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequest])
            $requests[0].Type | Should-Be 'DELETE'
            @($requests[0].Offsets).Count | Should-Be 0
            "$($requests[0].OffsetsBefore)" | Should-Be 'orders-0: 100 orders-1: 200 payments-0: 300'
        }

        It 'resets a connector that has no offsets' {
            Add-Connector $t.Stub new (New-OffsetsAnswer @())

            $null = Reset-ConnectorOffset new -All -Confirm:$false

            Assert-Posted $t.Stub '{"type":"DELETE"}'
        }

        It 'resets each connector of piped rows once, as a whole' {
            'a', 'b' | ForEach-Object { Add-Connector $t.Stub $_ }

            $requests = @(Get-ConnectorOffset a, b | Reset-ConnectorOffset -All -ThrottleLimit 1 -Confirm:$false)

            $requests.ConnectorName -join ' ' | Should-Be 'a b'
            Assert-Posted $t.Stub '{"type":"DELETE"}', '{"type":"DELETE"}'
        }

        It 'takes the ids and the connection of piped rows' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a -EnvironmentId env-x -KafkaClusterId lkc-y
            $other = Connect-Stub

            $null = $rows | Reset-ConnectorOffset -All -Confirm:$false

            @($other.Stub.Requests).Count | Should-Be 0
            @(Get-Post $t.Stub | ForEach-Object Path) -join ' ' | Should-Be '/connect/v1/environments/env-x/clusters/lkc-y/connectors/a/offsets/request'
        }

        It 'sends one request where a connector is named twice' {
            Add-Connector $t.Stub a

            $requests = @(Reset-ConnectorOffset a, a -All -Confirm:$false)

            $requests.Count | Should-Be 1
            Assert-Posted $t.Stub '{"type":"DELETE"}'
        }

        It 'is not implied by a name alone, and nobody is asked for a partition' {
            Add-Connector $t.Stub a

            $thrown = try { Reset-ConnectorOffset a -Confirm:$false -ErrorAction SilentlyContinue } catch { $_ }

            $thrown.FullyQualifiedErrorId | Should-Be 'InvalidPartition,ConfluentOffsets.Commands.ResetConnectorOffsetCommand'
            "$thrown" | Should-BeLikeString '*-All*'
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'is refused as -All:$false, whatever else is there' {
            Add-Connector $t.Stub a

            $thrown = try { Reset-ConnectorOffset a -All:$false -Confirm:$false -ErrorAction SilentlyContinue } catch { $_ }
            $thrownPiped = try { Get-ConnectorOffset a | Reset-ConnectorOffset -All:$false -Confirm:$false -ErrorAction SilentlyContinue } catch { $_ }

            Assert-OffsetError $thrown InvalidPartition ResetConnectorOffsetCommand InvalidArgument
            Assert-OffsetError $thrownPiped InvalidPartition ResetConnectorOffsetCommand InvalidArgument
            Get-Post $t.Stub | Should-BeNull
        }

        It 'cannot stand beside <Name>' -ForEach @(
            @{ Name = 'Partition'; With = @{ Partition = '{"t":"x"}' } }, @{ Name = 'Topic'; With = @{ Topic = 'orders' } }, @{ Name = 'KafkaPartition'; With = @{ KafkaPartition = 0 } }
        ) {
            Add-Connector $t.Stub a

            { Reset-ConnectorOffset a -All @With -Confirm:$false } | Should-Throw -FullyQualifiedErrorId 'AmbiguousParameterSet,ConfluentOffsets.Commands.ResetConnectorOffsetCommand'

            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'refuses a blank name (<Case>): InvalidConnectorName' -ForEach @(@{ Case = 'null'; Name = $null }, @{ Case = 'empty'; Name = '' }, @{ Case = 'spaces'; Name = ' ' }, @{ Case = 'an empty list'; Name = @() }) {
            Reset-ConnectorOffset -ConnectorName $Name -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidConnectorName ResetConnectorOffsetCommand InvalidArgument
            @($t.Stub.Requests).Count | Should-Be 0
        }
    }

    Context 'the Partition set' {
        It 'posts the connector''s own literals of <Form>, and no offsets' -ForEach @(
            @{ Form = 'one partition'; Partition = '{"kafka_topic":"orders","kafka_partition":"1"}'; Body = { $P1 } }
            @{ Form = 'a list'; Partition = @(@{ kafka_topic = 'orders'; kafka_partition = 1 }, [pscustomobject]@{ kafka_topic = 'orders'; kafka_partition = 0 }); Body = { "$P1,$P0" } }
        ) {
            Add-Connector $t.Stub a -Echo "[$(& $Body)]"

            $request = Reset-ConnectorOffset a -Partition $Partition -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"DELETE`",`"offsets`":[$(& $Body)]}"
            $request.Offsets[0].KafkaPartition | Should-Be 1
            $request.Offsets[0].Offset | Should-BeNull
            "$($request.OffsetsBefore)" | Should-Be 'orders-0: 100 orders-1: 200 payments-0: 300'
        }

        It 'takes partitions of rows as they are' {
            Add-Connector $t.Stub a -Echo "[$P0,$P1]"

            $null = Reset-ConnectorOffset a -Partition (Get-ConnectorOffset a -Topic orders).Partition -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"DELETE`",`"offsets`":[$P0,$P1]}"
        }

        It 'refuses <Case>: <Id>, and sends nothing' -ForEach @(
            @{ Case = 'null'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; Partition = $null }
            @{ Case = 'an empty list'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; Partition = @() }
            @{ Case = 'a list with a null'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; Partition = @('{"kafka_topic":"orders","kafka_partition":1}', $null) }
            @{ Case = 'an empty map'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; Partition = @{} }
            @{ Case = 'an empty text'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; Partition = '' }
            @{ Case = 'no JSON'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; Partition = 'orders-0' }
            @{ Case = 'one given twice'; Id = 'DuplicatePartition'; Category = 'InvalidArgument'; Partition = @('{"kafka_topic":"orders","kafka_partition":1}', '{"kafka_partition":"1","kafka_topic":"orders"}') }
            @{ Case = 'one that is not there'; Id = 'PartitionNotFound'; Category = 'ObjectNotFound'; Partition = '{"kafka_topic":"orders","kafka_partition":9}' }
        ) {
            Add-Connector $t.Stub a

            Reset-ConnectorOffset a -Partition $Partition -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed $Id ResetConnectorOffsetCommand $Category
            Get-Post $t.Stub | Should-BeNull
        }

        It 'refuses a connector without offsets: NoCurrentOffsets' {
            Add-Connector $t.Stub a (New-OffsetsAnswer @())

            Reset-ConnectorOffset a -Partition '{"kafka_topic":"orders","kafka_partition":1}' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed NoCurrentOffsets ResetConnectorOffsetCommand ObjectNotFound a
            Get-Post $t.Stub | Should-BeNull
        }
    }

    Context 'the Topic set' {
        It 'posts <Case>' -ForEach @(
            @{ Case = 'the numbers that are given'; With = @{ KafkaPartition = 1, 0 }; Body = { "$P1,$P0" } }
            @{ Case = 'all that the connector has of the topic'; With = @{}; Body = { "$P0,$P1" } }
        ) {
            Add-Connector $t.Stub a -Echo "[$(& $Body)]"

            $null = Reset-ConnectorOffset a -Topic orders @With -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"DELETE`",`"offsets`":[$(& $Body)]}"
        }

        It 'refuses <Case>: <Id>, and sends nothing' -ForEach @(
            @{ Case = 'a topic that is not there'; Id = 'PartitionNotFound'; Category = 'ObjectNotFound'; With = @{ Topic = 'order' } }
            @{ Case = 'a topic in another case'; Id = 'PartitionNotFound'; Category = 'ObjectNotFound'; With = @{ Topic = 'Orders' } }
            @{ Case = 'a number that is not there'; Id = 'PartitionNotFound'; Category = 'ObjectNotFound'; With = @{ Topic = 'orders'; KafkaPartition = 7 } }
            @{ Case = 'an empty topic'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; With = @{ Topic = '' } }
            @{ Case = 'an empty list of numbers'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; With = @{ Topic = 'orders'; KafkaPartition = @() } }
            @{ Case = 'a negative number'; Id = 'InvalidPartition'; Category = 'InvalidArgument'; With = @{ Topic = 'orders'; KafkaPartition = -1 } }
            @{ Case = 'a number twice'; Id = 'DuplicatePartition'; Category = 'InvalidArgument'; With = @{ Topic = 'orders'; KafkaPartition = 1, 1 } }
            @{ Case = 'a connector named twice'; Id = 'DuplicatePartition'; Category = 'InvalidArgument'; With = @{ Topic = 'orders'; ConnectorName = 'a', 'a' } }
        ) {
            Add-Connector $t.Stub a
            $parameters = @{ ConnectorName = 'a' }
            foreach ($name in $With.Keys) { $parameters[$name] = $With[$name] }

            Reset-ConnectorOffset @parameters -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed $Id ResetConnectorOffsetCommand $Category a
            Get-Post $t.Stub | Should-BeNull
        }
    }

    Context 'piped objects' {
        It 'posts the partitions of <Form>; their offsets do not count' -ForEach @(
            @{ Form = 'rows'; Rows = { Get-ConnectorOffset a -Topic orders } }
            @{ Form = 'rows without an offset'; Rows = { Get-ConnectorOffset a -Topic orders | ForEach-Object { $_.Offset = $null; $_ } } }
            @{ Form = 'a CSV'; Rows = { Get-ConnectorOffset a -Topic orders | ConvertTo-Csv | ConvertFrom-Csv } }
            @{ Form = 'hashtables'; Rows = { 0, 1 | ForEach-Object { @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = $_; KafkaOffset = 'nonsense' } } } }
            @{ Form = 'objects with Partition and an unusable Offset'; Rows = { 0, 1 | ForEach-Object { [pscustomobject]@{ ConnectorName = 'a'; Partition = @{ kafka_topic = 'orders'; kafka_partition = $_ }; Offset = 'nonsense' } } } }
        ) {
            Add-Connector $t.Stub a -Echo "[$P0,$P1]"

            $requests = @(& $Rows | Reset-ConnectorOffset -Confirm:$false)

            $requests.Count | Should-Be 1
            Assert-Posted $t.Stub "{`"type`":`"DELETE`",`"offsets`":[$P0,$P1]}"
        }

        It 'makes partitions of all rows the list, never a reset of everything' {
            Add-Connector $t.Stub a -Echo "[$P0,$P1,$($P0 -replace 'orders', 'payments')]"

            $null = Get-ConnectorOffset a | Reset-ConnectorOffset -Confirm:$false

            Assert-Posted $t.Stub "{`"type`":`"DELETE`",`"offsets`":[$P0,$P1,$($P0 -replace 'orders', 'payments')]}"
        }

        It 'refuses <Case>: InvalidPartition, nothing for that connector, others go on' -ForEach @(
            @{ Case = 'an object without a partition'; Row = [pscustomobject]@{ ConnectorName = 'a' } }
            @{ Case = 'a hashtable without a partition'; Row = @{ ConnectorName = 'a' } }
            @{ Case = 'a null Partition'; Row = [pscustomobject]@{ ConnectorName = 'a'; Partition = $null } }
            @{ Case = 'an empty Partition'; Row = [pscustomobject]@{ ConnectorName = 'a'; Partition = '' } }
            @{ Case = 'an empty list as Partition'; Row = [pscustomobject]@{ ConnectorName = 'a'; Partition = @() } }
            @{ Case = 'a Partition without members'; Row = @{ ConnectorName = 'a'; Partition = @{} } }
            @{ Case = 'a topic without a number'; Row = [pscustomobject]@{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = '' } }
        ) {
            Add-Connector $t.Stub a
            Add-Connector $t.Stub b -Echo "[$P0]"

            $requests = @($Row, @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 0 }, @{ ConnectorName = 'b'; Topic = 'orders'; KafkaPartition = 0 } |
                    Reset-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            Assert-OffsetError $failed InvalidPartition ResetConnectorOffsetCommand InvalidArgument
            $requests.ConnectorName | Should-Be 'b'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }

        It 'does nothing for an empty pipeline: <Case>' -ForEach @(@{ Case = 'rows'; With = @{} }, @{ Case = '-All'; With = @{ All = $true } }) {
            $result = @() | Reset-ConnectorOffset @With -Confirm:$false

            $result | Should-BeNull
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'refuses a row that is piped twice: DuplicatePartition' {
            Add-Connector $t.Stub a
            $rows = Get-ConnectorOffset a -Topic orders

            @($rows) + $rows[0] | Reset-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed DuplicatePartition ResetConnectorOffsetCommand InvalidArgument a
            Get-Post $t.Stub | Should-BeNull
        }
    }
}
