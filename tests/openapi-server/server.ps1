# Dot-sourced by OpenApi.Tests.ps1 and Sandbox.OpenApi.Tests.ps1: installs, starts and stops Prism, which serves the OpenAPI document on loopback.

# Why Prism cannot run here, or nothing.
function Get-PrismObstacle {
    foreach ($tool in 'node', 'npm') {
        if (-not (Get-Command $tool -CommandType Application -ErrorAction Ignore)) { return "Node.js is not here: $tool is not on PATH" }
    }
    $version = [version]((node --version) -replace '^v' -replace '-.*')
    if ($version -lt [version]'18.20.1') { return "Node.js $version is too old: Prism needs 18.20.1" }
}

function Install-Prism {
    # The lock file that was installed lies beside what it installed: the next run has nothing to do.
    $lock = Get-Content (Join-Path $PSScriptRoot 'package-lock.json') -Raw
    $installed = Join-Path $PSScriptRoot 'node_modules/installed-lock.json'
    if ((Test-Path $installed) -and (Get-Content $installed -Raw) -ceq $lock) { return }

    Push-Location $PSScriptRoot
    try {
        $npm = Get-Command npm -CommandType Application | Select-Object -First 1
        $output = @(& $npm ci 2>&1)
        if ($LASTEXITCODE -ne 0) {
            throw "npm cannot install Prism; is its registry within reach? Run 'npm ci' in tests/openapi-server to see more.`n$($output -join "`n")"
        }
    }
    finally {
        Pop-Location
    }
    Set-Content $installed $lock -NoNewline
}

# Gives @{ Process; BaseUri; Log } of a server that accepts connections. It answers from the document; with -Upstream it
# passes on what that server answers, and checks it by the document.
function Start-Prism {
    param([string] $LogFolder, [uri] $Upstream)
    $log = Join-Path $LogFolder 'prism.log'
    $cli = Join-Path $PSScriptRoot 'node_modules/@stoplight/prism-cli/dist/index.js'
    $document = Join-Path $PSScriptRoot 'connect-v1-offsets.yaml'
    foreach ($attempt in 1..3) {
        # A free port; where another program takes it in the meantime, Prism ends and the next one is tried.
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()

        $arguments = @("`"$cli`"", ($Upstream ? 'proxy' : 'mock'), '--errors', '--multiprocess', 'false', '--host', '127.0.0.1', '--port', $port, "`"$document`"")
        if ($Upstream) { $arguments += $Upstream.AbsoluteUri }
        $process = Start-Process node $arguments -PassThru -RedirectStandardOutput $log -RedirectStandardError "$log.err"
        $server = @{ Process = $process; BaseUri = "http://127.0.0.1:$port"; Log = $log }
        if (Wait-Port $process $port) { return $server }
        Stop-Prism $server
    }
    throw "Prism did not start.`n$(Get-Content $log, "$log.err" -Raw)"
}

function Wait-Port {
    param([System.Diagnostics.Process] $Process, [int] $Port)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while ($watch.Elapsed.TotalSeconds -lt 60 -and -not $Process.HasExited) {
        $client = [System.Net.Sockets.TcpClient]::new()
        try {
            $client.Connect('127.0.0.1', $Port)
            return $true
        }
        catch [System.Net.Sockets.SocketException] {
            Start-Sleep -Milliseconds 100
        }
        finally {
            $client.Dispose()
        }
    }
    $false
}

function Stop-Prism {
    param($Server)
    if ($null -eq $Server) { return }
    if (-not $Server.Process.HasExited) { $Server.Process.Kill($true) }
    $Server.Process.WaitForExit()
    $Server.Process.Dispose()
}
