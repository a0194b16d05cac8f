using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>What a limit is measured in.</summary>
internal enum LimitUnit
{
    /// <summary>Orders.</summary>
    Orders,

    /// <summary>The instrument's quantity.</summary>
    Quantity,

    /// <summary>The instrument's quote currency.</summary>
    Amount,

    /// <summary>Basis points.</summary>
    BasisPoints,
}

/// <summary>What an order asked of the limits.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="Decision">What risk said.</param>
/// <param name="FilledBefore">A replace: what the order had filled; else 0.</param>
/// <param name="OrdersInWindow">Orders forwarded within the rate's window before this one.</param>
internal readonly record struct Asked(
    OrderIntentBody Intent, RiskDecisionBody Decision, Int128 FilledBefore, int OrdersInWindow);

/// <summary>One limit of the configuration: where its value stands, what it is compared with, and the reason when it
/// denies.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Unit">What it is measured in.</param>
/// <param name="Reason">The denial.</param>
/// <param name="ValueOf">Its value for an instrument's limits; 0 = off.</param>
/// <param name="ObservedIn">What a decision compared with it; null = nothing.</param>
internal sealed record Limit(
    string Name,
    LimitUnit Unit,
    RiskReason Reason,
    Func<RiskConfig, LimitsConfig, long> ValueOf,
    Func<Asked, Int128?> ObservedIn)
{
    /// <summary>Every limit, in the order of the checks.</summary>
    public static readonly IReadOnlyList<Limit> All =
    [
        new("orderRateLimit", LimitUnit.Orders, RiskReason.RateLimit,
            (risk, _) => risk.OrderRateLimit, asked => asked.OrdersInWindow + 1),
        new("maxOrderQty", LimitUnit.Quantity, RiskReason.MaxOrderQty,
            (_, limits) => limits.MaxOrderQty, asked => asked.Intent.Qty.Mantissa),
        new("maxPriceDeviationBps", LimitUnit.BasisPoints, RiskReason.PriceCollar,
            (_, limits) => limits.MaxPriceDeviationBps, Deviation),
        new("maxOrderNotional", LimitUnit.Amount, RiskReason.MaxOrderNotional,
            (_, limits) => limits.MaxOrderNotional, asked => asked.Decision.Notional.Mantissa),
        new("maxPosition", LimitUnit.Quantity, RiskReason.MaxPosition,
            (_, limits) => limits.MaxPosition, WorstPosition),
    ];

    /// <summary>Whether it holds over all instruments together.</summary>
    public bool IsGlobal => Unit == LimitUnit.Orders;

    /// <summary>Whether a decision came as far as this check: reasons stand in the order of the checks.</summary>
    /// <param name="reason">The decision's.</param>
    public bool IsReachedBy(RiskReason reason) =>
        reason == RiskReason.None || (reason >= Reason && reason != RiskReason.ArithmeticOverflow);

    /// <summary>|px − ref| in basis points of ref, rounded down.</summary>
    private static Int128? Deviation(Asked asked)
    {
        var reference = (Int128)asked.Decision.ReferencePx.Mantissa;
        return asked.Intent.OrdType != OrdType.Limit || reference == 0
            ? null
            : Int128.Abs(asked.Intent.Px.Mantissa - reference) * 10_000 / Int128.Abs(reference);
    }

    /// <summary>The position toward the order's side if every open order of that side fills.</summary>
    private static Int128? WorstPosition(Asked asked)
    {
        var (intent, decision) = (asked.Intent, asked.Decision);
        var position = (Int128)decision.PositionQty.Mantissa;
        return (intent.Side == Side.Buy ? position : -position)
            + decision.OpenQty.Mantissa + intent.Qty.Mantissa - asked.FilledBefore;
    }
}
