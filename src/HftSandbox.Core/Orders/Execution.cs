using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>What is remembered of a report of an outside venue, so that a repeated one changes nothing, and a bust or
/// correction finds what it refers to. Its bytes, without holes, are also its form in a snapshot.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct Execution
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 56;

    /// <summary>The venue's id of it.</summary>
    [FieldOffset(0)] public Id16 ExecId;

    /// <summary>First id of the order.</summary>
    [FieldOffset(16)] public ulong RootClOrdId;

    /// <summary>Price.</summary>
    [FieldOffset(24)] public Px Px;

    /// <summary>Quantity; 0 = no fill, or busted or replaced by a correction.</summary>
    [FieldOffset(32)] public Qty Qty;

    /// <summary>Fee.</summary>
    [FieldOffset(40)] public Fee Fee;

    /// <summary>Zero.</summary>
    [FieldOffset(48)] public ulong Reserved;
}
