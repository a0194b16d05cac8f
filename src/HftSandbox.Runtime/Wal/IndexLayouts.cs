using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Starts the sparse index behind a Seal record; the entries follow, then CRC32C(salt ‖ header ‖ entries) in
/// 4 bytes and 4 zero bytes. An index is disposable: it can be made anew from the records.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct IndexHeader
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>"WALINDEX" in ASCII.</summary>
    public const ulong MagicValue = 0x5845444E494C4157;

    /// <summary>Marks the index.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Entries that follow.</summary>
    [FieldOffset(8)] public uint EntryCount;

    /// <summary>Bytes of an entry: 24.</summary>
    [FieldOffset(12)] public uint EntrySize;
}

/// <summary>One index entry: made for the first event of a segment and then for the first event behind every 64 KiB or
/// 1,024 records.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct IndexEntry
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 24;

    /// <summary>The event's sequence.</summary>
    [FieldOffset(0)] public ulong Sequence;

    /// <summary>Where its record starts, in bytes from the start of the segment.</summary>
    [FieldOffset(8)] public long Offset;

    /// <summary>The event's receive time.</summary>
    [FieldOffset(16)] public long ReceiveTimeNs;
}

/// <summary>The last 64 bytes of a sealed segment.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SegmentTrailer
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 64;

    /// <summary>"WALTRAIL" in ASCII.</summary>
    public const ulong MagicValue = 0x4C494152544C4157;

    /// <summary>Marks the trailer.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>The segment's number.</summary>
    [FieldOffset(8)] public ulong SegmentNumber;

    /// <summary>Where the Seal record starts.</summary>
    [FieldOffset(16)] public long SealOffset;

    /// <summary>Where the index starts.</summary>
    [FieldOffset(24)] public long IndexOffset;

    /// <summary>Bytes of the index, its CRC and padding included.</summary>
    [FieldOffset(32)] public long IndexLength;

    /// <summary>The segment's id.</summary>
    [FieldOffset(40)] public Id16 SegmentId;

    /// <summary>Zero.</summary>
    [FieldOffset(56)] public uint Reserved;

    /// <summary>CRC32C(salt ‖ the 60 bytes before).</summary>
    [FieldOffset(60)] public uint TrailerCrc;
}
