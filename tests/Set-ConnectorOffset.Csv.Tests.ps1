BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:Header = 'Topic', 'KafkaPartition', 'KafkaOffset'

    # A connector that answers everything.
    function Add-Connector {
        param($Stub, [string] $Name, $Offsets = [ordered]@{ 'orders-0' = 100; 'orders-1' = 200; 'eu.pay_ments.v1-0' = 300 })
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer $Offsets)).Answer('GET', "/$Name/offsets/request/status", 200, '{"request":null,"status":null}')
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    # A file of exactly this text.
    function New-File {
        param([string] $Text, $Encoding = 'utf8NoBOM')
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).csv"
        Set-Content $file $Text -NoNewline -Encoding $Encoding
        $file
    }

    function Get-Posted {
        param($Stub)
        foreach ($post in Get-Post $Stub) {
            @(($post.Body | ConvertFrom-Json).offsets | ForEach-Object { '{0}-{1}={2}' -f $_.partition.kafka_topic, $_.partition.kafka_partition, $_.offset.kafka_offset }) -join ' '
        }
    }
}

Describe 'Set-ConnectorOffset with the CSV of kafka-consumer-groups --reset-offsets --export' {
    BeforeEach {
        $t = Connect-Stub
        Add-Connector $t.Stub a
    }

    Context 'as the tool writes it' {
        It 'sends all rows as one request: <Case>' -ForEach @(
            @{ Case = 'lines'; Text = "orders,0,50`norders,1,60`neu.pay_ments.v1,0,70`n" }
            @{ Case = 'Windows line ends'; Text = "orders,0,50`r`norders,1,60`r`neu.pay_ments.v1,0,70`r`n" }
            @{ Case = 'no line end at the end'; Text = "orders,0,50`norders,1,60`neu.pay_ments.v1,0,70" }
            @{ Case = 'quoted text'; Text = "`"orders`",0,50`n`"orders`",1,60`n`"eu.pay_ments.v1`",0,70`n" }
            @{ Case = 'quoted everything'; Text = "`"orders`",`"0`",`"50`"`n`"orders`",`"1`",`"60`"`n`"eu.pay_ments.v1`",`"0`",`"70`"`n" }
            @{ Case = 'empty lines'; Text = "`norders,0,50`n`norders,1,60`n`neu.pay_ments.v1,0,70`n`n" }
            @{ Case = 'a line of blanks'; Text = "orders,0,50`n   `norders,1,60`neu.pay_ments.v1,0,70`n" }
            @{ Case = 'blanks around'; Text = "orders, 0, 50`norders, 1, 60`neu.pay_ments.v1, 0, 70`n" }
            @{ Case = 'a byte order mark'; Text = "orders,0,50`norders,1,60`neu.pay_ments.v1,0,70`n"; Encoding = 'utf8BOM' }
        ) {
            $more = $_.ContainsKey('Encoding') ? @{ Encoding = $Encoding } : @{}
            $file = New-File $Text @more

            $request = Import-Csv $file -Header $Header | Set-ConnectorOffset -ConnectorName a -Confirm:$false

            Get-Posted $t.Stub | Should-Be 'orders-0=50 orders-1=60 eu.pay_ments.v1-0=70'
            $request.ConnectorName | Should-Be 'a'
        }

        It 'sends the connector''s own literal of a partition, and offsets to the digit' {
            $null = Import-Csv (New-File "orders,0,9223372036854775807`n") -Header $Header | Set-ConnectorOffset -ConnectorName a -Confirm:$false

            @(Get-Post $t.Stub)[0].Body | Should-BeString -CaseSensitive '{"type":"PATCH","offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":9223372036854775807}}]}'
        }

        It 'sends the rows of many partitions' {
            $offsets = [ordered]@{}
            0..199 | ForEach-Object { $offsets["big-$_"] = 1000 }
            Add-Connector $t.Stub many $offsets

            $null = Import-Csv (New-File (@(0..199 | ForEach-Object { "big,$_,$_" }) -join "`n")) -Header $Header | Set-ConnectorOffset -ConnectorName many -Confirm:$false

            Get-Posted $t.Stub | Should-Be (@(0..199 | ForEach-Object { "big-$_=$_" }) -join ' ')
        }

        It 'takes -KafkaOffset in place of the file''s' {
            $null = Import-Csv (New-File "orders,0,50`norders,1,60`n") -Header $Header | Set-ConnectorOffset -ConnectorName a -KafkaOffset 7 -Confirm:$false

            Get-Posted $t.Stub | Should-Be 'orders-0=7 orders-1=7'
        }

        It 'does nothing for an empty file' {
            $null = Import-Csv (New-File '') -Header $Header | Set-ConnectorOffset -ConnectorName a -Confirm:$false -ErrorVariable problem

            @($problem).Count | Should-Be 0
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'takes a sink of the sandbox back' {
            $null = Connect-Sandbox

            $status = Import-Csv (New-File "orders,0,184000`norders,1,181500`n") -Header $Header | Set-ConnectorOffset -ConnectorName orders-sink -UntilObserved -Confirm:$false

            $status.Phase | Should-Be 'APPLIED'
            @(Get-ConnectorOffset orders-sink -KafkaPartition 0, 1 | ForEach-Object KafkaOffset) -join ' ' | Should-Be '184000 181500'
        }
    }

    Context 'mistakes: nothing is sent' {
        It '<Case>: <Id>' -ForEach @(
            @{ Case = 'a header line'; Id = 'InvalidPartition'; Text = "topic,partition,offset`norders,0,50`n"; Says = "*KafkaPartition is 'partition', which is no partition number. If it is a CSV's header, leave that line out: Import-Csv -Header ... | Select-Object -Skip 1." }
            @{ Case = 'a header line at the end'; Id = 'InvalidPartition'; Text = "orders,0,50`ntopic,partition,offset`n"; Says = "*KafkaPartition is 'partition'*" }
            @{ Case = 'the group in front, as for several groups'; Id = 'InvalidPartition'; Text = "connect-lcc-1,orders,0,50`n"; Says = "*KafkaPartition is 'orders'*" }
            @{ Case = 'partition, topic, offset'; Id = 'InvalidPartition'; Text = "0,orders,50`n"; Says = "*KafkaPartition is 'orders'*" }
            @{ Case = 'topic, offset, partition'; Id = 'PartitionNotFound'; Text = "orders,50,0`n"; Says = '*has no partition*"kafka_partition":50*' }
            @{ Case = 'semicolons'; Id = 'InvalidPartition'; Text = "orders;0;50`n"; Says = '*has no partition*Topic and KafkaPartition*' }
            @{ Case = 'a partition below zero'; Id = 'InvalidPartition'; Text = "orders,-1,50`n"; Says = "*KafkaPartition is '-1', which is no partition number." }
            @{ Case = 'a partition that is a fraction'; Id = 'InvalidPartition'; Text = "orders,0.5,50`n"; Says = "*KafkaPartition is '0.5'*" }
            @{ Case = 'an offset of -1'; Id = 'InvalidOffset'; Text = "orders,0,50`norders,1,-1`n"; Says = '*-1 is not an offset*' }
            @{ Case = 'an empty offset'; Id = 'InvalidOffset'; Text = "orders,0,50`norders,1,`n"; Says = '*An offset is null*' }
            @{ Case = 'no offset'; Id = 'InvalidOffset'; Text = "orders,0,50`norders,1`n"; Says = '*An offset is null*' }
            @{ Case = 'an offset that is no number'; Id = 'InvalidOffset'; Text = "orders,0,latest`n"; Says = "*KafkaOffset is 'latest'*" }
            @{ Case = 'an offset with separators'; Id = 'InvalidOffset'; Text = "orders,0,`"1,000`"`n"; Says = "*KafkaOffset is '1,000'*" }
            @{ Case = 'an offset beyond a long'; Id = 'InvalidOffset'; Text = "orders,0,9223372036854775808`n"; Says = "*KafkaOffset is '9223372036854775808'*" }
            @{ Case = 'the same partition twice'; Id = 'DuplicatePartition'; Text = "orders,0,50`norders,0,60`n"; Says = '*given twice*' }
            @{ Case = 'a topic that the connector does not have'; Id = 'PartitionNotFound'; Text = "orders,0,50`nOrders,1,60`n"; Says = '*"kafka_topic":"Orders"*closest*' }
            @{ Case = 'a partition that the connector does not have'; Id = 'PartitionNotFound'; Text = "orders,7,50`n"; Says = '*"kafka_partition":7*closest*' }
        ) {
            Import-Csv (New-File $Text) -Header $Header | Set-ConnectorOffset -ConnectorName a -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem $Id SetConnectorOffsetCommand ($Id -eq 'PartitionNotFound' ? 'ObjectNotFound' : 'InvalidArgument')
            "$problem" | Should-BeLikeString "Connector 'a':$Says"
            @(Get-Post $t.Stub).Count | Should-Be 0
        }

        It 'no connector is named: InvalidConnectorName' {
            Import-Csv (New-File "orders,0,50`n") -Header $Header | Set-ConnectorOffset -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem InvalidConnectorName SetConnectorOffsetCommand InvalidArgument
            @($t.Stub.Requests).Count | Should-Be 0
        }

        It 'a header line that is left out as the error says: none' {
            $null = Import-Csv (New-File "TOPIC,PARTITION,NEW-OFFSET`norders,0,50`n") -Header $Header | Select-Object -Skip 1 | Set-ConnectorOffset -ConnectorName a -Confirm:$false

            Get-Posted $t.Stub | Should-Be 'orders-0=50'
        }

        It 'without -Header the first line became the names: InvalidPartition' {
            Import-Csv (New-File "orders,0,50`norders,1,60`n") | Set-ConnectorOffset -ConnectorName a -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem

            Assert-OffsetError $problem InvalidPartition SetConnectorOffsetCommand InvalidArgument
            @(Get-Post $t.Stub).Count | Should-Be 0
        }
    }
}
