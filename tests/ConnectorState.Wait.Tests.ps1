# Suspend-Connector and Resume-Connector with -Wait.
BeforeAll {
    . $PSScriptRoot/common.ps1

    # The cluster's list: @{ a = 'PAUSED', 'PAUSED' }, each the state of the connector and those of its tasks.
    function New-List {
        param([System.Collections.IDictionary] $States)
        $members = foreach ($name in $States.Keys) {
            $state, $tasks = $States[$name]
            $items = @($tasks | Where-Object { $_ } | ForEach-Object { '{"id":0,"state":"' + $_ + '","trace":"org.Boom: no\n\tat x"}' }) -join ','
            '"{0}":{{"id":{{"id":"lcc-{0}"}},"status":{{"connector":{{"state":"{1}"}},"tasks":[{2}]}}}}' -f $name, $state, $items
        }
        '{' + ($members -join ',') + '}'
    }

    # A connection whose looks show these lists, one after the other.
    function Connect-List {
        param([object[]] $Lists)
        $t = Connect-Stub
        $null = $t.Stub.Answer('PUT', '/bad/pause', 403, '{}').Answer('PUT', '/pause', 202, $null).Answer('PUT', '/resume', 202, $null)
        foreach ($list in $Lists) { $null = $t.Stub.Answer('GET', '/connectors', 200, (New-List $list)) }
        $t
    }

    # How long it took, as the simulated clock tells.
    function Get-Duration { param($T) $all = @($T.Stub.Requests); ($all[-1].At - $all[0].At).TotalSeconds }

    # No change was made: a way back would undo somebody's earlier one.
    function Assert-ResumeAction {
        param($Problem)
        $Problem.ErrorDetails.RecommendedAction | Should-MatchString 'Tasks.*Shift 1.*may run yet'
        $Problem.ErrorDetails.RecommendedAction | Should-NotMatchString 'Restore'
    }

    function Get-Look { param($T) @($T.Stub.Requests | Where-Object Method -EQ GET) }
}

Describe '-Wait of Suspend- and Resume-Connector' {
    It 'waits until <Cmdlet> is done, connector and tasks' -ForEach @(
        @{ Cmdlet = 'Suspend-Connector'; Before = 'RUNNING', 'RUNNING'; Between = 'PAUSED', 'RUNNING'; After = 'PAUSED', 'PAUSED' }
        @{ Cmdlet = 'Resume-Connector'; Before = 'PAUSED', 'PAUSED'; Between = 'RUNNING', 'PAUSED'; After = 'RUNNING', 'RUNNING' }
    ) {
        $t = Connect-List @{ a = $Before }, @{ a = $Between }, @{ a = $After }

        & $Cmdlet a -Wait -Confirm:$false | Should-BeNull

        @(Get-Look $t).Count | Should-Be 3
        Get-Duration $t | Should-BeGreaterThanOrEqual 2
    }

    It 'does so in the sandbox, there and back' {
        $null = Connect-Sandbox

        $paused = Suspend-Connector orders-sink, s3-archive -Wait -PassThru -Confirm:$false
        $running = Resume-Connector orders-sink, s3-archive -Wait -PassThru -Confirm:$false

        "$($paused.State) $($paused.Tasks.State)" | Should-Be 'PAUSED PAUSED PAUSED PAUSED'
        "$($running.State) $($running.Tasks.State)" | Should-Be 'RUNNING RUNNING RUNNING RUNNING'
    }

    It 'counts a task that has failed as paused, since it stays so' {
        $null = Connect-Sandbox

        $connector = Suspend-Connector payments-snowflake -Wait -PassThru -Confirm:$false

        $connector.State | Should-Be 'PAUSED'
    }

    It 'waits for none of -WhatIf, and for none that was refused' {
        $t = Connect-List @{ a = 'PAUSED', 'PAUSED' }

        Suspend-Connector a -Wait -WhatIf
        Suspend-Connector bad -Wait -Confirm:$false -ErrorAction SilentlyContinue

        @(Get-Look $t).Count | Should-Be 0
    }

    It 'is ConnectorNotPaused where the time is over: which, how it is, what to do; the others count' {
        $t = Connect-List @{ a = 'RUNNING', 'RUNNING'; b = 'PAUSED', 'PAUSED' }

        $connectors = @(Suspend-Connector a, b, bad -Wait -Timeout 20 -PassThru -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue)

        "$($connectors.State)" | Should-Be 'RUNNING PAUSED'
        "$($problem.FullyQualifiedErrorId -replace ',.*')" | Should-Be 'AccessDenied ConnectorNotPaused'
        Assert-OffsetError $problem[1] ConnectorNotPaused SuspendConnectorCommand InvalidResult a
        "$($problem[1])" | Should-Be "Connector 'a' (env-a12b6, lkc-devc80) was told to pause, but it is not paused: after 20 s it is RUNNING (tasks: 0 RUNNING)."
        Get-Duration $t | Should-BeGreaterThanOrEqual 20
    }

    It 'is ConnectorNotRunning where a task stays FAILED: which, and the first line of why' {
        $null = Connect-List @{ a = 'RUNNING', 'FAILED' }

        Resume-Connector a -Wait -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

        Assert-OffsetError $problem ConnectorNotRunning ResumeConnectorCommand InvalidResult a
        "$problem" | Should-Be "Connector 'a' (env-a12b6, lkc-devc80) was told to resume, but it does not run: its task 0 FAILED: org.Boom: no."
        Assert-ResumeAction $problem
    }

    It 'is ConnectorNotRunning where it stays paused for as long as -Timeout says' {
        $null = Connect-List @{ a = 'PAUSED', 'PAUSED' }

        Resume-Connector a -Wait -Timeout 30 -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

        "$problem" | Should-BeLikeString '*does not run: after 30 s it is PAUSED (tasks: 0 PAUSED).'
        Assert-ResumeAction $problem
    }

    It 'ends the script under Stop' {
        $null = Connect-List @{ a = 'RUNNING', 'RUNNING' }

        { Suspend-Connector a -Wait -Timeout 0 -Confirm:$false -ErrorAction Stop } | Should-Throw -FullyQualifiedErrorId 'ConnectorNotPaused,*'
    }

    It 'ends at once where a look is refused' {
        $t = Connect-Stub
        $null = $t.Stub.Answer('PUT', '/pause', 202, $null).Answer('GET', '/connectors', 403, '{}')

        Suspend-Connector a -Wait -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

        Assert-OffsetError $problem AccessDenied SuspendConnectorCommand PermissionDenied a
        @(Get-Look $t).Count | Should-Be 1
    }
}
