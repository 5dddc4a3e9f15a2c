# What is typed for the README's picture: the rewind of a sink to a plan. The sandbox's requests take 90 seconds in this night.
Connect-ConfluentCloud -Sandbox -SandboxScenario Slow
($now = Get-ConnectorOffset orders-sink)
$plan = Import-Csv plan.csv -Header Topic, KafkaPartition, KafkaOffset
$plan | Compare-ConnectorOffset ($now | Where-Object KafkaPartition -LT 2)
$plan | Set-ConnectorOffset -ConnectorName orders-sink -Wait
