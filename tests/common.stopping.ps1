# Dot-sourced after common.ps1 by the tests of stopping: scripts in runspaces of their own, and what holds their requests.
$script:LongEnough = [timespan]::FromSeconds(20)
$script:Row = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":50}}'

# Lets requests to one address through only when it is opened.
if (-not ('ConfluentOffsets.PesterTests.Gate' -as [type])) {
    Add-Type -TypeDefinition @'
namespace ConfluentOffsets.PesterTests
{
    public sealed class Gate : System.Net.Http.DelegatingHandler
    {
        private readonly string _method;
        private readonly string _path;
        private readonly System.Threading.Tasks.TaskCompletionSource<bool> _open = new System.Threading.Tasks.TaskCompletionSource<bool>();
        private int _free;

        // The first requests (so many as "free" says) pass all the same.
        public Gate(System.Net.Http.HttpMessageHandler inner, string method, string path, int free) : base(inner) { _method = method; _path = path; _free = free; }

        public System.Threading.ManualResetEventSlim Reached { get; } = new System.Threading.ManualResetEventSlim();

        public void Open() { _open.TrySetResult(true); }

        protected override async System.Threading.Tasks.Task<System.Net.Http.HttpResponseMessage> SendAsync(System.Net.Http.HttpRequestMessage request, System.Threading.CancellationToken cancellationToken)
        {
            if (request.Method.Method == _method && request.RequestUri.AbsolutePath.EndsWith(_path) && System.Threading.Interlocked.Decrement(ref _free) < 0)
            {
                Reached.Set();
                await _open.Task.WaitAsync(cancellationToken);
            }
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
'@
}

# A script that runs in a runspace of its own, with $c as connection and what else it is given.
function Start-Script {
    param([string] $Script, [hashtable] $With)
    $start = 'param([string] $Manifest, [string] $Script, [hashtable] $With) Import-Module $Manifest; foreach ($one in $With.Keys) { Set-Variable $one $With[$one] }; . ([scriptblock]::Create($Script))'
    $shell = [powershell]::Create().AddScript($start).AddParameters(@{ Manifest = Join-Path $RepoRoot 'ConfluentOffsets.psd1'; Script = $Script; With = $With })
    $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $nothing.Complete()
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $run = $shell.BeginInvoke($nothing, $output)
    [pscustomobject]@{ Shell = $shell; Run = $run; Output = $output }
}

# Ctrl+C; fails where the pipeline does not end.
function Stop-Script {
    param($Job)
    $Job.Shell.BeginStop($null, $null).AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
    $Job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
    "$($Job.Shell.InvocationStateInfo.State)" | Should-Be 'Stopped'
}

# A connection by way of a gate.
function Connect-Gate {
    param($T, [string] $Method, [string] $Path, [int] $Free = 0)
    $gate = [ConfluentOffsets.PesterTests.Gate]::new($T.Stub, $Method, $Path, $Free)
    $connection = Connect-ConfluentCloud -Credential (New-TestCredential) -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $gate -TimeProvider $T.Clock -PassThru
    [pscustomobject]@{ Gate = $gate; Connection = $connection }
}

# The statuses, offsets and answers that let <name> be altered.
function Add-Connector {
    param($Stub, [string] $Name)
    $null = $Stub.Answer('GET', "/$Name/offsets", 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 })))
    $null = $Stub.Answer('GET', "/$Name/offsets/request/status", 200, (New-StatusAnswer))
}
