BeforeAll { . $PSScriptRoot/common.ps1 }

Describe 'Get-ConfluentCloudConnection' {
    BeforeEach {
        $saved = @{}
        foreach ($name in 'CONFLUENT_CLOUD_API_KEY', 'CONFLUENT_CLOUD_API_SECRET', 'CONFLUENT_ENVIRONMENT_ID', 'KAFKA_ID') {
            $saved[$name] = [Environment]::GetEnvironmentVariable($name)
            [Environment]::SetEnvironmentVariable($name, $null)
        }
        Disconnect-ConfluentCloud
    }

    AfterEach {
        Disconnect-ConfluentCloud
        foreach ($variable in $saved.Keys) { [Environment]::SetEnvironmentVariable($variable, $saved[$variable]) }
    }

    It 'emits nothing, and no error, where there is no connection' {
        $output = @(Get-ConfluentCloudConnection -ErrorVariable problem)

        $output.Count | Should-Be 0
        @($problem).Count | Should-Be 0
    }

    It 'shows the default connection' {
        $t = Connect-Stub

        $connection = Get-ConfluentCloudConnection

        [object]::ReferenceEquals($connection, $t.Connection) | Should-BeTrue
        "$($connection.BaseUri)" | Should-Be 'https://api.confluent.cloud/'
        $connection.EnvironmentId | Should-Be 'env-a12b6'
        $connection.KafkaClusterId | Should-Be 'lkc-devc80'
        $connection.AuthenticationKind | Should-Be 'ApiKey'
        $connection.ApiKey | Should-Be 'TESTKEY0123456'
        "$connection" | Should-Be 'https://api.confluent.cloud (API key TESTKEY0123456)'
    }

    It 'has no other properties' {
        $null = Connect-Stub

        (Get-ConfluentCloudConnection).psobject.Properties.Name | Sort-Object |
            Should-BeCollection @('ApiKey', 'AuthenticationKind', 'BaseUri', 'EnvironmentId', 'KafkaClusterId')
    }

    It 'shows the one that the environment variables make, which the other cmdlets use' {
        $env:CONFLUENT_CLOUD_API_KEY = 'ENVKEY'
        $env:CONFLUENT_CLOUD_API_SECRET = 'env-secret'
        $env:CONFLUENT_ENVIRONMENT_ID = 'env-fromvar'
        $env:KAFKA_ID = 'lkc-fromvar'

        $connection = Get-ConfluentCloudConnection

        $connection.ApiKey | Should-Be 'ENVKEY'
        $connection.EnvironmentId | Should-Be 'env-fromvar'
        $connection.KafkaClusterId | Should-Be 'lkc-fromvar'
        [object]::ReferenceEquals($connection, (Get-ConfluentCloudConnection)) | Should-BeTrue
    }

    It 'ends with InvalidCredential where the environment variables cannot be used' {
        $env:CONFLUENT_CLOUD_API_KEY = 'has:colon'
        $env:CONFLUENT_CLOUD_API_SECRET = 'env-secret'

        $record = try { Get-ConfluentCloudConnection } catch { $_ }

        Assert-OffsetError $record InvalidCredential GetConfluentCloudConnectionCommand InvalidArgument
    }
}
