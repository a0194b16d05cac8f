using HftSandbox.Events;
using HftSandbox.Tests.Core;
using HftSandbox.Trader.Report;

namespace HftSandbox.Tests.Trader.Report;

public sealed class LogReportTests
{
    private readonly ReportScript _log = new ReportScript().Start();

    [Fact]
    public void A_bust_takes_the_execution_back_at_its_own_price_with_its_fee()
    {
        _log.Quote(110, 110).Order(1, Side.Buy, 5)
            .Fill(1, 1, Side.Buy, 2, 100, fee: 3).Position(2, 200, fees: 3)
            .Fill(1, 2, Side.Buy, 3, 105, fee: 4).Position(5, 515, fees: 7)
            .Fill(1, 3, Side.Buy, 0, 0, type: ExecType.TradeCancel, refExecId: 1).Position(3, 309, -6, 4).End();

        Assert.Equal((3, -6, 4), (_log.Account.Position.NetQty.Mantissa, _log.Account.Realized, _log.Account.Fees));
        Assert.Equal((2, 1, 0), (_log.Total.Fills, _log.Total.Busts, _log.Report.Check.Differing));
        Assert.Equal((3, 315), (Turnover.Bought, Turnover.BoughtCost));
    }

    [Fact]
    public void A_bust_of_what_is_not_known_or_busted_already_and_a_repeated_execution_move_nothing()
    {
        _log.Order(1, Side.Buy, 5)
            .Fill(1, 1, Side.Buy, 2, 100).Position(2, 200)
            .Fill(1, 1, Side.Buy, 2, 100)
            .Fill(1, 2, Side.Buy, 0, 0, type: ExecType.TradeCancel, refExecId: 9)
            .Fill(1, 3, Side.Buy, 0, 0, type: ExecType.TradeCancel, refExecId: 1).Position(0, 0)
            .Fill(1, 4, Side.Buy, 0, 0, type: ExecType.TradeCancel, refExecId: 1)
            .Fill(1, 1, Side.Buy, 2, 100).End();

        Assert.Equal((0, 4), (_log.Account.Position.NetQty.Mantissa, _log.Total.NotApplied));
        Assert.Equal((2, 0), (_log.Report.Check.Compared, _log.Report.Check.Differing));
    }

    [Fact]
    public void An_execution_that_an_anomaly_passes_over_moves_nothing()
    {
        _log.Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 2, 100);

        _log.Add(EventKind.Anomaly, new AnomalyBody
        {
            ClOrdId = 1,
            ExecId = new Id16(0, 1),
            Code = AnomalyCode.OrphanExecution,
        }).End();

        Assert.Equal((0, 0, 1), (_log.Account.Position.NetQty.Mantissa, _log.Total.Fills, _log.Total.NotApplied));
        Assert.Equal(1, _log.Total.Anomalies[AnomalyCode.OrphanExecution]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_correction_is_a_bust_and_a_fill_at_what_is_right(bool logsBothSteps)
    {
        _log.Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 4, 100, fee: 2).Position(4, 400, fees: 2)
            .Fill(1, 2, Side.Buy, 3, 90, fee: 1, type: ExecType.TradeCorrect, refExecId: 1);
        if (logsBothSteps)
            _log.Position(0, 0);
        _log.Position(3, 270, fees: 1)
            .Fill(1, 3, Side.Buy, 0, 0, type: ExecType.TradeCancel, refExecId: 2).Position(0, 0).End();

        Assert.Equal((1, 1, 0), (_log.Total.Corrections, _log.Total.Busts, _log.Report.Check.Differing));
        Assert.Equal((0, 0), (Turnover.Filled, _log.Account.Fees));
    }

    [Fact]
    public void An_execution_moves_the_position_as_its_order_says_whatever_the_report_says()
    {
        _log.Order(1, Side.Buy, 5).Fill(1, 1, Side.None, 2, 100).Position(2, 200)
            .Order(2, Side.Buy, 9, replaces: 1).Fill(2, 2, Side.Sell, 1, 100).Position(3, 300).End();

        Assert.Equal((3, 0), (_log.Account.Position.NetQty.Mantissa, _log.Report.Check.Differing));
    }

    [Fact]
    public void A_position_that_does_not_follow_from_the_fills_is_a_difference()
    {
        _log.Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 4, 100).Position(4, 401).End();

        Assert.Equal(1, _log.Report.Check.Differing);
        Assert.StartsWith("sequence 5: the fills of X make 4 at 100", _log.Report.Check.First);
    }

    [Fact]
    public void An_adjustment_moves_the_position_at_its_price()
    {
        _log.Adjust(5, 100).Position(5, 500).Adjust(-2, 110).Position(3, 300, 20).End();

        Assert.Equal((3, 20, 20), (_log.Account.Position.NetQty.Mantissa, _log.Account.Realized,
            _log.Account.RealizedFifo));
        Assert.Equal((2, 0), (_log.Total.Adjustments, _log.Report.Check.Differing));
    }

    [Fact]
    public void A_start_from_flat_leaves_the_position_and_carries_what_was_realised()
    {
        _log.Quote(120, 120).Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 5, 100, fee: 1).Position(5, 500, fees: 1)
            .Order(9, Side.Sell, 2).Fill(9, 2, Side.Sell, 2, 110).Position(3, 300, 20, 1);

        _log.Start(RunMode.Flat).Order(2, Side.Buy, 1).Fill(2, 3, Side.Buy, 1, 100, fee: 1).Position(1, 100, fees: 1)
            .End();

        Assert.Equal((1, 20, 2), (_log.Account.Position.NetQty.Mantissa, _log.Account.Realized, _log.Account.Fees));
        Assert.Equal(2 * (20 + 20 - 2), _log.Account.TwiceEquity(_log.Report.Mark(1)));
        Assert.Equal(0, _log.Report.Check.Differing);
    }

    [Fact]
    public void Behind_missing_events_the_first_position_in_the_log_is_believed()
    {
        _log.Order(1, Side.Buy, 5).Fill(1, 1, Side.Buy, 5, 100).Position(5, 500);

        _log.Lose(3).Order(2, Side.Buy, 1).Fill(2, 4, Side.Buy, 1, 100).Position(9, 918, 33, 7)
            .Order(3, Side.Sell, 3).Fill(3, 5, Side.Sell, 3, 112).Position(6, 612, 63, 7).End();

        Assert.Equal((3UL, 0L), (_log.Report.History.Missing, _log.Report.Check.Differing));
        Assert.Equal((63, 63, 7), (_log.Account.Realized, _log.Account.RealizedFifo, _log.Account.Fees));
    }

    [Fact]
    public void A_replace_moves_what_was_ordered_and_the_order_keeps_its_first_fill()
    {
        _log.Order(1, Side.Buy, 5);
        _log.NowNs += 30;
        _log.Fill(1, 1, Side.Buy, 2, 100).Position(2, 200).Replaced(2, 1, 9);
        _log.NowNs += 30;
        _log.Fill(2, 2, Side.Buy, 7, 100).Position(9, 900).End();

        Assert.Equal((9, 9), (Turnover.Ordered, Turnover.Filled));
        Assert.Equal((1, 30), (_log.Total.WithFill, _log.Total.Times.Percentile(50)));
    }

    [Fact]
    public void A_position_is_marked_at_the_last_mid_that_was_not_crossed_else_at_the_last_trade()
    {
        _log.Order(1, Side.Buy, 2).Fill(1, 1, Side.Buy, 2, 100).Position(2, 200);

        Assert.Null(_log.Account.TwiceUnrealized(_log.Report.Mark(1)));
        Assert.Equal(2 * 2 * 3, Unrealized(_log.Trade(103)));
        Assert.Equal(2 * 2 * 3, Unrealized(_log.Quote(105, 104)));
        Assert.Equal(2 * (101 + 104 - 200), Unrealized(_log.Quote(101, 104)));
        Assert.Equal(2 * (101 + 104 - 200), Unrealized(_log.Trade(999)));
    }

    [Fact]
    public void The_drawdown_is_the_worst_fall_between_a_peak_and_what_comes_behind_it()
    {
        _log.Quote(100, 100).Order(1, Side.Buy, 1).Fill(1, 1, Side.Buy, 1, 100).Position(1, 100)
            .Quote(110, 110).Quote(104, 104).Quote(120, 120).Quote(111, 111).Quote(115, 115).End();

        var drawdown = _log.Account.Drawdown;
        Assert.Equal((2 * 9, 9UL, 10UL), (drawdown.TwiceWorst, drawdown.FromSequence, drawdown.ToSequence));
    }

    [Fact]
    public void Limits_are_those_in_force_at_the_decision()
    {
        var tight = ReportScript.WithLimits(Rig.NoLimits with { MaxOrderQty = 4, MaxPosition = 10 });
        var wide = ReportScript.WithLimits(Rig.NoLimits with { MaxOrderQty = 8, MaxPosition = 10 });
        var log = new ReportScript(tight).Start().Order(1, Side.Buy, 4, position: 3)
            .Order(2, Side.Buy, 6, reason: RiskReason.MaxOrderQty, limit: 4).Reload(wide);
        var hash = ReportScript.HashOf(wide);

        log.Order(3, Side.Sell, 6, position: 3, limits: hash).Order(4, Side.Buy, 1).End();

        var rows = log.Report.Limits.Rows.Where(row => row.Scope.Kind == ScopeKind.Symbol)
            .ToDictionary(row => (row.Limit.Name, row.Value));
        Assert.Equal(Use(1, 2, 6, 4, 1), Use(rows[("maxOrderQty", 4)]));
        Assert.Equal(Use(6, 1, 6, 6, 0), Use(rows[("maxOrderQty", 8)]));
        Assert.Equal(Use(1, 2, 7, 7, 0), Use(rows[("maxPosition", 10)]));
        Assert.Equal(1, log.Report.Limits.UnknownDecisions);
    }

    [Fact]
    public void The_order_rate_counts_what_was_forwarded_within_the_window()
    {
        var configuration = ReportScript.WithLimits(Rig.NoLimits);
        configuration = configuration with
        {
            Risk = configuration.Risk with { OrderRateLimit = 3, OrderRateWindowNs = 100 },
        };
        var log = new ReportScript(configuration).Start();

        foreach (var (order, afterNs, reason) in new[] { (1UL, 0, RiskReason.None), (2UL, 50, RiskReason.None),
            (3UL, 49, RiskReason.MaxOrderQty), (4UL, 0, RiskReason.None), (5UL, 0, RiskReason.RateLimit),
            (6UL, 1, RiskReason.None) })
        {
            log.NowNs += afterNs;
            log.Order(order, Side.Buy, 1, reason: reason, limit: reason == RiskReason.RateLimit ? 3 : 0);
        }

        var row = log.End().Use("orderRateLimit", ScopeKind.Global);
        Assert.Equal((6, 4, 3, 1), (row.Decisions, (long)row.Greatest!, (long)row.GreatestAllowed!, row.Denied));
    }

    [Fact]
    public void Halts_faults_and_refused_cancels_are_counted()
    {
        _log.Add(EventKind.RiskHalt, new RiskHaltBody { Reason = HaltReason.Orphan, Active = 1 });
        _log.Add(EventKind.RiskHalt, new RiskHaltBody { Reason = HaltReason.Orphan, Active = 0 });
        _log.Add(EventKind.StrategyFault, new StrategyFaultBody { StrategyId = 7, Code = StrategyFaultCode.Threw });
        _log.Add(EventKind.CancelReject, new CancelRejectBody { StrategyId = 7 });

        Assert.Equal(1, _log.Total.Halts[HaltReason.Orphan]);
        Assert.Equal(1, _log.Total.Faults[StrategyFaultCode.Threw]);
        Assert.Equal(1, _log.Total.CancelRejects);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(50, 30)]
    [InlineData(60, 30)]
    [InlineData(61, 40)]
    [InlineData(100, 50)]
    public void A_percentile_is_the_nearest_rank(int percent, long expected)
    {
        var times = new FillTimes();
        foreach (var ns in new long[] { 50, 10, 40, 20, 30 })
            times.Add(ns);

        Assert.Equal(expected, times.Percentile(percent));
    }

    [Fact]
    public void First_in_first_out_and_average_cost_agree_whenever_flat()
    {
        var seed = 20260101;
        var random = new Random(seed);
        for (ulong exec = 1; exec < 3000; exec++)
        {
            var net = _log.Account.Position.NetQty.Mantissa;
            var goesFlat = net != 0 && random.Next(5) == 0;
            var signed = goesFlat ? -net : random.Next(-9, 10);
            if (signed == 0)
                continue;
            var side = signed > 0 ? Side.Buy : Side.Sell;
            _log.Order(exec, side, Math.Abs(signed))
                .Fill(exec, exec, side, Math.Abs(signed), random.Next(90, 111)).End();
            if (goesFlat)
                Assert.True(_log.Account.Realized == _log.Account.RealizedFifo, $"seed {seed}, execution {exec}");
        }
    }

    [Fact]
    public void A_series_keeps_every_extreme_however_long_it_is()
    {
        var series = new TimeSeries(8);
        for (var at = 0; at < 100_000; at++)
            series.Add(at, at == 77_777 ? 900 : at == 12_345 ? -900 : at % 10);

        var buckets = series.Buckets.ToArray();

        Assert.InRange(buckets.Length, 5, 8);
        Assert.Equal(100_000, buckets.Sum(entry => entry.Bucket.Count));
        Assert.Equal((-900, 900), (buckets.Min(entry => entry.Bucket.Min), buckets.Max(entry => entry.Bucket.Max)));
        Assert.All(buckets, entry => Assert.Equal(entry.StartNs % 10, (long)entry.Bucket.First));
    }

    private Turnover Turnover => _log.Report.Parts.OfInstrument(ReportScript.Instrument).Turnover;

    private static Int128? Unrealized(ReportScript log) => log.Account.TwiceUnrealized(log.Report.Mark(1));

    private static (ulong, long, Int128?, Int128?, long) Use(
        ulong from, long decisions, Int128 greatest, Int128 allowed, long denied) =>
        (from, decisions, greatest, allowed, denied);

    private static (ulong, long, Int128?, Int128?, long) Use(LimitUse use) =>
        (use.FromSequence, use.Decisions, use.Greatest, use.GreatestAllowed, use.Denied);
}
