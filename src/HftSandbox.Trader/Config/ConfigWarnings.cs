using System.Numerics;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Trader.Config;

/// <summary>What is valid and probably not meant: limits that nothing reaches, or that nothing passes.</summary>
internal static class ConfigWarnings
{
    /// <summary>A price may go this many times above its configured base before a limit counts as reachable by
    /// it.</summary>
    private const int PriceHeadroom = 10;

    private const string NotionalLimit = "MaxOrderNotional";

    /// <summary>Reports them.</summary>
    public static void Run(ConfigLayers layers, TraderConfig config)
    {
        foreach (var instrument in config.Instruments)
        {
            var limits = instrument.Limits ?? config.Risk.Limits;
            WarnNothingPasses(layers, instrument, limits);
            if (config.Generator.Instruments.FirstOrDefault(one => one.Symbol == instrument.Name) is { } generated)
                WarnNeverHit(layers, instrument, limits, generated.BasePx);
        }

        WarnOrder(layers, config.Order, config.Instruments.First(instrument => instrument.Name == config.Order.Symbol));
    }

    private static void WarnNeverHit(ConfigLayers layers, InstrumentConfig instrument, LimitsConfig limits, long basePx)
    {
        var isSet = layers.Has(Own(instrument, NotionalLimit)) || layers.Has($"risk:{NotionalLimit}");
        if (!isSet || limits.MaxOrderQty == 0 || limits.MaxOrderNotional == 0)
            return;
        var notional = Notional(instrument, (BigInteger)basePx * PriceHeadroom, limits.MaxOrderQty);
        if (notional <= limits.MaxOrderNotional)
            Warn(layers, instrument, NotionalLimit, $"can never be hit for {instrument.Name} at these scales: an order "
                + $"of MaxOrderQty ({limits.MaxOrderQty}) at {PriceHeadroom} times the price of {basePx} "
                + $"has the notional {notional}, the limit is {limits.MaxOrderNotional}");
    }

    private static void WarnNothingPasses(ConfigLayers layers, InstrumentConfig instrument, LimitsConfig limits)
    {
        var leastQty = Math.Max(instrument.LotSize, instrument.MinQty);
        var why = $"denies every order for {instrument.Name}: the least";
        if (limits.MaxOrderQty != 0 && limits.MaxOrderQty < leastQty)
            Warn(layers, instrument, "MaxOrderQty", $"{why} quantity is {leastQty}, the limit {limits.MaxOrderQty}");
        if (limits.MaxPosition != 0 && limits.MaxPosition < leastQty)
            Warn(layers, instrument, "MaxPosition", $"{why} quantity is {leastQty}, the limit {limits.MaxPosition}");
        if (limits.MaxOrderNotional != 0 && limits.MaxOrderNotional < instrument.MinNotional)
            Warn(layers, instrument, NotionalLimit,
                $"{why} notional is {instrument.MinNotional}, the limit {limits.MaxOrderNotional}");
    }

    private static void WarnOrder(ConfigLayers layers, OrderTemplateConfig order, InstrumentConfig instrument)
    {
        var isLimit = order.Type == OrdType.Limit;
        if (isLimit && order.Price % instrument.TickSize != 0)
            layers.Report("order:price", $"is no multiple of the tick size, {instrument.TickSize}", isError: false);
        if (isLimit && order.Price <= 0 && !instrument.AllowNegativePrice)
            layers.Report("order:price", "is not positive: every such order is denied", isError: false);
        if (order.Qty % instrument.LotSize != 0)
            layers.Report("order:qty", $"is no multiple of the lot size, {instrument.LotSize}", isError: false);
        if (order.Qty < instrument.MinQty)
            layers.Report("order:qty", $"is below the least quantity, {instrument.MinQty}", isError: false);
        if (isLimit && Notional(instrument, order.Price, order.Qty) < instrument.MinNotional)
            layers.Report("order:qty", $"makes less than the least notional, {instrument.MinNotional}", isError: false);
    }

    /// <summary>At the place of the symbol's own limit, else of the global one.</summary>
    private static void Warn(ConfigLayers layers, InstrumentConfig instrument, string limit, string message)
    {
        var own = Own(instrument, limit);
        layers.Report(layers.TryGet(own, out _) ? own : $"risk:{limit}", message, isError: false);
    }

    private static string Own(InstrumentConfig instrument, string limit) => $"risk:symbols:{instrument.Name}:{limit}";

    /// <summary>|price × quantity × multiplier| at NotionalScale, rounded up.</summary>
    private static BigInteger Notional(InstrumentConfig instrument, BigInteger price, long qty)
    {
        var exact = BigInteger.Abs(price * qty * instrument.Multiplier);
        var decimals = instrument.PriceScale + instrument.QuantityScale - instrument.NotionalScale;
        var unit = BigInteger.Pow(10, Math.Abs(decimals));
        return decimals > 0 ? (exact + unit - 1) / unit : exact * unit;
    }
}
