using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using static HftSandbox.Tests.Core.Risk.RiskScopes;

namespace HftSandbox.Tests.Core.Risk;

/// <summary>Every check in every scope, one below its limit, at it, and one beyond.</summary>
public sealed class RiskBoundaryTests
{
    private static readonly NewOrderRequest One = NewOrderRequest.Limit(100, 1);

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Order_rate(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { OrderRateLimit = 3 });

        for (int order = 1; order <= 3; order++)
            AssertDecided(rig.Ask(One).Decision(), RiskReason.None);

        AssertDecided(rig.Ask(One).Decision(), RiskReason.RateLimit, observed: 4, limit: 3);
        AssertDecided(
            rig.Ask(Elsewhere(One)).Decision(),
            scope == RiskScope.Global ? RiskReason.RateLimit : RiskReason.None);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Order_rate_counts_replaces_but_neither_cancels_nor_denials(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { OrderRateLimit = 3 }, venue: "stub");
        ulong order = rig.Engine.NextClOrdId;
        rig.Ask(One);
        for (int denied = 0; denied < 5; denied++)
            Assert.Equal(RiskReason.InvalidQty, rig.Ask(NewOrderRequest.Limit(100, 0)).Decision().Reason);

        ulong replaced = rig.Engine.NextClOrdId;
        AssertDecided(rig.AskToReplace(order, 100, 2).Decision(), RiskReason.None);
        rig.AskToCancel(replaced);
        rig.AskToCancel(replaced);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.RateLimit, observed: 4, limit: 3);
    }

    [Fact]
    public void No_stretch_of_one_window_holds_more_than_the_limit_even_across_a_boundary()
    {
        const long WindowNs = 100_000;
        RunConfiguration configuration = Configuration(RiskScope.Global, Rig.NoLimits with { OrderRateLimit = 10 });
        Rig rig = Start(configuration with { Risk = configuration.Risk with { OrderRateWindowNs = WindowNs } });
        var forwarded = new List<long>();

        // An order each microsecond from before a multiple of the window until after it.
        for (int window = 1; window <= 20; window++)
        {
            rig.NowNs = (((rig.NowNs / WindowNs) + 2) * WindowNs) - 60_000;
            for (int order = 0; order < 120; order++)
            {
                if (rig.Ask(One).Decision().Reason == RiskReason.None)
                    forwarded.Add(rig.NowNs);
            }
        }

        Assert.All(
            forwarded,
            from => Assert.InRange(forwarded.Count(time => time >= from && time < from + WindowNs), 1, 10));
        Assert.Equal(20 * 20, forwarded.Count);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Repeated_orders(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { MaxRepeats = 2 });

        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.RepeatedOrder, observed: 3, limit: 2);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.RepeatedOrder, observed: 3, limit: 2);
        AssertDecided(rig.Ask(One with { Qty = new Qty(2) }).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
        for (int order = 1; order <= 3; order++)
        {
            AssertDecided(
                rig.Ask(Elsewhere(One)).Decision(),
                scope == RiskScope.Global && order == 3 ? RiskReason.RepeatedOrder : RiskReason.None);
        }
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Order_quantity(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { MaxOrderQty = 10 });
        NewOrderRequest Of(long qty) => One with { Qty = new Qty(qty) };

        AssertDecided(rig.Ask(Of(9)).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(Of(10)).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(Of(11)).Decision(), RiskReason.MaxOrderQty, observed: 11, limit: 10);
        AssertElsewhere(rig, scope, Of(11), RiskReason.MaxOrderQty);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Price_collar(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { MaxPriceDeviationBps = 200 });
        rig.Trade(10_000);
        rig.Trade(10_000, Rig.Second);
        NewOrderRequest At(long px) => One with { Px = new Px(px) };

        foreach (long px in new long[] { 9_800, 9_801, 10_199, 10_200 })
            AssertDecided(rig.Ask(At(px)).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(At(9_799)).Decision(), RiskReason.PriceCollar, observed: 402, limit: 400);
        AssertDecided(rig.Ask(At(10_201)).Decision(), RiskReason.PriceCollar, observed: 402, limit: 400);
        AssertElsewhere(rig, scope, At(10_201), RiskReason.PriceCollar);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Order_notional(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { MaxOrderNotional = 1_000 });
        NewOrderRequest Of(long qty) => NewOrderRequest.Limit(1, qty);

        AssertDecided(rig.Ask(Of(999)).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(Of(1_000)).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(Of(1_001)).Decision(), RiskReason.MaxOrderNotional, observed: 1_001, limit: 1_000);
        AssertElsewhere(rig, scope, Of(1_001), RiskReason.MaxOrderNotional);
    }

    [Theory]
    [InlineData(RiskScope.Symbol, Side.Buy)]
    [InlineData(RiskScope.Symbol, Side.Sell)]
    [InlineData(RiskScope.Strategy, Side.Buy)]
    [InlineData(RiskScope.Strategy, Side.Sell)]
    [InlineData(RiskScope.Global, Side.Buy)]
    [InlineData(RiskScope.Global, Side.Sell)]
    public void Position_with_open_orders(RiskScope scope, Side side)
    {
        long sign = side == Side.Buy ? 1 : -1;
        Side opposite = side == Side.Buy ? Side.Sell : Side.Buy;
        Rig rig = Start(scope, Rig.NoLimits with { MaxPosition = 100 });
        rig.Adjust(sign * 30, 100, strategyId: 1);
        rig.Ask(NewOrderRequest.Limit(100, 20, side));
        Rig Now() => rig.Fork();

        AssertDecided(Now().Ask(NewOrderRequest.Limit(100, 49, side)).Decision(), RiskReason.None);
        AssertDecided(Now().Ask(NewOrderRequest.Limit(100, 50, side)).Decision(), RiskReason.None);
        AssertDecided(
            Now().Ask(NewOrderRequest.Limit(100, 51, side)).Decision(),
            RiskReason.MaxPosition,
            observed: 101,
            limit: 100);
        AssertDecided(Now().Ask(NewOrderRequest.Limit(100, 130, opposite)).Decision(), RiskReason.None);
        AssertDecided(
            Now().Ask(NewOrderRequest.Limit(100, 131, opposite)).Decision(),
            RiskReason.MaxPosition,
            observed: 101,
            limit: 100);
        AssertElsewhere(rig, scope, NewOrderRequest.Limit(100, 101, side), RiskReason.MaxPosition);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Position_lets_reducing_orders_pass_wherever_it_stands(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { MaxPosition = 100 });
        rig.Adjust(250, 100, strategyId: 1);

        AssertDecided(rig.Ask(One).Decision(), RiskReason.MaxPosition, observed: 251, limit: 100);
        AssertDecided(rig.Ask(NewOrderRequest.Limit(100, 350, Side.Sell)).Decision(), RiskReason.None);
        AssertDecided(
            rig.Ask(NewOrderRequest.Limit(100, 1, Side.Sell)).Decision(),
            RiskReason.MaxPosition,
            observed: 101,
            limit: 100);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Position_checks_a_replace_without_its_original_and_then_counts_the_larger(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { MaxPosition = 100 });
        ulong order = rig.Engine.NextClOrdId;
        rig.Ask(NewOrderRequest.Limit(100, 60));
        rig.Report(Fill(order, 10));

        AssertDecided(
            rig.Fork().AskToReplace(order, 100, 101).Decision(), RiskReason.MaxPosition, observed: 101, limit: 100);
        ulong larger = rig.Engine.NextClOrdId;
        AssertDecided(rig.AskToReplace(order, 100, 99).Decision(), RiskReason.None);
        AssertDecided(rig.Fork().Ask(One).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One with { Qty = new Qty(2) }).Decision(), RiskReason.MaxPosition, observed: 101);

        rig.Reject(new CancelRejectBody { ClOrdId = larger, OrigClOrdId = order });
        AssertDecided(rig.AskToReplace(order, 100, 15).Decision(), RiskReason.None);
        AssertDecided(rig.Fork().Ask(One with { Qty = new Qty(40) }).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One with { Qty = new Qty(41) }).Decision(), RiskReason.MaxPosition, observed: 101);
    }

    [Fact]
    public void Position_of_a_strategy_is_its_own_and_that_of_a_symbol_is_everybodys()
    {
        Rig strategy = Start(RiskScope.Strategy, Rig.NoLimits with { MaxPosition = 100 });
        Rig symbol = Start(RiskScope.Symbol, Rig.NoLimits with { MaxPosition = 100 });
        NewOrderRequest others = NewOrderRequest.Limit(100, 80) with { StrategyId = 2 };

        strategy.Ask(others);
        symbol.Ask(others);

        AssertDecided(strategy.Ask(NewOrderRequest.Limit(100, 100)).Decision(), RiskReason.None);
        AssertDecided(symbol.Ask(NewOrderRequest.Limit(100, 21)).Decision(), RiskReason.MaxPosition, observed: 101);
    }

    [Fact]
    public void What_a_venue_says_is_open_never_wraps_around()
    {
        Rig rig = Start(RiskScope.Global, Rig.NoLimits);
        ulong first = rig.Engine.NextClOrdId;
        rig.Ask(One);
        rig.Ask(One);

        for (ulong order = first; order <= first + 1; order++)
        {
            rig.Report(new ExecutionReportBody { ClOrdId = order, ExecType = ExecType.New });
            rig.Report(new ExecutionReportBody
            {
                ClOrdId = order,
                ExecType = ExecType.Restated,
                OrderQty = new Qty(long.MaxValue),
            });
        }

        Assert.Equal(2 * (Int128)long.MaxValue, rig.Engine.OpenOrders.Exposure.Qty(Rig.First, Side.Buy));
        AssertDecided(rig.Ask(One).Decision(), RiskReason.ArithmeticOverflow);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Open_orders(RiskScope scope)
    {
        Rig rig = Start(scope, Rig.NoLimits with { MaxOpenOrders = 2 });
        ulong first = rig.Engine.NextClOrdId;

        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.MaxOpenOrders, observed: 3, limit: 2);
        AssertDecided(
            rig.Ask(Elsewhere(One)).Decision(),
            scope == RiskScope.Global ? RiskReason.MaxOpenOrders : RiskReason.None);
        AssertDecided(rig.AskToReplace(first, 101, 5).Decision(), RiskReason.None);
        AssertDecided(rig.Fork().Ask(One).Decision(), RiskReason.MaxOpenOrders);
        rig.Report(new ExecutionReportBody { ClOrdId = first, ExecType = ExecType.Canceled });
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
    }

    [Fact]
    public void The_kill_switch_denies_reducing_orders_too_cancels_what_rests_and_lets_cancels_pass()
    {
        Rig rig = Start(RiskScope.Global, Rig.NoLimits);
        rig.Adjust(50, 100);
        ulong first = rig.Engine.NextClOrdId;
        rig.Ask(One);
        rig.Ask(Elsewhere(One));
        rig.Ask(NewOrderRequest.Limit(200, 1, Side.Sell));

        List<Recorded> group = rig.Reload(
            rig.Configuration with { Risk = rig.Configuration.Risk with { KillSwitch = true } });

        Assert.Equal(
            [first, first + 1, first + 2],
            group.Where(record => record.Kind == EventKind.OrderIntent)
                .Select(record => record.Body<OrderIntentBody>())
                .Where(intent => intent.IntentType == IntentType.Cancel)
                .Select(intent => intent.OrigClOrdId));
        AssertDecided(rig.Ask(NewOrderRequest.Limit(100, 1, Side.Sell)).Decision(), RiskReason.KillSwitch);
        AssertDecided(rig.AskToReplace(first, 100, 1).Decision(), RiskReason.KillSwitch);
        Assert.DoesNotContain(EventKind.CancelReject, rig.AskToCancel(first).Kinds());
        Assert.Contains(EventKind.OrderState, rig.Report(Fill(first, 1)).Kinds());
    }

    [Fact]
    public void An_orphan_halts_its_symbol_alone_until_an_adjustment_and_lets_cancels_pass()
    {
        Rig rig = Start(RiskScope.Global, Rig.NoLimits);
        ulong order = rig.Engine.NextClOrdId;
        rig.Ask(One);
        rig.Report(Fill(999_999, 5));

        AssertDecided(rig.Ask(NewOrderRequest.Limit(100, 1, Side.Sell)).Decision(), RiskReason.Halted);
        AssertDecided(rig.AskToReplace(order, 100, 1).Decision(), RiskReason.Halted);
        AssertDecided(rig.Ask(Elsewhere(One)).Decision(), RiskReason.None);
        Assert.DoesNotContain(EventKind.CancelReject, rig.AskToCancel(order).Kinds());
        rig.ResetRisk();
        rig.Adjust(1, 100, Rig.Second);
        AssertDecided(rig.Fork().Ask(One).Decision(), RiskReason.Halted);
        rig.Adjust(5, 100);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
    }

    [Fact]
    public void An_orphan_that_does_not_say_its_symbol_halts_every_one()
    {
        Rig rig = Start(RiskScope.Global, Rig.NoLimits);

        List<Recorded> group = rig.Report(Fill(999_999, 5), instrument: 0);

        Assert.Equal(2, group.Count(record => record.Kind == EventKind.RiskHalt));
        AssertDecided(rig.Ask(One).Decision(), RiskReason.Halted);
        AssertDecided(rig.Ask(Elsewhere(One)).Decision(), RiskReason.Halted);
        rig.Adjust(5, 100);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(Elsewhere(One)).Decision(), RiskReason.Halted);
    }

    private static void AssertElsewhere(Rig rig, RiskScope scope, NewOrderRequest order, RiskReason reason) =>
        AssertDecided(rig.Ask(Elsewhere(order)).Decision(), scope == RiskScope.Global ? reason : RiskReason.None);

    private static ExecutionReportBody Fill(ulong order, long qty) => new()
    {
        ClOrdId = order,
        ExecId = new Id16(4, order),
        ExecType = ExecType.Trade,
        LastPx = new Px(100),
        LastQty = new Qty(qty),
        Side = Side.Buy,
    };
}
