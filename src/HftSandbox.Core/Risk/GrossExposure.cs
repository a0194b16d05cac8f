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

    /// <summary>A gross exposure with an order added.</summary>
    /// <param name="Sum">All of it.</param>
    /// <param name="IsRaised">Whether it was less without the order.</param>
    public readonly record struct Total(Int128 Sum, bool IsRaised);

    /// <summary>The gross exposure of one instrument with an order added, at the instrument's scale.</summary>
    /// <returns>False = a reference price is missing.</returns>
    [HotPath]
    public bool TryOfInstrument(in Added added, long nowNs, out Total total)
    {
        total = default;
        return TryCount(instruments[added.InstrumentId], Of(added.InstrumentId), added, nowNs, 0, ref total);
    }

    /// <summary>That of all instruments of the order's currency, at the currency's scale.</summary>
    /// <returns>False = a reference price is missing.</returns>
    [HotPath]
    public bool TryOfCurrency(in Added added, long nowNs, out Total total)
    {
        total = default;
        uint currency = instruments[added.InstrumentId].CurrencyId;
        for (uint id = 1; id <= instruments.Count; id++)
        {
            Instrument instrument = instruments[id];
            if (instrument.CurrencyId == currency
                && !TryCount(instrument, Of(id), added, nowNs, instrument.NotionalDigitsMissing, ref total))
                return false;
        }

        return true;
    }

    /// <summary>That of a strategy's own positions and orders in the order's currency, at its scale.</summary>
    /// <returns>False = a reference price is missing.</returns>
    [HotPath]
    public bool TryOfStrategy(ushort strategyId, in Added added, long nowNs, out Total total)
    {
        total = default;
        uint currency = instruments[added.InstrumentId].CurrencyId;
        for (uint id = 1; id <= instruments.Count; id++)
        {
            Instrument instrument = instruments[id];
            if (instrument.CurrencyId == currency
                && !TryCount(instrument, Of(strategyId, id), added, nowNs, instrument.NotionalDigitsMissing, ref total))
                return false;
        }

        return true;
    }

    [HotPath]
    private Holding Of(uint id) => new(
        positions[id].NetQty.Mantissa,
        exposure.Qty(id, Side.Buy) + halts.OrphanQty(id, Side.Buy),
        exposure.Qty(id, Side.Sell) + halts.OrphanQty(id, Side.Sell));

    [HotPath]
    private Holding Of(ushort strategyId, uint id) => new(
        positions.OfStrategy(strategyId, id).NetQty.Mantissa,
        exposure.QtyOf(strategyId, id, Side.Buy),
        exposure.QtyOf(strategyId, id, Side.Sell));

    [HotPath]
    private bool TryCount(
        Instrument instrument, in Holding holding, in Added added, long nowNs, int digitsMissing, ref Total total)
    {
        Int128 before = holding.Worst;
        Int128 after = added.InstrumentId == instrument.Id ? holding.With(added).Worst : before;
        if (!TryNotional(instrument, after, nowNs, out long notional))
            return false;
        bool isRaised = after > before && TryNotional(instrument, before, nowNs, out long less) && less < notional;
        Int128 scaled = Decimals.Multiply(notional, Decimals.PowerOfTen(digitsMissing));
        total = new Total(checked(total.Sum + scaled), total.IsRaised || isRaised);
        return true;
    }

    [HotPath]
    private bool TryNotional(Instrument instrument, Int128 worstQty, long nowNs, out long notional)
    {
        notional = 0;
        if (worstQty <= 0)
            return true;
        if (!market.TryReference(instrument.Id, nowNs, out Int128 twicePx))
            return false;
        Int128 unit = instrument.CostOf(new Px(1), new Qty(Decimals.ToLong(worstQty)));
        notional = instrument.NotionalOf(Decimals.Multiply(unit, Int128.Abs(twicePx)), 1, 2);
        return true;
    }

    /// <summary>A position and what is open on either side of it.</summary>
    private readonly record struct Holding(Int128 Position, Int128 Buys, Int128 Sells)
    {
        /// <summary>The greatest that it can become on either side.</summary>
        public Int128 Worst
        {
            [HotPath]
            get => Int128.Max(Position + Buys, Sells - Position);
        }

        [HotPath]
        public Holding With(in Added added) => added.Side == Side.Buy
            ? this with { Buys = Buys + added.Qty }
            : this with { Sells = Sells + added.Qty };
    }
}
