namespace HftSandbox.Trader.Report;

/// <summary>What kind of thing a limit covers.</summary>
internal enum ScopeKind
{
    /// <summary>Everything.</summary>
    Global,

    /// <summary>All instruments of a quote currency.</summary>
    Currency,

    /// <summary>One instrument.</summary>
    Symbol,

    /// <summary>A strategy's own orders and positions.</summary>
    Strategy,
}

/// <summary>What a limit covers.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Id">Id of the currency, instrument or strategy; 0 = everything.</param>
internal readonly record struct LimitScope(ScopeKind Kind, uint Id = 0)
{
    /// <summary>One instrument.</summary>
    /// <param name="instrumentId">It.</param>
    public static LimitScope OfSymbol(uint instrumentId) => new(ScopeKind.Symbol, instrumentId);

    /// <summary>One strategy.</summary>
    /// <param name="strategyId">It.</param>
    public static LimitScope OfStrategy(ushort strategyId) => new(ScopeKind.Strategy, strategyId);

    /// <summary>What an order is in, other than its currency.</summary>
    /// <param name="instrumentId">Its instrument.</param>
    /// <param name="strategyId">Its strategy.</param>
    public static LimitScope[] Of(uint instrumentId, ushort strategyId) =>
        [OfSymbol(instrumentId), OfStrategy(strategyId), new(ScopeKind.Global)];
}
