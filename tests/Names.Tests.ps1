# What may stand in the place of a connector's name where offsets are changed or waited for.
BeforeDiscovery {
    $given = @(
        @{ Command = 'Set-ConnectorOffset'; Do = { param($Name) Set-ConnectorOffset $Name -Topic orders -KafkaPartition 0 -KafkaOffset 5 @Quiet } }
        @{ Command = 'Set-ConnectorOffset'; Do = { param($Name) Set-ConnectorOffset $Name -Partition '{"kafka_topic":"orders","kafka_partition":0}' -Offset '{"kafka_offset":5}' @Quiet } }
        @{ Command = 'Set-ConnectorOffset'; Do = { param($Name) [pscustomobject]@{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5; ConnectorName = 'piped' } | Set-ConnectorOffset -ConnectorName $Name @Quiet } }
        @{ Command = 'Reset-ConnectorOffset'; Do = { param($Name) Reset-ConnectorOffset $Name -All @Quiet } }
        @{ Command = 'Reset-ConnectorOffset'; Do = { param($Name) Reset-ConnectorOffset $Name -Topic orders @Quiet } }
        @{ Command = 'Restore-ConnectorOffset'; Do = { param($Name) Restore-ConnectorOffset $Name @Quiet } }
        @{ Command = 'Wait-ConnectorOffsetRequest'; Do = { param($Name) Wait-ConnectorOffsetRequest $Name -ErrorAction Continue } }
    )
    $piped = @(
        @{ Command = 'Set-ConnectorOffset'; Do = { process { $_ | Set-ConnectorOffset -KafkaOffset 5 @Quiet } } }
        @{ Command = 'Reset-ConnectorOffset'; Do = { process { $_ | Reset-ConnectorOffset @Quiet } } }
        @{ Command = 'Reset-ConnectorOffset -All'; Do = { process { $_ | Select-Object ConnectorName | Reset-ConnectorOffset -All @Quiet } } }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $script:Quiet = @{ Confirm = $false; ErrorAction = 'Continue' }

    # A stub with these connectors, with the ids lcc-0, lcc-1, ...; each had a request that was applied.
    function Connect-Estate {
        param([string[]] $Name)
        $t = Connect-Stub
        $map = [ordered]@{}
        foreach ($n in $Name) { $map[$n] = @{ id = @{ id = "lcc-$($map.Count)" } } }
        $item = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1}}'
        $null = $t.Stub.Answer('GET', '/connectors', 200, ($map | ConvertTo-Json -Depth 5))
        $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
        $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Offsets "[$item]" -PreviousOffsets "[$item]"))
        $null = $t.Stub.Answer('POST', '/request', 202, (New-AcceptedAnswer))
        $t
    }

    # The errors that a script block writes.
    function Get-Failure { param($Do, $Name) @(& $Do $Name 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) }

    function Get-Listing { param($T) @($T.Stub.Requests | Where-Object Path -Like '*/connectors') }

    # The connectors that were read, waited for or posted to, without repetition.
    function Get-Reached { param($T) @($T.Stub.Requests | Where-Object Path -Match '/connectors/(.*?)/' | ForEach-Object { $null = $_.Path -match '/connectors/(.*?)/'; $Matches[1] } | Select-Object -Unique) -join ',' }

    function Assert-Posted {
        param($T, [string[]] $Name)
        @(Get-Post $T.Stub).Path | Should-BeCollection @($Name | ForEach-Object { "$ConnectorPath/$([uri]::EscapeDataString($_))/offsets/request" })
    }
}

Describe 'The name given to <Command>: <Do>' -ForEach $given {
    BeforeEach { $posts = $Command -notlike 'Wait-*' }

    It 'is no pattern, and nothing at all is sent: <_>' -ForEach '*', 'orders-*', 'orders-?', 'a[1]', 'a[', 'a]', 'lcc-*' {
        $t = Connect-Estate orders-sink, orders-2, 'a[1]', a1

        $failed = Get-Failure $Do $_

        Assert-OffsetError $failed InvalidConnectorName "$($Command -replace '-')Command" InvalidArgument $_
        @($t.Stub.Requests).Count | Should-Be 0
    }

    It 'stops those that act altogether where one is a pattern, and no other is waited for in vain' {
        $t = Connect-Estate orders-sink, orders-2

        $failed = Get-Failure $Do 'orders-2', 'orders-*'

        @($failed.FullyQualifiedErrorId) -like 'InvalidConnectorName,*' | Should-BeTruthy
        Get-Reached $t | Should-Be $($posts ? '' : 'orders-2')
    }

    It 'may be an escaped one, which costs no listing: <Name>' -ForEach @(
        @{ Name = 'why?'; Sent = 'why%3F' }, @{ Name = 'a[1]'; Sent = 'a%5B1%5D' }, @{ Name = 'a]'; Sent = 'a%5D' }, @{ Name = '*'; Sent = '%2A' }
    ) {
        $t = Connect-Estate $Name, a1, whys

        $failed = Get-Failure $Do ([wildcardpattern]::Escape($Name))

        Get-Reached $t | Should-Be $Sent
        @(Get-Listing $t).Count | Should-Be 0
        if ($posts) { Assert-Posted $t $Name }
    }

    It 'keeps a backtick that escapes nothing: <Written>' -ForEach @(
        @{ Written = 'x`y'; Name = 'x`y' }, @{ Written = 'x``y'; Name = 'x``y' }, @{ Written = 'x`y`*'; Name = 'x`y*' }, @{ Written = 'x``*'; Name = 'x`*' }, @{ Written = 'x`'; Name = 'x`' }
    ) {
        $t = Connect-Estate 'x`y', 'x``y', 'xy', $Name

        $failed = Get-Failure $Do $Written

        Get-Reached $t | Should-Be ([uri]::EscapeDataString($Name))
        if ($posts) { Assert-Posted $t $Name }
    }

    It 'tells how a name that holds a wildcard and backticks is written: <Name>' -ForEach @(
        @{ Name = 'x`y*'; Hint = 'x`y`*' }, @{ Name = 'x``y[1]'; Hint = 'x``y`[1`]' }
    ) {
        $null = Connect-Estate $Name

        "$(Get-Failure $Do $Name)".Contains("write '$Hint'") | Should-BeTrue
    }

    It 'costs no listing where it is a name' {
        $t = Connect-Estate orders-sink

        $failed = Get-Failure $Do orders-sink

        Get-Reached $t | Should-Be 'orders-sink'
        @(Get-Listing $t).Count | Should-Be 0
    }

    It 'may be an id: one listing for several, and the connectors'' names in the calls' {
        $t = Connect-Estate orders-sink, cdc, jdbc

        $failed = Get-Failure $Do lcc-2, lcc-0

        (Get-Reached $t).Split(',') | Sort-Object | Should-BeCollection @('jdbc', 'orders-sink')
        @(Get-Listing $t).Uri | Should-MatchString '^[^?]*/connectors\?expand=id$'
        @(Get-Listing $t).Count | Should-Be 1
    }

    It 'is a name before it is an id' {
        $t = Connect-Estate orders-sink, lcc-0

        $failed = Get-Failure $Do lcc-0

        Get-Reached $t | Should-Be 'lcc-0'
    }

    It 'is no id in capitals' {
        $t = Connect-Estate orders-sink

        $failed = Get-Failure $Do LCC-0

        Get-Reached $t | Should-Be 'LCC-0'
    }

    It 'is ConnectorNotFound for an id that nobody has; nothing is sent for it, and the others go on' {
        $t = Connect-Estate orders-sink

        $failed = Get-Failure $Do lcc-9, orders-sink

        $missing = @($failed | Where-Object FullyQualifiedErrorId -Like 'ConnectorNotFound,*')
        Assert-OffsetError $missing ConnectorNotFound "$($Command -replace '-')Command" ObjectNotFound lcc-9
        Get-Reached $t | Should-Be 'orders-sink'
    }

    It 'has the error of a listing that fails, once asked, and the others go on' {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/connectors', 403, '{"error":{"message":"not yours"}}')
        $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 }))).Answer('GET', '/status', 200, (New-StatusAnswer)).Answer('POST', '/request', 202, (New-AcceptedAnswer))

        $failed = Get-Failure $Do lcc-1, lcc-2, orders-sink

        @($failed | Where-Object FullyQualifiedErrorId -Like 'AccessDenied,*').Count | Should-Be 2
        @(Get-Listing $t).Count | Should-Be 1
        Get-Reached $t | Should-Be 'orders-sink'
    }
}

Describe 'The name in a row that is piped to <Command>' -ForEach $piped {
    It 'is literal: <_>' -ForEach '*', 'why?', 'a[1]', 'a]', 'a`?' {
        $t = Connect-Estate whys, a1, $_

        [pscustomobject]@{ ConnectorName = $_; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 1 } | & $Do 2> $null

        Assert-Posted $t $_
        @(Get-Listing $t).Count | Should-Be 0
    }

    It 'is literal out of Get-ConnectorOffset, too' {
        $t = Connect-Estate 'a[1]', a1

        Get-ConnectorOffset 'a`[1`]' | & $Do 2> $null

        Assert-Posted $t 'a[1]'
    }

    It 'may be an id, as in a CSV' {
        $t = Connect-Estate orders-sink, cdc

        [pscustomobject]@{ ConnectorName = 'lcc-1'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 1 } | & $Do 2> $null

        Assert-Posted $t cdc
        @(Get-Listing $t).Count | Should-Be 1
    }

    It 'is a name before it is an id' {
        $t = Connect-Estate orders-sink, lcc-0

        Get-ConnectorOffset lcc-0 | & $Do 2> $null

        Assert-Posted $t lcc-0
    }
}

Describe 'Ids in a pipeline' {
    It 'cost <Command> one listing for each cluster' -ForEach @(
        @{ Command = 'Set-ConnectorOffset'; Do = { $rows | Set-ConnectorOffset @Quiet } }
        @{ Command = 'Reset-ConnectorOffset'; Do = { $rows | Reset-ConnectorOffset @Quiet } }
        @{ Command = 'Reset-ConnectorOffset -All'; Do = { $rows | Select-Object ConnectorName, KafkaClusterId | Reset-ConnectorOffset -All @Quiet } }
    ) {
        $t = Connect-Estate orders-sink, cdc
        $rows = foreach ($cluster in 'lkc-x', 'lkc-y') {
            foreach ($id in 'lcc-0', 'lcc-1') { [pscustomobject]@{ ConnectorName = $id; KafkaClusterId = $cluster; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 } }
        }

        $null = & $Do 2> $null

        @(Get-Listing $t).Count | Should-Be 2
        @(Get-Post $t.Stub).Path -replace '^.*clusters/|connectors/|/offsets.*' | Sort-Object | Should-BeCollection @('lkc-x/cdc', 'lkc-x/orders-sink', 'lkc-y/cdc', 'lkc-y/orders-sink')
    }

    It 'are the same connector as its name: one request' {
        $t = Connect-Estate orders-sink

        $null = Reset-ConnectorOffset lcc-0, orders-sink -All @Quiet

        Assert-Posted $t orders-sink
    }

    It 'are listed with -WhatIf, too, and nothing is posted' {
        $t = Connect-Estate orders-sink

        Reset-ConnectorOffset lcc-0 -All -WhatIf

        @(Get-Listing $t).Count | Should-Be 1
        Get-Post $t.Stub | Should-BeNull
    }
}

Describe 'The name in a request or a status' {
    It 'is literal for Wait- and Restore-ConnectorOffset: <_>' -ForEach 'why?', 'a[1]', '*' {
        $t = Connect-Estate $_, whys, a1
        $request = Reset-ConnectorOffset ([wildcardpattern]::Escape($_)) -All -Confirm:$false
        $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Type DELETE -RequestedAt '2024-02-20T15:20:00Z' -PreviousOffsets '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1}}]'))

        $null = $request | Wait-ConnectorOffsetRequest | Restore-ConnectorOffset -Confirm:$false -WarningAction SilentlyContinue

        Assert-Posted $t $_, $_
        @(Get-Listing $t).Count | Should-Be 0
    }
}

Describe 'An empty variable before a *' {
    It 'means no connector at all' {
        $t = Connect-Estate orders-sink, orders-2
        $empty = $null

        $failed = Get-Failure { Reset-ConnectorOffset "$empty*" -All @Quiet }

        Assert-OffsetError $failed InvalidConnectorName ResetConnectorOffsetCommand InvalidArgument '*'
        @($t.Stub.Requests).Count | Should-Be 0
    }

    It 'keeps the connectors beside it from being changed, and says so' {
        $t = Connect-Estate orders-sink, orders-2
        $empty = $null

        $null = Reset-ConnectorOffset orders-sink, "$empty*" -All -Confirm:$false -ErrorAction SilentlyContinue -WarningVariable warned -WarningAction SilentlyContinue

        "$warned" | Should-Be 'Because of an error, nothing was sent for: orders-sink'
        @($t.Stub.Requests).Count | Should-Be 0
    }
}
