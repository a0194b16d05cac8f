using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <content>What requests do when they arrive: an order takes what is displayed, then rests.</content>
internal sealed partial class SimVenue
{
    [HotPath]
    private void Arrive(in SimRequest request)
    {
        if (request.IntentType == IntentType.New)
            ArriveNew(SimOrder.Of(request));
        else if (_orders.Find(request.RootClOrdId) is var slot && slot == SimOrders.None)
            Refuse(request, RejectReason.TooLate);
        else if (request.IntentType == IntentType.Cancel)
            ArriveCancel(request, slot);
        else
            ArriveReplace(request, slot);
    }

    [HotPath]
    private void ArriveNew(in SimOrder order)
    {
        if (order.IsPostOnly && WouldTake(order))
        {
            Say(Report(order, ExecType.Rejected, RejectReason.WouldTakeLiquidity));
            return;
        }

        Say(Report(order, ExecType.New));
        Work(order);
    }

    [HotPath]
    private void ArriveCancel(in SimRequest request, int slot)
    {
        ExecutionReportBody report = Report(_orders[slot], ExecType.Canceled);
        report.ClOrdId = request.ClOrdId;
        report.OrigClOrdId = _orders[slot].ClOrdId;
        _orders.Remove(slot);
        Say(report);
    }

    /// <summary>An order keeps its place when it stays at its price and does not grow.</summary>
    [HotPath]
    private void ArriveReplace(in SimRequest request, int slot)
    {
        SimOrder before = _orders[slot];
        SimOrder next = before.ReplacedBy(request);
        bool keepsPlace = next.MayRest && next.Px == before.Px && next.OrderQty.Mantissa <= before.OrderQty.Mantissa;
        if (!keepsPlace && next.IsPostOnly && WouldTake(next))
        {
            Refuse(request, RejectReason.WouldTakeLiquidity);
            return;
        }

        ExecutionReportBody report = Report(next, ExecType.Replaced);
        report.OrigClOrdId = before.ClOrdId;
        Say(report);
        if (keepsPlace && next.LeavesQty > 0)
        {
            _orders[slot] = next;
            NoteDeadline(next);
            return;
        }

        _orders.Remove(slot);
        if (next.LeavesQty > 0)
            Work(next);
    }

    /// <summary>An order that is not in the queue takes what it can; what is left of it rests or ends.</summary>
    [HotPath]
    private void Work(SimOrder order)
    {
        if (order.IsOver(_actsNs))
        {
            Say(Report(order, ExecType.Expired));
            return;
        }

        RejectReason reason = Take(ref order);
        if (order.LeavesQty == 0)
            return;
        if (reason != RejectReason.None || !order.MayRest)
        {
            Say(Report(order, ExecType.Canceled, reason));
            return;
        }

        order.AheadQty = _displayed.QtyAt(order.InstrumentId, order.Side, order.Px);
        _orders.Add(order);
        NoteDeadline(order);
    }

    /// <summary>Takes what is displayed, price by price.</summary>
    /// <returns>Why what is left of the order may not rest.</returns>
    [HotPath]
    private RejectReason Take(ref SimOrder order)
    {
        Px reach = ReachOf(order, out bool meetsOwn);
        RejectReason whenLeft = meetsOwn ? RejectReason.SelfTrade : RejectReason.None;
        if (order.TimeInForce == TimeInForce.Fok && !CanTakeAll(order, reach))
            return whenLeft;
        Side opposite = order.Side.Opposite();
        int levels = _marks.Free(order.InstrumentId, opposite);
        for (int rank = 0; rank < levels && order.LeavesQty > 0; rank++)
        {
            if (!TryReach(order, reach, rank, out Px px, out long qty))
                break;
            long taken = Math.Min(qty, order.LeavesQty);
            if (taken == 0)
                continue;
            if (!TryFill(ref order, px, taken, FillCause.Taken))
                return RejectReason.Other;
            _marks.Add(order.InstrumentId, opposite, px, taken, printedQty: 0);
        }

        return whenLeft;
    }

    [HotPath]
    private bool CanTakeAll(in SimOrder order, Px reach)
    {
        int levels = _marks.Free(order.InstrumentId, order.Side.Opposite());
        long missing = order.LeavesQty;
        for (int rank = 0; rank < levels && missing > 0; rank++)
        {
            if (!TryReach(order, reach, rank, out _, out long qty))
                break;
            missing -= Math.Min(qty, missing);
        }

        return missing == 0;
    }

    /// <summary>Whether an order that only wants to rest would trade.</summary>
    [HotPath]
    private bool WouldTake(in SimOrder order)
    {
        Px limit = LimitOf(order);
        for (int rank = 0; TryReach(order, limit, rank, out _, out long qty); rank++)
        {
            if (qty > 0)
                return true;
        }

        return false;
    }

    /// <summary>What is left at a displayed level, if the order reaches it.</summary>
    [HotPath]
    private bool TryReach(in SimOrder order, Px reach, int rank, out Px px, out long qty)
    {
        Side opposite = order.Side.Opposite();
        if (!_displayed.TryLevel(order.InstrumentId, opposite, rank, out px, out qty)
            || opposite.IsBetter(reach, px))
            return false;
        qty = Math.Max(0, qty - _marks.At(order.InstrumentId, opposite, px).TakenQty);
        return true;
    }

    /// <summary>The last price that an order takes from: its limit, or the one before the first order of ours that it
    /// would meet.</summary>
    [HotPath]
    private Px ReachOf(in SimOrder order, out bool meetsOwn)
    {
        Px limit = LimitOf(order);
        Side opposite = order.Side.Opposite();
        int own = _orders.Best(order.InstrumentId, opposite);
        meetsOwn = _preventsSelfTrades && own != SimOrders.None && !opposite.IsBetter(limit, _orders[own].Px);
        return meetsOwn ? new Px(_orders[own].Px.Mantissa - (order.Side == Side.Buy ? 1 : -1)) : limit;
    }

    [HotPath]
    private static Px LimitOf(in SimOrder order) =>
        order.OrdType == OrdType.Limit ? order.Px
        : order.Side == Side.Buy ? new Px(long.MaxValue)
        : new Px(long.MinValue);
}
