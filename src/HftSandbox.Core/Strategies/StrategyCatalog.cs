using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;

namespace HftSandbox.Core.Strategies;

/// <summary>The shipped strategies, with their parameters. A new one is added here, and nowhere else.</summary>
public static class StrategyCatalog
{
    private const long QtyMax = 1_000_000_000_000_000;
    private const long TicksMax = 1_000_000;

    /// <summary>Every strategy by name.</summary>
    public static ImmutableArray<ShippedStrategy> All { get; } =
    [
        new("template", "sends the configured order on every quote and trade", [],
            (run, _, _) => new TemplateStrategy(run.Order)),
        new("market-maker", "quotes both sides around the mid, leaning against its position",
            [
                new("qty", ParameterUnit.Quantity, 0, 0, QtyMax, "Quantity of a quote; 0 = order.qty."),
                new("halfSpread", ParameterUnit.Ticks, 1, 1, TicksMax, "Distance of a quote from the mid."),
                new("skew", ParameterUnit.Ticks, 2, 0, TicksMax, "How far a full position moves both quotes."),
                new("maxPosition", ParameterUnit.Quantity, 0, 0, QtyMax, "A full position; 0 = ten quotes."),
                new("refresh", ParameterUnit.Ticks, 1, 1, TicksMax, "A quote moves when it is off by as much."),
            ],
            (run, strategy, instrument) => new MarketMakerStrategy(run.Order, strategy, instrument)),
        new("ma-cross", "trades the crossing of two moving averages of closed bars",
            [
                new("qty", ParameterUnit.Quantity, 0, 0, QtyMax, "Position it takes; 0 = order.qty."),
                new("fast", ParameterUnit.Count, 10, 1, MovingAverageStrategy.BarsMax, "Bars of the fast average."),
                new("slow", ParameterUnit.Count, 30, 2, MovingAverageStrategy.BarsMax, "Bars of the slow average."),
            ],
            (run, strategy, _) => new MovingAverageStrategy(run.Order, strategy)),
        new("grid", "rests orders at fixed distances from the first mid, and turns each fill around one step on",
            [
                new("qty", ParameterUnit.Quantity, 0, 0, QtyMax, "Quantity of an order; 0 = order.qty."),
                new("levels", ParameterUnit.Count, 5, 1, 100, "Orders on a side."),
                new("step", ParameterUnit.Ticks, 10, 1, TicksMax, "Distance between two orders."),
            ],
            (run, strategy, instrument) => new GridStrategy(run.Order, strategy, instrument)),
    ];

    /// <summary>The strategy of a name; null = there is none.</summary>
    /// <param name="name">A name, exact.</param>
    public static ShippedStrategy? Find(string name) => All.FirstOrDefault(strategy => strategy.Name == name);
}

/// <summary>One shipped strategy.</summary>
/// <param name="Name">As it stands in the configuration.</param>
/// <param name="Doc">What it does.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Create">Makes one.</param>
public sealed record ShippedStrategy(
    string Name,
    string Doc,
    ImmutableArray<StrategyParameter> Parameters,
    Func<RunConfiguration, StrategyConfig, Instrument, IStrategy> Create);
