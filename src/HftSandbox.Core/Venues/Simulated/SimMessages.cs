using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <summary>A request on its way to the venue. Its bytes, without holes, are also its form in a snapshot.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct SimRequest
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 64;

    /// <summary>The request's id.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>The order's id when it was sent; 0 on a new order.</summary>
    [FieldOffset(8)] public ulong OrigClOrdId;

    /// <summary>The order's first id.</summary>
    [FieldOffset(16)] public ulong RootClOrdId;

    /// <summary>Limit price; 0 in a replace = as before.</summary>
    [FieldOffset(24)] public Px Px;

    /// <summary>Quantity; 0 in a replace = as before.</summary>
    [FieldOffset(32)] public Qty Qty;

    /// <summary>FIX ExpireTime (126); 0 = none, in a replace as before.</summary>
    [FieldOffset(40)] public long DeadlineNs;

    [FieldOffset(48)] public uint InstrumentId;

    [FieldOffset(52)] public ushort AccountId;

    [FieldOffset(54)] public ushort StrategyId;

    /// <summary>New, cancel or replace.</summary>
    [FieldOffset(56)] public IntentType IntentType;

    [FieldOffset(57)] public Side Side;

    /// <summary>Order type; None in a replace = as before.</summary>
    [FieldOffset(58)] public OrdType OrdType;

    /// <summary>Time in force; None in a replace = as before.</summary>
    [FieldOffset(59)] public TimeInForce TimeInForce;

    [FieldOffset(60)] public ExecInst ExecInst;

    [FieldOffset(61)] public byte Reserved0;

    [FieldOffset(62)] public ushort Reserved1;
}

/// <summary>What the venue has said, on its way back: a report or a reject, one over the other. Its bytes, without
/// holes, are also its form in a snapshot.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct SimResponse
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 8 + ExecutionReportBody.SizeBytes;

    /// <summary>ExecutionReport or CancelReject.</summary>
    [FieldOffset(0)] public EventKind Kind;

    [FieldOffset(2)] public ushort Reserved0;

    [FieldOffset(4)] public uint Reserved1;

    /// <summary>The report, if it is one.</summary>
    [FieldOffset(8)] public ExecutionReportBody Report;

    /// <summary>The reject, if it is one.</summary>
    [FieldOffset(8)] public CancelRejectBody Reject;
}

/// <summary>An order as the venue has it; ours lags behind by what is on its way. Its bytes, without holes, are also
/// its form in a snapshot.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct SimOrder
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 72;

    /// <summary>Id in force.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>First id; it never changes.</summary>
    [FieldOffset(8)] public ulong RootClOrdId;

    [FieldOffset(16)] public Px Px;

    [FieldOffset(24)] public Qty OrderQty;

    [FieldOffset(32)] public Qty CumQty;

    /// <summary>Quantity of others at its price that trades before it.</summary>
    [FieldOffset(40)] public long AheadQty;

    /// <summary>FIX ExpireTime (126); 0 = none.</summary>
    [FieldOffset(48)] public long DeadlineNs;

    [FieldOffset(56)] public uint InstrumentId;

    [FieldOffset(60)] public ushort AccountId;

    [FieldOffset(62)] public ushort StrategyId;

    [FieldOffset(64)] public Side Side;

    [FieldOffset(65)] public OrdType OrdType;

    [FieldOffset(66)] public TimeInForce TimeInForce;

    [FieldOffset(67)] public ExecInst ExecInst;

    [FieldOffset(68)] public uint Reserved;

    /// <summary>OrderQty − CumQty.</summary>
    public readonly long LeavesQty
    {
        [HotPath]
        get => OrderQty.Mantissa - CumQty.Mantissa;
    }

    public readonly bool IsPostOnly
    {
        [HotPath]
        get => (ExecInst & ExecInst.PostOnly) != 0;
    }

    /// <summary>Whether what is not filled at once may wait.</summary>
    public readonly bool MayRest
    {
        [HotPath]
        get => OrdType == OrdType.Limit && TimeInForce is not (TimeInForce.Ioc or TimeInForce.Fok);
    }

    /// <summary>The order that a request asks for.</summary>
    [HotPath]
    public static SimOrder Of(in SimRequest request) => new()
    {
        ClOrdId = request.ClOrdId,
        RootClOrdId = request.RootClOrdId,
        Px = request.Px,
        OrderQty = request.Qty,
        DeadlineNs = request.DeadlineNs,
        InstrumentId = request.InstrumentId,
        AccountId = request.AccountId,
        StrategyId = request.StrategyId,
        Side = request.Side,
        OrdType = request.OrdType,
        TimeInForce = request.TimeInForce,
        ExecInst = request.ExecInst,
    };

    /// <summary>What a replace makes of it.</summary>
    [HotPath]
    public readonly SimOrder ReplacedBy(in SimRequest request)
    {
        SimOrder next = this;
        next.ClOrdId = request.ClOrdId;
        if (request.Px.Mantissa != 0)
            next.Px = request.Px;
        if (request.Qty.Mantissa != 0)
            next.OrderQty = new Qty(Math.Max(request.Qty.Mantissa, CumQty.Mantissa));
        if (request.DeadlineNs != 0)
            next.DeadlineNs = request.DeadlineNs;
        if (request.OrdType != OrdType.None)
            next.OrdType = request.OrdType;
        if (request.TimeInForce != TimeInForce.None)
            next.TimeInForce = request.TimeInForce;
        return next;
    }

    /// <summary>Whether its time is over.</summary>
    [HotPath]
    public readonly bool IsOver(long nowNs) => TimeInForce == TimeInForce.Gtd && DeadlineNs <= nowNs;
}
