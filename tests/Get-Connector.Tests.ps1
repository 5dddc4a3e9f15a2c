BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:List = @'
{"orders-sink":{"id":{"id":"lcc-a1","id_type":"ID"},"info":{"name":"orders-sink","type":"sink","config":{},"tasks":[]},
    "status":{"name":"orders-sink","connector":{"state":"RUNNING","worker_id":"w","trace":""},"tasks":[{"id":0,"state":"RUNNING","msg":""}],"type":"sink"}},
 "cdc":{"id":{"id":"lcc-b2"},"info":{"type":"source"},
    "status":{"connector":{"state":"FAILED","trace":"no database\nat x"},"tasks":[{"id":0,"state":"RUNNING"},{"id":1,"state":"FAILED","trace":"first line\n\tat second"}]}},
 "Orders-2":{"id":{"id":"lcc-c3"},"info":{"type":"unknown"},"status":{"connector":{"state":"PAUSED"},"tasks":[]}}}
'@
}

Describe 'Get-Connector' {
    BeforeEach {
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/connectors', 200, $List)
    }

    Context 'a connector' {
        It 'has all fields' {
            $connector = @(Get-Connector orders-sink)

            $connector.Count | Should-Be 1
            $connector = $connector[0]
            $connector | Should-HaveType ([ConfluentOffsets.Connector])
            $connector.EnvironmentId | Should-Be 'env-a12b6'
            $connector.KafkaClusterId | Should-Be 'lkc-devc80'
            $connector.ConnectorName | Should-Be 'orders-sink'
            $connector.ConnectorId | Should-Be 'lcc-a1'
            $connector.Type | Should-Be 'sink'
            $connector.State | Should-Be 'RUNNING'
            $connector.Trace | Should-BeNull
            @($connector.Tasks).Count | Should-Be 1
            $connector.Tasks[0].Id | Should-Be 0
            $connector.Tasks[0].State | Should-Be 'RUNNING'
            $connector.Tasks[0].Trace | Should-BeNull
        }

        It 'tells why it failed: the first line of each trace, and the whole of a task''s' {
            $connector = Get-Connector cdc

            $connector.Trace | Should-Be 'no database'
            $connector.Tasks[1].State | Should-Be 'FAILED'
            $connector.Tasks[1].Trace | Should-BeString -CaseSensitive 'first line'
            $connector.Tasks[1].FullTrace | Should-BeString -CaseSensitive "first line`n`tat second"
            "$($connector.Tasks[1])" | Should-Be '1: FAILED: first line'
        }

        It 'takes what the service leaves out for null' {
            $bare = Connect-Stub
            $null = $bare.Stub.Answer('GET', '/connectors', 200, '{"a":{}}')

            $connector = Get-Connector a

            $connector.ConnectorName | Should-Be 'a'
            foreach ($name in 'ConnectorId', 'Type', 'State', 'Trace') { $connector.$name | Should-BeNull }
            @($connector.Tasks).Count | Should-Be 0
        }

        It 'is a line of a table' {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
            try { $text = Get-Connector | Out-String -Width 80 }
            finally { $PSStyle.OutputRendering = $rendering }

            $text | Should-MatchString '(?m)^ConnectorName +Type +State +Tasks +ConnectorId'
            $text | Should-MatchString '(?m)^cdc +source +FAILED +1 FAILED, 1 RUNNING +lcc-b2'
            $text | Should-MatchString '(?m)^orders-sink +sink +RUNNING +1 RUNNING +lcc-a1'
        }
    }

    Context 'which connectors' {
        It 'shows all without a name, with one call' {
            (Get-Connector).ConnectorName | Should-BeCollection @('orders-sink', 'cdc', 'Orders-2')

            @($t.Stub.Requests).Uri | Should-Be "https://api.confluent.cloud$ConnectorPath`?expand=id,info,status"
        }

        It 'shows those of names and patterns, in their order, with one call' {
            (Get-Connector cdc, 'o*', lcc-c3).ConnectorName | Should-BeCollection @('cdc', 'orders-sink', 'Orders-2')

            $t.Stub.Requests.Count | Should-Be 1
        }

        It 'takes names by value, and rows, once for each connector and with one call' {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1; 'orders-1' = 2 })))

            ('cdc', 'orders-sink' | Get-Connector).ConnectorName | Should-BeCollection @('cdc', 'orders-sink')
            (Get-ConnectorOffset cdc | Get-Connector).ConnectorName | Should-BeCollection @('cdc')
            @($t.Stub.Requests | Where-Object Path -Like '*/connectors').Count | Should-Be 2
        }

        It 'takes its own output, and feeds the other cmdlets' {
            $null = $t.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1 })))
            $null = Connect-Stub

            (Get-Connector cdc -Connection $t.Connection | Get-Connector).ConnectorName | Should-Be 'cdc'
            (Get-Connector cdc -Connection $t.Connection | Get-ConnectorOffset).ConnectorName | Should-Be 'cdc'
        }

        It 'is ConnectorNotFound for a name that is not listed, and goes on' {
            $found = @(Get-Connector nobody, cdc -ErrorVariable problem -ErrorAction SilentlyContinue)

            $found.ConnectorName | Should-Be 'cdc'
            Assert-OffsetError $problem ConnectorNotFound GetConnectorCommand ObjectNotFound nobody
        }

        It 'tells names apart by case' {
            $null = Get-Connector Orders-Sink -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem ConnectorNotFound GetConnectorCommand ObjectNotFound Orders-Sink
        }

        It 'lists each cluster once' {
            $null = [pscustomobject]@{ ConnectorName = 'cdc'; KafkaClusterId = 'lkc-2' }, [pscustomobject]@{ ConnectorName = 'cdc' }, [pscustomobject]@{ ConnectorName = 'orders-sink'; KafkaClusterId = 'lkc-2' } | Get-Connector

            @($t.Stub.Requests).Path | Sort-Object | Should-BeCollection @($ConnectorPath, $ConnectorPath.Replace('lkc-devc80', 'lkc-2'))
        }

        It 'refuses a blank name and sends nothing' {
            $null = Get-Connector '' -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem InvalidConnectorName GetConnectorCommand InvalidArgument ''
            $t.Stub.Requests.Count | Should-Be 0
        }

        It 'shows nothing for an empty pipeline' {
            @(@() | Get-Connector).Count | Should-Be 0
            $t.Stub.Requests.Count | Should-Be 0
        }
    }

    Context 'a list that fails' {
        It 'is <Id>' -ForEach @(
            @{ Status = 403; Body = '{"error":{"code":403,"message":"not yours"}}'; Id = 'AccessDenied'; Category = 'PermissionDenied' }
            @{ Status = 200; Body = '{"message":"maintenance"}'; Id = 'UnexpectedResponse'; Category = 'InvalidData' }
        ) {
            $failing = Connect-Stub
            $null = $failing.Stub.Answer('GET', '/connectors', $Status, $Body)

            $null = Get-Connector -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem $Id GetConnectorCommand $Category lkc-devc80
        }
    }
}
