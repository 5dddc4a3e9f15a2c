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
        "$($problems[0])" | Should-BeLikeString "*of connector 'a' is a System.String, which is no connection*"
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
        @{ Given = 'a text'; Connection = 'prod' }
        @{ Given = 'what was exported'; Connection = [pscustomobject]@{ PSTypeName = 'Deserialized.ConfluentOffsets.ConfluentConnection' } }
    ) {
        $null = New-Strayed $Connection | & $Cmdlet @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        $problems.Count | Should-Be 1
        "$($problems[0])" | Should-BeLikeString '*is a *, which is no connection: leave it out, or give -Connection one.'
        "$($problems[0])" | Should-BeLikeString "*for 'a'*"
        $problems[0].FullyQualifiedErrorId | Should-BeLikeString 'InvalidInputObject,ConfluentOffsets.Commands.*'
        $t.Stub.Requests.Count | Should-Be 0
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
        @{ Given = 'one with an empty column'; Piped = [pscustomobject]@{ Foo = 1; Connection = '' } }
        @{ Given = 'one with the null of a database'; Piped = [pscustomobject]@{ Foo = 1; Connection = [DBNull]::Value } }
        @{ Given = 'a hashtable'; Piped = @{ ConnectorName = 'b' } }
    ) {
        $t = Connect-Stub
        Add-Connector $t.Stub a

        $null = $Piped | & $Cmdlet a @With -ErrorAction SilentlyContinue -ErrorVariable problems

        $problems[0].FullyQualifiedErrorId | Should-BeLikeString 'InputObjectNotBound,*'
        $t.Stub.Requests.Count | Should-Be 0
    }
}

Describe 'A script block as -Connection' {
    It 'that gives <Gives> keeps <Title> from being sent' -ForEach @(
        foreach ($gives in 'a text', 'an empty text', 'the null of a database') {
            @{ Gives = $gives; Title = 'Reset-ConnectorOffset -All'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true } }
            @{ Gives = $gives; Title = 'Reset-ConnectorOffset'; Cmdlet = 'Reset-ConnectorOffset'; With = @{} }
            @{ Gives = $gives; Title = 'Set-ConnectorOffset -KafkaOffset'; Cmdlet = 'Set-ConnectorOffset'; With = @{ KafkaOffset = 5 } }
            @{ Gives = $gives; Title = 'Suspend-Connector'; Cmdlet = 'Suspend-Connector'; With = @{} }
        }
    ) {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $block = @{ 'a text' = { 'prod' }; 'an empty text' = { '' }; 'the null of a database' = { [DBNull]::Value } }[$Gives]

        $null = try { New-Strayed $null | & $Cmdlet -Connection $block @With -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null } catch { $_ }

        @($t.Stub.Requests | Where-Object Method -NE GET).Count | Should-Be 0
        $problems.Count | Should-BeGreaterThan 0
    }
}

Describe 'A default value of -Connection that is none' {
    It 'keeps <_> from taking the default connection' -ForEach 'Wait-ConnectorOffsetRequest', 'Restore-ConnectorOffset', 'Get-ConnectorOffset', 'Get-ConnectorOffsetRequest' {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        $PSDefaultParameterValues = @{ "$($_):Connection" = 'prod' }

        { & $_ a } | Should-Throw -FullyQualifiedErrorId 'InvalidInputObject*'
        $t.Stub.Requests.Count | Should-Be 0
    }
}
