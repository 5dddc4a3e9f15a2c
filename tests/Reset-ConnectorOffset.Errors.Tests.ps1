BeforeAll {
    . $PSScriptRoot/common.ps1

    $script:NoRequest = '{"request":null,"status":null}'
    $script:P0 = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"}}'
    $script:P1 = '{"partition":{"kafka_partition":1,"kafka_topic":"orders"}}'
    $script:Sink = New-SinkAnswer ([ordered]@{ 'orders-0' = 100; 'orders-1' = 200; 'payments-0' = 300 })
    $script:Words = '{"error":{"code":42,"message":"the server''s own words"}}'

    # A connector whose answer to the POST, and whose status afterwards, show these lists.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Echo = 'null', [string] $Shown, [string] $Phase = 'APPLIED')
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Sink)
        $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, $NoRequest)
        if ($Shown) { $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, (New-StatusAnswer $Phase -Type DELETE -Offsets $Shown -RequestedAt '2024-02-20T15:20:00Z' -Message 'words')) }
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer -Type DELETE -Offsets $Echo))
    }
}

Describe 'Reset-ConnectorOffset' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'a partial reset that the service does not confirm' {
        It 'writes PartialResetNotConfirmed beside the request where the answer shows <Case>' -ForEach @(
            @{ Case = 'no list'; Echo = 'null' }
            @{ Case = 'an empty list'; Echo = '[]' }
            @{ Case = 'fewer partitions'; Echo = { "[$P0]" } }
            @{ Case = 'more partitions'; Echo = { "[$P0,$P1,$($P0 -replace 'orders', 'payments')]" } }
            @{ Case = 'another partition'; Echo = { "[$P0,$($P1 -replace 'orders', 'payments')]" } }
        ) {
            Add-Connector $t.Stub a -Echo ($Echo -is [scriptblock] ? (& $Echo) : $Echo)

            $request = Reset-ConnectorOffset a -Topic orders -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed PartialResetNotConfirmed ResetConnectorOffsetCommand InvalidResult 'DELETE a'
            [object]::ReferenceEquals($failed[0].TargetObject, $request) | Should-BeTrue
            $failed[0].ErrorDetails.RecommendedAction | Should-BeLikeString '*Restore-ConnectorOffset*'
            "$($request.OffsetsBefore)" | Should-Be 'orders-0: 100 orders-1: 200 payments-0: 300'
        }

        It 'writes nothing where an answer of more than a megabyte names them all' {
            $partitions = foreach ($number in 0..19999) { '{{"partition":{{"kafka_partition":{0},"kafka_topic":"orders"}},"offset":{{"kafka_offset":1}}}}' -f $number }
            $echo = "[$($partitions -join ',')]"
            $echo.Length | Should-BeGreaterThan 1MB
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, (New-OffsetsAnswer ($partitions + '{"partition":{"kafka_partition":0,"kafka_topic":"payments"},"offset":{"kafka_offset":1}}')))
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $NoRequest).Answer('POST', '/a/offsets/request', 202, (New-AcceptedAnswer -Type DELETE -Offsets $echo))

            $request = Reset-ConnectorOffset a -Topic orders -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            $failed.Count | Should-Be 0
            $request.Offsets.Count | Should-Be 20000
        }

        It 'writes it too where the accepted POST has an empty answer' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Answer('GET', '/a/offsets/request/status', 200, $NoRequest).Answer('POST', '/a/offsets/request', 202, '')

            $request = Reset-ConnectorOffset a -Topic orders -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed PartialResetNotConfirmed ResetConnectorOffsetCommand InvalidResult 'DELETE a'
            $request.Type | Should-Be 'DELETE'
        }

        It 'is content where the list comes back <Case>' -ForEach @(
            @{ Case = 'in another order'; Echo = { "[$P1,$P0]" } }
            @{ Case = 'with numbers as text'; Echo = { "[$P0,$P1]" -replace '("kafka_partition":)(\d)', '$1"$2"' } }
            @{ Case = 'with offsets'; Echo = { "[$P0,$P1]" -replace '"}}', '"},"offset":{"kafka_offset":100}}' } }
        ) {
            Add-Connector $t.Stub a -Echo (& $Echo) -Shown (& $Echo)

            $status = Reset-ConnectorOffset a -Topic orders -Wait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed -WarningAction SilentlyContinue

            $status.Phase | Should-Be 'APPLIED'
            @($failed).Count | Should-Be 0
        }

        It 'writes it with -Wait where only the status does not show the list' {
            Add-Connector $t.Stub a -Echo "[$P0,$P1]" -Shown '[]'

            $status = Reset-ConnectorOffset a -Topic orders -Wait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed -WarningAction SilentlyContinue

            $status.Phase | Should-Be 'APPLIED'
            Assert-OffsetError $failed PartialResetNotConfirmed ResetConnectorOffsetCommand InvalidResult 'DELETE a'
            $failed[0].ToString() | Should-BeLikeString '*status*'
        }

        It 'emits the request before the error under Stop, carries it there, and sends no further one' {
            'a', 'b' | ForEach-Object { Add-Connector $t.Stub $_ }
            $emitted = [System.Collections.Generic.List[object]]::new()

            $thrown = try {
                Reset-ConnectorOffset a, b -Topic orders -ThrottleLimit 1 -Confirm:$false -ErrorAction Stop -WarningAction SilentlyContinue | ForEach-Object { $emitted.Add($_) }
            }
            catch { $_ }

            Assert-OffsetError $thrown PartialResetNotConfirmed ResetConnectorOffsetCommand InvalidResult 'DELETE a'
            $emitted.ConnectorName | Should-Be 'a'
            $thrown.Exception.AcceptedRequests.ConnectorName | Should-Be 'a'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }

        It 'never says so of a reset of everything' {
            Add-Connector $t.Stub a -Shown "[$P0]"

            $null = Reset-ConnectorOffset a -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            @($failed).Count | Should-Be 0
        }
    }

    Context '-Wait and -WhatIf' {
        It 'emits the status of a reset of everything' {
            Add-Connector $t.Stub a -Shown 'null'

            $status = Reset-ConnectorOffset a -All -Wait -Confirm:$false -WarningAction SilentlyContinue -WarningVariable warned

            $status | Should-HaveType ([ConfluentOffsets.ConnectorOffsetRequestStatus])
            $status.Phase | Should-Be 'APPLIED'
            $status.Request.Type | Should-Be 'DELETE'
            "$($status.Request.OffsetsBefore)" | Should-Be 'orders-0: 100 orders-1: 200 payments-0: 300'
            "$warned" | Should-BeLikeString '*words*'
        }

        It 'writes OffsetRequestFailed with the status as its target' {
            Add-Connector $t.Stub a -Shown 'null' -Phase FAILED

            $status = Reset-ConnectorOffset a -All -Wait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestFailed ResetConnectorOffsetCommand InvalidResult
            [object]::ReferenceEquals($failed[0].TargetObject, $status) | Should-BeTrue
        }

        It 'sends no POST with -WhatIf, and checks: <Case>' -ForEach @(
            @{ Case = 'all'; With = @{ All = $true }; Errors = 0 }
            @{ Case = 'a topic'; With = @{ Topic = 'orders' }; Errors = 0 }
            @{ Case = 'a topic that is not there'; With = @{ Topic = 'other' }; Errors = 1 }
        ) {
            Add-Connector $t.Stub a

            $result = Reset-ConnectorOffset a @With -Wait -WhatIf -ErrorAction SilentlyContinue -ErrorVariable failed

            $result | Should-BeNull
            @($failed).Count | Should-Be $Errors
            @($t.Stub.Requests | Where-Object Path -Like '*/a/offsets').Count | Should-BeGreaterThan 0
            Get-Post $t.Stub | Should-BeNull
        }

        It 'says OffsetRequestConflict with -WhatIf where another request is under way' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer PENDING))

            Reset-ConnectorOffset a -All -WhatIf -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestConflict ResetConnectorOffsetCommand ResourceBusy a
        }
    }

    Context 'what the service answers' {
        It 'reports <Status> on <Method> <Path> as <Id>, goes on with others, and never posts again' -ForEach @(
            @{ Method = 'GET'; Path = 'offsets'; Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied' }
            @{ Method = 'GET'; Path = 'offsets'; Status = 404; Id = 'ConnectorNotFound'; Category = 'ObjectNotFound' }
            @{ Method = 'GET'; Path = 'offsets'; Status = 429; Id = 'RateLimited'; Category = 'LimitsExceeded' }
            @{ Method = 'GET'; Path = 'offsets'; Status = 502; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable' }
            @{ Method = 'GET'; Path = 'offsets/request/status'; Status = 503; Id = 'ServiceUnavailable'; Category = 'ResourceUnavailable' }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 400; Id = 'InvalidRequest'; Category = 'InvalidArgument' }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 409; Id = 'OffsetRequestConflict'; Category = 'ResourceBusy' }
            @{ Method = 'POST'; Path = 'offsets/request'; Status = 503; Id = 'OffsetRequestUncertain'; Category = 'InvalidResult' }
        ) {
            $null = $t.Stub.Answer($Method, "/a/$Path", $Status, $Words, @{ 'X-Request-Id' = 'req-77' })
            if ($Path -ne 'offsets') { $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink) }
            if ($Method -eq 'POST') { $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $NoRequest) }
            Add-Connector $t.Stub b

            $requests = @(Reset-ConnectorOffset a, b -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed)

            $requests.ConnectorName | Should-Be 'b'
            Assert-OffsetError $failed $Id ResetConnectorOffsetCommand $Category a
            $failed[0].ToString() | Should-BeLikeString "*$Status*the server's own words*req-77*"
            @(Get-Post $t.Stub | Where-Object Path -Like '*/a/*').Count | Should-Be ($Method -eq 'POST' ? 1 : 0)
        }

        It 'ends the pipeline at AuthenticationFailed' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 401, $Words)
            Add-Connector $t.Stub b

            $thrown = try { Reset-ConnectorOffset a, b -All -ThrottleLimit 1 -Confirm:$false -ErrorAction SilentlyContinue -WarningAction SilentlyContinue } catch { $_ }

            Assert-OffsetError $thrown AuthenticationFailed ResetConnectorOffsetCommand AuthenticationError a
            Get-Post $t.Stub | Should-BeNull
        }

        It 'says NotConnected without a connection' {
            Disconnect-ConfluentCloud

            $thrown = try { Reset-ConnectorOffset a -All -Confirm:$false -ErrorAction SilentlyContinue } catch { $_ }

            Assert-OffsetError $thrown NotConnected ResetConnectorOffsetCommand ConnectionError
        }

        It 'takes an unfinished request in the status for OffsetRequestConflict' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer PENDING_VALIDATION))

            Reset-ConnectorOffset a -All -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed

            Assert-OffsetError $failed OffsetRequestConflict ResetConnectorOffsetCommand ResourceBusy a
            Get-Post $t.Stub | Should-BeNull
        }

        It 'gives the normal result where the answer was lost and the status shows the reset' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Fail('POST', '/a/offsets/request', 'Lost')
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, $NoRequest).Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer PENDING -Type DELETE -RequestedAt '2024-02-20T15:20:00Z'))

            $request = Reset-ConnectorOffset a -All -Confirm:$false

            $request.Type | Should-Be 'DELETE'
            @(Get-Post $t.Stub).Count | Should-Be 1
        }

        It 'holds the same reset back for a second where stamps are whole seconds' {
            $null = $t.Stub.Answer('GET', '/a/offsets', 200, $Sink).Answer('POST', '/a/offsets/request', 202, (New-AcceptedAnswer -Type DELETE))
            $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Type DELETE))

            $null = Reset-ConnectorOffset a -All -Confirm:$false

            @($t.Clock.Delays | Where-Object TotalSeconds -EQ 1).Count | Should-Be 1
            @(Get-Post $t.Stub).Count | Should-Be 1
        }
    }
}
