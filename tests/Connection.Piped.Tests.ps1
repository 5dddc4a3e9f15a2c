BeforeAll {
    . $PSScriptRoot/common.ps1

    function Add-Connector {
        param($Stub, [string] $Name)
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, '{"request":null,"status":null}')
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
        $null = $Stub.Answer('PUT', "/$Name/pause", 202, $null).Answer('PUT', "/$Name/resume", 202, $null)
    }

    # What is meant for another cloud: a name is no connection, nor is one that was exported.
    function New-Strayed { param($Connection = 'prod', $Name = 'a') [pscustomobject]@{ ConnectorName = $Name; Connection = $Connection; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 } }
}

Describe 'Set-ConnectorOffset: an object whose Connection is none' {
    It 'is InvalidInputObject, and nothing is sent: <Form>' -ForEach @(
        @{ Form = 'piped'; Do = { $all | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:problems } }
        @{ Form = 'an argument'; Do = { Set-ConnectorOffset -InputObject $all -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable script:problems } }
    ) {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $all = @(Get-ConnectorOffset a) + [pscustomobject]@{ ConnectorName = 'a'; Connection = 'prod'; Topic = 'orders'; KafkaPartition = 1; KafkaOffset = 5 }

        $null = & $Do

        Assert-OffsetError $script:problems InvalidInputObject SetConnectorOffsetCommand InvalidArgument $all[-1]
        Get-Post $t.Stub | Should-BeNull
    }

    It 'is told once, and with the connector''s name, however many rows have it' {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        Add-Connector $t.Stub b

        $null = (Get-ConnectorOffset b), (New-Strayed), (New-Strayed), (New-Strayed) | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        @($problems | Where-Object FullyQualifiedErrorId -Like 'InvalidInputObject*').Count | Should-Be 1
        "$($problems[0])" | Should-BeLikeString "The Connection of what is piped for 'a' is a System.String, which is no connection*"
        Get-Post $t.Stub | Should-BeNull
    }
}

Describe 'An object whose Connection is none, piped to <Title>' -ForEach @(
    @{ Title = 'Reset-ConnectorOffset -All'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true; Confirm = $false } }
    @{ Title = 'Suspend-Connector'; Cmdlet = 'Suspend-Connector'; With = @{ Confirm = $false } }
    @{ Title = 'Resume-Connector'; Cmdlet = 'Resume-Connector'; With = @{ Confirm = $false } }
    @{ Title = 'Get-ConnectorOffset'; Cmdlet = 'Get-ConnectorOffset'; With = @{} }
) {
    BeforeEach {
        $other = Connect-Stub @{ EnvironmentId = 'env-prod'; KafkaClusterId = 'lkc-prod' }
        Add-Connector $other.Stub a
        $t = Connect-Stub
        Add-Connector $t.Stub a
    }

    It 'is an error, and the default connection is not taken for it: <Given>' -ForEach @(
        @{ Given = 'a text'; Connection = 'prod'; Type = 'System.String' }
        @{ Given = 'what was exported'; Connection = [pscustomobject]@{ PSTypeName = 'Deserialized.ConfluentOffsets.ConfluentConnection' }; Type = 'Deserialized.ConfluentOffsets.ConfluentConnection' }
    ) {
        $null = New-Strayed $Connection | & $Cmdlet @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems InvalidInputObject "$($Cmdlet -replace '-')Command" InvalidArgument a
        "$($problems[0])" | Should-Be "The Connection of what is piped for 'a' is a $Type, which is no connection: leave it out, or give -Connection one."
        $problems[0].ErrorDetails.RecommendedAction | Should-BeLikeString 'Give -Connection what Connect-ConfluentCloud -PassThru *'
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'is told once, however many there are, and for each place' {
        $strayed = foreach ($environment in 'env-1', 'env-1', 'env-2', 'env-2') { New-Strayed | Add-Member EnvironmentId $environment -PassThru }

        $null = $strayed | & $Cmdlet @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        @($problems | ForEach-Object { "$_" -replace ' is a .*' }) -join ', ' | Should-Be "The Connection of what is piped for 'a' (env-1), The Connection of what is piped for 'a' (env-2)"
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'cannot steer the terminal' {
        $null = New-Strayed ([pscustomobject]@{ PSTypeName = "T`e[31m" }) "a`e[31m" | & $Cmdlet @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        "$($problems[0])" | Should-BeLikeString "*for 'a\u001b[[]31m' is a T\u001b[[]31m, which*"
    }

    It 'is done where -Connection says another' {
        $null = New-Strayed | & $Cmdlet @With -Connection $other.Connection

        @($other.Stub.Requests.Path -like '*/env-prod/*/connectors/a*').Count | Should-BeGreaterThan 0
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'is an error where it is given, and nothing is done at all' {
        { 'a', 'b' | ForEach-Object { [pscustomobject]@{ ConnectorName = $_ } } | & $Cmdlet @With -Connection prod } | Should-Throw -FullyQualifiedErrorId 'InvalidInputObject*' -ExceptionMessage 'What is given as -Connection is a System.String, which is no connection*'
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'is done where it is empty: <Given>' -ForEach @(
        @{ Given = 'null'; Connection = $null }
        @{ Given = 'a column without a value'; Connection = '' }
        @{ Given = 'the null of a database'; Connection = [DBNull]::Value }
    ) {
        $null = New-Strayed $Connection | & $Cmdlet @With

        @($t.Stub.Requests.Path -like '*/connectors/a*').Count | Should-BeGreaterThan 0
    }

    It 'goes where its own leads' {
        $null = New-Strayed $other.Connection | & $Cmdlet @With

        @($other.Stub.Requests.Path -like '*/env-prod/*/connectors/a*').Count | Should-BeGreaterThan 0
        $t.Stub.Requests.Count | Should-Be 0
    }
}

Describe 'Of many objects, one whose Connection is none' {
    BeforeEach {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        Add-Connector $t.Stub b
    }

    It 'keeps all of them from being reset' {
        $null = (New-Strayed $null b), (New-Strayed) | Reset-ConnectorOffset -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems InvalidInputObject ResetConnectorOffsetCommand InvalidArgument
        Get-Post $t.Stub | Should-BeNull
    }

    It 'is left out where connectors are paused' {
        $null = (New-Strayed $null b), (New-Strayed) | Suspend-Connector -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems InvalidInputObject SuspendConnectorCommand InvalidArgument
        @($t.Stub.Requests | Where-Object Method -EQ PUT | ForEach-Object { $_.Path -replace '^.*connectors/' }) -join ' ' | Should-Be 'b/pause'
    }

    It 'is told for each place of its connector' {
        $null = 'env-1', 'env-2' | ForEach-Object { New-Strayed | Add-Member EnvironmentId $_ -PassThru } | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        @($problems | ForEach-Object { $_.TargetObject.EnvironmentId }) -join ' ' | Should-Be 'env-1 env-2'
        @($problems | ForEach-Object { "$_" -replace '^.*\(|\).*$' }) -join ' ' | Should-Be 'env-1 env-2'
    }

    It 'is told between what was read of those around it' {
        $told = (New-Strayed $null b), (New-Strayed), (New-Strayed $null a) | Get-ConnectorOffset -ErrorAction Continue 2>&1

        @($told | ForEach-Object { $_ -is [System.Management.Automation.ErrorRecord] ? 'error' : $_.ConnectorName }) -join ' ' | Should-Be 'b error a'
    }

    It 'keeps all of them from being paused where an error stops the script' {
        { (New-Strayed $null b), (New-Strayed) | Suspend-Connector -Confirm:$false -ErrorAction Stop 3> $null } | Should-Throw -FullyQualifiedErrorId 'InvalidInputObject,*'

        @($t.Stub.Requests | Where-Object Method -EQ PUT).Count | Should-Be 0
    }
}

Describe 'What is piped beside a written name to <Title>' -ForEach @(
    @{ Title = 'Reset-ConnectorOffset -All'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true; Confirm = $false } }
    @{ Title = 'Suspend-Connector'; Cmdlet = 'Suspend-Connector'; With = @{ Confirm = $false } }
    @{ Title = 'Resume-Connector'; Cmdlet = 'Resume-Connector'; With = @{ Confirm = $false } }
) {
    It 'is bound to nothing, and nothing is sent: <Given>' -ForEach @(
        @{ Given = 'names'; Piped = 'b', 'c' }
        @{ Given = 'null'; Piped = $null }
        @{ Given = 'an object of something else'; Piped = [pscustomobject]@{ Foo = 1 } }
        @{ Given = 'a hashtable'; Piped = @{ ConnectorName = 'b' } }
    ) {
        $t = Connect-Stub
        Add-Connector $t.Stub a

        $null = $Piped | & $Cmdlet a @With -ErrorAction SilentlyContinue -ErrorVariable problems

        $problems[0].FullyQualifiedErrorId | Should-BeLikeString 'InputObjectNotBound,*'
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'is an error where an empty Connection is all that it tells: <Given>' -ForEach @(
        @{ Given = 'a column without a value'; Connection = '' }
        @{ Given = 'the null of a database'; Connection = [DBNull]::Value }
    ) {
        $t = Connect-Stub
        Add-Connector $t.Stub a

        $null = [pscustomobject]@{ Foo = 1; Connection = $Connection } | & $Cmdlet a @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems InvalidInputObject "$($Cmdlet -replace '-')Command" InvalidArgument a
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'is done where it tells a place beside an empty Connection: <_>' -ForEach 'EnvironmentId', 'KafkaClusterId' {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $other = @{ EnvironmentId = 'env-other'; KafkaClusterId = 'lkc-other' }[$_]

        $null = [pscustomobject]@{ $_ = $other; Connection = '' } | & $Cmdlet a @With

        @($t.Stub.Requests.Path -like "*/$other/*").Count | Should-BeGreaterThan 0
    }
}

Describe 'A script block that gives no connection' {
    BeforeEach {
        $other = Connect-Stub @{ EnvironmentId = 'env-prod'; KafkaClusterId = 'lkc-prod' }
        Add-Connector $other.Stub a
        $live = (Get-ConnectorOffset a -Connection $other.Connection)[0]
        $before = $other.Stub.Requests.Count
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $block = @{ 'a text' = { 'prod' }; 'an empty text' = { '' }; 'the null of a database' = { [DBNull]::Value }; 'null' = { $null } }[$Gives]
    }

    Context 'but <Gives>, in <Title>' -ForEach @(
        foreach ($gives in 'a text', 'an empty text', 'the null of a database', 'null') {
            @{ Gives = $gives; Title = 'Reset-ConnectorOffset -All'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true; Confirm = $false } }
            @{ Gives = $gives; Title = 'Reset-ConnectorOffset'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ Confirm = $false } }
            @{ Gives = $gives; Title = 'Set-ConnectorOffset'; Cmdlet = 'Set-ConnectorOffset'; With = @{ Confirm = $false } }
            @{ Gives = $gives; Title = 'Set-ConnectorOffset -KafkaOffset'; Cmdlet = 'Set-ConnectorOffset'; With = @{ KafkaOffset = 5; Confirm = $false } }
            @{ Gives = $gives; Title = 'Suspend-Connector'; Cmdlet = 'Suspend-Connector'; With = @{ Confirm = $false } }
            @{ Gives = $gives; Title = 'Resume-Connector'; Cmdlet = 'Resume-Connector'; With = @{ Confirm = $false } }
            @{ Gives = $gives; Title = 'Get-ConnectorOffset'; Cmdlet = 'Get-ConnectorOffset'; With = @{} }
        }
    ) {
        It 'is an error, and nothing is asked of any connection, for <Of>' -ForEach @(
            @{ Of = 'an object without a Connection'; Make = { New-Strayed $null } }
            @{ Of = 'an object with another Connection'; Make = { New-Strayed } }
            @{ Of = 'a live row'; Make = { $live } }
        ) {
            $null = & $Make | & $Cmdlet -Connection $block @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

            Assert-OffsetError $problems InvalidInputObject "$($Cmdlet -replace '-')Command" InvalidArgument a
            $t.Stub.Requests.Count | Should-Be 0
            $other.Stub.Requests.Count | Should-Be $before
        }
    }

    It 'but <Gives> for one row keeps the others of its connector from being sent' -ForEach @(
        @{ Gives = 'a text' }
        @{ Gives = 'an empty text' }
        @{ Gives = 'null' }
    ) {
        $rows = (New-Strayed $null), (New-Strayed $null | Add-Member KafkaPartition 1 -Force -PassThru)

        $null = $rows | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false -Connection { if ($_.KafkaPartition -eq 0) { $t.Connection } else { & $block } } -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        @($problems | Where-Object FullyQualifiedErrorId -Like 'InvalidInputObject,*').Count | Should-Be 1
        Get-Post $t.Stub | Should-BeNull
    }
}

Describe 'A script block that gives no -<Parameter>' -ForEach @{ Parameter = 'EnvironmentId' }, @{ Parameter = 'KafkaClusterId' } {
    It 'does not lead to the default one: <Title>' -ForEach @(
        @{ Title = 'Reset-ConnectorOffset -All'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true; Confirm = $false } }
        @{ Title = 'Set-ConnectorOffset'; Cmdlet = 'Set-ConnectorOffset'; With = @{ Confirm = $false } }
        @{ Title = 'Suspend-Connector'; Cmdlet = 'Suspend-Connector'; With = @{ Confirm = $false } }
        @{ Title = 'Get-ConnectorOffset'; Cmdlet = 'Get-ConnectorOffset'; With = @{} }
    ) {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $known = @{ b = 'env-b' }
        $place = @{ $Parameter = { $known[$_.ConnectorName] } }

        $null = New-Strayed $null | & $Cmdlet @place @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems InvalidInputObject "$($Cmdlet -replace '-')Command" InvalidArgument a
        "$($problems[0])" | Should-BeLikeString "The script block that is given as -$Parameter gives nothing for 'a'*"
        $t.Stub.Requests.Count | Should-Be 0
    }
}

Describe 'A default value of -Connection that is none' {
    It 'keeps <Title> from taking the default connection: <Given>' -ForEach @(
        foreach ($given in @{ Given = 'a text'; Value = 'prod'; Id = 'InvalidInputObject' }, @{ Given = 'an empty text'; Value = ''; Id = 'NotConnected' }, @{ Given = 'the null of a database'; Value = [DBNull]::Value; Id = 'NotConnected' }, @{ Given = 'null'; Value = $null; Id = 'NotConnected' }) {
            foreach ($title in 'Get-Connector', 'Get-ConnectorOffset', 'Get-ConnectorOffsetRequest', 'Wait-ConnectorOffsetRequest', 'Restore-ConnectorOffset', 'Suspend-Connector', 'Resume-Connector') {
                $given + @{ Title = $title; Cmdlet = $title; With = @{} }
            }
            $given + @{ Title = 'Set-ConnectorOffset'; Cmdlet = 'Set-ConnectorOffset'; With = @{ Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 5 } }
            $given + @{ Title = 'Reset-ConnectorOffset'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ Topic = 'orders' } }
            $given + @{ Title = 'Reset-ConnectorOffset -All'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true } }
        }
    ) {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $PSDefaultParameterValues = @{ "${Cmdlet}:Connection" = $Value; '*:Confirm' = $false }

        { & $Cmdlet a @With } | Should-Throw -FullyQualifiedErrorId "$Id,*"
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'is told with what to look at' {
        $t = Connect-Stub
        $PSDefaultParameterValues = @{ '*:Connection' = 'prod' }

        $thrown = try { Get-ConnectorOffset a } catch { $_ }

        $thrown.TargetObject | Should-Be Connection
        $thrown.ErrorDetails.RecommendedAction | Should-BeLikeString '*$PSDefaultParameterValues*'
    }
}

Describe 'An argument of -Connection that is none' {
    It 'is an error of its own kind: <Given>' -ForEach @(
        @{ Given = 'a text'; Value = 'prod'; Id = 'InvalidInputObject' }
        @{ Given = 'an empty text'; Value = ''; Id = 'NotConnected' }
        @{ Given = 'the null of a database'; Value = [DBNull]::Value; Id = 'NotConnected' }
        @{ Given = 'null'; Value = $null; Id = 'NotConnected' }
    ) {
        $t = Connect-Stub

        foreach ($cmdlet in 'Get-ConnectorOffset', 'Suspend-Connector', 'Wait-ConnectorOffsetRequest') {
            { & $cmdlet a -Connection $Value } | Should-Throw -FullyQualifiedErrorId "$Id,*"
        }

        $t.Stub.Requests.Count | Should-Be 0
    }
}
