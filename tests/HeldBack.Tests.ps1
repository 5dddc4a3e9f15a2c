# A change that leaves long after it was prepared, since the service asks to slow down: what it hangs on is looked at again.
BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Item = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":6}}'
    $script:Applied = (New-StatusAnswer -RequestedAt '2024-02-20T14:00:00Z' -Offsets "[$Item]" -PreviousOffsets "[$($Item.Replace('6', '7'))]").Replace('2024-02-20T15:14:30+0000', '2024-02-20T14:00:10Z')

    # A connector that takes a request only after it was told to slow down so often, for 50 s each.
    function Add-BusyConnector {
        param($Stub, [int] $Refusals, [string[]] $Offsets)
        $null = $Stub.Answer('GET', '/a/offsets/request/status', 200, $Applied)
        foreach ($answer in $Offsets) { $null = $Stub.Answer('GET', '/a/offsets', 200, $answer) }
        1..$Refusals | ForEach-Object { $null = $Stub.Answer('POST', '/a/offsets/request', 429, $null, @{ 'Retry-After' = 50 }) }
        $null = $Stub.Answer('POST', '/a/offsets/request', 202, (New-AcceptedAnswer))
    }

    function Get-SinkAnswer { param([long] $Offset) New-SinkAnswer @{ 'orders-0' = $Offset } -ObservedAt '2024-02-20T14:59:30Z' }
}

Describe '<Name>, held back' -ForEach @(
    @{ Name = 'Set-ConnectorOffset'; Do = { param($with) Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false @with } }
    @{ Name = 'Reset-ConnectorOffset'; Do = { param($with) Reset-ConnectorOffset a -All -Confirm:$false @with } }
    @{ Name = 'Restore-ConnectorOffset'; Do = { param($with) Restore-ConnectorOffset a -Confirm:$false @with } }
) {
    BeforeEach { $t = Connect-Stub }

    It 'keeps the offsets that the connector has when it leaves' {
        Add-BusyConnector $t.Stub 1 (Get-SinkAnswer 100), (Get-SinkAnswer 180)

        $request = & $Do @{ BackupPath = "$TestDrive/$Name" }

        @(Get-Post $t.Stub).Count | Should-Be 2
        $request.OffsetsBefore[0].KafkaOffset | Should-Be 180
        (Import-ConnectorOffset $request.BackupFile).KafkaOffset | Should-Be 180
    }

    It 'is not sent again when another request has come meanwhile' {
        $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $Applied)
        $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Type ($Name -like 'Reset*' ? 'PATCH' : 'DELETE') -Phase PENDING -RequestedAt '2024-02-20T15:00:10Z'))
        Add-BusyConnector $t.Stub 1 (Get-SinkAnswer 100)

        { & $Do @{ ErrorAction = 'Stop' } } | Should-Throw -FullyQualifiedErrorId 'OffsetRequestConflict,*'

        @(Get-Post $t.Stub).Count | Should-Be 1
    }
}

Describe 'Set-ConnectorOffset -Shift, held back' {
    It 'sends rows that are fresh enough after one refusal of 50 s, and refuses them after two' {
        $t = Connect-Stub
        Add-BusyConnector $t.Stub 1 (Get-SinkAnswer 100)
        Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false | Out-Null
        @(Get-Post $t.Stub).Count | Should-Be 2

        $t = Connect-Stub
        Add-BusyConnector $t.Stub 3 (Get-SinkAnswer 100)
        { Get-ConnectorOffset a | Set-ConnectorOffset -Shift 1 -Confirm:$false -ErrorAction Stop } | Should-Throw -FullyQualifiedErrorId 'OffsetsStale,*'
        @(Get-Post $t.Stub).Count | Should-Be 2
    }
}
