# -UntilRunning on the cmdlets that change offsets, and what it is for: a record that a connector cannot process.
BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe '<Name> -UntilRunning' -ForEach @(
    @{ Name = 'Set-ConnectorOffset'; Do = { Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 50 -UntilRunning @Quiet } }
    @{ Name = 'Set-ConnectorOffset -Wait'; Do = { Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Wait -UntilRunning @Quiet } }
    @{ Name = 'Reset-ConnectorOffset'; Do = { Reset-ConnectorOffset orders-sink -All -UntilRunning @Quiet } }
    @{ Name = 'Restore-ConnectorOffset'; Do = { Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Wait -Confirm:$false | Restore-ConnectorOffset -UntilRunning @Quiet } }
) {
    BeforeEach { $Quiet = @{ Confirm = $false; WarningAction = 'SilentlyContinue' } }

    It 'emits the status when the connector runs again' {
        $null = Connect-Sandbox

        $status = & $Do

        $status | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequestStatus])
        $status.Phase | Should-Be 'APPLIED'
        (Get-Connector orders-sink).State | Should-Be 'RUNNING'
    }

    It 'does not wait for that without it' {
        $null = Connect-Sandbox

        $null = & ([scriptblock]::Create(($Do -replace '-UntilRunning', '-Wait' -replace '-Wait -Wait', '-Wait')))

        (Get-Connector orders-sink).State | Should-Be 'PROVISIONING'
    }
}

Describe 'A record that a connector cannot process' {
    It 'is skipped: found, read, shifted by one, and the connector runs' {
        $null = Connect-Sandbox

        $ailing = Get-Connector | Where-Object { $_.Tasks.State -contains 'FAILED' }
        $row = $ailing | Get-ConnectorOffset -Topic payments.refunded
        $status = $row | Set-ConnectorOffset -Shift 1 -Wait -UntilRunning -Confirm:$false -ErrorVariable problem

        $ailing.ConnectorName | Should-Be 'payments-snowflake'
        @($problem).Count | Should-Be 0
        $status.Phase | Should-Be 'APPLIED'
        "$($status.Request.Offsets)" | Should-Be "payments.refunded-0: $($row.KafkaOffset + 1)"
        (Get-Connector payments-snowflake).Tasks.State | Select-Object -Unique | Should-Be 'RUNNING'
    }

    It 'is still in the way after a change of other partitions' {
        $null = Connect-Sandbox

        $all = @(Get-ConnectorOffset payments-snowflake -Topic payments.captured | Set-ConnectorOffset -Shift 1 -UntilRunning -Confirm:$false -ErrorAction Continue 2>&1)

        $all[0].Phase | Should-Be 'APPLIED'
        Assert-OffsetError $all[1] ConnectorNotRunning SetConnectorOffsetCommand InvalidResult
        $all[1].Exception.Message | Should-BeLikeString '*its task 1 FAILED: org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask due to unrecoverable exception.'
        $all[1].Exception.AcceptedRequests.ConnectorName | Should-Be 'payments-snowflake'
    }
}
