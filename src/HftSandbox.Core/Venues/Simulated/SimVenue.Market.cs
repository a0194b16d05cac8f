using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <content>What others do: prints fill resting orders and shorten the queues ahead of them, and so do
/// cancels.</content>
internal sealed partial class SimVenue
{
    /// <inheritdoc/>
    [HotPath]
    public override void OnQuote(uint instrumentId, in QuoteBody quote)
    {
        if (instrumentId == 0 || _displayed.HasBook(instrumentId))
            return;
        QuoteBody before = market.LastQuote(instrumentId);
        Requote(instrumentId, Side.Buy, before, quote);
        Requote(instrumentId, Side.Sell, before, quote);
    }

    /// <inheritdoc/>
    [HotPath]
    public override void OnTrade(uint instrumentId, in TradeBody trade)
    {
        if (instrumentId == 0 || trade.Qty.Mantissa <= 0)
            return;
        Side resting = RestingSide(instrumentId, trade);
        if (resting == Side.None)
            return;
        _actsNs = Moment.NowNs;
        Match(instrumentId, resting, trade);
        if (_displayed.QtyAt(instrumentId, resting, trade.Px) is > 0 and < DisplayedMarket.OutOfSight)
            _marks.Add(instrumentId, resting, trade.Px, takenQty: 0, trade.Qty.Mantissa);
    }

    /// <inheritdoc/>
    [HotPath]
    public override void OnBook(uint instrumentId, bool isAnew)
    {
        OrderBook book = market.Books[instrumentId];
        if (book.State != BookState.Live)
            return;
        if (isAnew)
        {
            ShortenAll(instrumentId, Side.Buy);
            ShortenAll(instrumentId, Side.Sell);
        }
        else if (book.LastChange.Side != Side.None)
        {
            ShortenAt(instrumentId, book.LastChange);
        }
    }

    /// <summary>The side of the orders that a print was against: as it says, else by what was displayed.</summary>
    [HotPath]
    private Side RestingSide(uint instrumentId, in TradeBody trade)
    {
        if (trade.AggressorSide != Side.None)
            return trade.AggressorSide.Opposite();
        bool hitsBid = _displayed.TryLevel(instrumentId, Side.Buy, 0, out Px bid, out _)
            && trade.Px.Mantissa <= bid.Mantissa;
        bool hitsAsk = _displayed.TryLevel(instrumentId, Side.Sell, 0, out Px ask, out _)
            && trade.Px.Mantissa >= ask.Mantissa;
        return hitsBid == hitsAsk ? Side.None : hitsBid ? Side.Buy : Side.Sell;
    }

    /// <summary>Hands a print out: to our orders at better prices, then along the queue at its own price, where others
    /// stand between ours.</summary>
    [HotPath]
    private void Match(uint instrumentId, Side side, in TradeBody trade)
    {
        long left = trade.Qty.Mantissa;
        long passed = 0;
        int next;
        for (int slot = _orders.Best(instrumentId, side); slot != SimOrders.None; slot = next)
        {
            ref SimOrder order = ref _orders[slot];
            next = _orders.WorseThan(slot);
            if (side.IsBetter(trade.Px, order.Px))
                return;
            bool isThrough = order.Px != trade.Px;
            long others = isThrough ? 0 : Math.Min(left, Math.Max(0, order.AheadQty - passed));
            passed += others;
            left -= others;
            order.AheadQty = isThrough ? 0 : Math.Max(0, order.AheadQty - passed);
            long filled = Math.Min(left, order.LeavesQty);
            if (filled == 0)
                continue;
            left -= filled;
            FillResting(slot, filled, isThrough ? FillCause.TradedThrough : FillCause.QueueReached);
        }
    }

    [HotPath]
    private void FillResting(int slot, long qty, FillCause cause)
    {
        ref SimOrder order = ref _orders[slot];
        if (!TryFill(ref order, order.Px, qty, cause))
            End(slot, ExecType.Canceled, RejectReason.Other);
        else if (order.LeavesQty == 0)
            _orders.Remove(slot);
    }

    /// <summary>False = its fee does not fit, and nothing is filled.</summary>
    [HotPath]
    private bool TryFill(ref SimOrder order, Px px, long qty, FillCause cause)
    {
        bool takes = cause == FillCause.Taken;
        if (!TryFee(instruments[order.InstrumentId], px, new Qty(qty), takes, out Fee fee))
            return false;
        order.CumQty = new Qty(order.CumQty.Mantissa + qty);
        ExecutionReportBody report = Report(order, ExecType.Trade);
        report.LastPx = px;
        report.LastQty = new Qty(qty);
        report.Fee = fee;
        report.CauseId = Moment.CauseSequence;
        report.Liquidity = takes ? Liquidity.Taker : Liquidity.Maker;
        report.FillCause = cause;
        Say(report);
        return true;
    }

    [HotPath]
    private static bool TryFee(Instrument instrument, Px px, Qty qty, bool takes, out Fee fee)
    {
        try
        {
            long rateE8 = takes ? instrument.Config.TakerFeeRateE8 : instrument.Config.MakerFeeRateE8;
            fee = instrument.FeeOf(instrument.CostOf(px, qty), rateE8);
            return true;
        }
        catch (OverflowException)
        {
            fee = default;
            return false;
        }
    }

    /// <summary>A side of a quote says how much is at its best price, and that nothing is before it.</summary>
    [HotPath]
    private void Requote(uint instrumentId, Side side, in QuoteBody before, in QuoteBody after)
    {
        if (DisplayedMarket.BestOf(before, side) == DisplayedMarket.BestOf(after, side))
            return;
        int slot = _orders.Best(instrumentId, side);
        for (; slot != SimOrders.None; slot = _orders.WorseThan(slot))
        {
            Px px = _orders[slot].Px;
            Shorten(
                ref _orders[slot],
                DisplayedMarket.QtyAt(before, side, px),
                DisplayedMarket.QtyAt(after, side, px),
                _marks.At(instrumentId, side, px).PrintedQty);
        }

        _marks.Forget(instrumentId, side);
    }

    [HotPath]
    private void ShortenAll(uint instrumentId, Side side)
    {
        int slot = _orders.Best(instrumentId, side);
        for (; slot != SimOrders.None; slot = _orders.WorseThan(slot))
        {
            ref SimOrder order = ref _orders[slot];
            order.AheadQty = Math.Min(order.AheadQty, _displayed.QtyAt(instrumentId, side, order.Px));
        }

        _marks.Forget(instrumentId, side);
    }

    [HotPath]
    private void ShortenAt(uint instrumentId, in BookChange change)
    {
        long printed = _marks.At(instrumentId, change.Side, change.Px).PrintedQty;
        long after = _displayed.QtyAt(instrumentId, change.Side, change.Px);
        int slot = _orders.Best(instrumentId, change.Side);
        while (slot != SimOrders.None && !change.Side.IsBetter(change.Px, _orders[slot].Px))
        {
            if (_orders[slot].Px == change.Px)
                Shorten(ref _orders[slot], change.Before.Mantissa, after, printed);
            slot = _orders.WorseThan(slot);
        }

        _marks.Forget(instrumentId, change.Side, change.Px);
    }

    /// <summary>What left a level and was not printed was canceled: behind the order as long as that can be, or
    /// everywhere in proportion, in whole lots.</summary>
    [HotPath]
    private void Shorten(ref SimOrder order, long before, long after, long printed)
    {
        if (after == DisplayedMarket.OutOfSight)
            return;
        long standing = before - printed;
        if (_isProportional && before != DisplayedMarket.OutOfSight && standing > after)
        {
            long canceled = (long)(Math.BigMul(standing - after, order.AheadQty) / standing);
            order.AheadQty -= canceled - (canceled % instruments[order.InstrumentId].Config.LotSize);
        }

        order.AheadQty = Math.Min(order.AheadQty, after);
    }
}
