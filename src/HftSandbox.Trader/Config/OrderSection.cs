using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Trader.Config;

/// <summary><c>order</c>, <c>features</c> and <c>strategies</c>.</summary>
internal static class OrderSection
{
    private const string StrategyList = "strategies";

    /// <summary>The template order.</summary>
    public static OrderTemplateConfig Read(
        ConfigLayers layers, ConfigReader reader, ImmutableArray<InstrumentConfig> instruments)
    {
        var symbol = RegistrySection.Symbol(
            layers, "order:symbol", reader.Text("order:symbol"), instruments, instruments[0].Name);
        var instrument = instruments.First(candidate => candidate.Name == symbol);
        return new OrderTemplateConfig
        {
            FirstClOrdId = (ulong)reader.Integer("order:orderId"),
            StrategyId = (ushort)reader.Integer("order:strategyId"),
            Symbol = symbol,
            Side = (Side)reader.Choice("order:side"),
            Type = (OrdType)reader.Choice("order:type"),
            TimeInForce = (TimeInForce)reader.Choice("order:timeInForce"),
            Price = reader.Amount("order:price", instrument.PriceScale),
            Qty = reader.Amount("order:qty", instrument.QuantityScale),
        };
    }

    /// <summary>The original's switches.</summary>
    public static FeaturesConfig Features(ConfigReader reader) =>
        new(reader.Boolean("features:enableOrderFlow"), reader.Boolean("features:enableFills"));

    /// <summary>The strategies; without a list the template strategy on the order's symbol.</summary>
    public static ImmutableArray<StrategyConfig> Strategies(
        ConfigLayers layers, ConfigReader reader, ImmutableArray<InstrumentConfig> instruments, string orderSymbol)
    {
        if (!layers.Has(StrategyList))
            return [new StrategyConfig("template", orderSymbol)];

        var strategies = ImmutableArray.CreateBuilder<StrategyConfig>();
        foreach (var element in layers.Elements(StrategyList))
        {
            var path = $"{StrategyList}:{element}";
            if (!layers.TryGet($"{path}:name", out _))
                layers.Report(path, "lacks a name");
            var name = reader.ChoiceName($"{path}:name");
            var symbol = RegistrySection.Symbol(
                layers, $"{path}:symbol", reader.Text($"{path}:symbol"), instruments, orderSymbol);
            if (name is not null)
                strategies.Add(new StrategyConfig(name, symbol));
        }

        return strategies.ToImmutable();
    }
}
