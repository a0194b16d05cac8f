using System.Diagnostics.CodeAnalysis;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>The open orders, and those with which the venue was done last, in slots allocated at start, with their
/// unanswered requests. Keeps what may still fill per instrument and side as orders change.</summary>
public sealed partial class OrderStore
{
    internal const int SlotsMax = Limits.OpenOrdersMax + Limits.ClosedOrdersMax;

    private const int FreeList = 0;
    private const int OpenList = 1;
    private const int ClosedList = 2;

    private readonly Order[] _slots = new Order[SlotsMax];
    private readonly SlotLists _lists = new(SlotsMax, 3);
    private readonly OrderIds _ids = new();

    internal OrderStore(StrategyRows strategies) => Exposure = new Exposure(strategies);

    /// <summary>Open orders.</summary>
    public int Count
    {
        [HotPath]
        get => _lists.Count(OpenList);
    }

    /// <summary>The id that the next request gets.</summary>
    public ulong NextClOrdId { get; internal set; }

    /// <summary>What the open orders add up to; one with an unanswered replace counts with the larger of old and
    /// new.</summary>
    internal Exposure Exposure { get; }

    /// <summary>The unanswered cancels and replaces.</summary>
    internal PendingRequests Requests { get; } = new();

    /// <summary>Slot of the oldest open order, or None.</summary>
    internal int OldestOpen
    {
        [HotPath]
        get => _lists.Oldest(OpenList);
    }

    /// <summary>The order in a slot.</summary>
    internal ref Order this[int slot]
    {
        [HotPath]
        get => ref _slots[slot];
    }

    /// <summary>The open orders, from the oldest to the newest. The order just enumerated may be closed on the
    /// way.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>The slot of the order that is, was or asks to be known by an id; None = there is none, or not any
    /// more.</summary>
    [HotPath]
    internal int Find(ulong clOrdId) => _ids.Find(clOrdId, NextClOrdId);

    /// <summary>Whether a cancel or replace of an order waits for its answer.</summary>
    [HotPath]
    internal bool HasRequests(ulong clOrdId) => Requests.OldestOf(Find(clOrdId)) != SlotLists.None;

    /// <summary>Whether an order is open, and not only remembered.</summary>
    [HotPath]
    internal bool IsOpen(int slot) => _lists.ListOf(slot) == OpenList;

    /// <summary>Slot of the next newer open order, or None.</summary>
    [HotPath]
    internal int NewerThan(int slot) => _lists.NewerThan(slot);

    /// <summary>Takes an order in, before any venue has said anything. When there is no room, the order that was
    /// closed first is forgotten.</summary>
    [HotPath]
    internal int Open(uint instrumentId, in OrderIntentBody intent)
    {
        int slot = TakeSlot();
        ref Order order = ref _slots[slot];
        order = default;
        order.ClOrdId = order.RootClOrdId = intent.ClOrdId;
        order.ClientRequestId = intent.ClientRequestId;
        order.Px = intent.Px;
        order.OrderQty = intent.Qty;
        order.DeadlineNs = intent.DeadlineNs;
        order.InstrumentId = instrumentId;
        order.AccountId = intent.AccountId;
        order.StrategyId = intent.StrategyId;
        order.Side = intent.Side;
        order.OrdType = intent.OrdType;
        order.TimeInForce = intent.TimeInForce;
        order.ExecInst = intent.ExecInst;
        order.BaseStatus = OrdStatus.PendingNew;
        _ids.Use(intent.ClOrdId, slot);
        Settle(slot);
        return slot;
    }

    /// <summary>Keeps a cancel or replace until it is answered; there is room.</summary>
    [HotPath]
    internal int Ask(int slot, in OrderIntentBody intent, bool isUnderWay = false)
    {
        if (intent.ClOrdId != 0)
            _ids.Use(intent.ClOrdId, slot);
        int request = Requests.Add(slot, new PendingRequest
        {
            ClOrdId = intent.ClOrdId,
            Px = intent.Px,
            OrderQty = intent.Qty,
            DeadlineNs = intent.DeadlineNs,
            ClientRequestId = intent.ClientRequestId,
            IntentType = intent.IntentType,
            OrdType = intent.OrdType,
            TimeInForce = intent.TimeInForce,
        });
        if (isUnderWay)
            SetUnderWay(slot, request);
        Settle(slot);
        return request;
    }

    /// <summary>The venue has a request under way: the order shows it until the answer.</summary>
    [HotPath]
    internal void SetUnderWay(int slot, int request)
    {
        if (Requests[request].IsUnderWay != 0)
            return;
        Requests[request].IsUnderWay = 1;
        UnderWayRef(slot, Requests[request].IntentType)++;
    }

    /// <summary>The venue has answered a request; the order is still known by its id.</summary>
    [HotPath]
    internal void Answer(int slot, int request)
    {
        ref readonly PendingRequest pending = ref Requests[request];
        if (pending.IsUnderWay != 0)
            UnderWayRef(slot, pending.IntentType)--;
        if (pending.ClOrdId != 0)
            _ids.Retire(pending.ClOrdId, _slots[slot].RootClOrdId);
        Requests.Remove(request);
    }

    /// <summary>Gives an order the id of the replace that the venue accepted.</summary>
    [HotPath]
    internal void Rename(int slot, ulong clOrdId)
    {
        ref Order order = ref _slots[slot];
        if (order.ClOrdId == clOrdId)
            return;
        if (order.ClOrdId != order.RootClOrdId)
            _ids.Retire(order.ClOrdId, order.RootClOrdId);
        if (clOrdId != order.RootClOrdId)
            _ids.Use(clOrdId, slot);
        order.OrigClOrdId = order.ClOrdId;
        order.ClOrdId = clOrdId;
    }

    /// <summary>After something happened to an order: counts anew what may still fill of it, and files it with the
    /// open or the closed ones. A filled one stays open while an unanswered replace may make it larger. An order that
    /// closes loses its unanswered requests.</summary>
    [HotPath]
    internal void Settle(int slot)
    {
        ref Order order = ref _slots[slot];
        long exposed = Exposed(slot);
        int list = exposed == 0 && OrderLifecycle.IsTerminal(order.OrdStatus) ? ClosedList : OpenList;
        if (list == ClosedList)
            AnswerAll(slot);
        File(slot, list);
        Exposure.Add(order, exposed - order.ExposedQty.Mantissa);
        order.ExposedQty = new Qty(exposed);
    }

    /// <summary>Counts anew what the open orders add up to.</summary>
    internal void Recount()
    {
        Exposure.Clear();
        for (int slot = OldestOpen; slot != SlotLists.None; slot = NewerThan(slot))
        {
            Exposure.Count(_slots[slot], 1);
            Exposure.Add(_slots[slot], _slots[slot].ExposedQty.Mantissa);
        }
    }

    /// <summary>Drops every order; ids go on.</summary>
    internal void Clear()
    {
        _ids.Clear();
        _lists.Clear();
        Requests.Clear();
        Exposure.Clear();
    }

    [HotPath]
    private int TakeSlot()
    {
        int slot = _lists.Newest(FreeList);
        if (slot != SlotLists.None)
            return slot;
        slot = _lists.Oldest(ClosedList);
        ref readonly Order order = ref _slots[slot];
        _ids.Forget(order.RootClOrdId);
        if (order.ClOrdId != order.RootClOrdId)
            _ids.Forget(order.ClOrdId);
        return slot;
    }

    [HotPath]
    private void File(int slot, int list)
    {
        int before = _lists.ListOf(slot);
        if (before == list)
            return;
        _lists.Move(slot, list);
        if (list == OpenList)
            Exposure.Count(_slots[slot], 1);
        else if (before == OpenList)
            Exposure.Count(_slots[slot], -1);
    }

    [HotPath]
    private void AnswerAll(int slot)
    {
        for (int request = Requests.OldestOf(slot); request != SlotLists.None; request = Requests.OldestOf(slot))
            Answer(slot, request);
    }

    /// <summary>The larger of what is open in force and what the largest unanswered replace would make of it.</summary>
    [HotPath]
    private long Exposed(int slot)
    {
        ref readonly Order order = ref _slots[slot];
        long largest = order.OrderQty.Mantissa;
        for (int request = Requests.OldestOf(slot); request != SlotLists.None; request = Requests.NewerThan(request))
            largest = Math.Max(largest, Requests[request].OrderQty.Mantissa);
        return OrderLifecycle.HasNoLeaves(order.BaseStatus) ? 0 : Math.Max(0, largest - order.CumQty.Mantissa);
    }

    [HotPath]
    private ref ushort UnderWayRef(int slot, IntentType type)
    {
        if (type == IntentType.Cancel)
            return ref _slots[slot].CancelsUnderWay;
        return ref _slots[slot].ReplacesUnderWay;
    }

    /// <summary>Walks the open orders.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "foreach needs it; nobody names it")]
    public ref struct Enumerator
    {
        private readonly OrderStore _store;
        private int _next;

        internal Enumerator(OrderStore store)
        {
            _store = store;
            Slot = SlotLists.None;
            _next = store._lists.Oldest(OpenList);
        }

        /// <summary>The order.</summary>
        public readonly ref readonly Order Current => ref _store._slots[Slot];

        internal int Slot { get; private set; }

        /// <summary>Goes on to the next newer order.</summary>
        /// <returns>False = there is none.</returns>
        public bool MoveNext()
        {
            if (_next == SlotLists.None)
                return false;
            Slot = _next;
            _next = _store._lists.NewerThan(Slot);
            return true;
        }
    }
}
