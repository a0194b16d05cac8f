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

    /// <summary>The instrument's quote currency, of one order.</summary>
    OrderAmount,

    /// <summary>The instrument's quote currency, over all that the limit covers.</summary>
    TotalAmount,

    /// <summary>Basis points.</summary>
    BasisPoints,
}

/// <summary>One limit of the configuration: where its value stands, what it is compared with, and the reason when it
/// denies. Each holds for symbols and strategies; some also for more.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Unit">What it is measured in.</param>
/// <param name="Reason">The denial.</param>
/// <param name="Widest">What else it may cover; null = nothing.</param>
/// <param name="ValueOf">Its value in the limits of a scope; 0 = off.</param>
/// <param name="ObservedIn">What a decision compared with it in a scope; null = the log does not tell.</param>
internal sealed record Limit(
    string Name,
    LimitUnit Unit,
    RiskReason Reason,
    ScopeKind? Widest,
    Func<LimitsConfig, long> ValueOf,
    Func<Asked, LimitScope, Int128?> ObservedIn)
{
    /// <summary>How many orders may be forwarded within a window.</summary>
    public static readonly Limit OrderRate = new(
        "orderRateLimit", LimitUnit.Orders, RiskReason.RateLimit, ScopeKind.Global,
        limits => limits.OrderRateLimit, (asked, scope) => asked.OrdersInWindow(scope) + 1);

    /// <summary>How much may be lost in a session: compared after every input, whether an order is sent or
    /// not.</summary>
    public static readonly Limit DailyLoss = new(
        "maxDailyLoss", LimitUnit.TotalAmount, RiskReason.MaxDailyLoss, ScopeKind.Currency,
        limits => limits.MaxDailyLoss, (_, _) => null);

    /// <summary>Every limit, in the order of the checks.</summary>
    public static readonly IReadOnlyList<Limit> All =
    [
        OrderRate,
        new("maxRepeats", LimitUnit.Orders, RiskReason.RepeatedOrder, ScopeKind.Global,
            limits => limits.MaxRepeats, (asked, _) => asked.Repeats),
        new("maxOrderQty", LimitUnit.Quantity, RiskReason.MaxOrderQty, null,
            limits => limits.MaxOrderQty, (asked, _) => asked.Intent.Qty.Mantissa),
        new("maxPriceDeviationBps", LimitUnit.BasisPoints, RiskReason.PriceCollar, null,
            limits => limits.MaxPriceDeviationBps, (asked, _) => asked.Deviation)
        {
            AppliesTo = asked => asked.HasDeviation,
            IsTightestOnly = true,
        },
        new("maxOrderNotional", LimitUnit.OrderAmount, RiskReason.MaxOrderNotional, null,
            limits => limits.MaxOrderNotional, (asked, _) => asked.Decision.Notional.Mantissa),
        new("maxPosition", LimitUnit.Quantity, RiskReason.MaxPosition, null,
            limits => limits.MaxPosition, (asked, scope) => asked.WorstPosition(scope)),
        new("maxOpenOrders", LimitUnit.Orders, RiskReason.MaxOpenOrders, ScopeKind.Global,
            limits => limits.MaxOpenOrders, (asked, scope) => asked.OpenOrdersWith(scope)),
        new("maxGrossExposure", LimitUnit.TotalAmount, RiskReason.MaxGrossExposure, ScopeKind.Currency,
            limits => limits.MaxGrossExposure, (_, _) => null),
        DailyLoss,
    ];

    /// <summary>Whether it compares something with an order; null = always.</summary>
    public Func<Asked, bool>? AppliesTo { get; private init; }

    /// <summary>Whether only the tightest of its scopes is compared.</summary>
    public bool IsTightestOnly { get; private init; }

    /// <summary>Whether there is such a limit on that.</summary>
    /// <param name="scope">Something.</param>
    public bool Covers(LimitScope scope) =>
        scope.Kind is ScopeKind.Symbol or ScopeKind.Strategy || scope.Kind == Widest;

    /// <summary>Whether a decision came as far as this check: reasons stand in the order of the checks. A missing
    /// reference price may also be found later than its place; then too little is counted.</summary>
    /// <param name="reason">The decision's.</param>
    public bool IsReachedBy(RiskReason reason) =>
        reason == RiskReason.None || (reason >= Reason && reason != RiskReason.ArithmeticOverflow);
}
