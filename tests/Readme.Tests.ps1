# What the README says of unattended use, run with stand-ins for the identity provider, the vault and Confluent Cloud.
BeforeAll {
    . $PSScriptRoot/common.ps1

    if (-not ('ConfluentOffsets.PesterTests.StandIn' -as [type])) {
        Add-Type -TypeDefinition @'
namespace ConfluentOffsets.PesterTests
{
    using System.Net;
    using System.Net.Http;
    using System.Threading;
    using System.Threading.Tasks;

    // An identity provider: gives a JWT to who shows the right header.
    public sealed class StandInProvider : HttpMessageHandler
    {
        private readonly string _header;
        private readonly string _value;
        private readonly string _member;
        private int _count;

        public StandInProvider(string header, string value, string member) { _header = header; _value = value; _member = member; }

        public string Query { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            System.Collections.Generic.IEnumerable<string> values;
            var known = request.Headers.TryGetValues(_header, out values) && string.Join(",", values) == _value;
            Query = request.RequestUri.Query;
            var body = known ? "{\"" + _member + "\":\"jwt-" + Interlocked.Increment(ref _count) + "\"}" : "{\"error\":\"invalid_request\",\"error_description\":\"this job may not ask for tokens\"}";
            return Task.FromResult(new HttpResponseMessage(known ? HttpStatusCode.OK : HttpStatusCode.Forbidden) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") });
        }
    }

    // Confluent Cloud: exchanges a provider's JWT, and lets in who has the right header.
    public sealed class StandIn : DelegatingHandler
    {
        private readonly string _authorization;

        public StandIn(HttpMessageHandler inner, string authorization) : base(inner) { _authorization = authorization; }

        public string Exchanged { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri.AbsolutePath == "/sts/v1/oauth2/token")
            {
                Exchanged = await request.Content.ReadAsStringAsync(cancellationToken);
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{\"access_token\":\"token-of-the-pool\",\"expires_in\":900}") };
            }
            return request.Headers.Authorization != null && request.Headers.Authorization.ToString() == _authorization
                ? await base.SendAsync(request, cancellationToken)
                : new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }
    }
}
'@
    }

    $readme = (Get-Content (Join-Path $RepoRoot README.md) -Raw) -replace '\r'

    # The code below a heading of the README, from the words that introduce it on.
    function Get-ReadmeCode {
        param([string] $After)
        $found = [regex]::Match($readme, "(?s)$([regex]::Escape($After)).*?``````(powershell|yaml)\n(.*?)``````")
        $found.Success | Should-BeTrue
        $code = $found.Groups[2].Value
        if ($found.Groups[1].Value -eq 'powershell') { return $code }

        # The step's script: what is indented below run.
        $step = [regex]::Match($code, '(?m)^( *)run: \|\n((?:\1 +.*\n)+)')
        $step.Groups[2].Value -replace "(?m)^$($step.Groups[1].Value)  "
    }

    # Runs code where Connect-ConfluentCloud reaches a stand-in that lets in this authorization.
    function Invoke-Readme {
        param([string] $Code, [string] $Authorization)
        $sandbox = Connect-Sandbox @{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80' }
        $script:confluent = [ConfluentOffsets.PesterTests.StandIn]::new((Get-BottomHandler $sandbox.Connection), $Authorization)
        $clock = $sandbox.Clock
        Disconnect-ConfluentCloud
        function Connect-ConfluentCloud { ConfluentOffsets\Connect-ConfluentCloud @args -HttpMessageHandler $confluent -TimeProvider $clock }
        try { & ([scriptblock]::Create($Code)) } finally { Disconnect-ConfluentCloud }
    }

    $script:Basic = 'Basic ' + [convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("TESTKEY0123456:$Secret"))
    $script:Variables = 'CONFLUENT_CLOUD_API_KEY', 'CONFLUENT_CLOUD_API_SECRET', 'CONFLUENT_ENVIRONMENT_ID', 'KAFKA_ID',
    'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'NO_PROXY'
}

Describe 'The README, unattended' {
    BeforeEach {
        $saved = @{}
        foreach ($variable in $Variables) {
            $saved[$variable] = [Environment]::GetEnvironmentVariable($variable)
            [Environment]::SetEnvironmentVariable($variable, $null)
        }
        $env:NO_PROXY = '127.0.0.1'
        $bridge = $null
    }

    AfterEach {
        if ($bridge) { $bridge.Dispose() }
        foreach ($variable in $Variables) { [Environment]::SetEnvironmentVariable($variable, $saved[$variable]) }
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
            $provider = [ConfluentOffsets.PesterTests.StandInProvider]::new('Authorization', 'bearer of-the-job', 'value')
            $bridge = [ConfluentOffsets.TestSupport.LoopbackBridge]::new($provider)
            $env:ACTIONS_ID_TOKEN_REQUEST_URL = "$($bridge.BaseUri)token?api-version=2.0"
            $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'of-the-job'
            $code = Get-ReadmeCode 'From GitHub Actions'
        }

        It 'connects with the JWT of the job' {
            $status = Invoke-Readme $code 'Bearer token-of-the-pool'

            $status.Phase | Should-Be 'APPLIED'
            $provider.Query | Should-Be '?api-version=2.0&audience=confluent-cloud'
            $confluent.Exchanged | Should-MatchString 'subject_token=jwt-1&.*identity_pool_id=pool-a1b2'
        }

        It 'ends with the words of a provider that refuses it' {
            $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'of-another-job'

            $problem = try { Invoke-Readme $code 'Bearer token-of-the-pool' } catch { $_ }

            Assert-OffsetError $problem AuthenticationFailed SetConnectorOffsetCommand AuthenticationError orders-sink
            $problem.Exception.Message | Should-MatchString '403.*this job may not ask for tokens'
            $problem.Exception.Message | Should-NotMatchString 'of-another-job'
        }

        It 'asks for the permission that this takes' {
            $readme | Should-MatchString '(?m)^permissions:\n  id-token: write$'
        }
    }

    It 'connects from Azure Automation with the JWT of the managed identity' {
        $provider = [ConfluentOffsets.PesterTests.StandInProvider]::new('X-IDENTITY-HEADER', 'of-the-runbook', 'access_token')
        $bridge = [ConfluentOffsets.TestSupport.LoopbackBridge]::new($provider)
        $env:IDENTITY_ENDPOINT = "$($bridge.BaseUri)msi/token"
        $env:IDENTITY_HEADER = 'of-the-runbook'

        $status = Invoke-Readme (Get-ReadmeCode 'From a runbook of Azure Automation') 'Bearer token-of-the-pool'

        $status.Phase | Should-Be 'APPLIED'
        [uri]::UnescapeDataString($provider.Query) | Should-Be '?resource=api://confluent-cloud'
        $confluent.Exchanged | Should-MatchString 'subject_token=jwt-1&.*identity_pool_id=pool-a1b2'
    }
}
