namespace ConfluentOffsets.Client.Wire;

/// <summary>An environment or a Kafka cluster.</summary>
/// <param name="Id"><c>env-...</c>, <c>lkc-...</c></param>
/// <param name="DisplayName">What its owners call it; null where they do not.</param>
/// <param name="Location">A cluster's cloud and region; null where not known.</param>
internal sealed record PlaceDocument(string Id, string? DisplayName, string? Location);

/// <summary>A page of a list of places.</summary>
/// <param name="Places">Its items.</param>
/// <param name="NextToken">What the next page is asked for by; null after the last.</param>
internal sealed record PlacePage(IReadOnlyList<PlaceDocument> Places, string? NextToken);
