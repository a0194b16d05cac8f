using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>Σ of the worst-case positions of a currency's instruments at their reference prices, at the currency's
/// greatest NotionalScale, each rounded up.</summary>
internal sealed class GrossExposure(
    InstrumentRegistry instruments,
    MarketView market,
    Exposure exposure,
    PositionLedger positions,
    Halts halts)
{
    /// <summary>What a new order or a replace adds to what is open.</summary>
    /// <param name="InstrumentId">Its instrument.</param>
    /// <param name="Side">Its side.</param>
    /// <param name="Qty">Quantity added; what a replace takes away is subtracted.</param>
    public readonly record struct Added(uint InstrumentId, Side Side, Int128 Qty);

    /// <summary>The gross exposure of one instrument with an order added.</summary>
    /// <returns>False = a reference price is missing.</returns>
    [HotPath]
    public bool TryOfInstrument(in Added added, long nowNs, out Int128 gross)
    {
        Instrument instrument = instruments[added.InstrumentId];
        return TryNotional(instrument, WorstOf(instrument.Id, added), nowNs, out gross);
    }

    /// <summary>That of all instruments of the order's currency.</summary>
    /// <returns>False = a reference price is missing.</returns>
    [HotPath]
    public bool TryOfCurrency(in Added added, long nowNs, out Int128 gross)
    {
        gross = 0;
        uint currency = instruments[added.InstrumentId].CurrencyId;
        for (uint id = 1; id <= instruments.Count; id++)
        {
            Instrument instrument = instruments[id];
            if (instrument.CurrencyId != currency)
                continue;
            if (!TryNotional(instrument, WorstOf(id, added), nowNs, out Int128 notional))
                return false;
            gross = checked(gross + notional);
        }

        return true;
    }

    /// <summary>That of a strategy's own positions and orders in the order's currency.</summary>
    /// <returns>False = a reference price is missing.</returns>
    [HotPath]
    public bool TryOfStrategy(ushort strategyId, in Added added, long nowNs, out Int128 gross)
    {
        gross = 0;
        uint currency = instruments[added.InstrumentId].CurrencyId;
        for (uint id = 1; id <= instruments.Count; id++)
        {
            Instrument instrument = instruments[id];
            if (instrument.CurrencyId != currency)
                continue;
            Int128 worst = Worst(
                positions.OfStrategy(strategyId, id).NetQty.Mantissa,
                exposure.QtyOf(strategyId, id, Side.Buy) + Of(added, id, Side.Buy),
                exposure.QtyOf(strategyId, id, Side.Sell) + Of(added, id, Side.Sell));
            if (!TryNotional(instrument, worst, nowNs, out Int128 notional))
                return false;
            gross = checked(gross + notional);
        }

        return true;
    }

    [HotPath]
    private Int128 WorstOf(uint instrumentId, in Added added) => Worst(
        positions[instrumentId].NetQty.Mantissa,
        exposure.Qty(instrumentId, Side.Buy) + halts.OrphanQty(instrumentId, Side.Buy)
            + Of(added, instrumentId, Side.Buy),
        exposure.Qty(instrumentId, Side.Sell) + halts.OrphanQty(instrumentId, Side.Sell)
            + Of(added, instrumentId, Side.Sell));

    [HotPath]
    private static Int128 Of(in Added added, uint instrumentId, Side side) =>
        added.InstrumentId == instrumentId && added.Side == side ? added.Qty : 0;

    [HotPath]
    private static Int128 Worst(Int128 position, Int128 buys, Int128 sells) =>
        Int128.Max(position + buys, sells - position);

    [HotPath]
    private bool TryNotional(Instrument instrument, Int128 worstQty, long nowNs, out Int128 notional)
    {
        notional = 0;
        if (worstQty <= 0)
            return true;
        if (!market.TryReference(instrument.Id, nowNs, out Int128 twicePx))
            return false;
        Int128 unit = instrument.CostOf(new Px(1), new Qty(Decimals.ToLong(worstQty)));
        long atOwnScale = instrument.NotionalOf(Decimals.Multiply(unit, Int128.Abs(twicePx)), 1, 2);
        notional = Decimals.Multiply(atOwnScale, Decimals.PowerOfTen(instrument.NotionalDigitsMissing));
        return true;
    }
}
