# Dot-sourced after common.ps1 by the tests of waiting: a request of ours, and the statuses that follow it.
$script:Ours = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":50}}]'
$script:Theirs = '[{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":99}}]'
$script:OurTime = '2024-02-20T15:20:00Z'

# Posts a request for a connector; the status before it is -Baseline, or none. What is queued later, Wait sees.
function New-Request {
    param($T, [string] $Name = 'orders-sink', [string] $Baseline)
    $null = $T.Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
    $null = $Baseline ? $T.Stub.Answer('GET', "/$Name/offsets/request/status", 200, $Baseline) : $T.Stub.Answer('GET', "/$Name/offsets/request/status", 404, '{}')
    $null = $T.Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer -Offsets $Ours -RequestedAt $OurTime))
    Set-ConnectorOffset $Name -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Connection $T.Connection -Confirm:$false
}

# Queues statuses of our request.
function Add-Status {
    param($T, [string[]] $Phase, [string] $Name = 'orders-sink', [string] $Message = '')
    foreach ($one in $Phase) {
        $null = $T.Stub.Answer('GET', "/$Name/offsets/request/status", 200, (New-StatusAnswer -Phase $one -Offsets $Ours -RequestedAt $OurTime -Message $Message))
    }
}

function Get-StatusRead { param($T) @($T.Stub.Requests | Where-Object Path -Like '*/status') }
