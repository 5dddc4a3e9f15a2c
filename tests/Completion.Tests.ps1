# Tab completion of names, topics and ids, as TabExpansion2 gives it.
BeforeDiscovery {
    $manifest = Import-PowerShellDataFile (Join-Path (Split-Path $PSScriptRoot) 'ConfluentOffsets.psd1')
    $offline = 'Compare-ConnectorOffset', 'Export-ConnectorOffset', 'Import-ConnectorOffset'
    $withNames = @($manifest.CmdletsToExport | Where-Object { $_ -notlike '*-ConfluentCloud*' -and $_ -notin $offline })
    $withIds = $withNames + 'Connect-ConfluentCloud'
}

BeforeAll {
    . $PSScriptRoot/common.ps1

    # Completes a line at its end.
    function Get-Completion {
        param([string] $Line)
        @((TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches)
    }

    # What would stand in the line.
    function Get-CompletionText { param([string] $Line) @(Get-Completion $Line | ForEach-Object CompletionText) }

    function New-List {
        param([string[]] $Name)
        $map = [ordered]@{}
        foreach ($n in $Name) { $map[$n] = @{ id = @{ id = "lcc-$($map.Count)" }; info = @{ type = 'sink' }; status = @{ connector = @{ state = 'RUNNING' } } } }
        $map | ConvertTo-Json -Depth 5
    }

    # A stub with all that completion asks for.
    function Connect-Estate {
        param([string[]] $Name = @('orders-sink', 'orders-2', 'cdc'), [hashtable] $With = @{})
        $t = Connect-Stub $With
        $null = $t.Stub.Answer('GET', '/connectors', 200, (New-List $Name))
        $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1; 'orders-1' = 2; 'refunds-0' = 3 })))
        $null = $t.Stub.Answer('GET', '/org/v2/environments', 200, '{"data":[{"id":"env-a12b6","display_name":"Prod"},{"id":"env-zz9","display_name":"Test it"}]}')
        $null = $t.Stub.Answer('GET', '/cmk/v2/clusters', 200, '{"data":[{"id":"lkc-devc80","spec":{"display_name":"orders","cloud":"AWS","region":"eu-west-1"}},{"id":"lkc-2","spec":{}}]}')
        $t
    }
}

Describe 'Completion' {
    AfterEach {
        Get-ConfluentCloudConnection | Disconnect-ConfluentCloud
        $env:CONFLUENT_CLOUD_API_KEY, $env:CONFLUENT_CLOUD_API_SECRET = $null, $null
    }

    Context 'of a connector''s name' {
        It 'is there for <_>' -ForEach $withNames {
            $null = Connect-Estate

            Get-CompletionText "$_ -ConnectorName ord" | Should-BeCollection @('orders-2', 'orders-sink')
        }

        It 'gives <Expected> for <Word>' -ForEach @(
            @{ Word = ''; Expected = 'cdc orders-2 orders-sink' }
            @{ Word = 'orders-s'; Expected = 'orders-sink' }
            @{ Word = 'ORDERS-S'; Expected = 'orders-sink' }
            @{ Word = '*sink'; Expected = 'orders-sink' }
            @{ Word = '[co]*2'; Expected = 'orders-2' }
            @{ Word = 'lcc-2'; Expected = 'cdc' }
            @{ Word = "'ord"; Expected = "'orders-2' 'orders-sink'" }
            @{ Word = '"cd'; Expected = "'cdc'" }
            @{ Word = 'cdc, orders-s'; Expected = 'orders-sink' }
        ) {
            $null = Connect-Estate

            (Get-CompletionText "Get-ConnectorOffset $Word") -join ' ' | Should-Be $Expected
        }

        It 'says type, state and id' {
            $null = Connect-Estate

            $match = Get-Completion 'Get-Connector cd'

            $match.ToolTip | Should-Be 'sink, RUNNING, lcc-2'
            $match.ListItemText | Should-Be 'cdc'
        }

        It 'quotes <Name> where needed, so that the line means it' -ForEach @(
            @{ Name = 'my sink'; Text = "'my sink'" }
            @{ Name = "it's"; Text = "'it''s'" }
            @{ Name = "a$([char] 0x2019)b"; Text = "'a$([char] 0x2019)$([char] 0x2019)b'" }
            @{ Name = 'a$b'; Text = "'a`$b'" }
            @{ Name = 'a;b'; Text = "'a;b'" }
            @{ Name = '-x'; Text = "'-x'" }
            @{ Name = '1e3'; Text = "'1e3'" }
            @{ Name = '@a'; Text = "'@a'" }
            @{ Name = 'a,b'; Text = "'a,b'" }
            @{ Name = 'why?'; Text = "'why``?'" }
            @{ Name = 'a[1]'; Text = "'a``[1``]'" }
            @{ Name = 'x`y'; Text = "'x``y'" }
            @{ Name = 'x``y'; Text = "'x````y'" }
            @{ Name = 'x`y*'; Text = "'x``y``*'" }
            @{ Name = 'x`*'; Text = "'x````*'" }
            @{ Name = 'é.b_c-1'; Text = 'é.b_c-1' }
        ) {
            $t = Connect-Estate -Name $Name

            $text = Get-CompletionText 'Get-ConnectorOffset -ConnectorName '
            $rows = & ([scriptblock]::Create("Get-ConnectorOffset $text"))

            $text | Should-BeString -CaseSensitive $Text
            $rows[0].ConnectorName | Should-BeString -CaseSensitive $Name
        }

        It 'leaves out a name that would steer the terminal' {
            $null = Connect-Estate -Name 'ok', "ev$([char] 27)il"

            Get-CompletionText 'Get-Connector ' | Should-BeCollection @('ok')
        }
    }

    Context 'of topics' {
        It 'gives those of the connectors on the line: <_>' -ForEach 'Get-ConnectorOffset cdc -Topic ', 'Set-ConnectorOffset -ConnectorName cdc -Topic ', 'Reset-ConnectorOffset cdc, orders-2 -Topic ', 'Get-ConnectorOffset lcc-2 -Topic ' {
            $null = Connect-Estate

            $matched = Get-Completion $_

            $matched.CompletionText | Should-BeCollection @('orders', 'refunds')
            $matched.ToolTip | Should-BeCollection @('2 partitions, 0 to 1', 'partition 0')
        }

        It 'gives none where no connector is named' {
            $t = Connect-Estate

            (Get-CompletionText 'Get-ConnectorOffset -Topic ord') -join ' ' | Should-NotMatchString 'orders'
            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'of ids' {
        It 'gives environments to <_>' -ForEach $withIds {
            $null = Connect-Estate

            Get-CompletionText "$_ -EnvironmentId env" | Should-BeCollection @('env-a12b6', 'env-zz9')
        }

        It 'gives clusters to <_>' -ForEach $withIds {
            $t = Connect-Estate

            Get-CompletionText "$_ -KafkaClusterId l" | Should-BeCollection @('lkc-2', 'lkc-devc80')
            @($t.Stub.Requests)[0].Uri | Should-MatchString 'environment=env-a12b6'
        }

        It 'finds them by their display names, and shows these' {
            $null = Connect-Estate

            $environment = Get-Completion 'Get-Connector -EnvironmentId test'
            $cluster = Get-Completion 'Get-Connector -ClusterId ord'

            $environment.CompletionText, $environment.ToolTip | Should-BeCollection @('env-zz9', 'Test it')
            $cluster.CompletionText, $cluster.ToolTip | Should-BeCollection @('lkc-devc80', 'orders, AWS eu-west-1')
        }

        It 'gives none to a connection that leads to another account: <_>' -ForEach '-Sandbox', '-Credential $c', '-BaseUri https://x.example' {
            $t = Connect-Estate

            @(Get-CompletionText "Connect-ConfluentCloud $_ -EnvironmentId env") -like 'env-*' | Should-BeCollection @()
            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'where it looks' {
        It 'is what the line says' {
            $t = Connect-Estate

            $null = Get-Completion 'Get-Connector -EnvironmentId env-zz9 -ClusterId lkc-2 ord'

            @($t.Stub.Requests).Path | Should-Be '/connect/v1/environments/env-zz9/clusters/lkc-2/connectors'
        }

        It 'is the clusters of the line''s environment' {
            $t = Connect-Estate

            $null = Get-Completion 'Get-Connector -EnvironmentId env-zz9 -KafkaClusterId l'

            @($t.Stub.Requests)[0].Uri | Should-MatchString 'environment=env-zz9'
        }

        It 'is the connection of the line' {
            $t = Connect-Estate
            $global:completionTestConnection = $t.Connection
            try {
                $other = Connect-Estate -Name other

                Get-CompletionText 'Get-Connector -Connection $completionTestConnection cd' | Should-BeCollection @('cdc')
                $other.Stub.Requests.Count | Should-Be 0
            }
            finally { Remove-Variable completionTestConnection -Scope Global }
        }

        It 'is nowhere when the line does not tell: <_>' -ForEach '-Connection (Get-It)', '-EnvironmentId (Get-It)', '-ClusterId (Get-It)' {
            $t = Connect-Estate

            $null = Get-Completion "Get-Connector $_ cd"

            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'is nowhere without a connection' {
            Get-ConfluentCloudConnection | Disconnect-ConfluentCloud

            @(Get-CompletionText 'Get-Connector ord') -like 'orders*' | Should-BeCollection @()
            Get-ConfluentCloudConnection | Should-BeNull
        }

        It 'is the sandbox, too' {
            $null = Connect-Sandbox

            Get-CompletionText 'Get-Connector pay' | Should-BeCollection @('payments-snowflake')
            Get-CompletionText 'Get-ConnectorOffset s3-archive -Topic ' | Should-BeCollection @('clicks', 'orders')
            Get-CompletionText 'Get-Connector -EnvironmentId ' | Should-BeCollection @('env-sandbox')
            Get-CompletionText 'Get-Connector -KafkaClusterId ' | Should-BeCollection @('lkc-sandbox')
        }
    }

    Context 'its answers' {
        It 'are kept for a minute' {
            $t = Connect-Estate

            foreach ($seconds in 0, 30, 29, 2) {
                $t.Clock.Advance([timespan]::FromSeconds($seconds))
                @(Get-CompletionText 'Get-Connector cd').Count | Should-Be 1
                if ($seconds -eq 29) { $t.Stub.Requests.Count | Should-Be 1 }
            }

            $t.Stub.Requests.Count | Should-Be 2
        }

        It 'are each connection''s own' {
            $null = Connect-Estate
            $null = Get-Completion 'Get-Connector cd'
            $null = Connect-Estate -Name cdc-2

            Get-CompletionText 'Get-Connector cd' | Should-BeCollection @('cdc-2')
        }

        It 'that fail are silent, are not retried, and are asked for again: <Status>' -ForEach @(@{ Status = 403 }, @{ Status = 503 }, @{ Status = 401 }) {
            $t = Connect-Stub
            $null = $t.Stub.Answer('GET', '/connectors', $Status, '{}').Answer('GET', '/connectors', 200, (New-List cdc))
            $Error.Clear()

            @(Get-CompletionText 'Get-Connector cd') -like 'cdc' | Should-BeCollection @()

            $Error.Count | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 1
            Get-CompletionText 'Get-Connector cd' | Should-BeCollection @('cdc')
        }

        It 'that come too late are not waited for, and are there at the next Tab' {
            $t = Connect-Stub
            $null = $t.Stub.AnswerLate('GET', '/connectors', 200, (New-List cdc))
            $before = $t.Clock.GetUtcNow()

            @(Get-CompletionText 'Get-Connector cd') -like 'cdc' | Should-BeCollection @()
            ($t.Clock.GetUtcNow() - $before).TotalMilliseconds | Should-Be 300
            $t.Stub.Released.Set()

            Get-CompletionText 'Get-Connector cd' | Should-BeCollection @('cdc')
            $t.Stub.Requests.Count | Should-Be 1
        }
    }
}
