using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Core;
using HftSandbox.Trader.Report;

namespace HftSandbox.Tests.Trader.Report;

/// <summary>What the limits were compared with, where no decision carries it.</summary>
public sealed class LimitUseTests
{
    private const long Day = 86_400_000_000_000;

    [Fact]
    public void The_same_order_in_a_row_is_counted_from_what_was_let_through()
    {
        var log = Limited(Rig.NoLimits with { MaxRepeats = 2 });

        log.Order(1, Side.Buy, 5).Order(2, Side.Buy, 5)
            .Order(3, Side.Buy, 5, reason: RiskReason.RepeatedOrder, limit: 2, observed: 3)
            .Order(4, Side.Sell, 5).Order(5, Side.Buy, 5).End();

        Assert.Equal((5, 3, 2, 1), Figures(log.Use("maxRepeats", ScopeKind.Strategy)));
    }

    [Fact]
    public void An_order_is_open_until_it_is_done_and_a_replace_asks_for_no_more()
    {
        var log = Limited(Rig.NoLimits with { MaxOpenOrders = 9 });

        log.Order(1, Side.Buy, 5).Order(2, Side.Buy, 5).State(1, OrdStatus.Filled, 5, 5)
            .State(2, OrdStatus.PartiallyFilled, 5, 3)
            .Order(3, Side.Buy, 8, replaces: 2).Order(4, Side.Sell, 5).State(2, OrdStatus.Canceled, 5, 3)
            .State(4, OrdStatus.Rejected, 5).Order(5, Side.Buy, 1).End();

        Assert.Equal((5, 2, 2, 0), Figures(log.Use("maxOpenOrders", ScopeKind.Strategy)));
        Assert.False(log.Use("maxOpenOrders", ScopeKind.Strategy).IsTouched);
    }

    [Fact]
    public void A_filled_order_stays_open_while_a_replace_may_make_it_larger()
    {
        var log = Limited(Rig.NoLimits with { MaxOpenOrders = 9 });

        log.Order(1, Side.Buy, 5).Order(2, Side.Buy, 8, replaces: 1).State(1, OrdStatus.Filled, 5, 5)
            .Order(3, Side.Buy, 1).End();

        Assert.Equal(2, log.Use("maxOpenOrders", ScopeKind.Strategy).Greatest);
    }

    [Fact]
    public void The_position_of_a_strategy_is_that_of_its_own_fills_and_open_orders()
    {
        var log = Limited(Rig.NoLimits with { MaxPosition = 9 });

        log.Order(1, Side.Buy, 4).Fill(1, 1, Side.Buy, 3, 100).State(1, OrdStatus.PartiallyFilled, 4, 3)
            .Position(3, 300)
            .Order(2, Side.Buy, 5, position: 70).Order(3, Side.Sell, 2, position: 70).End();

        Assert.Equal((3, 9, 9, 0), Figures(log.Use("maxPosition", ScopeKind.Strategy)));
        Assert.True(log.Use("maxPosition", ScopeKind.Strategy).IsTouched);
    }

    [Fact]
    public void A_denial_counts_for_the_scope_whose_value_was_passed()
    {
        var log = Limited(Rig.NoLimits with { MaxOrderQty = 4 }, symbol: Rig.NoLimits with { MaxOrderQty = 6 });

        log.Order(1, Side.Buy, 5, reason: RiskReason.MaxOrderQty, limit: 4, observed: 5)
            .Order(2, Side.Buy, 7, reason: RiskReason.MaxOrderQty, limit: 6, observed: 7).End();

        Assert.Equal((2, 7, null, 1), Figures(log.Use("maxOrderQty", ScopeKind.Symbol)));
        Assert.Equal((1, 5, null, 1), Figures(log.Use("maxOrderQty", ScopeKind.Strategy)));
    }

    [Fact]
    public void What_the_log_does_not_tell_is_counted_and_no_figure_is_made_up()
    {
        var log = Limited(Rig.NoLimits with { MaxGrossExposure = 500 });

        log.Order(1, Side.Buy, 5);
        var before = log.Use("maxGrossExposure", ScopeKind.Strategy);
        Assert.Equal((1, null, null, 0), Figures(before));
        Assert.Equal((1, null), (before.NotDerived, before.IsTouched));

        log.Order(2, Side.Buy, 5, reason: RiskReason.MaxGrossExposure, limit: 500, observed: 700).End();

        Assert.Equal((2, 700, null, 1), Figures(log.Use("maxGrossExposure", ScopeKind.Strategy)));
    }

    [Fact]
    public void Which_of_two_equal_limits_denied_is_not_guessed()
    {
        var limits = Rig.NoLimits with { MaxGrossExposure = 500 };
        var log = Limited(limits, symbol: limits);

        log.Order(1, Side.Buy, 5, reason: RiskReason.MaxGrossExposure, limit: 500, observed: 700).End();

        Assert.Equal((0, 1), (log.Use("maxGrossExposure", ScopeKind.Symbol).Denied,
            log.Use("maxGrossExposure", ScopeKind.Symbol).NotDerived));
        Assert.Equal((0, 1), (log.Use("maxGrossExposure", ScopeKind.Strategy).Denied,
            log.Use("maxGrossExposure", ScopeKind.Strategy).NotDerived));
    }

    [Fact]
    public void Behind_missing_events_nothing_is_derived_from_what_came_before()
    {
        var limits = Rig.NoLimits with { MaxRepeats = 5, MaxOpenOrders = 5, MaxPosition = 50, OrderRateLimit = 5 };
        var log = Limited(limits);

        log.Lose(3).Order(1, Side.Buy, 5).End();

        Assert.All(new[] { "maxRepeats", "maxOpenOrders", "maxPosition", "orderRateLimit" }, limit =>
            Assert.Equal((1, 1, null), (log.Use(limit, ScopeKind.Strategy).Decisions,
                log.Use(limit, ScopeKind.Strategy).NotDerived, log.Use(limit, ScopeKind.Strategy).Greatest)));
        Assert.Equal(5, log.Use("maxOrderQty", ScopeKind.Symbol).Greatest);
    }

    [Fact]
    public void The_greatest_loss_of_a_session_is_that_after_any_input_and_cash_is_no_part_of_it()
    {
        var log = Limited(Rig.NoLimits with { MaxDailyLoss = 50 });

        log.Quote(100, 100).Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 5, 100, fee: 2).Position(5, 500, fees: 2)
            .Quote(94, 94).Cash(-1000).Cash(900).Quote(99, 99);
        log.NowNs += Day;
        log.Quote(91, 91).Quote(95, 95).End();

        Assert.Equal(40, log.Use("maxDailyLoss", ScopeKind.Strategy).Greatest);
    }

    [Fact]
    public void A_loss_at_prices_of_a_book_is_not_derived()
    {
        var log = Limited(Rig.NoLimits with { MaxDailyLoss = 50 });

        log.Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 5, 100).Position(5, 500)
            .Add(EventKind.BookLevel, new BookLevelBody { Px = new Px(80) }).End();

        Assert.Null(log.Use("maxDailyLoss", ScopeKind.Strategy).IsTouched);
    }

    [Fact]
    public void Cash_that_an_operator_moves_is_equity_of_the_currency_and_of_no_instrument()
    {
        var log = new ReportScript().Start();

        log.Quote(110, 110).Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 5, 100, fee: 3).Position(5, 500, fees: 3)
            .Cash(1000).Cash(-70).End();

        var currency = Assert.Single(log.Report.Currencies);
        Assert.Equal((2, 930), (currency.Adjustments, (long)currency.Cash));
        Assert.Equal(2 * (930 + 50 - 3), currency.TwiceEquity(log.Report.Mark));
        Assert.Equal(2 * (50 - 3), log.Account.TwiceEquity(log.Report.Mark(1)));
        Assert.Equal(0, log.Account.Drawdown.TwiceWorst);
    }

    /// <summary>A log with limits of the strategy of its orders, and of its instrument.</summary>
    private static ReportScript Limited(LimitsConfig strategy, LimitsConfig? symbol = null)
    {
        var configuration = ReportScript.WithLimits(symbol ?? Rig.NoLimits);
        return new ReportScript(configuration with
        {
            Order = configuration.Order with { StrategyId = ReportScript.Strategy },
            Strategies = [new StrategyConfig("template", "X", strategy)],
        }).Start();
    }

    private static (long, Int128?, Int128?, long) Figures(LimitUse use) =>
        (use.Decisions, use.Greatest, use.GreatestAllowed, use.Denied);
}
