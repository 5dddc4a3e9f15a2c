# Lists are written with commas alone: each @('...') is compiled at import, which takes up to 10 ms.
@{
    RootModule           = 'bin/ConfluentOffsets.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d0a7f3e-6b0c-4f1c-9c55-2f6b1f0f7a41'
    Author               = 'The ConfluentOffsets authors'
    Copyright            = '(c) The ConfluentOffsets authors. MIT licence.'
    Description          = 'Reads, alters, resets and awaits the offsets of fully managed Confluent Cloud connectors: lossless, pipeline-friendly, safe in unattended runbooks.'
    CompatiblePSEditions = 'Core'
    PowerShellVersion    = '7.4'
    TypesToProcess       = 'bin/ConfluentOffsets.Types.ps1xml'
    FormatsToProcess     = 'bin/ConfluentOffsets.Format.ps1xml'
    CmdletsToExport      =
        'Compare-ConnectorOffset',
        'Connect-ConfluentCloud',
        'Disconnect-ConfluentCloud',
        'Export-ConnectorOffset',
        'Get-ConfluentCloudConnection',
        'Get-Connector',
        'Get-ConnectorOffset',
        'Get-ConnectorOffsetRequest',
        'Import-ConnectorOffset',
        'Reset-ConnectorOffset',
        'Restore-ConnectorOffset',
        'Resume-Connector',
        'Set-ConnectorOffset',
        'Suspend-Connector',
        'Wait-ConnectorOffsetRequest'
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags       = 'Confluent', 'ConfluentCloud', 'Kafka', 'KafkaConnect', 'Connector', 'Offset', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS'
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
