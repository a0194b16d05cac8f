using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>A cancel or replace that the venue has not answered yet. Its bytes, without holes, are also its form in a
/// snapshot.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct PendingRequest
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 56;

    /// <summary>The request's own id.</summary>
    [FieldOffset(0)] public ulong ClOrdId;

    /// <summary>Replace: the new limit price.</summary>
    [FieldOffset(8)] public Px Px;

    /// <summary>Replace: the new quantity, what is filled included.</summary>
    [FieldOffset(16)] public Qty OrderQty;

    /// <summary>Replace: the new FIX ExpireTime (126); 0 = as before.</summary>
    [FieldOffset(24)] public long DeadlineNs;

    /// <summary>The requester's id of the request; none for strategies.</summary>
    [FieldOffset(32)] public Id16 ClientRequestId;

    /// <summary>Cancel or replace.</summary>
    [FieldOffset(48)] public IntentType IntentType;

    /// <summary>1 = the venue has said PendingCancel or PendingReplace.</summary>
    [FieldOffset(49)] public byte IsUnderWay;

    /// <summary>Replace: the new order type; None = as before.</summary>
    [FieldOffset(50)] public OrdType OrdType;

    /// <summary>Replace: the new time in force; None = as before.</summary>
    [FieldOffset(51)] public TimeInForce TimeInForce;

    [FieldOffset(52)] public uint Reserved;
}
