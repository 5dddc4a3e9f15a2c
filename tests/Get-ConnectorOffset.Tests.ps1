BeforeAll { . $PSScriptRoot/common.ps1 }

Describe 'Get-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'a sink' {
        It 'emits a row for each partition, with the sink columns' {
            $null = $t.Stub.Answer('GET', '/orders-sink/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200 })))

            $rows = @(Get-ConnectorOffset orders-sink)

            $rows.Count | Should-Be 2
            $rows[1] | Should-HaveType ([ConfluentOffsets.ConnectorOffset])
            $rows[1].Topic | Should-Be 'orders'
            $rows[1].KafkaPartition | Should-Be 1
            $rows[1].KafkaOffset | Should-Be 200
            $rows[1].ConnectorId | Should-Be 'lcc-sink1'
            $rows[1].ObservedAt | Should-Be ([datetime]::new(2024, 2, 20, 15, 14, 19, [System.DateTimeKind]::Utc))
            $rows[1].ObservedAt.Kind | Should-Be ([System.DateTimeKind]::Utc)
        }
    }
}
