using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <content>What each action does to the levels and orders.</content>
public sealed partial class OrderBook
{
    [HotPath]
    private void Apply(in BookLevelBody update)
    {
        if (update.Action == BookAction.Advance)
            return;
        if (update.Side is not (Side.Buy or Side.Sell))
        {
            DoesNotFit(update);
            return;
        }

        switch (update.Action)
        {
            case BookAction.Set:
                Set(update);
                break;
            case BookAction.Add:
                Add(update);
                break;
            case BookAction.Reduce or BookAction.Execute or BookAction.Remove:
                TakeOff(update);
                break;
            default:
                DoesNotFit(update);
                break;
        }
    }

    /// <summary>The level's whole quantity. Orders known there stay known while they fit into it.</summary>
    [HotPath]
    private void Set(in BookLevelBody update)
    {
        BookSide side = SideOf(update.Side);
        int index = side.Find(update.Px);
        if (update.Qty.Mantissa < 0)
        {
            DoesNotFit(update);
        }
        else if (update.Qty.Mantissa == 0)
        {
            if (index < 0)
                return;
            Change(side, ref side[index], 0);
            _orders.CloseAll(ref side[index]);
            side.RemoveAt(index);
        }
        else if (index >= 0 || HasRoom(side.Count, side.Capacity))
        {
            ref BookLevel level = ref index >= 0 ? ref side[index] : ref side.Insert(~index, update.Px);
            if (update.Qty.Mantissa < level.KnownQty)
                _orders.CloseAll(ref level);
            Change(side, ref level, update.Qty.Mantissa);
            level.OrderCount = update.OrderCount;
        }
    }

    [HotPath]
    private void Add(in BookLevelBody update)
    {
        bool isNew = update.VenueOrderId != 0 && _orders.Find(update.VenueOrderId) == BookOrders.None;
        if (!isNew || update.Qty.Mantissa <= 0)
        {
            DoesNotFit(update);
            return;
        }

        BookSide side = SideOf(update.Side);
        int index = side.Find(update.Px);
        long before = index < 0 ? 0 : side[index].Qty.Mantissa;
        if (before > long.MaxValue - update.Qty.Mantissa)
        {
            DoesNotFit(update);
            return;
        }

        if (!HasRoom(_orders.Count, _orders.Capacity) || (index < 0 && !HasRoom(side.Count, side.Capacity)))
            return;
        ref BookLevel level = ref index >= 0 ? ref side[index] : ref side.Insert(~index, update.Px);
        Change(side, ref level, before + update.Qty.Mantissa);
        level.OrderCount++;
        _orders.Open(ref level, update.VenueOrderId, update.Side, update.Qty);
    }

    /// <summary>Reduce and Execute take a part of an order off, or all of it; Remove takes what is left.</summary>
    [HotPath]
    private void TakeOff(in BookLevelBody update)
    {
        int slot = _orders.Find(update.VenueOrderId);
        if (slot == BookOrders.None)
        {
            TakeFromUnknown(update);
            return;
        }

        ref BookOrder order = ref _orders[slot];
        long qty = update.Action == BookAction.Remove ? order.Qty.Mantissa : update.Qty.Mantissa;
        if (qty <= 0 || qty > order.Qty.Mantissa)
        {
            DoesNotFit(update);
            return;
        }

        BookSide side = SideOf(order.Side);
        int index = side.Find(order.Px);
        ref BookLevel level = ref side[index];
        if (qty == order.Qty.Mantissa)
        {
            _orders.Close(ref level, slot);
            level.OrderCount = level.OrderCount == 0 ? 0 : level.OrderCount - 1;
        }
        else
        {
            order.Qty = new Qty(order.Qty.Mantissa - qty);
            level.KnownQty -= qty;
        }

        Decrease(side, index, qty);
    }

    /// <summary>An order that was there before the book was: it is in the part of its level without known
    /// orders.</summary>
    [HotPath]
    private void TakeFromUnknown(in BookLevelBody update)
    {
        BookSide side = SideOf(update.Side);
        int index = side.Find(update.Px);
        long qty = update.Qty.Mantissa;
        if (qty <= 0 || index < 0 || side[index].Qty.Mantissa - side[index].KnownQty < qty)
            DoesNotFit(update);
        else
            Decrease(side, index, qty);
    }

    [HotPath]
    private void Decrease(BookSide side, int index, long qty)
    {
        ref BookLevel level = ref side[index];
        Change(side, ref level, level.Qty.Mantissa - qty);
        if (level.Qty.Mantissa == 0)
            side.RemoveAt(index);
    }

    [HotPath]
    private void Change(BookSide side, ref BookLevel level, long qty)
    {
        _lastChange = new BookChange(side.Side, level.Px, level.Qty, new Qty(qty));
        level.Qty = new Qty(qty);
    }

    [HotPath]
    private bool HasRoom(int count, int capacity)
    {
        if (count == capacity)
            Mark(BookState.Overflown, AnomalyCode.CapacityExceeded, capacity, (long)capacity + 1);
        return count < capacity;
    }

    /// <summary>An update that the book as it is cannot take shows that something before it is missing.</summary>
    [HotPath]
    private void DoesNotFit(in BookLevelBody update) =>
        Mark(BookState.Gap, AnomalyCode.BookGap, 0, (long)update.VenueOrderId);

    [HotPath]
    private BookSide SideOf(Side side) => side == Side.Buy ? _bids : _asks;
}
