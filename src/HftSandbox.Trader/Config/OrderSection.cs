using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Strategies;
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
            return [WithDefaults("template", orderSymbol)];

        var strategies = ImmutableArray.CreateBuilder<StrategyConfig>();
        foreach (var element in layers.Elements(StrategyList))
        {
            var path = $"{StrategyList}:{element}";
            if (!layers.TryGet($"{path}:name", out _))
                layers.Report(path, "lacks a name");
            var name = reader.ChoiceName($"{path}:name");
            var symbol = RegistrySection.Symbol(
                layers, $"{path}:symbol", reader.Text($"{path}:symbol"), instruments, orderSymbol);
            if (name is null)
                continue;
            var quantityScale = instruments.First(instrument => instrument.Name == symbol).QuantityScale;
            strategies.Add(WithParameters(layers, reader, $"{path}:params", WithDefaults(name, symbol), quantityScale));
        }

        if (strategies.Count > Limits.StrategiesMax)
            layers.Report(StrategyList, $"lists more than {Limits.StrategiesMax} strategies");
        return strategies.ToImmutable();
    }

    /// <summary>A shipped strategy with the built-in value of every parameter.</summary>
    public static StrategyConfig WithDefaults(string name, string symbol)
    {
        var parameters = StrategyCatalog.Find(name)!.Parameters;
        return new StrategyConfig(
            name,
            symbol,
            Limits: null,
            parameters.IsEmpty ? null : parameters.ToImmutableSortedDictionary(one => one.Name, one => one.Default));
    }

    private static StrategyConfig WithParameters(
        ConfigLayers layers, ConfigReader reader, string path, StrategyConfig strategy, int quantityScale)
    {
        foreach (var name in layers.Children(path))
        {
            var parameters = StrategyCatalog.Find(strategy.Name)!.Parameters;
            var parameter = parameters.FirstOrDefault(
                one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (parameter is null)
            {
                layers.Report(
                    $"{path}:{name}",
                    $"{strategy.Name} has no such parameter",
                    Spelling.Closest(name, parameters.Select(one => one.Name)));
                continue;
            }

            var value = parameter.Unit == ParameterUnit.Quantity
                ? reader.Amount($"{path}:{name}", quantityScale)
                : reader.Integer($"{path}:{name}");
            strategy = strategy with { Parameters = strategy.Parameters!.SetItem(parameter.Name, value) };
        }

        return strategy;
    }
}
