using ConfluentOffsets.Client;

namespace ConfluentOffsets.Alteration;

/// <summary>All that was asked for, by connector, in the order in which connectors were first named.</summary>
internal sealed class AlterPlans
{
    private readonly Dictionary<(ConfluentConnection, ConnectorAddress), AlterPlan> _plans = [];
    private readonly List<AlterPlan> _ordered = [];

    public IReadOnlyList<AlterPlan> InOrder => _ordered;

    /// <summary>The plan of a connector, a new one where there is none.</summary>
    public AlterPlan Of(ConfluentConnection connection, ConnectorAddress connector)
    {
        if (!_plans.TryGetValue((connection, connector), out var plan))
        {
            _plans.Add((connection, connector), plan = new AlterPlan(connection, connector));
            _ordered.Add(plan);
        }

        return plan;
    }
}
