using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using static HftSandbox.Tests.Core.Risk.RiskScopes;

namespace HftSandbox.Tests.Core.Risk;

/// <summary>Two instruments in USD with different scales, one in EUR. One unit of FINE-USD is 1,000 of its quantity and
/// costs 100.00; one of COARSE-USD costs 50. Amounts of USD are compared at eight digits.</summary>
public sealed class GrossExposureTests
{
    private const uint Fine = 1;
    private const uint Coarse = 2;
    private const uint Euro = 3;
    private const long OneDollar = 100_000_000;

    [Theory]
    [InlineData(RiskScope.Symbol, 100, 0)]
    [InlineData(RiskScope.Strategy, 200, 100)]
    [InlineData(RiskScope.Global, 200, 100)]
    public void Counts_every_instrument_of_the_currency_at_its_own_scales(RiskScope scope, long dollars, long others)
    {
        foreach (long missing in new long[] { 1, 0, -1 })
        {
            Rig rig = StartAt(scope, (dollars * OneDollar) - missing);
            rig.Adjust(-2, 50, Coarse, strategyId: 1);
            rig.Adjust(7, 50, Euro, strategyId: 1);

            RiskDecisionBody decision = rig.Ask(Buy(Fine, 10_000, 1_000)).Decision();

            AssertDecided(
                decision,
                missing > 0 ? RiskReason.MaxGrossExposure : RiskReason.None,
                observed: (100 + others) * OneDollar);
        }
    }

    [Fact]
    public void Of_a_symbol_is_compared_at_the_scale_of_its_amounts()
    {
        const long coarseDollar = 10_000;
        RunConfiguration configuration = Configured(RiskScope.Global, 0);
        Rig rig = Start(configuration with
        {
            Instruments = configuration.Instruments.SetItem(1, configuration.Instruments[1] with
            {
                Limits = Rig.NoLimits with { MaxGrossExposure = 100 * coarseDollar },
            }),
        }, hasCoarsePrice: true);

        AssertDecided(rig.Fork().Ask(Buy(Coarse, 50, 2)).Decision(), RiskReason.None);
        AssertDecided(
            rig.Ask(Buy(Coarse, 50, 3)).Decision(), RiskReason.MaxGrossExposure, observed: 150 * coarseDollar);
    }

    [Fact]
    public void Of_a_strategy_is_its_own()
    {
        Rig rig = StartAt(RiskScope.Strategy, 100 * OneDollar);
        rig.Adjust(20, 50, Coarse, strategyId: 2);

        AssertDecided(rig.Ask(Buy(Fine, 10_000, 1_000)).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(Buy(Fine, 10_000, 1)).Decision(), RiskReason.MaxGrossExposure);
    }

    [Fact]
    public void Counts_the_worse_side_of_what_is_open()
    {
        Rig rig = StartAt(RiskScope.Global, 300 * OneDollar);
        rig.Ask(Buy(Coarse, 50, 2));
        rig.Ask(Buy(Coarse, 50, 3) with { Side = Side.Sell });

        AssertDecided(rig.Fork().Ask(Buy(Coarse, 50, 4)).Decision(), RiskReason.None);
        AssertDecided(
            rig.Ask(Buy(Coarse, 50, 5)).Decision(), RiskReason.MaxGrossExposure, observed: 350 * OneDollar);
        AssertDecided(rig.Ask(Buy(Coarse, 50, 3) with { Side = Side.Sell }).Decision(), RiskReason.None);
        AssertDecided(rig.Ask(Buy(Coarse, 50, 1) with { Side = Side.Sell }).Decision(), RiskReason.MaxGrossExposure);
    }

    [Theory]
    [InlineData(RiskScope.Symbol)]
    [InlineData(RiskScope.Strategy)]
    [InlineData(RiskScope.Global)]
    public void Above_its_limit_lets_every_order_pass_that_does_not_raise_it(RiskScope scope)
    {
        // Ten held; a price that doubles carries 1,000 dollars to 2,000, beyond the limit.
        Rig rig = StartAt(scope, 1_500 * OneDollar);
        rig.Adjust(10_000, 10_000, Fine, strategyId: 1);
        rig.Trade(20_000, Fine);

        AssertDecided(rig.Fork().Ask(Sell(Fine, 20_000, 10_000)).Decision(), RiskReason.None);
        AssertDecided(rig.Fork().Ask(Sell(Fine, 20_000, 20_000)).Decision(), RiskReason.None);
        AssertDecided(
            rig.Fork().Ask(Sell(Fine, 20_000, 20_001)).Decision(),
            RiskReason.MaxGrossExposure,
            observed: 200_020_000_000);
        AssertDecided(
            rig.Ask(Buy(Fine, 20_000, 1)).Decision(), RiskReason.MaxGrossExposure, observed: 200_020_000_000);
    }

    [Fact]
    public void Above_its_limit_lets_a_replace_pass_that_lowers_it_or_leaves_it_and_denies_one_that_raises_it()
    {
        Rig rig = StartAt(RiskScope.Global, 1_000 * OneDollar);
        ulong open = rig.Ask(Buy(Fine, 10_000, 10_000)).Decision().ClOrdId;
        rig.Trade(20_000, Fine);

        AssertDecided(rig.Fork().AskToReplace(open, 10_000, 9_000).Decision(), RiskReason.None);
        AssertDecided(rig.Fork().AskToReplace(open, 9_000, 10_000).Decision(), RiskReason.None);
        AssertDecided(rig.AskToReplace(open, 10_000, 10_001).Decision(), RiskReason.MaxGrossExposure);
    }

    [Fact]
    public void Denies_exactly_what_a_naive_sum_says_is_above_the_limit_and_more_than_before()
    {
        const int seed = 6;
        var random = new Random(seed);
        var seen = new HashSet<(bool Above, bool Raised)>();
        for (int question = 0; question < 150; question++)
        {
            long limit = random.Next(1, 24) * 50 * OneDollar;
            Rig rig = StartAt(RiskScope.Global, limit);
            long fine = random.Next(-3, 4) * 1_000;
            long coarse = random.Next(-3, 4);
            rig.Adjust(fine, 10_000, Fine);
            rig.Adjust(coarse, 50, Coarse);
            Side side = (Side)random.Next(1, 3);
            long qty = random.Next(1, 8) * 1_000;

            RiskDecisionBody decision = rig.Ask(Buy(Fine, 10_000, qty) with { Side = side }).Decision();

            long before = (Math.Abs(fine) / 10 * OneDollar) + (Math.Abs(coarse) * 50 * OneDollar);
            long worst = Math.Max(Math.Abs(fine), (side == Side.Buy ? fine : -fine) + qty);
            long after = (worst / 10 * OneDollar) + (Math.Abs(coarse) * 50 * OneDollar);
            seen.Add((after > limit, after > before));
            AssertDecided(
                decision,
                after > limit && after > before ? RiskReason.MaxGrossExposure : RiskReason.None,
                observed: after,
                limit);
        }

        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public void Is_denied_where_a_reference_price_that_counts_is_missing()
    {
        Rig rig = Start(Configured(RiskScope.Global, 1_000_000 * OneDollar), hasCoarsePrice: false);

        AssertDecided(rig.Ask(Buy(Fine, 10_000, 1_000)).Decision(), RiskReason.None);
        rig.Adjust(1, 50, Coarse);
        AssertDecided(rig.Ask(Buy(Fine, 10_000, 1_000)).Decision(), RiskReason.NoReferencePrice);
        AssertDecided(rig.Ask(Buy(Euro, 50, 1)).Decision(), RiskReason.None);
    }

    [Fact]
    public void Of_a_strategy_is_denied_without_a_reference_even_where_positions_of_all_add_up_to_nothing()
    {
        Rig rig = Start(Configured(RiskScope.Strategy, 1_000_000 * OneDollar), hasCoarsePrice: false);
        rig.Adjust(20, 50, Coarse, strategyId: 1);
        rig.Adjust(-20, 50, Coarse, strategyId: 2);

        AssertDecided(rig.Ask(Buy(Fine, 10_000, 1_000)).Decision(), RiskReason.NoReferencePrice);
    }

    [Theory]
    [InlineData(ExecType.Trade, Side.Buy, Side.Buy)]
    [InlineData(ExecType.Trade, Side.Sell, Side.Sell)]
    [InlineData(ExecType.Trade, Side.None, Side.Buy)]
    [InlineData(ExecType.Trade, Side.None, Side.Sell)]
    [InlineData(ExecType.TradeCancel, Side.Buy, Side.Sell)]
    [InlineData(ExecType.TradeCancel, Side.Sell, Side.Buy)]
    [InlineData(ExecType.TradeCorrect, Side.Buy, Side.Sell)]
    public void Counts_an_orphan_on_the_side_it_may_be_of(ExecType execType, Side reported, Side held)
    {
        // Four are held already on the side to which the orphan may add two.
        Rig rig = StartAt(RiskScope.Global, 400 * OneDollar);
        rig.Adjust(held == Side.Buy ? 4 : -4, 50, Coarse);
        rig.Report(
            new ExecutionReportBody
            {
                ClOrdId = 777_777,
                ExecId = new Id16(1, 1),
                ExecType = execType,
                LastPx = new Px(50),
                LastQty = new Qty(2),
                Side = reported,
            },
            Coarse);

        AssertDecided(rig.Ask(Buy(Fine, 10_000, 1_000)).Decision(), RiskReason.None);
        AssertDecided(
            rig.Ask(Buy(Fine, 10_000, 1)).Decision(), RiskReason.MaxGrossExposure, observed: 40_010_000_000);
    }

    private static Rig StartAt(RiskScope scope, long limit) => Start(Configured(scope, limit), hasCoarsePrice: true);

    private static Rig Start(RunConfiguration configuration, bool hasCoarsePrice)
    {
        Rig rig = new Rig(configuration).Start();
        rig.Trade(10_000, Fine);
        if (hasCoarsePrice)
            rig.Trade(50, Coarse);
        rig.Trade(50, Euro);
        return rig;
    }

    private static RunConfiguration Configured(RiskScope scope, long limit)
    {
        LimitsConfig limits = Rig.NoLimits with { MaxGrossExposure = limit };
        RunConfiguration configuration = Configuration(scope, limits);
        return configuration with
        {
            Instruments =
            [
                Scaled("FINE-USD", 2, 3, 8) with { Limits = scope == RiskScope.Symbol ? limits : null },
                Scaled("COARSE-USD", 0, 0, 4),
                Scaled("BUND-EUR", 0, 0, 0),
            ],
            Order = configuration.Order with { Symbol = "FINE-USD" },
            Strategies =
            [
                configuration.Strategies[0] with { Symbol = "FINE-USD" },
                configuration.Strategies[1] with { Symbol = "COARSE-USD" },
            ],
        };
    }

    private static InstrumentConfig Scaled(string name, int price, int quantity, int notional) =>
        Rig.Instrument(name) with { PriceScale = price, QuantityScale = quantity, NotionalScale = notional };

    private static NewOrderRequest Buy(uint instrument, long px, long qty) =>
        NewOrderRequest.Limit(px, qty) with { InstrumentId = instrument };

    private static NewOrderRequest Sell(uint instrument, long px, long qty) =>
        Buy(instrument, px, qty) with { Side = Side.Sell };
}
