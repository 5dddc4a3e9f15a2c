using System.Management.Automation;
using ConfluentOffsets.Client;
using ConfluentOffsets.Connections;
using ConfluentOffsets.Errors;

namespace ConfluentOffsets.Commands;

/// <summary>A cmdlet that calls the API for connectors: how it finds its connection and says what failed.</summary>
public abstract class ConnectorCommand : AsyncCommand
{
    /// <summary>How many requests are in flight at once, unless said otherwise.</summary>
    protected const int DefaultThrottleLimit = 8;

    private readonly List<ConnectorOffsetRequest> _accepted = [];
    private readonly HashSet<string> _told = [];
    private ConnectorNames? _names;

    /// <summary>How many requests are in flight at once.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = DefaultThrottleLimit;

    /// <summary>Where the connectors are, as far as parameters tell it at the moment.</summary>
    private protected BoundPlace Bound { get; } = new();

    /// <summary>Whether names stand on the command line, rather than being piped.</summary>
    private protected bool IsNameGiven { get; private set; }

    /// <summary>Whether it is only told what would be done.</summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf)
        ? whatIf is SwitchParameter { IsPresent: true }
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Whether the first error that is written stops the script.</summary>
    private protected bool StopsAtErrors { get; private set; }

    /// <summary>
    /// Whether a wildcard was among the names that were written. An unset variable before a * is the sign of a broken
    /// script: whoever acts does not act at all then.
    /// </summary>
    private protected bool HasRefusedWildcard { get; private set; }

    /// <summary>The accepted requests of this pipeline: each error carries those up to then. Safe for concurrent use.</summary>
    private protected IReadOnlyList<ConnectorOffsetRequest> AcceptedRequests
    {
        get
        {
            lock (_accepted)
                return _accepted.ToArray();
        }
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        StopsAtErrors = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var action)
            ? action is ActionPreference.Stop
            : LanguagePrimitives.TryConvertTo<ActionPreference>(GetVariableValue("ErrorActionPreference"), out var preference) && preference == ActionPreference.Stop;

        // At this point only what was written on the command line is bound.
        IsNameGiven = MyInvocation.BoundParameters.ContainsKey("ConnectorName");
        try
        {
            Bound.Begin(MyInvocation.BoundParameters);
        }
        catch (RejectedInputException e)
        {
            Terminate(ErrorFactory.Create(e, connector: null));
        }
    }

    /// <summary>Takes note of an accepted request.</summary>
    private protected void AddAccepted(ConnectorOffsetRequest request)
    {
        lock (_accepted)
            _accepted.Add(request);
    }

    /// <summary>The operations of a connection, told in this cmdlet's streams.</summary>
    internal OffsetsApi Api(ConfluentConnection connection) => new(connection.Service, Caller);

    /// <summary>What is wrong with where an object is to go; null: nothing.</summary>
    /// <param name="names">The connectors that it is for.</param>
    /// <param name="isSeen">Whether the object itself is bound.</param>
    private protected RejectedInputException? RefusePlace(string?[]? names, bool isSeen = false) =>
        Bound.Refuse(names, isTold: isSeen || !IsNameGiven);

    /// <summary>Whether something was not said yet: what is wrong in a column is so in each row.</summary>
    private protected bool IsNews(RejectedInputException rejection) => _told.Add(rejection.Message);

    /// <summary>The given connection, else this runspace's, else one from the environment variables.</summary>
    private protected ConfluentConnection FindConnection(ConfluentConnection? given)
    {
        if (given is { Service.IsDisposed: true })
            Terminate(ErrorFactory.Create(ErrorIds.NotConnected, $"The connection to {given} was closed by Disconnect-ConfluentCloud.", given));
        if (given is not null)
            return given;

        ConfluentConnection? connection = null;
        try
        {
            connection = ConnectionStore.FindOrMake();
        }
        catch (RejectedInputException e)
        {
            Terminate(ErrorFactory.Create(e, connector: null));
        }

        if (connection is null)
            Terminate(ErrorFactory.Create(ErrorIds.NotConnected, "There is no connection to Confluent Cloud: run Connect-ConfluentCloud, or set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET.", target: null));
        return connection!;
    }

    /// <summary>
    /// A connector's address. A connection that was given brings its own environment and cluster: what a row says of
    /// another connection's would lead to another place there.
    /// </summary>
    /// <param name="connection">Where it is.</param>
    /// <param name="environmentId">Given, or a row's; null: the connection's.</param>
    /// <param name="kafkaClusterId">Given, or a row's; null: the connection's.</param>
    /// <param name="name">What stands in the name's place.</param>
    /// <param name="origin">Where the row came from: with another connection given, its ids mean nothing there. Null: not known; ids are what somebody wrote.</param>
    /// <exception cref="RejectedInputException">A part is missing or cannot be right.</exception>
    private protected ConnectorAddress Resolve(
        ConfluentConnection connection,
        string? environmentId,
        string? kafkaClusterId,
        string? name,
        ConfluentConnection? origin = null)
    {
        if (Bound.IsWritten("Connection") && origin is not null && connection != origin)
        {
            environmentId = Bound.IsWritten("EnvironmentId") ? environmentId : ConnectorIds.Or(connection.EnvironmentId, environmentId);
            kafkaClusterId = Bound.IsWritten("KafkaClusterId") ? kafkaClusterId : ConnectorIds.Or(connection.KafkaClusterId, kafkaClusterId);
        }

        return ConnectorIds.Resolve(connection, environmentId, kafkaClusterId, name);
    }

    /// <summary>The one connector that is meant by a name or an id.</summary>
    /// <param name="connection">Where it is.</param>
    /// <param name="environmentId">Given, or a row's; null: the connection's.</param>
    /// <param name="kafkaClusterId">Given, or a row's; null: the connection's.</param>
    /// <param name="name">What stands in the name's place.</param>
    /// <param name="isPiped">A piped name is literal; in one that was written, a wildcard is refused.</param>
    /// <param name="error">Why there is none.</param>
    /// <param name="origin">Where the row came from; null: not known.</param>
    private protected ConnectorAddress? FindConnector(
        ConfluentConnection connection,
        string? environmentId,
        string? kafkaClusterId,
        string? name,
        bool isPiped,
        out ErrorRecord? error,
        ConfluentConnection? origin = null)
    {
        ConnectorAddress? given = null;
        error = null;
        HasRefusedWildcard |= !isPiped && name is not null && NamePattern.HasWildcard(name);
        try
        {
            given = Resolve(connection, environmentId, kafkaClusterId, name, origin);
            _names ??= new ConnectorNames(new ConnectorLists(c => new ConnectorsApi(c.Service, Caller), needsStates: false, StopToken));
            return Await(_names.FindOneAsync(connection, given, isPiped));
        }
        catch (RejectedInputException e)
        {
            error = ErrorFactory.Create(e, connector: null);
        }
        catch (ServiceException e)
        {
            error = ErrorFactory.Create(e, given!);
        }

        return null;
    }

    /// <summary>The one connector of an object that was piped whole, or of a name.</summary>
    /// <param name="given">Wins over the object's own.</param>
    /// <param name="own">The object's; null: there is none, and the name was written.</param>
    /// <param name="name">What stands in the name's place.</param>
    /// <param name="connection">Where it is.</param>
    /// <param name="error">Why there is none.</param>
    private protected ConnectorAddress? FindConnector(Place given, Place? own, string? name, out ConfluentConnection connection, out ErrorRecord? error)
    {
        connection = FindConnection(given.Connection ?? own?.Connection);
        var environmentId = ConnectorIds.Or(given.EnvironmentId, own?.EnvironmentId);
        var kafkaClusterId = ConnectorIds.Or(given.KafkaClusterId, own?.KafkaClusterId);
        return FindConnector(connection, environmentId, kafkaClusterId, name, isPiped: own is not null, out error, origin: own?.Connection);
    }

    /// <summary>Ends the pipeline.</summary>
    private protected void Terminate(ErrorRecord error)
    {
        GiveAccepted(error);
        ThrowTerminatingError(error);
    }

    /// <summary>Writes an error, or ends the pipeline with it where nothing can go on after it.</summary>
    private protected void Report(ErrorRecord error)
    {
        if (ErrorFactory.EndsPipeline(ErrorFactory.IdOf(error)))
            Terminate(error);
        GiveAccepted(error);
        WriteError(error);
    }

    /// <summary>Writes errors, those that end the pipeline last: they would hide the others.</summary>
    private protected void ReportAll(IEnumerable<ErrorRecord> errors)
    {
        foreach (var error in errors.OrderBy(e => ErrorFactory.EndsPipeline(ErrorFactory.IdOf(e))))
            Report(error);
    }

    /// <summary>Tells the person at the host what became of a change; the streams are closed when the pipeline stops.</summary>
    /// <param name="text">Null: there is nothing to tell.</param>
    private protected void TellInterrupted(string? text)
    {
        if (text is not null && !IsWhatIf)
            Host?.UI?.WriteWarningLine(text);
    }

    /// <summary>$q = Set-...: where that throws, the requests are lost but for these.</summary>
    private void GiveAccepted(ErrorRecord error)
    {
        if (error.Exception is ConfluentOffsetsException exception)
            exception.AcceptedRequests = AcceptedRequests;
    }
}
