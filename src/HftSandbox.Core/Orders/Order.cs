using System.Runtime.InteropServices;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>One order as we see it, in a slot of the <see cref="OrderStore"/>. Its bytes, without holes, are also its
/// form in a snapshot.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct Order
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 128;

    /// <summary>Our id in force: that of the last accepted replace, else that of the new order.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>The id before the last replace; 0 = never replaced.</summary>
    [FieldOffset(8)] public ulong OrigClOrdId;

    /// <summary>The first id; it never changes.</summary>
    [FieldOffset(16)] public ulong RootClOrdId;

    /// <summary>Limit price; 0 for a market order.</summary>
    [FieldOffset(24)] public Px Px;

    /// <summary>Quantity in force.</summary>
    [FieldOffset(32)] public Qty OrderQty;

    /// <summary>Filled.</summary>
    [FieldOffset(40)] public Qty CumQty;

    /// <summary>Σ price × quantity × multiplier of the fills.</summary>
    [FieldOffset(48)] public Cost CumCost;

    /// <summary>The requester's id; none for strategies.</summary>
    [FieldOffset(64)] public Id16 ClientRequestId;

    /// <summary>What the venue said is open when it said DoneForDay or Suspended.</summary>
    [FieldOffset(80)] public Qty VenueLeavesQty;

    /// <summary>The part of the instrument's open quantity that is this order's.</summary>
    [FieldOffset(88)] internal Qty ExposedQty;

    /// <summary>FIX ExpireTime (126); 0 = none.</summary>
    [FieldOffset(96)] public long DeadlineNs;

    /// <summary>Instrument.</summary>
    [FieldOffset(104)] public uint InstrumentId;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(108)] public ushort AccountId;

    /// <summary>Strategy it is booked to; 0 = none.</summary>
    [FieldOffset(110)] public ushort StrategyId;

    /// <summary>Cancels that the venue has under way.</summary>
    [FieldOffset(112)] internal ushort CancelsUnderWay;

    /// <summary>Replaces that the venue has under way.</summary>
    [FieldOffset(114)] internal ushort ReplacesUnderWay;

    /// <summary>Side.</summary>
    [FieldOffset(116)] public Side Side;

    /// <summary>Order type.</summary>
    [FieldOffset(117)] public OrdType OrdType;

    /// <summary>Time in force.</summary>
    [FieldOffset(118)] public TimeInForce TimeInForce;

    /// <summary>Instructions.</summary>
    [FieldOffset(119)] public ExecInst ExecInst;

    /// <summary>The status, requests under way left aside.</summary>
    [FieldOffset(120)] internal OrdStatus BaseStatus;

    [FieldOffset(121)] internal byte Reserved0;

    [FieldOffset(122)] internal ushort Reserved1;

    [FieldOffset(124)] internal uint Reserved2;

    /// <summary>FIX OrdStatus (39): of what holds, the status with the highest precedence.</summary>
    public readonly OrdStatus OrdStatus
    {
        [HotPath]
        get => OrderLifecycle.Visible(BaseStatus, CancelsUnderWay > 0, ReplacesUnderWay > 0);
    }

    /// <summary>Open (FIX 151): nothing of an order that has ended, what the venue said of one that is done for the
    /// day or suspended, else OrderQty − CumQty.</summary>
    public readonly Qty LeavesQty
    {
        [HotPath]
        get => BaseStatus is OrdStatus.DoneForDay or OrdStatus.Suspended ? VenueLeavesQty : RemainingQty;
    }

    /// <summary>What may still fill: OrderQty − CumQty, not below 0; nothing of an order that has ended.</summary>
    internal readonly Qty RemainingQty
    {
        [HotPath]
        get => OrderLifecycle.HasNoLeaves(BaseStatus)
            ? default
            : new Qty(Math.Max(0, OrderQty.Mantissa - CumQty.Mantissa));
    }

    /// <summary>The event that says how it stands after something happened to it.</summary>
    [HotPath]
    internal readonly OrderStateBody StateAfter(ExecType execType, Instrument instrument) => new()
    {
        ClOrdId = ClOrdId,
        OrigClOrdId = OrigClOrdId,
        OrderQty = OrderQty,
        CumQty = CumQty,
        LeavesQty = LeavesQty,
        AvgPx = CumQty.Mantissa == 0 ? default : instrument.AveragePx(CumCost.Mantissa, CumQty),
        CumCost = CumCost,
        Px = Px,
        AccountId = AccountId,
        StrategyId = StrategyId,
        ExecType = execType,
        OrdStatus = OrdStatus,
        Side = Side,
        OrdType = OrdType,
    };
}
