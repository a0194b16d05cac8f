using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>What an order or replace asked of the limits.</summary>
/// <param name="InstrumentId">Its instrument.</param>
/// <param name="NowNs">Receive time of the decision.</param>
/// <param name="Intent">The intent.</param>
/// <param name="Decision">What risk said.</param>
/// <param name="Replaced">A replace: the order; null = none that is known.</param>
/// <param name="History">What came before.</param>
internal sealed record Asked(
    uint InstrumentId,
    long NowNs,
    OrderIntentBody Intent,
    RiskDecisionBody Decision,
    OrderLife? Replaced,
    RiskHistory History)
{
    /// <summary>Whether its price was compared with a reference.</summary>
    public bool HasDeviation => Intent.OrdType == OrdType.Limit && Decision.ReferencePx.Mantissa != 0;

    /// <summary>|px − ref| in basis points of ref, rounded down.</summary>
    public Int128 Deviation
    {
        get
        {
            var reference = (Int128)Decision.ReferencePx.Mantissa;
            return Int128.Abs(Intent.Px.Mantissa - reference) * 10_000 / Int128.Abs(reference);
        }
    }

    /// <summary>How many of the same in a row it would be; null = the log does not tell.</summary>
    public Int128? Repeats => History.Forwarded.RepeatsWith(InstrumentId, Intent);

    private bool IsReplace => Intent.IntentType == IntentType.Replace;

    /// <summary>What it adds to what is open: a replace adds what is not filled of it.</summary>
    private Int128 AddedQty => IsReplace
        ? Int128.Max(0, Intent.Qty.Mantissa - (Replaced?.Filled ?? 0))
        : Intent.Qty.Mantissa;

    /// <summary>Orders forwarded within the window before it; null = the log does not tell.</summary>
    /// <param name="scope">What is counted.</param>
    public Int128? OrdersInWindow(LimitScope scope) => History.Forwarded.InWindow(scope, NowNs);

    /// <summary>Orders open with it; null = the log does not tell.</summary>
    /// <param name="scope">What is counted.</param>
    public Int128? OpenOrdersWith(LimitScope scope) => History.Open.Count(scope) + (IsReplace ? 0 : 1);

    /// <summary>The position toward its side if every open order of that side fills; null = the log does not
    /// tell.</summary>
    /// <param name="scope">Whose position.</param>
    public Int128? WorstPosition(LimitScope scope)
    {
        if (scope.Kind == ScopeKind.Symbol)
            return Toward(Decision.PositionQty.Mantissa) + Decision.OpenQty.Mantissa + AddedQty;
        var replaced = IsReplace && Replaced is not null ? History.Open.Exposed(Replaced) : 0;
        return Toward(History.OwnPosition(Intent.StrategyId, InstrumentId))
            + History.Open.Quantity(Intent.StrategyId, InstrumentId, Intent.Side) - replaced + AddedQty;
    }

    private Int128? Toward(Int128? position) => Intent.Side == Side.Buy ? position : -position;
}
