# Dot-sourced after common.ps1 by the tests of unattended use: stand-ins for what scripts meet there, and its environment variables.
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

        // What was asked for, in order.
        public System.Collections.Generic.List<string> Queries { get; } = new System.Collections.Generic.List<string>();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            System.Collections.Generic.IEnumerable<string> values;
            var known = request.Headers.TryGetValues(_header, out values) && string.Join(",", values) == _value;
            lock (Queries) { Queries.Add(request.RequestUri.Query); }
            var body = known ? "{\"" + _member + "\":\"jwt-" + Interlocked.Increment(ref _count) + "\"}" : "{\"error\":\"invalid_request\",\"error_description\":\"this job may not ask for tokens\"}";
            return Task.FromResult(new HttpResponseMessage(known ? HttpStatusCode.OK : HttpStatusCode.Forbidden) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") });
        }
    }

    // A container of Azure Storage: takes what is put in it.
    public sealed class StandInStorage : HttpMessageHandler
    {
        public System.Collections.Generic.List<string> Puts { get; } = new System.Collections.Generic.List<string>();

        public string Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = await request.Content.ReadAsStringAsync(cancellationToken);
            Puts.Add(request.Method + " " + request.RequestUri.AbsolutePath + " " + request.Headers.Authorization + " " + string.Join(",", request.Headers.GetValues("x-ms-blob-type")));
            return new HttpResponseMessage(HttpStatusCode.Created) { Content = new StringContent("") };
        }
    }

    // Confluent Cloud: exchanges a provider's JWT, and lets in who has the right header.
    public sealed class StandIn : DelegatingHandler
    {
        private readonly string _authorization;

        public StandIn(HttpMessageHandler inner, string authorization) : base(inner) { _authorization = authorization; }

        public string Exchanged { get; private set; }

        // The end of a path that nobody may read.
        public string Forbidden { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri.AbsolutePath == "/sts/v1/oauth2/token")
            {
                Exchanged = await request.Content.ReadAsStringAsync(cancellationToken);
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{\"access_token\":\"token-of-the-pool\",\"expires_in\":900}") };
            }
            if (Forbidden != null && request.RequestUri.AbsolutePath.EndsWith(Forbidden)) { return new HttpResponseMessage(HttpStatusCode.Forbidden); }
            return request.Headers.Authorization != null && request.Headers.Authorization.ToString() == _authorization
                ? await base.SendAsync(request, cancellationToken)
                : new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }
    }
}
'@
}

$script:Basic = 'Basic ' + [convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("TESTKEY0123456:$Secret"))
$script:OfThePool = 'Bearer token-of-the-pool'

# Runs a script where Connect-ConfluentCloud reaches a stand-in that lets in this authorization ($confluent).
function Invoke-WithStandIn {
    param([string] $Authorization, [scriptblock] $Body)
    $sandbox = Connect-Sandbox @{ EnvironmentId = 'env-a12b6'; KafkaClusterId = 'lkc-devc80' }
    $script:confluent = [ConfluentOffsets.PesterTests.StandIn]::new((Get-BottomHandler $sandbox.Connection), $Authorization)
    $clock = $sandbox.Clock
    Disconnect-ConfluentCloud
    function Connect-ConfluentCloud { ConfluentOffsets\Connect-ConfluentCloud @args -HttpMessageHandler $confluent -TimeProvider $clock }
    try { & $Body } finally { Disconnect-ConfluentCloud }
}

# Takes the variables away that a script would find outside of a test, and gives them back.
function Clear-JobVariable {
    $script:VariablesBefore = @{}
    foreach ($name in 'CONFLUENT_CLOUD_API_KEY', 'CONFLUENT_CLOUD_API_SECRET', 'CONFLUENT_ENVIRONMENT_ID', 'KAFKA_ID',
        'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'GITHUB_STEP_SUMMARY', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'NO_PROXY') {
        $VariablesBefore[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }
    $env:NO_PROXY = '127.0.0.1'
}

function Restore-JobVariable { foreach ($name in $VariablesBefore.Keys) { [Environment]::SetEnvironmentVariable($name, $VariablesBefore[$name]) } }

# An identity provider of GitHub, or of Azure, on loopback, and the variables of a job that is there.
function Start-Provider {
    param([switch] $Azure)
    $header, $value, $member = $Azure ? ('X-IDENTITY-HEADER', 'of-the-runbook', 'access_token') : ('Authorization', 'bearer of-the-job', 'value')
    $script:provider = [ConfluentOffsets.PesterTests.StandInProvider]::new($header, $value, $member)
    $bridge = [ConfluentOffsets.TestSupport.LoopbackBridge]::new($provider)
    if ($Azure) {
        $env:IDENTITY_ENDPOINT = "$($bridge.BaseUri)msi/token"
        $env:IDENTITY_HEADER = 'of-the-runbook'
    }
    else {
        $env:ACTIONS_ID_TOKEN_REQUEST_URL = "$($bridge.BaseUri)token?api-version=2.0"
        $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'of-the-job'
    }
    $bridge
}
