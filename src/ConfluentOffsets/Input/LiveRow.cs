using System.Dynamic;
using System.Linq.Expressions;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using ConfluentOffsets.Serialization;

namespace ConfluentOffsets.Input;

/// <summary>
/// Tells live rows whose members are just their own from those in which a user has put others in their place
/// (<c>Add-Member -Force</c>, <c>Update-TypeData</c>): to look each member up by name, in each of 100,000 rows, takes
/// longer than all the rest.
/// </summary>
internal static class LiveRow
{
    /// <summary>What is read off a row, and what PowerShell reads it by.</summary>
    private static readonly (string Name, MemberInfo Reads)[] s_members =
    [
        .. typeof(ConnectorOffset).GetProperties().Select(p => (p.Name, (MemberInfo)p)),
        ("Connection", typeof(HiddenMembers).GetMethod(nameof(HiddenMembers.GetConnection))!),
    ];

    private static readonly object s_other = new();
    private static readonly CallSite<Func<CallSite, object, bool>> s_isPlain = CallSite<Func<CallSite, object, bool>>.Create(new PlainBinder());

    /// <summary>The row itself, where that is all there is to see; else null.</summary>
    public static ConnectorOffset? TryUnwrap(PSObject input) =>
        input.BaseObject is ConnectorOffset row && s_isPlain.Target(s_isPlain, input) ? row : null;

    /// <summary>A member of such a row; false for a name that is none of its own.</summary>
    public static bool TryRead(ConnectorOffset row, string name, out object? value)
    {
        value = name switch
        {
            nameof(row.EnvironmentId) => row.EnvironmentId,
            nameof(row.KafkaClusterId) => row.KafkaClusterId,
            nameof(row.ConnectorName) => row.ConnectorName,
            nameof(row.ConnectorId) => row.ConnectorId,
            nameof(row.Partition) => row.Partition,
            nameof(row.Offset) => row.Offset,
            nameof(row.Topic) => row.Topic,
            nameof(row.KafkaPartition) => row.KafkaPartition,
            nameof(row.KafkaOffset) => row.KafkaOffset,
            nameof(row.ObservedAt) => row.ObservedAt,
            _ => s_other,
        };
        return value != s_other;
    }

    /// <summary>
    /// Asks PowerShell how it would read each property of such an object, and for as long as that holds: which is what it
    /// compiles a script's <c>$row.Offset</c> to.
    /// </summary>
    private sealed class PlainBinder : DynamicMetaObjectBinder
    {
        public override Type ReturnType => typeof(bool);

        public override DynamicMetaObject Bind(DynamicMetaObject target, DynamicMetaObject[] args)
        {
            var isPlain = true;
            var holds = BindingRestrictions.Empty;
            foreach (var (name, reads) in s_members)
            {
                var read = target.BindGetMember(new Getter(name));
                holds = holds.Merge(read.Restrictions);
                isPlain &= PlainRead.IsIn(read.Expression, reads);
            }

            return new DynamicMetaObject(Expression.Constant(isPlain), holds);
        }
    }

    private sealed class Getter(string name) : GetMemberBinder(name, ignoreCase: true)
    {
        /// <summary>Not asked: a <see cref="PSObject"/> knows its members itself.</summary>
        public override DynamicMetaObject FallbackGetMember(DynamicMetaObject target, DynamicMetaObject? errorSuggestion) =>
            throw new NotSupportedException();
    }

    /// <summary>Looks for the plain read of a member. Where PowerShell comes to it in another way, nothing is found.</summary>
    private sealed class PlainRead(MemberInfo reads) : ExpressionVisitor
    {
        private bool _isFound;

        public static bool IsIn(Expression expression, MemberInfo reads)
        {
            var visitor = new PlainRead(reads);
            visitor.Visit(expression);
            return visitor._isFound;
        }

        protected override Expression VisitMember(MemberExpression node)
        {
            _isFound |= node.Member == reads;
            return base.VisitMember(node);
        }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            _isFound |= node.Method == reads;
            return base.VisitMethodCall(node);
        }
    }
}
