# What a request shows is its user's to edit; what was sent stays what it was, and so does what it is recognised by.
BeforeAll { . $PSScriptRoot/common.ps1 }

Describe 'A request that was accepted' {
    BeforeEach {
        $null = Connect-Sandbox
        $row = Get-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0
        $before = $row.KafkaOffset
        $row.KafkaOffset = 5
        $request = $row | Set-ConnectorOffset -Confirm:$false
    }

    It 'shows what was sent, however its row was edited before anybody looked' {
        $row.KafkaOffset = 7

        $request.Offsets.Offset.kafka_offset | Should-Be 5
    }

    It 'shows the same objects each time' {
        $request.Offsets[0].Offset.kafka_offset = 7

        $request.Offsets[0].Offset.kafka_offset | Should-Be 7
        [object]::ReferenceEquals($request.Offsets, $request.Offsets) | Should-BeTrue
    }

    It 'shows what was sent and what was before as copies of their own' {
        $old = $request.OffsetsBefore | Where-Object { $_.Topic -eq 'orders' -and $_.KafkaPartition -eq 0 }
        $old.Partition.kafka_topic = 'edited'
        $old.Offset.kafka_offset = 7

        $request.Offsets.Partition.kafka_topic | Should-Be 'orders'
        $request.Offsets.Offset.kafka_offset | Should-Be 5
    }

    It 'is waited for as what it was, after an edit of <_>' -ForEach 'Offsets', 'OffsetsBefore' {
        foreach ($item in $request.$_) { $item.Partition.kafka_topic = 'edited'; $item.Offset.kafka_offset = 7 }

        $status = $request | Wait-ConnectorOffsetRequest

        $status.Phase | Should-Be 'APPLIED'
    }

    It 'of a restored status shows what was sent, however the status was edited before anybody looked' {
        $status = $request | Wait-ConnectorOffsetRequest
        $restored = $status | Restore-ConnectorOffset -Confirm:$false
        foreach ($item in $status.PreviousOffsets) { $item.Partition.kafka_topic = 'edited'; $item.Offset.kafka_offset = 7 }

        $restored.Offsets.Partition.kafka_topic | Should-Be 'orders'
        $restored.Offsets.Offset.kafka_offset | Should-Be $before
        ($restored | Wait-ConnectorOffsetRequest).Phase | Should-Be 'APPLIED'
    }
}
