using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>The orders of an order-by-order feed, in slots allocated at start, found by the venue's id and linked per
/// level from the oldest to the newest.</summary>
internal sealed class BookOrders(int capacity)
{
    public const int None = -1;

    private readonly BookOrder[] _slots = GC.AllocateUninitializedArray<BookOrder>(capacity);
    private readonly SlotIndex _index = new(capacity);
    private int _used;
    private int _firstFree = None;

    public int Capacity => _slots.Length;

    public int Count { get; private set; }

    public ref BookOrder this[int slot]
    {
        [HotPath]
        get => ref _slots[slot];
    }

    /// <summary>The slot of an order; None = it is not known.</summary>
    [HotPath]
    public int Find(ulong venueOrderId) => venueOrderId == 0 ? None : _index.Find(venueOrderId);

    /// <summary>Adds an order behind the others of its level; it is not known, and there is room for it.</summary>
    [HotPath]
    public void Open(ref BookLevel level, ulong venueOrderId, Side side, Qty qty)
    {
        int slot = _firstFree == None ? _used++ : _firstFree;
        ref BookOrder order = ref _slots[slot];
        if (slot == _firstFree)
            _firstFree = order.Newer;
        order.VenueOrderId = venueOrderId;
        order.Px = level.Px;
        order.Qty = qty;
        order.Side = side;
        order.Older = level.LastOrder;
        order.Newer = None;
        if (level.LastOrder == None)
            level.FirstOrder = slot;
        else
            _slots[level.LastOrder].Newer = slot;
        level.LastOrder = slot;
        level.KnownQty += qty.Mantissa;
        _index.Add(venueOrderId, slot);
        Count++;
    }

    /// <summary>Lets go of an order, whatever is left of it.</summary>
    [HotPath]
    public void Close(ref BookLevel level, int slot)
    {
        ref BookOrder order = ref _slots[slot];
        level.KnownQty -= order.Qty.Mantissa;
        if (order.Older == None)
            level.FirstOrder = order.Newer;
        else
            _slots[order.Older].Newer = order.Newer;
        if (order.Newer == None)
            level.LastOrder = order.Older;
        else
            _slots[order.Newer].Older = order.Older;
        _index.Remove(order.VenueOrderId);
        order.Newer = _firstFree;
        _firstFree = slot;
        Count--;
    }

    /// <summary>Lets go of every order of a level.</summary>
    [HotPath]
    public void CloseAll(ref BookLevel level)
    {
        while (level.FirstOrder != None)
            Close(ref level, level.FirstOrder);
    }

    public void Clear()
    {
        if (Count > 0)
            _index.Clear();
        Count = _used = 0;
        _firstFree = None;
    }
}
