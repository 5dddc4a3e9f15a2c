# What may stand in the place of a connector's name, in the cmdlets that read and in those that act.
BeforeDiscovery {
    $readers = @(
        @{ Command = 'Get-ConnectorOffset'; Path = '/offsets' }
        @{ Command = 'Get-ConnectorOffsetRequest'; Path = '/offsets/request/status' }
        @{ Command = 'Get-Connector'; Path = $null }
    )
    $actors = @(
        @{ Command = 'Suspend-Connector'; Path = '/pause' }
        @{ Command = 'Resume-Connector'; Path = '/resume' }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1

    # A stub whose list has these connectors, with the ids lcc-0, lcc-1, ...
    function Connect-Estate {
        param([string[]] $Name)
        $t = Connect-Stub
        $map = [ordered]@{}
        foreach ($n in $Name) { $map[$n] = @{ id = @{ id = "lcc-$($map.Count)" } } }
        $body = $map | ConvertTo-Json -Depth 5

        # The stub does not look at queries: the first list is without, and any further one with expand.
        $null = $t.Stub.Answer('GET', '/connectors', 200, $(if ($Expanded) { $body } else { ConvertTo-Json @($Name) })).Answer('GET', '/connectors', 200, $body)
        $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
        $null = $t.Stub.Answer('GET', '/status', 200, (New-StatusAnswer))
        $null = $t.Stub.Answer('PUT', '/pause', 202, $null).Answer('PUT', '/resume', 202, $null)
        $t
    }

    function Get-Listing { param($Stub) @($Stub.Requests | Where-Object Path -Like '*/connectors') }
}

Describe 'The name given to <Command>' -ForEach $readers {
    BeforeEach { $Expanded = $Command -eq 'Get-Connector' }

    It '<Given> means <Meant>' -ForEach @(
        @{ Given = '*'; Meant = 'orders-sink,orders-2,Orders-3,why?,a[1],a1' }
        @{ Given = 'orders-*'; Meant = 'orders-sink,orders-2' }
        @{ Given = '?1'; Meant = 'a1' }
        @{ Given = '[Oo]rders-[23]'; Meant = 'orders-2,Orders-3' }
        @{ Given = 'why?'; Meant = 'why?' }
        @{ Given = 'a[1]'; Meant = 'a[1]' }
        @{ Given = 'none*'; Meant = '' }
    ) {
        $t = Connect-Estate 'orders-sink', 'orders-2', 'Orders-3', 'why?', 'a[1]', 'a1'

        $found = @(& $Command $Given -ErrorVariable problem)

        (@($found | ForEach-Object ConnectorName) -join ',') -ceq $Meant | Should-BeTrue -Because "it found $($found.Count)"
        @($problem).Count | Should-Be 0
        @(Get-Listing $t.Stub).Count | Should-Be 1
    }

    It 'says that a pattern matches none, with -Verbose' {
        $null = Connect-Estate orders-sink

        $verbose = & $Command 'Orders-*' -Verbose 4>&1

        "$verbose" | Should-BeLikeString "*No connector of env-a12b6, lkc-devc80 matches 'Orders-*'*by case*"
    }

    It 'is a connector once, however often it is meant' {
        $null = Connect-Estate orders-sink, orders-2

        @(& $Command orders-2, 'orders-*', lcc-0).ConnectorName -join ',' | Should-Be 'orders-2,orders-sink'
    }

    It 'may be an escaped one, which costs no listing' {
        $t = Connect-Estate 'why?', 'whys'

        (& $Command 'why`?').ConnectorName | Should-Be 'why?'
        if ($Path) { @($t.Stub.Requests).Path | Should-Be "$ConnectorPath/why%3F$Path" }
    }

    It 'keeps a backtick that escapes nothing: <Given> means <Meant>' -ForEach @(
        @{ Given = 'x`y'; Meant = 'x`y' }
        @{ Given = 'x``y'; Meant = 'x``y' }
        @{ Given = 'x`y`*'; Meant = 'x`y*' }
        @{ Given = 'x`y*'; Meant = 'x`y*' }
        @{ Given = 'x`?'; Meant = 'x?' }
        @{ Given = '*`y?'; Meant = 'x`yz,x`y*,x``yz' }
        @{ Given = 'x``y?'; Meant = 'x``yz' }
    ) {
        $null = Connect-Estate 'x`y', 'x``y', 'x`yz', 'x`y*', 'x``yz', 'xyz', 'x?'

        (& $Command $Given).ConnectorName -join ',' | Should-Be $Meant
    }

    It 'is literal when it is piped: <Kind>' -ForEach @(
        @{ Kind = 'by value'; Piped = 'why?' }
        @{ Kind = 'by property name'; Piped = [pscustomobject]@{ ConnectorName = 'why?' } }
    ) {
        $t = Connect-Estate 'whys', 'why?'

        ($Piped | & $Command).ConnectorName | Should-Be 'why?'
        if ($Path) { @(Get-Listing $t.Stub).Count | Should-Be 0 }
    }

    It 'is no pattern: [' {
        $null = Connect-Estate orders-sink

        $null = & $Command 'a[' -ErrorVariable problem -ErrorAction SilentlyContinue

        Assert-OffsetError $problem InvalidConnectorName "$($Command -replace '-')Command" InvalidArgument 'a['
    }

    It 'costs no listing where it is a name' {
        $t = Connect-Estate orders-sink

        (& $Command orders-sink).ConnectorName | Should-Be 'orders-sink'
        if ($Path) { @($t.Stub.Requests).Path | Should-Be "$ConnectorPath/orders-sink$Path" }
    }

    Context 'and an id' {
        BeforeEach { $Expanded = $true }

        It 'is resolved, with one listing for all' {
            $t = Connect-Estate orders-sink, cdc, jdbc

            (& $Command lcc-2, lcc-0).ConnectorName | Should-BeCollection @('jdbc', 'orders-sink')
            ('lcc-1' | & $Command).ConnectorName | Should-Be 'cdc'
            @(Get-Listing $t.Stub).Count | Should-Be 2
            if ($Path) { @(Get-Listing $t.Stub)[0].Uri | Should-MatchString '\?expand=id$' }
        }

        It 'stands behind a connector of that name' {
            $null = Connect-Estate orders-sink, lcc-0

            (& $Command lcc-0).ConnectorName | Should-Be 'lcc-0'
        }

        It 'that nobody has is ConnectorNotFound, and nothing else is sent' {
            $t = Connect-Estate orders-sink

            $null = & $Command lcc-9 -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ConnectorNotFound "$($Command -replace '-')Command" ObjectNotFound lcc-9
            $t.Stub.Requests.Count | Should-Be 1
        }

        It 'has the error of the listing where that fails, and the others are read' {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/connectors', 403, '{"error":{"message":"not yours"}}')
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 }))).Answer('GET', '/status', 200, (New-StatusAnswer))

            $found = @(& $Command lcc-9, orders-sink -ErrorVariable problem -ErrorAction SilentlyContinue)

            $problem[0].FullyQualifiedErrorId | Should-BeLikeString 'AccessDenied,*'
            $found.Count | Should-Be $(if ($Path) { 1 } else { 0 })
        }
    }
}

Describe 'The name given to <Command>' -ForEach $actors {
    BeforeEach { $Expanded = $true }

    It 'is no pattern, and nothing is sent: <_>' -ForEach '*', 'orders-?', 'a[1]', 'a[' {
        $t = Connect-Estate orders-sink, orders-2, 'a[1]'

        & $Command $_ -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

        Assert-OffsetError $problem InvalidConnectorName "$($Command -replace '-')Command" InvalidArgument $_
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'may be an escaped one' {
        $t = Connect-Estate 'why?'

        & $Command 'why`?' -Confirm:$false

        @($t.Stub.Requests).Path | Should-Be "$ConnectorPath/why%3F$Path"
    }

    It 'is literal when it is piped' {
        $t = Connect-Estate orders-sink

        [pscustomobject]@{ ConnectorName = '*' } | & $Command -Confirm:$false

        @($t.Stub.Requests).Path | Should-Be "$ConnectorPath/%2A$Path"
    }

    It 'may be an id, and is the connector''s in the call' {
        $t = Connect-Estate orders-sink, cdc

        & $Command lcc-1, cdc -Confirm:$false

        @($t.Stub.Requests | Where-Object Method -EQ PUT).Path | Should-Be "$ConnectorPath/cdc$Path"
        @(Get-Listing $t.Stub).Count | Should-Be 1
    }

    It 'is ConnectorNotFound for an id that nobody has, and nothing is sent for it' {
        $t = Connect-Estate orders-sink

        & $Command lcc-9, orders-sink -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue

        Assert-OffsetError $problem ConnectorNotFound "$($Command -replace '-')Command" ObjectNotFound lcc-9
        @($t.Stub.Requests | Where-Object Method -EQ PUT).Path | Should-Be "$ConnectorPath/orders-sink$Path"
    }
}
