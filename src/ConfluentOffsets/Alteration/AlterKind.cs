namespace ConfluentOffsets.Alteration;

/// <summary>What an operator does to offsets.</summary>
internal enum AlterKind
{
    Alter,
    Reset,
    Restore,
}
