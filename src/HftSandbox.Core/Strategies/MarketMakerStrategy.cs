using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Quotes both sides around the mid of every uncrossed quote. A position moves both quotes against it, and a
/// full one leaves only the quote that reduces it. Quotes only add liquidity.</summary>
internal sealed class MarketMakerStrategy(OrderTemplateConfig order, StrategyConfig config, Instrument instrument)
    : IStrategy
{
    private readonly long _tick = instrument.Config.TickSize;
    private readonly long _qty = config.QuantityOr("qty", order.Qty);
    private readonly long _full = config.QuantityOr("maxPosition", config.QuantityOr("qty", order.Qty) * 10);
    private readonly long _halfSpread = config.Parameter("halfSpread") * instrument.Config.TickSize;
    private readonly long _skew = config.Parameter("skew") * instrument.Config.TickSize;
    private readonly long _refresh = config.Parameter("refresh") * instrument.Config.TickSize;

    [HotPath]
    public void OnQuote(StrategyContext context, in QuoteBody quote)
    {
        if (quote.BidQty.Mantissa == 0 || quote.AskQty.Mantissa == 0 || quote.BidPx.Mantissa >= quote.AskPx.Mantissa)
            return;
        long position = context.Position.NetQty.Mantissa;
        Int128 twiceFair = (Int128)quote.BidPx.Mantissa + quote.AskPx.Mantissa - (2 * Lean(position));
        long bid = Math.Min(Down(twiceFair - (2 * _halfSpread)), quote.AskPx.Mantissa - _tick);
        long ask = Math.Max(Up(twiceFair + (2 * _halfSpread)), quote.BidPx.Mantissa + _tick);
        Quote(context, Side.Buy, bid, wanted: position < _full);
        Quote(context, Side.Sell, ask, wanted: position > -_full);
    }

    [HotPath]
    private void Quote(StrategyContext context, Side side, long px, bool wanted)
    {
        foreach (ref readonly Order own in context.Orders)
        {
            if (own.Side != side)
                continue;
            if (!context.IsWaiting(own))
                Keep(context, own, px, wanted);
            return;
        }

        if (wanted)
            context.Send(side, OrdType.Limit, TimeInForce.Gtc, new Px(px), new Qty(_qty), ExecInst.PostOnly);
    }

    [HotPath]
    private void Keep(StrategyContext context, in Order own, long px, bool wanted)
    {
        if (!wanted)
            context.Cancel(own.ClOrdId);
        else if (Math.Abs(own.Px.Mantissa - px) >= _refresh)
            context.Replace(own.ClOrdId, new Px(px), new Qty(own.CumQty.Mantissa + _qty));
    }

    /// <summary>How far a position moves the fair price.</summary>
    [HotPath]
    private long Lean(long position) => (long)(Int128.Clamp(position, -_full, _full) * _skew / _full);

    [HotPath]
    private long Down(Int128 twicePx) => (long)((twicePx >> 1) / _tick) * _tick;

    [HotPath]
    private long Up(Int128 twicePx) => (long)((((twicePx + 1) >> 1) + _tick - 1) / _tick) * _tick;
}
