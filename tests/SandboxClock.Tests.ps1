# The clock that a user's tests give to a sandbox.
BeforeAll {
    . $PSScriptRoot/common.ps1

    function Connect-WithClock {
        param([hashtable] $With = @{})
        $script:start = [DateTimeOffset]'2030-01-01T00:00:00Z'
        $script:clock = [ConfluentOffsets.SandboxClock]::new($start)
        Connect-ConfluentCloud -Sandbox -TimeProvider $clock @With
    }

    function Get-Elapsed { ($clock.GetUtcNow() - $start).TotalSeconds }
    $script:change = @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5; Confirm = $false }
}

AfterAll { Get-ConfluentCloudConnection | Disconnect-ConfluentCloud }

Describe 'ConfluentOffsets.SandboxClock' {
    It 'stands still while cmdlets only read' {
        Connect-WithClock

        $rows = Get-ConnectorOffset
        $again = Get-ConnectorOffset

        Get-Elapsed | Should-Be 0
        $rows | Compare-ConnectorOffset $again | Should-BeNull
    }

    It 'moves to the end of what is waited for, at once' {
        Connect-WithClock @{ SandboxScenario = 'Slow' }

        $status = Set-ConnectorOffset orders-sink @change -Wait

        $status.Phase | Should-Be 'APPLIED'
        Get-Elapsed | Should-BeGreaterThanOrEqual 90
        Get-Elapsed | Should-BeLessThan 105
    }

    It 'serves waits side by side: it goes as far as the longest, not as all together' {
        Connect-WithClock @{ SandboxScenario = 'Slow' }

        $statuses = Set-ConnectorOffset orders-sink, s3-archive @change -Wait

        @($statuses.Phase) -join ' ' | Should-Be 'APPLIED APPLIED'
        Get-Elapsed | Should-BeLessThan 125
    }

    It 'lets a -Timeout run out' {
        Connect-WithClock @{ SandboxScenario = 'Slow' }

        { Set-ConnectorOffset orders-sink @change -Wait -Timeout 5 -ErrorAction Stop } | Should-Throw -FullyQualifiedErrorId 'OffsetRequestTimeout,*'

        Get-Elapsed | Should-BeLessThan 90
    }

    It 'is moved by hand, with what happens meanwhile' {
        Connect-WithClock
        $before = Get-ConnectorOffset orders-sink

        $clock.Advance('00:01:00')

        Get-Elapsed | Should-Be 60
        @(Get-ConnectorOffset orders-sink | Compare-ConnectorOffset $before).Count | Should-Be 4
    }

    It 'does not go back' {
        Connect-WithClock

        { $clock.Advance('-00:00:01') } | Should-Throw -ExceptionMessage '*by*'

        Get-Elapsed | Should-Be 0
    }

    It 'begins now unless told otherwise' {
        $before = [DateTimeOffset]::UtcNow

        $now = [ConfluentOffsets.SandboxClock]::new().GetUtcNow()

        $now | Should-BeGreaterThanOrEqual $before
        $now | Should-BeLessThanOrEqual ([DateTimeOffset]::UtcNow)
    }
}
