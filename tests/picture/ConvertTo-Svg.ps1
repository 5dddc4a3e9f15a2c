# Draws what a terminal shows: lines of text with colours as escape sequences (SGR), as tmux gives them.

# Sixteen colours on a dark ground; those beyond are given as #rrggbb.
$script:Dark, $script:Light = '#0c1021', '#d8dee9'
$script:Palette = '#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9',
'#7f8c9d', '#ff7b86', '#b5e890', '#ffd787', '#8cc8ff', '#e29bf5', '#7fdbe6', '#ffffff'

function Get-IndexedColour {
    # One of 256: the sixteen, a cube of colours, a ramp of greys.
    param([int] $Index)
    if ($Index -lt 16) { return $Palette[$Index] }
    if ($Index -ge 232) { return '#{0:x2}{0:x2}{0:x2}' -f (8 + 10 * ($Index - 232)) }
    $steps = 0, 95, 135, 175, 215, 255
    $i = $Index - 16
    '#{0:x2}{1:x2}{2:x2}' -f $steps[[Math]::Floor($i / 36)], $steps[[Math]::Floor($i / 6) % 6], $steps[$i % 6]
}

function Set-Style {
    # What a sequence makes of the style.
    param([hashtable] $Style, [string] $Codes)
    $queue = [System.Collections.Generic.Queue[int]]::new([int[]]@(($Codes ? $Codes : '0') -split '[;:]' | ForEach-Object { [int]"0$_" }))
    while ($queue.Count) {
        $code = $queue.Dequeue()
        switch ($code) {
            0 { $Style.Ink = $Style.Ground = $null; $Style.Bold = $Style.Italic = $Style.Reverse = $false }
            1 { $Style.Bold = $true }
            3 { $Style.Italic = $true }
            7 { $Style.Reverse = $true }
            22 { $Style.Bold = $false }
            23 { $Style.Italic = $false }
            27 { $Style.Reverse = $false }
            39 { $Style.Ink = $null }
            49 { $Style.Ground = $null }
            { $_ -in 30..37 } { $Style.Ink = $Palette[$code - 30] }
            { $_ -in 90..97 } { $Style.Ink = $Palette[$code - 82] }
            { $_ -in 40..47 } { $Style.Ground = $Palette[$code - 40] }
            { $_ -in 100..107 } { $Style.Ground = $Palette[$code - 92] }
            { $_ -in 38, 48 } {
                $colour = if ($queue.Dequeue() -eq 5) { Get-IndexedColour $queue.Dequeue() } else { '#{0:x2}{1:x2}{2:x2}' -f $queue.Dequeue(), $queue.Dequeue(), $queue.Dequeue() }
                $Style[$code -eq 38 ? 'Ink' : 'Ground'] = $colour
            }
        }
    }
}

function ConvertTo-Svg {
    param([string[]] $Screen, [int] $Width)
    $columnWidth, $lineHeight, $margin = 8.4, 18, 16
    $shapes, $texts = [System.Text.StringBuilder]::new(), [System.Text.StringBuilder]::new()
    $style = @{}
    Set-Style $style '0'
    $last = $Screen.Count - 1
    while ($last -ge 0 -and -not ($Screen[$last] -replace '\e\[[\d;:]*m').Trim()) { $last-- }
    for ($row = 0; $row -le $last; $row++) {
        $column = 0
        $y = $margin + 30 + $row * $lineHeight
        $null = $texts.Append("<text y=`"$($y + 13)`">")
        foreach ($part in [regex]::Matches($Screen[$row], '\e\[([\d;:]*)m|[^\e]+')) {
            if ($part.Value[0] -eq [char]27) { Set-Style $style $part.Groups[1].Value; continue }
            $ink, $under = $style.Reverse ? (($style.Ground ?? $Dark), ($style.Ink ?? $Light)) : (($style.Ink ?? $Light), $style.Ground)
            $x = [Math]::Round($margin + $column * $columnWidth, 1)
            if ($under) { $null = $shapes.Append("<rect x=`"$x`" y=`"$y`" width=`"$([Math]::Round($part.Length * $columnWidth, 1))`" height=`"$lineHeight`" fill=`"$under`"/>`n") }
            $look = @(if ($ink -ne $Light) { " fill=`"$ink`"" }; if ($style.Bold) { ' font-weight="bold"' }; if ($style.Italic) { ' font-style="italic"' }) -join ''

            # Each piece begins at its column and is as wide as its columns, whatever font there is.
            $length = [Math]::Round($part.Length * $columnWidth, 1)
            $null = $texts.Append("<tspan x=`"$x`" textLength=`"$length`"$look>$([System.Security.SecurityElement]::Escape($part.Value))</tspan>")
            $column += $part.Length
        }
        $null = $texts.Append("</text>`n")
    }
    $w, $h = [Math]::Ceiling(2 * $margin + $Width * $columnWidth), (2 * $margin + 30 + ($last + 1) * $lineHeight)
    @"
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $w $h" width="$w" height="$h" role="img" aria-label="A PowerShell session">
<!-- Made by tests/picture/New-Picture.ps1 of what a terminal showed. -->
<rect width="$w" height="$h" rx="8" fill="$Dark"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
$shapes<g xml:space="preserve" fill="$Light" font-size="14" font-family="ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" style="white-space:pre">
$texts</g>
</svg>

"@
}
