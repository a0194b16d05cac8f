using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>Body of <see cref="EventKind.OrderRequest"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct OrderRequestBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 48;

    /// <summary>The requester's id.</summary>
    [FieldOffset(0)] public Id16 ClientRequestId;

    /// <summary>Limit price; 0 for a market order.</summary>
    [FieldOffset(16)] public Px Px;

    /// <summary>Quantity.</summary>
    [FieldOffset(24)] public Qty Qty;

    /// <summary>FIX ExpireTime (126); 0 = none.</summary>
    [FieldOffset(32)] public long DeadlineNs;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(40)] public ushort AccountId;

    /// <summary>Strategy it is booked to; 0 = none.</summary>
    [FieldOffset(42)] public ushort StrategyId;

    /// <summary>Side.</summary>
    [FieldOffset(44)] public Side Side;

    /// <summary>Order type.</summary>
    [FieldOffset(45)] public OrdType OrdType;

    /// <summary>Time in force.</summary>
    [FieldOffset(46)] public TimeInForce TimeInForce;

    /// <summary>Instructions.</summary>
    [FieldOffset(47)] public ExecInst ExecInst;
}

/// <summary>Body of <see cref="EventKind.CancelRequest"/>. The order is named by one of the two ids.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct CancelRequestBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 48;

    /// <summary>The requester's id of this request.</summary>
    [FieldOffset(0)] public Id16 ClientRequestId;

    /// <summary>The requester's id of the order.</summary>
    [FieldOffset(16)] public Id16 OrigClientRequestId;

    /// <summary>Our id of the order; 0 = by the requester's.</summary>
    [FieldOffset(32)] public ulong OrigClOrdId;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(40)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(42)] public ushort StrategyId;

    /// <summary>Zero.</summary>
    [FieldOffset(44)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.ReplaceRequest"/>. The order is named by one of the two ids.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct ReplaceRequestBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 72;

    /// <summary>The requester's id of this request.</summary>
    [FieldOffset(0)] public Id16 ClientRequestId;

    /// <summary>The requester's id of the order.</summary>
    [FieldOffset(16)] public Id16 OrigClientRequestId;

    /// <summary>Our id of the order; 0 = by the requester's.</summary>
    [FieldOffset(32)] public ulong OrigClOrdId;

    /// <summary>New limit price.</summary>
    [FieldOffset(40)] public Px Px;

    /// <summary>New total quantity.</summary>
    [FieldOffset(48)] public Qty Qty;

    /// <summary>New FIX ExpireTime (126); 0 = none.</summary>
    [FieldOffset(56)] public long DeadlineNs;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(64)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(66)] public ushort StrategyId;

    /// <summary>New order type.</summary>
    [FieldOffset(68)] public OrdType OrdType;

    /// <summary>New time in force.</summary>
    [FieldOffset(69)] public TimeInForce TimeInForce;

    /// <summary>Zero.</summary>
    [FieldOffset(70)] public ushort Reserved;
}

/// <summary>Body of <see cref="EventKind.PositionAdjustment"/>: an operator moves a position.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct PositionAdjustmentBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 40;

    /// <summary>Signed change.</summary>
    [FieldOffset(0)] public Qty QtyDelta;

    /// <summary>Price it is booked at.</summary>
    [FieldOffset(8)] public Px Px;

    /// <summary>The operator's reference.</summary>
    [FieldOffset(16)] public Id16 ReferenceId;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(32)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(34)] public ushort StrategyId;

    /// <summary>Zero.</summary>
    [FieldOffset(36)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.CashAdjustment"/>: an operator moves a balance of the instrument's quote
/// currency.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct CashAdjustmentBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>Signed change.</summary>
    [FieldOffset(0)] public Notional Amount;

    /// <summary>The operator's reference.</summary>
    [FieldOffset(8)] public Id16 ReferenceId;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(24)] public ushort AccountId;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(26)] public ushort StrategyId;

    /// <summary>Zero.</summary>
    [FieldOffset(28)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.RiskReset"/>: an operator lifts a halt.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RiskResetBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 8;

    /// <summary>Account; 0 = all.</summary>
    [FieldOffset(0)] public ushort AccountId;

    /// <summary>Strategy; 0 = all.</summary>
    [FieldOffset(2)] public ushort StrategyId;

    /// <summary>Which halt; None = every.</summary>
    [FieldOffset(4)] public HaltReason Reason;

    /// <summary>Zero.</summary>
    [FieldOffset(5)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(6)] public ushort Reserved1;
}
