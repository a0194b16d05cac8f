using System.Collections.Immutable;
using System.Globalization;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;

namespace HftSandbox.Trader.Config;

/// <summary><c>risk</c>: global limits, and those of single symbols and strategies.</summary>
internal static class RiskSection
{
    private const string Symbols = "risk:symbols";
    private const string StrategyLimits = "risk:strategies";

    private static readonly LimitsConfig Off = new()
    {
        MaxOrderQty = 0,
        MaxOrderNotional = 0,
        MaxPosition = 0,
        MaxPriceDeviationBps = 0,
    };

    /// <summary>The global limits.</summary>
    public static RiskConfig Read(
        ConfigLayers layers, ConfigReader reader, ImmutableArray<InstrumentConfig> instruments)
    {
        var quantityScale = CommonScale(instruments, instrument => instrument.QuantityScale);
        var notionalScale = CommonScale(instruments, instrument => instrument.NotionalScale);
        return new RiskConfig
        {
            Version = reader.Integer("risk:version"),
            KillSwitch = reader.Boolean("risk:KillSwitch"),
            OrderRateLimit = (int)reader.Integer("risk:orderRateLimit"),
            OrderRateWindowNs = reader.DurationNs("risk:orderRateWindow"),
            ReferenceMaxAgeNs = reader.DurationNs("risk:referenceMaxAge"),
            MaxRepeats = (int)reader.Integer("risk:maxRepeats"),
            MaxOpenOrders = (int)reader.Integer("risk:maxOpenOrders"),
            MaxGrossExposure = reader.Amount("risk:maxGrossExposure", notionalScale),
            MaxDailyLoss = reader.Amount("risk:maxDailyLoss", notionalScale),
            SessionRollNs = SessionRollNs(layers, reader),
            Limits = new LimitsConfig
            {
                MaxOrderQty = reader.Amount("risk:MaxOrderQty", quantityScale),
                MaxOrderNotional = reader.Amount("risk:MaxOrderNotional", notionalScale),
                MaxPosition = reader.Amount("risk:MaxPosition", quantityScale),
                MaxPriceDeviationBps = reader.Integer("risk:maxPriceDeviationBps"),
            },
        };
    }

    /// <summary>The instruments with their own limits; what a symbol leaves out is the global limit.</summary>
    public static ImmutableArray<InstrumentConfig> WithLimits(
        ConfigLayers layers, ConfigReader reader, ImmutableArray<InstrumentConfig> instruments, LimitsConfig global)
    {
        var result = instruments.ToBuilder();
        foreach (var name in layers.Children(Symbols))
        {
            var path = $"{Symbols}:{name}";
            var index = instruments.ToList().FindIndex(
                instrument => instrument.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
                RegistrySection.Symbol(layers, path, name, instruments, "");
            else
                result[index] = instruments[index] with
                {
                    Limits = Limits(layers, reader, path, instruments[index], instruments[index].NotionalScale, global),
                };
        }

        return result.ToImmutable();
    }

    /// <summary>The strategies with limits of their own. A name stands for every strategy that has it.</summary>
    public static ImmutableArray<StrategyConfig> WithLimits(
        ConfigLayers layers,
        ConfigReader reader,
        ImmutableArray<StrategyConfig> strategies,
        ImmutableArray<InstrumentConfig> instruments)
    {
        var names = layers.Children(StrategyLimits).ToList();
        foreach (var name in names.Where(name => !strategies.Any(strategy => IsNamed(strategy, name))))
        {
            layers.Report(
                $"{StrategyLimits}:{name}",
                $"no strategy \"{name}\" runs",
                Spelling.Closest(name, strategies.Select(strategy => strategy.Name)));
        }

        return [.. strategies.Select(Limited)];

        StrategyConfig Limited(StrategyConfig strategy) =>
            names.Find(name => IsNamed(strategy, name)) is not { } name
                ? strategy
                : strategy with { Limits = OfStrategy($"{StrategyLimits}:{name}", strategy.Symbol) };

        LimitsConfig OfStrategy(string path, string symbol)
        {
            var instrument = instruments.First(instrument => instrument.Name == symbol);
            return Limits(layers, reader, path, instrument, CurrencyScale(instruments, instrument), Off);
        }
    }

    private static bool IsNamed(StrategyConfig strategy, string name) =>
        strategy.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static LimitsConfig Limits(
        ConfigLayers layers,
        ConfigReader reader,
        string path,
        InstrumentConfig instrument,
        int totalScale,
        LimitsConfig inherited)
    {
        return new LimitsConfig
        {
            MaxOrderQty = Amount("maxOrderQty", instrument.QuantityScale, inherited.MaxOrderQty),
            MaxOrderNotional = Amount("maxOrderNotional", instrument.NotionalScale, inherited.MaxOrderNotional),
            MaxPosition = Amount("maxPosition", instrument.QuantityScale, inherited.MaxPosition),
            MaxPriceDeviationBps = layers.TryGet($"{path}:maxPriceDeviationBps", out _)
                ? reader.Integer($"{path}:maxPriceDeviationBps")
                : inherited.MaxPriceDeviationBps,
            OrderRateLimit = (int)reader.Integer($"{path}:orderRateLimit"),
            MaxRepeats = (int)reader.Integer($"{path}:maxRepeats"),
            MaxOpenOrders = (int)reader.Integer($"{path}:maxOpenOrders"),
            MaxGrossExposure = reader.Amount($"{path}:maxGrossExposure", totalScale),
            MaxDailyLoss = reader.Amount($"{path}:maxDailyLoss", totalScale),
        };

        long Amount(string limit, int scale, long otherwise) =>
            layers.TryGet($"{path}:{limit}", out _) ? reader.Amount($"{path}:{limit}", scale) : otherwise;
    }

    private static long SessionRollNs(ConfigLayers layers, ConfigReader reader)
    {
        const string path = "risk:sessionRollUtc";
        var text = reader.Text(path) ?? "00:00";
        if (TimeOnly.TryParseExact(
            text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time.Ticks * TimeSpan.NanosecondsPerTick;
        layers.Report(path, $"\"{text}\" is no time of the day: HH:MM or HH:MM:SS");
        return 0;
    }

    /// <summary>What is summed over a currency is exact at the greatest scale in it.</summary>
    private static int CurrencyScale(ImmutableArray<InstrumentConfig> instruments, InstrumentConfig one) => instruments
        .Where(other => InstrumentRegistry.CurrencyOf(other) == InstrumentRegistry.CurrencyOf(one))
        .Max(other => other.NotionalScale);

    private static int? CommonScale(ImmutableArray<InstrumentConfig> instruments, Func<InstrumentConfig, int> scale)
    {
        var scales = instruments.Select(scale).Distinct().ToList();
        return scales.Count == 1 ? scales[0] : null;
    }
}
