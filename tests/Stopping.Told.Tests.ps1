# Who stops a cmdlet in the middle of changing something is told by the host what was sent: the streams are closed then.
BeforeAll {
    . $PSScriptRoot/common.ps1
    $script:LongEnough = [timespan]::FromSeconds(20)
    $script:Sent = 'Sent, with no answer yet, so perhaps taken (look at Get-ConnectorOffsetRequest)'
    $script:Taken = 'Taken, perhaps not finished yet (look at Get-ConnectorOffsetRequest)'

    # A host that keeps warnings; a prompt is answered with Yes so often as is said, and then left without an answer.
    if (-not ('ConfluentOffsets.PesterTests.LeavingHost' -as [type])) {
        Add-Type -TypeDefinition @'
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Threading;

namespace ConfluentOffsets.PesterTests
{
    public sealed class LeavingHost : PSHost
    {
        private readonly Guid _id = Guid.NewGuid();
        private readonly LeavingUI _ui = new LeavingUI();

        public LeavingUI Person { get { return _ui; } }
        public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
        public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
        public override Guid InstanceId { get { return _id; } }
        public override string Name { get { return "LeavingHost"; } }
        public override PSHostUserInterface UI { get { return _ui; } }
        public override Version Version { get { return new Version(1, 0); } }
        public override void EnterNestedPrompt() { }
        public override void ExitNestedPrompt() { }
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { }
    }

    public sealed class LeavingUI : PSHostUserInterface
    {
        public readonly ConcurrentQueue<string> Warnings = new ConcurrentQueue<string>();
        public readonly ManualResetEventSlim Asked = new ManualResetEventSlim();
        public readonly ManualResetEventSlim Leaves = new ManualResetEventSlim();
        public int Agrees;

        public override PSHostRawUserInterface RawUI { get { return null; } }

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            if (Agrees-- > 0)
                return 0;
            Asked.Set();
            Leaves.Wait(TimeSpan.FromSeconds(60));
            throw new PipelineStoppedException();
        }

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) { throw new NotSupportedException(); }
        public override string ReadLine() { throw new NotSupportedException(); }
        public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
        public override void Write(string value) { }
        public override void Write(ConsoleColor foreground, ConsoleColor background, string value) { }
        public override void WriteLine(string value) { }
        public override void WriteDebugLine(string message) { }
        public override void WriteErrorLine(string value) { }
        public override void WriteProgress(long sourceId, ProgressRecord record) { }
        public override void WriteVerboseLine(string message) { }
        public override void WriteWarningLine(string message) { Warnings.Enqueue(message); }
    }
}
'@
    }

    # A script in a runspace of such a host. $c is the stub's connection.
    function Start-Script {
        param([string] $Script, [int] $Agrees)
        $leaving = [ConfluentOffsets.PesterTests.LeavingHost]::new()
        $leaving.Person.Agrees = $Agrees
        $runspace = [runspacefactory]::CreateRunspace($leaving)
        $runspace.Open()
        $shell = [powershell]::Create($runspace).AddScript("param(`$module, `$c) Import-Module `$module; `$PSDefaultParameterValues['*:Connection'] = `$c; $Script").AddArgument("$RepoRoot/ConfluentOffsets.psd1").AddArgument($t.Connection)
        [pscustomobject]@{ Shell = $shell; Run = $shell.BeginInvoke(); Person = $leaving.Person }
    }

    # Ctrl+C, and what the host was told by it.
    function Stop-Script {
        param($Job)
        $stopping = $Job.Shell.BeginStop($null, $null)
        $Job.Person.Leaves.Set()
        $stopping.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
        $Job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
        "$($Job.Shell.InvocationStateInfo.State)" | Should-Be 'Stopped'
        @($Job.Person.Warnings)
    }

    # Waits for the end, and what the host was told.
    function Wait-Script {
        param($Job)
        $Job.Run.AsyncWaitHandle.WaitOne($LongEnough) | Should-BeTrue
        @($Job.Person.Warnings)
    }

    $script:Item = '{"partition":{"kafka_partition":0,"kafka_topic":"orders"},"offset":{"kafka_offset":5}}'

    # A connector that answers everything, but for what was queued before.
    function Add-Connector {
        param([string[]] $Name)
        foreach ($one in $Name) {
            $null = $t.Stub.Answer('GET', "/$one/offsets", 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 100 }))).Answer('GET', "/$one/offsets/request/status", 200, (New-StatusAnswer -Offsets "[$Item]" -PreviousOffsets "[$Item]"))
            $null = $t.Stub.Answer('POST', "/$one/offsets/request", 202, (New-AcceptedAnswer -Offsets "[$Item]"))
            $null = $t.Stub.Answer('PUT', "/$one/pause", 202, $null).Answer('PUT', "/$one/resume", 202, $null)
        }
    }
}

Describe '<Name>, stopped' -ForEach @(
    @{ Name = 'Set-ConnectorOffset'; Command = 'Set-ConnectorOffset a, b, c -Topic orders -KafkaPartition 0 -KafkaOffset 50 -ThrottleLimit 1' }
    @{ Name = 'Reset-ConnectorOffset'; Command = 'Reset-ConnectorOffset a, b, c -All -ThrottleLimit 1' }
    @{ Name = 'Restore-ConnectorOffset'; Command = 'Restore-ConnectorOffset a, b, c -ThrottleLimit 1' }
) {
    BeforeEach {
        $t = Connect-Stub
        $job = $null
    }

    AfterEach {
        # One that does not end cannot be disposed either: the test has failed, and must not hang.
        if ($job -and $job.Run.IsCompleted) {
            $job.Shell.Runspace.Dispose()
            $job.Shell.Dispose()
        }
    }

    It 'before the first POST, has sent nothing' {
        $null = $t.Stub.Fail('GET', '/a/offsets', 'Hold')
        Add-Connector a, b, c
        $job = Start-Script "$Command -Confirm:`$false"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @('Stopped. Nothing was sent for: a, b, c.')
    }

    It 'during a POST, tells of each: taken, without an answer, not sent' {
        $null = $t.Stub.Fail('POST', '/b/offsets/request', 'Hold')
        Add-Connector a, b, c
        $job = Start-Script "$Command -Confirm:`$false"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @("Stopped. ${Sent}: b. ${Taken}: a. Nothing was sent for: c.")
        @(Get-Post $t.Stub).Count | Should-Be 2
    }

    It 'while it finds out what became of a POST, does not know it' {
        $null = $t.Stub.Fail('POST', '/a/offsets/request', 'Lost')
        $reads = $Name -like 'Restore*' ? 2 : 1
        1..$reads | ForEach-Object { $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$Item]" -PreviousOffsets "[$Item]")) }
        $null = $t.Stub.Fail('GET', '/a/offsets/request/status', 'Hold')
        Add-Connector a, b, c
        $job = Start-Script "$Command -Confirm:`$false"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @("Stopped. ${Sent}: a. Nothing was sent for: b, c.")
    }

    It 'after a POST was refused, says so: its error is lost' {
        $null = $t.Stub.Answer('POST', '/a/offsets/request', 400, '{}').Fail('POST', '/b/offsets/request', 'Hold')
        Add-Connector a, b, c
        $job = Start-Script "$Command -Confirm:`$false"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @("Stopped. ${Sent}: b. Sent, and not taken: a. Nothing was sent for: c.")
    }

    It 'during -Wait, has had them taken' {
        $reads = $Name -like 'Restore*' ? 2 : 1
        1..$reads | ForEach-Object { $null = $t.Stub.Answer('GET', '/a/offsets/request/status', 200, (New-StatusAnswer -Offsets "[$Item]" -PreviousOffsets "[$Item]")) }
        $null = $t.Stub.Fail('GET', '/a/offsets/request/status', 'Hold')
        Add-Connector a, b, c
        $job = Start-Script "$Command -Confirm:`$false -Wait"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @("Stopped. ${Taken}: a, b, c.")
    }

    It 'at a prompt, tells what was agreed to before' {
        Add-Connector a, b, c
        $job = Start-Script $Command -Agrees 1
        $job.Person.Asked.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @("Stopped. ${Taken}: a. Nothing was sent for: b, c.")
    }

    It 'with -WhatIf, has nothing to tell' {
        $null = $t.Stub.Fail('GET', '/b/offsets', 'Hold')
        Add-Connector a, b, c
        $job = Start-Script "$Command -WhatIf"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        @(Stop-Script $job).Count | Should-Be 0
    }

    It 'is not what <Case> is' -ForEach @(
        @{ Case = 'a normal end'; Suffix = '' }
        @{ Case = 'Select-Object -First'; Suffix = ' | Select-Object -First 1' }
        @{ Case = 'an error under Stop'; Suffix = ' -ErrorAction Stop'; Status = 404 }
        @{ Case = 'an error that ends the pipeline'; Suffix = ''; Status = 401 }
    ) {
        if ($Case -like '*error*') { $null = $t.Stub.Answer('GET', '/b/offsets', $Status, '{}') }
        Add-Connector a, b, c
        $job = Start-Script "try { $Command -WarningAction SilentlyContinue -Confirm:`$false$Suffix } catch { }"

        @(Wait-Script $job).Count | Should-Be 0
        @(Get-Post $t.Stub).Count | Should-NotBe 0
    }
}

Describe 'Set-ConnectorOffset, stopped while a refused POST waits to be sent again' {
    It 'has not had it taken' {
        $t = Connect-Stub
        $t.Clock.Frozen = $true
        $null = $t.Stub.Answer('POST', '/a/offsets/request', 429, $null, @{ 'Retry-After' = 30 })
        Add-Connector a, b
        $job = Start-Script 'Set-ConnectorOffset a, b -Topic orders -KafkaPartition 0 -KafkaOffset 50 -ThrottleLimit 1 -Confirm:$false'
        $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @('Stopped. Sent, and not taken: a. Nothing was sent for: b.')
        @(Get-Post $t.Stub).Count | Should-Be 1
    }
}

Describe 'Set-ConnectorOffset, stopped while it needs another token after a 401' {
    It 'has not had it taken' {
        $t = Connect-Stub
        $token = ConvertTo-SecureString 'jwtjwtjwt' -AsPlainText -Force
        $t.Connection = Connect-ConfluentCloud -IdentityPoolId pool-1 -SubjectToken $token -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $t.Stub -TimeProvider $t.Clock -PassThru
        $null = $t.Stub.Answer('POST', '/sts/v1/oauth2/token', 200, '{"access_token":"t1t1t1t1","expires_in":900}').Fail('POST', '/sts/v1/oauth2/token', 'Hold')
        $null = $t.Stub.Answer('POST', '/a/offsets/request', 401, '{}')
        Add-Connector a
        $job = Start-Script 'Set-ConnectorOffset a -Topic orders -KafkaPartition 0 -KafkaOffset 50 -Confirm:$false'
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @('Stopped. Sent, and not taken: a.')
    }
}

Describe 'Set-ConnectorOffset for several clusters, stopped' {
    It 'tells connectors of the same name apart' {
        $t = Connect-Stub
        $null = $t.Stub.Fail('POST', '/lkc-y/connectors/a/offsets/request', 'Hold')
        Add-Connector a
        $job = Start-Script '"lkc-x", "lkc-y" | ForEach-Object { [pscustomobject]@{ ConnectorName = "a"; KafkaClusterId = $_; Topic = "orders"; KafkaPartition = 0; KafkaOffset = 5 } } | Set-ConnectorOffset -ThrottleLimit 1 -Confirm:$false'
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @("Stopped. ${Sent}: a (env-a12b6, lkc-y). ${Taken}: a (env-a12b6, lkc-x).")
    }
}

Describe '<Name>, stopped' -ForEach @(
    @{ Name = 'Suspend-Connector'; Path = 'pause' }
    @{ Name = 'Resume-Connector'; Path = 'resume' }
) {
    BeforeEach { $t = Connect-Stub }

    It 'during a PUT, tells of each: taken, without an answer, not sent' {
        $null = $t.Stub.Fail('PUT', "/b/$Path", 'Hold')
        Add-Connector a, b, c
        $job = Start-Script "$Name a, b, c -ThrottleLimit 1 -Confirm:`$false"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @('Stopped. Sent, with no answer yet, so perhaps taken (look at Get-Connector): b. Taken, perhaps not finished yet (look at Get-Connector): a. Nothing was sent for: c.')
    }

    It 'after a PUT was refused, says so' {
        $null = $t.Stub.Answer('PUT', "/a/$Path", 400, '{}').Fail('PUT', "/b/$Path", 'Hold')
        Add-Connector a, b
        $job = Start-Script "$Name a, b -ThrottleLimit 1 -Confirm:`$false"
        $t.Stub.Held.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @('Stopped. Sent, with no answer yet, so perhaps taken (look at Get-Connector): b. Sent, and not taken: a.')
    }

    It 'while it is held back, has sent nothing' {
        Add-Connector a, b
        $null = $t.Stub.Answer('GET', '/z/offsets', 200, '{}', @{ 'X-RateLimit-Remaining' = 0; 'X-RateLimit-Reset' = 30 })
        $null = Get-ConnectorOffset z
        $t.Clock.Frozen = $true
        $t.Clock.DelayStarted.Reset()
        $job = Start-Script "$Name a, b -ThrottleLimit 1 -Confirm:`$false"
        $t.Clock.DelayStarted.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @('Stopped. Nothing was sent for: a, b.')
        @($t.Stub.Requests | Where-Object Method -EQ PUT).Count | Should-Be 0
    }

    It 'at a prompt, has sent nothing' {
        Add-Connector a, b
        $job = Start-Script "$Name a, b -Confirm" -Agrees 1
        $job.Person.Asked.Wait($LongEnough) | Should-BeTrue

        Stop-Script $job | Should-BeCollection @('Stopped. Nothing was sent for: a, b.')
        @($t.Stub.Requests).Count | Should-Be 0
    }

    It 'is not what a normal end is' {
        Add-Connector a, b
        $job = Start-Script "$Name a, b -Confirm:`$false"

        @(Wait-Script $job).Count | Should-Be 0
    }
}
