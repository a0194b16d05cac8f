using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>A walk over the open orders, from the oldest, that goes on between other events: when the order that comes
/// next has closed meanwhile, it starts again at the oldest.</summary>
internal struct OpenOrderSweep
{
    private int _next;

    /// <summary>A walk that starts at the oldest.</summary>
    public static OpenOrderSweep Over(OrderStore orders) => new() { _next = orders.OldestOpen };

    /// <summary>Goes on to the next order.</summary>
    /// <returns>False = it is over.</returns>
    [HotPath]
    public bool TryNext(OrderStore orders, out int slot)
    {
        slot = _next != SlotLists.None && !orders.IsOpen(_next) ? orders.OldestOpen : _next;
        _next = slot == SlotLists.None ? SlotLists.None : orders.NewerThan(slot);
        return slot != SlotLists.None;
    }
}
