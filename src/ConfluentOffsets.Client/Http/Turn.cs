namespace ConfluentOffsets.Client.Http;

/// <summary>
/// The turn of a request that wants to be sent, with others that have to be sent just before it: all of them are taken off
/// the limit when the turn comes, and the others do not wait for one of their own. Not safe for concurrent use.
/// </summary>
/// <param name="holdBack">The connection's.</param>
/// <param name="pass">As <see cref="HoldBack.EnterAsync"/> gave it.</param>
/// <param name="requests">How many it was given for.</param>
internal sealed class Turn(HoldBack holdBack, long pass, int requests)
{
    private int _others = requests - 1;

    /// <summary>Whether the service said that nothing is left for the request itself.</summary>
    public bool IsUsedUp => holdBack.IsUsedUp;

    /// <summary>Whether one of the others was held back, since somebody was told to slow down: what was read before it is old.</summary>
    public bool WasHeldBack { get; set; }

    /// <summary>One of the others has ended.</summary>
    /// <param name="response">Null: without an answer.</param>
    public void Note(HttpResponseMessage? response)
    {
        if (_others > 0)
            holdBack.Leave(pass, response);
        else
            holdBack.Note(pass, response);
        _others--;
    }

    /// <summary>The request itself has ended, and the turn with it.</summary>
    /// <param name="response">Null: without an answer, or it was not sent.</param>
    public void End(HttpResponseMessage? response)
    {
        holdBack.Leave(pass, response);
        for (; _others > 0; _others--)
            holdBack.Leave(pass, response: null);
    }
}
