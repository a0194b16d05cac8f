using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>What the open orders add up to: what may still fill per instrument and side, and how many there are; of
/// all orders and of each strategy's. A venue may say of each order that 64 bits are open, so the sums are
/// wider.</summary>
internal sealed class Exposure(StrategyRows strategies)
{
    private const int Columns = Limits.InstrumentsMax + 1;
    private const int AllRow = StrategyRows.Count;
    private const int Rows = StrategyRows.Count + 1;

    private readonly Int128[] _qty = new Int128[Rows * Columns * 2];
    private readonly int[] _ordersOfInstrument = new int[Columns];
    private readonly int[] _ordersOfRow = new int[Rows];

    /// <summary>What may still fill of the orders of an instrument on a side.</summary>
    [HotPath]
    public Int128 Qty(uint instrumentId, Side side) => QtyRef(AllRow, instrumentId, side);

    /// <summary>The same, of one strategy's orders.</summary>
    [HotPath]
    public Int128 QtyOf(ushort strategyId, uint instrumentId, Side side) =>
        QtyRef(strategies.Of(strategyId), instrumentId, side);

    /// <summary>Open orders of an instrument.</summary>
    [HotPath]
    public int OrdersIn(uint instrumentId) => _ordersOfInstrument[instrumentId];

    /// <summary>Open orders of a strategy.</summary>
    [HotPath]
    public int OrdersOf(ushort strategyId) => _ordersOfRow[strategies.Of(strategyId)];

    /// <summary>What may still fill of an order has changed.</summary>
    [HotPath]
    public void Add(in Order order, long qty)
    {
        QtyRef(AllRow, order.InstrumentId, order.Side) += qty;
        QtyRef(strategies.Of(order.StrategyId), order.InstrumentId, order.Side) += qty;
    }

    /// <summary>An order was opened (+1) or closed (−1).</summary>
    [HotPath]
    public void Count(in Order order, int orders)
    {
        _ordersOfInstrument[order.InstrumentId] += orders;
        _ordersOfRow[strategies.Of(order.StrategyId)] += orders;
    }

    public void Clear()
    {
        Array.Clear(_qty);
        Array.Clear(_ordersOfInstrument);
        Array.Clear(_ordersOfRow);
    }

    [HotPath]
    private ref Int128 QtyRef(int row, uint instrumentId, Side side) =>
        ref _qty[(((row * Columns) + instrumentId) * 2) + (side == Side.Sell ? 1 : 0)];
}
