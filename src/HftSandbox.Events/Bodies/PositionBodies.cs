using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>Body of <see cref="EventKind.PositionChanged"/>: a position after a fill or an adjustment.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct PositionChangedBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 96;

    /// <summary>Signed position.</summary>
    [FieldOffset(0)] public Qty NetQty;

    /// <summary>The order that filled; 0 = adjustment.</summary>
    [FieldOffset(8)] public ulong ClOrdId;

    /// <summary>Signed cost of the open position.</summary>
    [FieldOffset(16)] public Cost OpenCost;

    /// <summary>Realised since the store began, gross of fees.</summary>
    [FieldOffset(32)] public Cost RealizedPnl;

    /// <summary>Fees paid since the store began, at FeeScale, where every fee is exact.</summary>
    [FieldOffset(48)] public Cost Fees;

    /// <summary>The execution.</summary>
    [FieldOffset(64)] public Id16 ExecId;

    /// <summary>Account; 0 = default.</summary>
    [FieldOffset(80)] public ushort AccountId;

    /// <summary>Strategy of the fill; 0 = none.</summary>
    [FieldOffset(82)] public ushort StrategyId;

    /// <summary>Zero.</summary>
    [FieldOffset(84)] public uint Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(88)] public ulong Reserved1;
}

/// <summary>Body of <see cref="EventKind.Anomaly"/>: something that should not happen did; nothing was clamped or
/// dropped silently.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct AnomalyBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 48;

    /// <summary>The order; 0 = none.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>The execution; none = none.</summary>
    [FieldOffset(8)] public Id16 ExecId;

    /// <summary>What should have been; its meaning is the code's.</summary>
    [FieldOffset(24)] public long Expected;

    /// <summary>What was.</summary>
    [FieldOffset(32)] public long Actual;

    /// <summary>Which.</summary>
    [FieldOffset(40)] public AnomalyCode Code;

    /// <summary>Strategy; 0 = none.</summary>
    [FieldOffset(42)] public ushort StrategyId;

    /// <summary>Zero.</summary>
    [FieldOffset(44)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.RiskHalt"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RiskHaltBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 24;

    /// <summary>The value that caused it.</summary>
    [FieldOffset(0)] public long ObservedValue;

    /// <summary>The limit it met.</summary>
    [FieldOffset(8)] public long LimitValue;

    /// <summary>Account; 0 = all.</summary>
    [FieldOffset(16)] public ushort AccountId;

    /// <summary>Strategy; 0 = all.</summary>
    [FieldOffset(18)] public ushort StrategyId;

    /// <summary>Why.</summary>
    [FieldOffset(20)] public HaltReason Reason;

    /// <summary>1 = halted, 0 = resumed.</summary>
    [FieldOffset(21)] public byte Active;

    /// <summary>Zero.</summary>
    [FieldOffset(22)] public ushort Reserved;
}

/// <summary>Body of <see cref="EventKind.StrategyFault"/>: a strategy was quarantined.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct StrategyFaultBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 8;

    /// <summary>Requests of the callback that were discarded.</summary>
    [FieldOffset(0)] public uint DiscardedRequests;

    /// <summary>Strategy.</summary>
    [FieldOffset(4)] public ushort StrategyId;

    /// <summary>Why.</summary>
    [FieldOffset(6)] public StrategyFaultCode Code;

    /// <summary>Zero.</summary>
    [FieldOffset(7)] public byte Reserved;
}
