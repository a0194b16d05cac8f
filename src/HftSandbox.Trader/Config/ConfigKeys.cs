using System.Collections.Immutable;
using HftSandbox.Adapters;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;
using static HftSandbox.Trader.Config.ConfigType;

namespace HftSandbox.Trader.Config;

/// <summary>How the value of a key is written.</summary>
public enum ConfigType : byte
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A mantissa, or a decimal text at the symbol's PriceScale.</summary>
    Price,

    /// <summary>A mantissa, or a decimal text at the symbol's QuantityScale.</summary>
    Quantity,

    /// <summary>A mantissa, or a decimal text at the symbol's NotionalScale.</summary>
    Amount,

    /// <summary>Basis points: an integer, or a decimal text with up to four decimals.</summary>
    FeeBps,

    /// <summary>Nanoseconds, or a text such as 50ms.</summary>
    Duration,

    /// <summary>One of the choices, or its number, from 1.</summary>
    Enumeration,

    /// <summary>One of the choices.</summary>
    Choice,
}

/// <summary>One key of the configuration.</summary>
/// <param name="Path">Where it stands: <c>[]</c> = an element of a list, <c>{name}</c> = a member with any
/// name.</param>
/// <param name="Type">How its value is written.</param>
/// <param name="Default">The built-in value, as it would be written; null = required or derived, as the text
/// says.</param>
/// <param name="Doc">What it is.</param>
public sealed record ConfigKey(string Path, ConfigType Type, string? Default, string Doc)
{
    /// <summary>Least value of a number (of basis points × 10,000).</summary>
    public long Min { get; init; }

    /// <summary>Greatest value of a number (of basis points × 10,000).</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>The values of an <see cref="Enumeration"/> or <see cref="Choice"/>.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];
}

/// <summary>Every key, declared once: reading, checking, suggestions, schema and help follow this table.</summary>
public static class ConfigKeys
{
    /// <summary>Greatest base price, tick or spread: the generator's walk never leaves 64 bits.</summary>
    private const long PxMax = 1_000_000_000_000_000_000;

    /// <summary>A hundred times this still fits 64 bits.</summary>
    private const long BaseQtyMax = 90_000_000_000_000_000;

    private const long FeeMax = 100_000_000;

    /// <summary>An hour: beyond it something else is meant.</summary>
    private const long LatencyMaxNs = 3_600_000_000_000;

    /// <summary>The table, in the order in which the keys are shown.</summary>
    public static ImmutableArray<ConfigKey> All { get; } =
    [
        new("registry.venues[].name", Text, null, "Name of a venue; required."),
        new("registry.symbols[].name", Text, null, "Name of a symbol; required. Its place in the list is its id."),
        new("registry.symbols[].venue", Text, null, "Its venue; absent: the first one."),
        Scale("PriceScale", "Decimals of a price."),
        Scale("QuantityScale", "Decimals of a quantity."),
        Scale("NotionalScale", "Decimals of an amount of the quote currency."),
        Scale("FeeScale", "Decimals of a fee."),
        new("registry.symbols[].base", Text, null, "Base currency, for the reader of the file."),
        new("registry.symbols[].quote", Text, null, "Quote currency; absent: the last part of the name."),
        new("registry.symbols[].tickSize", Price, "1", "Prices are multiples of it.") { Min = 1, Max = PxMax },
        new("registry.symbols[].lotSize", Quantity, "1", "Quantities are multiples of it.")
            { Min = 1, Max = BaseQtyMax },
        new("registry.symbols[].minQty", Quantity, "0", "Least order quantity; 0 = none."),
        new("registry.symbols[].minNotional", Amount, "0", "Least order notional; 0 = none."),
        new("registry.symbols[].multiplier", Integer, "1", "Units of base per contract.")
            { Min = 1, Max = 1_000_000_000 },
        new("registry.symbols[].allowNegativePrice", Flag, "false", "Whether prices of 0 and below are valid."),
        new("registry.symbols[].makerFeeBps", FeeBps, "0", "Fee of a resting order; negative = rebate.")
            { Min = -FeeMax, Max = FeeMax },
        new("registry.symbols[].takerFeeBps", FeeBps, "0", "Fee of a taking order; negative = rebate.")
            { Min = -FeeMax, Max = FeeMax },

        new("risk.version", Integer, "0", "The operator's number for this set of limits."),
        new("risk.KillSwitch", Flag, "false", "Denies every order and cancels the resting ones."),
        new("risk.MaxOrderQty", Quantity, "1000", "Greatest order quantity; 0 = off."),
        new("risk.MaxOrderNotional", Amount, "1000000", "Greatest order notional; 0 = off."),
        new("risk.MaxPosition", Quantity, "5000", "Greatest worst-case position on either side; 0 = off."),
        new("risk.orderRateLimit", Integer, "0", "Orders forwarded within a window; 0 = off.")
            { Max = Limits.OrderRateLimitMax },
        new("risk.orderRateWindow", Duration, "1s", "Length of that window, which slides.") { Min = 1 },
        new("risk.maxPriceDeviationBps", Integer, "0", "Greatest distance of a price from the reference; 0 = off."),
        new("risk.referenceMaxAge", Duration, "0", "Age beyond which a trade or quote is no reference; 0 = none."),
        new("risk.maxRepeats", Integer, "0", "Identical orders in a row, of one strategy; 0 = off.")
            { Max = int.MaxValue },
        new("risk.maxOpenOrders", Integer, "0", "Orders open at once; 0 = off.") { Max = int.MaxValue },
        new("risk.maxGrossExposure", Amount, "0",
            "Sum of the worst-case positions of a currency; what does not raise it passes; 0 = off."),
        new("risk.maxDailyLoss", Amount, "0", "Greatest loss of a currency in a session; 0 = off."),
        new("risk.sessionRollUtc", Text, "00:00", "When a session ends and the next begins: HH:MM or HH:MM:SS, UTC."),
        .. ScopeLimits("risk.symbols.{name}", "of one symbol"),
        .. ScopeLimits("risk.strategies.{name}", "of one strategy's own orders and positions"),

        new("order.orderId", Integer, "1001", "First ClOrdId of a new store.") { Min = 1 },
        new("order.strategyId", Integer, "1", "Strategy that the order is booked to.")
            { Max = ushort.MaxValue - (long)SourceId.FirstStrategy },
        new("order.symbol", Text, null, "Its symbol; absent: the first one."),
        new("order.side", Enumeration, "Buy", "Side.") { Choices = ["Buy", "Sell"] },
        new("order.type", Enumeration, "Limit", "Order type.") { Choices = ["Limit", "Market"] },
        new("order.timeInForce", Enumeration, "GTC", "Time in force.") { Choices = ["GTC", "IOC", "FOK"] },
        new("order.price", Price, "100", "Limit price.") { Min = -PxMax, Max = PxMax },
        new("order.qty", Quantity, "10", "Quantity.") { Min = 1 },

        new("features.enableOrderFlow", Flag, "true", "Whether strategies are called."),
        new("features.enableFills", Flag, "true", "Whether the stub venue fills what it acknowledges."),

        new("strategies[].name", Choice, null, "A shipped strategy; required. No list: template on order.symbol.")
            { Choices = [.. StrategyCatalog.All.Select(strategy => strategy.Name)] },
        new("strategies[].symbol", Text, null, "The symbol it acts on; absent: order.symbol."),
        .. StrategyCatalog.All
            .SelectMany(strategy => strategy.Parameters)
            .DistinctBy(parameter => parameter.Name)
            .Select(Parameter),

        .. Latency("entry", "Of the simulated venue: how long a request takes there."),
        .. Latency("response", "Of the simulated venue: how long an answer takes back."),
        new("venue.queue", Choice, "pessimistic", "Cancels happen behind our orders, or in proportion to the quantity.")
            { Choices = ["pessimistic", "proportional"] },
        new("venue.stp", Choice, "cancelNewest", "What is done about our own orders that would trade with each other.")
            { Choices = ["none", "cancelNewest"] },

        new("mdg.model", Choice, "walk", "Synthetic market data: a random walk, or the same tick again and again.")
            { Choices = ["walk", "constant"] },
        new("mdg.kind", Choice, "quote", "What the constant model repeats.") { Choices = ["quote", "trade"] },
        new("mdg.seed", Integer, "1", "Seed of every generator."),
        new("mdg.tickInterval", Duration, "1ms", "Virtual time between two ticks."),
        new("mdg.symbols[].name", Text, null, "A generated symbol; required. No list: all symbols."),
        new("mdg.symbols[].basePx", Price, null, "First bid; absent: order.price for its symbol, else 10,000 ticks.")
            { Min = 1, Max = PxMax },
        new("mdg.symbols[].baseQty", Quantity, null, "Sizes are 1–100 times this; absent: the least order quantity.")
            { Min = 1, Max = BaseQtyMax },
        new("mdg.symbols[].spread", Price, null, "The spread is 1–3 times this; absent: one tick.")
            { Min = 1, Max = PxMax },
    ];

    private static ConfigKey[] ScopeLimits(string path, string scope) =>
    [
        new($"{path}.maxOrderQty", Quantity, null, $"As risk.MaxOrderQty, {scope}."),
        new($"{path}.maxOrderNotional", Amount, null, $"As risk.MaxOrderNotional, {scope}."),
        new($"{path}.maxPosition", Quantity, null, $"As risk.MaxPosition, {scope}."),
        new($"{path}.maxPriceDeviationBps", Integer, null, $"As risk.maxPriceDeviationBps, {scope}."),
        new($"{path}.orderRateLimit", Integer, "0", $"As risk.orderRateLimit, {scope}.")
            { Max = Limits.OrderRateLimitMax },
        new($"{path}.maxRepeats", Integer, "0", $"As risk.maxRepeats, {scope}.") { Max = int.MaxValue },
        new($"{path}.maxOpenOrders", Integer, "0", $"As risk.maxOpenOrders, {scope}.") { Max = int.MaxValue },
        new($"{path}.maxGrossExposure", Amount, "0", $"As risk.maxGrossExposure, {scope}."),
        new($"{path}.maxDailyLoss", Amount, "0", $"As risk.maxDailyLoss, {scope}."),
    ];

    private static ConfigKey[] Latency(string name, string doc) =>
    [
        new($"venue.{name}Latency", Duration, "0", doc) { Max = LatencyMaxNs },
        new($"venue.{name}Histogram[].latency", Duration, "0", $"As venue.{name}Latency, in one bin of several.")
            { Max = LatencyMaxNs },
        new($"venue.{name}Histogram[].weight", Integer, "1", "How often, relative to the other bins.")
            { Min = 1, Max = 1_000_000_000 },
    ];

    private static ConfigKey Parameter(StrategyParameter parameter) => new(
        $"strategies[].params.{parameter.Name}",
        parameter.Unit == ParameterUnit.Quantity ? Quantity : Integer,
        null,
        parameter.Doc)
    {
        Min = parameter.Min,
        Max = parameter.Max,
    };

    private static ConfigKey Scale(string name, string doc) =>
        new($"registry.symbols[].scale.{name}", Integer, "8", doc) { Max = ScaledDecimal.ScaleMax };
}
