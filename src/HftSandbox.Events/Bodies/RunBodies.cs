using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>Body of <see cref="EventKind.RunStarted"/>: fixed fields, then <see cref="JsonLength"/> bytes of
/// canonical JSON with everything that can
/// influence a derived event.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RunStartedBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>Wall clock at the start; the only wall time in the log, and no part of any digest (hashed as
    /// 0).</summary>
    [FieldOffset(0)] public long WallTimeNs;

    /// <summary>Bytes of JSON that follow.</summary>
    [FieldOffset(8)] public uint JsonLength;

    /// <summary>How the run relates to what the store holds.</summary>
    [FieldOffset(12)] public RunMode Mode;

    /// <summary>Zero.</summary>
    [FieldOffset(13)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(14)] public ushort Reserved1;
}

/// <summary>Body of <see cref="EventKind.RunStopped"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RunStoppedBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 8;

    /// <summary>Why the run ended.</summary>
    [FieldOffset(0)] public StopReason Reason;

    /// <summary>Zero.</summary>
    [FieldOffset(1)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(2)] public ushort Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(4)] public uint Reserved2;
}

/// <summary>Body of <see cref="EventKind.Config"/>: fixed fields, then <see cref="JsonLength"/> bytes: the whole
/// effective configuration as canonical JSON.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct ConfigBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 8;

    /// <summary>Bytes of JSON that follow.</summary>
    [FieldOffset(0)] public uint JsonLength;

    /// <summary>Zero.</summary>
    [FieldOffset(4)] public uint Reserved;
}

/// <summary>Body of <see cref="EventKind.Timer"/>.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct TimerBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>The time it was set for.</summary>
    [FieldOffset(0)] public long DueTimeNs;

    /// <summary>Which timer of its purpose.</summary>
    [FieldOffset(8)] public uint TimerId;

    /// <summary>What it is for.</summary>
    [FieldOffset(12)] public TimerPurpose Purpose;

    /// <summary>Zero.</summary>
    [FieldOffset(13)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(14)] public ushort Reserved1;
}

/// <summary>Body of <see cref="EventKind.Digest"/>: the running hash over everything before this record.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct DigestBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>Inputs so far, over the whole store.</summary>
    [FieldOffset(0)] public ulong Inputs;

    /// <summary>Events so far, over the whole store.</summary>
    [FieldOffset(8)] public ulong Events;

    /// <summary>The hash of them.</summary>
    [FieldOffset(16)] public Id16 Hash;
}
