using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>How the segment before this one ended.</summary>
public enum PredecessorEnd : uint
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>With a Seal.</summary>
    Sealed,

    /// <summary>Without one: recovery kept it up to a cut.</summary>
    Recovered,

    /// <summary>With a Seal, or there is none; the events between its last and this segment's first are lost: what was
    /// left of a damaged store was saved into this one.</summary>
    Salvaged,
}

/// <summary>The 4,096 bytes at offset 0 of a segment, repeated at 4,096; the first record lies at 8,192.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SegmentHeader
{
    /// <summary>Size of one copy in bytes.</summary>
    public const int SizeBytes = 4096;

    /// <summary>Where the first record lies.</summary>
    public const int FirstRecordOffset = 2 * SizeBytes;

    /// <summary>"\x89WAL\r\n\x1a\n": a copy through a text mode, or through seven bits, breaks it.</summary>
    public const ulong MagicValue = 0x0A1A0A0D4C415789;

    /// <summary>The only major version that this code reads and writes.</summary>
    public const ushort MajorVersion = 1;

    /// <summary><see cref="ChecksumKind"/> of CRC-32C (Castagnoli, RFC 3720).</summary>
    public const uint ChecksumCrc32C = 1;

    /// <summary>The file's first eight bytes.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>A reader refuses another major version.</summary>
    [FieldOffset(8)] public ushort FormatMajor;

    /// <summary>A reader accepts any minor version.</summary>
    [FieldOffset(10)] public ushort FormatMinor;

    /// <summary>4,096.</summary>
    [FieldOffset(12)] public uint HeaderLength;

    /// <summary>Random, one per directory.</summary>
    [FieldOffset(16)] public Id16 StoreId;

    /// <summary>Random, one per segment; its CRC32C is the salt of every CRC in the segment.</summary>
    [FieldOffset(32)] public Id16 SegmentId;

    /// <summary>From 1, never restarts: the only ordering key.</summary>
    [FieldOffset(48)] public ulong SegmentNumber;

    /// <summary>Sequence that the first event in the segment has or would have.</summary>
    [FieldOffset(56)] public ulong FirstSequence;

    /// <summary>Wall clock at creation, nanoseconds since 1970-01-01 UTC.</summary>
    [FieldOffset(64)] public long CreatedNs;

    /// <summary>+1 at every writer open, from 1.</summary>
    [FieldOffset(72)] public uint Epoch;

    /// <summary>Process id of the writer.</summary>
    [FieldOffset(76)] public uint Pid;

    /// <summary>No record of the segment is longer.</summary>
    [FieldOffset(80)] public uint MaxRecordLength;

    /// <summary><see cref="ChecksumCrc32C"/>.</summary>
    [FieldOffset(84)] public uint ChecksumKind;

    /// <summary>The last event known to be durable at creation; 0 = none.</summary>
    [FieldOffset(88)] public ulong DurableSequence;

    /// <summary>Number of the segment before; 0 = none.</summary>
    [FieldOffset(96)] public ulong PredecessorNumber;

    /// <summary>Its last event.</summary>
    [FieldOffset(104)] public ulong PredecessorLastSequence;

    /// <summary>CRC of its last record (its Seal, if sealed): the previousCrc of this segment's first record.</summary>
    [FieldOffset(112)] public uint PredecessorLastCrc;

    /// <summary>How it ended.</summary>
    [FieldOffset(116)] public PredecessorEnd PredecessorEnd;

    /// <summary>Bytes of its headers and records, the Seal included.</summary>
    [FieldOffset(120)] public long PredecessorDataLength;

    /// <summary>Recovered: where it was cut; 0 = it was not.</summary>
    [FieldOffset(128)] public long PredecessorCutOffset;

    /// <summary>Recovered: bytes cut off.</summary>
    [FieldOffset(136)] public long PredecessorBytesDiscarded;

    /// <summary>Its seal digest; for a recovered segment the last one before it; zeros if none.</summary>
    [FieldOffset(144)] public Sha256Bytes PredecessorSealDigest;

    /// <summary>Host name of the writer.</summary>
    [FieldOffset(176)] public Text64 Host;

    /// <summary>Version of the writer.</summary>
    [FieldOffset(240)] public Text64 EngineVersion;

    /// <summary>Zero up to the CRC.</summary>
    [FieldOffset(304)] public ZeroBytes Reserved;

    /// <summary>CRC32C of the 4,092 bytes before.</summary>
    [FieldOffset(4092)] public uint HeaderCrc;

    /// <summary>The unused part of the header.</summary>
    [InlineArray(4092 - 304)]
    public struct ZeroBytes
    {
        private byte _first;
    }
}
