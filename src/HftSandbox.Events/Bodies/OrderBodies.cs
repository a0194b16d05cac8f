using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>Body of <see cref="EventKind.Signal"/>: what a strategy observed; the values' meaning is the
/// strategy's.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SignalBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>First value.</summary>
    [FieldOffset(0)] public long Value0;

    /// <summary>Second value.</summary>
    [FieldOffset(8)] public long Value1;

    /// <summary>Third value.</summary>
    [FieldOffset(16)] public long Value2;

    /// <summary>Strategy.</summary>
    [FieldOffset(24)] public ushort StrategyId;

    /// <summary>Which observation.</summary>
    [FieldOffset(26)] public ushort Code;

    /// <summary>Zero.</summary>
    [FieldOffset(28)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.OrderIntent"/>: what a strategy, a requester or the engine itself
/// wants.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct OrderIntentBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 72;

    /// <summary>Our id of this request, ascending.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>Cancel and replace: the order; 0 on a new order.</summary>
    [FieldOffset(8)] public ulong OrigClOrdId;

    /// <summary>The outside requester's id; none for strategies.</summary>
    [FieldOffset(16)] public Id16 ClientRequestId;

    /// <summary>Limit price; 0 for a market order.</summary>
    [FieldOffset(32)] public Px Px;

    /// <summary>Quantity.</summary>
    [FieldOffset(40)] public Qty Qty;

    /// <summary>FIX ExpireTime (126); 0 = none.</summary>
    [FieldOffset(48)] public long DeadlineNs;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(56)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(58)] public ushort StrategyId;

    /// <summary>Side.</summary>
    [FieldOffset(60)] public Side Side;

    /// <summary>Order type.</summary>
    [FieldOffset(61)] public OrdType OrdType;

    /// <summary>Time in force.</summary>
    [FieldOffset(62)] public TimeInForce TimeInForce;

    /// <summary>Instructions.</summary>
    [FieldOffset(63)] public ExecInst ExecInst;

    /// <summary>New, cancel or replace.</summary>
    [FieldOffset(64)] public IntentType IntentType;

    /// <summary>Zero.</summary>
    [FieldOffset(65)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(66)] public ushort Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(68)] public uint Reserved2;
}

/// <summary>Body of <see cref="EventKind.RiskDecision"/>: the outcome and the values it rests on. A check not reached
/// leaves its values 0.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RiskDecisionBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 80;

    /// <summary>The intent's.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>Reference price used; 0 = none was needed or found.</summary>
    [FieldOffset(8)] public Px ReferencePx;

    /// <summary>The order's notional, rounded up.</summary>
    [FieldOffset(16)] public Notional Notional;

    /// <summary>Signed position before.</summary>
    [FieldOffset(24)] public Qty PositionQty;

    /// <summary>Leaves of the open orders on the same side.</summary>
    [FieldOffset(32)] public Qty OpenQty;

    /// <summary>The value that the deciding check compared.</summary>
    [FieldOffset(40)] public long ObservedValue;

    /// <summary>The limit that the deciding check compared with.</summary>
    [FieldOffset(48)] public long LimitValue;

    /// <summary>First 16 bytes of the SHA-256 of the limits in force, as canonical JSON.</summary>
    [FieldOffset(56)] public Id16 LimitsHash;

    /// <summary>Strategy.</summary>
    [FieldOffset(72)] public ushort StrategyId;

    /// <summary>Allow or deny.</summary>
    [FieldOffset(74)] public Decision Decision;

    /// <summary>Why denied.</summary>
    [FieldOffset(75)] public RiskReason Reason;

    /// <summary>Zero.</summary>
    [FieldOffset(76)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.ExecutionReport"/> (FIX 8): what a venue says of an order.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct ExecutionReportBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 144;

    /// <summary>The request it answers, or the order.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>The order before a cancel or replace; 0 = none.</summary>
    [FieldOffset(8)] public ulong OrigClOrdId;

    /// <summary>Unique per report and venue (FIX 17).</summary>
    [FieldOffset(16)] public Id16 ExecId;

    /// <summary>The execution busted or corrected (FIX 19).</summary>
    [FieldOffset(32)] public Id16 RefExecId;

    /// <summary>The venue's order id (FIX 37).</summary>
    [FieldOffset(48)] public Id16 VenueOrderId;

    /// <summary>Limit price in force.</summary>
    [FieldOffset(64)] public Px Px;

    /// <summary>Quantity in force.</summary>
    [FieldOffset(72)] public Qty OrderQty;

    /// <summary>Price of this fill.</summary>
    [FieldOffset(80)] public Px LastPx;

    /// <summary>Quantity of this fill.</summary>
    [FieldOffset(88)] public Qty LastQty;

    /// <summary>Filled so far, as the venue says.</summary>
    [FieldOffset(96)] public Qty CumQty;

    /// <summary>Open, as the venue says.</summary>
    [FieldOffset(104)] public Qty LeavesQty;

    /// <summary>Fee of this fill.</summary>
    [FieldOffset(112)] public Fee Fee;

    /// <summary>Our venues: sequence of the market data that filled; else 0.</summary>
    [FieldOffset(120)] public ulong CauseId;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(128)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(130)] public ushort StrategyId;

    /// <summary>What happened.</summary>
    [FieldOffset(132)] public ExecType ExecType;

    /// <summary>Status, as the venue says.</summary>
    [FieldOffset(133)] public OrdStatus OrdStatus;

    /// <summary>Side.</summary>
    [FieldOffset(134)] public Side Side;

    /// <summary>Maker or taker.</summary>
    [FieldOffset(135)] public Liquidity Liquidity;

    /// <summary>Why filled.</summary>
    [FieldOffset(136)] public FillCause FillCause;

    /// <summary>Why refused.</summary>
    [FieldOffset(137)] public RejectReason RejectReason;

    /// <summary>Order type.</summary>
    [FieldOffset(138)] public OrdType OrdType;

    /// <summary>Time in force.</summary>
    [FieldOffset(139)] public TimeInForce TimeInForce;

    /// <summary>Zero.</summary>
    [FieldOffset(140)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.CancelReject"/> (FIX 9).</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct CancelRejectBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 40;

    /// <summary>The refused request.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>The order.</summary>
    [FieldOffset(8)] public ulong OrigClOrdId;

    /// <summary>The venue's order id (FIX 37).</summary>
    [FieldOffset(16)] public Id16 VenueOrderId;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(32)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(34)] public ushort StrategyId;

    /// <summary>Status, as the venue says.</summary>
    [FieldOffset(36)] public OrdStatus OrdStatus;

    /// <summary>Cancel or replace.</summary>
    [FieldOffset(37)] public CancelRejectResponseTo ResponseTo;

    /// <summary>Why.</summary>
    [FieldOffset(38)] public RejectReason Reason;

    /// <summary>Zero.</summary>
    [FieldOffset(39)] public byte Reserved;
}

/// <summary>Body of <see cref="EventKind.OrderState"/>: our view of an order after a change.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct OrderStateBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 80;

    /// <summary>Our current id of the order.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>Its id before the last replace; 0 = none.</summary>
    [FieldOffset(8)] public ulong OrigClOrdId;

    /// <summary>Quantity in force.</summary>
    [FieldOffset(16)] public Qty OrderQty;

    /// <summary>Filled.</summary>
    [FieldOffset(24)] public Qty CumQty;

    /// <summary>Open (FIX 151).</summary>
    [FieldOffset(32)] public Qty LeavesQty;

    /// <summary>Average fill price, half-even; 0 = no fill. Exact: CumCost / CumQty.</summary>
    [FieldOffset(40)] public Px AvgPx;

    /// <summary>Σ price × quantity × multiplier of the fills.</summary>
    [FieldOffset(48)] public Cost CumCost;

    /// <summary>Limit price in force.</summary>
    [FieldOffset(64)] public Px Px;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(72)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(74)] public ushort StrategyId;

    /// <summary>What happened.</summary>
    [FieldOffset(76)] public ExecType ExecType;

    /// <summary>Status now.</summary>
    [FieldOffset(77)] public OrdStatus OrdStatus;

    /// <summary>Side.</summary>
    [FieldOffset(78)] public Side Side;

    /// <summary>Order type.</summary>
    [FieldOffset(79)] public OrdType OrdType;
}
