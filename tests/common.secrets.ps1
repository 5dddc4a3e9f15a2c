# Dot-sourced after common.ps1 by the tests of secrets: what is secret, how it may be written, and all that is shown.
$script:Token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1LTEyMyJ9.c2lnbmF0dXJlLW9mLWE-_~+/='
$script:SubjectToken = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJyZXBvOmExIn0.c2lnbmVkLWJ5LWl0cw-_~+/='
$script:ExchangedToken = 'exchanged/t0ken+of=Confluent&that-is-longer-than-forty-characters-_~'
$script:ProxyPassword = 'pr0xy&P@ss/+word"<>'

function ConvertTo-Base64 { param([string] $Text) [convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text)) }

# All the ways in which a secret may be written.
function Get-Form {
    param([string[]] $Value)
    foreach ($one in $Value) {
        foreach ($text in $one, (ConvertTo-Base64 $one)) {
            $text
            [uri]::EscapeDataString($text)
            [System.Net.WebUtility]::UrlEncode($text)
            [System.Net.WebUtility]::HtmlEncode($text)
            [System.Text.Json.JsonEncodedText]::Encode($text).ToString()
            $text.Replace('/', '\/')
            ($text | ConvertTo-Json).Trim('"')
        }
    }
}

# A web token's last part, which a server may name alone.
function Get-Signature { param([string] $Value) $Value.Split('.')[2]; [uri]::EscapeDataString($Value.Split('.')[2]) }

$script:KeyForms = @(Get-Form $Secret, "TESTKEY0123456:$Secret" | Select-Object -Unique)
$script:AllForms = @($KeyForms + (Get-Form $Token, $ProxyPassword, "proxyuser1:$ProxyPassword", $SubjectToken, $ExchangedToken) + (Get-Signature $Token) + (Get-Signature $SubjectToken) | Select-Object -Unique)

function Assert-NoSecret {
    param([string] $Text, [string[]] $Form = $AllForms)
    $Text.Length | Should-BeGreaterThan 0
    $found = @($Form | Where-Object { $Text.Contains($_, [StringComparison]::OrdinalIgnoreCase) })
    ($found -join ' | ') | Should-BeEmptyString
}

# A connection of each kind, its stub, and what a rude server would echo.
function Connect-Kind {
    param([string] $Kind)
    switch ($Kind) {
        'ApiKey' { $t = Connect-Stub @{ MaxRetryCount = 1 }; $echo = $KeyForms + "Basic $(ConvertTo-Base64 "TESTKEY0123456:$Secret")" }
        'AccessToken' {
            $t = Connect-Token
            $echo = @(Get-Form $Token | Select-Object -Unique) + "Bearer $Token" + (Get-Signature $Token)
        }
        'TokenExchange' {
            # It is known from the first request on.
            $t = Connect-Token -Exchange
            $null = $t.Stub.Answer('GET', '/first/offsets', 200, '{}')
            $null = Get-ConnectorOffset first
            $echo = @(Get-Form $SubjectToken, $ExchangedToken | Select-Object -Unique) + "Bearer $ExchangedToken" + (Get-Signature $SubjectToken)
        }
        'Proxy' {
            $t = Connect-Stub @{ MaxRetryCount = 1; Proxy = 'http://proxy.example:3128'; ProxyCredential = New-TestCredential -Key proxyuser1 -Value $ProxyPassword }
            $echo = @(Get-Form $ProxyPassword, "proxyuser1:$ProxyPassword" | Select-Object -Unique)
        }
        'SystemProxy' {
            # Whoever uses it takes it away again.
            $env:HTTPS_PROXY = "http://proxyuser1:$([uri]::EscapeDataString($ProxyPassword))@proxy.example:3128"
            $t = Connect-Stub @{ MaxRetryCount = 1 }
            $echo = @(Get-Form $ProxyPassword, "proxyuser1:$ProxyPassword" | Select-Object -Unique) + $env:HTTPS_PROXY
        }
    }
    [pscustomobject]@{ Stub = $t.Stub; Clock = $t.Clock; Connection = $t.Connection; Echo = $echo -join ' ' }
}

function Connect-Token {
    param([switch] $Exchange)
    $clock = [ConfluentOffsets.TestSupport.SimulatedClock]::new()
    $stub = [ConfluentOffsets.TestSupport.StubHttpHandler]::new($clock)
    $null = $stub.Answer('POST', '/sts/v1/oauth2/token', 200, (@{ access_token = $ExchangedToken; expires_in = 900 } | ConvertTo-Json))
    $by = $Exchange ? @{ IdentityPoolId = 'pool-1'; SubjectToken = ConvertTo-SecureString $SubjectToken -AsPlainText -Force } : @{ AccessToken = ConvertTo-SecureString $Token -AsPlainText -Force }
    $connection = Connect-ConfluentCloud @by -EnvironmentId env-a12b6 -KafkaClusterId lkc-devc80 -HttpMessageHandler $stub -TimeProvider $clock -MaxRetryCount 1 -PassThru
    [pscustomobject]@{ Stub = $stub; Clock = $clock; Connection = $connection }
}

# Everything that can be had of an error, as text.
function Get-ErrorText {
    param($Record)
    foreach ($one in $Record) {
        $one | Format-List * -Force | Out-String -Width 5000
        $one.Exception | Format-List * -Force | Out-String -Width 5000
        $one.Exception.ToString()
        for ($exception = $one.Exception; $exception; $exception = $exception.InnerException) {
            $exception | Format-List * -Force | Out-String -Width 5000

            # The method that threw leads to all of .NET.
            $exception | Select-Object * -ExcludeProperty TargetSite, InnerException | ConvertTo-Json -Depth 9
        }
        $one | Select-Object TargetObject, FullyQualifiedErrorId, ErrorDetails, CategoryInfo, ScriptStackTrace | ConvertTo-Json -Depth 9
        [System.Management.Automation.PSSerializer]::Serialize($one, 2)
    }
}

# What a call leaves in all streams, with -Verbose and -Debug.
function Get-Trace {
    param([scriptblock] $Call)
    $VerbosePreference = $DebugPreference = $WarningPreference = $InformationPreference = $ErrorActionPreference = 'Continue'
    $records = @(try { & $Call *>&1 } catch { $_ })
    [pscustomobject]@{
        Text   = ($records | Out-String -Width 5000) + ($records | ForEach-Object { "$_" } | Out-String -Width 5000)
        Errors = @($records | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    }
}
