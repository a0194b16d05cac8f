using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using static HftSandbox.Tests.Core.Risk.RiskScopes;

namespace HftSandbox.Tests.Core.Risk;

/// <summary>One bought at 100 with a limit of 50: at 50 it stands at its limit, at 49 beyond.</summary>
public sealed class DailyLossTests
{
    private const long DayNs = 86_400_000_000_000;

    private static readonly ImmutableSortedDictionary<string, long> Averages =
        ImmutableSortedDictionary<string, long>.Empty.Add("qty", 1).Add("fast", 1).Add("slow", 2);

    private static readonly NewOrderRequest One = NewOrderRequest.Limit(100, 1);

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void A_mark_one_beyond_the_limit_halts_and_only_reducing_orders_pass(RiskScope scope)
    {
        Rig rig = Holding(scope);

        Assert.DoesNotContain(EventKind.RiskHalt, rig.Trade(51).Kinds());
        Assert.DoesNotContain(EventKind.RiskHalt, rig.Trade(50).Kinds());
        AssertDecided(rig.Fork().Ask(One).Decision(), RiskReason.None);
        RiskHaltBody halt = rig.Trade(49).Single<RiskHaltBody>(EventKind.RiskHalt);

        Assert.Equal((HaltReason.MaxDailyLoss, 1), (halt.Reason, halt.Active));
        Assert.Equal((51L, 50L), (halt.ObservedValue, halt.LimitValue));
        Assert.Equal(scope == RiskScope.Strategy ? 1 : 0, halt.StrategyId);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.MaxDailyLoss, observed: 51, limit: 50);
        AssertDecided(rig.Ask(NewOrderRequest.Limit(100, 2, Side.Sell)).Decision(), RiskReason.MaxDailyLoss);
        AssertDecided(rig.Ask(NewOrderRequest.Limit(100, 1, Side.Sell)).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(NewOrderRequest.Limit(100, 1, Side.Sell)).Decision(), RiskReason.MaxDailyLoss);
        AssertDecided(
            rig.Ask(Elsewhere(One)).Decision(),
            scope == RiskScope.Global ? RiskReason.MaxDailyLoss : RiskReason.None);
        Assert.DoesNotContain(EventKind.RiskHalt, rig.Trade(40).Kinds());
        Assert.DoesNotContain(EventKind.RiskHalt, rig.Trade(100).Kinds());
        AssertDecided(rig.Ask(One).Decision(), RiskReason.MaxDailyLoss);
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(49, true)]
    public void A_fill_that_realises_the_loss_halts(long px, bool halts)
    {
        Rig rig = Holding(RiskScope.Global);
        ulong order = rig.Engine.NextClOrdId;
        rig.Ask(NewOrderRequest.Limit(49, 1, Side.Sell));

        List<Recorded> group = rig.Report(Fill(order, px));

        Assert.Equal(halts, group.Exists(record => record.Kind == EventKind.RiskHalt));
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(51, true)]
    public void Fees_count(long fee, bool halts)
    {
        RunConfiguration configuration = Configuration(RiskScope.Global, Rig.NoLimits with { MaxDailyLoss = 50 });
        Rig rig = Start(configuration with
        {
            Instruments = [Rig.Instrument("TEST-USD") with { FeeScale = 16 }, configuration.Instruments[1]],
        });
        ulong order = rig.Engine.NextClOrdId;
        rig.Ask(One);

        List<Recorded> group = rig.Report(Fill(order, 100) with { Fee = new Fee(fee) });

        Assert.Equal(halts, group.Exists(record => record.Kind == EventKind.RiskHalt));
    }

    [Fact]
    public void What_is_open_and_increases_is_canceled_and_what_reduces_stays()
    {
        Rig rig = Holding(RiskScope.Global);
        ulong increasing = rig.Engine.NextClOrdId;
        rig.Ask(One);
        rig.Ask(NewOrderRequest.Limit(100, 1, Side.Sell));
        ulong elsewhere = rig.Engine.NextClOrdId;
        rig.Ask(Elsewhere(One));

        List<Recorded> group = rig.Trade(49);

        Assert.Equal([increasing, elsewhere], CanceledIn(group));
    }

    [Fact]
    public void What_has_to_be_canceled_is_canceled_in_the_same_input_whatever_it_is()
    {
        Rig withoutStrategies = Holding(RiskScope.Global, configuration => configuration with { Strategies = [] });
        Rig midMessage = Holding(RiskScope.Global, configuration => configuration with
        {
            Features = new FeaturesConfig(EnableOrderFlow: true, EnableFills: false),
            Strategies = [new StrategyConfig("ma-cross", "TEST-USD", Parameters: Averages)],
        });
        foreach (Rig rig in new[] { withoutStrategies, midMessage })
        {
            ulong increasing = rig.Engine.NextClOrdId;
            rig.Ask(One);

            Assert.Equal([increasing], CanceledIn(rig.Quote(49, 49, last: false)));
        }
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void A_reset_begins_a_new_count(RiskScope scope)
    {
        Rig rig = Holding(scope);
        rig.Trade(49);

        rig.ResetRisk(reason: HaltReason.Orphan);
        rig.ResetRisk(instrument: scope == RiskScope.Symbol ? Rig.Second : 0, strategyId: 2);
        AssertDecided(rig.Fork().Ask(One).Decision(), RiskReason.MaxDailyLoss);
        RiskHaltBody lifted = rig.ResetRisk().Single<RiskHaltBody>(EventKind.RiskHalt);

        Assert.Equal((HaltReason.MaxDailyLoss, 0), (lifted.Reason, lifted.Active));
        AssertDecided(rig.Fork().Ask(One).Decision(), RiskReason.None);
        rig.Adjust(1, 49, strategyId: 1);
        Assert.DoesNotContain(EventKind.RiskHalt, rig.Trade(24).Kinds());
        Assert.Equal(52, rig.Trade(23).Single<RiskHaltBody>(EventKind.RiskHalt).ObservedValue);
    }

    [Fact]
    public void The_session_roll_begins_a_new_count_by_the_time_of_the_inputs()
    {
        Rig rig = Holding(RiskScope.Global);
        rig.Trade(49);
        rig.NowNs = DayNs - 2_000;
        AssertDecided(rig.Ask(One).Decision(), RiskReason.MaxDailyLoss);

        List<Recorded> roll = rig.Trade(30);

        Assert.Equal(0, roll.Single<RiskHaltBody>(EventKind.RiskHalt).Active);
        AssertDecided(rig.Ask(One).Decision(), RiskReason.None);

        // Marked at 49 when the session rolled; 30 is a loss of 19 in the new one.
        rig.Adjust(1, 30, strategyId: 1);
        Assert.DoesNotContain(EventKind.RiskHalt, rig.Trade(15).Kinds());
        Assert.Equal(51, rig.Trade(14).Single<RiskHaltBody>(EventKind.RiskHalt).ObservedValue);
    }

    [Fact]
    public void The_count_and_the_halt_survive_a_restart()
    {
        Rig rig = Holding(RiskScope.Strategy);
        rig.Trade(60);

        Rig beforeHalt = rig.Fork();
        rig.Trade(49);
        Rig afterHalt = rig.Fork();
        afterHalt.Stop();
        afterHalt.Start(RunMode.Continue);

        Assert.Equal(51, beforeHalt.Trade(49).Single<RiskHaltBody>(EventKind.RiskHalt).ObservedValue);
        AssertDecided(afterHalt.Ask(One).Decision(), RiskReason.MaxDailyLoss, observed: 51, limit: 50);
    }

    [Fact]
    public void Every_halt_that_covers_an_order_has_to_let_it_pass()
    {
        // The symbol is long by strategy 2; a sale by strategy 1, which is flat, reduces that and increases its own.
        LimitsConfig limits = Rig.NoLimits with { MaxDailyLoss = 50 };
        RunConfiguration configuration = Configuration(RiskScope.Strategy, limits);
        Rig rig = Start(configuration with
        {
            Instruments = [Rig.Instrument("TEST-USD") with { Limits = limits }, configuration.Instruments[1]],
        });
        rig.Adjust(1, 100, strategyId: 1);
        rig.Trade(49);
        rig.Adjust(-1, 49, strategyId: 1);
        rig.Adjust(10, 49, strategyId: 2);
        ulong others = rig.Engine.NextClOrdId;

        RiskDecisionBody own = rig.Ask(NewOrderRequest.Limit(49, 1, Side.Sell)).Decision();
        RiskDecisionBody other = rig.Ask(NewOrderRequest.Limit(49, 10, Side.Sell) with { StrategyId = 2 }).Decision();

        AssertDecided(own, RiskReason.MaxDailyLoss);
        AssertDecided(other, RiskReason.None);
        Assert.Equal(others + 2, rig.Engine.NextClOrdId);
    }

    [Fact]
    public void A_flat_start_forgets_the_position_and_not_what_was_lost()
    {
        Rig profit = Start(RiskScope.Global, Rig.NoLimits with { MaxDailyLoss = 50 });
        profit.Adjust(10, 100);
        profit.Trade(200);
        profit.NowNs = DayNs;
        profit.Trade(196);
        Rig lost = Holding(RiskScope.Global);
        lost.Trade(49);

        foreach (Rig rig in new[] { profit, lost })
            rig.Start(RunMode.Flat);

        // 40 of the new session's 50 are lost: eleven more are too many.
        AssertDecided(profit.Ask(One).Decision(), RiskReason.None);
        profit.Adjust(1, 100);
        Assert.DoesNotContain(EventKind.RiskHalt, profit.Trade(90).Kinds());
        Assert.Equal(51, profit.Trade(89).Single<RiskHaltBody>(EventKind.RiskHalt).ObservedValue);
        AssertDecided(lost.Ask(One).Decision(), RiskReason.MaxDailyLoss);
    }

    private static Rig Holding(RiskScope scope, Func<RunConfiguration, RunConfiguration>? change = null)
    {
        RunConfiguration configuration = Configuration(scope, Rig.NoLimits with { MaxDailyLoss = 50 });
        Rig rig = Start(change?.Invoke(configuration) ?? configuration);
        rig.Adjust(1, 100, strategyId: 1);
        return rig;
    }

    private static IEnumerable<ulong> CanceledIn(List<Recorded> group) => group
        .Where(record => record.Kind == EventKind.OrderIntent)
        .Select(record => record.Body<OrderIntentBody>())
        .Where(intent => intent.IntentType == IntentType.Cancel)
        .Select(intent => intent.OrigClOrdId);

    private static ExecutionReportBody Fill(ulong order, long px) => new()
    {
        ClOrdId = order,
        ExecId = new Id16(4, order),
        ExecType = ExecType.Trade,
        LastPx = new Px(px),
        LastQty = new Qty(1),
        Side = Side.Buy,
    };
}
