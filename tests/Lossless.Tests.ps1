BeforeAll {
    . $PSScriptRoot/common.ps1

    # A source connector with these items, connected and ready to be altered.
    function Connect-Source {
        param([string[]] $Items)
        $t = Connect-Stub
        $null = $t.Stub.Answer('GET', '/cdc/offsets', 200, (New-OffsetsAnswer $Items)).Answer('GET', '/cdc/offsets/request/status', 200, '{"request":null,"status":null}')
        $null = $t.Stub.Answer('POST', '/cdc/offsets/request', 202, (New-AcceptedAnswer))
        $t
    }

    # What was posted is this, byte for byte.
    function Assert-PostedItem {
        param($Stub, [string] $Items)
        (Get-Post $Stub)[0].Body | Should-BeString -CaseSensitive "{`"type`":`"PATCH`",`"offsets`":[$Items]}"
    }

    $script:Partition = '{"server":"x"}'
}

# Each is the literal of a member's value, or of a whole map.
BeforeDiscovery {
    $script:Values = @(
        @{ Case = 'an integer of 20 digits'; Literal = '12345678901234567890' }
        @{ Case = 'an integer of 40 digits'; Literal = '1234567890123456789012345678901234567890' }
        @{ Case = 'a negative integer of 40 digits'; Literal = '-1234567890123456789012345678901234567890' }
        @{ Case = 'the largest long'; Literal = '9223372036854775807' }
        @{ Case = 'the smallest long'; Literal = '-9223372036854775808' }
        @{ Case = '2^53 + 1'; Literal = '9007199254740993' }
        @{ Case = 'minus zero with a fraction'; Literal = '-0.0' }
        @{ Case = 'minus zero'; Literal = '-0' }
        @{ Case = '1.0'; Literal = '1.0' }
        @{ Case = '1.10'; Literal = '1.10' }
        @{ Case = '1E5'; Literal = '1E5' }
        @{ Case = '1e+5'; Literal = '1e+5' }
        @{ Case = 'a fraction of 40 digits'; Literal = '0.1234567890123456789012345678901234567890' }
        @{ Case = 'a number beyond double'; Literal = '1e400' }
        @{ Case = 'a number as text'; Literal = '"1"' }
        @{ Case = 'a text like a date'; Literal = '"2024-02-20T15:14:19Z"' }
        @{ Case = 'another text like a date'; Literal = '"\/Date(1708441459000)\/"' }
        @{ Case = 'null'; Literal = 'null' }
        @{ Case = 'true and false as text'; Literal = '["true",true,"false",false]' }
        @{ Case = 'nulls inside nested objects and arrays'; Literal = '{"a":[null,{"b":null,"c":[[],[null]]}],"d":{}}' }
        @{ Case = 'an escape \u00e9'; Literal = '"\u00e9"' }
        @{ Case = 'the same letter as it is'; Literal = '"é"' }
        @{ Case = 'an escaped solidus'; Literal = '"a\/b"' }
        @{ Case = 'other escapes'; Literal = '"\"\\\b\f\n\r\t\u0000\u001F\u001f"' }
        @{ Case = 'an emoji'; Literal = '"😀"' }
        @{ Case = 'an emoji as escapes'; Literal = '"\uD83D\ude00"' }
        @{ Case = 'letters that web encoders escape'; Literal = '"<a href=''x''>&+</a>"' }
        @{ Case = 'white space between tokens'; Literal = "{ `"a`" : [ 1 ,`t2 ] }" }
    )
    $script:Maps = @(
        @{ Case = 'keys that differ by case'; Literal = '{"lsn":1,"LSN":2,"Lsn":3}' }
        @{ Case = 'an empty key'; Literal = '{"":1,"a":2}' }
        @{ Case = 'keys called Count, Keys, Values, Item, PSObject'; Literal = '{"Count":1,"Keys":[2],"Values":"x","Item":null,"PSObject":3,"psbase":4}' }
        @{ Case = 'keys with escapes, blanks, dots and an emoji'; Literal = '{"\u00e9":1,"a b":2,"a.b":3,"\/":4,"😀":5,"\"":6}' }
        @{ Case = 'keys in no order'; Literal = '{"z":1,"a":2,"m":3,"10":4,"9":5}' }
        @{ Case = 'white space around everything'; Literal = "{`n  `"a`" : 1 ,`r`n `"b`":2 }" }
    )
}

Describe 'Maps keep what was not edited, byte for byte' {
    Context 'from GET to Set, unedited' {
        It 'keeps <Case> in an offset and in a partition: <Literal>' -ForEach $Values {
            $item = "{`"partition`":{`"k`":$Literal,`"n`":1},`"offset`":{`"before`":1,`"v`":$Literal,`"after`":2}}"
            $t = Connect-Source $item

            $null = Get-ConnectorOffset cdc | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub $item
        }

        It 'keeps <Case>: <Literal>' -ForEach $Maps {
            $item = "{`"partition`":$Literal,`"offset`":$Literal}"
            $t = Connect-Source $item

            $null = Get-ConnectorOffset cdc | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub $item
        }

        It 'keeps it when everything was looked at before' {
            $item = "{`"partition`":{`"k`":-0.0},`"offset`":{`"deep`":{ `"list`":[1.10, {`"x`":1E5}] },`"Count`":12345678901234567890}}"
            $t = Connect-Source $item
            $row = Get-ConnectorOffset cdc
            $null = $row | Format-List * | Out-String
            $null = $row | ConvertTo-Json -Depth 9
            $null = $row.Offset.deep.list[1].x, $row.Offset.Count, $row.Partition.k
            foreach ($entry in $row.Offset.GetEnumerator()) { $null = $entry.Value }

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub $item
        }

        It 'keeps <Case> through <Through>: <Literal>' -ForEach $(
            foreach ($value in $Values) {
                @{ Case = $value.Case; Literal = $value.Literal; Through = 'Clixml'; Turn = { param($row) [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($row)) } }
                @{ Case = $value.Case; Literal = $value.Literal; Through = 'CSV'; Turn = { param($row) $row | ConvertTo-Csv | ConvertFrom-Csv } }
            }
        ) {
            $item = "{`"partition`":{`"k`":$Literal},`"offset`":{`"v`":$Literal,`"deep`":{`"er`":[{`"v`":$Literal}]}}}"
            $t = Connect-Source $item

            $null = & $Turn (Get-ConnectorOffset cdc) | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub $item
        }
    }

    Context 'one member edited' {
        It 'leaves <Case> beside it as it came: <Literal>' -ForEach $Values {
            $t = Connect-Source "{`"partition`":$Partition,`"offset`":{`"a`":$Literal,`"edit`":1,`"deep`":{`"b`":$Literal,`"edit`":[1,$Literal]}}}"
            $row = Get-ConnectorOffset cdc
            $row.Offset.edit = 2
            $row.Offset.deep.edit[0] = 3

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub "{`"partition`":$Partition,`"offset`":{`"a`":$Literal,`"edit`":2,`"deep`":{`"b`":$Literal,`"edit`":[3,$Literal]}}}"
        }

        It 'leaves keys as they came: <Case>' -ForEach $Maps {
            $t = Connect-Source "{`"partition`":$Partition,`"offset`":{`"edit`":1,`"map`":$Literal}}"
            $row = Get-ConnectorOffset cdc
            $row.Offset.edit = 2

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub "{`"partition`":$Partition,`"offset`":{`"edit`":2,`"map`":$Literal}}"
        }

        It 'leaves the keys of the edited map itself as they came: <Case>' -ForEach ($Maps | Where-Object Case -NotLike 'white space*') {
            $members = $Literal.Substring(1)
            $t = Connect-Source "{`"partition`":$Partition,`"offset`":{`"\u0065dit`":1,$members}"
            $row = Get-ConnectorOffset cdc
            $row.Offset.edit = 2

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub "{`"partition`":$Partition,`"offset`":{`"\u0065dit`":2,$members}"
        }

        It 'is no edit to assign what is there already' {
            $item = "{`"partition`":$Partition,`"offset`":{ `"a`":1.0, `"b`":`"\u00e9`", `"c`":-0.0, `"d`":12345678901234567890 }}"
            $t = Connect-Source $item
            $row = Get-ConnectorOffset cdc
            $row.Offset.a = $row.Offset.a
            $row.Offset.b = 'é'
            $row.Offset.c = $row.Offset.c
            $row.Offset.d = $row.Offset.d

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub $item
        }

        It 'writes an assigned <Case> as <Literal>' -ForEach @(
            @{ Case = 'int'; Value = 5; Literal = '5' }
            @{ Case = 'byte'; Value = [byte]5; Literal = '5' }
            @{ Case = 'uint64 beyond long'; Value = [uint64]::MaxValue; Literal = '18446744073709551615' }
            @{ Case = 'bigint'; Value = [bigint]::Parse('1234567890123456789012345678901234567890'); Literal = '1234567890123456789012345678901234567890' }
            @{ Case = 'double without a fraction'; Value = 1.0; Literal = '1.0' }
            @{ Case = 'decimal'; Value = 1.10d; Literal = '1.10' }
            @{ Case = 'text like a number'; Value = '1'; Literal = '"1"' }
            @{ Case = 'text like a date'; Value = '2024-02-20'; Literal = '"2024-02-20"' }
            @{ Case = 'text with letters and quotes'; Value = 'é<"/'; Literal = '"é<\"/"' }
            @{ Case = 'null'; Value = $null; Literal = 'null' }
            @{ Case = 'bool'; Value = $true; Literal = 'true' }
            @{ Case = 'empty array'; Value = @(); Literal = '[]' }
            @{ Case = 'array'; Value = @(1, $null, @('x')); Literal = '[1,null,["x"]]' }
            @{ Case = 'custom object'; Value = [pscustomobject]@{ b = 1; a = [pscustomobject]@{ c = $null } }; Literal = '{"b":1,"a":{"c":null}}' }
            @{ Case = 'ordered dictionary'; Value = [ordered]@{ b = 1; a = @{ c = 2 } }; Literal = '{"b":1,"a":{"c":2}}' }
        ) {
            $t = Connect-Source "{`"partition`":$Partition,`"offset`":{`"v`":0,`"deep`":{`"list`":[0,1.0]}}}"
            $row = Get-ConnectorOffset cdc
            $row.Offset.v = $Value
            $row.Offset.deep.list[0] = $Value

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub "{`"partition`":$Partition,`"offset`":{`"v`":$Literal,`"deep`":{`"list`":[$Literal,1.0]}}}"
        }

        It 'carries an assigned emoji' {
            $t = Connect-Source "{`"partition`":$Partition,`"offset`":{`"v`":0}}"
            $row = Get-ConnectorOffset cdc
            $row.Offset.v = '😀'

            $null = $row | Set-ConnectorOffset -Confirm:$false

            ((Get-Post $t.Stub)[0].Body | ConvertFrom-Json).offsets[0].offset.v | Should-BeString -CaseSensitive '😀'
        }

        It 'refuses to take a <Case>, and stays as it was' -ForEach @(
            @{ Case = 'DateTime'; Value = [datetime]'2024-02-20'; Says = '*ConvertFrom-Json -DateKind String*' }
            @{ Case = 'DateTimeOffset'; Value = [datetimeoffset]'2024-02-20'; Says = '*DateTime*' }
            @{ Case = 'DateTime in a hashtable'; Value = @{ at = [datetime]'2024-02-20' }; Says = '*DateTime*' }
            @{ Case = 'NaN'; Value = [double]::NaN; Says = '*NaN*' }
            @{ Case = 'process'; Value = [System.Diagnostics.Process]::GetCurrentProcess(); Says = '*Process*' }
        ) {
            $item = "{`"partition`":$Partition,`"offset`":{`"v`": 0}}"
            $t = Connect-Source $item
            $row = Get-ConnectorOffset cdc

            { $row.Offset.v = $Value } | Should-Throw -ExceptionMessage $Says

            $null = $row | Set-ConnectorOffset -Confirm:$false
            Assert-PostedItem $t.Stub $item
        }

        It 'adds, removes and inserts' {
            $t = Connect-Source "{`"partition`":$Partition,`"offset`":{`"a`":1.0,`"b`":2,`"c`":[1E5]}}"
            $row = Get-ConnectorOffset cdc
            $row.Offset.new = 1
            $row.Offset.Remove('b')
            $null = $row.Offset.c.Add('x')
            $row.Offset.c.Insert(0, $null)

            $null = $row | Set-ConnectorOffset -Confirm:$false

            Assert-PostedItem $t.Stub "{`"partition`":$Partition,`"offset`":{`"a`":1.0,`"c`":[null,1E5,`"x`"],`"new`":1}}"
        }
    }
}

Describe 'Maps in PowerShell' {
    BeforeAll {
        # The map of an offset with this literal.
        function Get-Map {
            param([string] $Literal)
            $null = Connect-Source "{`"partition`":$Partition,`"offset`":$Literal}"
            (Get-ConnectorOffset cdc).Offset
        }
    }

    It 'reads <Literal> as <Type>' -ForEach @(
        @{ Literal = '1'; Type = 'Int64'; Value = 1L }
        @{ Literal = '9223372036854775807'; Type = 'Int64'; Value = [long]::MaxValue }
        @{ Literal = '9223372036854775808'; Type = 'BigInteger'; Value = [bigint]::Parse('9223372036854775808') }
        @{ Literal = '1.10'; Type = 'Decimal'; Value = 1.1d }
        @{ Literal = '1E5'; Type = 'Double'; Value = 100000.0 }
        @{ Literal = '"1"'; Type = 'String'; Value = '1' }
        @{ Literal = '"2024-02-20T15:14:19Z"'; Type = 'String'; Value = '2024-02-20T15:14:19Z' }
        @{ Literal = '"\u00e9\/"'; Type = 'String'; Value = 'é/' }
        @{ Literal = 'true'; Type = 'Boolean'; Value = $true }
    ) {
        $map = Get-Map "{`"v`":$Literal}"

        $map.v.GetType().Name | Should-Be $Type
        $map.v -ceq $Value | Should-BeTrue
    }

    It 'reads members as properties, also inside the pipeline and at any depth' {
        $null = Connect-Source "{`"partition`":$Partition,`"offset`":{`"lsn`":7,`"deep`":{`"list`":[{`"x`":null},5]}}}"

        Get-ConnectorOffset cdc | ForEach-Object { $_.Offset.lsn } | Should-Be 7
        (Get-ConnectorOffset cdc).Offset.deep.list[1] | Should-Be 5
        (Get-ConnectorOffset cdc).Offset.deep.list[0].x | Should-BeNull
        @(Get-ConnectorOffset cdc | Where-Object { $_.Offset.lsn -gt 6 }).Count | Should-Be 1
    }

    It 'prefers members called Count, Keys and Values to .NET''s; .psbase has those' {
        $map = Get-Map '{"Count":70,"Keys":"k","Values":null}'

        $map.Count | Should-Be 70
        $map.Keys | Should-Be 'k'
        $map.Values | Should-BeNull
        $map.psbase.Count | Should-Be 3
        @($map.psbase.Keys) -join ' ' | Should-Be 'Count Keys Values'
    }

    It 'has .NET''s Count and Keys where no member is called so' {
        $map = Get-Map '{"b":1,"a":2}'

        $map.Count | Should-Be 2
        @($map.Keys) -join ' ' | Should-Be 'b a'
        @($map.GetEnumerator() | ForEach-Object Value) -join ' ' | Should-Be '1 2'
    }

    It 'looks up exactly, else by the only name that differs by case' {
        $map = Get-Map '{"lsn":1,"LSN":2,"Only":3,"":4}'

        $map.lsn | Should-Be 1
        $map.LSN | Should-Be 2
        $map['Lsn'] | Should-BeNull
        $map.only | Should-Be 3
        $map[''] | Should-Be 4
    }

    It 'assigns to the name that it would read, and keeps that name' {
        $map = Get-Map '{"lsn":1,"LSN":2,"Only":3,"":4}'
        $map.LSN = 20
        $map.only = 30
        $map[''] = 40

        "$map" | Should-BeString -CaseSensitive '{"lsn":1,"LSN":20,"Only":30,"":40}'
    }

    It 'is a non-generic dictionary with a public enumerator' {
        $map = Get-Map '{"a":1}'

        $map -is [System.Collections.IDictionary] | Should-BeTrue
        @($map.GetType().GetInterfaces() | Where-Object IsGenericType).Count | Should-Be 0
        $map.GetType().GetMethod('GetEnumerator').IsPublic | Should-BeTrue
    }

    It 'is the JSON text as a string' {
        "$(Get-Map '{"a": 1.0,"b":{"c":"\u00e9"}}')" | Should-BeString -CaseSensitive '{"a": 1.0,"b":{"c":"\u00e9"}}'
    }

    It 'shows values in ConvertTo-Json' {
        $json = Get-Map '{"a": 1.0,"b":{"c":"\u00e9","list":[null,2]},"B":5}' | ConvertTo-Json -Depth 5 -Compress

        $json | Should-BeString -CaseSensitive '{"a":1.0,"b":{"c":"é","list":[null,2]},"B":5}'
    }

    It 'is its JSON text in a CSV' {
        $null = Connect-Source "{`"partition`":$Partition,`"offset`":{`"v`": 1.10}}"

        $row = Get-ConnectorOffset cdc | ConvertTo-Csv | ConvertFrom-Csv

        $row.Partition | Should-BeString -CaseSensitive $Partition
        $row.Offset | Should-BeString -CaseSensitive '{"v": 1.10}'
    }

    It 'can be copied to another row, and then lives apart from the first' {
        $t = Connect-Source '{"partition":{"p":1},"offset":{"d":{"n":1.0}}}', '{"partition":{"p":2},"offset":{"d":{"n":2}}}'
        $rows = Get-ConnectorOffset cdc
        $rows[1].Offset.d = $rows[0].Offset.d
        $rows[0].Offset.d.n = 9

        $null = $rows | Set-ConnectorOffset -Confirm:$false

        Assert-PostedItem $t.Stub '{"partition":{"p":1},"offset":{"d":{"n":9}}},{"partition":{"p":2},"offset":{"d":{"n":1.0}}}'
    }
}
