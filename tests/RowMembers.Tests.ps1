# Rows in which a user has put other members in the place of their own: what they show is what counts.
BeforeAll {
    . $PSScriptRoot/common.ps1

    # Rows of one connector, as if they had been read.
    function New-LiveRow {
        param([int[]] $KafkaPartition = 0)
        foreach ($number in $KafkaPartition) {
            [ConfluentOffsets.ConnectorOffset]@{
                EnvironmentId = 'env-1'; KafkaClusterId = 'lkc-1'; ConnectorName = 'a'
                Partition = "{`"kafka_topic`":`"orders`",`"kafka_partition`":$number}"; Offset = '{"kafka_offset":100}'
            }
        }
    }

    # What a file holds of rows: a line for each, and each error.
    function Get-Written {
        $problems = $null
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).json"
        $input | Export-ConnectorOffset $file -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems | ForEach-Object FullyQualifiedErrorId
        if (Test-Path $file) { Import-ConnectorOffset $file | ForEach-Object { "$($_.EnvironmentId) $_" } }
    }

    # A row with a member of its own hidden behind another.
    function Hide-Member {
        param([string] $Name, $Value)
        process { $_ | Add-Member -NotePropertyName $Name -NotePropertyValue $Value -Force -PassThru }
    }
}

Describe 'A member that was added to a live row' {
    BeforeEach {
        # The way that plain rows take is known by now.
        $null = New-LiveRow | Get-Written
    }

    It 'is exported in the place of <Name>' -ForEach @(
        @{ Name = 'EnvironmentId'; Value = 'env-2'; Written = 'env-2 a orders-0: 100' }
        @{ Name = 'ConnectorName'; Value = 'b'; Written = 'env-1 b orders-0: 100' }
        @{ Name = 'Partition'; Value = @{ t = 'x' }; Written = 'env-1 a t=x: 100' }
        @{ Name = 'Partition'; Value = [ordered]@{ kafka_topic = 'orders'; kafka_partition = 7 }; Written = 'env-1 a orders-7: 100' }
        @{ Name = 'Offset'; Value = @{ kafka_offset = 5 }; Written = 'InvalidOffset,ConfluentOffsets.Commands.ExportConnectorOffsetCommand' }
        @{ Name = 'KafkaOffset'; Value = 5; Written = 'InvalidOffset,ConfluentOffsets.Commands.ExportConnectorOffsetCommand' }
        @{ Name = 'KafkaOffset'; Value = $null; Written = 'InvalidOffset,ConfluentOffsets.Commands.ExportConnectorOffsetCommand' }
        @{ Name = 'KafkaOffset'; Value = '100'; Written = 'env-1 a orders-0: 100' }
    ) {
        New-LiveRow | Hide-Member $Name $Value | Get-Written | Should-Be $Written
    }

    It 'counts for its row alone' {
        $rows = New-LiveRow -KafkaPartition 0, 1, 2, 3
        $null = $rows[1], $rows[3] | Hide-Member ConnectorName b

        $rows | Get-Written | Should-BeCollection 'env-1 a orders-0: 100', 'env-1 a orders-2: 100', 'env-1 b orders-1: 100', 'env-1 b orders-3: 100'
    }

    It 'that is none of its own changes nothing' {
        New-LiveRow | Hide-Member Note 'seen' | Get-Written | Should-Be 'env-1 a orders-0: 100'
    }

    It 'is compared, and is altered' {
        $null = Connect-Sandbox
        $row = Get-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0
        $hidden = Get-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0
        $null = $hidden | Hide-Member Offset @{ kafka_offset = 5 } | Hide-Member KafkaOffset 5

        ($hidden | Compare-ConnectorOffset $row).DifferenceOffset.kafka_offset | Should-Be 5
        ($hidden | Set-ConnectorOffset -Confirm:$false).Offsets.Offset.kafka_offset | Should-Be 5
    }
}

Describe 'A member that was added to the type of live rows' {
    It 'is exported in the place of the row''s own, in the runspace where it was added' {
        # In a runspace of its own: what was added to a type can be taken away only together with the module's.
        $other = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try {
            $file = Join-Path $TestDrive 'other.json'
            $null = $other.AddScript({
                    param($manifest)
                    Import-Module $manifest
                    Update-TypeData -TypeName ConfluentOffsets.ConnectorOffset -MemberType ScriptProperty -MemberName ConnectorName -Value { 'of the type' } -Force
                }).AddArgument((Join-Path $RepoRoot 'ConfluentOffsets.psd1')).Invoke()

            # Here such rows are plain, before and after.
            $before = New-LiveRow | Get-Written
            $other.Commands.Clear()
            $null = $other.AddScript({ param($row, $file) $row | Export-ConnectorOffset $file }).AddArgument((New-LiveRow)).AddArgument($file).Invoke()
            $after = New-LiveRow | Get-Written

            $other.Streams.Error | Should-BeCollection @()
            (Import-ConnectorOffset $file).ConnectorName | Should-Be 'of the type'
            $before, $after | Should-BeCollection 'env-1 a orders-0: 100', 'env-1 a orders-0: 100'
        }
        finally {
            $other.Runspace.Dispose()
            $other.Dispose()
        }
    }
}

Describe 'A live row that is edited after it was piped' {
    It 'is exported as it was' {
        $row = New-LiveRow
        $file = Join-Path $TestDrive 'edited.json'

        & { $row; $row.KafkaOffset = 7; $row.Partition.kafka_topic = 'edited' } | Export-ConnectorOffset $file

        Import-ConnectorOffset $file | ForEach-Object ToString | Should-Be 'a orders-0: 100'
    }

    It 'is altered as it was' {
        $null = Connect-Sandbox
        $row = Get-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0
        $row.KafkaOffset = 5

        $request = & { $row; $row.KafkaOffset = 7; $row.Partition.kafka_topic = 'edited' } | Set-ConnectorOffset -Confirm:$false

        $request.Offsets | ForEach-Object ToString | Should-Be 'orders-0: 5'
    }
}
