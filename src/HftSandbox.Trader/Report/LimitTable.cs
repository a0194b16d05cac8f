using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Risk;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>The limits in force as the log goes on, and how far each was used.</summary>
/// <param name="instruments">The instruments.</param>
/// <param name="history">What orders are measured by.</param>
internal sealed class LimitTable(InstrumentRegistry instruments, RiskHistory history)
{
    private readonly Dictionary<(Limit, LimitScope, long Value, int Scale), LimitUse> _uses = [];
    private readonly Dictionary<(Limit, LimitScope), LimitUse> _inForce = [];
    private Id16 _hash;

    /// <summary>One row for each limit, scope and value; in the order of limits, scopes and time.</summary>
    public IEnumerable<LimitUse> Rows => _uses.Values
        .OrderBy(use => Limit.All.Index().First(limit => limit.Item == use.Limit).Index)
        .ThenBy(use => use.Scope.Kind)
        .ThenBy(use => use.Scope.Id)
        .ThenBy(use => use.FromSequence);

    /// <summary>Decisions whose limits the log does not hold: they quote another hash than the configuration in
    /// force.</summary>
    public long UnknownDecisions { get; private set; }

    /// <summary>A configuration takes effect.</summary>
    /// <param name="configuration">It.</param>
    /// <param name="sequence">From when on.</param>
    public void Load(RunConfiguration configuration, ulong sequence)
    {
        _hash = RiskLimits.HashOf(configuration);
        _inForce.Clear();
        for (uint id = 1; id <= configuration.Instruments.Length; id++)
        {
            var limits = configuration.Instruments[(int)id - 1].Limits ?? configuration.Risk.Limits;
            Load(LimitScope.OfSymbol(id), limits, instruments[id], sequence);
        }

        for (var index = 0; index < configuration.Strategies.Length; index++)
        {
            var strategy = configuration.Strategies[index];
            var scope = LimitScope.OfStrategy((ushort)(configuration.Order.StrategyId + index));
            var instrument = instruments[instruments.IdOf(strategy.Symbol)];
            Load(scope, strategy.Limits ?? RiskLimits.None, instrument, sequence);
        }

        var global = RiskLimits.GlobalOf(configuration.Risk);
        Load(new LimitScope(ScopeKind.Global), global, instrument: null, sequence);
        for (uint currency = 1; currency <= instruments.Currencies; currency++)
            Load(new LimitScope(ScopeKind.Currency, currency), global, instrument: null, sequence);

        var limitedRates = _inForce.Values.Where(use => use.Limit == Limit.OrderRate && use.Value != 0);
        history.Forwarded.Load(
            limitedRates.Select(use => use.Scope).ToHashSet(), configuration.Risk.OrderRateWindowNs);
    }

    /// <summary>An input and all that follows from it is done.</summary>
    public void EndInput()
    {
        foreach (var (scope, loss) in history.Losses.All)
            _inForce[(Limit.DailyLoss, scope)].Observe(history.Losses.IsKnown ? loss : null);
    }

    /// <summary>Takes in a decision.</summary>
    /// <param name="asked">What it decided on.</param>
    public void Add(Asked asked)
    {
        if (asked.Decision.LimitsHash != _hash)
            UnknownDecisions++;
        else if (instruments.Contains(asked.InstrumentId))
        {
            foreach (var limit in Limit.All.Where(limit => limit.IsReachedBy(asked.Decision.Reason)))
                Add(limit, asked);
        }

        if (asked.Decision.Decision == Decision.Allow)
            history.Forwarded.Add(asked.InstrumentId, asked.Intent, asked.NowNs);
    }

    /// <summary>The scopes are checked one after another, up to the one that denies.</summary>
    private void Add(Limit limit, Asked asked)
    {
        if (limit.AppliesTo?.Invoke(asked) == false)
            return;
        var uses = UsesOf(limit, asked);
        var deniers = asked.Decision.Reason == limit.Reason ? DeniersAmong(uses, limit, asked) : [];
        foreach (var use in uses.TakeWhile(use => deniers.Length == 0 || use != deniers[0]))
            use.Pass(limit.ObservedIn(asked, use.Scope), asked.Decision.Decision == Decision.Allow);
        if (deniers.Length == 1)
            deniers[0].Deny(limit.ObservedIn(asked, deniers[0].Scope) ?? asked.Decision.ObservedValue);
        else
            Array.ForEach(deniers, use => use.Observe(null));
    }

    /// <summary>The one that denied: the first that was passed, of those with the value that the decision quotes.
    /// Several = the log does not tell which.</summary>
    private static LimitUse[] DeniersAmong(IEnumerable<LimitUse> uses, Limit limit, Asked asked)
    {
        var limited = uses.Where(use => use.Value != 0);
        if (limit.IsTightestOnly)
            return [.. limited.OrderBy(use => use.Value).Take(1)];
        var exceeded = limited.Where(use => use.Value == asked.Decision.LimitValue
            && !(limit.ObservedIn(asked, use.Scope) <= use.Value)).ToArray();
        return exceeded is [var first, ..] && limit.ObservedIn(asked, first.Scope) is not null ? [first] : exceeded;
    }

    private LimitUse[] UsesOf(Limit limit, Asked asked)
    {
        var widest = limit.Widest == ScopeKind.Currency ? instruments[asked.InstrumentId].CurrencyId : 0;
        return
        [
            .. Uses(LimitScope.OfSymbol(asked.InstrumentId)),
            .. Uses(LimitScope.OfStrategy(asked.Intent.StrategyId)),
            .. limit.Widest is { } kind ? Uses(new LimitScope(kind, widest)) : [],
        ];

        LimitUse[] Uses(LimitScope scope) => _inForce.TryGetValue((limit, scope), out var use) ? [use] : [];
    }

    private void Load(LimitScope scope, LimitsConfig limits, Instrument? instrument, ulong sequence)
    {
        foreach (var limit in Limit.All.Where(limit => limit.Covers(scope)))
        {
            var (value, scale) = (limit.ValueOf(limits), ScaleOf(limit.Unit, scope, instrument));
            var key = (limit, scope, value, scale);
            _uses.TryAdd(key, new LimitUse(limit, scope, value, scale, sequence));
            _inForce[(limit, scope)] = _uses[key];
        }
    }

    private int ScaleOf(LimitUnit unit, LimitScope scope, Instrument? instrument) => unit switch
    {
        LimitUnit.Quantity => instrument!.Config.QuantityScale,
        LimitUnit.OrderAmount => instrument!.Config.NotionalScale,
        LimitUnit.TotalAmount when scope.Kind == ScopeKind.Symbol => instrument!.Config.NotionalScale,
        LimitUnit.TotalAmount => instruments.NotionalScale(instrument?.CurrencyId ?? scope.Id),
        _ => 0,
    };
}
