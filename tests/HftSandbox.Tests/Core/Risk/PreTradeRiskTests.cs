using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Risk;

public sealed class PreTradeRiskTests
{
    [Theory]
    [InlineData(9, RiskReason.None)]
    [InlineData(10, RiskReason.None)]
    [InlineData(11, RiskReason.MaxOrderQty)]
    public void Max_order_qty(long qty, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits with { MaxOrderQty = 10 });

        RiskDecisionBody decision = probe.Check(NewOrderRequest.Limit(px: 100, qty));

        AssertDecided(decision, expected, observed: qty, limit: 10);
    }

    [Theory]
    [InlineData(100, 9, RiskReason.None)]
    [InlineData(100, 10, RiskReason.None)]
    [InlineData(1001, 1, RiskReason.MaxOrderNotional)]
    public void Max_order_notional(long px, long qty, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits with { MaxOrderNotional = 1000 });

        RiskDecisionBody decision = probe.Check(NewOrderRequest.Limit(px, qty));

        AssertDecided(decision, expected, observed: px * qty, limit: 1000);
        Assert.Equal(px * qty, decision.Notional.Mantissa);
    }

    [Theory]
    [InlineData(999_999_999, 1)]
    [InlineData(1_000_000_000, 1)]
    [InlineData(1_000_000_001, 2)]
    public void Notional_is_rounded_up_to_its_scale(long qty, long expected)
    {
        // Price 0.1 at scale 2, quantity at scale 10, notional at scale 2: the product has ten digits too many.
        Probe probe = new(Rig.NoLimits with { MaxOrderNotional = 1 }, configuration => Replace(configuration,
            Rig.Instrument("TEST-USD") with { PriceScale = 2, QuantityScale = 10, NotionalScale = 2 }));

        RiskDecisionBody decision = probe.Check(NewOrderRequest.Limit(px: 10, qty));

        Assert.Equal(expected, decision.Notional.Mantissa);
        Assert.Equal(expected > 1 ? RiskReason.MaxOrderNotional : RiskReason.None, decision.Reason);
    }

    [Fact]
    public void Notional_counts_the_multiplier_and_the_magnitude_of_a_negative_price()
    {
        Probe probe = new(Rig.NoLimits with { MaxOrderNotional = 1000 }, configuration => Replace(configuration,
            Rig.Instrument("TEST-USD") with { Multiplier = 5, AllowNegativePrice = true }));

        Assert.Equal(1000, probe.Check(NewOrderRequest.Limit(px: -20, qty: 10)).Notional.Mantissa);
        Assert.Equal(RiskReason.MaxOrderNotional, probe.Check(NewOrderRequest.Limit(px: -21, qty: 10)).Reason);
    }

    [Theory]
    [InlineData(Side.Buy, 40, RiskReason.None)]
    [InlineData(Side.Buy, 50, RiskReason.None)]
    [InlineData(Side.Buy, 51, RiskReason.MaxPosition)]
    [InlineData(Side.Sell, 250, RiskReason.None)]
    [InlineData(Side.Sell, 251, RiskReason.MaxPosition)]
    public void Max_position_counts_the_worst_case_of_the_side(Side side, long qty, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits with { MaxPosition = 150 });
        probe.Check(NewOrderRequest.Limit(100, 100));
        probe.Fills(false);

        RiskDecisionBody decision = probe.Check(NewOrderRequest.Limit(100, qty, side));

        AssertDecided(decision, expected, observed: (side == Side.Buy ? 100 : -100) + qty, limit: 150);
        Assert.Equal((100L, 0L), (decision.PositionQty.Mantissa, decision.OpenQty.Mantissa));
    }

    [Fact]
    public void Reducing_orders_pass_where_increasing_ones_do_not()
    {
        Probe probe = new(Rig.NoLimits with { MaxPosition = 100 });
        probe.Check(NewOrderRequest.Limit(100, 100));

        Assert.Equal(RiskReason.MaxPosition, probe.Check(NewOrderRequest.Limit(100, 1)).Reason);
        Assert.Equal(RiskReason.None, probe.Check(NewOrderRequest.Limit(100, 200, Side.Sell)).Reason);
        Assert.Equal(RiskReason.MaxPosition, probe.Check(NewOrderRequest.Limit(100, 1, Side.Sell)).Reason);
    }

    [Fact]
    public void Resting_orders_count_so_the_501st_of_ten_is_denied_at_five_thousand()
    {
        RunConfiguration configuration = Rig.WithLimits(Rig.NoLimits with { MaxPosition = 5000 });
        var rig = new Rig(configuration with { Features = new FeaturesConfig(true, EnableFills: false) }).Start();

        RiskReason[] reasons = [.. Enumerable.Range(0, 1000).Select(_ => rig.Quote(99, 101).Decision().Reason)];

        Assert.All(reasons.Take(500), reason => Assert.Equal(RiskReason.None, reason));
        Assert.All(reasons.Skip(500), reason => Assert.Equal(RiskReason.MaxPosition, reason));
        Assert.Equal(500, rig.Engine.OpenOrders.Count);
    }

    [Theory]
    [InlineData(98, RiskReason.None)]
    [InlineData(97, RiskReason.PriceCollar)]
    [InlineData(102, RiskReason.None)]
    [InlineData(103, RiskReason.PriceCollar)]
    public void Price_collar_around_the_last_trade(long px, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits with { MaxPriceDeviationBps = 200 });
        probe.Rig.Trade(100, Rig.Second);
        probe.Rig.Trade(100);

        RiskDecisionBody decision = probe.CheckOnTrade(100, NewOrderRequest.Limit(px, 1));

        AssertDecided(decision, expected, observed: 2 * Math.Abs(px - 100), limit: 4);
        Assert.Equal(100, decision.ReferencePx.Mantissa);
    }

    [Theory]
    [InlineData(10_000, RiskReason.None)]
    [InlineData(10_001, RiskReason.None)]
    [InlineData(10_002, RiskReason.PriceCollar)]
    [InlineData(9_999, RiskReason.PriceCollar)]
    public void Price_collar_keeps_a_mid_between_two_prices_exact(long px, RiskReason expected)
    {
        // Mid 10,000.5; one basis point of it is 1.00005, so 1.5 away is too far and 0.5 is not.
        Probe probe = new(Rig.NoLimits with { MaxPriceDeviationBps = 1 });

        RiskDecisionBody decision = probe.CheckOnQuote(10_000, 10_001, NewOrderRequest.Limit(px, 1));

        Assert.Equal(expected, decision.Reason);
        Assert.Equal(10_000, decision.ReferencePx.Mantissa);
    }

    [Fact]
    public void Without_a_reference_price_a_collar_denies_and_no_collar_allows()
    {
        Probe collar = new(Rig.NoLimits with { MaxPriceDeviationBps = 200 });
        Probe none = new(Rig.NoLimits);

        // A crossed quote is no reference.
        Assert.Equal(RiskReason.NoReferencePrice, collar.CheckOnQuote(101, 99, NewOrderRequest.Limit(100, 1)).Reason);
        Assert.Equal(RiskReason.None, none.CheckOnQuote(101, 99, NewOrderRequest.Limit(100, 1)).Reason);
    }

    [Theory]
    [InlineData(0, RiskReason.None)]
    [InlineData(5_000, RiskReason.None)]
    [InlineData(4_999, RiskReason.NoReferencePrice)]
    public void A_trade_older_than_the_greatest_age_is_no_reference(long maxAgeNs, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits with { MaxPriceDeviationBps = 200 }, configuration =>
            configuration with { Risk = configuration.Risk with { ReferenceMaxAgeNs = maxAgeNs } });
        probe.Rig.Trade(100);
        probe.Rig.NowNs += 4_000;

        RiskDecisionBody decision = probe.CheckOnQuote(101, 99, NewOrderRequest.Limit(100, 1));

        Assert.Equal(expected, decision.Reason);
    }

    [Fact]
    public void A_fresh_mid_stands_in_for_an_old_trade()
    {
        Probe probe = new(Rig.NoLimits with { MaxPriceDeviationBps = 200 }, configuration =>
            configuration with { Risk = configuration.Risk with { ReferenceMaxAgeNs = 2_000 } });
        probe.Rig.Trade(500);
        probe.Rig.NowNs += 4_000;

        RiskDecisionBody decision = probe.CheckOnQuote(99, 101, NewOrderRequest.Limit(100, 1));

        Assert.Equal((RiskReason.None, 100L), (decision.Reason, decision.ReferencePx.Mantissa));
    }

    [Theory]
    [InlineData(9, RiskReason.None)]
    [InlineData(10, RiskReason.None)]
    [InlineData(11, RiskReason.MaxOrderNotional)]
    public void A_market_order_counts_at_the_reference_price(long qty, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits with { MaxOrderNotional = 1000 });

        RiskDecisionBody decision = probe.CheckOnTrade(100, NewOrderRequest.Market(qty));

        AssertDecided(decision, expected, observed: qty * 100, limit: 1000);
        Assert.Equal(100, decision.ReferencePx.Mantissa);
    }

    [Theory]
    [InlineData(Side.Buy)]
    [InlineData(Side.Sell)]
    public void A_market_order_counts_the_collar_on_top(Side side)
    {
        // Mid 100.5, collar 1 %: 101.505 each, rounded up as a total.
        Probe probe = new(Rig.NoLimits with { MaxOrderNotional = 1016, MaxPriceDeviationBps = 100 });

        RiskDecisionBody ten = probe.CheckOnQuote(100, 101, NewOrderRequest.Market(10, side));
        RiskDecisionBody eleven = probe.CheckOnQuote(100, 101, NewOrderRequest.Market(11, side));

        Assert.Equal((RiskReason.None, 1016L), (ten.Reason, ten.Notional.Mantissa));
        Assert.Equal((RiskReason.MaxOrderNotional, 1117L), (eleven.Reason, eleven.Notional.Mantissa));
    }

    [Fact]
    public void A_market_order_without_a_reference_is_denied_where_a_limit_needs_one()
    {
        Probe notional = new(Rig.NoLimits with { MaxOrderNotional = 1000 });
        Probe collar = new(Rig.NoLimits with { MaxPriceDeviationBps = 1 });
        Probe neither = new(Rig.NoLimits with { MaxOrderQty = 5, MaxPosition = 5 });

        Assert.Equal(RiskReason.NoReferencePrice, notional.CheckOnQuote(101, 99, NewOrderRequest.Market(1)).Reason);
        Assert.Equal(RiskReason.NoReferencePrice, collar.CheckOnQuote(101, 99, NewOrderRequest.Market(1)).Reason);
        Assert.Equal(RiskReason.None, neither.CheckOnQuote(101, 99, NewOrderRequest.Market(1)).Reason);
    }

    [Theory]
    [InlineData(100, false, RiskReason.None)]
    [InlineData(0, false, RiskReason.InvalidPrice)]
    [InlineData(-5, false, RiskReason.InvalidPrice)]
    [InlineData(-5, true, RiskReason.None)]
    [InlineData(0, true, RiskReason.None)]
    [InlineData(101, false, RiskReason.InvalidPrice)]
    [InlineData(-7, true, RiskReason.InvalidPrice)]
    public void Prices_are_positive_and_on_the_tick_grid(long px, bool allowNegative, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits, configuration => Replace(configuration,
            Rig.Instrument("TEST-USD") with { TickSize = 5, AllowNegativePrice = allowNegative }));

        Assert.Equal(expected, probe.Check(NewOrderRequest.Limit(px, 1)).Reason);
    }

    [Theory]
    [InlineData(20, RiskReason.None)]
    [InlineData(16, RiskReason.InvalidQty)]
    [InlineData(21, RiskReason.InvalidQty)]
    [InlineData(0, RiskReason.InvalidQty)]
    [InlineData(-20, RiskReason.InvalidQty)]
    public void Quantities_are_positive_on_the_lot_grid_and_not_below_the_least(long qty, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits, configuration => Replace(configuration,
            Rig.Instrument("TEST-USD") with { LotSize = 4, MinQty = 20 }));

        Assert.Equal(expected, probe.Check(NewOrderRequest.Limit(100, qty)).Reason);
    }

    [Theory]
    [InlineData(9, RiskReason.InvalidQty)]
    [InlineData(10, RiskReason.None)]
    public void A_notional_below_the_least_is_an_invalid_quantity(long qty, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits, configuration => Replace(configuration,
            Rig.Instrument("TEST-USD") with { MinNotional = 1000 }));

        Assert.Equal(expected, probe.Check(NewOrderRequest.Limit(100, qty)).Reason);
    }

    [Theory]
    [InlineData(0u, Side.Buy, OrdType.Limit, TimeInForce.Gtc)]
    [InlineData(1u, Side.None, OrdType.Limit, TimeInForce.Gtc)]
    [InlineData(1u, (Side)3, OrdType.Limit, TimeInForce.Gtc)]
    [InlineData(1u, Side.Buy, OrdType.None, TimeInForce.Gtc)]
    [InlineData(1u, Side.Buy, OrdType.Limit, TimeInForce.None)]
    [InlineData(1u, Side.Buy, OrdType.Limit, (TimeInForce)6)]
    public void Orders_that_name_nothing_real_are_denied(uint instrument, Side side, OrdType type, TimeInForce force)
    {
        Probe probe = new(Rig.NoLimits);

        RiskDecisionBody decision = probe.Check(new(instrument, side, type, force, new Px(100), new Qty(1)));

        Assert.Equal(RiskReason.InvalidInstrument, decision.Reason);
    }

    [Fact]
    public void The_rate_window_slides_and_never_holds_more_than_the_limit()
    {
        const long WindowNs = 10_000;
        Probe probe = new(Rig.NoLimits, configuration => configuration with
        {
            Risk = configuration.Risk with { OrderRateLimit = 3, OrderRateWindowNs = WindowNs },
        });
        var forwarded = new List<long>();
        var random = new Random(11);
        TestContext.Current.TestOutputHelper?.WriteLine("seed 11");

        for (int order = 0; order < 2_000; order++)
        {
            probe.Rig.NowNs += random.Next(0, 6) * 1_000;
            RiskReason reason = probe.Check(NewOrderRequest.Limit(100, 1)).Reason;
            int within = forwarded.Count(time => time > probe.Rig.NowNs - WindowNs);
            Assert.Equal(within < 3 ? RiskReason.None : RiskReason.RateLimit, reason);
            if (reason == RiskReason.None)
                forwarded.Add(probe.Rig.NowNs);
        }
    }

    [Theory]
    [InlineData(9_999, RiskReason.RateLimit)]
    [InlineData(10_000, RiskReason.None)]
    public void An_order_exactly_one_window_old_has_left_it(long ageNs, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits, configuration => configuration with
        {
            Risk = configuration.Risk with { OrderRateLimit = 1, OrderRateWindowNs = 10_000 },
        });
        probe.Check(NewOrderRequest.Limit(100, 1));

        // Every input is 1,000 ns after the one before.
        probe.Rig.NowNs += ageNs - 1_000;

        Assert.Equal(expected, probe.Check(NewOrderRequest.Limit(100, 1)).Reason);
    }

    [Theory]
    [InlineData(2, RiskReason.None)]
    [InlineData(3, RiskReason.None)]
    [InlineData(4, RiskReason.RateLimit)]
    public void Rate_limit(int order, RiskReason expected)
    {
        Probe probe = new(Rig.NoLimits, configuration => configuration with
        {
            Risk = configuration.Risk with { OrderRateLimit = 3, OrderRateWindowNs = 1_000_000 },
        });
        for (int before = 1; before < order; before++)
            probe.Check(NewOrderRequest.Limit(100, 1));

        AssertDecided(probe.Check(NewOrderRequest.Limit(100, 1)), expected, observed: order, limit: 3);
    }

    [Fact]
    public void Denied_orders_do_not_count_against_the_rate()
    {
        Probe probe = new(Rig.NoLimits with { MaxOrderQty = 5 }, configuration => configuration with
        {
            Risk = configuration.Risk with { OrderRateLimit = 1, OrderRateWindowNs = 1_000_000 },
        });

        Assert.Equal(RiskReason.MaxOrderQty, probe.Check(NewOrderRequest.Limit(100, 6)).Reason);
        Assert.Equal(RiskReason.None, probe.Check(NewOrderRequest.Limit(100, 5)).Reason);
        Assert.Equal(RiskReason.RateLimit, probe.Check(NewOrderRequest.Limit(100, 6)).Reason);
    }

    [Theory]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(1L << 40, 1L << 40)]
    public void What_does_not_fit_is_denied_even_with_every_limit_off(long px, long qty)
    {
        Probe probe = new(Rig.NoLimits);

        Assert.Equal(RiskReason.ArithmeticOverflow, probe.Check(NewOrderRequest.Limit(px, qty)).Reason);
    }

    [Fact]
    public void A_position_that_would_outgrow_its_integer_is_denied_with_the_limit_off()
    {
        Probe probe = new(Rig.NoLimits);
        probe.Fills(false);
        Assert.Equal(RiskReason.None, probe.Check(NewOrderRequest.Limit(1, long.MaxValue - 1)).Reason);

        Assert.Equal(RiskReason.None, probe.Check(NewOrderRequest.Limit(1, 1)).Reason);
        Assert.Equal(RiskReason.ArithmeticOverflow, probe.Check(NewOrderRequest.Limit(1, 1)).Reason);
        Assert.Equal(RiskReason.None, probe.Check(NewOrderRequest.Limit(1, long.MaxValue, Side.Sell)).Reason);
    }

    [Fact]
    public void A_fee_that_does_not_fit_is_denied()
    {
        Probe probe = new(Rig.NoLimits, configuration => Replace(configuration,
            Rig.Instrument("TEST-USD") with { TakerFeeRateE8 = long.MaxValue }));

        Assert.Equal(RiskReason.ArithmeticOverflow, probe.Check(NewOrderRequest.Limit(1L << 30, 1L << 31)).Reason);
    }

    [Fact]
    public void The_first_failing_check_gives_the_reason()
    {
        // Everything is wrong with this order; curing one after the other walks down the list.
        var order = new NewOrderRequest(0, Side.Buy, OrdType.Limit, TimeInForce.Gtc, new Px(103), new Qty(33));
        Probe probe = new(
            new LimitsConfig { MaxOrderQty = 20, MaxOrderNotional = 1000, MaxPosition = 9, MaxPriceDeviationBps = 100 },
            configuration => Replace(configuration, Rig.Instrument("TEST-USD") with { TickSize = 2, LotSize = 2 }));

        var reasons = new List<RiskReason>();
        foreach (NewOrderRequest step in Cures(order))
            reasons.Add(probe.CheckOnTrade(100, step).Reason);

        Assert.Equal(
            [
                RiskReason.InvalidInstrument, RiskReason.InvalidPrice, RiskReason.InvalidQty, RiskReason.MaxOrderQty,
                RiskReason.PriceCollar, RiskReason.MaxOrderNotional, RiskReason.MaxPosition, RiskReason.None,
            ],
            reasons);

        static IEnumerable<NewOrderRequest> Cures(NewOrderRequest order)
        {
            yield return order;
            yield return order = order with { InstrumentId = 1 };
            yield return order = order with { Px = new Px(104) };
            yield return order = order with { Qty = new Qty(34) };
            yield return order = order with { Qty = new Qty(20) };
            yield return order = order with { Px = new Px(100) };
            yield return order = order with { Qty = new Qty(10) };
            yield return order with { Qty = new Qty(8) };
        }
    }

    [Fact]
    public void An_instruments_own_limits_replace_the_global_ones()
    {
        Probe probe = new(Rig.NoLimits with { MaxOrderQty = 10 }, configuration => Replace(configuration,
            Rig.Instrument("TEST-USD") with { Limits = Rig.NoLimits with { MaxOrderQty = 20 } }));

        Assert.Equal(RiskReason.None, probe.Check(NewOrderRequest.Limit(100, 20)).Reason);
        NewOrderRequest other = NewOrderRequest.Limit(100, 11) with { InstrumentId = Rig.Second };
        Assert.Equal(RiskReason.MaxOrderQty, probe.Check(other).Reason);
    }

    [Fact]
    public void Decisions_quote_the_hash_of_the_limits_in_force()
    {
        Probe probe = new(Rig.NoLimits);
        Id16 before = probe.Check(NewOrderRequest.Limit(100, 1)).LimitsHash;
        RunConfiguration other = probe.Rig.Configuration;

        probe.Rig.Reload(other with { Features = new FeaturesConfig(true, EnableFills: false) });
        Id16 same = probe.Check(NewOrderRequest.Limit(100, 1)).LimitsHash;
        probe.Rig.Reload(other with { Risk = other.Risk with { Limits = Rig.NoLimits with { MaxOrderQty = 7 } } });
        Id16 changed = probe.Check(NewOrderRequest.Limit(100, 1)).LimitsHash;

        Assert.False(before.IsNone);
        Assert.Equal(before, same);
        Assert.NotEqual(before, changed);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, Limits.OrderRateLimitMax + 1)]
    public void Limits_out_of_range_fail_fast(long maxOrderQty, int orderRateLimit)
    {
        RunConfiguration defaults = Rig.Defaults();
        var rig = new Rig(defaults with
        {
            Risk = defaults.Risk with
            {
                OrderRateLimit = orderRateLimit,
                Limits = Rig.NoLimits with { MaxOrderQty = maxOrderQty },
            },
        });

        Assert.Throws<InvalidOperationException>(() => rig.Start());
    }

    private static RunConfiguration Replace(RunConfiguration configuration, InstrumentConfig first) =>
        configuration with { Instruments = [first, configuration.Instruments[1]] };

    private static void AssertDecided(RiskDecisionBody decision, RiskReason expected, long observed, long limit)
    {
        Assert.Equal(expected, decision.Reason);
        Assert.Equal(expected == RiskReason.None ? Decision.Allow : Decision.Deny, decision.Decision);
        Assert.Equal(
            expected == RiskReason.None ? (0, 0) : (observed, limit),
            (decision.ObservedValue, decision.LimitValue));
    }

    /// <summary>An engine without strategies that is asked for orders right after a tick.</summary>
    private sealed class Probe
    {
        public Probe(LimitsConfig limits, Func<RunConfiguration, RunConfiguration>? change = null)
        {
            RunConfiguration configuration = Rig.WithLimits(limits) with { Strategies = [] };
            Rig = new Rig(change?.Invoke(configuration) ?? configuration);
            Rig.Start();
        }

        public Rig Rig { get; }

        public void Fills(bool enabled) =>
            Rig.Reload(Rig.Configuration with { Features = new FeaturesConfig(true, enabled) });

        public RiskDecisionBody Check(NewOrderRequest order) => CheckOnTrade(100, order);

        public RiskDecisionBody CheckOnTrade(long px, NewOrderRequest order)
        {
            Rig.Trade(px);
            return Ask(order);
        }

        public RiskDecisionBody CheckOnQuote(long bid, long ask, NewOrderRequest order)
        {
            Rig.Quote(bid, ask);
            return Ask(order);
        }

        /// <summary>At the time of the tick.</summary>
        private RiskDecisionBody Ask(NewOrderRequest order)
        {
            Rig.NowNs -= 1000;
            return Rig.Ask(order).Decision();
        }
    }
}
