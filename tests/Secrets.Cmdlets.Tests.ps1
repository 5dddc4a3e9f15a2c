# Every cmdlet that talks to the service, against one that echoes whatever it was sent.
BeforeDiscovery {
    $calls = @(
        @{ Name = 'Get-ConnectorOffset'; Call = { Get-ConnectorOffset x -Verbose -Debug } }
        @{ Name = 'Get-ConnectorOffset for all'; Call = { Get-ConnectorOffset -Verbose -Debug } }
        @{ Name = 'Get-ConnectorOffset -MaxAge'; Call = { Get-ConnectorOffset x -MaxAge 5 -Timeout 1 -Verbose -Debug } }
        @{ Name = 'Get-ConnectorOffset by id'; Call = { Get-ConnectorOffset lcc-abc12 -Verbose -Debug } }
        @{ Name = 'Get-ConnectorOffsetRequest'; Call = { Get-ConnectorOffsetRequest x -Verbose -Debug } }
        @{ Name = 'Wait-ConnectorOffsetRequest'; Call = { Wait-ConnectorOffsetRequest x -Timeout 1 -Verbose -Debug } }
        @{ Name = 'Set-ConnectorOffset'; Call = { Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 5 -Confirm:$false -Verbose -Debug } }
        @{ Name = 'Set-ConnectorOffset -QueueTimeout'; Call = { Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 5 -QueueTimeout 1 -Confirm:$false -Verbose -Debug } }
        @{ Name = 'Set-ConnectorOffset -WhatIf'; Call = { Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 5 -WhatIf -Verbose -Debug } }
        @{ Name = 'Reset-ConnectorOffset'; Call = { Reset-ConnectorOffset x -All -Confirm:$false -Verbose -Debug } }
        @{ Name = 'Restore-ConnectorOffset'; Call = { Restore-ConnectorOffset x -Confirm:$false -Verbose -Debug } }
        @{ Name = 'Get-Connector'; Call = { Get-Connector x -Verbose -Debug } }
        @{ Name = 'Suspend-Connector'; Call = { Suspend-Connector x -Confirm:$false -Verbose -Debug } }
        @{ Name = 'Resume-Connector'; Call = { Resume-Connector x -Confirm:$false -Verbose -Debug } }
    )

    # Those that talk to no service; what files have is below.
    $offline = 'Connect-ConfluentCloud', 'Disconnect-ConfluentCloud', 'Get-ConfluentCloudConnection', 'Export-ConnectorOffset', 'Import-ConnectorOffset', 'Compare-ConnectorOffset'
    $manifest = Import-PowerShellDataFile (Join-Path (Split-Path $PSScriptRoot) 'ConfluentOffsets.psd1')
    $missing = @($manifest.CmdletsToExport | Where-Object { $_ -notin $offline -and $_ -notin $calls.Name })
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.secrets.ps1
}

Describe 'Secrets in all cmdlets' {
    BeforeAll { $before = $env:HTTPS_PROXY }

    AfterEach { $env:HTTPS_PROXY = $before }

    AfterAll { Get-ConfluentCloudConnection | Disconnect-ConfluentCloud }

    It 'are looked for in every cmdlet that talks to the service' -ForEach @{ Missing = $missing } {
        $Missing -join ', ' | Should-BeEmptyString
    }

    Context 'a service that refuses all and echoes the <Kind> credential' -ForEach @{ Kind = 'ApiKey' }, @{ Kind = 'AccessToken' }, @{ Kind = 'TokenExchange' }, @{ Kind = 'Proxy' }, @{ Kind = 'SystemProxy' } {
        It 'to <Name>, is shown in no stream and no error' -ForEach $calls {
            $t = Connect-Kind $Kind
            $quoted = $t.Echo | ConvertTo-Json
            foreach ($method in 'GET', 'PUT', 'POST') {
                $null = $t.Stub.Answer($method, '/connectors*', 400, "{`"error`":{`"code`":400,`"message`":$quoted}}", @{ 'X-Request-Id' = $t.Echo; 'X-Echo' = $t.Echo })
            }

            $trace = Get-Trace $Call

            $trace.Errors.Count | Should-Be 1
            $trace.Text | Should-MatchString '\(redacted\)'
            Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors))
            Export-Clixml -InputObject $trace.Errors TestDrive:/error.xml -Depth 3
            Assert-NoSecret (Get-Content TestDrive:/error.xml -Raw)
        }
    }

    Context 'a redirect to another host that echoes the credential' {
        It 'is not followed, nor shown: <Status>' -ForEach @{ Status = 301 }, @{ Status = 302 }, @{ Status = 307 }, @{ Status = 308 } {
            $t = Connect-Kind ApiKey
            $null = $t.Stub.Answer('GET', '/x/offsets', $Status, '', @{ Location = "https://evil.example/?k=$([uri]::EscapeDataString($Secret))&again=$([uri]::EscapeDataString([uri]::EscapeDataString($Secret)))" })

            $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug }

            $t.Stub.Requests.Count | Should-Be 1
            $trace.Text | Should-MatchString 'evil.example'
            Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors)) ($AllForms + [uri]::EscapeDataString([uri]::EscapeDataString($Secret)))
        }
    }

    Context 'a body that tells of another body' {
        It 'shows no secret that was escaped twice: <Name>' -ForEach @(
            @{ Name = 'URL'; Escape = { [uri]::EscapeDataString([uri]::EscapeDataString($args[0])) } }
            @{ Name = 'JSON'; Escape = { [System.Text.Json.JsonEncodedText]::Encode([System.Text.Json.JsonEncodedText]::Encode($args[0]).ToString()).ToString() } }
            @{ Name = 'JSON in HTML'; Escape = { [System.Net.WebUtility]::HtmlEncode([System.Text.Json.JsonEncodedText]::Encode($args[0]).ToString()) } }
            @{ Name = 'HTML in JSON'; Escape = { [System.Text.Json.JsonEncodedText]::Encode([System.Net.WebUtility]::HtmlEncode($args[0])).ToString() } }
        ) {
            $t = Connect-Kind Proxy
            $escaped = & $Escape $ProxyPassword
            $null = $t.Stub.Answer('GET', '/x/offsets', 400, "{`"upstream`":`"$escaped`"}")

            $trace = Get-Trace { Get-ConnectorOffset x -Verbose -Debug }

            $trace.Text | Should-MatchString '"upstream":"\(redacted\)"'
            Assert-NoSecret ($trace.Text + (Get-ErrorText $trace.Errors)) ($AllForms + $escaped)
        }
    }

    Context 'what is kept of a <Kind> connection' -ForEach @{ Kind = 'ApiKey' }, @{ Kind = 'AccessToken' }, @{ Kind = 'TokenExchange' }, @{ Kind = 'Proxy' }, @{ Kind = 'SystemProxy' } {
        BeforeEach {
            $t = Connect-Kind $Kind
            $row = '{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":5}}'
            $quoted = $t.Echo | ConvertTo-Json
            $headers = @{ 'X-Request-Id' = $t.Echo; 'X-Echo' = $t.Echo }
            $null = $t.Stub.Answer('GET', '/x/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 50 })), $headers)
            $null = $t.Stub.Answer('GET', '/x/offsets/request/status', 404, '{}', $headers)
            $null = $t.Stub.Answer('GET', '/x/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$row]" -RequestedAt '2024-02-20T15:20:00Z' -PreviousOffsets "[$row]" -Message 'fine'), $headers)
            $null = $t.Stub.Answer('POST', '/x/offsets/request', 202, (New-AcceptedAnswer -Offsets "[$row]"), $headers)
            $null = $t.Stub.Answer('PUT', '/x/pause', 202, $t.Echo, $headers)
            $null = $t.Stub.Answer('PUT', '/x/resume', 202, $t.Echo, $headers)
            $null = $t.Stub.Answer('GET', '/connectors', 200, ('{"x":{"id":{"id":"lcc-sink1"},"info":{"type":"sink"},"status":{"connector":{"state":"FAILED","trace":' + $quoted + '},"tasks":[{"id":0,"state":"FAILED","trace":' + $quoted + '}]}}}'), $headers)
        }

        It 'by a change with a backup, a wait, and the way back, is no secret' {
            $null = New-Item TestDrive:/backups -ItemType Directory -Force

            # -Debug alone makes PowerShell ask at each warning.
            $trace = Get-Trace {
                $status = Set-ConnectorOffset x -Topic orders -KafkaPartition 0 -KafkaOffset 5 -BackupPath TestDrive:/backups -Wait -Confirm:$false -Verbose -Debug -WarningAction Continue
                $status
                $status | Restore-ConnectorOffset -BackupPath TestDrive:/backups -Confirm:$false -Verbose -Debug -WarningAction Continue
                $status | Export-Clixml TestDrive:/status.xml -Depth 9
                $status | ConvertTo-Json -Depth 9
                $status | Format-List * -Force
            }

            $trace.Errors.Count | Should-Be 0
            @(Get-Post $t.Stub | Where-Object Path -NotLike '/sts*').Count | Should-Be 2
            @(Get-ChildItem TestDrive:/backups).Count | Should-BeGreaterThan 0
            Assert-NoSecret ($trace.Text + (Get-Content TestDrive:/status.xml -Raw) + (Get-ChildItem TestDrive:/backups | Get-Content -Raw))
        }

        It 'by Export- and Import-ConnectorOffset is no secret' {
            $trace = Get-Trace {
                Get-ConnectorOffset x -Verbose -Debug | Export-ConnectorOffset TestDrive:/x.json -PassThru -Verbose -Debug -Confirm:$false
                Import-ConnectorOffset TestDrive:/x.json -Verbose -Debug | Format-List * -Force
            }

            $trace.Errors.Count | Should-Be 0
            Assert-NoSecret ($trace.Text + (Get-Content TestDrive:/x.json -Raw))
        }

        It 'by Get-, Suspend- and Resume-Connector is no secret, traces of failed tasks included' {
            $trace = Get-Trace {
                $connector = Get-Connector x -Verbose -Debug
                $connector | Format-List * -Force
                $connector | ConvertTo-Json -Depth 9
                [System.Management.Automation.PSSerializer]::Serialize($connector, 9)
                $connector.Tasks | Format-List * -Force
                Suspend-Connector x -PassThru -Confirm:$false -Verbose -Debug
                Resume-Connector x -PassThru -Confirm:$false -Verbose -Debug
            }

            $trace.Errors.Count | Should-Be 0
            $trace.Text | Should-MatchString '\(redacted\)'
            Assert-NoSecret $trace.Text
        }

        It 'by Tab is no secret, and nothing is written' {
            $global:Error.Clear()

            $found = TabExpansion2 -inputScript 'Get-ConnectorOffset ' -cursorColumn 20

            ($found.CompletionMatches.CompletionText -contains 'x') | Should-BeTrue
            Assert-NoSecret ($found.CompletionMatches | Format-List * -Force | Out-String -Width 5000)
            $global:Error.Count | Should-Be 0
        }
    }
}
