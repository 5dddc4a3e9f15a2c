using System.Collections.Concurrent;
using System.Text;

namespace ConfluentOffsets.Alteration;

/// <summary>What has left and what has not, for whoever stops a cmdlet in the middle.</summary>
internal sealed class SentRequests
{
    private readonly ConcurrentDictionary<AlterPlan, bool> _isAnswered = new();

    /// <summary>Its POST is leaving.</summary>
    public void Sending(AlterPlan plan) => _isAnswered[plan] = false;

    /// <summary>The service took it.</summary>
    public void Accepted(AlterPlan plan) => _isAnswered[plan] = true;

    /// <summary>It was surely not taken.</summary>
    public void Refused(AlterPlan plan) => _isAnswered.TryRemove(plan, out _);

    /// <summary>What became of each connector's request up to now, or null where there is nothing to tell.</summary>
    public string? Tell(IReadOnlyList<AlterPlan> plans)
    {
        if (plans.Count == 0)
            return null;
        var text = new StringBuilder("Stopped.");
        Add("Sent, with no answer yet, so perhaps taken (look at Get-ConnectorOffsetRequest)", p => _isAnswered.TryGetValue(p, out var answered) && !answered);
        Add("Taken, and under way without you", p => _isAnswered.TryGetValue(p, out var answered) && answered);
        Add("Nothing was sent for", p => !_isAnswered.ContainsKey(p));
        return text.ToString();

        void Add(string what, Func<AlterPlan, bool> belongs)
        {
            var names = plans.Where(belongs).Select(p => p.Connector.ConnectorName).ToList();
            if (names.Count > 0)
                text.Append(' ').Append(what).Append(": ").AppendJoin(", ", names).Append('.');
        }
    }
}
