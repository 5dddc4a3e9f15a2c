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
    @{ Title = 'Reset-ConnectorOffset -All'; Cmdlet = 'Reset-ConnectorOffset'; With = @{ All = $true; Confirm = $false }; Id = 'InvalidInputObject' }
    @{ Title = 'Suspend-Connector'; Cmdlet = 'Suspend-Connector'; With = @{ Confirm = $false }; Id = 'ParameterArgumentTransformationError' }
    @{ Title = 'Resume-Connector'; Cmdlet = 'Resume-Connector'; With = @{ Confirm = $false }; Id = 'ParameterArgumentTransformationError' }
    @{ Title = 'Get-ConnectorOffset'; Cmdlet = 'Get-ConnectorOffset'; With = @{}; Id = 'ParameterArgumentTransformationError' }
) {
    BeforeEach {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        Add-Connector $t.Stub b
    }

    It 'is an error, and the default connection is not taken for it: <Given>' -ForEach @(
        @{ Given = 'a text'; Connection = 'prod' }
        @{ Given = 'what was exported'; Connection = [pscustomobject]@{ PSTypeName = 'Deserialized.ConfluentOffsets.ConfluentConnection' } }
    ) {
        $null = New-Strayed $Connection | & $Cmdlet @With -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        $problems.Count | Should-Be 1
        "$($problems[0])" | Should-BeLikeString '*is a *, which is no connection: leave it out, or give -Connection one.'
        $problems[0].FullyQualifiedErrorId | Should-BeLikeString "$Id,ConfluentOffsets.Commands.*"
        $t.Stub.Requests.Count | Should-Be 0
    }

    It 'is done where -Connection says another' {
        $null = New-Strayed | & $Cmdlet @With -Connection $t.Connection

        @($t.Stub.Requests.Path -like '*/connectors/a*').Count | Should-BeGreaterThan 0
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
        $other = Connect-Stub @{ EnvironmentId = 'env-prod'; KafkaClusterId = 'lkc-prod' }
        Add-Connector $other.Stub a

        $null = New-Strayed $other.Connection | & $Cmdlet @With

        @($other.Stub.Requests.Path -like '*/env-prod/*/connectors/a*').Count | Should-BeGreaterThan 0
        $t.Stub.Requests.Count | Should-Be 0
    }
}

Describe 'Reset-ConnectorOffset -All: one of many whose Connection is none' {
    It 'keeps all of them from being sent' {
        $t = Connect-Stub
        Add-Connector $t.Stub a
        Add-Connector $t.Stub b

        $null = (New-Strayed $null b), (New-Strayed) | Reset-ConnectorOffset -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems 3> $null

        Assert-OffsetError $problems InvalidInputObject ResetConnectorOffsetCommand InvalidArgument
        Get-Post $t.Stub | Should-BeNull
    }
}

Describe 'Reset-ConnectorOffset' {
    It 'shows no parameter for what -All is piped' {
        (Get-Command Reset-ConnectorOffset).ParameterSets.Where({ $_.Name -eq 'All' }).ToString() | Should-NotMatchString 'Piped'
    }
}
