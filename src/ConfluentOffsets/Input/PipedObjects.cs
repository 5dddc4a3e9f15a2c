using System.Collections;
using System.Management.Automation;
using ConfluentOffsets.Errors;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets.Input;

/// <summary>What is piped whole: its items, and the requests and statuses among them, live or brought back.</summary>
internal static class PipedObjects
{
    /// <summary>The objects in what was piped; an array given as an argument is its items.</summary>
    public static IEnumerable<PSObject?> Each(PSObject? input) => input?.BaseObject is IList list
        ? list.Cast<object?>().Select(i => i is null ? null : PSObject.AsPSObject(i))
        : [input];

    /// <summary>The request; that of a status, too.</summary>
    /// <exception cref="RejectedInputException">It is neither.</exception>
    public static ConnectorOffsetRequest ReadRequest(PSObject? input) =>
        TryRead(input, SerializedForm.ReadRequest)
        ?? TryRead(input, SerializedForm.ReadStatus)?.Request
        ?? throw new RejectedInputException(ErrorIds.InvalidInputObject, $"{Describe(input)} is no request to alter offsets.", input);

    /// <summary>The status of a request.</summary>
    /// <exception cref="RejectedInputException">It is none.</exception>
    public static ConnectorOffsetRequestStatus ReadStatus(PSObject? input) =>
        TryRead(input, SerializedForm.ReadStatus)
        ?? throw new RejectedInputException(ErrorIds.InvalidInputObject, $"{Describe(input)} is no status of a request: pipe what Wait-ConnectorOffsetRequest emits.", input);

    private static T? TryRead<T>(PSObject? input, Func<Client.Json.JsonMapNode, T> read)
        where T : class => input is null ? null : Rehydrator.TryRead(input, read);

    private static string Describe(PSObject? input) => input is null ? "$null" : $"A {input.TypeNames[0]}";
}
