#requires -Version 7.4
#requires -Modules ConfluentOffsets

<#
.SYNOPSIS
    A runbook of Azure Automation: keeps the offsets of all connectors of a cluster in a container of Azure Storage.
.DESCRIPTION
    For a schedule of an Automation account (runtime PowerShell 7.4 or later, with the module ConfluentOffsets) that has a
    system-assigned managed identity. No secret is kept anywhere: the identity's token is exchanged for one of Confluent Cloud,
    and another one opens the container.

    Confluent Cloud needs an identity provider for the tenant and an identity pool whose filter accepts the identity, with role
    bindings to read the connectors; the identity needs the role Storage Blob Data Contributor for the container. Old blobs are
    removed by a lifecycle rule of the storage account.

    The job ends as Completed where all connectors were kept, as Failed where one was not.

    IF IT FAILS: the error names the connectors that were not kept, and why; the others were. Start it again: each run makes
    a blob of its own, <cluster>/<time>.json.
    THE WAY BACK: download the blob, then Import-ConnectorOffset <file> | Set-ConnectorOffset -WhatIf, then with -Wait.
.PARAMETER ContainerUri
    The container, as https://acme.blob.core.windows.net/offsets.
.PARAMETER IdentityPoolId
    The pool (pool-...).
.PARAMETER EnvironmentId
    The environment (env-...).
.PARAMETER KafkaClusterId
    The Kafka cluster (lkc-...).
.EXAMPLE
    ./Backup-OffsetsToBlob.ps1 https://acme.blob.core.windows.net/offsets pool-a1b2 env-a12b6 lkc-devc80
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory, Position = 0)]
    [uri] $ContainerUri,

    [Parameter(Mandatory, Position = 1)]
    [string] $IdentityPoolId,

    [Parameter(Mandatory, Position = 2)]
    [string] $EnvironmentId,

    [Parameter(Mandatory, Position = 3)]
    [string] $KafkaClusterId
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

# Runs at the first call and before each expiry. It captures no variables; the resource is what the identity provider expects as audience.
Connect-ConfluentCloud -IdentityPoolId $IdentityPoolId -EnvironmentId $EnvironmentId -KafkaClusterId $KafkaClusterId -SubjectTokenCommand {
    $headers = @{ 'X-IDENTITY-HEADER' = $env:IDENTITY_HEADER; Metadata = 'True' }
    (Invoke-RestMethod -Uri "${env:IDENTITY_ENDPOINT}?resource=api://confluent-cloud" -Headers $headers).access_token
}

$rows = @(Get-ConnectorOffset -ErrorAction SilentlyContinue -ErrorVariable problems)
if (-not $rows -and -not $problems) { throw "No offsets to keep in $KafkaClusterId ($EnvironmentId): is it the right cluster?" }

# Of this cluster and this moment: no run, however poor, replaces what another one has kept.
$blob = "$ContainerUri/$KafkaClusterId/$((Get-Date).ToUniversalTime().ToString("yyyy-MM-dd'T'HHmmss'Z'")).json"
$file = New-TemporaryFile -WhatIf:$false
try {
    if ($rows) { $rows | Export-ConnectorOffset -LiteralPath $file -WhatIf:$false }
    if ($rows -and $PSCmdlet.ShouldProcess($blob, "Keep the offsets of $(@($rows.ConnectorName | Select-Object -Unique).Count) connectors")) {
        $identity = @{ 'X-IDENTITY-HEADER' = $env:IDENTITY_HEADER; Metadata = 'True' }
        $token = (Invoke-RestMethod -Uri "${env:IDENTITY_ENDPOINT}?resource=https://storage.azure.com/" -Headers $identity).access_token
        $headers = @{ Authorization = "Bearer $token"; 'x-ms-version' = '2023-11-03'; 'x-ms-blob-type' = 'BlockBlob' }
        $null = Invoke-RestMethod -Uri $blob -Method Put -Headers $headers -ContentType 'application/json' -InFile $file -MaximumRetryCount 3 -RetryIntervalSec 5
        "Kept in $blob."
    }
}
finally {
    Remove-Item -LiteralPath $file -WhatIf:$false
}
if ($problems) { throw "Not kept:`n$($problems.ForEach{ "  $($_.TargetObject): $($_.Exception.Message)" } -join "`n")" }
