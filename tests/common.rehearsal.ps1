# Dot-sourced where examples are run as they are written: a person who answers, time that passes, and Confluent Cloud as a sandbox.
param($Clock)
$global:RehearsalClock = $Clock

# A person who says Yes to All.
$global:ConfirmPreference = 'None'

# Each connection has the simulated clock. One with a key or a token would reach the network at its first call: it is made as
# the example says, and then a sandbox with its ids takes its place.
function global:Connect-ConfluentCloud {
    $time = $args -contains '-TimeProvider' ? @{} : @{ TimeProvider = $RehearsalClock }
    $emitted = ConfluentOffsets\Connect-ConfluentCloud @args @time
    $made = Get-ConfluentCloudConnection
    if ($made.AuthenticationKind -eq 'Sandbox') { return $emitted }
    $sandbox = ConfluentOffsets\Connect-ConfluentCloud -Sandbox -EnvironmentId $made.EnvironmentId -KafkaClusterId $made.KafkaClusterId -TimeProvider $RehearsalClock -PassThru
    if ($emitted) { $sandbox }
}

# What a person types, and time that passes.
function global:Get-Credential { [pscredential]::new('TESTKEY0123456', (ConvertTo-SecureString 'secret' -AsPlainText -Force)) }
function global:Read-Host { ConvertTo-SecureString 'a.bearer.token' -AsPlainText -Force }
function global:Start-Sleep { param([int] $Seconds) $RehearsalClock.Advance([timespan]::FromSeconds($Seconds)) }
