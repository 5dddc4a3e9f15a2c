# An unset variable must never become 0, "all", or another place.
BeforeAll {
    . $PSScriptRoot/common.ps1
    $sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200; 'payments-0' = 300 })
}

Describe 'A variable that is empty' {
    BeforeEach {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/a/offsets', 200, $sink).Answer('POST', '/a/offsets/request', 202, '')
        $rows = @(Get-ConnectorOffset a)
    }

    AfterEach {
        @(Get-Post $t.Stub).Count | Should-Be 0
    }

    Context 'for a number' {
        It 'is refused as <Parameter> of <Cmdlet>: <Case>' -ForEach @(
            foreach ($row in @(
                    @{ Case = 'empty'; Value = '' }, @{ Case = 'blank'; Value = ' ' }, @{ Case = 'null'; Value = $null }
                    @{ Case = 'true'; Value = $true }, @{ Case = 'a fraction'; Value = 1.5 }, @{ Case = 'a word'; Value = 'five' })) {
                $row + @{ Cmdlet = 'Set-ConnectorOffset'; Parameter = 'KafkaOffset'; Others = @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 0 } }
                $row + @{ Cmdlet = 'Set-ConnectorOffset'; Parameter = 'KafkaPartition'; Others = @{ ConnectorName = 'a'; Topic = 'orders'; KafkaOffset = 5 } }
                $row + @{ Cmdlet = 'Reset-ConnectorOffset'; Parameter = 'KafkaPartition'; Others = @{ ConnectorName = 'a'; Topic = 'orders' } }
            }
        ) {
            $others = $Others
            $one = @{ $Parameter = $Value }
            $many = @{ $Parameter = @(0, $Value) }

            { & $Cmdlet @others @one -Confirm:$false } | Should-Throw -FullyQualifiedErrorId "ParameterArgument*,*"
            { & $Cmdlet @others @many -Confirm:$false } | Should-Throw
        }

        It 'is refused beside piped rows: <Case>' -ForEach @(
            @{ Case = 'empty'; Value = '' }, @{ Case = 'null'; Value = $null }
        ) {
            { $rows | Set-ConnectorOffset -KafkaOffset $Value -Confirm:$false } | Should-Throw
        }

        It 'is refused where it is assigned to a row: <Case>' -ForEach @(
            @{ Case = 'empty'; Value = '' }, @{ Case = 'blank'; Value = ' ' }, @{ Case = 'null'; Value = $null }, @{ Case = 'true'; Value = $true }
        ) {
            { $rows[0].KafkaOffset = $Value } | Should-Throw

            $rows[0].KafkaOffset | Should-Be 100
        }

        It 'is refused in a row of a CSV, though its Offset has a number' {
            $csv = @($rows | ConvertTo-Csv | ConvertFrom-Csv)
            $csv[0].KafkaOffset = ''

            $csv | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem InvalidOffset SetConnectorOffsetCommand InvalidArgument
        }

        It 'is refused in a piped object: <Property> <Case>' -ForEach @(
            @{ Property = 'KafkaOffset'; Case = 'blank'; Value = ' '; Id = 'InvalidOffset' }
            @{ Property = 'KafkaOffset'; Case = 'true'; Value = $true; Id = 'InvalidOffset' }
            @{ Property = 'KafkaPartition'; Case = 'blank'; Value = ' '; Id = 'InvalidPartition' }
        ) {
            $row = @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }
            $row[$Property] = $Value

            [pscustomobject]$row | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            @($problem).Count | Should-Be 1
            @($problem)[0].FullyQualifiedErrorId | Should-BeLikeString "$Id,*"
        }
    }

    Context 'for a filter' {
        It 'is refused as -<Parameter> of Get-ConnectorOffset: <Case>' -ForEach @(
            @{ Parameter = 'Topic'; Case = 'null'; Value = $null }, @{ Parameter = 'Topic'; Case = 'empty'; Value = '' }
            @{ Parameter = 'KafkaPartition'; Case = 'null'; Value = $null }, @{ Parameter = 'KafkaPartition'; Case = 'empty'; Value = '' }
        ) {
            $filter = @{ $Parameter = $Value }

            { Get-ConnectorOffset a @filter | Reset-ConnectorOffset -Confirm:$false } | Should-Throw
        }
    }

    Context 'for a row' {
        It 'keeps the others of its connector back, where the name is given' {
            $rows[0], $null, $rows[1] | Set-ConnectorOffset a -KafkaOffset 0 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem InvalidInputObject SetConnectorOffsetCommand InvalidArgument a
        }

        It 'keeps everything back, where no name is given' {
            $rows[0], $null, $rows[1] | Reset-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem -WarningVariable warning -WarningAction SilentlyContinue

            Assert-OffsetError $problem InvalidInputObject ResetConnectorOffsetCommand InvalidArgument
            "$warning" | Should-MatchString 'nothing was sent for: a'
        }

        It 'is no reason to drop it in silence, in an array given as an argument' {
            Set-ConnectorOffset -InputObject @($rows[0], $null) -KafkaOffset 0 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem -WarningAction SilentlyContinue

            Assert-OffsetError $problem InvalidInputObject SetConnectorOffsetCommand InvalidArgument
        }
    }

    Context 'for a place' {
        It 'is refused as -<Parameter> of <Cmdlet>' -ForEach @(
            foreach ($cmdlet in 'Get-ConnectorOffset', 'Get-ConnectorOffsetRequest', 'Wait-ConnectorOffsetRequest') {
                @{ Cmdlet = $cmdlet; Parameter = 'EnvironmentId'; Value = ''; Id = 'InvalidEnvironmentId' }
                @{ Cmdlet = $cmdlet; Parameter = 'KafkaClusterId'; Value = $null; Id = 'InvalidKafkaClusterId' }
                @{ Cmdlet = $cmdlet; Parameter = 'Connection'; Value = $null; Id = 'NotConnected' }
            }
        ) {
            $place = @{ $Parameter = $Value }
            $before = $t.Stub.Requests.Count

            { & $Cmdlet -ConnectorName a @place } | Should-Throw -FullyQualifiedErrorId "$Id,*"

            $t.Stub.Requests.Count | Should-Be $before
        }

        It 'leaves the default connection alone in Disconnect-ConfluentCloud' {
            $empty = $null

            Disconnect-ConfluentCloud -Connection $empty

            Get-ConfluentCloudConnection | Should-BeSame $t.Connection
        }
    }

    Context 'that is not empty but no name' {
        It 'is refused in Wait-ConnectorOffsetRequest: a request has to be piped' {
            { Wait-ConnectorOffsetRequest $rows[0] } | Should-Throw -ExceptionMessage '*-InputObject*'
        }
    }
}
