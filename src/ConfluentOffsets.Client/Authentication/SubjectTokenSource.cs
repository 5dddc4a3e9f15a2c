namespace ConfluentOffsets.Client.Authentication;

/// <summary>Where an identity provider's JWT comes from.</summary>
/// <param name="Read">
/// Gives it, or throws a <see cref="ServiceException"/>; any other exception says that the pipeline was stopped meanwhile.
/// </param>
/// <param name="NeedsPipelineThread">Whether only a pipeline thread can do that.</param>
internal sealed record SubjectTokenSource(Func<string> Read, bool NeedsPipelineThread);
