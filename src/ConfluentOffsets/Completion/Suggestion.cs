namespace ConfluentOffsets.Completion;

/// <summary>Something that can be typed.</summary>
/// <param name="Value">What is meant, without quotes.</param>
/// <param name="ToolTip">What a person knows it by.</param>
/// <param name="OtherName">Another text that it can be found by: a connector's id, a place's display name.</param>
internal sealed record Suggestion(string Value, string ToolTip, string? OtherName = null);
