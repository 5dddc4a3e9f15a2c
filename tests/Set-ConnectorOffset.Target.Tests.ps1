BeforeAll {
    . $PSScriptRoot/common.ps1

    # A connector that answers everything: its offsets, no earlier request, and an accepted POST.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Offsets = $Sink)
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Offsets)
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, '{"request":null,"status":null}')
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    # Where the POSTs went, in that order: env/lkc/name.
    function Get-PostedTo {
        param($Stub)
        @(Get-Post $Stub | ForEach-Object { $_.Path -replace '^/connect/v1/environments/(.*)/clusters/(.*)/connectors/(.*)/offsets/request$', '$1/$2/$3' }) -join ' '
    }

    $script:Sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })
}

Describe '<Cmdlet>: to which connector a row goes' -ForEach @(
    @{ Cmdlet = 'Set-ConnectorOffset'; Quiet = @{ Confirm = $false } }
    @{ Cmdlet = 'Reset-ConnectorOffset'; Quiet = @{ Confirm = $false; ErrorAction = 'SilentlyContinue' } }
) {
    BeforeEach {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        Add-Connector $t.Stub b
    }

    Context 'names and ids' {
        It 'goes to the row''s own connector, environment and cluster' {
            $row = Get-ConnectorOffset a -EnvironmentId env-x -KafkaClusterId lkc-y

            $null = $row | & $Cmdlet @Quiet

            Get-PostedTo $t.Stub | Should-Be 'env-x/lkc-y/a'
        }

        It 'goes to the explicit <Name> instead of the piped one' -ForEach @(
            @{ Name = 'ConnectorName'; With = @{ ConnectorName = 'b' }; Goes = 'env-x/lkc-y/b' }
            @{ Name = 'Name'; With = @{ Name = 'b' }; Goes = 'env-x/lkc-y/b' }
            @{ Name = 'EnvironmentId'; With = @{ EnvironmentId = 'env-z' }; Goes = 'env-z/lkc-y/a' }
            @{ Name = 'KafkaClusterId'; With = @{ KafkaClusterId = 'lkc-z' }; Goes = 'env-x/lkc-z/a' }
            @{ Name = 'ClusterId'; With = @{ ClusterId = 'lkc-z' }; Goes = 'env-x/lkc-z/a' }
        ) {
            $row = Get-ConnectorOffset a -EnvironmentId env-x -KafkaClusterId lkc-y

            $null = $row | & $Cmdlet @With @Quiet
            $null = @{ ConnectorName = 'a'; EnvironmentId = 'env-x'; KafkaClusterId = 'lkc-y'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 } | & $Cmdlet @With @Quiet

            Get-PostedTo $t.Stub | Should-Be "$Goes $Goes"
        }

        It 'goes to each connector that a row tells: <Case>' -ForEach @(
            @{ Case = 'one'; Names = @{ ConnectorName = 'b' }; Goes = 'b' }
            @{ Case = 'several'; Names = @{ ConnectorName = 'a', 'b' }; Goes = 'a b' }
            @{ Case = 'by its Name'; Names = @{ Name = 'b' }; Goes = 'b' }
            @{ Case = 'none by an empty ConnectorName, whatever its Name'; Names = @{ ConnectorName = ''; Name = 'b' }; Goes = '' }
            @{ Case = 'none by a null one, whatever its Name'; Names = @{ ConnectorName = $null; Name = 'b' }; Goes = '' }
        ) {
            $row = [pscustomobject]($Names + @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 })

            $ErrorActionPreference = 'SilentlyContinue'
            $null = $row | & $Cmdlet @Quiet -ErrorVariable problems 3> $null
            $piped = (Get-PostedTo $t.Stub) -replace '[^ ]*/'
            $null = & $Cmdlet -InputObject $row @Quiet 3> $null

            $piped | Should-Be $Goes
            (Get-PostedTo $t.Stub) -replace '[^ ]*/' | Should-Be "$Goes $Goes".Trim()
            if (-not $Goes) { $problems[0].FullyQualifiedErrorId | Should-BeLikeString 'InvalidConnectorName,*' }
        }

        It 'goes where a script block for each row says: <Name>' -ForEach @(
            @{ Name = 'ConnectorName'; With = @{ ConnectorName = { $_.ConnectorName -replace 'a', 'b' } }; Goes = 'env-x/lkc-y/b' }
            @{ Name = 'EnvironmentId'; With = @{ EnvironmentId = { "$($_.EnvironmentId)-2" } }; Goes = 'env-x-2/lkc-y/a' }
            @{ Name = 'ClusterId'; With = @{ ClusterId = { "$($_.KafkaClusterId)-2" } }; Goes = 'env-x/lkc-y-2/a' }
        ) {
            $null = Get-ConnectorOffset a -EnvironmentId env-x -KafkaClusterId lkc-y | & $Cmdlet @With @Quiet

            Get-PostedTo $t.Stub | Should-Be $Goes
        }

        It 'sends rows of one connector to several that are named' {
            $requests = @(Get-ConnectorOffset a | & $Cmdlet b, a @Quiet)

            $requests.ConnectorName -join ' ' | Should-Be 'b a'
        }

        It 'takes the connection''s defaults where piped ids are <Case>' -ForEach @(
            @{ Case = 'null'; Ids = @{ EnvironmentId = $null; KafkaClusterId = $null } }
            @{ Case = 'empty'; Ids = @{ EnvironmentId = ''; KafkaClusterId = '' } }
            @{ Case = 'missing'; Ids = @{} }
        ) {
            $row = $Ids + @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }

            $null = $row, [pscustomobject]($row + @{ }) | ForEach-Object { $_ | & $Cmdlet @Quiet }

            Get-PostedTo $t.Stub | Should-Be 'env-a12b6/lkc-devc80/a env-a12b6/lkc-devc80/a'
        }

        It 'does not carry one row''s ids over to the next' {
            $rows = [pscustomobject]@{ ConnectorName = 'a'; EnvironmentId = 'env-x'; KafkaClusterId = 'lkc-y'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 },
            [pscustomobject]@{ ConnectorName = 'b'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }

            $null = $rows | & $Cmdlet -ThrottleLimit 1 @Quiet

            Get-PostedTo $t.Stub | Should-Be 'env-x/lkc-y/a env-a12b6/lkc-devc80/b'
        }

        It 'takes no row''s own name where the explicit one is blank (<Case>): InvalidConnectorName' -ForEach @(
            @{ Case = 'null'; Name = $null }, @{ Case = 'empty'; Name = '' }, @{ Case = 'an empty list'; Name = @() }
        ) {
            $row = Get-ConnectorOffset a

            $row | & $Cmdlet -ConnectorName $Name -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed InvalidConnectorName "$($Cmdlet -replace '-')Command" InvalidArgument ''
            Get-Post $t.Stub | Should-BeNull
        }

        It 'refuses a row without a name: InvalidConnectorName, and goes on with others' {
            $rows = @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }, [pscustomobject]@{ ConnectorName = ' '; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }, @{ Name = 'b'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }

            $null = $rows | & $Cmdlet -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            @($failed.FullyQualifiedErrorId | Where-Object { $_ -like 'InvalidConnectorName,*' }).Count | Should-Be 2
            Get-PostedTo $t.Stub | Should-Be 'env-a12b6/lkc-devc80/b'
        }

        It 'refuses an explicit <Name> that is <Case>, as an unset variable is: no other place is taken' -ForEach @(
            foreach ($name in 'EnvironmentId', 'KafkaClusterId') {
                @{ Name = $name; Case = 'null'; Value = $null; Id = "Invalid$name"; Category = 'InvalidArgument' }
                @{ Name = $name; Case = 'empty'; Value = ''; Id = "Invalid$name"; Category = 'InvalidArgument' }
            }
            @{ Name = 'Connection'; Case = 'null'; Value = $null; Id = 'NotConnected'; Category = 'ConnectionError' }
        ) {
            $row = Get-ConnectorOffset a -EnvironmentId env-x -KafkaClusterId lkc-y
            $explicit = @{ $Name = $Value }

            { $row | & $Cmdlet @explicit @Quiet } | Should-Throw -FullyQualifiedErrorId "$Id,*"

            Get-PostedTo $t.Stub | Should-BeFalsy
        }
    }

    Context 'the connection' {
        BeforeEach {
            $rows = Get-ConnectorOffset a
            $other = Connect-Stub
            Add-Connector $other.Stub a
        }

        It 'goes back to the connection that the row came from, not to the default' {
            $null = $rows | & $Cmdlet @Quiet

            Get-PostedTo $t.Stub | Should-Be 'env-a12b6/lkc-devc80/a'
            @($other.Stub.Requests).Count | Should-Be 0
        }

        It 'goes back there too as an argument of -InputObject' {
            $null = & $Cmdlet -InputObject $rows @Quiet

            Get-PostedTo $t.Stub | Should-Be 'env-a12b6/lkc-devc80/a'
            @($other.Stub.Requests).Count | Should-Be 0
        }

        It 'goes to the explicit connection' {
            $null = $rows | & $Cmdlet -Connection $other.Connection @Quiet

            Get-Post $t.Stub | Should-BeNull
            Get-PostedTo $other.Stub | Should-Be 'env-a12b6/lkc-devc80/a'
        }

        It 'goes to the environment and cluster of the explicit connection; <Case> wins over them' -ForEach @(
            @{ Case = 'an explicit -EnvironmentId'; With = @{ EnvironmentId = 'env-z' }; Goes = 'env-z/lkc-prod/a'; Copied = 'env-z/lkc-devc80/a' }
            @{ Case = 'an explicit -ClusterId'; With = @{ ClusterId = 'lkc-z' }; Goes = 'env-prod/lkc-z/a'; Copied = 'env-a12b6/lkc-z/a' }
            @{ Case = 'nothing else'; With = @{}; Goes = 'env-prod/lkc-prod/a'; Copied = 'env-a12b6/lkc-devc80/a' }
        ) {
            $prod = Connect-Stub @{ EnvironmentId = 'env-prod'; KafkaClusterId = 'lkc-prod' }
            Add-Connector $prod.Stub a

            $null = $rows | & $Cmdlet -Connection $prod.Connection @With @Quiet
            $null = & $Cmdlet -InputObject $rows -Connection $prod.Connection @With @Quiet
            $null = $rows | ConvertTo-Csv | ConvertFrom-Csv | & $Cmdlet -Connection $prod.Connection @With @Quiet

            # Ids in a file are what somebody wrote.
            Get-PostedTo $prod.Stub | Should-Be "$Goes $Goes $Copied"
            Get-Post $t.Stub | Should-BeNull
        }

        It 'takes the row''s ids where the explicit connection has no default' {
            $prod = Connect-Stub @{ EnvironmentId = ''; KafkaClusterId = 'lkc-prod' }
            Add-Connector $prod.Stub a

            $null = $rows | & $Cmdlet -Connection $prod.Connection @Quiet

            Get-PostedTo $prod.Stub | Should-Be 'env-a12b6/lkc-prod/a'
        }

        It 'stays in the row''s own place where the explicit connection is the row''s' {
            $there = Get-ConnectorOffset a -EnvironmentId env-x -KafkaClusterId lkc-y -Connection $t.Connection

            $null = $there | & $Cmdlet -Connection $t.Connection @Quiet

            Get-PostedTo $t.Stub | Should-Be 'env-x/lkc-y/a'
        }

        It 'keeps rows of two connections apart, though names are the same' {
            $both = @($rows) + @(Get-ConnectorOffset a)

            $requests = @($both | & $Cmdlet @Quiet)

            $requests.Count | Should-Be 2
            @(Get-Post $t.Stub).Count | Should-Be 1
            @(Get-Post $other.Stub).Count | Should-Be 1
        }

        It 'goes to the default where the row came from none' {
            $null = $rows | ConvertTo-Csv | ConvertFrom-Csv | & $Cmdlet @Quiet

            Get-Post $t.Stub | Should-BeNull
            Get-PostedTo $other.Stub | Should-Be 'env-a12b6/lkc-devc80/a'
        }

        It 'goes to the connection that an object of the user''s own names, piped or as an argument' {
            $own = [pscustomobject]@{ ConnectorName = 'a'; Connection = $t.Connection; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }
            $entries = @{ ConnectorName = 'a'; Connection = $t.Connection; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }

            $null = $own | & $Cmdlet @Quiet
            $null = & $Cmdlet -InputObject $own @Quiet
            $null = $entries | & $Cmdlet @Quiet

            @(Get-Post $t.Stub).Count | Should-Be 3
            @($other.Stub.Requests).Count | Should-Be 0
        }

        It 'goes to the connection that a live row shows, where that is not its own' {
            # Add-Member refuses it; a type name that somebody adds, or one property more, does not.
            $type = "Moved$([guid]::NewGuid().ToString('n'))"
            Update-TypeData -TypeName $type -MemberType NoteProperty -MemberName Connection -Value $t.Connection
            $moved = Get-ConnectorOffset a
            $moved.psobject.TypeNames.Insert(0, $type)
            $added = Get-ConnectorOffset a
            $added.psobject.Properties.Add([psnoteproperty]::new('Connection', $t.Connection), $true)
            $sent = @($other.Stub.Requests).Count

            # The way that plain rows take is known by now.
            $null = $rows | & $Cmdlet @Quiet
            $null = $moved | & $Cmdlet @Quiet
            $null = $added | & $Cmdlet @Quiet
            $null = & $Cmdlet -InputObject $moved @Quiet

            @(Get-Post $t.Stub).Count | Should-Be 4
            @($other.Stub.Requests).Count | Should-Be $sent
        }

        It 'goes to the explicit connection, whatever an object says: <Case>' -ForEach @(
            @{ Case = 'another connection'; Says = { $t.Connection } }
            @{ Case = 'no connection'; Says = { 'prod' } }
        ) {
            $own = @{ ConnectorName = 'a'; EnvironmentId = 'env-x'; KafkaClusterId = 'lkc-y'; Connection = & $Says; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }

            $null = $own | & $Cmdlet -Connection $other.Connection @Quiet
            $null = & $Cmdlet -InputObject ([pscustomobject]$own) -Connection $other.Connection @Quiet

            # Its ids are what somebody wrote.
            Get-PostedTo $other.Stub | Should-Be 'env-x/lkc-y/a env-x/lkc-y/a'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'goes to the connection that a script block gives for each row' {
            $null = $rows | & $Cmdlet -Connection { $other.Connection } @Quiet

            Get-PostedTo $other.Stub | Should-Be 'env-a12b6/lkc-devc80/a'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'goes to the default where an object''s Connection is <Case>' -ForEach @(
            @{ Case = 'null'; Value = $null }, @{ Case = 'empty'; Value = '' }, @{ Case = 'nothing'; Value = [System.Management.Automation.Internal.AutomationNull]::Value }, @{ Case = 'DBNull'; Value = [DBNull]::Value }
        ) {
            $own = [pscustomobject]@{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 }
            $own.psobject.Properties.Add([psnoteproperty]::new('Connection', $Value))

            $null = & $Cmdlet -InputObject $own @Quiet

            Get-PostedTo $other.Stub | Should-Be 'env-a12b6/lkc-devc80/a'
        }

        It 'takes what was added to a hashtable like its entries' {
            $own = @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 } | Add-Member -NotePropertyMembers @{ EnvironmentId = 'env-q'; Connection = $t.Connection } -PassThru

            $null = $own | & $Cmdlet @Quiet
            $null = & $Cmdlet -InputObject $own @Quiet

            Get-PostedTo $t.Stub | Should-Be 'env-q/lkc-devc80/a env-q/lkc-devc80/a'
        }

        It 'says NotConnected after Disconnect-ConfluentCloud, and does not fall back to the default' {
            Disconnect-ConfluentCloud -Connection $t.Connection
            $command = $Cmdlet
            $sent = @($t.Stub.Requests).Count

            $thrown = try { $rows | & $command -Confirm:$false } catch { $_ }

            Assert-OffsetError $thrown NotConnected "$($Cmdlet -replace '-')Command" ConnectionError
            @($t.Stub.Requests).Count | Should-Be $sent
            @($other.Stub.Requests).Count | Should-Be 0
        }
    }
}

Describe 'An explicit connection and what is piped' {
    BeforeAll {
        function Get-Place { param($Stub) @($Stub.Requests.Path -replace '^/connect/v1/environments/(.*)/clusters/(.*)/connectors.*$', '$1/$2' | Select-Object -Unique) }
    }

    BeforeEach {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $null = $t.Stub.Answer('GET', '/connectors', 200, '{"a":{"id":{"id":"lcc-a"},"status":{"connector":{"state":"RUNNING"},"tasks":[]}}}')
        $prod = Connect-Stub @{ EnvironmentId = 'env-prod'; KafkaClusterId = 'lkc-prod' }
        $null = $prod.Stub.Answer('GET', '/connectors', 200, '{"a":{"id":{"id":"lcc-a"},"status":{"connector":{"state":"RUNNING"},"tasks":[]}}}')
        $null = $prod.Stub.Answer('GET', '/offsets', 200, $Sink)
        $item = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1}}'
        $null = $prod.Stub.Answer('GET', '/status', 200, (New-StatusAnswer -Offsets "[$item]" -PreviousOffsets "[$item]"))
        $null = $prod.Stub.Answer('POST', '/request', 202, (New-AcceptedAnswer)).Answer('PUT', '/pause', 202, $null).Answer('PUT', '/resume', 202, $null)
    }

    It 'leads <Cmdlet> to the environment and cluster that are written, or else piped' -ForEach @(
        @{ Cmdlet = 'Get-Connector'; With = @{} }
        @{ Cmdlet = 'Get-ConnectorOffset'; With = @{} }
        @{ Cmdlet = 'Get-ConnectorOffsetRequest'; With = @{} }
        @{ Cmdlet = 'Suspend-Connector'; With = @{ Confirm = $false } }
        @{ Cmdlet = 'Resume-Connector'; With = @{ Confirm = $false } }
        @{ Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true; Confirm = $false } }
    ) {
        $row = Get-Connector a -Connection $t.Connection -EnvironmentId env-x

        $null = $row | & $Cmdlet -Connection $prod.Connection @With
        Get-Place $prod.Stub | Should-BeCollection @('env-x/lkc-devc80')
        $null = $row | & $Cmdlet -Connection $prod.Connection -EnvironmentId env-z @With

        Get-Place $prod.Stub | Should-BeCollection @('env-x/lkc-devc80', 'env-z/lkc-devc80')
    }

    It 'brings its own place, where what is piped to Wait- and Restore-ConnectorOffset came from another' {
        $item = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":1}}'
        $null = $t.Stub.Answer('GET', '/live/offsets', 200, $Sink).Answer('GET', '/live/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$item]" -PreviousOffsets "[$item]"))
        $status = Get-ConnectorOffsetRequest live -Connection $t.Connection
        $before = @($prod.Stub.Requests).Count

        $null = $status | Wait-ConnectorOffsetRequest -Connection $prod.Connection
        $null = $status | Restore-ConnectorOffset -Connection $prod.Connection -Confirm:$false -WarningAction SilentlyContinue

        @($prod.Stub.Requests | Select-Object -Skip $before).Path | Should-All { $_ -like '*/environments/env-prod/clusters/lkc-prod/*' }
        Get-PostedTo $prod.Stub | Should-Be 'env-prod/lkc-prod/live'
    }

    It 'leaves requests and statuses of that very connection in their place' {
        $status = Get-ConnectorOffsetRequest a -Connection $prod.Connection -EnvironmentId env-x -KafkaClusterId lkc-y

        $null = $status | Wait-ConnectorOffsetRequest -Connection $prod.Connection
        $null = $status | Restore-ConnectorOffset -Connection $prod.Connection -Confirm:$false -WarningAction SilentlyContinue

        Get-Place $prod.Stub | Should-BeCollection @('env-x/lkc-y')
    }
}
