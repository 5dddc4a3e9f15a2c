# Waits that end with an error: what is passing, what stays, and what the service says of a request that FAILED.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.waiting.ps1
}

Describe 'Wait-ConnectorOffsetRequest' {
    BeforeEach {
        $t = Connect-Stub
    }

    Context 'FAILED' {
        It 'throws under -ErrorAction Stop, and the error has the status and the requests' {
            $requests = 'bad', 'good' | ForEach-Object { New-Request $t $_ }
            Add-Status $t FAILED -Name bad
            Add-Status $t APPLIED -Name good

            $ended = try { $null = $requests | Wait-ConnectorOffsetRequest -ErrorAction Stop } catch { $_ }

            Assert-OffsetError $ended OffsetRequestFailed WaitConnectorOffsetRequestCommand InvalidResult
            $ended.TargetObject.Phase | Should-Be 'FAILED'
            @($ended.Exception.AcceptedRequests).Count | Should-Be 2
            [object]::ReferenceEquals($ended.Exception.AcceptedRequests[1], $requests[1]) | Should-BeTrue
        }
    }

    Context 'passing failures' {
        It 'do not end a wait' {
            $request = New-Request $t
            $path = '/orders-sink/offsets/request/status'
            $null = $t.Stub.Answer('GET', $path, 503, '').Answer('GET', $path, 429, '', @{ 'Retry-After' = 17 }).Fail('GET', $path, 'Lost').Fail('GET', $path, 'Refused')
            $null = $t.Stub.Fail('GET', $path, 'Hang').Answer('GET', $path, 500, '<html>').Answer('GET', $path, 200, '<html>')
            Add-Status $t APPLIED

            $status = $request | Wait-ConnectorOffsetRequest -ErrorVariable problem

            $status.Phase | Should-Be 'APPLIED'
            @($problem).Count | Should-Be 0
            (Get-StatusRead $t).Count | Should-Be 9
            @($t.Clock.Delays).TotalSeconds | Should-ContainCollection @(17.0)
        }

        It 'are in the error when the time is over' {
            $null = $t.Stub.Answer('GET', '/status', 503, '{"error":{"code":503,"message":"drained"}}')

            $null = Wait-ConnectorOffsetRequest x -Timeout 5 -ErrorVariable problem -ErrorAction SilentlyContinue

            Assert-OffsetError $problem OffsetRequestTimeout WaitConnectorOffsetRequestCommand OperationTimeout x
            $problem[0].Exception.Message | Should-MatchString '503.*drained'
        }
    }

    Context 'failures that stay' {
        It 'are the end of that wait: <Status>' -ForEach @(
            @{ Status = 403; Id = 'AccessDenied'; Category = 'PermissionDenied' }
            @{ Status = 404; Id = 'ConnectorNotFound'; Category = 'ObjectNotFound' }
            @{ Status = 400; Id = 'InvalidRequest'; Category = 'InvalidArgument' }
        ) {
            $null = $t.Stub.Answer('GET', '/bad/offsets/request/status', $Status, '{"error":{"code":1,"message":"not so"}}')
            $null = $t.Stub.Answer('GET', '/good/offsets/request/status', 200, (New-StatusAnswer))

            $statuses = @(Wait-ConnectorOffsetRequest bad, good -ErrorVariable problem -ErrorAction SilentlyContinue)

            $statuses.ConnectorName | Should-Be 'good'
            Assert-OffsetError $problem $Id WaitConnectorOffsetRequestCommand $Category bad
            @(Get-StatusRead $t).Count | Should-Be 2
        }

        It 'end the pipeline: 401' {
            $null = $t.Stub.Answer('GET', '/status', 401, '{}')

            $ended = try { Wait-ConnectorOffsetRequest x -ErrorAction SilentlyContinue } catch { $_ }

            Assert-OffsetError $ended AuthenticationFailed WaitConnectorOffsetRequestCommand AuthenticationError x
            $t.Stub.Requests.Count | Should-Be 1
        }
    }
}
