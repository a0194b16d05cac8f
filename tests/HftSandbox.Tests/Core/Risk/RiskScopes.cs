using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Risk;

/// <summary>What a limit covers.</summary>
public enum RiskScope
{
    Symbol,
    Strategy,
    Global,
}

/// <summary>An engine that is asked for orders from outside, with limits of one scope: the first symbol, the strategy
/// with id 1, or everything. Strategies 1 and 2 are configured and silent.</summary>
internal static class RiskScopes
{
    public static Rig Start(RiskScope scope, LimitsConfig limits, string venue = "outside", bool fills = false) =>
        Start(Configuration(scope, limits) with
        {
            Venue = venue,
            Features = new FeaturesConfig(EnableOrderFlow: false, fills),
        });

    public static Rig Start(RunConfiguration configuration)
    {
        Rig rig = new Rig(configuration).Start();
        rig.Trade(100);
        rig.Trade(100, Rig.Second);
        return rig;
    }

    public static RunConfiguration Configuration(RiskScope scope, LimitsConfig limits)
    {
        RunConfiguration defaults = Rig.Defaults();
        return defaults with
        {
            Venue = "outside",
            Features = new FeaturesConfig(EnableOrderFlow: false, EnableFills: false),
            Strategies =
            [
                new StrategyConfig("template", "TEST-USD", scope == RiskScope.Strategy ? limits : null),
                new StrategyConfig("template", "OTHER-USD"),
            ],
            Instruments =
            [
                Rig.Instrument("TEST-USD") with { Limits = scope == RiskScope.Symbol ? limits : null },
                Rig.Instrument("OTHER-USD"),
            ],
            Risk = scope != RiskScope.Global ? defaults.Risk : Global(defaults.Risk, limits),
        };
    }

    /// <summary>One that the limits of a symbol or strategy do not cover.</summary>
    public static NewOrderRequest Elsewhere(NewOrderRequest order) =>
        order with { InstrumentId = Rig.Second, StrategyId = 2 };

    public static void AssertDecided(
        RiskDecisionBody decision, RiskReason expected, long? observed = null, long? limit = null)
    {
        Assert.Equal(expected, decision.Reason);
        Assert.Equal(expected == RiskReason.None ? Decision.Allow : Decision.Deny, decision.Decision);
        if (expected == RiskReason.None)
            return;
        Assert.Equal(observed ?? decision.ObservedValue, decision.ObservedValue);
        Assert.Equal(limit ?? decision.LimitValue, decision.LimitValue);
    }

    private static RiskConfig Global(RiskConfig risk, LimitsConfig limits) => risk with
    {
        Limits = new LimitsConfig
        {
            MaxOrderQty = limits.MaxOrderQty,
            MaxOrderNotional = limits.MaxOrderNotional,
            MaxPosition = limits.MaxPosition,
            MaxPriceDeviationBps = limits.MaxPriceDeviationBps,
        },
        OrderRateLimit = limits.OrderRateLimit,
        MaxRepeats = limits.MaxRepeats,
        MaxOpenOrders = limits.MaxOpenOrders,
        MaxGrossExposure = limits.MaxGrossExposure,
        MaxDailyLoss = limits.MaxDailyLoss,
    };
}
