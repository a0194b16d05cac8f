using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Trader.Config;

public sealed class ConfigLoaderTests
{
    private const string TwoScales = """
        { "registry": { "symbols": [
            { "name": "A", "scale": { "PriceScale": 2, "QuantityScale": 3, "NotionalScale": 4 } },
            { "name": "B.X", "scale": { "PriceScale": 4, "QuantityScale": 5, "NotionalScale": 6 } } ] } }
        """;

    [Fact]
    public void Without_a_file_the_built_in_configuration_is_the_originals()
    {
        var builtIn = ConfigLoader.Load(null, ConfigFile.Nothing, ConfigFile.Nothing);
        var original = ConfigFile.Load(ConfigFile.Original);

        Assert.Empty(builtIn.Problems);
        Assert.Equal(Json(original.Config!), Json(builtIn.Config!));
        Assert.Equal(("", false), (builtIn.ContentHash, builtIn.IsUnreadable));
    }

    [Fact]
    public void An_empty_object_is_the_built_in_configuration()
    {
        Assert.Equal(Json(ConfigFile.Load(ConfigFile.Original).Config!), Json(ConfigFile.Load("{}").Config!));
    }

    [Fact]
    public void Keys_may_be_written_in_any_letter_case()
    {
        Assert.Equal(
            Json(ConfigFile.Load(ConfigFile.Original).Config!),
            Json(ConfigFile.Load(UpperCaseKeys(ConfigFile.Original)).Config!));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        Assert.NotNull(ConfigFile.Load("\uFEFF" + ConfigFile.Original).Config);
    }

    [Theory]
    [InlineData("1", Side.Buy)]
    [InlineData("2", Side.Sell)]
    [InlineData("\"sell\"", Side.Sell)]
    [InlineData("\"Buy\"", Side.Buy)]
    public void A_side_is_a_number_of_the_original_or_a_name(string value, Side expected)
    {
        Assert.Equal(expected, ConfigFile.Load($$"""{ "order": { "side": {{value}} } }""").Config!.Order.Side);
    }

    [Theory]
    [InlineData("3", TimeInForce.Fok)]
    [InlineData("\"IOC\"", TimeInForce.Ioc)]
    public void A_time_in_force_is_a_number_of_the_original_or_a_name(string value, TimeInForce expected)
    {
        var config = ConfigFile.Load($$"""{ "order": { "timeInForce": {{value}} } }""").Config!;

        Assert.Equal(expected, config.Order.TimeInForce);
    }

    [Fact]
    public void A_number_is_a_mantissa_and_a_text_a_decimal_at_the_symbols_scale()
    {
        var config = ConfigFile.Load(With(TwoScales, """
            "order": { "symbol": "B.X", "price": "12.5", "qty": 7 },
            "risk": { "symbols": { "B.X": { "maxOrderQty": "1.00001", "maxOrderNotional": "3", "maxPosition": 9 } } }
            """)).Config!;

        Assert.Equal((125_000, 7), (config.Order.Price, config.Order.Qty));
        Assert.Equal(
            Limits(100_001, 3_000_000, 9, 0),
            config.Instruments[1].Limits);
        Assert.Null(config.Instruments[0].Limits);
    }

    [Fact]
    public void What_a_symbol_leaves_out_is_the_global_limit()
    {
        var config = ConfigFile.Load(With(TwoScales, """
            "risk": { "MaxOrderQty": 5, "maxPriceDeviationBps": 50, "symbols": { "a": { "maxPosition": 0 } } }
            """)).Config!;

        Assert.Equal(
            Limits(5, 1_000_000, 0, 50),
            config.Instruments[0].Limits);
    }

    [Theory]
    [InlineData("10", 100_000)]
    [InlineData("-2", -20_000)]
    [InlineData("\"7.5\"", 75_000)]
    [InlineData("\"-0.0001\"", -1)]
    public void A_fee_in_basis_points_becomes_a_rate(string value, long expected)
    {
        var json = $$"""{ "registry": { "symbols": [{ "name": "A", "makerFeeBps": {{value}} }] } }""";

        Assert.Equal(expected, ConfigFile.Load(json).Config!.Instruments[0].MakerFeeRateE8);
    }

    [Theory]
    [InlineData("250000", 250_000)]
    [InlineData("\"1m30s\"", 90_000_000_000)]
    public void A_duration_is_nanoseconds_or_a_text(string value, long expected)
    {
        var config = ConfigFile.Load($$"""{ "risk": { "orderRateWindow": {{value}} } }""").Config!;

        Assert.Equal(expected, config.Risk.OrderRateWindowNs);
    }

    [Fact]
    public void Strategies_may_be_listed_and_an_empty_list_means_none()
    {
        Assert.Empty(ConfigFile.Load("""{ "strategies": [] }""").Config!.Strategies);
        Assert.Equal(
            [new StrategyConfig("template", "B.X"), new StrategyConfig("template", "A")],
            ConfigFile.Load(With(TwoScales, """
                "strategies": [{ "name": "Template", "symbol": "B.X" }, { "name": "template" }]
                """)).Config!.Strategies);
    }

    [Fact]
    public void The_totals_of_a_strategy_are_at_the_scale_of_its_currency()
    {
        var config = ConfigFile.Load("""
            { "registry": { "symbols": [
                { "name": "COARSE", "quote": "USD", "scale": { "NotionalScale": 4 } },
                { "name": "FINE", "quote": "USD", "scale": { "NotionalScale": 8 } },
                { "name": "OTHER", "quote": "EUR", "scale": { "NotionalScale": 9 } } ] },
              "order": { "symbol": "COARSE" },
              "strategies": [{ "name": "template" }],
              "risk": { "strategies": { "template": {
                "maxOrderNotional": "1", "maxGrossExposure": "2", "maxDailyLoss": "3" } } } }
            """).Config!;

        var limits = config.Strategies[0].Limits!;
        Assert.Equal(10_000, limits.MaxOrderNotional);
        Assert.Equal((200_000_000, 300_000_000), (limits.MaxGrossExposure, limits.MaxDailyLoss));
    }

    [Fact]
    public void What_the_generator_leaves_out_is_derived_from_order_and_grid()
    {
        var config = ConfigFile.Load("""
            { "registry": { "symbols": [
                { "name": "A", "tickSize": 25, "lotSize": 10, "minQty": 15 }, { "name": "B", "tickSize": 5 } ] },
              "order": { "symbol": "A", "price": 1010, "qty": 20 } }
            """).Config!;

        Assert.Equal(
            [new GeneratedInstrument("A", 1000, 20, 25), new GeneratedInstrument("B", 50_000, 1, 5)],
            config.Generator.Instruments);
    }

    [Fact]
    public void Flags_go_before_environment_before_file_before_built_in()
    {
        const string File = """{ "risk": { "MaxOrderQty": 1, "MaxPosition": 1, "version": 1 } }""";
        var environment = new Dictionary<string, string>
        {
            ["TRADER__RISK__MAXORDERQTY"] = "2",
            ["TRADER__RISK__MAXPOSITION"] = "2",
            ["HOME"] = "/root",
        };
        var flags = new Dictionary<string, string> { ["risk.maxOrderQty"] = "3" };

        var risk = ConfigFile.Load(File, environment, flags).Config!.Risk;

        Assert.Equal((3, 2, 1), (risk.Limits.MaxOrderQty, risk.Limits.MaxPosition, risk.Version));
        Assert.Equal(1_000_000, risk.Limits.MaxOrderNotional);
    }

    [Fact]
    public void Environment_and_flags_reach_lists_symbols_and_decimals()
    {
        var environment = new Dictionary<string, string>
        {
            ["TRADER__RISK__SYMBOLS__A__MAXPOSITION"] = "\"7\"",
            ["trader__mdg__symbols__0__name"] = "A",
            ["TRADER__RISK__KILLSWITCH"] = "true",
        };
        var flags = new Dictionary<string, string>
        {
            ["risk.symbols.B.X.maxPosition"] = "1.5",
            ["registry.symbols[1].tickSize"] = "0.5",
            ["mdg.tickInterval"] = "20us",
            ["order.side"] = "2",
        };

        var config = ConfigFile.Load(TwoScales, environment, flags).Config!;

        Assert.Equal([7000L, 150_000L], config.Instruments.Select(instrument => instrument.Limits!.MaxPosition));
        Assert.Equal(5000, config.Instruments[1].TickSize);
        Assert.Equal("A", Assert.Single(config.Generator.Instruments).Symbol);
        Assert.Equal((20_000, Side.Sell), (config.Generator.TickIntervalNs, config.Order.Side));
        Assert.True(config.Risk.KillSwitch);
    }

    [Fact]
    public void The_content_hash_follows_the_bytes()
    {
        Assert.Equal(ConfigFile.Load("{}").ContentHash, ConfigFile.Load("{}").ContentHash);
        Assert.NotEqual(ConfigFile.Load("{}").ContentHash, ConfigFile.Load("{ }").ContentHash);
    }

    private static LimitsConfig Limits(long qty, long notional, long position, long bps) => new()
    {
        MaxOrderQty = qty,
        MaxOrderNotional = notional,
        MaxPosition = position,
        MaxPriceDeviationBps = bps,
    };

    [Fact]
    public void The_simulated_venue_is_pessimistic_and_without_latency_unless_it_is_told_otherwise()
    {
        var builtIn = ConfigFile.Load("{}").Config!.SimVenue;
        var told = ConfigFile.Load("""
            { "venue": { "entryLatency": "50us", "queue": "proportional", "stp": "none",
                "responseHistogram": [{ "latency": "1ms", "weight": 9 }, { "latency": 2000000 }] } }
            """).Config!.SimVenue;

        Assert.Equal(
            (QueueModel.Pessimistic, SelfTradePrevention.CancelNewest), (builtIn.Queue, builtIn.SelfTrades));
        Assert.Equal([new LatencyBin(0, 1)], builtIn.EntryLatency);
        Assert.Equal((QueueModel.Proportional, SelfTradePrevention.None), (told.Queue, told.SelfTrades));
        Assert.Equal([new LatencyBin(50_000, 1)], told.EntryLatency);
        Assert.Equal([new LatencyBin(1_000_000, 9), new LatencyBin(2_000_000, 1)], told.ResponseLatency);
    }

    [Fact]
    public void Only_a_run_with_the_simulated_venue_carries_its_configuration_and_it_survives_the_log()
    {
        var config = ConfigFile.Load("""{ "venue": { "queue": "proportional", "entryLatency": "1ms" } }""").Config!;
        var source = new SourceIdentity("sim", "", 0);

        var stub = config.ToRunConfiguration(source, "stub", config.Seed, config.Strategies);
        var sim = config.ToRunConfiguration(source, "sim", config.Seed, config.Strategies);

        Assert.Null(stub.SimVenue);
        Assert.Equal(sim.ToJson(), RunConfiguration.FromJson(sim.ToJson()).ToJson());
        Assert.Equal(QueueModel.Proportional, RunConfiguration.FromJson(sim.ToJson()).SimVenue!.Queue);
    }

    private static string Json(TraderConfig config) => System.Text.Encoding.UTF8.GetString(
        config.ToRunConfiguration(new SourceIdentity("sim", "", 0), "stub", config.Seed, config.Strategies).ToJson());

    private static string With(string json, string members) => $"{json.TrimEnd()[..^1]}, {members} }}";

    private static string UpperCaseKeys(string json) => System.Text.RegularExpressions.Regex.Replace(
        json, "\"(\\w+)\":", match => match.Value.ToUpperInvariant());
}
