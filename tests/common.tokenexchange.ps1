# Dot-sourced after common.ps1 by the tests of token exchange: a stub that gives tokens, and scripts in runspaces of their own.
$script:LongEnough = [timespan]::FromSeconds(20)
$script:TokenPath = '/sts/v1/oauth2/token'

# Lets the requests to an address through when it is opened, and says when so many are there.
if (-not ('ConfluentOffsets.PesterTests.Barrier' -as [type])) {
    Add-Type -TypeDefinition @'
namespace ConfluentOffsets.PesterTests
{
    public sealed class Barrier : System.Net.Http.DelegatingHandler
    {
        private readonly string _path;
        private readonly System.Threading.Tasks.TaskCompletionSource<bool> _open = new System.Threading.Tasks.TaskCompletionSource<bool>();

        public Barrier(System.Net.Http.HttpMessageHandler inner, string path, int count) : base(inner) { _path = path; Reached = new System.Threading.CountdownEvent(count); }

        public System.Threading.CountdownEvent Reached { get; }

        public void Open() { _open.TrySetResult(true); }

        protected override async System.Threading.Tasks.Task<System.Net.Http.HttpResponseMessage> SendAsync(System.Net.Http.HttpRequestMessage request, System.Threading.CancellationToken cancellationToken)
        {
            if (request.RequestUri.AbsolutePath.EndsWith(_path) && !_open.Task.IsCompleted)
            {
                if (!Reached.IsSet) { Reached.Signal(); }
                await _open.Task.WaitAsync(cancellationToken);
            }
            return await base.SendAsync(request, cancellationToken);
        }
    }

    // What script blocks in any runspace share with the test.
    public static class Shared
    {
        private static int _runs;
        public static int Runs { get { return System.Threading.Volatile.Read(ref _runs); } }
        public static int Run() { return System.Threading.Interlocked.Increment(ref _runs); }
        public static System.Threading.ManualResetEventSlim Started { get; private set; }
        public static System.Threading.ManualResetEventSlim Released { get; private set; }
        public static object Connection { get; set; }
        public static void Reset()
        {
            _runs = 0;
            Started = new System.Threading.ManualResetEventSlim();
            Released = new System.Threading.ManualResetEventSlim();
            Connection = null;
        }
    }
}
'@
}

function ConvertTo-Secure { param([string] $Text) ConvertTo-SecureString $Text -AsPlainText -Force }

function Get-TerminatingError {
    param([scriptblock] $Body)
    try { $null = & $Body }
    catch { return $_ }
    throw 'No error.'
}

# A stub that gives the tokens t1, t2, ... and answers every GET offsets; connected with a JWT or a script block.
function Connect-Exchange {
    param([scriptblock] $Command, [scriptblock] $Wrap, [string[]] $Token = @('t1', 't2', 't3'), [int] $ExpiresIn = 900)
    $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
    $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock)
    foreach ($one in $Token) { $null = $stub.Answer('POST', $TokenPath, 200, "{`"access_token`":`"$one`",`"token_type`":`"Bearer`",`"expires_in`":$ExpiresIn}") }
    $handler = $Wrap ? (& $Wrap $stub) : $stub
    $subject = $Command ? @{ SubjectTokenCommand = $Command } : @{ SubjectToken = ConvertTo-Secure 'the-jwt' }
    $connection = Connect-ConfluentCloud -IdentityPoolId pool-1 @subject -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $handler -TimeProvider $clock -PassThru
    [pscustomobject]@{ Stub = $stub; Clock = $clock; Connection = $connection; Handler = $handler }
}

function Add-Offsets { param($T) $null = $T.Stub.Answer('GET', '/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 }))) }

function Get-Exchange { param($T) @($T.Stub.Requests | Where-Object Path -EQ $TokenPath) }

# The JWTs that were exchanged.
function Get-Jwt { param($T) @(Get-Exchange $T | ForEach-Object { [uri]::UnescapeDataString([regex]::Match($_.Body, '(?<=subject_token=)[^&]*').Value) }) }

# The tokens that requests carried, in order.
function Get-Bearer { param($T) @($T.Stub.Requests | Where-Object Path -NE $TokenPath | ForEach-Object { $_.Authorization -replace '^Bearer ' }) }

# A script in a runspace of its own, with $c as connection.
function Start-Script {
    param([string] $Script, $Connection)
    $start = 'param([string] $Manifest, [string] $Script, $c) Import-Module $Manifest; . ([scriptblock]::Create($Script))'
    $shell = [powershell]::Create().AddScript($start).AddParameters(@{ Manifest = Join-Path $RepoRoot 'ConfluentOffsets.psd1'; Script = $Script; c = $Connection })
    $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $nothing.Complete()
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    [pscustomobject]@{ Shell = $shell; Run = $shell.BeginInvoke($nothing, $output); Output = $output }
}

function Wait-Script {
    param($Job)
    $Job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
    @($Job.Shell.Streams.Error) -join '; ' | Should-Be ''
}
