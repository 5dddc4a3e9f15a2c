# What the README says of unattended use, run with stand-ins for the identity provider, the vault and Confluent Cloud.
BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/common.standins.ps1
    $readme = (Get-Content (Join-Path $RepoRoot README.md) -Raw) -replace '\r'

    # The code below a heading of the README, from the words that introduce it on.
    function Get-ReadmeCode {
        param([string] $After)
        $found = [regex]::Match($readme, "(?s)$([regex]::Escape($After)).*?``````powershell\n(.*?)``````")
        $found.Success | Should-BeTrue
        $found.Groups[1].Value
    }

    # Runs code, and a change where there is none in it.
    function Invoke-Readme {
        param([string] $Code, [string] $Authorization)
        $change = 'Set-ConnectorOffset orders-sink -Topic orders -KafkaPartition 0 -KafkaOffset 20000 -Wait -Confirm:$false'
        if (-not $Code.Contains($change)) { $Code += "`n$change" }
        Invoke-WithStandIn $Authorization ([scriptblock]::Create($Code))
    }
}

Describe 'The README, unattended' {
    BeforeEach {
        Clear-JobVariable
        $bridge = $null
    }

    AfterEach {
        if ($bridge) { $bridge.Dispose() }
        Restore-JobVariable
    }

    It 'connects with the key of the environment variables' {
        $env:CONFLUENT_CLOUD_API_KEY = 'TESTKEY0123456'
        $env:CONFLUENT_CLOUD_API_SECRET = $Secret
        $env:CONFLUENT_ENVIRONMENT_ID = 'env-a12b6'
        $env:KAFKA_ID = 'lkc-devc80'

        $status = Invoke-Readme (Get-ReadmeCode '### An API key from environment variables') $Basic

        $status.Phase | Should-Be 'APPLIED'
    }

    It 'connects with the key of a vault' {
        function Get-Secret { param([string] $Name) if ($Name -eq 'confluent') { New-TestCredential } }

        $status = Invoke-Readme (Get-ReadmeCode '### An API key from a secret vault') $Basic

        $status.Phase | Should-Be 'APPLIED'
    }

    Context 'from GitHub Actions' {
        BeforeEach {
            $bridge = Start-Provider
            $code = Get-ReadmeCode 'From GitHub Actions'
        }

        It 'connects with the JWT of the job' {
            $status = Invoke-Readme $code $OfThePool

            $status.Phase | Should-Be 'APPLIED'
            $provider.Queries -join ' ' | Should-Be '?api-version=2.0&audience=confluent-cloud'
            $confluent.Exchanged | Should-MatchString 'subject_token=jwt-1&.*identity_pool_id=pool-a1b2'
        }

        It 'ends with the words of a provider that refuses it' {
            $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'of-another-job'

            $problem = try { Invoke-Readme $code $OfThePool } catch { $_ }

            Assert-OffsetError $problem AuthenticationFailed SetConnectorOffsetCommand AuthenticationError orders-sink
            $problem.Exception.Message | Should-MatchString '403.*this job may not ask for tokens'
            $problem.Exception.Message | Should-NotMatchString 'of-another-job'
        }

        It 'names the permission that this takes' {
            $readme | Should-MatchString '`id-token: write`'
        }
    }

    It 'connects from Azure Automation with the JWT of the managed identity' {
        $bridge = Start-Provider -Azure

        $status = Invoke-Readme (Get-ReadmeCode 'From a runbook of Azure Automation') $OfThePool

        $status.Phase | Should-Be 'APPLIED'
        [uri]::UnescapeDataString($provider.Queries -join ' ') | Should-Be '?resource=api://confluent-cloud'
        $confluent.Exchanged | Should-MatchString 'subject_token=jwt-1&.*identity_pool_id=pool-a1b2'
    }
}
