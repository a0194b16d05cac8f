using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>The open orders, in slots allocated at start, linked from the oldest to the newest (ascending ClOrdId).
/// Keeps the open quantity per instrument and side as orders change.</summary>
public sealed class OrderStore
{
    private const int None = -1;

    private readonly Order[] _slots = new Order[Limits.OpenOrdersMax];
    private readonly SlotIndex _index = new(Limits.OpenOrdersMax);
    private readonly long[] _openQty = new long[(Limits.InstrumentsMax + 1) * 2];
    private int _firstFree;
    private int _oldest = None;
    private int _newest = None;

    internal OrderStore() => Clear();

    /// <summary>Open orders.</summary>
    public int Count { get; private set; }

    /// <summary>The id that the next request gets.</summary>
    public ulong NextClOrdId { get; internal set; }

    /// <summary>From the oldest to the newest. The order just enumerated may be closed on the way.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>An open order, in place.</summary>
    /// <exception cref="InvalidOperationException">It is not open.</exception>
    [HotPath]
    internal ref Order Find(ulong clOrdId)
    {
        int slot = _index.Find(clOrdId);
        if (slot == SlotIndex.NotFound)
            ThrowHelper.UnknownOrder(clOrdId);
        return ref _slots[slot];
    }

    /// <summary>Σ leaves of the open orders of an instrument on a side.</summary>
    [HotPath]
    internal long OpenQty(uint instrumentId, Side side) => OpenQtyRef(instrumentId, side);

    /// <summary>Takes an order in, before any venue has said anything.</summary>
    [HotPath]
    internal ref Order Open(ulong clOrdId, in NewOrderRequest request, ushort strategyId)
    {
        ref Order order = ref Add(clOrdId);
        order.Px = request.Px;
        order.OrderQty = request.Qty;
        order.InstrumentId = request.InstrumentId;
        order.StrategyId = strategyId;
        order.Side = request.Side;
        order.OrdType = request.OrdType;
        order.TimeInForce = request.TimeInForce;
        order.OrdStatus = OrdStatus.PendingNew;
        OpenQtyRef(request.InstrumentId, request.Side) += request.Qty.Mantissa;
        return ref order;
    }

    /// <summary>Applies what the venue says: quantities first, then the status.</summary>
    /// <param name="order">An open order.</param>
    /// <param name="report">The report.</param>
    /// <param name="lastCost">Price × quantity × multiplier of the fill; 0 = none.</param>
    /// <returns>False = the report is illegal in the order's status; nothing changed.</returns>
    [HotPath]
    internal bool TryApply(ref Order order, in ExecutionReportBody report, Int128 lastCost)
    {
        Qty cumQty = new(checked(order.CumQty.Mantissa + report.LastQty.Mantissa));
        OrdStatus next = OrderLifecycle.Next(order.OrdStatus, report.ExecType, order.OrderQty, cumQty);
        if (next == OrdStatus.None)
            return false;
        long leavesBefore = order.LeavesQty.Mantissa;
        order.CumQty = cumQty;
        order.CumCost = new Cost(checked(order.CumCost.Mantissa + lastCost));
        order.OrdStatus = next;
        OpenQtyRef(order.InstrumentId, order.Side) += order.LeavesQty.Mantissa - leavesBefore;
        return true;
    }

    /// <summary>Lets go of an order with which the venue is done.</summary>
    [HotPath]
    internal void Close(ref Order order)
    {
        int slot = _index.Find(order.ClOrdId);
        _index.Remove(order.ClOrdId);
        NewerOf(order.Older) = order.Newer;
        OlderOf(order.Newer) = order.Older;
        order.Newer = _firstFree;
        _firstFree = slot;
        Count--;
    }

    /// <summary>Drops every order; ids go on.</summary>
    internal void Clear()
    {
        _index.Clear();
        Array.Clear(_openQty);
        for (int slot = 0; slot < _slots.Length; slot++)
            _slots[slot].Newer = slot + 1;
        _firstFree = 0;
        _oldest = _newest = None;
        Count = 0;
    }

    internal void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("openOrders"u8);
        foreach (ref readonly Order order in this)
            OrderJson.Write(json, order);
        json.WriteEndArray();
    }

    internal void ReadState(JsonElement state)
    {
        NextClOrdId = state.GetProperty("nextClOrdId"u8).GetUInt64();
        foreach (JsonElement json in state.GetProperty("openOrders"u8).EnumerateArray())
        {
            ref Order order = ref Add(json.GetProperty("clOrdId"u8).GetUInt64());
            OrderJson.Read(json, ref order);
            OpenQtyRef(order.InstrumentId, order.Side) += order.LeavesQty.Mantissa;
        }
    }

    [HotPath]
    private ref Order Add(ulong clOrdId)
    {
        int slot = _firstFree;
        ref Order order = ref _slots[slot];
        _firstFree = order.Newer;
        order = default;
        order.ClOrdId = clOrdId;
        order.Older = _newest;
        order.Newer = None;
        NewerOf(_newest) = slot;
        _newest = slot;
        _index.Add(clOrdId, slot);
        Count++;
        return ref order;
    }

    [HotPath]
    private ref long OpenQtyRef(uint instrumentId, Side side) =>
        ref _openQty[(instrumentId * 2) + (side == Side.Sell ? 1u : 0u)];

    [HotPath]
    private ref int NewerOf(int slot)
    {
        if (slot == None)
            return ref _oldest;
        return ref _slots[slot].Newer;
    }

    [HotPath]
    private ref int OlderOf(int slot)
    {
        if (slot == None)
            return ref _newest;
        return ref _slots[slot].Older;
    }

    /// <summary>Walks the open orders.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "foreach needs it; nobody names it")]
    public ref struct Enumerator
    {
        private readonly Order[] _slots;
        private int _current;
        private int _next;

        internal Enumerator(OrderStore store)
        {
            _slots = store._slots;
            _current = None;
            _next = store._oldest;
        }

        /// <summary>The order.</summary>
        public readonly ref readonly Order Current => ref _slots[_current];

        /// <summary>Goes on to the next newer order.</summary>
        /// <returns>False = there is none.</returns>
        public bool MoveNext()
        {
            if (_next == None)
                return false;
            _current = _next;
            _next = _slots[_current].Newer;
            return true;
        }
    }
}
