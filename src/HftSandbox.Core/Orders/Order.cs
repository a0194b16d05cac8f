using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>One open order as we see it. Lies in a slot of the <see cref="OrderStore"/>.</summary>
public struct Order
{
    /// <summary>Our id.</summary>
    public ulong ClOrdId;

    /// <summary>Limit price; 0 for a market order.</summary>
    public Px Px;

    /// <summary>Quantity in force.</summary>
    public Qty OrderQty;

    /// <summary>Filled.</summary>
    public Qty CumQty;

    /// <summary>Σ price × quantity × multiplier of the fills.</summary>
    public Cost CumCost;

    /// <summary>Instrument.</summary>
    public uint InstrumentId;

    /// <summary>Strategy it is booked to; 0 = none.</summary>
    public ushort StrategyId;

    /// <summary>Side.</summary>
    public Side Side;

    /// <summary>Order type.</summary>
    public OrdType OrdType;

    /// <summary>Time in force.</summary>
    public TimeInForce TimeInForce;

    /// <summary>Status.</summary>
    public OrdStatus OrdStatus;

    internal int Older;
    internal int Newer;

    /// <summary>Open (FIX 151).</summary>
    public readonly Qty LeavesQty
    {
        [HotPath]
        get => OrderLifecycle.HasNoLeaves(OrdStatus)
            ? default
            : new Qty(Math.Max(0, OrderQty.Mantissa - CumQty.Mantissa));
    }

    /// <summary>The event that says how it stands after something happened to it.</summary>
    [HotPath]
    internal readonly OrderStateBody StateAfter(ExecType execType, Instrument instrument) => new()
    {
        ClOrdId = ClOrdId,
        OrderQty = OrderQty,
        CumQty = CumQty,
        LeavesQty = LeavesQty,
        AvgPx = CumQty.Mantissa == 0 ? default : instrument.AveragePx(CumCost.Mantissa, CumQty),
        CumCost = CumCost,
        Px = Px,
        StrategyId = StrategyId,
        ExecType = execType,
        OrdStatus = OrdStatus,
        Side = Side,
        OrdType = OrdType,
    };
}
