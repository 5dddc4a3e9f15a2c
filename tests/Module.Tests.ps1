BeforeDiscovery {
    $manifest = Import-PowerShellDataFile (Join-Path (Split-Path $PSScriptRoot) 'ConfluentOffsets.psd1')
    $cmdlets = @($manifest.CmdletsToExport)
    # They call nobody.
    $offline = 'Compare-ConnectorOffset', 'Export-ConnectorOffset', 'Import-ConnectorOffset'
    $callers = @($cmdlets -like '*-Connector*' | Where-Object { $_ -notin $offline })
    $alterers = 'Set-ConnectorOffset', 'Reset-ConnectorOffset', 'Restore-ConnectorOffset'
    $actors = $alterers + 'Suspend-Connector', 'Resume-Connector'
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $manifestPath = Join-Path $RepoRoot 'ConfluentOffsets.psd1'
    $manifest = Import-PowerShellDataFile $manifestPath
    $assembly = [ConfluentOffsets.ConnectorOffset].Assembly

    # How a parameter is bound in one of its sets: its position, V by value, P by property name, M mandatory.
    function Get-Binding {
        param([string] $Command, [string] $Parameter)
        $sets = (Get-Command $Command).Parameters[$Parameter].ParameterSets
        foreach ($name in $sets.Keys | Sort-Object) {
            $set = $sets[$name]
            $flags = @(
                if ($set.Position -ge 0) { "$($set.Position)" }
                if ($set.IsMandatory) { 'M' }
                if ($set.ValueFromPipeline) { 'V' }
                if ($set.ValueFromPipelineByPropertyName) { 'P' }
            ) -join ''
            "$($name):$flags"
        }
    }
}

Describe 'The module' {
    Context 'its manifest' {
        It 'is valid' {
            $tested = Test-ModuleManifest $manifestPath -WarningVariable warnings

            $tested.Name | Should-Be 'ConfluentOffsets'
            @($warnings) | Should-BeCollection @()
        }

        It 'exports just the cmdlets that the assembly has, by name' {
            $attributes = foreach ($type in $assembly.GetTypes()) { $type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) }
            $inAssembly = $attributes | ForEach-Object { "$($_.VerbName)-$($_.NounName)" } | Sort-Object

            $exported = (Get-Command -Module ConfluentOffsets).Name | Sort-Object

            ($manifest.CmdletsToExport | Sort-Object) -join ' ' | Should-Be ($inAssembly -join ' ')
            $exported -join ' ' | Should-Be ($inAssembly -join ' ')
        }

        It 'has nothing that is compiled when it is imported' {
            $parsed = [System.Management.Automation.Language.Parser]::ParseFile($manifestPath, [ref]$null, [ref]$null)
            $lists = $parsed.FindAll({ $args[0] -is [System.Management.Automation.Language.ArrayExpressionAst] }, $true)

            $lists | Where-Object { $_.SubExpression.Statements } | ForEach-Object { $_.Extent.Text } | Should-BeCollection @()
        }

        It 'exports none of <_>' -ForEach 'FunctionsToExport', 'AliasesToExport', 'VariablesToExport' {
            $manifest.ContainsKey($_) | Should-BeTrue
            @($manifest[$_]) | Should-BeCollection @()
        }

        It 'is the home of the version that the assemblies have' {
            $versions = foreach ($path in 'bin/ConfluentOffsets.dll', 'bin/dependencies/ConfluentOffsets.Client.dll') {
                (Get-Item (Join-Path $RepoRoot $path)).VersionInfo.ProductVersion -replace '\+.*'
                [System.Reflection.AssemblyName]::GetAssemblyName((Join-Path $RepoRoot $path)).Version.ToString(3)
            }

            $versions | Select-Object -Unique | Should-Be $manifest.ModuleVersion
        }

        It 'asks for PowerShell 7.4 and the Core edition, and for no other module' {
            $manifest.PowerShellVersion | Should-Be '7.4'
            @($manifest.CompatiblePSEditions) -join ' ' | Should-Be 'Core'
            $manifest.ContainsKey('RequiredModules') | Should-BeFalse
        }

        It 'names files that are there' {
            foreach ($path in @($manifest.RootModule) + $manifest.TypesToProcess + $manifest.FormatsToProcess) {
                Test-Path (Join-Path $RepoRoot $path) | Should-BeTrue -Because "$path is in the manifest"
            }
        }
    }

    Context 'its cmdlets' {
        It '<_> has an approved verb' -ForEach $cmdlets {
            (Get-Verb).Verb | Should-ContainCollection ($_ -split '-')[0]
        }

        It '<_> has a sealed class named after it' -ForEach $cmdlets {
            $type = (Get-Command $_).ImplementingType

            $type.FullName | Should-Be "ConfluentOffsets.Commands.$($_ -replace '-')Command"
            $type.IsSealed | Should-BeTrue
        }

        It '<Name> says that it emits <Type>' -ForEach @(
            @{ Name = 'Connect-ConfluentCloud'; Type = 'ConfluentConnection' }
            @{ Name = 'Disconnect-ConfluentCloud'; Type = '' }
            @{ Name = 'Get-ConfluentCloudConnection'; Type = 'ConfluentConnection' }
            @{ Name = 'Export-ConnectorOffset'; Type = 'FileInfo' }
            @{ Name = 'Get-Connector'; Type = 'Connector' }
            @{ Name = 'Suspend-Connector'; Type = 'Connector' }
            @{ Name = 'Resume-Connector'; Type = 'Connector' }
            @{ Name = 'Get-ConnectorOffset'; Type = 'ConnectorOffset' }
            @{ Name = 'Import-ConnectorOffset'; Type = 'ConnectorOffset' }
            @{ Name = 'Set-ConnectorOffset'; Type = 'ConnectorOffsetRequest ConnectorOffsetRequestStatus' }
            @{ Name = 'Reset-ConnectorOffset'; Type = 'ConnectorOffsetRequest ConnectorOffsetRequestStatus' }
            @{ Name = 'Restore-ConnectorOffset'; Type = 'ConnectorOffsetRequest ConnectorOffsetRequestStatus' }
            @{ Name = 'Get-ConnectorOffsetRequest'; Type = 'ConnectorOffsetRequestStatus' }
            @{ Name = 'Wait-ConnectorOffsetRequest'; Type = 'ConnectorOffsetRequestStatus' }
            @{ Name = 'Compare-ConnectorOffset'; Type = 'ConnectorOffsetDifference' }
        ) {
            $types = @((Get-Command $Name).OutputType | ForEach-Object Type)

            @($types | ForEach-Object Name) -join ' ' | Should-Be $Type
            @($types | Where-Object Namespace -NotIn 'ConfluentOffsets', 'System.IO') | Should-BeCollection @()
        }

        It '<Name> has the parameter sets <Sets>, <Default> by default' -ForEach @(
            @{ Name = 'Connect-ConfluentCloud'; Sets = 'AccessToken ApiKey Sandbox SubjectToken SubjectTokenCommand'; Default = 'ApiKey' }
            @{ Name = 'Export-ConnectorOffset'; Sets = 'LiteralPath Path'; Default = 'Path' }
            @{ Name = 'Import-ConnectorOffset'; Sets = 'LiteralPath Path'; Default = 'Path' }
            @{ Name = 'Set-ConnectorOffset'; Sets = 'Input InputShift InputValue Partition Topic'; Default = 'Partition' }
            @{ Name = 'Reset-ConnectorOffset'; Sets = 'All Input Partition Topic'; Default = 'Partition' }
            @{ Name = 'Restore-ConnectorOffset'; Sets = 'Input Name'; Default = 'Input' }
            @{ Name = 'Wait-ConnectorOffsetRequest'; Sets = 'Input Name'; Default = 'Input' }
        ) {
            $command = Get-Command $Name

            ($command.ParameterSets.Name | Sort-Object) -join ' ' | Should-Be $Sets
            $command.DefaultParameterSet | Should-Be $Default
        }

        It '<_> asks before it acts: SupportsShouldProcess, ConfirmImpact High' -ForEach $actors {
            $attribute = (Get-Command $_).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]

            $attribute.SupportsShouldProcess | Should-BeTrue
            $attribute.ConfirmImpact | Should-Be ([System.Management.Automation.ConfirmImpact]::High)
        }

        It 'Export-ConnectorOffset asks as Export-Csv does: SupportsShouldProcess, ConfirmImpact Medium' {
            $attribute = (Get-Command Export-ConnectorOffset).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]

            $attribute.SupportsShouldProcess | Should-BeTrue
            $attribute.ConfirmImpact | Should-Be ([System.Management.Automation.ConfirmImpact]::Medium)
        }

        It '<_> has no -WhatIf, since it changes nothing' -ForEach ($cmdlets | Where-Object { $_ -notin $actors + 'Export-ConnectorOffset' }) {
            (Get-Command $_).Parameters.ContainsKey('WhatIf') | Should-BeFalse
        }
    }

    Context 'its parameters' {
        It '<_> has the common ones, with their types and aliases' -ForEach $callers {
            $parameters = (Get-Command $_).Parameters

            $parameters.ConnectorName.ParameterType | Should-Be ([string[]])
            @($parameters.ConnectorName.Aliases) -join ' ' | Should-Be 'Name'
            $parameters.EnvironmentId.ParameterType | Should-Be ([string])
            $parameters.KafkaClusterId.ParameterType | Should-Be ([string])
            @($parameters.KafkaClusterId.Aliases) -join ' ' | Should-Be 'ClusterId'
            $parameters.Connection.ParameterType | Should-Be ([ConfluentOffsets.ConfluentConnection])
            $parameters.ThrottleLimit.ParameterType | Should-Be ([int])
        }

        It '<_> takes seconds as a whole number: -Timeout, alias TimeoutSec' -ForEach ($alterers + 'Wait-ConnectorOffsetRequest') {
            $timeout = (Get-Command $_).Parameters.Timeout

            $timeout.ParameterType | Should-Be ([int])
            @($timeout.Aliases) -join ' ' | Should-Be 'TimeoutSec'
        }

        It '<Command> -<Parameter> is a <Type>' -ForEach @(
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'Credential'; Type = [pscredential] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'AccessToken'; Type = [securestring] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'IdentityPoolId'; Type = [string] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'SubjectToken'; Type = [securestring] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'SubjectTokenCommand'; Type = [scriptblock] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'EnvironmentId'; Type = [string] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'KafkaClusterId'; Type = [string] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'BaseUri'; Type = [uri] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'Proxy'; Type = [uri] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'ProxyCredential'; Type = [pscredential] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'RequestTimeout'; Type = [int] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'MaxRetryCount'; Type = [int] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'HttpMessageHandler'; Type = [System.Net.Http.HttpMessageHandler] }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'PassThru'; Type = [switch] }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'Path'; Type = [string] }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'LiteralPath'; Type = [string] }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'InputObject'; Type = [psobject] }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'NoClobber'; Type = [switch] }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'Force'; Type = [switch] }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'PassThru'; Type = [switch] }
            @{ Command = 'Import-ConnectorOffset'; Parameter = 'Path'; Type = [string[]] }
            @{ Command = 'Import-ConnectorOffset'; Parameter = 'LiteralPath'; Type = [string[]] }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'Topic'; Type = [string[]] }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'KafkaPartition'; Type = [int[]] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'InputObject'; Type = [psobject] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Partition'; Type = [object] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Offset'; Type = [object] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Topic'; Type = [string] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'KafkaPartition'; Type = [int[]] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'KafkaOffset'; Type = [long] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'AllowNewPartition'; Type = [switch] }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Wait'; Type = [switch] }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'InputObject'; Type = [psobject] }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'Partition'; Type = [object] }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'Topic'; Type = [string] }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'KafkaPartition'; Type = [int[]] }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'All'; Type = [switch] }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'Wait'; Type = [switch] }
            @{ Command = 'Suspend-Connector'; Parameter = 'PassThru'; Type = [switch] }
            @{ Command = 'Resume-Connector'; Parameter = 'PassThru'; Type = [switch] }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'InputObject'; Type = [psobject] }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'PollInterval'; Type = [double] }
            @{ Command = 'Compare-ConnectorOffset'; Parameter = 'ReferenceObject'; Type = [psobject[]] }
            @{ Command = 'Compare-ConnectorOffset'; Parameter = 'DifferenceObject'; Type = [psobject[]] }
            @{ Command = 'Compare-ConnectorOffset'; Parameter = 'IncludeEqual'; Type = [switch] }
        ) {
            (Get-Command $Command).Parameters[$Parameter].ParameterType | Should-Be $Type
        }

        # The position, then M mandatory, V by value, P by property name.
        It '<Command> -<Parameter> binds as <Sets>' -ForEach @(
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'Path'; Sets = 'Path:0M' }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'LiteralPath'; Sets = 'LiteralPath:M' }
            @{ Command = 'Export-ConnectorOffset'; Parameter = 'InputObject'; Sets = '__AllParameterSets:MV' }
            @{ Command = 'Import-ConnectorOffset'; Parameter = 'Path'; Sets = 'Path:0MV' }
            @{ Command = 'Import-ConnectorOffset'; Parameter = 'LiteralPath'; Sets = 'LiteralPath:MP' }

            @{ Command = 'Get-ConnectorOffset'; Parameter = 'ConnectorName'; Sets = '__AllParameterSets:0VP' }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'EnvironmentId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'KafkaClusterId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'Connection'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'Topic'; Sets = '__AllParameterSets:' }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'KafkaPartition'; Sets = '__AllParameterSets:' }

            @{ Command = 'Get-ConnectorOffsetRequest'; Parameter = 'ConnectorName'; Sets = '__AllParameterSets:0MVP' }
            @{ Command = 'Get-ConnectorOffsetRequest'; Parameter = 'EnvironmentId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Get-ConnectorOffsetRequest'; Parameter = 'KafkaClusterId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Get-ConnectorOffsetRequest'; Parameter = 'Connection'; Sets = '__AllParameterSets:P' }

            @{ Command = 'Set-ConnectorOffset'; Parameter = 'InputObject'; Sets = 'Input:MV InputShift:MV InputValue:MV' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'ConnectorName'; Sets = 'Input:0 InputShift:0P InputValue:0P Partition:0M Topic:0M' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Partition'; Sets = 'Input: Partition:M' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Offset'; Sets = 'Input: Partition:M' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Topic'; Sets = 'InputValue: Topic:M' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'KafkaPartition'; Sets = 'Topic:M' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'KafkaOffset'; Sets = 'InputValue:M Topic:M' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Shift'; Sets = 'InputShift:M' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'MaxAge'; Sets = 'InputShift:' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'EnvironmentId'; Sets = 'Input: InputShift:P InputValue:P Partition: Topic:' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'KafkaClusterId'; Sets = 'Input: InputShift:P InputValue:P Partition: Topic:' }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Connection'; Sets = 'Input: InputShift:P InputValue:P Partition: Topic:' }

            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'InputObject'; Sets = 'Input:MV' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'ConnectorName'; Sets = 'All:0MP Input:0P Partition:0M Topic:0M' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'Partition'; Sets = 'Input:P Partition:' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'Topic'; Sets = 'Topic:M' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'KafkaPartition'; Sets = 'Topic:' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'All'; Sets = 'All:M' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'EnvironmentId'; Sets = 'All:P Input:P Partition: Topic:' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'KafkaClusterId'; Sets = 'All:P Input:P Partition: Topic:' }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'Connection'; Sets = 'All:P Input:P Partition: Topic:' }

            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'InputObject'; Sets = 'Input:MV' }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'ConnectorName'; Sets = 'Name:0M' }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'EnvironmentId'; Sets = '__AllParameterSets:' }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'KafkaClusterId'; Sets = '__AllParameterSets:' }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'Connection'; Sets = '__AllParameterSets:' }

            @{ Command = 'Suspend-Connector'; Parameter = 'ConnectorName'; Sets = '__AllParameterSets:0MP' }
            @{ Command = 'Suspend-Connector'; Parameter = 'EnvironmentId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Suspend-Connector'; Parameter = 'KafkaClusterId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Suspend-Connector'; Parameter = 'Connection'; Sets = '__AllParameterSets:P' }

            @{ Command = 'Resume-Connector'; Parameter = 'ConnectorName'; Sets = '__AllParameterSets:0MP' }
            @{ Command = 'Resume-Connector'; Parameter = 'EnvironmentId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Resume-Connector'; Parameter = 'KafkaClusterId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Resume-Connector'; Parameter = 'Connection'; Sets = '__AllParameterSets:P' }

            @{ Command = 'Get-Connector'; Parameter = 'ConnectorName'; Sets = '__AllParameterSets:0VP' }
            @{ Command = 'Get-Connector'; Parameter = 'EnvironmentId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Get-Connector'; Parameter = 'KafkaClusterId'; Sets = '__AllParameterSets:P' }
            @{ Command = 'Get-Connector'; Parameter = 'Connection'; Sets = '__AllParameterSets:P' }

            @{ Command = 'Restore-ConnectorOffset'; Parameter = 'InputObject'; Sets = 'Input:MV' }
            @{ Command = 'Restore-ConnectorOffset'; Parameter = 'ConnectorName'; Sets = 'Name:0M' }
            @{ Command = 'Restore-ConnectorOffset'; Parameter = 'EnvironmentId'; Sets = '__AllParameterSets:' }
            @{ Command = 'Restore-ConnectorOffset'; Parameter = 'KafkaClusterId'; Sets = '__AllParameterSets:' }
            @{ Command = 'Restore-ConnectorOffset'; Parameter = 'Connection'; Sets = '__AllParameterSets:' }

            @{ Command = 'Compare-ConnectorOffset'; Parameter = 'ReferenceObject'; Sets = '__AllParameterSets:0M' }
            @{ Command = 'Compare-ConnectorOffset'; Parameter = 'DifferenceObject'; Sets = '__AllParameterSets:1MV' }

            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'AccessToken'; Sets = 'AccessToken:M' }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'IdentityPoolId'; Sets = 'SubjectToken:M SubjectTokenCommand:M' }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'SubjectToken'; Sets = 'SubjectToken:M' }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'SubjectTokenCommand'; Sets = 'SubjectTokenCommand:M' }
        ) {
            (Get-Binding $Command $Parameter) -join ' ' | Should-Be $Sets
        }

        It '<_> takes no position but ConnectorName' -ForEach $callers {
            $positions = foreach ($set in (Get-Command $_).ParameterSets) {
                foreach ($parameter in $set.Parameters | Where-Object Position -GE 0) { $parameter.Name }
            }

            $positions | Select-Object -Unique | Should-Be 'ConnectorName'
        }

        It '<_> takes by property name only what a row has' -ForEach $callers {
            $properties = ([type]'ConfluentOffsets.ConnectorOffset').GetProperties().Name + 'Connection'

            $byName = @((Get-Command $_).Parameters.Values | Where-Object { $_.ParameterSets.Values.ValueFromPipelineByPropertyName -contains $true })

            @($byName | ForEach-Object Name | Where-Object { $_ -notin $properties }) | Should-BeCollection @()
        }

        It '<Command> has -<Parameter> <Value> by default' -ForEach @(
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'RequestTimeout'; Value = 30 }
            @{ Command = 'Connect-ConfluentCloud'; Parameter = 'MaxRetryCount'; Value = 5 }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'ThrottleLimit'; Value = 8 }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'ThrottleLimit'; Value = 8 }
            @{ Command = 'Get-ConnectorOffset'; Parameter = 'Timeout'; Value = 30 }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'Timeout'; Value = 600 }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'MaxAge'; Value = 120 }
            @{ Command = 'Set-ConnectorOffset'; Parameter = 'QueueTimeout'; Value = 0 }
            @{ Command = 'Reset-ConnectorOffset'; Parameter = 'Timeout'; Value = 600 }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'Timeout'; Value = 600 }
            @{ Command = 'Wait-ConnectorOffsetRequest'; Parameter = 'PollInterval'; Value = 1 }
        ) {
            $cmdlet = (Get-Command $Command).ImplementingType::new()

            [double] $cmdlet.$Parameter | Should-Be ([double] $Value)
        }

        It 'shows -<_> in no completion' -ForEach 'HttpMessageHandler', 'TimeProvider' {
            $set = (Get-Command Connect-ConfluentCloud).Parameters[$_].Attributes | Where-Object { $_ -is [Parameter] }

            @($set.DontShow | Select-Object -Unique) -join ' ' | Should-Be 'True'
        }
    }

    Context 'its secrets' {
        It 'come in as <Type>, with no public getter: -<Parameter>' -ForEach @(
            @{ Parameter = 'Credential'; Type = [pscredential] }
            @{ Parameter = 'ProxyCredential'; Type = [pscredential] }
            @{ Parameter = 'AccessToken'; Type = [securestring] }
            @{ Parameter = 'SubjectToken'; Type = [securestring] }
            @{ Parameter = 'SubjectTokenCommand'; Type = [scriptblock] }
        ) {
            $property = (Get-Command Connect-ConfluentCloud).ImplementingType.GetProperty($Parameter)

            $property.PropertyType | Should-Be $Type
            $property.GetGetMethod() | Should-BeNull
            $property.GetSetMethod() | Should-NotBeNull
        }

        It 'are in no other public property of the assembly' {
            $readable = foreach ($type in $assembly.GetExportedTypes()) {
                foreach ($property in $type.GetProperties()) {
                    if ($property.GetGetMethod() -and $property.PropertyType -in [pscredential], [securestring], [System.Net.NetworkCredential]) { "$type.$($property.Name)" }
                }
            }

            @($readable) | Should-BeCollection @()
        }
    }

    Context 'its output types' {
        It '<Type> has <Properties>' -ForEach @(
            @{ Type = 'ConnectorOffset'; Properties = 'ConnectorId ConnectorName EnvironmentId KafkaClusterId KafkaOffset KafkaPartition ObservedAt Offset Partition Topic' }
            @{ Type = 'ConnectorOffsetRequest'; Properties = 'BackupFile ConnectorId ConnectorName EnvironmentId KafkaClusterId Offsets OffsetsBefore RequestedAt Type' }
            @{ Type = 'ConnectorOffsetRequestStatus'; Properties = 'AppliedAt ConnectorId ConnectorName EnvironmentId KafkaClusterId Message Phase PreviousOffsets Request' }
            @{ Type = 'ConnectorOffsetDifference'; Properties = 'Change ConnectorName Delta DifferenceOffset EnvironmentId KafkaClusterId KafkaPartition Partition ReferenceOffset Topic' }
            @{ Type = 'Connector'; Properties = 'ConnectorId ConnectorName EnvironmentId KafkaClusterId State Tasks Trace Type' }
            @{ Type = 'ConnectorTask'; Properties = 'FullTrace Id State Trace' }
            @{ Type = 'ConfluentConnection'; Properties = 'ApiKey AuthenticationKind BaseUri EnvironmentId KafkaClusterId' }
        ) {
            $names = ([type]"ConfluentOffsets.$Type").GetProperties().Name | Sort-Object

            $names -join ' ' | Should-Be $Properties
        }

        It 'ConfluentApiException has what the service said' {
            $names = ([type]'ConfluentOffsets.ConfluentApiException').GetProperties().Name

            foreach ($name in 'StatusCode', 'ErrorCode', 'RequestId', 'RetryAfter', 'Method', 'RequestUri', 'ResponseBody', 'AcceptedRequests') {
                $names | Should-ContainCollection $name
            }
        }
    }
}
