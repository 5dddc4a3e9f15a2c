BeforeAll {
    . $PSScriptRoot/common.ps1

    # A host that answers prompts with the labels it is given, in order, and keeps what it is asked and told.
    if (-not ('ConfluentOffsets.Tests.AnsweringHost' -as [type])) {
        Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ConfluentOffsets.Tests
{
    public sealed class Prompt
    {
        public string Caption;
        public string Message;
        public string[] Choices;
    }

    public sealed class AnsweringHost : PSHost
    {
        private readonly Guid _id = Guid.NewGuid();
        private readonly AnsweringUI _ui = new AnsweringUI();

        public AnsweringUI Answering { get { return _ui; } }
        public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
        public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
        public override Guid InstanceId { get { return _id; } }
        public override string Name { get { return "AnsweringHost"; } }
        public override PSHostUserInterface UI { get { return _ui; } }
        public override Version Version { get { return new Version(1, 0); } }
        public override void EnterNestedPrompt() { throw new NotSupportedException(); }
        public override void ExitNestedPrompt() { throw new NotSupportedException(); }
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { }
    }

    public sealed class AnsweringUI : PSHostUserInterface
    {
        public readonly Queue<string> Answers = new Queue<string>();
        public readonly List<Prompt> Prompts = new List<Prompt>();
        public readonly List<string> Lines = new List<string>();

        public override PSHostRawUserInterface RawUI { get { return null; } }

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            var labels = choices.Select(c => c.Label.Replace("&", "")).ToArray();
            Prompts.Add(new Prompt { Caption = caption, Message = message, Choices = labels });
            return Array.IndexOf(labels, Answers.Dequeue());
        }

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) { throw new NotSupportedException(); }
        public override string ReadLine() { throw new NotSupportedException(); }
        public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
        public override void Write(string value) { Lines.Add(value); }
        public override void Write(ConsoleColor foreground, ConsoleColor background, string value) { Lines.Add(value); }
        public override void WriteLine(string value) { Lines.Add(value); }
        public override void WriteDebugLine(string message) { }
        public override void WriteErrorLine(string value) { }
        public override void WriteProgress(long sourceId, ProgressRecord record) { }
        public override void WriteVerboseLine(string message) { }
        public override void WriteWarningLine(string message) { }
    }
}
'@
    }

    # Runs a script in a runspace of such a host. $c is the stub's connection.
    function Invoke-Asked {
        param([string] $Script, [string[]] $Answer = @(), $Connection = $t.Connection)
        $answering = [ConfluentOffsets.Tests.AnsweringHost]::new()
        foreach ($label in $Answer) { $answering.Answering.Answers.Enqueue($label) }
        $runspace = [runspacefactory]::CreateRunspace($answering)
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        try {
            $null = $shell.AddScript("param(`$module, `$c) Import-Module `$module; `$PSDefaultParameterValues['*:Connection'] = `$c; $Script").AddArgument("$RepoRoot/ConfluentOffsets.psd1").AddArgument($Connection)
            $thrown = $null
            $output = try { $shell.Invoke() } catch { $thrown = $_.Exception.InnerException.ErrorRecord }
            [pscustomobject]@{
                Output  = @($output)
                Prompts = @($answering.Answering.Prompts)
                Left    = $answering.Answering.Answers.Count
                Lines   = $answering.Answering.Lines -join "`n"
                Verbose = @($shell.Streams.Verbose) -join "`n"
                Errors  = @(@($thrown) + @($shell.Streams.Error) | Where-Object { $_ })
            }
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }

    # An applied request that had changed orders-0 from 900 to 1500, and orders-1 from 2500 to 1500.
    $script:P0, $script:P1 = 0, 1 | ForEach-Object { '{"partition":{"kafka_partition":' + $_ + ',"kafka_topic":"orders"},"offset":{"kafka_offset":' }
    $script:Changed = New-StatusAnswer -Offsets "[${P0}1500}},${P1}1500}}]" -PreviousOffsets "[${P0}900}},${P1}2500}}]"

    # A connector that answers everything, observed after its last change.
    function Add-Connector {
        param($Stub, [string] $Name, [string] $Offsets = (New-SinkAnswer ([ordered]@{ 'orders-0' = 1000; 'orders-1' = 2000 }) -ObservedAt '2024-02-20T15:14:31Z'), [string] $Status = $Changed)
        $null = $Stub.Answer('GET', "/$Name/offsets", 200, $Offsets).Answer('GET', "/$Name/offsets/request/status", 200, $Status)
        $null = $Stub.Answer('POST', "/$Name/offsets/request", 202, (New-AcceptedAnswer))
    }

    function Get-PostedName { param($Stub) @(Get-Post $Stub | ForEach-Object { $_.Path -replace '^.*connectors/|/offsets.*$' } | Sort-Object) -join ' ' }

    function Assert-Says { param([string] $Text, [string[]] $Part) foreach ($one in $Part) { $Text | Should-BeLikeString "*$one*" } }
}

Describe 'Confirmation' {
    BeforeEach {
        $t = Connect-Stub
        'a', 'b', 'c' | ForEach-Object { Add-Connector $t.Stub $_ }
    }

    Context 'the prompts of <Name>' -ForEach @(
        @{ Name = 'Set-ConnectorOffset'; Command = 'Set-ConnectorOffset a, b, c -Topic orders -KafkaPartition 0, 1 -KafkaOffset 5' }
        @{ Name = 'Set-ConnectorOffset with piped rows'; Command = 'Get-ConnectorOffset a, b, c | Set-ConnectorOffset -KafkaOffset 5' }
        @{ Name = 'Reset-ConnectorOffset -All'; Command = 'Reset-ConnectorOffset a, b, c -All' }
        @{ Name = 'Restore-ConnectorOffset'; Command = 'Restore-ConnectorOffset a, b, c' }
        @{ Name = 'Reset-ConnectorOffset -Topic'; Command = 'Reset-ConnectorOffset a, b, c -Topic orders -ErrorAction SilentlyContinue' }
    ) {
        It 'are one for each connector; <Answers> posts to <Posted>' -ForEach @(
            @{ Answers = 'Yes', 'Yes', 'Yes'; Asked = 3; Posted = 'a b c' }
            @{ Answers = 'Yes', 'No', 'Yes'; Asked = 3; Posted = 'a c' }
            @{ Answers = 'No', 'No', 'No'; Asked = 3; Posted = '' }
            @{ Answers = 'Yes to All', 'none'; Asked = 1; Posted = 'a b c' }
            @{ Answers = 'No', 'Yes to All', 'none'; Asked = 2; Posted = 'b c' }
            @{ Answers = 'No to All', 'none'; Asked = 1; Posted = '' }
        ) {
            $run = Invoke-Asked $Command $Answers

            $run.Errors.Count | Should-Be 0
            $run.Prompts.Count | Should-Be $Asked
            Get-PostedName $t.Stub | Should-Be $Posted
            @($run.Output | ForEach-Object ConnectorName) -join ' ' | Should-Be $Posted
            for ($i = 0; $i -lt $Asked; $i++) { $run.Prompts[$i].Caption | Should-BeLikeString "*'$('abc'[$i])'*" }
        }

        It 'are none for <_>' -ForEach '-Confirm:$false', '$ConfirmPreference = "None"' {
            $run = Invoke-Asked ($_ -like '-*' ? "$Command $_" : "$_; $Command")

            $run.Errors.Count | Should-Be 0
            $run.Prompts.Count | Should-Be 0
            Get-PostedName $t.Stub | Should-Be 'a b c'
        }

        It 'are none, and nothing is posted, for -WhatIf' {
            $run = Invoke-Asked "$Command -WhatIf"

            $run.Prompts.Count | Should-Be 0
            Get-Post $t.Stub | Should-BeNull
        }
    }

    Context 'while the prompt stands' {
        It 'another change is noticed: <Command> sends nothing' -ForEach @(
            @{ Command = 'Set-ConnectorOffset late -Topic orders -KafkaPartition 0 -KafkaOffset 5' }
            @{ Command = 'Reset-ConnectorOffset late -All' }
            @{ Command = 'Restore-ConnectorOffset late' }
        ) {
            Add-Connector $t.Stub late
            $null = $t.Stub.Answer('GET', '/late/offsets/request/status', 200, (New-StatusAnswer -RequestedAt '2024-02-20T15:15:00Z' -Offsets "[${P0}7}}]"))

            $run = Invoke-Asked $Command 'Yes'

            @($run.Errors.FullyQualifiedErrorId | ForEach-Object { $_ -replace ',.*' }) -join ' ' | Should-Be 'OffsetRequestConflict'
            "$($run.Errors[0])" | Should-BeLikeString '*has changed its offsets since they were read*'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'a change makes rows too old to shift' {
            $status = foreach ($minute in 57, 59) { (New-StatusAnswer -RequestedAt "2024-02-20T14:${minute}:40Z") -replace '2024-02-20T15:14:30\+0000', "2024-02-20T14:${minute}:50Z" }
            Add-Connector $t.Stub late (New-SinkAnswer @{ 'orders-0' = 1000 } -ObservedAt '2024-02-20T14:59:30Z') $status[0]
            $null = $t.Stub.Answer('GET', '/late/offsets/request/status', 200, $status[1])

            $run = Invoke-Asked 'Get-ConnectorOffset late | Set-ConnectorOffset -Shift 1' 'Yes'

            @($run.Errors.FullyQualifiedErrorId | ForEach-Object { $_ -replace ',.*' }) -join ' ' | Should-Be 'OffsetsStale'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'a request that is still under way is a conflict' {
            Add-Connector $t.Stub late
            $null = $t.Stub.Answer('GET', '/late/offsets/request/status', 200, (New-StatusAnswer -Phase PENDING -RequestedAt '2024-02-20T15:15:00Z'))

            $run = Invoke-Asked 'Reset-ConnectorOffset late -All' 'Yes'

            @($run.Errors.FullyQualifiedErrorId | ForEach-Object { $_ -replace ',.*' }) -join ' ' | Should-Be 'OffsetRequestConflict'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'a sink runs on: what is kept is what it had when the request was sent' {
            Add-Connector $t.Stub late
            $null = $t.Stub.Answer('GET', '/late/offsets', 200, (New-SinkAnswer ([ordered]@{ 'orders-0' = 1100; 'orders-1' = 2000 }) -ObservedAt '2024-02-20T15:16:00Z'))

            $run = Invoke-Asked 'Set-ConnectorOffset late -Topic orders -KafkaPartition 0 -KafkaOffset 5' 'Yes'

            $run.Output[0].OffsetsBefore[0].KafkaOffset | Should-Be 1100
        }
    }

    Context 'where what stands before in the pipeline sets the preference' {
        It 'the prompt says all that it says' {
            $run = Invoke-Asked '$ConfirmPreference = "None"; Get-ConnectorOffset a | ForEach-Object { $ConfirmPreference = "High"; $_ } | Set-ConnectorOffset -KafkaOffset 5' 'Yes'

            $run.Prompts.Count | Should-Be 1
            Assert-Says $run.Prompts[0].Message 'orders-0: 1000 -> 5', 'env-a12b6'
            Get-PostedName $t.Stub | Should-Be 'a'
        }

        It '-WhatIf says all that it says, and nothing is posted' {
            $run = Invoke-Asked 'Get-ConnectorOffset a | ForEach-Object { $WhatIfPreference = $true; $_ } | Set-ConnectorOffset -KafkaOffset 5 -Confirm:$false'

            Assert-Says $run.Lines 'orders-0: 1000 -> 5', 'env-a12b6'
            Get-Post $t.Stub | Should-BeNull
        }

        It 'what -Debug asks (PowerShell 7.4) says all that it says' {
            $run = Invoke-Asked '$ConfirmPreference = "None"; Reset-ConnectorOffset a -All -Debug' 'Yes'

            foreach ($prompt in $run.Prompts) { Assert-Says $prompt.Message 'orders-0: 1000', 'env-a12b6' }
            Get-PostedName $t.Stub | Should-Be 'a'
        }
    }

    Context 'before the prompt' {
        It 'refuses what cannot be done without asking' {
            $run = Invoke-Asked 'Set-ConnectorOffset a, b -Topic orders -KafkaPartition 7 -KafkaOffset 5; Reset-ConnectorOffset a -Topic other'

            $run.Prompts.Count | Should-Be 0
            @($run.Errors.FullyQualifiedErrorId | ForEach-Object { $_ -replace ',.*' }) -join ' ' | Should-Be 'PartitionNotFound PartitionNotFound PartitionNotFound'
        }
    }

    Context 'what an operator reads in <Where>' -ForEach @(
        @{ Where = 'the prompt'; Suffix = ''; Read = { param($run) "$($run.Prompts[0].Caption)`n$($run.Prompts[0].Message)" } }
        @{ Where = '-WhatIf'; Suffix = ' -WhatIf'; Read = { param($run) $run.Lines } }
        @{ Where = '-Verbose'; Suffix = ' -Verbose -Confirm:$false'; Read = { param($run) $run.Verbose } }
    ) {
        It 'names key id, environment, cluster, connector, old and new values, and the records replayed and skipped' {
            $run = Invoke-Asked "@{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 0; KafkaOffset = 100 }, @{ ConnectorName = 'a'; Topic = 'orders'; KafkaPartition = 1; KafkaOffset = 2345 } | Set-ConnectorOffset$Suffix" 'Yes'

            $text = & $Read $run
            Assert-Says $text 'API key TESTKEY0123456', 'env-a12b6', 'lkc-devc80', "connector 'a'", 'orders-0: 1000 -> 100 (replays 900 records)', 'orders-1: 2000 -> 2345 (skips 345 records)', '900 records are replayed and 345 are skipped'
            $text | Should-NotBeLikeString "*$Secret*"
        }

        It 'lists the first ten partitions, then a count, and the records of all' {
            $offsets = [ordered]@{}
            0..11 | ForEach-Object { $offsets["big-$_"] = 100 }
            Add-Connector $t.Stub many (New-SinkAnswer $offsets -ObservedAt '2024-02-20T15:14:31Z')

            $run = Invoke-Asked "Get-ConnectorOffset many | Set-ConnectorOffset -KafkaOffset 90$Suffix" 'Yes'

            $text = & $Read $run
            Assert-Says $text 'big-9: 100 -> 90', 'and 2 more', '120 records are replayed and 0 are skipped'
            $text | Should-NotBeLikeString '*big-10*'
        }

        It 'shows a source''s old and new offset, and a partition that is new' {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer '{"partition":{"server":"db","t":"1"},"offset":{"lsn":5,"deep":{"x":[1]}}}')

            $run = Invoke-Asked "@{ Partition = '{`"t`":`"1`",`"server`":`"db`"}'; Offset = '{`"lsn`":6}' }, @{ Partition = '{`"t`":`"2`"}'; Offset = '{`"lsn`":7}' } | Set-ConnectorOffset cdc -AllowNewPartition$Suffix" 'Yes'

            Assert-Says (& $Read $run) 'server=db, t=1: lsn=5, deep={"x":`[1`]} -> lsn=6', 't=2: (new) -> lsn=7'
        }

        It 'says what a reset of everything does' {
            $run = Invoke-Asked "Reset-ConnectorOffset a -All$Suffix" 'Yes'

            Assert-Says (& $Read $run) 'API key TESTKEY0123456', 'env-a12b6', 'lkc-devc80', "connector 'a'", 'all partitions, 2 now', 'orders-0: 1000', 'orders-1: 2000', 'up to 3000 records are replayed', 'as observed at 2024-02-20 15:14:31Z'
        }

        It 'lists the first ten partitions that a reset takes, then a count, and the records of all' {
            $offsets = [ordered]@{}
            0..11 | ForEach-Object { $offsets["big-$_"] = 100 }
            Add-Connector $t.Stub many (New-SinkAnswer $offsets -ObservedAt '2024-02-20T15:14:31Z')

            $run = Invoke-Asked "Reset-ConnectorOffset many -All$Suffix" 'Yes'

            Assert-Says (& $Read $run) 'all partitions, 12 now', 'big-9: 100', 'and 2 more', 'up to 1200 records are replayed'
            (& $Read $run) | Should-NotBeLikeString '*big-10*'
        }

        It 'says of one record that it is, not that they are' {
            Add-Connector $t.Stub one (New-SinkAnswer ([ordered]@{ 'orders-0' = 1; 'orders-1' = 0 }) -ObservedAt '2024-02-20T15:14:31Z')

            Assert-Says (& $Read (Invoke-Asked "Reset-ConnectorOffset one -All$Suffix" 'Yes')) 'up to 1 record is replayed'
            $rows = '@{ Topic = "orders"; KafkaPartition = 0; KafkaOffset = 0 }, @{ Topic = "orders"; KafkaPartition = 1; KafkaOffset = 1 }'
            Assert-Says (& $Read (Invoke-Asked "$rows | Set-ConnectorOffset one$Suffix" 'Yes')) 'in all, 1 record is replayed and 1 is skipped'
        }

        It 'counts no records of a source' {
            Add-Connector $t.Stub cdc (New-OffsetsAnswer '{"partition":{"server":"db"},"offset":{"lsn":5}}' -ObservedAt '2024-02-20T15:14:31Z')

            $run = Invoke-Asked "Reset-ConnectorOffset cdc -All$Suffix" 'Yes'

            Assert-Says (& $Read $run) 'server=db: lsn=5'
            (& $Read $run) | Should-NotBeLikeString '*record*'
        }

        It 'names key id, environment, cluster, connector, old and new values, and the records, of what is restored' {
            Add-Connector $t.Stub seen (New-SinkAnswer ([ordered]@{ 'orders-0' = 1600; 'orders-1' = 1700 }) -ObservedAt '2024-02-20T15:14:31Z')

            $run = Invoke-Asked "Restore-ConnectorOffset seen$Suffix" 'Yes'

            Assert-Says (& $Read $run) 'Restore the offsets', 'API key TESTKEY0123456', 'env-a12b6', 'lkc-devc80', "connector 'seen'", 'orders-0: 1600 -> 900 (replays 700 records)', 'orders-1: 1700 -> 2500 (skips 800 records)', 'in all, 700 records are replayed and 800 are skipped', 'as observed at 2024-02-20 15:14:31Z'
        }

        It 'shows what the last change made, where <Command> comes before its observation' -ForEach @(
            @{ Command = 'Restore-ConnectorOffset early'; Says = 'orders-0: 1500 -> 900 (replays 600 records)', 'orders-1: 1500 -> 2500 (skips 1000 records)' }
            @{ Command = 'Set-ConnectorOffset early -Topic orders -KafkaPartition 0, 1 -KafkaOffset 1600'; Says = 'orders-0: 1500 -> 1600 (skips 100 records)', 'orders-1: 1500 -> 1600 (skips 100 records)', 'in all, 0 records are replayed and 200 are skipped' }
            @{ Command = 'Reset-ConnectorOffset early -All'; Says = 'orders-0: 1500', 'up to 3000 records are replayed' }
        ) {
            Add-Connector $t.Stub early (New-SinkAnswer ([ordered]@{ 'orders-0' = 1000; 'orders-1' = 2000 }))

            $run = Invoke-Asked "$Command$Suffix" 'Yes'

            Assert-Says (& $Read $run) ($Says + 'as the last change has left them; that is not observed yet')
            (& $Read $run) | Should-NotBeLikeString '*as observed*'
        }

        It 'shows none where a restore comes after a reset: <When>' -ForEach @(
            @{ When = 'not observed yet'; ObservedAt = '2024-02-20T15:14:30Z'; Offsets = [ordered]@{ 'orders-0' = 1000 } }
            @{ When = 'observed'; ObservedAt = '2024-02-20T15:14:31Z'; Offsets = @{} }
        ) {
            $reset = New-StatusAnswer -Type DELETE -PreviousOffsets "[${P0}900}},${P1}2500}}]"
            Add-Connector $t.Stub gone (New-SinkAnswer $Offsets -ObservedAt $ObservedAt) $reset

            $run = Invoke-Asked "Restore-ConnectorOffset gone$Suffix" 'Yes'

            Assert-Says (& $Read $run) 'orders-0: (none) -> 900', 'orders-1: (none) -> 2500'
            (& $Read $run) | Should-NotBeLikeString '*records*'
        }

        It 'says which partitions a partial reset takes' {
            $run = Invoke-Asked "Reset-ConnectorOffset a -Topic orders -KafkaPartition 1 -ErrorAction SilentlyContinue$Suffix" 'Yes'

            $text = & $Read $run
            Assert-Says $text "connector 'a'", 'orders-1: 2000'
            $text | Should-NotBeLikeString '*orders-0*'
            $text | Should-NotBeLikeString '*all partitions*'
        }

        It 'says so where nobody tells what the last change has left' {
            Add-Connector $t.Stub early (New-SinkAnswer @{ 'orders-0' = 1000 }) (New-StatusAnswer)

            $run = Invoke-Asked "Set-ConnectorOffset early -Topic orders -KafkaPartition 0 -KafkaOffset 5$Suffix" 'Yes'

            Assert-Says (& $Read $run) 'orders-0: 1000 -> 5 (replays 995 records)', 'as observed at 2024-02-20 15:14:19Z, before the last change: what that has left is not known'
        }

        It 'does not write a service''s control characters to the terminal' {
            $escape = [char]27
            Add-Connector $t.Stub odd (New-OffsetsAnswer '{"partition":{"t":"a\u001b[2Jb","a\u001b[3Jb":1},"offset":{"n":"\u001b[31m"}}', '{"partition":{"kafka_topic":"a\u001b[4Jb","kafka_partition":0},"offset":{"kafka_offset":1}}')

            $run = Invoke-Asked "Get-ConnectorOffset odd | Set-ConnectorOffset$Suffix" 'Yes'

            (& $Read $run).Contains("a$escape") | Should-BeFalse
            (& $Read $run).Contains("$escape[31m") | Should-BeFalse
            Assert-Says (& $Read $run) 'u001*'
        }
    }

    Context 'the prompt''s own words' {
        It 'say of a reset that it starts over' {
            $run = Invoke-Asked 'Reset-ConnectorOffset a -All' 'No'

            Assert-Says $run.Prompts[0].Message 'as if newly created: a sink starts over, a CDC source takes a new snapshot'
        }

        It 'name a token as a token' {
            $token = Connect-ConfluentCloud -AccessToken (ConvertTo-SecureString 'tok-123' -AsPlainText -Force) -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $t.Stub -PassThru

            $run = Invoke-Asked 'Reset-ConnectorOffset a -All' 'No' -Connection $token

            Assert-Says $run.Prompts[0].Message 'AccessToken'
            $run.Prompts[0].Message | Should-NotBeLikeString '*tok-123*'
        }
    }
}
