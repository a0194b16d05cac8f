using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>The cancels and replaces that the venue has not answered, each in the list of its order.</summary>
internal sealed class PendingRequests
{
    private const int FreeList = 0;

    private readonly PendingRequest[] _slots = new PendingRequest[Limits.PendingRequestsMax];
    private readonly SlotLists _lists = new(Limits.PendingRequestsMax, 1 + OrderStore.SlotsMax);

    /// <summary>The request in a slot.</summary>
    public ref PendingRequest this[int request]
    {
        [HotPath]
        get => ref _slots[request];
    }

    /// <summary>Whether an order may ask once more.</summary>
    [HotPath]
    public bool HasRoomFor(int orderSlot) =>
        _lists.Count(FreeList) > 0 && _lists.Count(ListOf(orderSlot)) < Limits.PendingRequestsOfOrderMax;

    /// <summary>The oldest request of an order, or None.</summary>
    [HotPath]
    public int OldestOf(int orderSlot) => _lists.Oldest(ListOf(orderSlot));

    /// <summary>The next newer request of the same order, or None.</summary>
    [HotPath]
    public int NewerThan(int request) => _lists.NewerThan(request);

    /// <summary>The request of an order with an id, or None.</summary>
    [HotPath]
    public int Find(int orderSlot, ulong clOrdId)
    {
        int request = OldestOf(orderSlot);
        while (request != SlotLists.None && _slots[request].ClOrdId != clOrdId)
            request = NewerThan(request);
        return request;
    }

    /// <summary>The oldest request of an order that its venue began, which has no id, or None.</summary>
    [HotPath]
    public int FindVenues(int orderSlot, IntentType type)
    {
        int request = OldestOf(orderSlot);
        while (request != SlotLists.None && (_slots[request].ClOrdId != 0 || _slots[request].IntentType != type))
            request = NewerThan(request);
        return request;
    }

    /// <summary>Whether a cancel of the order waits for its answer.</summary>
    [HotPath]
    public bool HasCancel(int orderSlot)
    {
        int request = OldestOf(orderSlot);
        while (request != SlotLists.None && _slots[request].IntentType != IntentType.Cancel)
            request = NewerThan(request);
        return request != SlotLists.None;
    }

    /// <summary>Adds a request; there is room.</summary>
    [HotPath]
    public int Add(int orderSlot, in PendingRequest pending)
    {
        int request = _lists.Newest(FreeList);
        _lists.Move(request, ListOf(orderSlot));
        _slots[request] = pending;
        return request;
    }

    [HotPath]
    public void Remove(int request) => _lists.Move(request, FreeList);

    public void Clear() => _lists.Clear();

    [HotPath]
    private static int ListOf(int orderSlot) => 1 + orderSlot;
}
