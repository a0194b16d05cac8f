using HftSandbox.Adapters.Sim;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Trader.Config;

public sealed class ShippedConfigTests
{
    [Fact]
    public void The_original_file_loads_unchanged()
    {
        var result = Load("testdata/original.json");

        var config = result.Config!;
        var instrument = Assert.Single(config.Instruments);
        Assert.Equal(("TEST-USD", "SIM"), (instrument.Name, instrument.Venue));
        Assert.Equal((8, 8, 8, 8),
            (instrument.PriceScale, instrument.QuantityScale, instrument.NotionalScale, instrument.FeeScale));
        Assert.Equal(
            new LimitsConfig
            {
                MaxOrderQty = 1000,
                MaxOrderNotional = 1_000_000,
                MaxPosition = 5000,
                MaxPriceDeviationBps = 0,
            },
            config.Risk.Limits);
        Assert.Equal(
            new OrderTemplateConfig
            {
                FirstClOrdId = 1001,
                StrategyId = 1,
                Symbol = "TEST-USD",
                Side = Side.Buy,
                Type = OrdType.Limit,
                TimeInForce = TimeInForce.Gtc,
                Price = 100,
                Qty = 10,
            },
            config.Order);
        Assert.Equal(new FeaturesConfig(true, true), config.Features);
        Assert.Equal([new StrategyConfig("template", "TEST-USD")], config.Strategies);
        Assert.Equal([new GeneratedInstrument("TEST-USD", 100, 1, 1)], config.Generator.Instruments);
        Assert.Equal("walk", config.Generator.Model);
    }

    [Fact]
    public void The_originals_notional_limit_is_known_to_be_out_of_reach()
    {
        var problem = Assert.Single(Load("testdata/original.json").Problems);

        Assert.False(problem.IsError);
        Assert.Equal((4, "risk.MaxOrderNotional"), (problem.Line, problem.Key));
        Assert.Contains("can never be hit for TEST-USD at these scales", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("testdata/ethusdt.json")]
    public void A_shipped_file_has_no_problem_and_a_template_order_within_its_limits(string file)
    {
        var result = Load(file);

        Assert.Empty(result.Problems);
        var config = result.Config!;
        var instrument = config.Instruments.Single(one => one.Name == config.Order.Symbol);
        var limits = instrument.Limits ?? config.Risk.Limits;
        Assert.Equal(0, config.Order.Price % instrument.TickSize);
        Assert.Equal(0, config.Order.Qty % instrument.LotSize);
        Assert.InRange(config.Order.Qty, instrument.MinQty, limits.MaxOrderQty);
        Assert.InRange(limits.MaxPosition / config.Order.Qty, 100, 10_000);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("testdata/ethusdt.json")]
    [InlineData("testdata/original.json")]
    public void A_shipped_file_makes_a_generator_and_survives_its_own_JSON(string file)
    {
        var config = Load(file).Config!;
        var source = new SourceIdentity("sim", "", 0);

        var run = config.ToRunConfiguration(source, "stub", config.Seed, config.Strategies);
        using var generator = new TickGenerator(run.Generator, run.Seed, run.Instruments);

        Assert.Equal(64, generator.Poll(new InputEvent[64]));
        Assert.Equal(run.ToJson(), RunConfiguration.FromJson(run.ToJson()).ToJson());
    }

    [Fact]
    public void Decimals_and_mantissas_of_the_shipped_file_mean_the_same()
    {
        var config = Load("config.json").Config!;

        Assert.Equal(6_000_000, config.Order.Price);
        Assert.Equal(1000, config.Order.Qty);
        Assert.Equal([1L, 1L, 1L], config.Instruments.Select(instrument => instrument.TickSize));
        Assert.Equal([75_000L, 75_000L, 75_000L], config.Instruments.Select(instrument => instrument.MakerFeeRateE8));
        Assert.Equal(100_000, config.Instruments[0].TakerFeeRateE8);
        Assert.Equal(500_000_000, config.Instruments[0].MinNotional);
        Assert.Equal(1_000_000_000, config.Risk.OrderRateWindowNs);
        Assert.Equal(5_000_000_000, config.Risk.ReferenceMaxAgeNs);
    }

    private static ConfigResult Load(string file) =>
        ConfigLoader.Load(ConfigFile.InRepository(file), ConfigFile.Nothing, ConfigFile.Nothing);
}
