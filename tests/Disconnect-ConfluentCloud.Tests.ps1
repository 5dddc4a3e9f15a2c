BeforeAll {
    . $PSScriptRoot/common.ps1

    function Get-TerminatingError {
        param([scriptblock] $Body)
        try { $null = & $Body }
        catch { return $_ }
        throw 'No error.'
    }
}

Describe 'Disconnect-ConfluentCloud' {
    BeforeEach {
        $saved = $env:CONFLUENT_CLOUD_API_KEY
        $env:CONFLUENT_CLOUD_API_KEY = $null
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
        $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer))
    }

    AfterEach { $env:CONFLUENT_CLOUD_API_KEY = $saved }

    It 'emits nothing and drops the default' {
        $output = @(Disconnect-ConfluentCloud)

        $output.Count | Should-Be 0
        Get-ConfluentCloudConnection | Should-BeNull
    }

    It 'is no error twice, nor without a connection' {
        Disconnect-ConfluentCloud -ErrorVariable first
        Disconnect-ConfluentCloud -ErrorVariable second
        Disconnect-ConfluentCloud -Connection $t.Connection -ErrorVariable third

        @($first).Count + @($second).Count + @($third).Count | Should-Be 0
    }

    It 'leaves <Command> with NotConnected, and nothing is sent' -ForEach @(
        @{ Command = 'Get-ConnectorOffset'; Parameters = @{}; Type = 'GetConnectorOffsetCommand' }
        @{ Command = 'Get-ConnectorOffset'; Parameters = @{ ConnectorName = 'x' }; Type = 'GetConnectorOffsetCommand' }
        @{ Command = 'Get-ConnectorOffsetRequest'; Parameters = @{ ConnectorName = 'x' }; Type = 'GetConnectorOffsetRequestCommand' }
        @{ Command = 'Wait-ConnectorOffsetRequest'; Parameters = @{ ConnectorName = 'x' }; Type = 'WaitConnectorOffsetRequestCommand' }
        @{ Command = 'Set-ConnectorOffset'; Parameters = @{ ConnectorName = 'x'; Topic = 't'; KafkaPartition = 0; KafkaOffset = 1; Confirm = $false }; Type = 'SetConnectorOffsetCommand' }
        @{ Command = 'Reset-ConnectorOffset'; Parameters = @{ ConnectorName = 'x'; All = $true; Confirm = $false }; Type = 'ResetConnectorOffsetCommand' }
    ) {
        Disconnect-ConfluentCloud

        $record = Get-TerminatingError { & $Command @Parameters -ErrorAction SilentlyContinue }

        Assert-OffsetError $record NotConnected $Type ConnectionError
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'leaves a row of the connection with NotConnected, though another one is there' {
        $row = Get-ConnectorOffset orders-sink
        Disconnect-ConfluentCloud
        $other = Connect-Stub

        $record = Get-TerminatingError { $row | Get-ConnectorOffset -ErrorAction SilentlyContinue }

        Assert-OffsetError $record NotConnected GetConnectorOffsetCommand ConnectionError
        $other.Stub.Requests.Count | Should-Be 0
    }

    It 'leaves a piped <Name> with NotConnected in Wait-ConnectorOffsetRequest' -ForEach @(
        @{ Name = 'status'; Pick = { $args[0] } }
        @{ Name = 'request'; Pick = { $args[0].Request } }
    ) {
        $object = & $Pick (Get-ConnectorOffsetRequest orders-sink)
        Disconnect-ConfluentCloud
        $other = Connect-Stub

        $record = Get-TerminatingError { $object | Wait-ConnectorOffsetRequest -ErrorAction SilentlyContinue }

        Assert-OffsetError $record NotConnected WaitConnectorOffsetRequestCommand ConnectionError
        $other.Stub.Requests.Count | Should-Be 0
    }

    It 'lets -Connection save the rows of a dropped one' {
        $row = Get-ConnectorOffset orders-sink
        Disconnect-ConfluentCloud
        $other = Connect-Stub
        $null = $other.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 7 })))

        ($row | Get-ConnectorOffset -Connection $other.Connection).KafkaOffset | Should-Be 7
    }

    It 'drops the given connection alone, also by value' -ForEach @(
        @{ How = { Disconnect-ConfluentCloud -Connection $args[0] } }
        @{ How = { $args[0] | Disconnect-ConfluentCloud } }
    ) {
        $other = Connect-Stub

        & $How $t.Connection

        [object]::ReferenceEquals((Get-ConfluentCloudConnection), $other.Connection) | Should-BeTrue
        $record = Get-TerminatingError { Get-ConnectorOffset x -Connection $t.Connection }
        Assert-OffsetError $record NotConnected GetConnectorOffsetCommand ConnectionError
    }
}
