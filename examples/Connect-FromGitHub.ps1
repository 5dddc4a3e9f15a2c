#requires -Version 7.4
#requires -Modules ConfluentOffsets

<#
.SYNOPSIS
    Connects a job of GitHub Actions to Confluent Cloud with no secret: the job's own token is exchanged.
.DESCRIPTION
    For the steps of rewind-sink.yml, which runs it first. The job needs the permission id-token: write, and Confluent Cloud an
    identity provider for https://token.actions.githubusercontent.com with an identity pool whose filter accepts the job, as in
    claims.sub == "repo:acme/kafka-ops:environment:production".

    The environment and the Kafka cluster come from CONFLUENT_ENVIRONMENT_ID and KAFKA_ID.

    IF IT FAILS it does so in the first cmdlet that calls: AuthenticationFailed has the words of the one who refused.
.PARAMETER IdentityPoolId
    The pool (pool-...).
.EXAMPLE
    ./Connect-FromGitHub.ps1 -IdentityPoolId pool-a1b2
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $IdentityPoolId
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

if (-not $env:ACTIONS_ID_TOKEN_REQUEST_URL) { throw 'This job cannot ask for a token: it needs the permission id-token: write.' }

# Runs at the first call and before each expiry. It captures no variables; the audience is what the identity provider expects.
Connect-ConfluentCloud -IdentityPoolId $IdentityPoolId -SubjectTokenCommand {
    $headers = @{ Authorization = "bearer $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN" }
    (Invoke-RestMethod -Uri "$env:ACTIONS_ID_TOKEN_REQUEST_URL&audience=confluent-cloud" -Headers $headers).value
}
