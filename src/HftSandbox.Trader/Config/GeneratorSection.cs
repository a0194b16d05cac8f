using System.Collections.Immutable;
using HftSandbox.Core.Configuration;

namespace HftSandbox.Trader.Config;

/// <summary><c>mdg</c>: the synthetic market data. What is left out is derived so that the template order
/// trades.</summary>
internal static class GeneratorSection
{
    private const string Symbols = "mdg:symbols";
    private const long BaseTicks = 10_000;

    /// <summary>The generator, every base on its instrument's grid.</summary>
    public static GeneratorConfig Read(
        ConfigLayers layers,
        ConfigReader reader,
        ImmutableArray<InstrumentConfig> instruments,
        OrderTemplateConfig order)
    {
        return new GeneratorConfig
        {
            Model = reader.ChoiceName("mdg:model")!,
            Kind = reader.ChoiceName("mdg:kind")!,
            TickIntervalNs = reader.DurationNs("mdg:tickInterval"),
            Instruments = layers.Has(Symbols)
                ? Listed(layers, reader, instruments, order)
                : [.. instruments.Select(instrument => Derived(instrument, order))],
        };
    }

    private static ImmutableArray<GeneratedInstrument> Listed(
        ConfigLayers layers,
        ConfigReader reader,
        ImmutableArray<InstrumentConfig> instruments,
        OrderTemplateConfig order)
    {
        var generated = ImmutableArray.CreateBuilder<GeneratedInstrument>();
        foreach (var element in layers.Elements(Symbols))
        {
            var path = $"{Symbols}:{element}";
            var name = RegistrySection.Name(layers, reader, path);
            var symbol = RegistrySection.Symbol(layers, $"{path}:name", name, instruments, "");
            if (instruments.FirstOrDefault(candidate => candidate.Name == symbol) is { } instrument)
                generated.Add(One(layers, reader, path, instrument, order));
        }

        RegistrySection.ReportDuplicates(layers, Symbols, [.. generated.Select(instrument => instrument.Symbol)]);
        if (generated.Count == 0)
            layers.Report(Symbols, "lists no symbol");
        return generated.ToImmutable();
    }

    private static GeneratedInstrument One(
        ConfigLayers layers,
        ConfigReader reader,
        string path,
        InstrumentConfig instrument,
        OrderTemplateConfig order)
    {
        var derived = Derived(instrument, order);
        return new GeneratedInstrument(
            instrument.Name,
            OnGrid("basePx", instrument.PriceScale, "tick", instrument.TickSize, derived.BasePx),
            OnGrid("baseQty", instrument.QuantityScale, "lot", instrument.LotSize, derived.BaseQty),
            OnGrid("spread", instrument.PriceScale, "tick", instrument.TickSize, derived.Spread));

        long OnGrid(string name, int scale, string grid, long step, long absent)
        {
            var value = layers.TryGet($"{path}:{name}", out _) ? reader.Amount($"{path}:{name}", scale) : 0;
            if (value % step != 0)
                layers.Report($"{path}:{name}", $"is no multiple of the {grid} size, {step}");
            return value == 0 ? absent : value;
        }
    }

    private static GeneratedInstrument Derived(InstrumentConfig instrument, OrderTemplateConfig order)
    {
        var ticks = instrument.Name == order.Symbol ? order.Price / instrument.TickSize : BaseTicks;
        var ticksMax = KeyTree.KeyAt($"{Symbols}:0:basePx").Max / instrument.TickSize;
        var lots = Int128.Max(1, ((Int128)instrument.MinQty + instrument.LotSize - 1) / instrument.LotSize);
        var lotsMax = KeyTree.KeyAt($"{Symbols}:0:baseQty").Max / instrument.LotSize;
        return new GeneratedInstrument(
            instrument.Name,
            Math.Clamp(ticks, 1, ticksMax) * instrument.TickSize,
            (long)Int128.Min(lots, lotsMax) * instrument.LotSize,
            instrument.TickSize);
    }
}
