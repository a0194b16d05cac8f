using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>Finds the slot of an order by any id it has had. Ids in use (an order's first one, the one in force, those
/// of unanswered requests) are found as long as they are in use; others, given to requests that were answered, as long
/// as the order has its slot and they are among the last 131,072 ids given.</summary>
internal sealed class OrderIds
{
    private readonly SlotIndex _inUse = new((2 * OrderStore.SlotsMax) + Limits.PendingRequestsMax);
    private readonly Former[] _former = new Former[Limits.FormerIdsMax];

    /// <summary>The slot, or <see cref="SlotLists.None"/>.</summary>
    /// <param name="clOrdId">Any number.</param>
    /// <param name="nextClOrdId">The id that will be given next.</param>
    [HotPath]
    public int Find(ulong clOrdId, ulong nextClOrdId)
    {
        if (clOrdId == 0)
            return SlotLists.None;
        int slot = _inUse.Find(clOrdId);
        if (slot != SlotIndex.NotFound)
            return slot;
        ref readonly Former former = ref FormerRef(clOrdId);
        bool isKnown = former.ClOrdId == clOrdId && nextClOrdId - clOrdId <= Limits.FormerIdsMax;
        return isKnown ? _inUse.Find(former.RootClOrdId) : SlotLists.None;
    }

    [HotPath]
    public void Use(ulong clOrdId, int slot) => _inUse.Add(clOrdId, slot);

    /// <summary>An id is not in use any more, and its order still is.</summary>
    [HotPath]
    public void Retire(ulong clOrdId, ulong rootClOrdId)
    {
        _inUse.Remove(clOrdId);
        Remember(clOrdId, rootClOrdId);
    }

    /// <summary>The newer of two ids that share a place keeps it: the other is not among the last.</summary>
    [HotPath]
    public void Remember(ulong clOrdId, ulong rootClOrdId)
    {
        if (FormerRef(clOrdId).ClOrdId < clOrdId)
            FormerRef(clOrdId) = new Former { ClOrdId = clOrdId, RootClOrdId = rootClOrdId };
    }

    /// <summary>The order of the id has left its slot.</summary>
    [HotPath]
    public void Forget(ulong clOrdId) => _inUse.Remove(clOrdId);

    /// <summary>The first id of the order that was known by the id; 0 = none that still has a slot.</summary>
    public ulong FormerRoot(ulong clOrdId)
    {
        ref readonly Former former = ref FormerRef(clOrdId);
        bool isKnown = former.ClOrdId == clOrdId && _inUse.Find(former.RootClOrdId) != SlotIndex.NotFound;
        return isKnown ? former.RootClOrdId : 0;
    }

    public void Clear()
    {
        _inUse.Clear();
        Array.Clear(_former);
    }

    [HotPath]
    private ref Former FormerRef(ulong clOrdId) => ref _former[clOrdId & (Limits.FormerIdsMax - 1)];

    private struct Former
    {
        public ulong ClOrdId;
        public ulong RootClOrdId;
    }
}
