using System.Collections.Immutable;
using HftSandbox.Core.Configuration;

namespace HftSandbox.Trader.Config;

/// <summary><c>risk</c>: global limits, and those of single symbols.</summary>
internal static class RiskSection
{
    private const string Symbols = "risk:symbols";

    /// <summary>The global limits.</summary>
    public static RiskConfig Read(ConfigReader reader, ImmutableArray<InstrumentConfig> instruments)
    {
        var quantityScale = CommonScale(instruments, instrument => instrument.QuantityScale);
        return new RiskConfig
        {
            Version = reader.Integer("risk:version"),
            KillSwitch = reader.Boolean("risk:KillSwitch"),
            OrderRateLimit = (int)reader.Integer("risk:orderRateLimit"),
            OrderRateWindowNs = reader.DurationNs("risk:orderRateWindow"),
            ReferenceMaxAgeNs = reader.DurationNs("risk:referenceMaxAge"),
            Limits = new LimitsConfig
            {
                MaxOrderQty = reader.Amount("risk:MaxOrderQty", quantityScale),
                MaxOrderNotional = reader.Amount(
                    "risk:MaxOrderNotional", CommonScale(instruments, instrument => instrument.NotionalScale)),
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
                result[index] = WithLimits(layers, reader, path, instruments[index], global);
        }

        return result.ToImmutable();
    }

    private static InstrumentConfig WithLimits(
        ConfigLayers layers, ConfigReader reader, string path, InstrumentConfig instrument, LimitsConfig global)
    {
        var limits = new LimitsConfig
        {
            MaxOrderQty = Amount("maxOrderQty", instrument.QuantityScale, global.MaxOrderQty),
            MaxOrderNotional = Amount("maxOrderNotional", instrument.NotionalScale, global.MaxOrderNotional),
            MaxPosition = Amount("maxPosition", instrument.QuantityScale, global.MaxPosition),
            MaxPriceDeviationBps = layers.TryGet($"{path}:maxPriceDeviationBps", out _)
                ? reader.Integer($"{path}:maxPriceDeviationBps")
                : global.MaxPriceDeviationBps,
        };
        return instrument with { Limits = limits };

        long Amount(string limit, int scale, long inherited) =>
            layers.TryGet($"{path}:{limit}", out _) ? reader.Amount($"{path}:{limit}", scale) : inherited;
    }

    private static int? CommonScale(ImmutableArray<InstrumentConfig> instruments, Func<InstrumentConfig, int> scale)
    {
        var scales = instruments.Select(scale).Distinct().ToList();
        return scales.Count == 1 ? scales[0] : null;
    }
}
