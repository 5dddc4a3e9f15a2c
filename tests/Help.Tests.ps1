# What the help says of each cmdlet, against what the cmdlet is. Its examples are run in Help.Examples.Tests.ps1.
BeforeDiscovery {
    $manifest = Import-PowerShellDataFile (Join-Path (Split-Path $PSScriptRoot) 'ConfluentOffsets.psd1')
    $cmdlets = @($manifest.CmdletsToExport)
    $topics = @(Get-ChildItem (Join-Path (Split-Path $PSScriptRoot) 'en-US') -Filter 'about_*.help.txt' | ForEach-Object { $_.Name -replace '\.help\.txt$' })
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $helpPath = Join-Path $RepoRoot 'en-US/ConfluentOffsets.dll-Help.xml'
    [xml] $maml = Get-Content $helpPath -Raw
    $namespaces = @{
        maml    = 'http://schemas.microsoft.com/maml/2004/10'
        command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
        dev     = 'http://schemas.microsoft.com/maml/dev/2004/10'
    }
    $assembly = [ConfluentOffsets.ConnectorOffset].Assembly
    $errorIds = @($assembly.GetType('ConfluentOffsets.Errors.ErrorIds', $true).GetFields().Name)

    # The nodes below one of the help, or below the help of a cmdlet.
    function Select-Node {
        param([string] $XPath, [System.Xml.XmlNode] $From, [string] $Cmdlet)
        if ($Cmdlet) { $XPath = "//command:command[command:details/command:name = '$Cmdlet']/$XPath" }
        Select-Xml -Xml ($From ? $From : $maml) -XPath $XPath -Namespace $namespaces | ForEach-Object Node
    }

    # The text of paragraphs, joined.
    function Get-Text {
        param([string] $XPath, [System.Xml.XmlNode] $From, [string] $Cmdlet)
        (Select-Node "$XPath//maml:para" -From $From -Cmdlet $Cmdlet | ForEach-Object InnerText) -join "`n"
    }

    function Get-Word {
        param([string] $XPath, [System.Xml.XmlNode] $From)
        Select-Node $XPath -From $From | ForEach-Object { $_.InnerText.Trim() }
    }

    # A cmdlet's parameters in a set, without the common ones and those that are not shown.
    function Get-VisibleParameter {
        param($Set)
        foreach ($parameter in $Set.Parameters) {
            $hidden = @($parameter.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow })
            if (-not $hidden -and $parameter.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters) { $parameter }
        }
    }

    # One line that tells all that the help says of a parameter's binding.
    function Format-Binding {
        param([string] $Name, [string] $Type, [bool] $Required, [string] $Position, [string] $Pipeline, [bool] $Globbing, [string] $Aliases)
        "$Name <$Type> required=$Required position=$Position pipeline=$Pipeline globbing=$Globbing aliases=$Aliases"
    }

    function Format-Pipeline {
        param([bool] $ByValue, [bool] $ByName)
        $ways = @(if ($ByValue) { 'ByValue' }; if ($ByName) { 'ByPropertyName' })
        $ways ? "True ($($ways -join ', '))" : 'False'
    }

    # The same parameter in several sets: required where it is in all, piped where it is in any.
    function Format-RealParameter {
        param($Parameters)
        $first = $Parameters[0]
        $text = @{
            Name     = $first.Name
            Type     = $first.ParameterType.Name
            Required = @($Parameters | Where-Object { -not $_.IsMandatory }).Count -eq 0
            Position = @($Parameters | ForEach-Object { $_.Position -ge 0 ? "$($_.Position)" : 'named' } | Select-Object -Unique) -join '/'
            Pipeline = Format-Pipeline -ByValue (@($Parameters.ValueFromPipeline) -contains $true) -ByName (@($Parameters.ValueFromPipelineByPropertyName) -contains $true)
            Globbing = @($first.Attributes | Where-Object { $_ -is [SupportsWildcards] }).Count -gt 0
            Aliases  = $first.Aliases.Count ? ($first.Aliases -join ', ') : 'none'
        }
        Format-Binding @text
    }

    function Format-HelpParameter {
        param([System.Xml.XmlElement] $Node)
        # A switch shows no value in the syntax.
        $type = Get-Word 'command:parameterValue' -From $Node
        if (-not $type) { $type = (Select-Node 'command:parameterValueGroup' -From $Node) ? 'String' : 'SwitchParameter' }
        $text = @{
            Name     = Get-Word 'maml:name' -From $Node
            Type     = $type
            Required = $Node.required -eq 'true'
            Position = $Node.position
            Pipeline = $Node.pipelineInput
            Globbing = $Node.globbing -eq 'true'
            Aliases  = $Node.aliases
        }
        Format-Binding @text
    }
}

Describe 'The help' {
    It 'is of just the cmdlets that the module has, by name' {
        $described = Get-Word '//command:details/command:name'

        ($described | Sort-Object) -join ' ' | Should-Be ((Get-Command -Module ConfluentOffsets).Name -join ' ')
    }

    It 'names each error id in the notes of some cmdlet' {
        $notes = Get-Text '//maml:alertSet'

        $missing = $errorIds | Where-Object { $notes -cnotmatch "(?m)^$($_): " }

        $missing -join ' ' | Should-Be ''
    }

    Context '<_>' -ForEach $cmdlets {
        BeforeAll {
            $name = $_
            if (-not (Select-Node 'command:details' -Cmdlet $name)) { throw "$name has no help: add its command:command to en-US/ConfluentOffsets.dll-Help.xml." }
            $command = Get-Command $name
            $attribute = $command.ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        }

        It 'is found by Get-Help' {
            $found = Get-Help $name

            $found.Synopsis | Should-Be (Get-Text 'command:details/maml:description' -Cmdlet $name)
            $found.Category | Should-Be 'Cmdlet'
            @($found.examples.example).Count | Should-Be @(Select-Node 'command:examples/command:example' -Cmdlet $name).Count
        }

        It 'has its verb and noun, a synopsis of one sentence and a description' {
            $details = @(Select-Node 'command:details/command:verb' -Cmdlet $name)
            $details += Select-Node 'command:details/command:noun' -Cmdlet $name
            @($details).InnerText -join '-' | Should-Be $name
            Get-Text 'command:details/maml:description' -Cmdlet $name | Should-MatchString '^[A-Z][^.]+\.$'
            (Get-Text 'maml:description' -Cmdlet $name).Length | Should-BeGreaterThan 150
        }

        It 'shows the parameter sets as they are' {
            $real = foreach ($set in $command.ParameterSets) { @(Get-VisibleParameter $set | ForEach-Object { Format-RealParameter $_ } | Sort-Object) -join "`n" }

            $shown = foreach ($item in Select-Node 'command:syntax/command:syntaxItem' -Cmdlet $name) { @(Select-Node 'command:parameter' -From $item | ForEach-Object { Format-HelpParameter $_ } | Sort-Object) -join "`n" }

            (@($shown) | Sort-Object) -join "`n`n" | Should-Be ((@($real) | Sort-Object) -join "`n`n")
        }

        It 'shows the parameters in the order of the syntax that the cmdlet has' {
            foreach ($item in Select-Node 'command:syntax/command:syntaxItem' -Cmdlet $name) {
                $shown = @(Get-Word 'command:parameter/maml:name' -From $item) -join ' '

                $orders = foreach ($set in $command.ParameterSets) {
                    $visible = @(Get-VisibleParameter $set | ForEach-Object Name)
                    @([regex]::Matches($set.ToString(), '-(\w+)') | ForEach-Object { $_.Groups[1].Value } | Where-Object { $_ -in $visible }) -join ' '
                }
                Get-Word 'maml:name' -From $item | Should-Be $name
                @($orders) -ccontains $shown | Should-BeTrue -Because "'$shown' is the order of one of the sets"
            }
        }

        It 'describes each parameter with its type and how it is bound, and no other' {
            $all = foreach ($set in $command.ParameterSets) { Get-VisibleParameter $set }
            $real = @($all | Group-Object Name | ForEach-Object { Format-RealParameter $_.Group }) | Sort-Object

            $nodes = Select-Node 'command:parameters/command:parameter' -Cmdlet $name
            $shown = @($nodes | ForEach-Object { Format-HelpParameter $_ }) | Sort-Object

            @($shown) -join "`n" | Should-Be (@($real) -join "`n")
            foreach ($node in $nodes) {
                $parameter = Get-Word 'maml:name' -From $node
                Get-Text 'maml:description' -From $node | Should-MatchString '(?s)^[A-Z0-9].{15,}\.$' -Because "-$parameter is described in sentences"
                Get-Word 'dev:type/maml:name' -From $node | Should-Be (Get-Word 'command:parameterValue' -From $node)
            }
        }

        It 'offers the values that a parameter accepts' {
            foreach ($parameter in $command.Parameters.Values) {
                $values = @($parameter.Attributes | Where-Object { $_ -is [ValidateSet] } | ForEach-Object ValidValues)
                $groups = Select-Node "command:syntax/command:syntaxItem/command:parameter[maml:name = '$($parameter.Name)']/command:parameterValueGroup" -Cmdlet $name
                if ($values) { @($groups).Count | Should-BeGreaterThan 0 -Because "-$($parameter.Name) has a set of values" }

                foreach ($group in $groups) { @(Get-Word 'command:parameterValue' -From $group) -join ' ' | Should-Be ($values -join ' ') }
                $text = Get-Text "command:parameters/command:parameter[maml:name = '$($parameter.Name)']/maml:description" -Cmdlet $name
                foreach ($value in $values) { $text | Should-MatchString "\b$($value): " -Because "-$($parameter.Name) $value is explained" }
            }
        }

        It 'tells the defaults that the cmdlet has' {
            $cmdlet = [System.Activator]::CreateInstance($command.ImplementingType)
            foreach ($node in Select-Node 'command:parameters/command:parameter' -Cmdlet $name) {
                $parameter = Get-Word 'maml:name' -From $node
                $shown = Get-Word 'dev:defaultValue' -From $node
                $shown | Should-NotBeWhiteSpaceString -Because "-$parameter has a default, or None"
                $property = $command.ImplementingType.GetProperty($parameter)

                # WhatIf and Confirm are the engine's; a secret cannot be read; a mandatory value has no default.
                if ($null -eq $property -or -not $property.GetMethod.IsPublic -or $node.required -eq 'true') { continue }
                $value = $property.GetValue($cmdlet)
                if ($property.PropertyType.IsValueType) { $shown | Should-Be "$value" -Because "-$parameter has that default" }
                else { $value | Should-BeNull -Because "the default of -$parameter is told in words" }
            }
        }

        It 'says what it takes from the pipeline' {
            $types = @(Select-Node 'command:inputTypes/command:inputType' -Cmdlet $name)
            $bound = @($command.ParameterSets.Parameters | Where-Object { $_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName })

            $names = @($types | ForEach-Object { Get-Word 'dev:type/maml:name' -From $_ })
            ($names -join ' ') -ceq 'None' | Should-Be ($bound.Count -eq 0)
            foreach ($type in $names | Where-Object { $_ -cne 'None' }) { [System.Management.Automation.PSTypeName]::new($type).Type | Should-NotBeNull -Because "$type is a type" }
            foreach ($type in $types) { Get-Text 'maml:description' -From $type | Should-MatchString '(?s)^[A-Z].{10,}\.$' }
        }

        It 'says what it emits, with every property of it' {
            $types = @(Select-Node 'command:returnValues/command:returnValue' -Cmdlet $name)
            $real = $command.OutputType.Count ? $command.OutputType.Name -join ' ' : 'None'

            @($types | ForEach-Object { Get-Word 'dev:type/maml:name' -From $_ }) -join ' ' | Should-Be $real
            foreach ($type in $types) {
                $text = Get-Text 'maml:description' -From $type
                $text | Should-NotBeWhiteSpaceString
                $clr = [System.Management.Automation.PSTypeName]::new((Get-Word 'dev:type/maml:name' -From $type)).Type
                if ($clr -and $clr.Namespace -eq 'ConfluentOffsets') { foreach ($property in $clr.GetProperties().Name) { $text | Should-MatchString "\b$property\b" -Because "$clr has it" } }
            }
        }

        It 'tells its errors by their ids, each with what it means' {
            $paragraphs = Select-Node 'maml:alertSet//maml:para' -Cmdlet $name | ForEach-Object InnerText
            $told = @($paragraphs | ForEach-Object { if ($_ -cmatch '^([A-Z][a-z]+[A-Z]\w+)(?=: )') { $Matches[1] } })

            @($told | Where-Object { $_ -notin $errorIds }) -join ' ' | Should-Be ''
            @($told | Group-Object | Where-Object Count -GT 1) | Should-BeCollection @()
            if (-not $told) { $paragraphs -join ' ' | Should-MatchString 'no errors of its own' }
            $endsPipeline = $assembly.GetType('ConfluentOffsets.Errors.ErrorFactory').GetMethod('EndsPipeline')
            foreach ($id in $told) {
                $says = @($paragraphs -cmatch "^$($id): .*Ends the pipeline\.$").Count -gt 0
                $says | Should-Be $endsPipeline.Invoke($null, @($id)) -Because "$id ends the pipeline, or does not"
            }
        }

        It 'links first to the page of Confluent that Get-Help -Online opens, then to what is there' {
            $links = @(Select-Node 'command:relatedLinks/maml:navigationLink' -Cmdlet $name)

            $attribute.HelpUri | Should-MatchString '^https://docs\.confluent\.io/cloud/current/'
            Get-Word 'maml:uri' -From $links[0] | Should-Be $attribute.HelpUri
            $links.Count | Should-BeGreaterThan 2
            foreach ($link in $links) {
                $uri = Get-Word 'maml:uri' -From $link
                $text = Get-Word 'maml:linkText' -From $link
                if ($uri) { $uri | Should-MatchString '^https://docs\.confluent\.io/' }
                elseif ($text -like 'about_*') { Test-Path (Join-Path $RepoRoot "en-US/$text.help.txt") | Should-BeTrue -Because "$text is linked" }
                else { (Get-Command -Module ConfluentOffsets).Name | Should-ContainCollection $text }
            }
        }
    }

    Context 'what an operator has to know' {
        It '<Name> says: <Says>' -ForEach @(
            @{ Name = 'Reset-ConnectorOffset'; Says = 'a sink starts over'; Pattern = 'sink starts over' }
            @{ Name = 'Reset-ConnectorOffset'; Says = 'a CDC source takes a new snapshot'; Pattern = 'CDC source takes a new snapshot' }
            @{ Name = 'Reset-ConnectorOffset'; Says = 'the connector stops meanwhile'; Pattern = 'connector stops' }
            @{ Name = 'Set-ConnectorOffset'; Says = 'the connector stops meanwhile'; Pattern = 'connector stops' }
            @{ Name = 'Set-ConnectorOffset'; Says = 'an offset that is gone falls back to the earliest'; Pattern = 'no longer has.*earliest.*silent replay' }
            @{ Name = 'Get-ConnectorOffset'; Says = 'what is shown was observed earlier'; Pattern = 'ObservedAt says when' }
            @{ Name = 'Get-ConnectorOffsetRequest'; Says = 'previous offsets are those last processed'; Pattern = 'PreviousOffsets are .* last processed before' }
            @{ Name = 'Get-ConnectorOffsetRequest'; Says = 'the latest request is shown, whoever made it'; Pattern = 'latest request .* whoever made it' }
            @{ Name = 'Compare-ConnectorOffset'; Says = 'whose names the differences carry'; Pattern = 'ids are those of the difference' }
            @{ Name = 'Wait-ConnectorOffsetRequest'; Says = 'the old offsets can still be shown after APPLIED'; Pattern = 'can show the old ones' }
        ) {
            Get-Text 'maml:description' -Cmdlet $Name | Should-MatchString "(?s)$Pattern"
        }
    }
}

Describe 'The topic <_>' -ForEach $topics {
    BeforeAll {
        $topic = $_
        $lines = Get-Content (Join-Path $RepoRoot "en-US/$topic.help.txt")
    }

    It 'is found by Get-Help' {
        $found = (Get-Help $topic | Out-String -Width 200).Trim() -replace '\r'

        $found | Should-Be ($lines -join "`n").Trim()
    }

    It 'keeps to 80 columns, and to characters that every console shows' {
        @($lines | Where-Object Length -GT 80) -join "`n" | Should-Be ''
        @($lines -cmatch '[^\x20-\x7E]') -join "`n" | Should-Be ''
    }

    It 'has the sections that such topics have' {
        @($lines -cmatch '^\S') -join ', ' | Should-Be 'TOPIC, SHORT DESCRIPTION, LONG DESCRIPTION, EXAMPLES, SEE ALSO, KEYWORDS'
        $lines[1].Trim() | Should-Be $topic
    }

    It 'names only cmdlets, topics and parameters that there are' {
        $text = $lines -join "`n"
        $commands = Get-Command -Module ConfluentOffsets
        $own = [regex]::Matches($text, '(?<=function )[\w-]+|[\w-]+(?=(\.Tests)?\.ps1)').ForEach{ $_.Value }
        $known = @($commands.Name) + $own + 'Invoke-Pester', 'Import-Module', 'Get-Item', 'Set-Item', 'Remove-Item', 'Get-Help', 'ForEach-Object', 'Where-Object', 'Get-Credential', 'Set-Content', 'Export-Clixml', 'Start-Sleep'
        $parameters = @($commands.Parameters.Keys) + 'Be', 'Not', 'Contain', 'Throw', 'ErrorId', 'BeGreaterOrEqual', 'ForEach', 'eq', 'and', 'Parallel', 'Full', 'Message', 'File', 'ne', 'or', 'Seconds'

        $strange = @([regex]::Matches($text, '(?<![\w./-])[A-Z][a-z]+-[A-Z]\w+').Value | Where-Object { $_ -notin $known })
        $strange += @([regex]::Matches($text, '\babout_\w+').Value | Where-Object { $_ -notin (Get-ChildItem (Join-Path $RepoRoot en-US)).Name.Replace('.help.txt', '') })
        $strange += @([regex]::Matches($text, '(?<=\s-)[A-Za-z]\w+').Value | Where-Object { $_ -notin $parameters })
        $strange -join ' ' | Should-Be ''
    }
}

Describe 'The topic of the sandbox' {
    BeforeAll { $text = Get-Content (Join-Path $RepoRoot 'en-US/about_ConfluentOffsets_Sandbox.help.txt') -Raw }

    It 'tells every scenario, and no other' {
        $scenarios = (Get-Command Connect-ConfluentCloud).Parameters.SandboxScenario.Attributes | Where-Object { $_ -is [ValidateSet] } | ForEach-Object ValidValues
        $section = [regex]::Match($text, '(?ms)^  Bad nights.*?\r?$(.*?)^  \S').Groups[1].Value

        [regex]::Matches($section, '(?m)^    (\w+)').ForEach{ $_.Groups[1].Value } -join ' ' | Should-Be ($scenarios -join ' ')
    }

    It 'tells every connector, and no other' {
        $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
        $connection = Connect-ConfluentCloud -Sandbox -TimeProvider $clock -PassThru
        $section = [regex]::Match($text, '(?ms)^  Its connectors\r?$(.*?)^  \S').Groups[1].Value

        $names = (Get-ConnectorOffset -Connection $connection).ConnectorName | Select-Object -Unique

        [regex]::Matches($section, '(?m)^    (\S+)').ForEach{ $_.Groups[1].Value } -join ' ' | Should-Be ($names -join ' ')
        Disconnect-ConfluentCloud $connection
    }

    It 'shows a file that seeds a sandbox' {
        $json = [regex]::Match($text, '(?ms)^    \[\r?$.*?^    \]').Value
        $json | Set-Content (Join-Path $TestDrive 'estate.json')

        $connection = Connect-ConfluentCloud -Sandbox -SandboxPath (Join-Path $TestDrive 'estate.json') -PassThru

        (Get-ConnectorOffset my-sink -Connection $connection).KafkaOffset | Should-Be 500
        Disconnect-ConfluentCloud $connection
    }
}
